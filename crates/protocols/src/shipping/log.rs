//! The log of a replica and the state it amounts to.

use super::entry::{Appended, Entry};
use super::storage::{Durability, Storage};
use super::typed::Typed;
use engine::{Chunks, Distribution};
use protocol::{Awaited, DiskView, Epoch, Fact, Key, Stored, Version, WriteId};
use std::ops::Range;
use values::{Kind, Value, Verb};

/// The state that a leader's log amounts to, in place of another's log.
#[derive(Clone, Debug, PartialEq)]
pub struct Copy {
    /// The version it amounts to.
    pub version: Version,
    /// By key.
    pub state: Vec<Stored>,
    /// By key: its value; none where a key holds what was written last.
    pub values: Vec<Value>,
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
    before: Before,
    /// The size of this entry and of all before it.
    bytes: u64,
}

/// What a key held, packed: there is one for each entry.
#[derive(Clone, Copy, Debug)]
struct Before {
    /// 0 for the initial value.
    write: WriteId,
    version: Version,
    bytes: u32,
    deleted: bool,
}

impl Before {
    fn of(stored: Stored) -> Before {
        let Stored { write, version, bytes, deleted } = stored;
        Before { write: write.unwrap_or(WriteId(0)), version, bytes, deleted }
    }

    fn stored(self) -> Stored {
        let Before { write, version, bytes, deleted } = self;
        Stored { write: (write != WriteId(0)).then_some(write), version, bytes, deleted }
    }
}

const _: () = assert!(size_of::<Kept>() <= 80, "a log is long");

/// What a log knows of its disk.
#[derive(Clone, Debug, Default)]
struct Disk {
    /// The LSN up to which the log is on it.
    synced: u64,
    /// What is on it, if that is not just the log up to there: something of it was taken back or replaced since.
    instead: Option<Box<Log>>,
    /// How often anything was taken back or replaced.
    edition: u64,
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
    /// The values, where keys hold more than what was written last.
    typed: Option<Box<Typed>>,
    /// The LSN up to which enough replicas are known to hold this log.
    settled: u64,
    /// What is on the disk, where that takes time; elsewhere all is.
    disk: Option<Box<Disk>>,
}

impl Log {
    /// An empty log over so many keys of this kind.
    pub fn new(keys: u32, kind: &Kind) -> Log {
        Log { state: vec![Stored::default(); keys as usize], typed: Typed::new(kind, keys), ..Log::default() }
    }

    /// The same log on a disk of this kind, which has all of it.
    pub fn on(self, storage: &Storage) -> Log {
        let synced = self.last().lsn;
        let disk = storage.takes_time().then(|| Box::new(Disk { synced, ..Disk::default() }));
        Log { disk, ..self }
    }

    /// The LSN up to which this log is on the disk.
    pub fn synced(&self) -> u64 {
        self.disk.as_ref().map_or(self.last().lsn, |disk| disk.synced)
    }

    /// The LSN up to which whoever has this log vouches for it.
    pub fn vouched(&self, storage: &Storage) -> u64 {
        match storage.durability {
            Durability::Synced => self.synced(),
            Durability::Buffered => self.last().lsn,
        }
    }

    /// The disk as a picture shows it, if it takes time, with those who wait for what it does not have yet.
    pub fn disk(&self, storage: &Storage, awaited: Awaited) -> Option<DiskView> {
        let (synced, pending) = (Some(self.synced()), self.last().lsn.saturating_sub(self.synced()));
        let disk = DiskView::new(storage.sync.as_ref().unwrap_or(&Distribution::Constant(0.0)));
        let awaited = if pending == 0 { Awaited::Nobody } else { awaited };
        storage.takes_time().then_some(DiskView { gathers: storage.delay, synced, pending, awaited, ..disk })
    }

    /// Whether the disk has this log and nothing else.
    pub fn is_synced(&self) -> bool {
        self.disk.as_ref().is_none_or(|disk| disk.synced == self.last().lsn && disk.instead.is_none())
    }

    /// How often anything was taken back or replaced, where it matters to a sync that runs.
    pub fn edition(&self) -> u64 {
        self.disk.as_ref().map_or(0, |disk| disk.edition)
    }

