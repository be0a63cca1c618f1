//! The leader's part: number writes, stream them, count acknowledgements, hand over.

use super::log::{Entry, Log};
use super::stream::Stream;
use super::{Acknowledge, Config, Fencing, LeaderFollower, Message, PAST, Timer};
use engine::{Span, Time};
use protocol::{Effects, Env, Epoch, Fact, NodeId, Refusal, RequestId, Response, Version};
use std::collections::VecDeque;

/// A replica that takes writes.
#[derive(Clone, Debug)]
pub(super) struct Leader {
    epoch: Epoch,
    /// By ascending follower.
    pub(super) streams: Vec<Stream>,
    /// Writes that wait for followers, by ascending LSN.
    pub(super) waiting: VecDeque<Waiting>,
    /// The LSN up to which the log may be sent, and whether the next shipment is planned.
    shipped: u64,
    shipping: bool,
    /// The LSN up to which enough followers hold the log.
    pub(super) applied: u64,
    /// The reading of the own clock at which the lease ends.
    pub(super) lease_until: Time,
    /// Who is to lead next, and under which epoch.
    pub(super) handing_over: Option<(NodeId, Epoch)>,
}

/// How far a follower's log reaches, as it says itself.
#[derive(Clone, Copy, Debug)]
pub(super) struct Extent {
    pub(super) last: Version,
    /// The LSN before the first entry that it could take back.
    pub(super) floor: u64,
    /// Whether it says so because something did not fit.
    pub(super) gap: bool,
}

/// A write that waits for followers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Waiting {
    pub(super) request: RequestId,
    version: Version,
}

impl Leader {
    pub(super) fn new(
        config: &Config,
        log: &Log,
        epoch: Epoch,
        env: &Env,
        effects: &mut Effects<LeaderFollower>,
    ) -> Leader {
        let last = log.last().lsn;
        let mut leader = Leader {
            epoch,
            streams: env.others().map(|to| Stream::new(to, last)).collect(),
            waiting: VecDeque::new(),
            shipped: last,
            shipping: false,
            applied: last,
            lease_until: PAST,
            handing_over: None,
        };
        leader.on_heartbeat(config, log, env, effects);
        leader
    }

    /// Whether it may act as leader now.
    pub(super) fn may_serve(&self, config: &Config, env: &Env) -> Result<(), Refusal> {
        if config.fencing == Fencing::Lease && env.clock >= self.lease_until {
            return Err(Refusal::NoLease);
        }
        if self.handing_over.is_some() {
            return Err(Refusal::HandingOver);
        }
        Ok(())
    }

    pub(super) fn write(
        &mut self,
        config: &Config,
        log: &mut Log,
        entry: Entry,
        request: RequestId,
        effects: &mut Effects<LeaderFollower>,
    ) {
        let version = log.append(entry);
        effects.note(Fact::Appended { write: entry.write, key: entry.key, version });
        if self.needed(config) == 0 {
            self.applied = version.lsn;
            effects.reply(request, Response::Written(version));
        } else {
            self.waiting.push_back(Waiting { request, version });
        }
        if self.needed(config) > 0 || config.ship == Span::ZERO {
            self.ship(config, log, effects);
        } else if !self.shipping {
            self.shipping = true;
            effects.timer(Timer::Ship, config.ship);
        }
        self.trim(log);
    }

    /// Send everything appended so far.
    pub(super) fn ship(&mut self, config: &Config, log: &Log, effects: &mut Effects<LeaderFollower>) {
        self.shipping = false;
        self.shipped = log.last().lsn;
        for stream in &mut self.streams {
            stream.pump(config, log, self.epoch, self.shipped, effects);
        }
    }

    pub(super) fn on_ack(
        &mut self,
        config: &Config,
        log: &mut Log,
        from: NodeId,
        Extent { last, floor, gap }: Extent,
        effects: &mut Effects<LeaderFollower>,
    ) {
        let Some(stream) = self.streams.iter_mut().find(|stream| stream.to == from) else { return };
        let fits = last.lsn < log.floor() || log.epoch_at(last.lsn) == Some(last.epoch);
        if !fits {
            return stream.diverged(log, self.epoch, last, floor, effects);
        }
        stream.acknowledged(last, gap);
        stream.pump(config, log, self.epoch, self.shipped, effects);
        if stream.matched >= self.shipped && !stream.caught_up {
            stream.caught_up = true;
            effects.note(Fact::CaughtUp { follower: from });
        }
        self.apply(config, effects);
        self.trim(log);
        self.finish_hand_over(log, effects);
    }

    pub(super) fn on_heartbeat(
        &mut self,
        config: &Config,
        log: &Log,
        env: &Env,
        effects: &mut Effects<LeaderFollower>,
    ) {
        for stream in &mut self.streams {
            effects.send(stream.to, Message::Hello { epoch: self.epoch, held: stream.matched });
            stream.on_heartbeat();
            stream.pump(config, log, self.epoch, self.shipped, effects);
        }
        if config.fencing == Fencing::Lease {
            effects.ask_lease(env.clock);
        }
        self.finish_hand_over(log, effects);
        effects.timer(Timer::Heartbeat, config.heartbeat);
    }

    pub(super) fn hand_over(
        &mut self,
        config: &Config,
        log: &Log,
        to: NodeId,
        epoch: Epoch,
        effects: &mut Effects<LeaderFollower>,
    ) {
        self.handing_over = Some((to, epoch));
        self.ship(config, log, effects);
        self.finish_hand_over(log, effects);
    }

    /// The next leader may lead once it holds everything. This one stays, serving nothing, until it hears from it.
    fn finish_hand_over(&self, log: &Log, effects: &mut Effects<LeaderFollower>) {
        let Some((to, epoch)) = self.handing_over else { return };
        let whole =
            self.streams.iter().any(|stream| stream.to == to && stream.known && stream.matched == log.last().lsn);
        if whole {
            effects.send(to, Message::TakeOver { epoch });
        }
    }

    /// How many followers must hold a write before it is acknowledged.
    fn needed(&self, config: &Config) -> usize {
        match config.acknowledge {
            Acknowledge::Async => 0,
            Acknowledge::SemiSync(followers) => usize::from(followers),
            Acknowledge::Sync => self.streams.len(),
        }
    }

    /// Acknowledge the writes that enough followers hold.
    fn apply(&mut self, config: &Config, effects: &mut Effects<LeaderFollower>) {
        while let Some(waiting) = self.waiting.front() {
            let holders = self.streams.iter().filter(|stream| stream.matched >= waiting.version.lsn).count();
            if holders < self.needed(config) {
                return;
            }
            self.applied = self.applied.max(waiting.version.lsn);
            effects.reply(waiting.request, Response::Written(waiting.version));
            self.waiting.pop_front();
        }
    }

    /// Forget what every follower holds.
    fn trim(&self, log: &mut Log) {
        log.trim(self.floor().min(self.applied));
    }

    fn floor(&self) -> u64 {
        self.streams.iter().map(|stream| stream.matched).min().unwrap_or(u64::MAX)
    }
}
