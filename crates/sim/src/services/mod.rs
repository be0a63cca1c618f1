//! The service of a region: workers, a bounded queue, and what a served call needs next.

pub mod said;

use crate::config::{Config, ReadFrom, RegionConfig};
use crate::network::Body;
use crate::trace::{ErrorKind, OperationKind, Place, What, data, services};
use crate::world::{Event, Said, World};
use engine::{Key, Span, Stream, Time};
use protocol::{Channel, Epoch, NodeId, Operation, Parcel, Protocol, Request, RequestId, Response, Version, WriteId};
use said::Ask;
use std::collections::VecDeque;

/// A call is passed on to another region at most so often.
const HOPS: u8 = 2;
/// Size of a call or an answer, without the value, bytes.
pub(crate) const CALL_BYTES: u32 = 400;

/// A call as it travels and waits.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Call {
    /// The client's slot.
    pub(crate) operation: Key,
    /// The operation's number.
    pub(crate) number: u64,
    pub(crate) attempt: u16,
    pub(crate) dataset: Option<u16>,
    pub(crate) kind: OperationKind,
    pub(crate) read: ReadFrom,
    pub(crate) key: u32,
    pub(crate) write: u64,
    pub(crate) bytes: u32,
    /// The client's session token.
    pub(crate) at_least: Version,
    pub(crate) reply: ReplyTo,
    /// Where it is.
    pub(crate) region: u16,
    pub(crate) hops: u8,
    /// When it got there.
    pub(crate) since: Time,
    /// When its client stops waiting.
    pub(crate) deadline: Time,
    /// A worker has taken it up and it waits for a replica or another region.
    pub(crate) asked: bool,
    /// The network made two of it: what one of them comes to says nothing about the other.
    pub(crate) doubled: bool,
}

/// Who waits for the answer to a call.
#[derive(Clone, Copy, Debug)]
pub(crate) enum ReplyTo {
    /// A client of this population.
    Client(u16),
    /// A region that passed it on, and its own record of it.
    Region(u16, Key),
}

/// The answer to a call.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Answer {
    pub(crate) operation: Key,
    pub(crate) number: u64,
    pub(crate) attempt: u16,
    /// For a region that passed the call on: its own record of it.
    pub(crate) ticket: Option<Key>,
    pub(crate) result: Result<Found, ErrorKind>,
    pub(crate) served_by: u16,
    /// Whether a copy of the call may come to something else.
    pub(crate) doubled: bool,
}

/// What a successful call brings back.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Found {
    /// When it was answered, by whoever served it.
    pub(crate) at: Time,
    pub(crate) version: Version,
    /// The write whose value was read; 0 for the initial value or for a write.
    pub(crate) read: u64,
}

/// How a region's service has done since the start of the run.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Vitals {
    /// Calls taken up or refused.
    pub(crate) served: u64,
    /// Those refused or ended in an error of the service.
    pub(crate) failed: u64,
    /// Time all of them spent here until they were served.
    pub(crate) took: Span,
}

impl Vitals {
    /// What came after `earlier`.
    pub(crate) fn since(self, earlier: Vitals) -> Vitals {
        let (served, failed) = (self.served - earlier.served, self.failed - earlier.failed);
        Vitals { served, failed, took: self.took - earlier.took }
    }

    fn count(&mut self, failed: bool, took: Span) {
        self.served += 1;
        self.failed += u64::from(failed);
        self.took += took;
    }
}

/// The workers and the queue of a region.
#[derive(Clone, Debug)]
pub(crate) struct Station {
    pub(crate) busy: u32,
    pub(crate) waiting: VecDeque<Key>,
    /// Counts restarts: what was planned before one no longer counts.
    pub(crate) generation: u32,
    service: Stream,
    errors: Stream,
    busy_time: Span,
    busy_since: Time,
    pub(crate) utilisation: f64,
    pub(crate) vitals: Vitals,
}

impl Station {
    pub(crate) fn all(config: &Config) -> Vec<Station> {
        let stream = |purpose, region: &RegionConfig| Stream::of(config.seed, purpose, &[&region.id]);
        let one = |region: &RegionConfig| Station {
            busy: 0,
            waiting: VecDeque::new(),
            generation: 0,
            service: stream("service", region),
            errors: stream("server errors", region),
            busy_time: Span::ZERO,
            busy_since: Time::ZERO,
            utilisation: 0.0,
            vitals: Vitals::default(),
        };
        config.regions.iter().map(one).collect()
    }

    fn set_busy(&mut self, now: Time, busy: u32) {
        self.busy_time += (now - self.busy_since) * u64::from(self.busy);
        self.busy_since = now;
        self.busy = busy;
    }

