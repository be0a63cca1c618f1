//! Users and their clients: when they ask, what they ask, how long they wait and what they do when nothing comes back.

mod arrivals;
pub mod said;

use crate::config::{Arrival, Config, PopulationConfig, Step};
use crate::network::Body;
use crate::path::Resolvers;
use crate::services::{Answer, CALL_BYTES, Call, ReplyTo};
use crate::trace::{Ending, ErrorKind, OperationInfo, OperationKind, Place, What, users};
use crate::world::{Event, World};
use arrivals::{next_constant, next_poisson};
use engine::{Key, Stream, TimerId, Zipf};
use protocol::{Channel, Parcel, Protocol, Version};
use std::sync::Arc;

/// The step of a client that is not in the middle of a request.
const IDLE: usize = usize::MAX;

/// Users at a place.
#[derive(Clone, Debug)]
pub(crate) struct Population {
    arrivals: Stream,
    choices: Stream,
    keys: Stream,
    pauses: Stream,
    /// By dataset; shared by all clones, since it never changes.
    popularity: Arc<Vec<Zipf>>,
    pub(crate) resolvers: Resolvers,
    pub(crate) under_way: u32,
}

/// A client in the middle of a request.
#[derive(Clone, Debug)]
pub(crate) struct Operation {
    info: OperationInfo,
    /// The key that was drawn for the whole request; a step on a dataset with fewer keys folds it for itself.
    key: u32,
    step: usize,
    attempt: u16,
    /// Of the attempt under way.
    timer: Option<TimerId>,
    region: u16,
    /// Whether an attempt of this operation was given up without knowing what became of it.
    in_doubt: bool,
    /// The event by which the attempt under way, or its answer, was lost; 0 if nobody knows of one.
    lost: u64,
    /// Whether nothing is under way: it thinks, waits or pauses.
    resting: bool,
}

impl Population {
    pub(crate) fn all(config: &Config) -> Vec<Population> {
        let popularity: Vec<Zipf> =
            config.datasets.iter().filter_map(|set| Zipf::new(set.keys, set.zipf).ok()).collect();
        let popularity = Arc::new(popularity);
        let stream = |purpose, users: &PopulationConfig| Stream::of(config.seed, purpose, &[&users.id]);
        let one = |users: &PopulationConfig| Population {
            arrivals: stream("arrivals", users),
            choices: stream("choices of request", users),
            keys: stream("choices of key", users),
            pauses: stream("pauses", users),
            popularity: popularity.clone(),
            resolvers: Resolvers::new(config, users),
            under_way: 0,
        };
        config.populations.iter().map(one).collect()
    }
}

impl<P: Protocol> World<P> {
    pub(crate) fn start_clients(&mut self) {
        let config = self.config.clone();
        for (index, population) in config.populations.iter().enumerate() {
            let index = index as u16;
            match &population.arrival {
                Arrival::Poisson(_) | Arrival::Constant(_) => self.plan_arrival(index),
                Arrival::Closed { users, think } => {
                    for _ in 0..*users {
                        let operation = self.new_client(index);
                        let think = think.span(&mut self.populations[usize::from(index)].pauses);
                        self.plan(think, Event::Resume { operation });
                    }
                }
            }
        }
    }

    /// Plan the next open-loop arrival.
    fn plan_arrival(&mut self, population: u16) {
        let arrival = &self.config.populations[usize::from(population)].arrival;
        let stream = &mut self.populations[usize::from(population)].arrivals;
        let next = match arrival {
            Arrival::Poisson(points) => next_poisson(points, self.now, stream),
            Arrival::Constant(points) => next_constant(points, self.now),
            Arrival::Closed { .. } => None,
        };
        if let Some(at) = next {
            self.plan_because(0, at, Event::Arrival { population });
        }
    }

    pub(crate) fn on_arrival(&mut self, population: u16) {
        self.plan_arrival(population);
        let operation = self.new_client(population);
        self.begin(operation);
    }

    /// A client that has done nothing yet.
    fn new_client(&mut self, population: u16) -> Key {
        self.last_process += 1;
        let info = OperationInfo {
            operation: 0,
            slot: 0,
            process: self.last_process,
            population,
            request: 0,
            dataset: None,
            kind: OperationKind::Call,
            key: 0,
            write: 0,
            invoked: self.now,
        };
        let operation = self.operations.insert(Operation {
            info,
            key: 0,
            step: IDLE,
            attempt: 0,
            timer: None,
            region: 0,
            in_doubt: false,
            lost: 0,
            resting: true,
        });
        if let Some(client) = self.operations.get_mut(operation) {
            client.info.slot = operation.index();
        }
        let tokens = self.tokens_of(operation);
        if self.tokens.len() < tokens.end {
            self.tokens.resize(tokens.end, Version::NONE);
        }
        self.tokens[tokens].fill(Version::NONE);
        operation
    }

