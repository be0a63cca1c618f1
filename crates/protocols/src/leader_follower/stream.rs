//! What a leader knows of one follower, and what it sends it next.

use super::log::Log;
use super::{Config, LeaderFollower, Message};
use engine::{Span, Time};
use protocol::{Effects, Env, Epoch, NodeId, StreamView, Version};

/// The first entry that a follower lacks.
#[derive(Clone, Copy, Debug)]
struct Lacked {
    /// The LSN before it.
    held: u64,
    /// When it was appended, by the leader's clock.
    at: Time,
    /// The size of all entries before it.
    bytes: u64,
}

impl Lacked {
    fn after(held: u64, log: &Log) -> Option<Lacked> {
        log.entry(held + 1).map(|entry| Lacked { held, at: entry.at, bytes: log.bytes_upto(held) })
    }
}

/// A replication stream.
#[derive(Clone, Debug)]
pub(super) struct Stream {
    pub(super) to: NodeId,
    /// Whether the follower has said where its log ends, and it fits.
    pub(super) known: bool,
    /// The LSN up to which it holds this leader's log.
    pub(super) matched: u64,
    /// The LSN up to which it has been sent.
    sent: u64,
    /// The end of its log, as it said last.
    last: Version,
    /// How often its log was found to be shorter than thought, or another: what is sent carries it, and what answers brings it
    /// back.
    pub(super) round: u32,
    /// Whether a copy of the state is under way in place of a log that fits nowhere.
    copying: bool,
    /// Whether entries are being sent again after a gap.
    repeating: bool,
    /// Heartbeats since the follower was heard from.
    silent: u32,
    /// Heartbeats since what it lacks was sent, or since it came nearer.
    standing: u32,
    /// As many of these must pass before it is sent again.
    patience: u32,
    /// What it lacks first, noted before the log was cut behind it.
    lacks: Option<Lacked>,
    /// Whether it has once held everything since it was last known to lag far behind.
    pub(super) caught_up: bool,
}

impl Stream {
    /// Farther behind than this, coming level again is worth a note.
    const FAR_BEHIND: u64 = 50;
    /// Heartbeats before the first repetition; each that brings nothing doubles them.
    pub(super) const PATIENCE: u32 = 2;
    /// Heartbeats before a repetition at most.
    const LONGEST: u32 = 32;

    pub(super) fn new(to: NodeId, last: u64) -> Stream {
        Stream {
            to,
            known: false,
            matched: 0,
            sent: last,
            last: Version::NONE,
            round: 0,
            copying: false,
            repeating: false,
            silent: 0,
            standing: 0,
            patience: Stream::PATIENCE,
            lacks: None,
            caught_up: false,
        }
    }

    /// Another heartbeat has passed. The sign of life that goes out with it is the probe of a link that may be cut: what the
    /// follower lacks is sent again only once it answers.
    pub(super) fn on_heartbeat(&mut self) {
        self.silent = self.silent.saturating_add(1);
        if self.copying || (self.known && self.sent > self.matched) {
            self.standing = self.standing.saturating_add(1);
        }
    }

    /// The follower's log ends here, and the leader's log goes through there or begins later.
    pub(super) fn acknowledged(&mut self, last: Version, gap: bool) {
        (self.silent, self.last) = (0, last);
        let lsn = last.lsn;
        if !self.known || lsn > self.matched {
            (self.repeating, self.standing, self.patience) = (false, 0, Stream::PATIENCE);
        }
        if !self.known {
            self.known = true;
            self.copying = false;
            self.matched = lsn;
            self.sent = lsn;
        }
        self.matched = self.matched.max(lsn);
        self.sent = self.sent.max(self.matched);
        // Something did not fit: the follower's log really ends here, even if it once held more and lost its disk.
        if gap && (!self.repeating || lsn < self.matched) {
            if lsn < self.matched {
                self.round += 1;
            }
            self.repeating = true;
            self.matched = lsn;
            self.sent = lsn;
        } else if self.sent > self.matched && self.lost_patience() {
            self.sent = self.matched;
        }
    }

