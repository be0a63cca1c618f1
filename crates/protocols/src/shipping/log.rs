//! The log of a replica and the state it amounts to.

use engine::{Chunks, Time};
use protocol::{Epoch, Fact, Key, Stored, Version, WriteId};

/// One entry of a log: a write, or what holds a place without being one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Entry {
    /// The leadership under which it was appended.
    pub epoch: Epoch,
    /// The write; 0, which no write is, for an entry that is none.
    pub write: WriteId,
    /// The key it sets; past all keys for an entry that sets none.
    pub key: Key,
    /// Size of the value.
    pub bytes: u32,
    /// The leader's clock when it was appended.
    pub at: Time,
}

impl Entry {
    /// An entry that writes nothing.
    pub(crate) fn no_op(epoch: Epoch, at: Time) -> Entry {
        Entry { epoch, write: WriteId(0), key: Key(u32::MAX), bytes: 0, at }
    }

    /// The write, if it is one.
    pub(crate) fn write(&self) -> Option<WriteId> {
        (self.write != WriteId(0)).then_some(self.write)
    }

    /// What is stated when it enters a log at this place.
    pub(crate) fn appended(&self, version: Version) -> Fact {
        let Entry { write, key, .. } = *self;
        self.write().map_or(Fact::AppendedNoOp { version }, |_| Fact::Appended { write, key, version })
    }

    /// What is stated when it leaves a log from this place.
    pub(crate) fn truncated(&self, version: Version) -> Fact {
        let Entry { write, key, .. } = *self;
        self.write().map_or(Fact::TruncatedNoOp { version }, |_| Fact::Truncated { write, key, version })
    }
}

/// The state that a leader's log amounts to, in place of another's log.
#[derive(Clone, Debug, PartialEq)]
pub struct Copy {
    /// The version it amounts to.
    pub version: Version,
    /// By key.
    pub state: Vec<Stored>,
    /// The LSN up to which enough replicas hold the leader's log.
    pub settled: u64,
    /// The end of the log it was made for, as the leader knew it: a log that has changed since is not replaced.
    pub replaces: Version,
    /// The LSN up to which that log agrees with the leader's.
    pub shared: u64,
}

/// An entry as it is kept.
#[derive(Clone, Copy, Debug)]
struct Kept {
    entry: Entry,
    /// What its key held before, so that it can be taken back.
    before: Stored,
    /// The size of this entry and of all before it.
    bytes: u64,
}

/// Entries by LSN, from 1. Old entries are dropped; the state they led to is kept.
#[derive(Clone, Debug, Default)]
pub(crate) struct Log {
    /// The LSN before the first entry kept, and its epoch.
    base: Version,
    /// The size of all entries up to there.
    base_bytes: u64,
    /// Shared with the checkpoints of a run, which differ in their ends only.
    entries: Chunks<Kept>,
    /// What the log up to its last entry amounts to, by key.
    state: Vec<Stored>,
    /// The LSN up to which enough replicas are known to hold this log.
    settled: u64,
}

impl Log {
    /// An empty log over so many keys.
    pub fn new(keys: u32) -> Log {
        Log { state: vec![Stored::default(); keys as usize], ..Log::default() }
    }

    /// The version of the last entry.
    pub fn last(&self) -> Version {
        let lsn = self.base.lsn + self.entries.len() as u64;
        self.entries.back().map_or(self.base, |kept| Version { epoch: kept.entry.epoch, lsn })
    }

    /// The entry at this LSN, if it is kept.
    pub fn entry(&self, lsn: u64) -> Option<&Entry> {
        let index = lsn.checked_sub(self.base.lsn + 1)?;
        self.entries.get(index as usize).map(|kept| &kept.entry)
    }

    /// The epoch of the entry at this LSN; `None` past the end or before what is kept.
    pub fn epoch_at(&self, lsn: u64) -> Option<Epoch> {
        if lsn == self.base.lsn { Some(self.base.epoch) } else { self.entry(lsn).map(|entry| entry.epoch) }
    }

    /// The LSN before the first entry kept.
    pub fn floor(&self) -> u64 {
        self.base.lsn
    }

    /// What the whole log makes of a key.
    pub fn state(&self, key: Key) -> Stored {
        self.state.get(key.0 as usize).copied().unwrap_or_default()
    }

    /// What the log up to this LSN makes of a key.
    pub fn state_at(&self, key: Key, lsn: u64) -> Stored {
        let mut stored = self.state(key);
        while stored.version.lsn > lsn {
            let Some(index) = stored.version.lsn.checked_sub(self.base.lsn + 1) else { break };
            let Some(kept) = self.entries.get(index as usize) else { break };
            stored = kept.before;
        }
        stored
    }

    /// The state up to this LSN, for a replica whose log ends here, shares so much with this one and has to start anew.
    pub fn copy_upto(&self, lsn: u64, replaces: Version, shared: u64) -> Copy {
        let epoch = self.epoch_at(lsn).unwrap_or_default();
        let state = match lsn >= self.last().lsn {
            true => self.state.clone(),
            false => (0..self.state.len() as u32).map(|key| self.state_at(Key(key), lsn)).collect(),
        };
        Copy { version: Version { epoch, lsn }, state, settled: self.settled, replaces, shared }
    }

