//! What a leader knows of one follower, and what it sends it next.

use super::{Carrier, Extent, Log, Shipment};
use engine::{Span, Time};
use protocol::{Env, Epoch, NodeId, StreamView, Version};
use std::collections::VecDeque;

/// The first entry that a follower lacks.
#[derive(Clone, Copy, Debug)]
struct Lacked {
    /// The LSN before it.
    held: u64,
    /// When it was appended.
    at: Time,
    /// The size of all entries before it.
    bytes: u64,
}

impl Lacked {
    fn after(held: u64, log: &Log) -> Option<Lacked> {
        log.entry(held + 1).map(|entry| Lacked { held, at: entry.at, bytes: log.bytes_upto(held) })
    }
}

/// An entry under way.
#[derive(Clone, Copy, Debug)]
struct UnderWay {
    /// The number of the message.
    number: u64,
    lsn: u64,
    /// Whether it was answered: it has come, before one that it follows on.
    arrived: bool,
}

/// A replication stream.
#[derive(Clone, Debug)]
pub(crate) struct Stream {
    pub(crate) to: NodeId,
    /// Whether the follower has said where its log ends, and it fits.
    pub(crate) known: bool,
    /// The LSN up to which its log is known to be this leader's.
    pub(crate) matched: u64,
    /// The LSN up to which it vouches for that.
    held: u64,
    /// How many messages had been sent by when that was known.
    matched_at: u64,
    /// The LSN up to which it has been sent.
    sent: u64,
    /// The end of its log, as it said last.
    last: Version,
    /// Messages sent to it so far: each carries its number, and what answers it brings that back.
    number: u64,
    /// What answers an earlier one says how things were before its log was found to be shorter than thought, or another.
    since: u64,
    /// Whether a copy of the state is under way in place of a log that fits nowhere.
    copying: bool,
    /// Entries sent whose fate is not known, in the order of sending.
    under_way: VecDeque<UnderWay>,
    /// Heartbeats since the follower was heard from.
    silent: u32,
    /// Signs of life that went out since what it lacks was sent, or since it came nearer.
    standing: u32,
    /// After as many of these it is sent again, once the last of them is answered.
    patience: u32,
    /// The number of that one, if it has gone out.
    tells: Option<u64>,
    /// What it lacks first, noted before the log was cut behind it.
    lacks: Option<Lacked>,
    /// A sign of life that is not answered yet: its number, and the LSN up to which there was something to send then.
    asked: Option<(u64, u64)>,
    /// Whether it is to catch up: it has not held everything since it began to follow, or since it was found far behind.
    behind: bool,
    /// A copy is of the state that enough replicas hold, and not of the whole log.
    settled_only: bool,
}

impl Stream {
    /// So many bytes may be under way, as the buffer of a socket bounds them: more would only fill the buffers on the way. One
    /// entry may always.
    const UNDER_WAY: u64 = 1_000_000;
    /// So many messages later an entry that was not answered is lost and not overtaken (RFC 9002, section 6.1.1; in TCP so many
    /// duplicate acknowledgements, RFC 5681, section 3.2).
    const LATER: u64 = 3;
    /// Who lacks more than this of what there was when it was asked is far behind.
    const FAR_BEHIND: u64 = 50;
    /// Signs of life before the first repetition; each that brings nothing doubles them.
    pub(crate) const PATIENCE: u32 = 2;
    /// Signs of life before a repetition at most.
    const LONGEST: u32 = 32;

    pub(crate) fn new(to: NodeId, last: u64) -> Stream {
        Stream {
            to,
            known: false,
            matched: 0,
            held: 0,
            matched_at: 0,
            sent: last,
            last: Version::NONE,
            number: 0,
            since: 0,
            copying: false,
            under_way: VecDeque::new(),
            silent: 0,
            standing: 0,
            patience: Stream::PATIENCE,
            tells: None,
            lacks: None,
            asked: None,
            behind: true,
            settled_only: false,
        }
    }