    /// Share of the workers' time used since the last call, 0 to 1.
    pub(crate) fn end_second(&mut self, now: Time, workers: u32) -> f64 {
        self.set_busy(now, self.busy);
        self.utilisation = self.busy_time.as_secs_f64() / f64::from(workers.max(1));
        self.busy_time = Span::ZERO;
        self.utilisation
    }

    /// Power is lost.
    pub(crate) fn crash(&mut self, now: Time) {
        self.set_busy(now, 0);
        self.waiting.clear();
        self.generation += 1;
    }
}

impl Call {
    /// What it needs of its dataset.
    fn ask(&self, call: Key, dataset: u16) -> Ask {
        let Call { region, kind, read, key, write, bytes, at_least, .. } = *self;
        let passed_on = matches!(self.reply, ReplyTo::Region(..));
        Ask { call, region, dataset, kind, read, key, write, bytes, at_least, passed_on }
    }
}

impl<P: Protocol> World<P> {
    /// A call has reached a region.
    pub(crate) fn on_call(&mut self, region: u16, call: Call) {
        let limits = &self.config.regions[usize::from(region)];
        let (workers, queue) = (limits.workers, limits.queue);
        let call = Call { region, since: self.now, asked: false, ..call };
        let station = &mut self.stations[usize::from(region)];
        if station.busy < workers {
            let key = self.calls.insert(call);
            self.serve(region, key);
        } else if (station.waiting.len() as u32) < queue {
            let key = self.calls.insert(call);
            station.waiting.push_back(key);
        } else {
            station.vitals.count(true, Span::ZERO);
            self.emit_cause(What::Services(services::Fact::Rejected { region, operation: call.number }));
            self.answer(call, Err(ErrorKind::Overloaded), region);
        }
    }

    fn serve(&mut self, region: u16, key: Key) {
        let Some(call) = self.calls.get(key) else {
            debug_assert!(false, "a call that waits for a worker is remembered until it is served");
            return;
        };
        debug_assert!(call.region == region && !call.asked, "a call is served once, where it is");
        let waited = self.now - call.since;
        let operation = call.number;
        let slowness = self.conditions.regions[usize::from(region)].slowness;
        let station = &mut self.stations[usize::from(region)];
        station.set_busy(self.now, station.busy + 1);
        debug_assert!(station.busy <= self.config.regions[usize::from(region)].workers, "no more work than workers");
        let generation = station.generation;
        let takes = self.config.regions[usize::from(region)].service.span(&mut station.service).scale(slowness);
        let started = self.emit(What::Services(services::Fact::ServiceStarted { region, operation, waited }));
        self.plan_because(started, self.now + takes, Event::Served { region, generation, call: key });
    }

    pub(crate) fn on_served(&mut self, region: u16, generation: u32, key: Key) {
        let station = &mut self.stations[usize::from(region)];
        if station.generation != generation {
            return;
        }
        debug_assert!(station.busy > 0, "a worker that is done was busy");
        station.set_busy(self.now, station.busy - 1);
        let errors = self.conditions.regions[usize::from(region)].errors;
        let fails = errors != engine::Probability::NEVER && station.errors.chance(errors);
        let next = station.waiting.pop_front();
        let Some(call) = self.calls.get_mut(key).map(|call| {
            call.asked = true;
            *call
        }) else {
            debug_assert!(false, "a call that is being served is remembered until it is");
            return next.into_iter().for_each(|next| self.serve(region, next));
        };
        self.stations[usize::from(region)].vitals.count(fails, self.now - call.since);
        self.emit_cause(What::Services(services::Fact::Served { region, operation: call.number }));
        match (fails, call.dataset) {
            (true, _) => self.conclude(key, Err(ErrorKind::ServerError), region),
            (false, None) => self.conclude(key, Ok(Found { at: self.now, version: Version::NONE, read: 0 }), region),
            (false, Some(dataset)) => self.say(Said::Services(services::Said::NeedsData(call.ask(key, dataset)))),
        }
        if let Some(next) = next {
            self.serve(region, next);
        }
    }

    /// Put the call to the replica that should answer it: here, or in another region.
    pub(crate) fn look_up(&mut self, ask: Ask) {
        let Ask { call, region, dataset, kind, read, .. } = ask;
        let (leader, epoch) = self.control.route_of(region, dataset);
        let local = self.holds(dataset, region);
        let reads_anywhere = kind == OperationKind::Read && read != ReadFrom::Leader;
        if local && (ask.passed_on || leader == region || reads_anywhere) {
            let operation = match (kind, read) {
                (OperationKind::Read, ReadFrom::Local) => Operation::ReadLocal,
                (OperationKind::Read, ReadFrom::Session) => Operation::ReadAtLeast(ask.at_least),
                (OperationKind::Read, ReadFrom::Leader) => Operation::ReadLeader,
                _ => Operation::Write { write: WriteId(ask.write), bytes: ask.bytes },
            };
            let request = Request { id: RequestId(call.to_bits()), key: protocol::Key(ask.key), operation, epoch };
            return self.ask_replica(dataset, region, request);
        }
        let to = if reads_anywhere { self.nearest_holder(dataset, region) } else { leader };
        self.say(Said::Data(data::Said::Elsewhere { region, call, to }));
    }

