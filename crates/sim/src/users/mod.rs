//! Users and their clients: when they ask, what they ask, and what comes next once that is answered.

mod arrivals;
mod attempts;
pub(crate) mod clocks;
pub mod defence;
pub(crate) mod failures;
mod people;
mod population;
pub(crate) mod requests;
pub mod said;
mod sessions;
pub(crate) mod settings;
pub(crate) mod snapshot;
pub(crate) mod steps;
mod words;

use crate::config::{Arrival, Config, PopulationConfig, Step};
use crate::cx::Cx;
use arrivals::{next_constant, next_poisson};
use defence::Attempt;
use engine::{Key, Slab, TimerId};
use people::{Device, People};
use population::Population;
use requests::KeyOf;
use said::{Ending, Event, Fact, OperationInfo, OperationKind};
use sessions::{Session, Sessions};

/// The step of a client that is not in the middle of a request.
const IDLE: usize = usize::MAX;

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
    session: Session,
    /// Who it acts for, by number in the population; none for a stranger.
    person: Option<u32>,
    /// What that person uses.
    device: Option<Device>,
    /// How far its clock is ahead, nanoseconds.
    ahead: i64,
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
        // Where people are told apart from their sessions the lowest numbers are theirs.
        let told = config.populations.iter().any(PopulationConfig::tells_people);
        let people = config.populations.iter().filter_map(|users| users.people).map(|people| u64::from(people.users));
        Users {
            populations: Population::all(config),
            clients: Slab::default(),
            sessions: Sessions::new(config),
            last_operation: 0,
            last_process: if told { people.sum() } else { 0 },
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
                Arrival::Closed { think } => {
                    for person in 0..population.people.map_or(0, |people| people.users) {
                        let client = self.new_client(index, Some(person), cx);
                        if !population.tells_people() {
                            self.enter(client, cx);
                        }
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
        let person = match &mut self.populations[usize::from(population)].people {
            None => None,
            Some(people) => match people.somebody() {
                None => {
                    cx.state(Fact::NobodyFree { population });
                    return;
                }
                somebody => somebody,
            },
        };
        let client = self.new_client(population, person, cx);
        self.begin(client, cx);
    }

    /// A client of this person or of a stranger, which is in no request yet.
    fn new_client(&mut self, population: u16, person: Option<u32>, cx: &mut Cx<'_>) -> Key {
        let info = OperationInfo {
            operation: 0,
            slot: 0,
            process: 0,
            population,
            request: 0,
            dataset: None,
            kind: OperationKind::Call,
            step: 0,
            key: 0,
            write: 0,
            accounts: [0; 2],
            invoked: cx.now(),
        };
        self.clients.insert(Client {
            info,
            key: 0,
            step: IDLE,
            attempt: 0,
            timer: None,
            region: 0,
            in_doubt: false,
            lost: 0,
            resting: true,
            session: Session::NONE,
            person,
            device: None,
            ahead: 0,
        })
    }

    /// A client gets its session: a stranger's begins, a person takes a device.
    fn enter(&mut self, key: Key, cx: &mut Cx<'_>) {
        let Some(client) = self.clients.get_mut(key) else { return };
        client.info.slot = key.index();
        let population = client.info.population;
        let Population { people, clocks, .. } = &mut self.populations[usize::from(population)];
        let (Some(person), Some(people)) = (client.person, people) else {
            self.last_process += 1;
            client.info.process = self.last_process;
            client.session = self.sessions.begin();
            client.ahead = clocks.of_stranger();
            return;
        };
        let taken = people.take(person, cx.now(), &mut self.last_process, &mut self.sessions);
        client.info.process = taken.process;
        client.session = taken.session;
        client.device = Some(taken.device);
        client.ahead = clocks.of_device(taken.device.0);
        if taken.began && cx.config.populations[usize::from(population)].tells_people() {
            let (user, device) = (people.number(person) + 1, taken.number);
            cx.state(Fact::SessionBegan { population, process: taken.process, user, device });
        }
    }

    /// A request is over: a stranger is never seen again, a person puts the device down.
    fn leave(&mut self, key: Key, cx: &mut Cx<'_>) {
        let Some(client) = self.clients.get_mut(key) else { return };
        let people = self.populations[usize::from(client.info.population)].people.as_mut();
        let session = std::mem::replace(&mut client.session, Session::NONE);
        match (client.person, client.device.take(), people) {
            (Some(person), Some(device), Some(people)) => people.rest(person, device, cx.now()),
            _ => self.sessions.end(session),
        }
    }

    /// Choose what to ask and about which key, and take the first step.
    fn begin(&mut self, key: Key, cx: &mut Cx<'_>) {
        let config = cx.config;
        if self.clients.get(key).is_some_and(|client| client.session == Session::NONE) {
            self.enter(key, cx);
        }
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
        client.key = match (config.requests[request].key, client.person, &population.people) {
            (KeyOf::User, Some(person), Some(people)) => people.key(person),
            _ => first.map_or(0, |dataset| population.key(dataset)),
        };
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
            accounts: [0; 2],
            invoked: cx.now(),
            ..client.info
        };
        let population = &mut self.populations[usize::from(client.info.population)];
        if let (Some(change), Some((dataset, _))) = (request.steps[client.step].change(), place) {
            self.last_write += 1;
            client.info.write = self.last_write;
            client.info.accounts = population.accounts(change, &config.datasets[usize::from(dataset)].kind);
        }
        client.attempt = 0;
        client.in_doubt = false;
        population.under_way += 1;
        let info = client.info;
        cx.state_cause(Fact::OperationStarted(info));
        self.ask_where(key, None, cx);
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
        let users = &config.populations[usize::from(population)];
        if users.people.is_none() || users.tells_people() {
            self.leave(key, cx);
        }
        match &users.arrival {
            Arrival::Closed { think } => {
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
        let people = self.populations.iter().filter_map(|population| population.people.as_ref());
        self.clients.len() * size_of::<Client>() + self.sessions.weight() + people.map(People::weight).sum::<usize>()
    }
}

#[cfg(test)]
mod tests;