    /// The same, of a leader that copies only what enough replicas hold.
    pub(crate) fn of_settled(to: NodeId, last: u64) -> Stream {
        Stream { settled_only: true, ..Stream::new(to, last) }
    }

    /// Another heartbeat has passed. The sign of life that goes out with it is the probe of a link that may be cut: what the
    /// follower lacks is sent again only once it answers.
    pub(crate) fn on_heartbeat(
        &mut self,
        log: &Log,
        epoch: Epoch,
        shipped: u64,
        clock: Time,
        carrier: &mut impl Carrier,
    ) {
        self.silent = self.silent.saturating_add(1);
        let number = self.greet(log, epoch, clock, carrier);
        // One that is away is asked anew each time: what counts is what there is when it comes back.
        if self.asked.is_none() || self.silent > 1 {
            self.asked = Some((number, shipped));
        }
        if self.copying || (self.known && self.sent > self.matched) {
            self.standing = self.standing.saturating_add(1);
            if self.standing == self.patience {
                self.tells = Some(number);
            }
        }
    }

    /// Send a sign of life at which the leader's clock reads so; its number.
    pub(crate) fn greet(&mut self, log: &Log, epoch: Epoch, clock: Time, carrier: &mut impl Carrier) -> u64 {
        let (held, settled, number) = (self.matched, log.settled(), self.next_number());
        carrier.ship(self.to, Shipment::Hello { epoch, held, settled, number, all: (log.last(), clock) });
        number
    }

    /// Send the last entry at once, before it is known whether it follows on the follower's log.
    pub(crate) fn offer(&mut self, log: &Log, epoch: Epoch, carrier: &mut impl Carrier) {
        self.send_entry(log.last().lsn, log, epoch, carrier);
    }

    /// The follower's disk is another: whatever its log was known to hold is gone.
    pub(crate) fn begin_anew(&mut self) {
        (self.known, self.matched, self.held, self.copying) = (false, 0, 0, false);
    }

    fn next_number(&mut self) -> u64 {
        self.number += 1;
        self.number
    }

    /// Whether it was said of a log that was found to be another since.
    pub(crate) fn is_outdated(&self, extent: Extent) -> bool {
        extent.answers < self.since
    }

    /// The follower says where its log ends: send it what it lacks, or lead it back to where the two may part. Whether its log is known to be
    /// a part of the leader's.
    pub(crate) fn hear(
        &mut self,
        extent: Extent,
        window: u32,
        log: &Log,
        epoch: Epoch,
        shipped: u64,
        carrier: &mut impl Carrier,
    ) -> bool {
        if self.known && extent.last.lsn < self.matched && extent.answers > self.matched_at {
            // Who held more before this was asked has lost its disk since.
            self.begin_anew();
            self.since = self.number + 1;
        }
        let fits = self.fits(extent.last, log);
        if fits {
            let lost = self.acknowledged(extent);
            self.repeat(&lost, log, epoch, carrier);
            self.pump(window, log, epoch, shipped, carrier);
        } else {
            self.diverged(log, epoch, extent, carrier);
        }
        fits
    }

    /// Whether a log that ends here is a part of the leader's. Before what the leader keeps it is if it was found to be, or if the last entry
    /// that is not kept is of the same epoch, since one leader wrote all in between; of any other log that ends there nobody knows.
    fn fits(&self, last: Version, log: &Log) -> bool {
        let found = self.known && last.lsn <= self.matched && last.lsn < log.floor();
        found || log.epoch_at(last.lsn.max(log.floor())) == Some(last.epoch)
    }

