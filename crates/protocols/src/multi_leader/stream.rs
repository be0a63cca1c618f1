//! What a region knows of one that it sends to, and what it sends it next.

use super::log::{Entry, Log};
use super::message::{Effects, Message};
use crate::by_key::Cells;
use engine::{Span, Time};
use protocol::{NodeId, Seen, StreamView};
use std::collections::VecDeque;

/// So many bytes may be under way, as the buffer of a socket bounds them. One entry may always.
const UNDER_WAY: u64 = 1_000_000;
/// Most questions under way whose answers count.
const ASKED: usize = 64;

/// A replication stream.
#[derive(Clone, Debug)]
pub(super) struct Stream {
    pub(super) to: NodeId,
    /// The entry up to which the other has heard.
    pub(super) heard: u64,
    /// The entry up to which it was sent.
    sent: u64,
    /// It lacks what is not in this log any more, or never was, and is to be sent a copy of everything.
    blank: bool,
    /// Whether it has said how far it has heard since this region has come back.
    met: bool,
    /// A copy is under way: what its answer will quote.
    copying: Option<u64>,
    /// Questions that are not answered: their numbers, and up to where entries had been sent.
    asked: VecDeque<(u64, u64)>,
    /// The number of the latest.
    number: u64,
}

impl Stream {
    pub(super) fn new(to: NodeId) -> Stream {
        Stream { to, heard: 0, sent: 0, blank: false, met: true, copying: None, asked: VecDeque::new(), number: 0 }
    }

    /// Whether the other may lack an entry: what it sent itself it has. What it wrote itself it may have lost.
    fn may_lack(&self, entry: &Entry) -> bool {
        entry.from != self.to
    }

    /// Whether an entry is to be sent to the other.
    fn is_for(&self, number: u64, entry: &Entry, log: &Log) -> bool {
        self.may_lack(entry) && log.is_latest(number, entry.key)
    }

    /// Send what there is, as far as there is room for it.
    pub(super) fn ship(&mut self, log: &Log, cells: &Cells, window: u64, effects: &mut Effects) {
        if !self.met {
            return;
        }
        if self.sent < log.floor() || std::mem::take(&mut self.blank) {
            self.number += 1;
            (self.sent, self.copying) = (log.last(), Some(self.number));
            let (upto, number, cells) = (log.last(), self.number, cells.all().collect());
            return effects.send(self.to, Message::Copy { log: log.id, upto, number, cells });
        }
        // After what was left out there is always room for one that may stand for it: else it might be left out again, and so for ever.
        let mut left_out = false;
        while self.sent < log.last() && (self.has_room(log, window) || left_out) {
            let (after, upto) = (self.sent, self.sent + 1);
            let mine = log.entry(upto).filter(|entry| self.is_for(upto, entry, log));
            let cell = |entry: &Entry| Some((entry.key, entry.cell.clone().or_else(|| cells.get(entry.key))?));
            let entries: Vec<_> = mine.and_then(cell).into_iter().collect();
            self.sent = upto;
            left_out = entries.is_empty() && upto < log.last();
            if left_out {
                // The next one says it, too.
                self.skip(log, after, effects);
                continue;
            }
            effects.send(self.to, Message::Entries { log: log.id, after, upto, entries, stands: upto });
        }
    }

    /// Entries after this one are not for the other, up to the next that is.
    fn skip(&mut self, log: &Log, after: u64, effects: &mut Effects) {
        while let Some(entry) = log.entry(self.sent + 1).filter(|_| self.sent + 1 < log.last()) {
            if self.is_for(self.sent + 1, entry, log) {
                break;
            }
            self.sent += 1;
        }
        let upto = self.sent;
        let lacked = (after + 1..=upto).filter_map(|number| Some((number, log.entry(number)?)));
        let lacked = lacked.filter(|(_, entry)| self.may_lack(entry));
        let stands = lacked.map(|(number, entry)| log.stands_for(number, entry.key)).max().unwrap_or(upto).max(upto);
        effects.send(self.to, Message::Entries { log: log.id, after, upto, entries: Vec::new(), stands });
    }

    fn has_room(&self, log: &Log, window: u64) -> bool {
        let under_way = log.bytes_after(self.heard.max(log.floor())) - log.bytes_after(self.sent);
        self.sent == self.heard || (self.sent - self.heard < window && under_way < UNDER_WAY)
    }

