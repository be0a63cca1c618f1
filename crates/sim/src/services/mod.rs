//! The service of a region: workers, a bounded queue, and what a served call needs next.

pub(crate) mod failures;
pub mod said;
pub(crate) mod settings;
pub(crate) mod snapshot;
mod words;

use crate::config::{Config, RegionConfig};
use crate::cx::Cx;
use crate::failure::table::ErrorKind;
use crate::network::said::Body;
use crate::place::Place;
use crate::users::said::OperationKind;
use engine::{Key, Slab, Span, Stream, Time};
use protocol::{Channel, Epoch, Floor, Leadership, NodeId, Parcel, ReadFrom, Refusal, Response, Seen, Stored, Version};
use said::{Answer, Ask, CALL_BYTES, Call, Event, Fact, Found, ReplyTo, Said, Vitals};
use std::collections::VecDeque;

/// A call is passed on to another region at most so often.
const HOPS: u8 = 2;

/// The services of all regions, and the calls they know of.
#[derive(Clone, Debug)]
pub(crate) struct Services {
    stations: Vec<Station>,
    calls: Slab<Call>,
}

/// The workers and the queue of a region.
#[derive(Clone, Debug)]
struct Station {
    busy: u32,
    waiting: VecDeque<Key>,
    /// The most that waited at once in the second under way.
    most_waiting: u32,
    /// Counts restarts: what was planned before one no longer counts.
    generation: u32,
    service: Stream,
    errors: Stream,
    busy_time: Span,
    busy_since: Time,
    utilisation: f64,
    vitals: Vitals,
}