    /// A sync is over that began when the log ended here, in this edition. Up to where the disk now has it; nothing is said of a log that
    /// has become another meanwhile.
    pub fn synced_upto(&mut self, lsn: u64, edition: u64) -> Option<Version> {
        let disk = self.disk.as_mut().filter(|disk| disk.edition == edition)?;
        (disk.synced, disk.instead) = (lsn, None);
        Some(Version { epoch: self.epoch_at(lsn).unwrap_or_default(), lsn })
    }

    /// What a loss of power leaves.
    pub fn left_on_disk(mut self) -> Log {
        let Some(disk) = self.disk.take() else { return self };
        let left = disk.instead.map_or_else(|| self.cut(disk.synced), |instead| *instead);
        let synced = left.last().lsn;
        Log { disk: Some(Box::new(Disk { synced, ..Disk::default() })), ..left }
    }

    /// Without the entries beyond an LSN.
    fn cut(mut self, lsn: u64) -> Log {
        while self.pop_beyond(lsn).is_some() {}
        self
    }

    /// Nothing beyond this LSN stays, and beyond the beginning nothing at all: the disk keeps what it has until a later sync is over.
    fn leave_on_disk(&mut self, lsn: u64) {
        let Some(mut disk) = self.disk.take() else { return };
        disk.edition += 1;
        if disk.instead.is_none() && (lsn < disk.synced || lsn == 0) {
            disk.instead = Some(Box::new(self.clone().cut(disk.synced)));
        }
        disk.synced = disk.synced.min(lsn);
        self.disk = Some(disk);
    }

    /// What the values come to.
    pub fn sum(&self) -> i64 {
        self.typed.as_ref().map_or(0, |typed| typed.sum())
    }

    /// What is on each account of the ledger that the first key holds.
    pub fn balances(&self) -> Vec<i64> {
        let value = self.typed.as_ref().and_then(|typed| typed.value(0));
        value.map_or_else(Vec::new, Value::balances)
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

    /// The LSNs of the entries kept.
    pub fn kept(&self) -> Range<u64> {
        self.base.lsn + 1..self.last().lsn + 1
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
            stored = kept.before.stored();
        }
        stored
    }

    /// The state up to this LSN, for a replica whose log ends here, shares so much with this one and has to start anew.
    pub fn copy_upto(&self, lsn: u64, replaces: Version, shared: u64) -> Copy {
        let epoch = self.epoch_at(lsn).unwrap_or_default();
        let keys = 0..self.state.len() as u32;
        let state = match lsn >= self.last().lsn {
            true => self.state.clone(),
            false => keys.clone().map(|key| self.state_at(Key(key), lsn)).collect(),
        };
        let values = keys.filter_map(|key| self.value_at(Key(key), lsn).cloned()).collect();
        Copy { version: Version { epoch, lsn }, state, values, settled: self.settled, replaces, shared }
    }

    /// The value that the log up to this LSN makes of a key, where keys hold more than what was written last.
    fn value_at(&self, key: Key, lsn: u64) -> Option<&Value> {
        let typed = self.typed.as_ref()?;
        let (mut stored, mut value) = (self.state(key), typed.value(key.0 as usize)?);
        while stored.version.lsn > lsn {
            let Some(index) = stored.version.lsn.checked_sub(self.base.lsn + 1) else { break };
            let Some(kept) = self.entries.get(index as usize) else { break };
            stored = kept.before.stored();
            value = typed.held_before(index as usize).unwrap_or(value);
        }
        Some(value)
    }

    /// Start anew from a copy of another replica's state.
    pub fn restore(&mut self, copy: Copy) {
        let Copy { version: base, state, values, settled, .. } = copy;
        let (typed, settled) = (Typed::restored(values), settled.min(base.lsn));
        self.leave_on_disk(0);
        let disk = self.disk.take();
        *self = Log { base, base_bytes: 0, entries: Chunks::default(), state, typed, settled, disk };
    }

    /// The LSN up to which enough replicas are known to hold this log, by the rule for acknowledgements.
    pub fn settled(&self) -> u64 {
        self.settled
    }

    /// Enough replicas hold the log up to this LSN.
    pub fn settle(&mut self, lsn: u64) {
        self.settled = self.settled.max(lsn.min(self.last().lsn));
    }