    /// A sign of life: ask how far it has heard, and say what this region has.
    pub(super) fn on_heartbeat(&mut self, log: &Log, clock: Time, has: Seen, effects: &mut Effects) {
        self.number += 1;
        if self.asked.len() == ASKED {
            // Every second one: some of the early ones, for a way that takes long, and some of the late ones, after one that was cut.
            let mut kept = false;
            self.asked.retain(|_| {
                kept = !kept;
                kept
            });
        }
        self.asked.push_back((self.number, self.sent));
        effects.send(self.to, Message::Hello { log: log.id, number: self.number, upto: log.last(), clock, has });
    }

    /// This region has come back and has forgotten how far the other had heard: it asks, and sends nothing before it is told.
    pub(super) fn ask_again(&mut self, log: &Log, clock: Time, effects: &mut Effects) {
        self.met = false;
        self.on_heartbeat(log, clock, Seen::UNKNOWN, effects);
    }

    /// The other has lost its disk: it has nothing.
    pub(super) fn begin_anew(&mut self) {
        (self.heard, self.blank, self.met) = (0, true, true);
        self.asked.clear();
    }

    /// The other says how far it has heard. What was sent before the question that it answers and has not come by then is lost, and
    /// sent again; what it says to questions before that is old news. Whether it has heard of the copy that it was sent.
    pub(super) fn on_heard(&mut self, upto: u64, answers: Option<u64>) -> bool {
        self.met = true;
        if upto > self.heard {
            (self.heard, self.sent) = (upto, self.sent.max(upto));
        }
        let copied = self.copying.is_some_and(|copy| answers == Some(copy));
        if let Some(copy) = self.copying.filter(|copy| answers >= Some(*copy)) {
            // The answer to a later question without one to this: it is lost.
            (self.copying, self.blank) = (None, self.blank || answers > Some(copy));
        }
        let place = self.asked.iter().position(|(number, _)| answers == Some(*number));
        let before = place.and_then(|place| self.asked.drain(..=place).next_back());
        if before.is_some_and(|(_, sent)| upto < sent) {
            (self.heard, self.sent) = (upto, upto);
            self.asked.clear();
        }
        copied
    }

    /// How far the other is behind.
    pub(super) fn view(&self, log: &Log, now: Time) -> StreamView {
        let after = self.heard.max(log.floor());
        if log.only_from().is_none_or(|from| from == self.to) {
            return self.counted(log, now);
        }
        // It lacks all of them, however many there are: there is no need to look at each.
        let lag = log.entry(after + 1).map_or(Span::ZERO, |oldest| now - oldest.at);
        let (lag_entries, lag_bytes) = (log.last() - after, log.to_send_after(after));
        StreamView { to: self.to, acked: self.heard, lag_entries, lag_bytes, lag }
    }

    /// The same, entry by entry.
    fn counted(&self, log: &Log, now: Time) -> StreamView {
        let kept = (self.heard + 1..=log.last()).filter_map(|number| Some((number, log.entry(number)?)));
        let lacked = kept.filter(|(_, entry)| self.may_lack(entry));
        let (mut entries, mut bytes, mut oldest) = (0, 0, None);
        for (number, entry) in lacked {
            entries += 1;
            bytes += if log.is_latest(number, entry.key) { u64::from(entry.bytes) } else { 0 };
            oldest.get_or_insert(entry.at);
        }
        let lag = oldest.map_or(Span::ZERO, |at| now - at);
        StreamView { to: self.to, acked: self.heard, lag_entries: entries, lag_bytes: bytes, lag }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::{Key, Version};

    #[test]
    fn what_another_lacks_is_the_same_counted_and_known() {
        for (keys, heard, retain) in [(3, 0, 1_000), (3, 170, 1_000), (400, 50, 1_000), (400, 50, 30), (1, 300, 1_000)]
        {
            let mut log = Log::new(Version::NONE);
            for number in 0..300_u64 {
                let key = Key((number * 7 % keys) as u32);
                let own = NodeId(0);
                log.append_merged(key, 10 + number as u32 % 5, (own, own), Time::from_millis(number));
                log.trim(0, retain);
            }
            let stream = Stream { heard, ..Stream::new(NodeId(1)) };
            let now = Time::from_secs(1);
            assert_eq!(stream.view(&log, now), stream.counted(&log, now), "{keys} {heard} {retain}");
            assert_eq!(Stream::new(NodeId(0)).view(&log, now).lag_entries, 0, "it has what it sent");
        }
    }
}
