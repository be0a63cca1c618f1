//! Leader–follower replication: one replica appends, the others repeat its log (R1, R2, R3; C1, C2; F12, F13).
//!
//! The leader numbers writes (LSN) under the epoch the control plane granted, and streams them to each follower, a window
//! of entries ahead of its acknowledgements. A follower keeps what overtook others until those are there. Entries agree when
//! epoch and LSN agree, since an epoch has one leader; a follower whose log ends in entries the leader does not have takes
//! them back. Followers apply what they receive, in order. The leader applies what enough followers acknowledged and tells them how far that is, so that a read of the leader never shows
//! a write that it could still lose: one that it inherited without knowing it settled is not shown, nor is what was before
//! it, since it may have been acknowledged. Such reads are refused until enough followers hold the entry, a round trip after
//! the promotion. If too few answer they are refused as long as writes stay unacknowledged, and for the same reason; keys
//! without such an entry are read as ever. An asynchronous leader waits for nobody.
//!
//! `leader` is the leader's part, [`crate::shipping`] how its log gets into those of followers, `message` what they say,
//! `config` how they are set up, `offers` what a scenario may choose, this file the contract.

mod config;
mod leader;
mod message;
mod offers;
#[cfg(test)]
mod tests;

use crate::shipping::{Durability, Entry, Extent, Log, Shipment, Syncs, Tail};
pub use config::{Acknowledge, Config, Fencing};
use engine::Time;
use leader::Leader;
use message::Effects;
pub use message::{Message, Timer};
pub(crate) use offers::{ASYNC, SEMI_SYNC, SYNC};
use protocol::{
    Awaited, Command, Env, Epoch, Fact, Key, NodeId, NodeView, Operation, Parcel, Protocol, Refusal, Request, Response,
    Role, Stored, Summary, Version,
};
use std::ops::Range;

/// What a crash leaves. The latest epoch is there at once: a few bytes, which seldom change.
#[derive(Clone, Debug, Default)]
pub struct Durable {
    epoch: Epoch,
    log: Option<Log>,
}

/// One replica.
#[derive(Clone, Debug)]
pub struct LeaderFollower {
    config: Config,
    /// The latest leadership it knows of.
    epoch: Epoch,
    log: Log,
    syncs: Syncs<()>,
    part: Part,
}

#[derive(Clone, Debug)]
enum Part {
    Leader(Leader),
    Follower(Follower),
}

impl Protocol for LeaderFollower {
    type Config = Config;
    type Message = Message;
    type Timer = Timer;
    type Durable = Durable;

    fn holders(config: &Config, followers: usize) -> usize {
        config.holders(followers)
    }

    fn start(config: &Config, _: &Env, durable: Durable, effects: &mut Effects) -> Self {
        match &durable.log {
            Some(log) => effects.note(Fact::Recovered { upto: log.last() }),
            None if config.storage.takes_time() => effects.note(Fact::Synced { upto: Version::NONE }),
            None => {}
        }
        LeaderFollower {
            config: config.clone(),
            epoch: durable.epoch,
            log: durable.log.unwrap_or_else(|| Log::new(config.keys, &config.kind).on(&config.storage)),
            syncs: Syncs::new(()),
            part: Part::Follower(Follower::of(None)),
        }
    }

    fn on_request(&mut self, env: &Env, request: Request, effects: &mut Effects) {
        let outdated = request.epoch > self.epoch && matches!(self.part, Part::Leader(_));
        if outdated && self.config.fencing != Fencing::Off {
            effects.note(Fact::Fenced { stale: self.epoch, current: request.epoch });
            self.learn_of(request.epoch, None, effects);
        }
        let local = match request.operation {
            Operation::ReadLocal | Operation::ReadMajority => true,
            Operation::ReadAtLeast(version) => self.served(request.key).version >= version || self.reaches(version),
            Operation::ReadSeen | Operation::ReadLeader | Operation::Write { .. } => false,
        };
        if local {
            effects.reply(request.id, Response::Read(self.served(request.key)));
            return;
        }
        match &mut self.part {
            Part::Follower(Follower { upstream: Some(leader), .. }) => {
                effects.reply(request.id, Response::NotLeader(*leader));
            }
            Part::Follower(Follower { upstream: None, .. }) => {
                effects.reply(request.id, Response::Refused(Refusal::NoLeader));
            }
            Part::Leader(leader) => {
                let write = matches!(request.operation, Operation::Write { .. });
                match (leader.may_serve(&self.config, env, write), request.operation) {
                    (Err(refusal), _) => effects.reply(request.id, Response::Refused(refusal)),
                    (Ok(()), Operation::Write { write, change, bytes }) => {
                        let (epoch, key) = (self.epoch, request.key);
                        let entry = Entry { epoch, write, key, change, bytes, at: env.steady };
                        leader.write(&self.config, &mut self.log, entry, request.id, effects);
                        self.sync(effects);
                    }
                    (Ok(()), _) => effects.reply(request.id, leader.read(&self.log, request.key)),
                }
            }
        }
    }

