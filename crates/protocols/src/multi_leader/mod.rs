//! Multi-leader replication: every region takes writes, confirms them when its own disk has them, and sends them to the others (R6; D1).
//!
//! A region's log is what it has for others, in the order in which that came to it: its own writes, and in a ring or at a hub what it
//! passes on. It is sent entry by entry, a window ahead of the answers; a question now and then finds what was lost, since the
//! answer says how far the other had heard when everything before the question had come. Whoever lacks what is no longer kept is
//! sent a copy of everything. Of two writes of a key the one with the later stamp wins, or what a key holds is sent as a whole and merged, so that it makes no
//! difference in which order and how often they come. After MySQL's circular and multi-source replication and DynamoDB's global tables of 2017.
//!
//! `log` is what there is for others, `heard` what was heard of one of theirs, `stream` what is known of one of them, `message` what they say, `config` how they are set up,
//! `offers` what a scenario may choose, this file the contract.

mod config;
mod heard;
mod log;
mod message;
mod offers;
mod stream;
#[cfg(test)]
mod tests;

use crate::by_key::{Cell, Cells, Held};
pub use config::{Config, Policy, Topology};
use heard::Heard;
use log::Log;
use message::Effects;
pub use message::{Message, Timer};
pub(crate) use offers::MULTI_LEADER;
use protocol::{
    Accepted, Command, Env, Epoch, Key, NodeId, NodeView, Operation, Parcel, Protocol, Request, RequestId, Response,
    Role, Stored, Summary, Version, WriteId,
};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use stream::Stream;
use values::{At, Author, Change, Declined, Kind};

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
    heard: BTreeMap<NodeId, Heard>,
    /// By region: its log, as far as is known. On the disk, since whoever comes back must know whether another has lost its own meanwhile.
    logs: BTreeMap<NodeId, Version>,
    /// Who is owed a copy of everything: whoever has lost its disk, and has not said that one has come since.
    owed: BTreeSet<NodeId>,
    /// The latest stamp given out.
    stamp: Version,
}

