//! What a region has for others, in the order in which it came to it.

use crate::by_key::Cell;
use engine::{Chunks, Time, TreeMap};
use protocol::{Key, NodeId, Version};
use std::ops::Range;

/// An entry for others.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) key: Key,
    /// The write; none where copies are merged: then what the key holds when the entry is sent contains it.
    pub(super) cell: Option<Cell>,
    pub(super) bytes: u32,
    /// Who sent it here, or the region itself.
    pub(super) from: NodeId,
    /// When it came.
    pub(super) at: Time,
    /// The size of all entries before it.
    pub(super) before: u64,
}

/// A region's log. Entries are numbered from 1.
#[derive(Clone, Debug, Default)]
pub(super) struct Log {
    /// Which log this is: the stamp of its beginning.
    pub(super) id: Version,
    /// Entries no longer kept.
    floor: u64,
    /// Shared with the checkpoints of a run, which differ in their ends only.
    entries: Chunks<Entry>,
    /// The size of all entries there ever were.
    bytes: u64,
    /// Where copies are merged, by key: the latest entry, which makes those before it superfluous.
    latest: TreeMap<u64>,
    /// Who all entries that are kept come from; `None` if from several, or if there are none.
    only_from: Option<NodeId>,
}

impl Log {
    pub(super) fn new(id: Version) -> Log {
        Log { id, ..Log::default() }
    }

    /// The number of the last entry.
    pub(super) fn last(&self) -> u64 {
        self.floor + self.entries.len() as u64
    }

    /// The number of the last entry that is no longer kept.
    pub(super) fn floor(&self) -> u64 {
        self.floor
    }

    /// The numbers of the entries kept.
    pub(super) fn kept(&self) -> Range<u64> {
        self.floor + 1..self.last() + 1
    }

    /// Keep a write.
    pub(super) fn append(&mut self, key: Key, cell: Cell, from: NodeId, at: Time) {
        let (before, bytes) = (self.bytes, cell.bytes);
        self.bytes += u64::from(bytes);
        self.push(Entry { key, cell: Some(cell), bytes, from, at, before });
    }

    fn push(&mut self, entry: Entry) {
        let alone = self.entries.is_empty() || self.only_from == Some(entry.from);
        self.only_from = alone.then_some(entry.from);
        self.entries.push_back(entry);
    }

    /// Keep that the copy of a key has changed, by what `from` sent; the log is `own`'s.
    pub(super) fn append_merged(&mut self, key: Key, bytes: u32, (from, own): (NodeId, NodeId), at: Time) {
        let before = self.bytes;
        self.bytes += u64::from(bytes);
        let last = self.last();
        // What one sent is not sent back to it. If the entry that this one stands for is another's, it is for everybody.
        let sender = self.latest.get(key.0.into()).and_then(|number| self.entry(*number)).map(|entry| entry.from);
        let from = if sender.is_none_or(|sender| sender == from) { from } else { own };
        self.push(Entry { key, cell: None, bytes, from, at, before });
        self.latest.insert(key.0.into(), last + 1);
    }

    /// Whether no later entry stands for this one.
    pub(super) fn is_latest(&self, number: u64, key: Key) -> bool {
        self.stands_for(number, key) == number
    }

    /// The entry that stands for this one: itself if there is none later of its key.
    pub(super) fn stands_for(&self, number: u64, key: Key) -> u64 {
        self.latest.get(key.0.into()).map_or(number, |latest| number.max(*latest))
    }

    /// The entry of a number, if it is kept.
    pub(super) fn entry(&self, number: u64) -> Option<&Entry> {
        self.entries.get(number.checked_sub(self.floor + 1)? as usize)
    }

    /// Who all entries that are kept come from; `None` if from several.
    pub(super) fn only_from(&self) -> Option<NodeId> {
        self.only_from
    }

    /// The bytes of what is to be sent of the entries after this one: of merged keys the latest.
    pub(super) fn to_send_after(&self, number: u64) -> u64 {
        if self.latest.is_empty() {
            return self.bytes_after(number);
        }
        let kept = self.last() - number.max(self.floor);
        if (self.latest.len() as u64) < kept {
            let later = self.latest.values().filter(|latest| **latest > number);
            return later.filter_map(|latest| self.entry(*latest)).map(|entry| u64::from(entry.bytes)).sum();
        }
        let later = (number.max(self.floor) + 1..=self.last()).filter_map(|number| Some((number, self.entry(number)?)));
        later
            .filter(|(number, entry)| self.is_latest(*number, entry.key))
            .map(|(_, entry)| u64::from(entry.bytes))
            .sum()
    }

    /// The size of all entries after this one.
    pub(super) fn bytes_after(&self, number: u64) -> u64 {
        self.entry(number + 1).map_or(0, |next| self.bytes - next.before)
    }

    /// Keep what comes after this one, and no more than so many.
    pub(super) fn trim(&mut self, upto: u64, retain: u64) {
        let floor = upto.max(self.last().saturating_sub(retain)).min(self.last());
        while self.floor < floor {
            self.entries.pop_front();
            self.floor += 1;
        }
    }
}
