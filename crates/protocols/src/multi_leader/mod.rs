//! Multi-leader replication: every region takes writes, confirms them when its own disk has them, and sends them to the others (R6; D1).
//!
//! A region's log is what it has for others, in the order in which that came to it: its own writes, and in a ring or at a hub what it
//! passes on. It is sent entry by entry, a window ahead of the answers; a question now and then finds what was lost, since the
//! answer says how far the other had heard when everything before the question had come. Whoever lacks what is no longer kept is
//! sent a copy of everything. Of two writes of a key the one with the later stamp wins, or what a key holds is sent as a whole and merged, versions
//! that did not know each other being kept side by side, so that it makes no difference in which order and how often they come. After MySQL's circular
//! and multi-source replication and DynamoDB's global tables of 2017.
//!
//! `changes` is what becomes of a change, `decisions` and `desk` of what people decide on, `compensation` of what is sold and was not there, `log` what there is for others, `heard` what was heard of one of
//! theirs, `stream` what is known of one of them, `told` what
//! others say that they have, `hearing` who was heard lately, `message` what they say, `config` how they are set up, `policies` and
//! `offers` what a scenario may choose, this file the contract.

mod changes;
mod compensation;
mod config;
mod decisions;
mod desk;
mod heard;
mod hearing;
mod log;
mod message;
mod offers;
mod policies;
mod stream;
#[cfg(test)]
mod tests;
mod told;

use crate::by_key::{Cell, Cells};
pub use config::{Choice, Compensation, Config, People, Policy, Timestamps, Topology};
use desk::Desk;
use engine::{FlatMap, FlatSet, Time, TreeMap};
use heard::Heard;
use hearing::Hearing;
use log::Log;
use message::Effects;
pub use message::{Message, Timer};
pub(crate) use offers::MULTI_LEADER;
use protocol::{
    Awaited, Command, DiskView, Env, Epoch, Key, NodeId, NodeView, Operation, Parcel, Protocol, Refusal, Request,
    RequestId, Response, Role, Seen, Stored, Summary, Upto, Version,
};
use std::ops::Range;
use stream::Stream;
use told::Told;

/// What a crash leaves.
#[derive(Clone, Debug, Default)]
pub struct Durable {
    kept: Option<Kept>,
}

/// What is on the disk.
#[derive(Clone, Debug)]
struct Kept {
    cells: Cells,
    log: Log,
    /// By sender: what was heard of its log.
    heard: FlatMap<NodeId, Heard>,
    /// By region: its log, as far as is known. On the disk, since whoever comes back must know whether another has lost its own meanwhile.
    logs: FlatMap<NodeId, Version>,
    /// Who is owed a copy of everything: whoever has lost its disk, and has not said that one has come since.
    owed: FlatSet<NodeId>,
    /// The latest stamp given out.
    stamp: Version,
}

/// A write that the disk has yet to do: whom to answer, and what the key holds then.
type Work = (RequestId, Key, Cell);

/// One region.
#[derive(Clone, Debug)]
pub struct MultiLeader {
    config: Config,
    kept: Kept,
    streams: Vec<Stream>,
    /// Writes that the disk has yet to do.
    disk: TreeMap<Work>,
    /// The number of the latest.
    works: u64,
    desk: Desk,
    /// Keys of which too much is sold, where that is seen to in a while.
    validating: FlatSet<Key>,
    /// What the others have, as far as they have said so lately.
    told: Told,
    /// Who was heard lately, where that decides who takes writes.
    hearing: Option<Hearing>,
}

impl Protocol for MultiLeader {
    type Config = Config;
    type Message = Message;
    type Timer = Timer;
    type Durable = Durable;

    /// Whoever confirms a write may be the only one that has it.
    fn holders(_: &Config, _: usize) -> usize {
        0
    }

    fn start(config: &Config, env: &Env, durable: Durable, effects: &mut Effects) -> Self {
        let empty = || {
            // By what no fault sets back: a later one is another's, and greater.
            let id = Version::stamped(env.steady, env.node, Version::NONE);
            Kept {
                cells: Cells::new(config.keys, &config.kind),
                log: Log::new(id),
                heard: at_first(env),
                logs: FlatMap::new(),
                owed: FlatSet::new(),
                stamp: Version::stamped(env.clock, env.node, Version::NONE),
            }
        };
        effects.timer(Timer::Heartbeat, config.heartbeat);
        let comes_back = durable.kept.is_some();
        let kept = durable.kept.unwrap_or_else(empty);
        let mut streams: Vec<Stream> = config.receivers(env.node, env.peers).into_iter().map(Stream::new).collect();
        for stream in &mut streams {
            match kept.owed.contains(&stream.to) {
                true => stream.begin_anew(),
                false if comes_back => stream.ask_again(&kept.log, env.clock, effects),
                false => {}
            }
        }
        let hearing = config.refuse_after.map(|_| Hearing::new(env));
        let (config, disk, desk) = (config.clone(), TreeMap::new(), Desk::default());
        let (validating, told) = (FlatSet::new(), Told::default());
        let mut region = MultiLeader { config, kept, streams, disk, works: 0, desk, validating, told, hearing };
        region.look_through(env, effects);
        region
    }