/// One region.
#[derive(Clone, Debug)]
pub struct MultiLeader {
    config: Config,
    kept: Kept,
    streams: Vec<Stream>,
    /// Writes that the disk has yet to do.
    disk: BTreeMap<u64, (RequestId, Key, Cell)>,
    /// The number of the latest.
    works: u64,
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
                heard: BTreeMap::new(),
                logs: BTreeMap::new(),
                owed: BTreeSet::new(),
                stamp: Version::stamped(env.clock, env.node, Version::NONE),
            }
        };
        effects.timer(Timer::Heartbeat, config.heartbeat);
        let kept = durable.kept.unwrap_or_else(empty);
        let mut streams: Vec<Stream> = config.receivers(env.node, env.peers).into_iter().map(Stream::new).collect();
        streams.iter_mut().filter(|stream| kept.owed.contains(&stream.to)).for_each(Stream::begin_anew);
        MultiLeader { config: config.clone(), kept, streams, disk: BTreeMap::new(), works: 0 }
    }

    fn on_request(&mut self, env: &Env, request: Request, effects: &mut Effects) {
        let key = request.key;
        let Operation::Write { write, change, bytes } = request.operation else {
            return effects.reply(request.id, Response::Read(self.kept.cells.stored(key)));
        };
        let version = self.stamp(env);
        let made = match self.config.kind {
            Kind::Register => Ok(Cell { write, version, over: self.shows(key), bytes, held: None }),
            _ => self.changed(env, key, write, change, version),
        };
        let made = match made {
            Ok(made) => made,
            Err(declined) => return effects.reply(request.id, Response::Declined(declined)),
        };
        let work = (request.id, key, made);
        let Some(takes) = &self.config.disk else { return self.written(env, work, effects) };
        self.works += 1;
        effects.timer_of(Timer::Disk(self.works), takes);
        self.disk.insert(self.works, work);
    }

    /// Nobody is told to lead: everybody does.
    fn on_command(&mut self, _: &Env, _: Command, _: &mut Effects) {}

    fn on_message(&mut self, env: &Env, from: NodeId, message: Message, effects: &mut Effects) {
        self.know(from, message.of_log());
        match message {
            // In whatever order they come: the latest stamp wins, or all are merged.
            Message::Entries { log, after, upto, entries } => {
                self.take(env, from, entries, effects);
                self.heard_of(from, log).add(after, upto);
                self.say_heard(from, log, None, effects);
            }
            Message::Copy { log, upto, number, cells } => {
                self.take(env, from, cells, effects);
                self.heard_of(from, log).add(0, upto);
                self.say_heard(from, log, Some(number), effects);
            }
            Message::Hello { log, number } => self.say_heard(from, log, Some(number), effects),
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
                if let Some(work) = self.disk.remove(&work) {
                    self.written(env, work, effects);
                }
            }
            Timer::Heartbeat => {
                self.streams.iter_mut().for_each(|stream| stream.on_heartbeat(&self.kept.log, effects));
                effects.timer(Timer::Heartbeat, self.config.heartbeat);
            }
        }
    }

    fn into_durable(self) -> Durable {
        Durable { kept: Some(self.kept) }
    }

    fn stored(&self, key: Key) -> Stored {
        self.kept.cells.stored(key)
    }

    fn sum(&self) -> i64 {
        self.kept.cells.sum()
    }

    fn summary(&self) -> Summary {
        Summary { role: Role::Peer, epoch: Epoch(0), follows: None, last: self.kept.cells.last() }
    }

    fn view(&self, env: &Env) -> NodeView {
        let Summary { role, epoch, last, .. } = self.summary();
        let streams = self.streams.iter().map(|stream| stream.view(&self.kept.log, env.steady)).collect();
        let waiting = self.disk.len() as u32;
        NodeView { role, epoch, leader: None, last, applied: 0, streams, waiting, hints: 0 }
    }

    fn parcel(message: &Message) -> Parcel {
        message.parcel()
    }
}

impl MultiLeader {
    /// What it shows of a key.
    fn shows(&self, key: Key) -> Option<Accepted> {
        self.kept.cells.get(key).map(|cell| cell.accepted())
    }

    /// The log of another, or one that it had before. If it has begun a later one, its disk was lost, and it is sent a copy of everything.
    fn know(&mut self, other: NodeId, log: Version) {
        let known = *self.kept.logs.entry(other).or_insert(log);
        if log > known {
            self.kept.logs.insert(other, log);
            if let Some(stream) = self.streams.iter_mut().find(|stream| stream.to == other) {
                self.kept.owed.insert(other);
                stream.begin_anew();
            }
        }
    }

    /// The latest stamp of all that it has given out.
    fn stamp(&mut self, env: &Env) -> Version {
        self.kept.stamp = Version::stamped(env.clock, env.node, self.kept.stamp);
        self.kept.stamp
    }

    /// Whose changes a region makes: another's, once its disk was lost.
    fn author(&self, env: &Env) -> Author {
        Author { region: env.node.0, life: self.kept.log.id.lsn }
    }

    /// What a key holds once this change is made to what is here or on its way to the disk; or why the value does not take it.
    fn changed(
        &mut self,
        env: &Env,
        key: Key,
        write: WriteId,
        change: Change,
        version: Version,
    ) -> Result<Cell, Declined> {
        let on_its_way = self.disk.values().rev().find(|(_, of, _)| *of == key).map(|(.., cell)| cell.clone());
        let (mut held, over) = match self.config.policy {
            Policy::LastWriter => {
                let later = on_its_way.into_iter().chain(self.kept.cells.get(key)).max_by_key(|cell| cell.version);
                let held = later.as_ref().and_then(|cell| cell.held.as_deref().cloned());
                (held.unwrap_or_else(|| Held::new(&self.config.kind)), later.map(|cell| cell.accepted()))
            }
            Policy::Merge => {
                let mut held = self.kept.cells.held(key);
                on_its_way.iter().filter_map(|cell| cell.held.as_deref()).for_each(|other| held.merge(other));
                (held, None)
            }
        };
        let at = At { write: write.0, author: self.author(env), count: version.lsn, now: env.clock };
        held.value.apply(change, &at)?;
        if self.config.policy == Policy::Merge {
            held.past.add(&at);
        }
        Ok(Cell { write, version, over, bytes: held.bytes(), held: Some(Arc::new(held)) })
    }