impl Station {
    fn all(config: &Config) -> Vec<Station> {
        let stream = |purpose, region: &RegionConfig| Stream::of(config.seed, purpose, &[&region.id]);
        let one = |region: &RegionConfig| Station {
            busy: 0,
            waiting: VecDeque::new(),
            most_waiting: 0,
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
    fn end_second(&mut self, now: Time, workers: u32) -> f64 {
        self.set_busy(now, self.busy);
        self.utilisation = self.busy_time.as_secs_f64() / f64::from(workers.max(1));
        self.busy_time = Span::ZERO;
        self.utilisation
    }

    /// Power is lost.
    fn crash(&mut self, now: Time) {
        self.set_busy(now, 0);
        self.waiting.clear();
        self.generation += 1;
    }
}

impl Services {
    pub(crate) fn new(config: &Config) -> Services {
        Services { stations: Station::all(config), calls: Slab::default() }
    }

    pub(crate) fn on(&mut self, event: Event, cx: &mut Cx<'_>) {
        let Event::Served { region, generation, call } = event;
        self.on_served(region, generation, call, cx);
    }

    /// A call has reached a region; the network may have made two of it on the way.
    pub(crate) fn on_call(&mut self, region: u16, call: Call, doubled: bool, cx: &mut Cx<'_>) {
        let limits = &cx.config.regions[usize::from(region)];
        let (workers, queue) = (limits.workers, limits.queue);
        let doubled = doubled || call.doubled;
        let call = Call { region, since: cx.now(), asked: false, passed_to: None, doubled, ..call };
        let station = &mut self.stations[usize::from(region)];
        if station.busy < workers {
            let key = self.calls.insert(call);
            self.serve(region, key, cx);
        } else if (station.waiting.len() as u32) < queue {
            let key = self.calls.insert(call);
            station.waiting.push_back(key);
            station.most_waiting = station.most_waiting.max(station.waiting.len() as u32);
        } else {
            station.vitals.count(true, Span::ZERO);
            cx.state_cause(Fact::Rejected { region, operation: call.number });
            answer(call, Err(ErrorKind::Overloaded), region, cx);
        }
    }

    fn serve(&mut self, region: u16, key: Key, cx: &mut Cx<'_>) {
        let Some(call) = self.calls.get(key) else {
            debug_assert!(false, "a call that waits for a worker is remembered until it is served");
            return;
        };
        debug_assert!(call.region == region && !call.asked, "a call is served once, where it is");
        let waited = cx.now() - call.since;
        let operation = call.number;
        let slowness = cx.conditions().regions[usize::from(region)].slowness;
        let station = &mut self.stations[usize::from(region)];
        station.set_busy(cx.now(), station.busy + 1);
        debug_assert!(station.busy <= cx.config.regions[usize::from(region)].workers, "no more work than workers");
        let generation = station.generation;
        let takes = cx.config.regions[usize::from(region)].service.span(&mut station.service).scale(slowness);
        let started = cx.state(Fact::ServiceStarted { region, operation, waited });
        let due = cx.now() + takes;
        cx.plan_because(started, due, Event::Served { region, generation, call: key });
    }

    fn on_served(&mut self, region: u16, generation: u32, key: Key, cx: &mut Cx<'_>) {
        let station = &mut self.stations[usize::from(region)];
        if station.generation != generation {
            return;
        }
        debug_assert!(station.busy > 0, "a worker that is done was busy");
        station.set_busy(cx.now(), station.busy - 1);
        let errors = cx.conditions().regions[usize::from(region)].errors;
        let fails = errors != engine::Probability::NEVER && station.errors.chance(errors);
        let next = station.waiting.pop_front();
        let Some(call) = self.calls.get_mut(key).map(|call| {
            call.asked = true;
            call.clone()
        }) else {
            debug_assert!(false, "a call that is being served is remembered until it is");
            return next.into_iter().for_each(|next| self.serve(region, next, cx));
        };
        self.stations[usize::from(region)].vitals.count(fails, cx.now() - call.since);
        cx.state_cause(Fact::Served { region, operation: call.number });
        match (fails, call.dataset) {
            (true, _) => self.conclude(key, Err(ErrorKind::ServerError), region, cx),
            (false, None) => self.conclude(key, Ok(Found::nothing(cx.now(), Version::NONE)), region, cx),
            (false, Some(dataset)) => cx.say(Said::NeedsData(call.ask(key, dataset))),
        }
        if let Some(next) = next {
            self.serve(region, next, cx);
        }
    }

    /// A call is for the replica of another region.
    pub(crate) fn send_elsewhere(&mut self, region: u16, key: Key, to: u16, cx: &mut Cx<'_>) {
        if let Some(call) = self.calls.get(key).cloned() {
            self.pass_on(region, to, key, call, cx);
        }
    }

    /// Pass a call on to another region, and wait for its answer.
    fn pass_on(&mut self, from: u16, to: u16, key: Key, call: Call, cx: &mut Cx<'_>) {
        if call.hops >= HOPS || to == from {
            return self.conclude(key, Err(ErrorKind::Astray), from, cx);
        }
        if let Some(call) = self.calls.get_mut(key).filter(|call| call.needs_elected(cx.config)) {
            call.passed_to = Some(to);
        }
        let reply = ReplyTo { place: Place::region(from), ticket: Some(key) };
        let passed = Call { reply, hops: call.hops + 1, ..call };
        let parcel = Parcel { bytes: passed.want.size(), channel: Channel::Client, write: None };
        cx.send(Place::region(from), Place::region(to), parcel, Some(call.number), Body::Call(passed));
    }

    /// A replica has answered.
    pub(crate) fn on_reply(&mut self, region: u16, key: Key, (response, seen): (Response, Seen), cx: &mut Cx<'_>) {
        let Some(call) = self.calls.get(key).cloned() else { return };
        match response {
            Response::Read(stored) => {
                let read = stored.write.map_or(0, |write| write.0);
                let Stored { version, deleted, bytes, .. } = stored;
                let found = Found { at: cx.now(), version, read, deleted, bytes, seen };
                self.conclude(key, Ok(found), region, cx);
            }
            Response::Written(version) => {
                self.conclude(key, Ok(Found { seen, ..Found::nothing(cx.now(), version) }), region, cx);
            }
            Response::Declined(_) => self.conclude(key, Err(ErrorKind::Declined), region, cx),
            Response::NotLeader(NodeId(leader)) => {
                // A read that must go to the leader is the leader's to answer. Where nobody leads, who has what is lacking answers by the same rule.
                let mut call = call;
                if !call.is_led(cx.config, Leadership::None)
                    && matches!(call.want.read.means().floor, Floor::Session | Floor::Age)
                {
                    call.want.read = ReadFrom::Leader;
                }
                self.pass_on(region, leader, key, call, cx);
            }
            Response::Refused(refusal) => self.conclude(key, Err(refused(refusal)), region, cx),
            Response::Unknown => self.conclude(key, Err(ErrorKind::Unknown), region, cx),
        }
    }

    /// The answer to a call that was passed on has come back.
    pub(crate) fn pass_answer_on(&mut self, region: u16, answer: Answer, cx: &mut Cx<'_>) {
        let Some(ticket) = answer.ticket else { return };
        if let Some(call) = self.calls.get_mut(ticket).filter(|call| call.region == region) {
            call.doubled |= answer.doubled;
            let call = call.clone();
            call.say_who_leads(answer.result.as_ref().ok().map(|found| (answer.served_by, found.version.epoch)), cx);
            self.conclude(ticket, answer.result, answer.served_by, cx);
        }
    }

    /// The call is done here: forget it and answer whoever asked.
    fn conclude(&mut self, key: Key, result: Result<Found, ErrorKind>, served_by: u16, cx: &mut Cx<'_>) {
        if let Some(call) = self.calls.remove(key) {
            answer(call, result, served_by, cx);
        }
    }

    /// A second is over: what was read off, and what nobody waits for any more is forgotten. A call that still waits for a worker
    /// is served all the same: its region does not know.
    pub(crate) fn second(&mut self, cx: &mut Cx<'_>) {
        let now = cx.now();
        let over = |call: &Call| call.asked && call.deadline < now;
        let old: Vec<Key> = self.calls.iter().filter(|(_, call)| over(call)).map(|(key, _)| key).collect();
        for key in old {
            if let Some(call) = self.calls.remove(key) {
                call.say_who_leads(None, cx);
            }
        }
        for (region, station) in (0..).zip(&mut self.stations) {
            let utilisation = station.end_second(now, cx.config.regions[usize::from(region)].workers);
            let queue = std::mem::replace(&mut station.most_waiting, station.waiting.len() as u32);
            let busy_permille = engine::math::round(utilisation * 1000.0) as u16;
            cx.state(Fact::RegionGauge { region, queue, busy_permille });
        }
    }

    /// Power is lost by this event: nobody works, and nobody remembers the calls of this region.
    pub(crate) fn power_lost(&mut self, region: u16, event: u64, cx: &mut Cx<'_>) {
        self.stations[usize::from(region)].crash(cx.now());
        let gone: Vec<Key> = self.calls.iter().filter(|(_, call)| call.region == region).map(|(key, _)| key).collect();
        for key in gone {
            if let Some(Call { client, number, attempt, .. }) = self.calls.remove(key) {
                cx.say(Said::Forgotten { client, number, attempt, event });
            }
        }
    }

    /// How a region's service has done so far.
    pub(crate) fn vitals(&self, region: u16) -> Vitals {
        self.stations[usize::from(region)].vitals
    }

    /// How many calls there are that were not answered and that no worker works at: what a worker does ends, if late.
    pub(crate) fn calls_held(&self) -> usize {
        let busy: usize = self.stations.iter().map(|station| station.busy as usize).sum();
        self.calls.len().saturating_sub(busy)
    }

    /// About how many bytes a clone takes.
    pub(crate) fn weight(&self) -> usize {
        self.calls.len() * size_of::<Call>()
    }
}

impl Call {
    /// Whether it needs the leader of a dataset that elects its leader.
    fn needs_elected(&self, config: &Config) -> bool {
        let led = self.want.kind != OperationKind::Read || self.want.read.means().floor == Floor::Leadership;
        led && self.is_led(config, Leadership::Elected)
    }

    /// Whether it is about a dataset whose leader comes to lead so.
    fn is_led(&self, config: &Config, so: Leadership) -> bool {
        self.dataset.is_some_and(|dataset| config.datasets[usize::from(dataset)].leadership == so)
    }

    /// It was passed on to whoever leads a dataset that elects its leader: say who has answered as that, or that nobody has.
    fn say_who_leads(&self, answered: Option<(u16, Epoch)>, cx: &mut Cx<'_>) {
        let (Some(by), Some(dataset)) = (self.passed_to, self.dataset) else { return };
        let region = self.region;
        cx.say(match answered {
            Some((leader, epoch)) => Said::LedBy { region, dataset, leader, epoch },
            None => Said::Unled { region, dataset, by },
        });
    }

    /// What it needs of its dataset.
    fn ask(&self, call: Key, dataset: u16) -> Ask {
        let passed_on = self.reply.ticket.is_some();
        Ask { call, region: self.region, dataset, want: self.want.clone(), passed_on }
    }
}

/// Why a replica would not serve it, as its client is told.
fn refused(refusal: Refusal) -> ErrorKind {
    match refusal {
        Refusal::NoLeader => ErrorKind::NoLeader,
        Refusal::NoLease => ErrorKind::NoLease,
        Refusal::HandingOver => ErrorKind::HandingOver,
        Refusal::Unsettled => ErrorKind::Unsettled,
        Refusal::NoQuorum => ErrorKind::NoQuorum,
    }
}

fn answer(call: Call, result: Result<Found, ErrorKind>, served_by: u16, cx: &mut Cx<'_>) {
    let ReplyTo { place, ticket } = call.reply;
    let Call { client, number, attempt, doubled, .. } = call;
    let value = result.as_ref().map_or(0, |found| found.bytes + found.seen.bytes());
    let answer = Answer { client, number, attempt, ticket, result, served_by, doubled };
    let parcel = Parcel { bytes: CALL_BYTES + u64::from(value), channel: Channel::Client, write: None };
    cx.send(Place::region(call.region), place, parcel, Some(call.number), Body::Answer(answer));
}

#[cfg(test)]
mod tests;