    /// A call is for the replica of another region.
    pub(crate) fn send_elsewhere(&mut self, region: u16, to: u16, key: Key) {
        if let Some(call) = self.calls.get(key).copied() {
            self.pass_on(region, to, key, call);
        }
    }

    /// Pass a call on to another region, and wait for its answer.
    fn pass_on(&mut self, from: u16, to: u16, key: Key, call: Call) {
        if call.hops >= HOPS || to == from {
            return self.conclude(key, Err(ErrorKind::NoLeader), from);
        }
        let passed = Call { reply: ReplyTo::Region(from, key), hops: call.hops + 1, ..call };
        let parcel = Parcel { bytes: CALL_BYTES + call.bytes, channel: Channel::Client, write: None };
        self.send(Place::Region(from), Place::Region(to), parcel, Some(call.number), Body::Ask(passed));
    }

    /// A replica has answered.
    pub(crate) fn on_response(&mut self, region: u16, key: Key, response: Response) {
        let Some(call) = self.calls.get(key).copied() else { return };
        match response {
            Response::Read(stored) => {
                let read = stored.write.map_or(0, |write| write.0);
                self.conclude(key, Ok(Found { at: self.now, version: stored.version, read }), region);
            }
            Response::Written(version) => {
                self.conclude(key, Ok(Found { at: self.now, version, read: 0 }), region);
            }
            Response::NotLeader(NodeId(leader)) => {
                // A session read that must go to the leader is the leader's to answer.
                let read = if call.read == ReadFrom::Session { ReadFrom::Leader } else { call.read };
                self.pass_on(region, leader, key, Call { read, ..call });
            }
            Response::Refused(_) => self.conclude(key, Err(ErrorKind::NoLeader), region),
            Response::Unknown => self.conclude(key, Err(ErrorKind::Unknown), region),
        }
    }

    /// The answer to a call that was passed on has come back.
    pub(crate) fn pass_answer_on(&mut self, region: u16, answer: Answer) {
        let Some(ticket) = answer.ticket else { return };
        if let Some(call) = self.calls.get_mut(ticket).filter(|call| call.region == region) {
            call.doubled |= answer.doubled;
            self.conclude(ticket, answer.result, answer.served_by);
        }
    }

    /// The call is done here: forget it and answer whoever asked.
    fn conclude(&mut self, key: Key, result: Result<Found, ErrorKind>, served_by: u16) {
        if let Some(call) = self.calls.remove(key) {
            self.answer(call, result, served_by);
        }
    }

    fn answer(&mut self, call: Call, result: Result<Found, ErrorKind>, served_by: u16) {
        let (to, ticket) = match call.reply {
            ReplyTo::Client(population) => (Place::Users(population), None),
            ReplyTo::Region(region, key) => (Place::Region(region), Some(key)),
        };
        let Call { operation, number, attempt, doubled, .. } = call;
        let answer = Answer { operation, number, attempt, ticket, result, served_by, doubled };
        let parcel = Parcel { bytes: CALL_BYTES, channel: Channel::Client, write: None };
        self.send(Place::Region(call.region), to, parcel, Some(call.number), Body::Answer(answer));
    }

    /// Forget the calls whose answer nobody waits for any more. A call that still waits for a worker is served all the same:
    /// its region does not know.
    pub(crate) fn forget_old_calls(&mut self) {
        let now = self.now;
        let over = |call: &Call| call.asked && call.deadline < now;
        let old: Vec<Key> = self.calls.iter().filter(|(_, call)| over(call)).map(|(key, _)| key).collect();
        for key in old {
            self.calls.remove(key);
        }
    }

    /// Power is lost: nobody remembers the calls of this region.
    pub(crate) fn forget_calls_of(&mut self, region: u16, down: u64) {
        let gone: Vec<Key> = self.calls.iter().filter(|(_, call)| call.region == region).map(|(key, _)| key).collect();
        for key in gone {
            if let Some(call) = self.calls.remove(key) {
                self.on_attempt_lost(call.operation, call.number, call.attempt, down);
            }
        }
    }

    /// A region's routers learn who leads, and pass the order on to the replica.
    pub(crate) fn on_route(&mut self, dataset: u16, region: u16, leader: u16, epoch: Epoch) {
        let Some(news) = self.control.learn_route(region, dataset, leader, epoch) else { return };
        if news {
            self.emit_cause(What::Data(data::Fact::RouteLearned { dataset, region, leader: NodeId(leader), epoch }));
        }
        self.align_replica(dataset, region, leader, epoch);
    }
}
