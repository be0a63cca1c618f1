//! The leader's part: number writes, stream them, count acknowledgements, hand over.

use super::config::{Config, Fencing};
use super::message::{Effects, Message, Timer};
use crate::shipping::{Appended, Entry, Extent, Log, Stream};
use engine::{Span, Time};
use protocol::{Env, Epoch, Fact, Key, NodeId, Refusal, RequestId, Response, Stored};
use std::collections::VecDeque;

/// A replica that takes writes.
#[derive(Clone, Debug)]
pub(super) struct Leader {
    epoch: Epoch,
    /// By ascending follower.
    pub(super) streams: Vec<Stream>,
    /// Writes that wait for followers or for the own disk, by ascending LSN.
    pub(super) waiting: VecDeque<Waiting>,
    /// The LSN up to which the log may be sent, and whether the next shipment is planned.
    shipped: u64,
    shipping: bool,
    /// The LSN at which its leadership began: what lies before was inherited.
    inherited: u64,
    /// The reading of the own clock at which the lease ends.
    lease_until: Time,
    /// Whether it was last stated that it holds one.
    holds_lease: bool,
    /// A change of leader that was ordered.
    handing_over: Option<HandOver>,
}

/// A change of leader that was ordered.
#[derive(Clone, Copy, Debug)]
struct HandOver {
    /// Who is to lead next, and under which epoch.
    to: NodeId,
    epoch: Epoch,
    stage: Stage,
}

/// How far a change of leader has come.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Stage {
    /// The next leader catches up; meanwhile everything is served.
    Approaching,
    /// It keeps up: writes are refused while it takes the last of them; for so many heartbeats by now.
    Closing(u32),
    /// It holds everything and was told to lead. Only it, or the control plane, can end this.
    Passed,
}

/// A reading of a clock that has certainly passed.
const PAST: Time = Time::ZERO;

/// Heartbeats for which writes are refused before the next leader must hold all of them; otherwise they are taken again.
pub(super) const CLOSING: u32 = 4;

/// A write that waits.
#[derive(Clone, Copy, Debug)]
pub(super) struct Waiting {
    pub(super) request: RequestId,
    appended: Appended,
}

impl Leader {
    pub(super) fn new(config: &Config, log: &mut Log, epoch: Epoch, env: &Env, effects: &mut Effects) -> Leader {
        let last = log.last().lsn;
        let mut leader = Leader {
            epoch,
            streams: env.others().map(|to| Stream::new(to, last)).collect(),
            waiting: VecDeque::new(),
            shipped: log.synced(),
            shipping: false,
            inherited: last,
            lease_until: PAST,
            holds_lease: false,
            handing_over: None,
        };
        leader.settle(config, log);
        leader.on_heartbeat(config, log, env, effects);
        leader
    }

    /// Lead on under a later epoch: what followers hold is asked anew, what is settled stays so.
    pub(super) fn renew(&mut self, config: &Config, log: &Log, epoch: Epoch, env: &Env, effects: &mut Effects) {
        (self.epoch, self.handing_over) = (epoch, None);
        self.streams = env.others().map(|to| Stream::new(to, log.last().lsn)).collect();
        self.on_heartbeat(config, log, env, effects);
    }

    /// Whether it may act as leader now, for a write or for a read.
    pub(super) fn may_serve(&self, config: &Config, env: &Env, write: bool) -> Result<(), Refusal> {
        if config.fencing == Fencing::Lease && !self.has_lease(env) {
            return Err(Refusal::NoLease);
        }
        match self.handing_over.map(|hand_over| hand_over.stage) {
            Some(Stage::Passed) => Err(Refusal::HandingOver),
            Some(Stage::Closing(_)) if write => Err(Refusal::HandingOver),
            _ => Ok(()),
        }
    }

    /// Whether it has told its successor to lead.
    pub(super) fn has_passed(&self) -> bool {
        self.handing_over.is_some_and(|hand_over| hand_over.stage == Stage::Passed)
    }

    /// Whether this one was told to lead under this epoch, and by this leader.
    pub(super) fn has_passed_to(&self, to: NodeId, epoch: Epoch) -> bool {
        let passed =
            |hand_over: HandOver| hand_over.stage == Stage::Passed && (hand_over.to, hand_over.epoch) == (to, epoch);
        self.handing_over.is_some_and(passed)
    }