    /// The disk has a write of this region: it is confirmed, and the others are sent it.
    fn written(&mut self, env: &Env, (request, key, cell): (RequestId, Key, Cell), effects: &mut Effects) {
        let version = cell.version;
        match (self.config.policy, &cell.held) {
            (Policy::Merge, Some(made)) => {
                // What was on its way to the disk when it was made is in it, and is there with it.
                let before = |(_, of, other): &&(_, Key, Cell)| *of == key && other.version < version;
                let changes = self.disk.values().filter(before).map(|(.., other)| (other.write, other.version));
                let mut changes: Vec<(WriteId, Version)> = changes.chain([(cell.write, version)]).collect();
                changes.sort_unstable_by_key(|(_, at)| *at);
                let result = if self.kept.stamp == version { version } else { self.stamp(env) };
                self.kept.cells.change(key, (self.author(env), &changes), made, result, effects);
                self.keep_for_others(env, env.node, key);
            }
            _ => self.put(env, env.node, key, cell, effects),
        }
        effects.reply(request, Response::Written(version));
        self.ship(effects);
    }

    /// What another has sent.
    fn take(&mut self, env: &Env, from: NodeId, cells: Vec<(Key, Cell)>, effects: &mut Effects) {
        for (key, cell) in cells {
            match (self.config.policy, &cell.held) {
                (Policy::Merge, Some(theirs)) => self.merge(env, from, key, theirs, effects),
                _ => self.put(env, from, key, cell, effects),
            }
        }
        self.ship(effects);
    }

    /// Store a write, and keep it for others if it is for this region to send it: its own, also one that it had lost, and what it passes
    /// on. What is older than what is here goes nowhere: the others are sent the newer.
    fn put(&mut self, env: &Env, from: NodeId, key: Key, cell: Cell, effects: &mut Effects) {
        let stored = self.kept.cells.put(key, cell.clone(), effects);
        let own = cell.version.coordinator() == env.node;
        if stored && (own || self.config.passes_on(env.node)) {
            self.kept.log.append(key, cell, from, env.steady);
        }
    }

    /// Merge another copy into the one here, and keep the result for others if it is for this region to send it: to whom it passes on, and
    /// if something of its own is in it that it had lost.
    fn merge(&mut self, env: &Env, from: NodeId, key: Key, theirs: &Held, effects: &mut Effects) {
        let version = self.stamp(env);
        let authors = self.kept.cells.merge(key, theirs, version, effects);
        let own = authors.iter().any(|author| author.region == env.node.0);
        if own || (!authors.is_empty() && self.config.passes_on(env.node)) {
            self.keep_for_others(env, from, key);
        }
    }

    /// Keep for others what a key holds now.
    fn keep_for_others(&mut self, env: &Env, from: NodeId, key: Key) {
        let bytes = self.kept.cells.stored(key).bytes;
        self.kept.log.append_merged(key, bytes, (from, env.node), env.steady);
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
        let heard = self.kept.heard.entry(from).or_default();
        if heard.log != log {
            *heard = Heard::of(log);
        }
        heard
    }

    fn say_heard(&mut self, to: NodeId, log: Version, answers: Option<u64>, effects: &mut Effects) {
        effects.send(to, Message::Heard { log, upto: self.heard_of(to, log).upto, own: self.kept.log.id, answers });
    }
}