    fn on_command(&mut self, env: &Env, command: Command, effects: &mut Effects) {
        match command {
            Command::Lead(epoch) => self.lead(env, epoch, effects),
            Command::Follow(leader, epoch) if epoch >= self.epoch => {
                let news = self.upstream() != Some(leader);
                self.learn_of(epoch, Some(leader), effects);
                if news {
                    self.acknowledge(leader, epoch, 0, effects);
                }
            }
            Command::Follow(..) => {}
            Command::HandOver { to, epoch } => {
                if let Part::Leader(leader) = &mut self.part {
                    leader.hand_over(&self.config, &self.log, to, epoch, env, effects);
                }
            }
            Command::GoOn { epoch, successor_gone } => {
                if matches!(&self.part, Part::Leader(leader) if successor_gone || !leader.has_passed()) {
                    self.lead(env, epoch, effects);
                }
            }
            Command::LeaseGranted { asked, term } => {
                if let Part::Leader(leader) = &mut self.part {
                    leader.on_lease(asked + term, env, effects);
                }
            }
        }
    }

    fn on_message(&mut self, env: &Env, from: NodeId, message: Message, effects: &mut Effects) {
        match message {
            Message::Ack { epoch, extent } => {
                if let Part::Leader(leader) = &mut self.part
                    && epoch == self.epoch
                {
                    leader.on_ack(&self.config, &mut self.log, from, extent, effects);
                }
            }
            Message::Outdated { epoch } if epoch > self.epoch => self.learn_of(epoch, None, effects),
            Message::Outdated { .. } => {}
            Message::TakeOver { epoch, last } if last == self.log.last() => self.lead(env, epoch, effects),
            Message::TakeOver { .. } => {}
            Message::Shipment(shipment) => {
                self.on_shipment(from, shipment, effects);
                self.sync(effects);
            }
        }
    }

    fn on_timer(&mut self, env: &Env, timer: Timer, effects: &mut Effects) {
        match (timer, &mut self.part) {
            (Timer::Sync, _) => self.on_sync(effects),
            (Timer::Heartbeat, Part::Leader(leader)) => leader.on_heartbeat(&self.config, &self.log, env, effects),
            (Timer::Ship, Part::Leader(leader)) => leader.ship(&self.config, &self.log, effects),
            (Timer::Lease, Part::Leader(leader)) => leader.on_lease_timer(env, effects),
            (Timer::Heartbeat | Timer::Ship | Timer::Lease, Part::Follower(_)) => {}
        }
    }

    fn into_durable(self) -> Durable {
        Durable { epoch: self.epoch, log: Some(self.log.left_on_disk()) }
    }

    fn reaches(&self, version: Version) -> bool {
        self.log.last() >= version
    }

    fn complete_as_of(&self) -> Option<Time> {
        match &self.part {
            Part::Follower(follower) => follower.tail.complete_as_of(&self.log, self.log.last().lsn),
            Part::Leader(_) => None,
        }
    }

    fn stored(&self, key: Key) -> Stored {
        self.served(key)
    }

    fn sum(&self) -> i64 {
        self.log.sum()
    }

    fn kept(&self) -> Range<u64> {
        self.log.kept()
    }

    fn summary(&self) -> Summary {
        let (role, follows) = match &self.part {
            Part::Leader(_) => (Role::Leader, None),
            Part::Follower(Follower { upstream: Some(leader), .. }) => (Role::Follower, Some(*leader)),
            Part::Follower(Follower { upstream: None, .. }) => (Role::Waiting, None),
        };
        Summary { role, epoch: self.epoch, follows, last: self.log.last() }
    }

    fn view(&self, env: &Env) -> NodeView {
        let Summary { role, epoch, follows, last } = self.summary();
        let (leader, applied) = match &self.part {
            Part::Follower(_) => (follows, last.lsn),
            Part::Leader(_) => (Some(env.node), self.log.settled()),
        };
        let disk = self.log.disk(&self.config.storage, self.awaited());
        let mut view =
            NodeView { leader, applied, balances: self.log.balances(), disk, ..NodeView::new(role, epoch, last) };
        if let Part::Leader(leader) = &self.part {
            view.streams = leader.streams.iter().map(|stream| stream.view(&self.log, env)).collect();
            view.waiting = leader.waiting.len() as u32;
        }
        view
    }

    fn parcel(message: &Message) -> Parcel {
        message.parcel()
    }
}

/// A replica that repeats somebody's log.
#[derive(Clone, Debug, Default)]
struct Follower {
    /// Whose, if it knows.
    upstream: Option<NodeId>,
    tail: Tail,
    /// The number of the last shipment that was answered.
    answered: u64,
}

impl Follower {
    fn of(upstream: Option<NodeId>) -> Follower {
        Follower { upstream, ..Follower::default() }
    }
}

impl LeaderFollower {
    /// Who waits until its disk has what its log has.
    fn awaited(&self) -> Awaited {
        match (&self.part, self.config.acknowledge) {
            _ if self.config.storage.durability == Durability::Buffered => Awaited::Nobody,
            (Part::Leader(leader), _) => Awaited::Clients(leader.beyond(self.log.synced())),
            (Part::Follower(_), Acknowledge::Async) => Awaited::Nobody,
            (Part::Follower(_), Acknowledge::SemiSync(_)) => Awaited::Enough,
            (Part::Follower(_), Acknowledge::Sync) => Awaited::Leader,
        }
    }