    pub(super) fn write(
        &mut self,
        config: &Config,
        log: &mut Log,
        entry: Entry,
        request: RequestId,
        effects: &mut Effects,
    ) {
        let appended = log.append(entry);
        effects.note(appended.fact);
        appended.made(entry.change).into_iter().for_each(|fact| effects.note(fact));
        if self.needed(config) == 0 && log.vouched(&config.storage) == appended.version.lsn {
            log.settle(appended.version.lsn);
            effects.reply(request, appended.answer());
        } else {
            self.waiting.push_back(Waiting { request, appended });
        }
        self.offer(config, log, effects);
        self.trim(config, log);
    }

    /// There may be more to ship: at once, or with what comes soon.
    fn offer(&mut self, config: &Config, log: &Log, effects: &mut Effects) {
        if self.needed(config) > 0 || config.ship == Span::ZERO {
            self.ship(config, log, effects);
        } else if !self.shipping && log.synced() > self.shipped {
            self.shipping = true;
            effects.timer(Timer::Ship, config.ship);
        }
    }

    /// The disk has more of the log.
    pub(super) fn on_synced(&mut self, config: &Config, log: &mut Log, effects: &mut Effects) {
        self.offer(config, log, effects);
        self.acknowledge(config, log, effects);
        self.trim(config, log);
        self.pass(log, effects);
    }

    /// Send everything that the disk has, and nothing else: who forgot an entry that another has would give its place to another one.
    pub(super) fn ship(&mut self, config: &Config, log: &Log, effects: &mut Effects) {
        self.shipping = false;
        self.shipped = log.synced();
        for stream in &mut self.streams {
            stream.pump(config.window, log, self.epoch, self.shipped, effects);
        }
    }

    pub(super) fn on_ack(
        &mut self,
        config: &Config,
        log: &mut Log,
        from: NodeId,
        extent: Extent,
        effects: &mut Effects,
    ) {
        let Some(stream) = self.streams.iter_mut().find(|stream| stream.to == from) else { return };
        if stream.is_outdated(extent) {
            return;
        }
        if !stream.hear(extent, config.window, log, self.epoch, self.shipped, effects) {
            return;
        }
        if stream.catches_up(extent.answers) {
            effects.note(Fact::CaughtUp { follower: from });
        }
        self.acknowledge(config, log, effects);
        self.trim(config, log);
        self.pass(log, effects);
    }

    pub(super) fn on_heartbeat(&mut self, config: &Config, log: &Log, env: &Env, effects: &mut Effects) {
        for stream in &mut self.streams {
            stream.on_heartbeat(log, self.epoch, self.shipped, env.clock, effects);
            stream.pump(config.window, log, self.epoch, self.shipped, effects);
        }
        if config.fencing == Fencing::Lease {
            self.look_at_lease(env, effects);
            effects.ask_lease(env.clock);
        }
        self.approach(config, log, env, effects);
        effects.timer(Timer::Heartbeat, config.heartbeat);
    }

    /// A lease was granted. The latest to come counts: what an earlier one said is by a clock that may have been set back since,
    /// and one that was overtaken ends the lease early at most.
    pub(super) fn on_lease(&mut self, until: Time, env: &Env, effects: &mut Effects) {
        self.lease_until = until;
        self.look_at_lease(env, effects);
    }

    /// The lease held when the timer was set has run out, if there was no later one.
    pub(super) fn on_lease_timer(&mut self, env: &Env, effects: &mut Effects) {
        self.look_at_lease(env, effects);
        if self.holds_lease {
            effects.timer(Timer::Lease, self.lease_until - env.clock);
        }
    }

    fn has_lease(&self, env: &Env) -> bool {
        env.clock < self.lease_until
    }

    /// State whether it holds a lease, if that has changed: by time, by a grant, or since its clock was set.
    fn look_at_lease(&mut self, env: &Env, effects: &mut Effects) {
        let holds = self.has_lease(env);
        match (self.holds_lease, holds) {
            (false, true) => {
                effects.note(Fact::LeaseHeld(self.epoch));
                effects.timer(Timer::Lease, self.lease_until - env.clock);
            }
            (true, false) => effects.note(Fact::LeaseRanOut(self.epoch)),
            _ => {}
        }
        self.holds_lease = holds;
    }

    /// The control plane orders a change of leader; it repeats the order until it sees it done.
    pub(super) fn hand_over(
        &mut self,
        config: &Config,
        log: &Log,
        to: NodeId,
        epoch: Epoch,
        env: &Env,
        effects: &mut Effects,
    ) {
        // Whoever was told to lead may do so: another order has to wait for a later leadership.
        let goes_on = |known: HandOver| known.stage == Stage::Passed || (known.to, known.epoch) == (to, epoch);
        if epoch > self.epoch && !self.handing_over.is_some_and(goes_on) {
            self.handing_over = Some(HandOver { to, epoch, stage: Stage::Approaching });
            self.approach(config, log, env, effects);
        }
    }