    /// The follower's log ends here, and is a part of the leader's. Returns the LSNs of what was lost.
    fn acknowledged(&mut self, extent: Extent) -> Vec<u64> {
        let Extent { last, held, answers, .. } = extent;
        (self.silent, self.last, self.held) = (0, last, self.held.max(held));
        let lsn = last.lsn;
        if !self.known {
            (self.known, self.copying) = (true, false);
            self.under_way.clear();
            (self.matched, self.matched_at, self.sent) = (lsn, self.number, lsn);
            self.wait(Stream::PATIENCE);
        }
        if lsn > self.matched {
            (self.matched, self.matched_at, self.sent) = (lsn, self.number, self.sent.max(lsn));
            self.wait(Stream::PATIENCE);
        }
        if self.sent > self.matched && self.lost_patience(answers) {
            self.under_way.clear();
            return (self.matched + 1..=self.sent).collect();
        }
        self.lost(answers)
    }

    /// Whether this answer shows that a follower that was behind holds everything that the leader had to send when it asked. What was
    /// written since says nothing: under a steady load there is always something under way.
    pub(crate) fn catches_up(&mut self, answers: u64) -> bool {
        let Some((_, had)) = self.asked.take_if(|(number, _)| answers >= *number) else { return false };
        if self.matched >= had {
            return std::mem::replace(&mut self.behind, false);
        }
        self.behind |= had - self.matched > Stream::FAR_BEHIND;
        false
    }

    /// What was sent well before an entry that was answered now, and neither is held nor has come early. What answers a sign of
    /// life does not tell whether entries get through.
    fn lost(&mut self, answers: u64) -> Vec<u64> {
        let answered = self.under_way.binary_search_by_key(&answers, |entry| entry.number);
        if let Ok(at) = answered {
            self.under_way[at].arrived = true;
        }
        let mut lost = Vec::new();
        while let Some(UnderWay { number, lsn, arrived }) = self.under_way.front().copied() {
            let held = arrived || lsn <= self.matched;
            if !held && (answered.is_err() || answers < number + Stream::LATER) {
                break;
            }
            self.under_way.pop_front();
            if !held {
                lost.push(lsn);
            }
        }
        lost
    }

    /// The follower's log ends where the leader's is not known to pass: it goes back to where the two may part, or starts anew from a
    /// copy if that lies before what it can take back or the leader keeps. Until it has, nothing is known of what it holds.
    fn diverged(&mut self, log: &Log, epoch: Epoch, extent: Extent, carrier: &mut impl Carrier) {
        let Extent { last, floor, answers, .. } = extent;
        (self.silent, self.last, self.known, self.matched, self.held) = (0, last, false, 0, 0);
        let kept = last.lsn >= log.floor();
        let lsn = if kept { log.last_not_after(last.epoch, last.lsn) } else { 0 };
        if kept && lsn >= floor && last.lsn > floor {
            let to = Version { epoch: log.epoch_at(lsn).unwrap_or_default(), lsn };
            self.since = self.next_number();
            carrier.ship(self.to, Shipment::Rewind { epoch, number: self.since, to, replaces: last });
        } else if !self.copying || self.lost_patience(answers) {
            self.copying = true;
            self.since = self.number + 1;
            self.send_copy(log, epoch, lsn, carrier);
        }
    }

    /// The log is about to be cut before this LSN.
    pub(crate) fn on_trim(&mut self, log: &Log, lsn: u64) {
        self.lacks = self.lacked(log).filter(|_| self.matched < lsn);
    }

    /// The first entry it lacks; noted earlier if it is no longer kept.
    fn lacked(&self, log: &Log) -> Option<Lacked> {
        let noted = self.lacks.filter(|lacked| lacked.held >= self.matched && log.floor() > self.matched);
        noted.or_else(|| Lacked::after(self.matched.max(log.floor()), log))
    }

    /// The LSN up to which it holds this leader's log, as far as it counts for acknowledgements.
    pub(crate) fn held(&self) -> u64 {
        if self.known { self.held } else { 0 }
    }