    fn on_request(&mut self, env: &Env, request: Request, effects: &mut Effects) {
        let key = request.key;
        self.told.accounts |= request.seen.is_kept();
        let Operation::Write { write, change, bytes } = request.operation else {
            return self.read(&request, effects);
        };
        if self.is_alone(env, effects) {
            return effects.reply(request.id, Response::Refused(Refusal::NoQuorum));
        }
        let made = match self.made(env, &request, (write, change, bytes), effects) {
            Ok(made) => made,
            Err(declined) => return effects.reply(request.id, Response::Declined(declined)),
        };
        let work = (request.id, key, made);
        let Some(takes) = &self.config.disk else { return self.written(env, work, effects) };
        self.works += 1;
        effects.disk_timer(Timer::Disk(self.works), takes);
        self.disk.insert(self.works, work);
    }

    /// Nobody is told to lead: everybody does.
    fn on_command(&mut self, _: &Env, _: Command, _: &mut Effects) {}

    fn on_message(&mut self, env: &Env, from: NodeId, message: Message, effects: &mut Effects) {
        if let Some(hearing) = &mut self.hearing {
            hearing.hear(from, env);
        }
        self.is_alone(env, effects);
        self.know(from, message.of_log());
        match message {
            // In whatever order they come: the latest stamp wins, or all are merged.
            Message::Entries { log, after, upto, entries, stands } => {
                self.told.accounts |= entries.iter().any(|(_, cell)| cell.seen.is_kept());
                self.take(env, from, entries, effects);
                self.heard_of(from, log).add(after, upto, stands);
                self.say_heard(from, log, None, effects);
            }
            Message::Copy { log, upto, number, cells } => {
                self.take(env, from, cells, effects);
                self.heard_of(from, log).add(0, upto, upto);
                self.say_heard(from, log, Some(number), effects);
            }
            Message::Hello { log, number, upto, clock, has } => {
                self.told.hear(from, has, env);
                self.heard_of(from, log).is_last(upto, clock);
                self.say_heard(from, log, Some(number), effects);
            }
            Message::Heard { log, upto, answers, .. } if log == self.kept.log.id => {
                if let Some(stream) = self.streams.iter_mut().find(|stream| stream.to == from)
                    && stream.on_heard(upto, answers)
                {
                    self.kept.owed.remove(&from);
                }
                self.ship(effects);
            }
            Message::Heard { .. } => {}
        }
    }

    fn on_timer(&mut self, env: &Env, timer: Timer, effects: &mut Effects) {
        match timer {
            Timer::Disk(work) => {
                if let Some(work) = self.disk.remove(work) {
                    self.written(env, work, effects);
                }
            }
            Timer::Decided => self.on_decided(env, effects),
            Timer::Validate(key) => self.validate(env, key, effects),
            Timer::Heartbeat => {
                self.is_alone(env, effects);
                self.told.forget(self.config.heartbeat, env);
                let has = if self.told.accounts { self.all_it_has(env) } else { Seen::UNKNOWN };
                let Kept { log, .. } = &self.kept;
                self.streams.iter_mut().for_each(|stream| stream.on_heartbeat(log, env.clock, has.clone(), effects));
                effects.timer(Timer::Heartbeat, self.config.heartbeat);
            }
        }
    }

    fn into_durable(self) -> Durable {
        Durable { kept: Some(self.kept) }
    }

    fn lacks(&self, seen: &Seen) -> Option<NodeId> {
        let lacking = seen.iter().map(|(author, upto)| (NodeId(author as u16), upto));
        lacking.filter(|(author, upto)| self.has(*author) < *upto).map(|(author, _)| author).next()
    }

    fn had_by(&self, other: NodeId, seen: &Seen) -> bool {
        self.told.has(other, seen)
    }

    /// Of all others the one that was heard of least lately.
    fn complete_as_of(&self) -> Option<Time> {
        let heard = self.streams.iter().map(|stream| self.kept.heard.get(&stream.to).and_then(|heard| heard.as_of));
        heard.min().flatten()
    }

    fn stored(&self, key: Key) -> Stored {
        self.kept.cells.stored(key)
    }

    fn sum(&self) -> i64 {
        self.kept.cells.sum()
    }

    fn has(&self, key: Key, element: u16) -> bool {
        self.kept.cells.has(key, element)
    }