    /// Add an entry: it has its place, also where its value does not take it.
    pub fn append(&mut self, entry: Entry) -> Appended {
        let version = Version { epoch: entry.epoch, lsn: self.last().lsn + 1 };
        let taken = self.typed.as_mut().map_or(Ok((entry.bytes, 0)), |typed| typed.append(&entry, version));
        let slot = self.state.get_mut(entry.key.0 as usize);
        debug_assert!(slot.is_some() || entry.write().is_none(), "a write is of a key that there is");
        let before = slot.as_ref().map_or_else(Stored::default, |slot| **slot);
        if let (Some(slot), Ok((bytes, _))) = (slot, taken) {
            let deleted = entry.change.verb == Verb::Delete;
            *slot = Stored { write: Some(entry.write), version, bytes: if deleted { 0 } else { bytes }, deleted };
        }
        let bytes = self.bytes() + u64::from(entry.bytes);
        self.entries.push_back(Kept { entry, before: Before::of(before), bytes });
        let gave = taken.map_or(0, |(_, gave)| gave);
        Appended { version, fact: entry.appended(version, taken.is_ok()), gave, declined: taken.err() }
    }

    /// Take back the last entry if it lies beyond `lsn`; what is to be stated of it.
    pub fn take_back_beyond(&mut self, lsn: u64) -> Option<Fact> {
        let last = self.last();
        if last.lsn > lsn && !self.entries.is_empty() {
            self.leave_on_disk(last.lsn - 1);
        }
        self.pop_beyond(lsn)
    }

    fn pop_beyond(&mut self, lsn: u64) -> Option<Fact> {
        let last = self.last();
        if last.lsn <= lsn {
            return None;
        }
        let Kept { entry, before, .. } = self.entries.pop_back()?;
        if let Some(slot) = self.state.get_mut(entry.key.0 as usize) {
            *slot = before.stored();
        }
        let taken = self.typed.as_mut().is_none_or(|typed| typed.take_back(entry.key.0 as usize));
        self.settled = self.settled.min(last.lsn - 1);
        Some(entry.truncated(last, taken))
    }

    /// Drop entries up to and including this LSN, as far as they are on the disk: nobody needs them, or who does is sent a copy of the state.
    pub fn trim(&mut self, lsn: u64) {
        let lsn = lsn.min(self.synced());
        while self.base.lsn < lsn {
            let Some(kept) = self.entries.pop_front() else { return };
            self.typed.iter_mut().for_each(|typed| typed.drop_first());
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
    use engine::Time;
    use values::Change;

    fn entry(epoch: u32, write: u64, key: u32) -> Entry {
        let change = Change::new(Verb::Set);
        Entry { epoch: Epoch(epoch), write: WriteId(write), key: Key(key), change, bytes: 100, at: Time::ZERO }
    }

    #[test]
    fn taking_back_restores_what_the_key_held() {
        let mut log = Log::new(2, &Kind::Register);
        log.append(entry(1, 10, 0));
        log.append(entry(1, 11, 0));
        let version = Version { epoch: Epoch(1), lsn: 2 };
        assert_eq!(log.take_back_beyond(1), Some(Fact::Truncated { write: WriteId(11), key: Key(0), version }));
        assert_eq!(log.state(Key(0)).write, Some(WriteId(10)));
        assert_eq!(log.take_back_beyond(1), None);
    }

    #[test]
    fn the_state_at_an_earlier_lsn_leaves_later_writes_out() {
        let mut log = Log::new(1, &Kind::Register);
        for write in 1..=3 {
            log.append(entry(1, write, 0));
        }
        assert_eq!(log.state_at(Key(0), 2).write, Some(WriteId(2)));
        assert_eq!(log.state_at(Key(0), 0).write, None);
    }

    #[test]
    fn trimming_keeps_the_state_and_the_numbers() {
        let mut log = Log::new(2, &Kind::Register);
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
        let mut log = Log::new(1, &Kind::Register);
        for (epoch, write) in [(1, 1), (1, 2), (3, 3), (3, 4)] {
            log.append(entry(epoch, write, 0));
        }
        assert_eq!(log.last_not_after(Epoch(2), 4), 2);
        assert_eq!(log.last_not_after(Epoch(3), 9), 4);
    }
}
