//! Users and their clients: when they ask, what they ask, how long they wait and what they do when nothing comes back.

mod arrivals;
pub mod defence;
pub(crate) mod failures;
pub(crate) mod requests;
pub mod said;
mod sessions;
pub(crate) mod settings;
pub(crate) mod snapshot;
pub(crate) mod steps;
mod words;

use crate::config::{Arrival, Config, PopulationConfig, Step};
use crate::cx::Cx;
use crate::failure::table::ErrorKind;
use crate::network::said::Body;
use crate::place::Place;
use crate::services::said::{Answer, CALL_BYTES, Call, ReplyTo, Want};
use arrivals::{next_constant, next_poisson};
use defence::{Attempt, Guards};
use engine::{Key, Slab, Stream, TimerId, Zipf};
use protocol::{Channel, Parcel, Version};
use said::{Ending, Event, Fact, OperationInfo, OperationKind, Ready, Said};
use sessions::Sessions;
use std::sync::Arc;
use values::{Change, Verb};

/// The step of a client that is not in the middle of a request.
const IDLE: usize = usize::MAX;

/// Users at a place.
#[derive(Clone, Debug)]
struct Population {
    arrivals: Stream,
    choices: Stream,
    keys: Stream,
    pauses: Stream,
    guards: Guards,
    /// By dataset; shared by all clones, since it never changes.
    popularity: Arc<Vec<Zipf>>,
    under_way: u32,
}

/// All users, and their clients.
#[derive(Clone, Debug)]
pub(crate) struct Users {
    populations: Vec<Population>,
    clients: Slab<Client>,
    sessions: Sessions,
    last_operation: u64,
    last_process: u64,
    last_write: u64,
}

/// A client, mostly in the middle of a request.
#[derive(Clone, Debug)]
struct Client {
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
    fn all(config: &Config) -> Vec<Population> {
        let popularity: Vec<Zipf> =
            (0..).zip(&config.datasets).filter_map(|(at, set)| Zipf::new(config.keys_of(at), set.zipf).ok()).collect();
        let popularity = Arc::new(popularity);
        let stream = |purpose, users: &PopulationConfig| Stream::of(config.seed, purpose, &[&users.id]);
        let one = |users: &PopulationConfig| Population {
            arrivals: stream("arrivals", users),
            choices: stream("choices of request", users),
            keys: stream("choices of key", users),
            pauses: stream("pauses", users),
            guards: Guards::new(&users.defences, config.regions.len()),
            popularity: popularity.clone(),
            under_way: 0,
        };
        config.populations.iter().map(one).collect()
    }

    /// Whether its clients' defences let an attempt be sent now.
    fn admits(&mut self, attempt: Attempt, cx: &mut Cx<'_>) -> bool {
        self.guards.admit(attempt, cx.now(), |fact| state(attempt, fact, cx))
    }

    /// Its clients' defences hear whether an attempt went well.
    fn hears(&mut self, attempt: Attempt, well: bool, cx: &mut Cx<'_>) {
        self.guards.hear(attempt, well, cx.now(), |fact| state(attempt, fact, cx));
    }
}

fn state(Attempt { population, region, .. }: Attempt, fact: defence::Fact, cx: &mut Cx<'_>) {
    cx.state(Fact::Defended { population, region, fact });
}

impl Client {
    /// The attempt under way.
    fn as_attempt(&self, client: Key) -> Attempt {
        let population = self.info.population;
        Attempt { population, region: self.region, client, number: self.attempt }
    }
}

impl Users {
    pub(crate) fn new(config: &Config) -> Users {
        Users {
            populations: Population::all(config),
            clients: Slab::default(),
            sessions: Sessions::new(config),
            last_operation: 0,
            last_process: 0,
            last_write: 0,
        }
    }