    fn kept(&self) -> Range<u64> {
        self.kept.log.kept()
    }

    fn summary(&self) -> Summary {
        Summary { role: Role::Peer, epoch: Epoch(0), follows: None, last: self.kept.cells.last() }
    }

    fn view(&self, env: &Env) -> NodeView {
        let Summary { role, epoch, last, .. } = self.summary();
        let streams = self.streams.iter().map(|stream| stream.view(&self.kept.log, env.steady)).collect();
        let waiting = self.disk.len() as u32;
        let tombstones = self.kept.cells.tombstones();
        let validating = self.validating.iter().len() as u32;
        let disk = self.config.disk.as_ref().map(|takes| DiskView {
            pending: waiting.into(),
            awaited: Awaited::Clients(waiting),
            ..DiskView::new(takes)
        });
        let balances = self.kept.cells.balances();
        let alone = self.hearing.as_ref().is_some_and(Hearing::said_alone);
        NodeView { alone, streams, waiting, tombstones, validating, balances, disk, ..NodeView::new(role, epoch, last) }
    }

    fn parcel(message: &Message) -> Parcel {
        message.parcel()
    }
}

/// What is heard of others before they have said anything: when a run begins nobody has anything, and so nothing is lacking. Whoever has lost its disk knows
/// nothing of them.
fn at_first(env: &Env) -> FlatMap<NodeId, Heard> {
    let begins = env.steady == Time::ZERO;
    env.others().filter(|_| begins).map(|other| (other, Heard::since(env.clock))).collect()
}

impl MultiLeader {
    fn read(&self, request: &Request, effects: &mut Effects) {
        let lacks = if request.operation == Operation::ReadSeen { self.lacks(&request.seen) } else { None };
        let response = match (lacks, request.operation) {
            (Some(author), _) => Response::NotLeader(author),
            // It has not heard from all others lately enough, and nobody knows who has.
            (None, Operation::ReadLeader) if !self.streams.is_empty() => Response::Refused(Refusal::NoQuorum),
            (None, _) => Response::Read(self.kept.cells.stored(request.key)),
        };
        effects.reply_with(request.id, response, self.kept.cells.seen(request.key));
    }

    /// Up to where it has what is in the log of a region that sends to it, or its own.
    fn has(&self, author: NodeId) -> Upto {
        let Log { id, .. } = self.kept.log;
        let own = Upto { log: id.lsn, count: self.kept.log.last() };
        let of = |heard: &Heard| Upto { log: heard.log.lsn, count: heard.whole };
        if id.coordinator() == author { own } else { self.kept.heard.get(&author).map_or(Upto::default(), of) }
    }

    /// The same of every region.
    fn all_it_has(&self, env: &Env) -> Seen {
        let mut has = Seen::nothing();
        env.peers.iter().for_each(|peer| has.add(peer.0.into(), self.has(*peer)));
        has
    }

    /// Whether it takes no writes, since it does not hear from a majority.
    fn is_alone(&mut self, env: &Env, effects: &mut Effects) -> bool {
        let heard = self.hearing.as_mut().zip(self.config.refuse_after);
        heard.is_some_and(|(hearing, within)| hearing.is_alone(within, env, effects))
    }

    /// The log of another, or one that it had before. If it has begun a later one, its disk was lost, and it is sent a copy of everything.
    fn know(&mut self, other: NodeId, log: Version) {
        let known = *self.kept.logs.get_or_insert_with(other, || log);
        if log > known {
            self.kept.logs.insert(other, log);
            if let Some(stream) = self.streams.iter_mut().find(|stream| stream.to == other) {
                self.kept.owed.insert(other);
                stream.begin_anew();
            }
        }
    }

    fn ship(&mut self, effects: &mut Effects) {
        let Kept { log, cells, .. } = &self.kept;
        self.streams.iter_mut().for_each(|stream| stream.ship(log, cells, self.config.window, effects));
        self.trim();
    }

    /// What all have heard is not kept, nor what nobody may be waited for any longer.
    fn trim(&mut self) {
        let all = self.streams.iter().map(|stream| stream.heard).min().unwrap_or(u64::MAX);
        self.kept.log.trim(all, self.config.retain);
    }

    /// What was heard of this log of a region; nothing yet, if it has begun another.
    fn heard_of(&mut self, from: NodeId, log: Version) -> &mut Heard {
        let heard = self.kept.heard.get_or_default(from);
        heard.hear_of(log);
        heard
    }

    fn say_heard(&mut self, to: NodeId, log: Version, answers: Option<u64>, effects: &mut Effects) {
        effects.send(to, Message::Heard { log, upto: self.heard_of(to, log).upto, own: self.kept.log.id, answers });
    }
}