    /// The follower's log ends where the leader's does not pass: it goes back to where the two may part, or starts anew from a
    /// copy if that lies before what it can take back.
    pub(super) fn diverged(
        &mut self,
        log: &Log,
        epoch: Epoch,
        last: Version,
        floor: u64,
        effects: &mut Effects<LeaderFollower>,
    ) {
        (self.silent, self.last, self.known) = (0, last, false);
        let lsn = log.last_not_after(last.epoch, last.lsn);
        self.matched = self.matched.min(lsn);
        if lsn >= floor && last.lsn > floor {
            let to = Version { epoch: log.epoch_at(lsn).unwrap_or_default(), lsn };
            self.round += 1;
            effects.send(self.to, Message::Rewind { epoch, round: self.round, to, replaces: last });
        } else if !self.copying || self.lost_patience() {
            self.round += 1;
            (self.copying, self.standing) = (true, 0);
            self.send_copy(log, epoch, lsn, effects);
        }
    }

    /// The log is about to be cut before this LSN.
    pub(super) fn on_trim(&mut self, log: &Log, lsn: u64) {
        self.lacks = self.lacked(log).filter(|_| self.matched < lsn);
    }

    /// The first entry it lacks; noted earlier if it is no longer kept.
    fn lacked(&self, log: &Log) -> Option<Lacked> {
        let noted = self.lacks.filter(|lacked| lacked.held >= self.matched && log.floor() > self.matched);
        noted.or_else(|| Lacked::after(self.matched.max(log.floor()), log))
    }

    /// Whether what was sent must be lost, since the follower is heard from and comes no nearer.
    fn lost_patience(&mut self) -> bool {
        if self.standing < self.patience {
            return false;
        }
        self.standing = 0;
        self.patience = (self.patience * 2).min(Stream::LONGEST);
        true
    }

    /// Send what the window has room for, up to this LSN.
    pub(super) fn pump(
        &mut self,
        config: &Config,
        log: &Log,
        epoch: Epoch,
        last: u64,
        effects: &mut Effects<LeaderFollower>,
    ) {
        self.caught_up &= last - self.matched.min(last) <= Self::FAR_BEHIND;
        while self.known && self.sent < last && self.sent - self.matched < u64::from(config.window) {
            let (Some(entry), Some(before)) = (log.entry(self.sent + 1), log.epoch_at(self.sent)) else {
                return self.send_copy(log, epoch, self.matched, effects);
            };
            let previous = Version { epoch: before, lsn: self.sent };
            let (floor, settled, round) = (log.floor(), log.settled(), self.round);
            effects.send(self.to, Message::Append { epoch, round, previous, entry: *entry, floor, settled });
            self.sent += 1;
        }
    }

    /// Send the whole state, in place of a log that shares this much with the leader's.
    fn send_copy(&mut self, log: &Log, epoch: Epoch, shared: u64, effects: &mut Effects<LeaderFollower>) {
        let (version, state) = log.copy_state();
        self.sent = version.lsn;
        let (settled, replaces, round) = (log.settled(), self.last, self.round);
        effects.send(self.to, Message::Base { epoch, version, state, settled, replaces, shared, round });
    }

    /// Whether it keeps up: heard from lately, within a window of what was shipped, and missing nothing older than `lag`.
    pub(super) fn keeps_up(&self, config: &Config, log: &Log, shipped: u64, clock: Time, lag: Span) -> bool {
        let near = self.known && shipped.saturating_sub(self.matched) <= u64::from(config.window);
        let young = log.entry(self.matched + 1).is_none_or(|entry| clock - entry.at <= lag);
        near && young && self.silent <= 1
    }

    pub(super) fn view(&self, log: &Log, env: &Env) -> StreamView {
        let last = log.last().lsn;
        let matched = if self.known { self.matched } else { self.matched.max(log.floor()) };
        let lacked = self.lacked(log);
        StreamView {
            to: self.to,
            acked: matched,
            lag_entries: last.saturating_sub(matched),
            lag_bytes: lacked.map_or(0, |lacked| log.bytes().saturating_sub(lacked.bytes)),
            lag: lacked.map_or(Span::ZERO, |lacked| env.clock - lacked.at),
        }
    }
}