    /// The run begins.
    pub(crate) fn start(&mut self, cx: &mut Cx<'_>) {
        let config = cx.config;
        for (index, population) in config.populations.iter().enumerate() {
            let index = index as u16;
            match &population.arrival {
                Arrival::Poisson(_) | Arrival::Constant(_) => self.plan_arrival(index, cx),
                Arrival::Closed { users, think } => {
                    for _ in 0..*users {
                        let client = self.new_client(index, cx);
                        let think = think.span(&mut self.populations[usize::from(index)].pauses);
                        cx.plan(think, Event::Resume { client });
                    }
                }
            }
        }
    }

    pub(crate) fn on(&mut self, event: Event, cx: &mut Cx<'_>) {
        match event {
            Event::Arrival { population } => self.on_arrival(population, cx),
            Event::Resume { client } => self.on_resume(client, cx),
            Event::Timeout { client, timer } => self.on_timeout(client, timer, cx),
        }
    }

    /// Plan the next open-loop arrival.
    fn plan_arrival(&mut self, population: u16, cx: &mut Cx<'_>) {
        let arrival = &cx.config.populations[usize::from(population)].arrival;
        let stream = &mut self.populations[usize::from(population)].arrivals;
        let next = match arrival {
            Arrival::Poisson(points) => next_poisson(points, cx.now(), stream),
            Arrival::Constant(points) => next_constant(points, cx.now()),
            Arrival::Closed { .. } => None,
        };
        if let Some(at) = next {
            cx.plan_because(0, at, Event::Arrival { population });
        }
    }

    fn on_arrival(&mut self, population: u16, cx: &mut Cx<'_>) {
        self.plan_arrival(population, cx);
        let client = self.new_client(population, cx);
        self.begin(client, cx);
    }