    /// Whether what was sent must be lost: signs of life that went out well after it are answered, and it comes no nearer.
    fn lost_patience(&mut self, answers: u64) -> bool {
        let lost = self.tells.is_some_and(|tells| answers >= tells);
        if lost {
            self.wait((self.patience * 2).min(Stream::LONGEST));
        }
        lost
    }

    /// What it lacks was sent just now, or is less than before: so many signs of life from now on tell whether it arrived.
    fn wait(&mut self, patience: u32) {
        (self.standing, self.patience, self.tells) = (0, patience, None);
    }

    /// Send what the window has room for, up to this LSN.
    pub(crate) fn pump(&mut self, window: u32, log: &Log, epoch: Epoch, last: u64, carrier: &mut impl Carrier) {
        let room = |stream: &Stream| {
            let (entries, bytes) =
                (stream.sent - stream.matched, log.bytes_upto(stream.sent) - log.bytes_upto(stream.matched));
            entries < u64::from(window) && bytes < Stream::UNDER_WAY
        };
        while self.known && self.sent < last && room(self) {
            if !self.send_entry(self.sent + 1, log, epoch, carrier) {
                return self.send_copy(log, epoch, self.matched, carrier);
            }
            self.sent += 1;
        }
    }

    /// Send again what was lost.
    pub(crate) fn repeat(&mut self, lost: &[u64], log: &Log, epoch: Epoch, carrier: &mut impl Carrier) {
        if !lost.iter().all(|lsn| self.send_entry(*lsn, log, epoch, carrier)) {
            self.send_copy(log, epoch, self.matched, carrier);
        } else if !lost.is_empty() {
            self.wait(self.patience);
        }
    }

    /// Send one entry, if it is still kept.
    fn send_entry(&mut self, lsn: u64, log: &Log, epoch: Epoch, carrier: &mut impl Carrier) -> bool {
        let (Some(entry), Some(before)) = (log.entry(lsn), log.epoch_at(lsn - 1)) else { return false };
        let previous = Version { epoch: before, lsn: lsn - 1 };
        let (floor, settled, number) = (log.floor(), log.settled(), self.next_number());
        self.under_way.push_back(UnderWay { number, lsn, arrived: false });
        carrier.ship(self.to, Shipment::Append { epoch, number, previous, entry: *entry, floor, settled });
        true
    }

    /// Send the whole state, in place of a log that shares this much with the leader's.
    fn send_copy(&mut self, log: &Log, epoch: Epoch, shared: u64, carrier: &mut impl Carrier) {
        // As with entries, nothing that the disk of an appointed leader may lack: it would give the places of what it forgot to other writes.
        let upto = if self.settled_only { log.settled() } else { log.synced().max(log.floor()) };
        let copy = Box::new(log.copy_upto(upto, self.last, shared));
        let number = self.next_number();
        self.sent = copy.version.lsn;
        self.wait(self.patience);
        carrier.ship(self.to, Shipment::Base { epoch, copy, number });
    }

    /// Whether it keeps up: heard from lately, within a window of what was shipped, and missing nothing older than `lag`.
    pub(crate) fn keeps_up(&self, window: u32, log: &Log, shipped: u64, now: Time, lag: Span) -> bool {
        let near = self.known && shipped.saturating_sub(self.matched) <= u64::from(window);
        let young = log.entry(self.matched + 1).is_none_or(|entry| now - entry.at <= lag);
        near && young && self.silent <= 1
    }

    pub(crate) fn view(&self, log: &Log, env: &Env) -> StreamView {
        let last = log.last().lsn;
        let matched = if self.known { self.matched } else { self.matched.max(log.floor()) };
        let lacked = self.lacked(log);
        StreamView {
            to: self.to,
            acked: matched,
            lag_entries: last.saturating_sub(matched),
            lag_bytes: lacked.map_or(0, |lacked| log.bytes().saturating_sub(lacked.bytes)),
            lag: lacked.map_or(Span::ZERO, |lacked| env.steady - lacked.at),
        }
    }
}