    /// Begin to refuse writes once the next leader keeps up, and take them again if it does not take the last ones.
    fn approach(&mut self, config: &Config, log: &Log, env: &Env, effects: &mut Effects) {
        let Some(mut hand_over) = self.handing_over else { return };
        let lag = config.ship + config.storage.holds_up() + config.heartbeat * 2;
        let near = |stream: &Stream| {
            stream.to == hand_over.to && stream.keeps_up(config.window, log, self.shipped, env.steady, lag)
        };
        hand_over.stage = match hand_over.stage {
            Stage::Approaching if self.streams.iter().any(near) => Stage::Closing(0),
            Stage::Closing(CLOSING) => Stage::Approaching,
            Stage::Closing(heartbeats) => Stage::Closing(heartbeats + 1),
            stage => stage,
        };
        self.handing_over = Some(hand_over);
        match hand_over.stage {
            Stage::Closing(0) => self.ship(config, log, effects),
            Stage::Passed => {
                effects.send(hand_over.to, Message::TakeOver { epoch: hand_over.epoch, last: log.last() });
            }
            _ => {}
        }
        self.pass(log, effects);
    }

    /// The next leader may lead once it holds everything and no write waits here: what this one acknowledged later, an outdated
    /// leader would have. It stays, serving nothing, until it hears from the next.
    fn pass(&mut self, log: &Log, effects: &mut Effects) {
        let Some(HandOver { to, epoch, stage: Stage::Closing(_) }) = self.handing_over else { return };
        let last = log.last();
        if self.waiting.is_empty()
            && self.streams.iter().any(|stream| stream.to == to && stream.known && stream.matched == last.lsn)
        {
            self.handing_over = Some(HandOver { to, epoch, stage: Stage::Passed });
            effects.note(Fact::HandedOver(self.epoch));
            effects.send(to, Message::TakeOver { epoch, last });
        }
    }

    /// How many followers must hold a write before it is acknowledged.
    fn needed(&self, config: &Config) -> usize {
        config.holders(self.streams.len())
    }

    /// Raise what is settled to what it holds itself, and enough followers do.
    fn settle(&self, config: &Config, log: &mut Log) {
        let (needed, own) = (self.needed(config), log.vouched(&config.storage));
        if needed == 0 {
            return log.settle(own);
        }
        let holders = |lsn: u64| self.streams.iter().filter(|stream| stream.held() >= lsn).count();
        let reached = self.streams.iter().map(Stream::held).filter(|held| holders(*held) >= needed);
        log.settle(reached.max().unwrap_or(0).min(own));
    }

    /// Acknowledge the writes that enough followers hold.
    fn acknowledge(&mut self, config: &Config, log: &mut Log, effects: &mut Effects) {
        self.settle(config, log);
        while let Some(waiting) = self.waiting.front().filter(|waiting| waiting.appended.version.lsn <= log.settled()) {
            effects.reply(waiting.request, waiting.appended.answer());
            self.waiting.pop_front();
        }
    }

    /// How many writes wait that lie behind this LSN.
    pub(super) fn beyond(&self, lsn: u64) -> u32 {
        self.waiting.iter().filter(|waiting| waiting.appended.version.lsn > lsn).count() as u32
    }

    /// What a read here shows: nothing of its own that is not settled, and all that it inherited.
    pub(super) fn shown(&self, log: &Log, key: Key) -> Stored {
        log.state_at(key, log.settled().max(self.inherited))
    }

    /// What a read of the leader returns. An inherited write that is not settled may have been acknowledged, or may yet be lost:
    /// neither it nor what was before it can be shown.
    pub(super) fn read(&self, log: &Log, key: Key) -> Response {
        let stored = self.shown(log, key);
        match stored.version.lsn <= log.settled() {
            true => Response::Read(stored),
            false => Response::Refused(Refusal::Unsettled),
        }
    }

    /// Forget what every follower holds, and what is kept for one that is away beyond what is retained.
    fn trim(&mut self, config: &Config, log: &mut Log) {
        let retained = log.last().lsn.saturating_sub(u64::from(config.retain));
        let floor = self.floor().max(retained).min(log.settled());
        if floor > log.floor() {
            self.streams.iter_mut().for_each(|stream| stream.on_trim(log, floor));
            log.trim(floor);
        }
    }

    fn floor(&self) -> u64 {
        self.streams.iter().map(Stream::held).min().unwrap_or(u64::MAX)
    }
}