    /// Something about this log has come from whoever says that it leads.
    fn on_shipment(&mut self, from: NodeId, shipment: Shipment, effects: &mut Effects) {
        // What is left of an earlier leadership is appended if it follows on the log, and not kept.
        let epoch = shipment.epoch();
        let window = if epoch >= self.epoch { self.config.window } else { 0 };
        if !self.admits(from, epoch, effects) {
            return;
        }
        let Part::Follower(Follower { tail, answered, .. }) = &mut self.part else { return };
        let number = tail.take(&mut self.log, from, shipment, window, effects);
        *answered = number;
        self.acknowledge(from, epoch, number, effects);
    }

    /// Tell the leader where this log ends, in answer to what it said under this epoch by this number.
    fn acknowledge(&self, leader: NodeId, epoch: Epoch, answers: u64, effects: &mut Effects) {
        effects.send(leader, Message::Ack { epoch, extent: Extent::of(&self.log, &self.config.storage, answers) });
    }

    /// Let the disk begin what is to be done.
    fn sync(&mut self, effects: &mut Effects) {
        if let Some(wait) = self.syncs.look(&self.config.storage, &self.log, ()) {
            wait.begin(Timer::Sync, effects);
        }
    }

    /// The disk is done, or enough was gathered for it.
    fn on_sync(&mut self, effects: &mut Effects) {
        if let Some(upto) = self.syncs.wake(&mut self.log) {
            effects.note(Fact::Synced { upto });
            match &mut self.part {
                Part::Leader(leader) => leader.on_synced(&self.config, &mut self.log, effects),
                Part::Follower(Follower { upstream: Some(leader), answered, .. }) => {
                    let (leader, answered) = (*leader, *answered);
                    self.acknowledge(leader, self.epoch, answered, effects);
                }
                Part::Follower(_) => {}
            }
        }
        self.sync(effects);
    }

    /// What a read returns that any replica may answer.
    fn served(&self, key: Key) -> Stored {
        match &self.part {
            Part::Leader(leader) => leader.shown(&self.log, key),
            Part::Follower(_) => self.log.state(key),
        }
    }

    fn lead(&mut self, env: &Env, epoch: Epoch, effects: &mut Effects) {
        if let Part::Leader(leader) = &mut self.part {
            if epoch > self.epoch {
                self.epoch = epoch;
                effects.note(Fact::Leads(epoch));
                leader.renew(&self.config, &self.log, epoch, env, effects);
            }
            return;
        }
        // A replica that restarts under its own old epoch leads on; one that follows has no claim to it.
        if epoch > self.epoch || (epoch == self.epoch && self.upstream().is_none()) {
            self.epoch = epoch;
            effects.note(Fact::Leads(epoch));
            self.part = Part::Leader(Leader::new(&self.config, &mut self.log, epoch, env, effects));
        }
    }

    /// Whose log it repeats.
    fn upstream(&self) -> Option<NodeId> {
        match &self.part {
            Part::Follower(follower) => follower.upstream,
            Part::Leader(_) => None,
        }
    }

    /// There is a leadership of this epoch, perhaps of this leader: follow it.
    fn learn_of(&mut self, epoch: Epoch, leader: Option<NodeId>, effects: &mut Effects) {
        if leader.is_some() && (epoch, leader) == (self.epoch, self.upstream()) {
            return;
        }
        self.step_down(effects);
        self.epoch = epoch;
        self.part = Part::Follower(Follower::of(leader));
    }

    fn step_down(&mut self, effects: &mut Effects) {
        if let Part::Leader(leader) = &mut self.part {
            effects.note(Fact::SteppedDown(self.epoch));
            effects.cancel(Timer::Heartbeat);
            effects.cancel(Timer::Ship);
            effects.cancel(Timer::Lease);
            for waiting in leader.waiting.drain(..) {
                effects.reply(waiting.request, Response::Unknown);
            }
            self.part = Part::Follower(Follower::of(None));
        }
    }

    /// Whether what `from` says as leader of `epoch` counts here; adopts a later leadership if fencing says so.
    fn admits(&mut self, from: NodeId, epoch: Epoch, effects: &mut Effects) -> bool {
        if matches!(&self.part, Part::Leader(leader) if leader.has_passed_to(from, epoch)) {
            self.learn_of(epoch, Some(from), effects);
            return true;
        }
        let follows_it = self.upstream() == Some(from);
        if self.config.fencing == Fencing::Off {
            if follows_it && epoch > self.epoch {
                self.learn_of(epoch, Some(from), effects);
            }
            return follows_it;
        }
        if epoch < self.epoch {
            effects.note(Fact::Fenced { stale: epoch, current: self.epoch });
            effects.send(from, Message::Outdated { epoch: self.epoch });
            return false;
        }
        if epoch > self.epoch || !follows_it {
            self.learn_of(epoch, Some(from), effects);
        }
        true
    }
}