    /// Where the session tokens of a client stand: the highest version of each dataset that it has written or read.
    fn tokens_of(&self, operation: Key) -> std::ops::Range<usize> {
        let sets = self.config.datasets.len();
        let first = operation.index() as usize * sets;
        first..first + sets
    }

    /// Choose what to ask and about which key, and take the first step.
    fn begin(&mut self, operation: Key) {
        let config = self.config.clone();
        let Some(client) = self.operations.get_mut(operation) else { return };
        let population = &mut self.populations[usize::from(client.info.population)];
        let mix = &config.populations[usize::from(client.info.population)].mix;
        let total: u64 = mix.iter().map(|(_, weight)| u64::from(*weight)).sum();
        let mut draw = population.choices.below(total.max(1));
        let mut request = 0;
        for (candidate, weight) in mix {
            request = *candidate;
            if draw < u64::from(*weight) {
                break;
            }
            draw -= u64::from(*weight);
        }
        client.info.request = request as u16;
        client.step = 0;
        let first = config.requests[request].steps.iter().find_map(Step::dataset);
        client.key = first.map_or(0, |dataset| population.popularity[dataset].sample(&mut population.keys));
        self.take_step(operation);
    }

    fn take_step(&mut self, operation: Key) {
        let config = self.config.clone();
        let Some(client) = self.operations.get_mut(operation) else { return };
        let request = &config.requests[usize::from(client.info.request)];
        let (kind, dataset) = match request.steps.get(client.step) {
            None => return self.finish_request(operation),
            Some(Step::Wait(span)) => {
                client.step += 1;
                client.resting = true;
                let span = *span;
                return self.plan(span, Event::Resume { operation });
            }
            Some(Step::Call) => (OperationKind::Call, None),
            Some(Step::Read { dataset, .. }) => (OperationKind::Read, Some(*dataset as u16)),
            Some(Step::Write { dataset, .. }) => (OperationKind::Write, Some(*dataset as u16)),
        };
        self.last_operation += 1;
        let keys = dataset.map_or(1, |dataset| config.datasets[usize::from(dataset)].keys);
        client.info = OperationInfo {
            operation: self.last_operation,
            dataset,
            kind,
            key: client.key % keys,
            write: 0,
            invoked: self.now,
            ..client.info
        };
        if kind == OperationKind::Write {
            self.last_write += 1;
            client.info.write = self.last_write;
        }
        client.attempt = 0;
        client.in_doubt = false;
        self.populations[usize::from(client.info.population)].under_way += 1;
        let info = client.info;
        self.emit_cause(What::Users(users::Fact::OperationStarted(info)));
        self.attempt(operation, None);
    }

    /// Send an attempt; `failed` is the region where the one before it failed.
    fn attempt(&mut self, operation: Key, failed: Option<u16>) {
        let config = self.config.clone();
        let Some(client) = self.operations.get(operation) else { return };
        let info = client.info;
        let region = self.route(info.population, info.process, failed);
        let timer = self.timers.arm();
        let tokens = self.tokens_of(operation);
        let Some(client) = self.operations.get_mut(operation) else { return };
        client.attempt += 1;
        client.region = region;
        client.timer = Some(timer);
        client.lost = 0;
        client.resting = false;
        let attempt = client.attempt;
        let request = &config.requests[usize::from(info.request)];
        let step = &request.steps[client.step];
        let call = Call {
            operation,
            number: info.operation,
            attempt,
            dataset: info.dataset,
            kind: info.kind,
            read: step.read_from(),
            key: info.key,
            write: info.write,
            bytes: step.bytes(),
            at_least: info.dataset.map_or(Version::NONE, |set| self.tokens[tokens.start + usize::from(set)]),
            reply: ReplyTo::Client(info.population),
            region,
            hops: 0,
            since: self.now,
            deadline: self.now + request.timeout,
            asked: false,
            doubled: false,
        };
        self.emit_cause(What::Users(users::Fact::AttemptSent {
            operation: info.operation,
            attempt,
            region,
            population: info.population,
        }));
        let parcel = Parcel { bytes: CALL_BYTES + call.bytes, channel: Channel::Client, write: None };
        self.send(Place::Users(info.population), Place::Region(region), parcel, Some(info.operation), Body::Ask(call));
        self.plan(request.timeout, Event::Timeout { operation, timer });
    }

    pub(crate) fn on_resume(&mut self, operation: Key) {
        let client = self.operations.get(operation);
        debug_assert!(client.is_some_and(|client| client.resting), "a client that goes on was resting");
        let Some(client) = client else { return };
        if client.step == IDLE {
            self.begin(operation);
        } else if client.attempt > 0 {
            let region = client.region;
            self.attempt(operation, Some(region));
        } else {
            self.take_step(operation);
        }
    }

