//! Leaderless quorums: N replicas of each key, W of which acknowledge a write and R of which answer a read (R9, R10, R11, R12; D1, D15).
//!
//! Any replica coordinates. It gives a write a stamp by its own clock, sends it to the N replicas of the key and acknowledges it when
//! W have stored it; a read asks all N and shows the newest of the first R answers. Of two writes the one with the later stamp
//! wins, whatever the other was told, as in Cassandra; or versions that did not know each other are kept side by side, and a read shows all that the first
//! R have (D3). After DeCandia et al., Dynamo, SOSP 2007.
//!
//! `replica` is one of them with its disk, `operations` what it coordinates, `deadlines` until when and `coordinator` how, `beside` what a write replaces where versions stand side by side and `seen` what sessions have seen of these, `hints`
//! what is kept for others, `trees` how replicas find out what they lack and `compared` how often, `tombstones` what is kept of deletions and for how long, `message` what they say, `config` how they are set up,
//! `offers` what a scenario may choose, this file the contract.

mod beside;
mod compared;
mod config;
mod coordinator;
mod deadlines;
mod hints;
mod message;
mod offers;
mod operations;
mod replica;
mod seen;
#[cfg(test)]
mod tests;
mod tombstones;
mod trees;

use crate::by_key::Cells;
use compared::Compared;
pub use config::{Config, ReadRepair};
use hints::Hints;
use message::Effects;
pub use message::{Message, Timer};
pub(crate) use offers::QUORUM;
use operations::{Coordinated, Operations};
use protocol::{
    Awaited, Command, DiskView, Env, Epoch, Key, NodeId, NodeView, Operation, Parcel, Protocol, Request, Role, Stored,
    Summary,
};
pub use replica::Quorum;
use replica::{Then, Work};
use tombstones::Tombstones;
use values::Verb;

/// What a crash leaves.
#[derive(Clone, Debug, Default)]
pub struct Durable {
    cells: Option<Cells>,
    hints: Hints,
    tombstones: Tombstones,
    coordinated: Coordinated,
}

impl Protocol for Quorum {
    type Config = Config;
    type Message = Message;
    type Timer = Timer;
    type Durable = Durable;

    fn holders(config: &Config, _: usize) -> usize {
        usize::from(config.write_quorum).saturating_sub(1)
    }

    /// The ring is turned by one from key to key.
    fn homes(config: &Config, peers: &[NodeId]) -> Vec<Vec<NodeId>> {
        let places = config.ring(peers, 0).len() as u32;
        (0..places).map(|key| config.homes(peers, key)).collect()
    }

    fn start(config: &Config, env: &Env, durable: Durable, effects: &mut Effects) -> Self {
        let Durable { cells, hints, tombstones, coordinated } = durable;
        let replica = Quorum {
            cells: cells.unwrap_or_else(|| Cells::new(config.keys, &config.kind)),
            hints,
            tombstones,
            operations: Operations::new(config, coordinated.begun(env)),
            disk: engine::TreeMap::new(),
            works: 0,
            compared: Compared::new(env),
            config: config.clone(),
        };
        replica.hints.wake(config, effects);
        replica.tombstones.wake(env, config, effects);
        trees::wake(config, env, effects);
        replica
    }

    fn on_request(&mut self, env: &Env, request: Request, effects: &mut Effects) {
        match request.operation {
            Operation::Write { write, change, bytes } => {
                self.write(env, request, (write, bytes, change.verb == Verb::Delete), effects)
            }
            Operation::ReadLocal
            | Operation::ReadAtLeast(_)
            | Operation::ReadSeen
            | Operation::ReadMajority
            | Operation::ReadLeader => self.read(env, request, effects),
        }
    }

    /// Nobody leads, and nobody is told to.
    fn on_command(&mut self, _: &Env, _: Command, _: &mut Effects) {}

    fn on_message(&mut self, env: &Env, from: NodeId, message: Message, effects: &mut Effects) {
        match message {
            Message::Put { number, key, cell, instead_of } => {
                let then = Then::Tell { number, to: from };
                match instead_of {
                    Some(absent) => self.keep(env, absent, (key, cell), then, effects),
                    None => self.store(env, key, cell, then, effects),
                }
            }
            Message::Stored { number } => self.on_stored(env, from, number, effects),
            Message::Get { number, key } => self.fetch(env, key, number, from, effects),
            Message::Got { number, cell } => self.on_got(env, from, number, cell, effects),
            Message::Hint { number, key, cell } => self.store(env, key, cell, Then::Take { number, to: from }, effects),
            Message::Taken { number, key, cell } => {
                self.hints.drop_old(env, &self.config, effects);
                self.hints.taken(from, number, (key, cell), effects);
            }
            Message::Root { .. } | Message::Branches { .. } | Message::Leaves { .. } | Message::Cells { .. } => {
                self.on_tree(env, from, message, effects);
            }
        }
    }

    fn on_timer(&mut self, env: &Env, timer: Timer, effects: &mut Effects) {
        match timer {
            Timer::Disk(work) => {
                if let Some(work) = self.disk.remove(work) {
                    self.done(env, work, effects);
                }
            }
            Timer::StandIn => {
                let Operations { under_way, stand_in: Some(stand_in), .. } = &mut self.operations else { return };
                for number in stand_in.due(env.ticks, |number| under_way.get(number).is_some(), effects) {
                    self.let_others_stand_in(env, number, effects);
                }
            }
            Timer::GiveUp => {
                let Operations { under_way, patience, .. } = &mut self.operations;
                for number in patience.due(env.ticks, |number| under_way.get(number).is_some(), effects) {
                    self.give_up(env, number, effects);
                }
            }
            Timer::HandOff => self.hints.hand_over(env, &self.config, effects),
            Timer::Collect => self.collect(env, effects),
            Timer::Compare => self.compare(env, effects),
        }
    }

    fn into_durable(self) -> Durable {
        let coordinated = self.operations.into_durable();
        Durable { cells: Some(self.cells), hints: self.hints, tombstones: self.tombstones, coordinated }
    }

    fn stored(&self, key: Key) -> Stored {
        self.cells.stored(key)
    }

    fn sum(&self) -> i64 {
        0
    }

    fn summary(&self) -> Summary {
        Summary { role: Role::Peer, epoch: Epoch(0), follows: None, last: self.cells.last() }
    }

    fn view(&self, _: &Env) -> NodeView {
        let Summary { role, epoch, last, .. } = self.summary();
        let disk = self.config.disk[0].as_ref().map(|takes| {
            let pending = self.disk.values().filter(|work| !matches!(work, Work::Read { .. })).count() as u64;
            DiskView { pending, awaited: Awaited::Enough, ..DiskView::new(takes) }
        });
        NodeView {
            waiting: self.operations.waiting(),
            hints: self.hints.count(),
            tombstones: self.cells.tombstones(),
            disk,
            ..NodeView::new(role, epoch, last)
        }
    }

    fn parcel(message: &Message) -> Parcel {
        message.parcel()
    }
}