    /// Start anew from a copy of another replica's state.
    pub fn restore(&mut self, copy: Copy) {
        let Copy { version: base, state, settled, .. } = copy;
        *self = Log { base, base_bytes: 0, entries: Chunks::default(), state, settled: settled.min(base.lsn) };
    }

    /// The LSN up to which enough replicas are known to hold this log, by the rule for acknowledgements.
    pub fn settled(&self) -> u64 {
        self.settled
    }

    /// Enough replicas hold the log up to this LSN.
    pub fn settle(&mut self, lsn: u64) {
        self.settled = self.settled.max(lsn.min(self.last().lsn));
    }

    /// Add an entry and return its version.
    pub fn append(&mut self, entry: Entry) -> Version {
        let version = Version { epoch: entry.epoch, lsn: self.last().lsn + 1 };
        let stored = Stored { write: Some(entry.write), version, bytes: entry.bytes };
        let slot = self.state.get_mut(entry.key.0 as usize);
        debug_assert!(slot.is_some() || entry.write().is_none(), "a write is of a key that there is");
        let before = slot.map_or_else(Stored::default, |slot| std::mem::replace(slot, stored));
        let bytes = self.bytes() + u64::from(entry.bytes);
        self.entries.push_back(Kept { entry, before, bytes });
        version
    }

    /// Take back the last entry if it lies beyond `lsn`; its version and itself.
    pub fn take_back_beyond(&mut self, lsn: u64) -> Option<(Version, Entry)> {
        let last = self.last();
        if last.lsn <= lsn {
            return None;
        }
        let Kept { entry, before, .. } = self.entries.pop_back()?;
        if let Some(slot) = self.state.get_mut(entry.key.0 as usize) {
            *slot = before;
        }
        self.settled = self.settled.min(last.lsn - 1);
        Some((last, entry))
    }

    /// Drop entries up to and including this LSN: nobody needs them, or who does is sent a copy of the state.
    pub fn trim(&mut self, lsn: u64) {
        while self.base.lsn < lsn {
            let Some(kept) = self.entries.pop_front() else { return };
            self.base = Version { epoch: kept.entry.epoch, lsn: self.base.lsn + 1 };
            self.base_bytes = kept.bytes;
        }
    }

    /// The largest LSN up to `lsn` whose entry is of `epoch` or an earlier one.
    pub fn last_not_after(&self, epoch: Epoch, lsn: u64) -> u64 {
        let mut candidate = lsn.min(self.last().lsn);
        while candidate > self.base.lsn && self.epoch_at(candidate).is_some_and(|at| at > epoch) {
            candidate -= 1;
        }
        candidate
    }

    /// The size of all entries there ever were since this log began or was copied.
    pub fn bytes(&self) -> u64 {
        self.entries.back().map_or(self.base_bytes, |kept| kept.bytes)
    }

    /// The size of all entries up to this LSN; before what is kept, up to there.
    pub fn bytes_upto(&self, lsn: u64) -> u64 {
        let index = lsn.checked_sub(self.base.lsn + 1);
        let kept = index.and_then(|index| self.entries.get(index as usize));
        kept.map_or(if index.is_none() { self.base_bytes } else { self.bytes() }, |kept| kept.bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(epoch: u32, write: u64, key: u32) -> Entry {
        Entry { epoch: Epoch(epoch), write: WriteId(write), key: Key(key), bytes: 100, at: Time::ZERO }
    }

    #[test]
    fn taking_back_restores_what_the_key_held() {
        let mut log = Log::new(2);
        log.append(entry(1, 10, 0));
        log.append(entry(1, 11, 0));
        assert_eq!(log.take_back_beyond(1).map(|(version, _)| version.lsn), Some(2));
        assert_eq!(log.state(Key(0)).write, Some(WriteId(10)));
        assert_eq!(log.take_back_beyond(1), None);
    }

    #[test]
    fn the_state_at_an_earlier_lsn_leaves_later_writes_out() {
        let mut log = Log::new(1);
        for write in 1..=3 {
            log.append(entry(1, write, 0));
        }
        assert_eq!(log.state_at(Key(0), 2).write, Some(WriteId(2)));
        assert_eq!(log.state_at(Key(0), 0).write, None);
    }

    #[test]
    fn trimming_keeps_the_state_and_the_numbers() {
        let mut log = Log::new(2);
        for write in 1..=5 {
            log.append(entry(1, write, (write % 2) as u32));
        }
        log.trim(3);
        assert_eq!((log.floor(), log.last().lsn), (3, 5));
        assert_eq!(log.epoch_at(3), Some(Epoch(1)));
        assert!(log.entry(3).is_none());
        assert_eq!(log.state(Key(1)).write, Some(WriteId(5)));
        assert_eq!((log.bytes(), log.bytes_upto(4), log.bytes_upto(1)), (500, 400, 300));
    }

    #[test]
    fn searching_back_skips_later_epochs() {
        let mut log = Log::new(1);
        for (epoch, write) in [(1, 1), (1, 2), (3, 3), (3, 4)] {
            log.append(entry(epoch, write, 0));
        }
        assert_eq!(log.last_not_after(Epoch(2), 4), 2);
        assert_eq!(log.last_not_after(Epoch(3), 9), 4);
    }
}