    pub(crate) fn on_timeout(&mut self, operation: Key, timer: TimerId) {
        if !self.timers.fire(timer) {
            return;
        }
        let client = self.operations.get_mut(operation);
        debug_assert!(client.as_ref().is_some_and(|client| client.timer == Some(timer)), "an attempt is given up once");
        let Some(client) = client else { return };
        client.in_doubt = true;
        let lost = client.lost;
        self.because(if lost == 0 { self.cause() } else { lost });
        self.fail_attempt(operation, ErrorKind::Timeout);
    }

    /// An attempt, or the answer to it, is lost. Its client does not know; the trace does.
    pub(crate) fn on_attempt_lost(&mut self, operation: Key, number: u64, attempt: u16, lost: u64) {
        let of_attempt = |client: &&mut Operation| client.info.operation == number && client.attempt == attempt;
        if let Some(client) = self.operations.get_mut(operation).filter(of_attempt) {
            client.lost = lost;
        }
    }

    /// An answer has come back to a client.
    pub(crate) fn on_answer(&mut self, answer: Answer) {
        let tokens = self.tokens_of(answer.operation);
        let Some(client) = self.operations.get_mut(answer.operation) else { return };
        let current = client.info.operation == answer.number && client.attempt == answer.attempt && !client.resting;
        if !current {
            return;
        }
        if let Some(timer) = client.timer.take() {
            self.timers.cancel(timer);
        }
        match answer.result {
            Ok(found) => {
                if let Some(set) = client.info.dataset {
                    let token = &mut self.tokens[tokens.start + usize::from(set)];
                    *token = found.version.max(*token);
                }
                let ending = Ending {
                    error: None,
                    may_have_happened: true,
                    region: client.region,
                    served_by: answer.served_by,
                    attempts: client.attempt,
                    version: found.version,
                    read: found.read,
                    answered: found.at,
                };
                let (population, process) = (client.info.population, client.info.process);
                if ending.attempts > 1 {
                    self.remember(population, process, ending.region);
                }
                self.end_operation(answer.operation, ending);
            }
            Err(error) => {
                // Where a call was doubled on its way, the other copy may yet succeed.
                client.in_doubt |= error == ErrorKind::Unknown || answer.doubled;
                self.fail_attempt(answer.operation, error);
            }
        }
    }

    fn fail_attempt(&mut self, operation: Key, error: ErrorKind) {
        let config = self.config.clone();
        let Some(client) = self.operations.get_mut(operation) else { return };
        let (info, attempt, region, in_doubt) = (client.info, client.attempt, client.region, client.in_doubt);
        client.resting = true;
        let (number, population) = (info.operation, info.population);
        self.emit_cause(What::Users(users::Fact::AttemptFailed {
            operation: number,
            attempt,
            region,
            population,
            error,
        }));
        let retry = &config.requests[usize::from(info.request)].retry;
        if u32::from(attempt) < retry.attempts {
            let pauses = &mut self.populations[usize::from(info.population)].pauses;
            let pause = retry.pause_after(attempt, pauses);
            self.plan(pause, Event::Resume { operation });
            return;
        }
        let ending = Ending {
            error: Some(error),
            may_have_happened: info.kind == OperationKind::Write && in_doubt,
            region,
            served_by: region,
            attempts: attempt,
            version: Version::NONE,
            read: 0,
            answered: self.now,
        };
        self.end_operation(operation, ending);
    }

    fn end_operation(&mut self, operation: Key, ending: Ending) {
        let Some(client) = self.operations.get_mut(operation) else { return };
        let info = client.info;
        client.attempt = 0;
        client.resting = true;
        client.step += 1;
        self.populations[usize::from(info.population)].under_way -= 1;
        self.emit_cause(What::Users(users::Fact::OperationEnded(info, ending)));
        if ending.error.is_none() { self.take_step(operation) } else { self.finish_request(operation) }
    }

    /// The request is over: an open-loop client is gone, a closed-loop user thinks and asks again.
    fn finish_request(&mut self, operation: Key) {
        let config = self.config.clone();
        let Some(client) = self.operations.get_mut(operation) else { return };
        client.step = IDLE;
        client.resting = true;
        let population = client.info.population;
        match &config.populations[usize::from(population)].arrival {
            Arrival::Closed { think, .. } => {
                let think = think.span(&mut self.populations[usize::from(population)].pauses);
                self.plan(think, Event::Resume { operation });
            }
            Arrival::Poisson(_) | Arrival::Constant(_) => {
                self.operations.remove(operation);
            }
        }
    }
}