    /// A client that has done nothing yet.
    fn new_client(&mut self, population: u16, cx: &Cx<'_>) -> Key {
        self.last_process += 1;
        let info = OperationInfo {
            operation: 0,
            slot: 0,
            process: self.last_process,
            population,
            request: 0,
            dataset: None,
            kind: OperationKind::Call,
            step: 0,
            key: 0,
            write: 0,
            invoked: cx.now(),
        };
        let key = self.clients.insert(Client {
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
        if let Some(client) = self.clients.get_mut(key) {
            client.info.slot = key.index();
        }
        self.sessions.begin(key);
        key
    }

    /// Choose what to ask and about which key, and take the first step.
    fn begin(&mut self, key: Key, cx: &mut Cx<'_>) {
        let config = cx.config;
        let Some(client) = self.clients.get_mut(key) else { return };
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
        self.take_step(key, cx);
    }

    fn take_step(&mut self, key: Key, cx: &mut Cx<'_>) {
        let config = cx.config;
        let Some(client) = self.clients.get_mut(key) else { return };
        let request = &config.requests[usize::from(client.info.request)];
        let (kind, dataset) = match request.steps.get(client.step) {
            None => return self.finish_request(key, cx),
            Some(Step::Wait(span)) => {
                client.step += 1;
                client.resting = true;
                return cx.plan(*span, Event::Resume { client: key });
            }
            Some(Step::Call) => (OperationKind::Call, None),
            Some(Step::Read { dataset, .. }) => (OperationKind::Read, Some(*dataset as u16)),
            Some(Step::Write { dataset, .. }) => (OperationKind::Write, Some(*dataset as u16)),
        };
        self.last_operation += 1;
        let place = dataset.map(|dataset| config.place_of(dataset, client.key, client.info.population));
        client.info = OperationInfo {
            operation: self.last_operation,
            dataset: place.map(|(dataset, _)| dataset),
            kind,
            step: client.step as u16,
            key: place.map_or(0, |(_, key)| key),
            write: 0,
            invoked: cx.now(),
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
        cx.state_cause(Fact::OperationStarted(info));
        self.ask_where(key, None, cx);
    }

    /// An attempt is ready to be sent; `failed` is the region where the one before it failed.
    fn ask_where(&self, key: Key, failed: Option<u16>, cx: &mut Cx<'_>) {
        let Some(client) = self.clients.get(key) else { return };
        let OperationInfo { population, process, .. } = client.info;
        cx.say(Said::Ready(Ready { client: key, population, process, failed }));
    }

    /// Send an attempt to a region.
    pub(crate) fn send(&mut self, key: Key, region: u16, cx: &mut Cx<'_>) {
        let config = cx.config;
        let Some(client) = self.clients.get_mut(key) else { return };
        let info = client.info;
        client.attempt += 1;
        client.region = region;
        let attempt = client.attempt;
        if !self.populations[usize::from(info.population)].admits(client.as_attempt(key), cx) {
            return self.fail_attempt(key, ErrorKind::HeldBack, cx);
        }
        let timer = cx.arm();
        client.timer = Some(timer);
        client.lost = 0;
        client.resting = false;
        let request = &config.requests[usize::from(info.request)];
        let step = &request.steps[client.step];
        let (read, same) = match info.dataset {
            Some(set) => self.sessions.reads(key, (set, step.read_from(), step.within()), cx.now()),
            None => (step.read_from(), None),
        };
        let want = Want {
            kind: info.kind,
            read,
            within: (step.within().as_nanos() / 1_000_000) as u32,
            same,
            key: info.key,
            write: info.write,
            change: step.change().map_or(Change::new(Verb::Set), |change| change.by_customer(info.process)),
            bytes: step.bytes(),
            at_least: info.dataset.map_or(Version::NONE, |set| self.sessions.token(key, set)),
        };
        let call = Call {
            client: key,
            number: info.operation,
            attempt,
            dataset: info.dataset,
            want,
            reply: ReplyTo { place: Place::users(info.population), ticket: None },
            region,
            hops: 0,
            since: cx.now(),
            deadline: cx.now() + request.timeout,
            asked: false,
            passed_to: None,
            doubled: false,
        };
        cx.state_cause(Fact::AttemptSent { operation: info.operation, attempt, region, population: info.population });
        let parcel = Parcel { bytes: CALL_BYTES + u64::from(want.bytes), channel: Channel::Client, write: None };
        let (from, to) = (Place::users(info.population), Place::region(region));
        cx.send(from, to, parcel, Some(info.operation), Body::Call(call));
        cx.plan(request.timeout, Event::Timeout { client: key, timer });
    }

    fn on_resume(&mut self, key: Key, cx: &mut Cx<'_>) {
        let client = self.clients.get(key);
        debug_assert!(client.is_some_and(|client| client.resting), "a client that goes on was resting");
        let Some(client) = client else { return };
        if client.step == IDLE {
            self.begin(key, cx);
        } else if client.attempt > 0 {
            self.ask_where(key, Some(client.region), cx);
        } else {
            self.take_step(key, cx);
        }
    }

    fn on_timeout(&mut self, key: Key, timer: TimerId, cx: &mut Cx<'_>) {
        if !cx.fire(timer) {
            return;
        }
        let client = self.clients.get_mut(key);
        debug_assert!(client.as_ref().is_some_and(|client| client.timer == Some(timer)), "an attempt is given up once");
        let Some(client) = client else { return };
        client.in_doubt = true;
        let (lost, attempt) = (client.lost, client.as_attempt(key));
        if lost != 0 {
            cx.because(lost);
        }
        self.populations[usize::from(attempt.population)].hears(attempt, false, cx);
        self.fail_attempt(key, ErrorKind::Timeout, cx);
    }

    /// An attempt, or the answer to it, is lost. Its client does not know; the trace does.
    pub(crate) fn on_attempt_lost(&mut self, key: Key, number: u64, attempt: u16, lost: u64) {
        let of_attempt = |client: &&mut Client| client.info.operation == number && client.attempt == attempt;
        if let Some(client) = self.clients.get_mut(key).filter(of_attempt) {
            client.lost = lost;
        }
    }

    /// An answer has come back to a client.
    pub(crate) fn on_answer(&mut self, answer: Answer, cx: &mut Cx<'_>) {
        let Some(client) = self.clients.get_mut(answer.client) else { return };
        let current = client.info.operation == answer.number && client.attempt == answer.attempt && !client.resting;
        if !current {
            return;
        }
        if let Some(timer) = client.timer.take() {
            cx.cancel(timer);
        }
        let attempt = client.as_attempt(answer.client);
        self.populations[usize::from(attempt.population)].hears(
            attempt,
            answer.result.err().is_none_or(ErrorKind::is_answer),
            cx,
        );
        match answer.result {
            Ok(found) => {
                if let Some(set) = client.info.dataset {
                    self.sessions.learn(answer.client, set, found.version);
                    match client.info.kind {
                        OperationKind::Write => self.sessions.has_written(answer.client, set, cx.now()),
                        OperationKind::Read => self.sessions.has_read(answer.client, set, answer.served_by),
                        OperationKind::Call => {}
                    }
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
                    cx.say(Said::ServedAfterAll { population, process, region: ending.region });
                }
                self.end_operation(answer.client, ending, cx);
            }
            // Trying again is of no use.
            Err(error) if error.is_answer() => {
                client.in_doubt |= answer.doubled;
                self.end_in_error(answer.client, error, answer.served_by, cx);
            }
            Err(error) => {
                // Where a call was doubled on its way, the other copy may yet succeed.
                client.in_doubt |= error.row().in_doubt || answer.doubled;
                self.fail_attempt(answer.client, error, cx);
            }
        }
    }

    fn fail_attempt(&mut self, key: Key, error: ErrorKind, cx: &mut Cx<'_>) {
        let config = cx.config;
        let Some(client) = self.clients.get_mut(key) else { return };
        let (info, attempt, region) = (client.info, client.attempt, client.region);
        client.resting = true;
        cx.state_cause(Fact::AttemptFailed {
            operation: info.operation,
            attempt,
            region,
            population: info.population,
            error,
        });
        let retry = &config.requests[usize::from(info.request)].retry;
        if u32::from(attempt) < retry.attempts {
            let pauses = &mut self.populations[usize::from(info.population)].pauses;
            let pause = retry.pause_after(attempt, pauses);
            cx.plan(pause, Event::Resume { client: key });
            return;
        }
        self.end_in_error(key, error, region, cx);
    }

    fn end_in_error(&mut self, key: Key, error: ErrorKind, served_by: u16, cx: &mut Cx<'_>) {
        let Some(client) = self.clients.get(key) else { return };
        let ending = Ending {
            error: Some(error),
            may_have_happened: client.info.kind == OperationKind::Write && client.in_doubt,
            region: client.region,
            served_by,
            attempts: client.attempt,
            version: Version::NONE,
            read: 0,
            answered: cx.now(),
        };
        self.end_operation(key, ending, cx);
    }

    fn end_operation(&mut self, key: Key, ending: Ending, cx: &mut Cx<'_>) {
        let Some(client) = self.clients.get_mut(key) else { return };
        let info = client.info;
        client.attempt = 0;
        client.resting = true;
        client.step += 1;
        self.populations[usize::from(info.population)].under_way -= 1;
        cx.state_cause(Fact::OperationEnded(info, ending));
        if ending.error.is_none() { self.take_step(key, cx) } else { self.finish_request(key, cx) }
    }

    /// The request is over: an open-loop client is gone, a closed-loop user thinks and asks again.
    fn finish_request(&mut self, key: Key, cx: &mut Cx<'_>) {
        let config = cx.config;
        let Some(client) = self.clients.get_mut(key) else { return };
        client.step = IDLE;
        client.resting = true;
        let population = client.info.population;
        match &config.populations[usize::from(population)].arrival {
            Arrival::Closed { think, .. } => {
                let think = think.span(&mut self.populations[usize::from(population)].pauses);
                cx.plan(think, Event::Resume { client: key });
            }
            Arrival::Poisson(_) | Arrival::Constant(_) => {
                self.clients.remove(key);
            }
        }
    }

    /// About how many bytes a clone takes.
    pub(crate) fn weight(&self) -> usize {
        self.clients.len() * size_of::<Client>() + self.sessions.weight()
    }
}

#[cfg(test)]
mod tests;
