//! A disk that takes time: when what of a log gets onto it.
//!
//! One sync runs at a time, and takes along what there was when it began; what is appended meanwhile is synced by the next, all of it at
//! once, so that a disk bounds how long a write takes and not how many there are (group commit, as in PostgreSQL and etcd). What is taken
//! back or replaced is on the disk until the next sync is over: no power is lost between half of it and the rest.

use super::log::Log;
use super::storage::Storage;
use engine::{Distribution, Span};
use protocol::{Effects, Version};

/// The syncs of a replica's disk, one after the other: of its log, and of what it must not forget beside it.
#[derive(Clone, Debug)]
pub(crate) struct Syncs<B> {
    beside: B,
    stage: Stage<B>,
}

#[derive(Clone, Copy, Debug)]
enum Stage<B> {
    Idle,
    /// More entries may come.
    Gathers,
    /// What was gathered is to be synced.
    Gathered,
    /// The disk will have the log up to here, unless something of it is taken back by then, and this beside it.
    Runs {
        upto: u64,
        edition: u64,
        beside: B,
    },
}

/// What is waited for until [`Syncs::wake`].
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Wait {
    /// More entries.
    Gather(Span),
    /// The disk.
    Disk(Distribution),
}

impl Wait {
    /// Begin to wait.
    pub(crate) fn begin<M, T>(self, timer: T, effects: &mut Effects<M, T>) {
        match self {
            Wait::Gather(delay) => effects.timer(timer, delay),
            Wait::Disk(takes) => effects.disk_timer(timer, &takes),
        }
    }
}

impl<B: Copy + PartialEq> Syncs<B> {
    /// The disk has this beside a log.
    pub(crate) fn new(beside: B) -> Syncs<B> {
        Syncs { beside, stage: Stage::Idle }
    }

    /// What the disk has beside the log.
    pub(crate) fn beside(&self) -> B {
        self.beside
    }

    /// Begin what is to be done, unless something is under way.
    pub(crate) fn look(&mut self, storage: &Storage, log: &Log, beside: B) -> Option<Wait> {
        // What others wait for is not gathered.
        let urgent = beside != self.beside;
        match self.stage {
            _ if !storage.takes_time() => return None,
            Stage::Runs { .. } => return None,
            Stage::Gathers if !urgent => return None,
            Stage::Idle if !urgent && log.is_synced() => return None,
            Stage::Idle if !urgent && storage.delay > Span::ZERO => {
                self.stage = Stage::Gathers;
                return Some(Wait::Gather(storage.delay));
            }
            Stage::Idle | Stage::Gathers | Stage::Gathered => {}
        }
        self.stage = Stage::Runs { upto: log.last().lsn, edition: log.edition(), beside };
        Some(Wait::Disk(storage.sync.clone().unwrap_or(Distribution::Constant(0.0))))
    }

    /// What was waited for is over. Up to where the disk now has the log, if it is a sync.
    pub(crate) fn wake(&mut self, log: &mut Log) -> Option<Version> {
        match std::mem::replace(&mut self.stage, Stage::Idle) {
            Stage::Idle => None,
            Stage::Gathers | Stage::Gathered => {
                self.stage = Stage::Gathered;
                None
            }
            Stage::Runs { upto, edition, beside } => {
                self.beside = beside;
                log.synced_upto(upto, edition)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shipping::{Durability, Entry};
    use engine::Time;
    use protocol::{Epoch, Key, WriteId};
    use values::{Change, Kind, Verb};

    fn storage(delay: u64) -> Storage {
        let delay = Span::from_millis(delay);
        Storage { sync: Some(Distribution::Constant(1e6)), delay, durability: Durability::Synced }
    }

    fn log(writes: std::ops::Range<u64>) -> Log {
        let mut log = Log::new(2, &Kind::Register).on(&storage(0));
        writes.for_each(|write| append(&mut log, 1, write));
        log
    }

    fn append(log: &mut Log, epoch: u32, write: u64) {
        let (epoch, key, change) = (Epoch(epoch), Key(0), Change::new(Verb::Set));
        log.append(Entry { epoch, write: WriteId(write), key, change, bytes: 100, at: Time::ZERO });
    }

    /// Let the disk do all that there is to do, as far as it is begun now.
    fn sync(syncs: &mut Syncs<()>, log: &mut Log) -> Option<u64> {
        syncs.look(&storage(0), log, ())?;
        syncs.wake(log).map(|upto| upto.lsn)
    }

    fn left(log: &Log) -> (Version, Option<WriteId>) {
        let left = log.clone().left_on_disk();
        (left.last(), left.state(Key(0)).write)
    }

    fn version(epoch: u32, lsn: u64) -> Version {
        Version { epoch: Epoch(epoch), lsn }
    }

    #[test]
    fn what_comes_while_a_sync_runs_is_synced_by_the_next_all_of_it_at_once() {
        let (mut log, mut syncs) = (log(1..2), Syncs::new(()));
        assert!(syncs.look(&storage(0), &log, ()).is_some());
        (2..50).for_each(|write| append(&mut log, 1, write));
        assert_eq!(syncs.look(&storage(0), &log, ()), None, "one at a time");
        assert_eq!((syncs.wake(&mut log), log.synced()), (Some(version(1, 1)), 1));
        assert_eq!(left(&log), (version(1, 1), Some(WriteId(1))));
        assert_eq!(sync(&mut syncs, &mut log), Some(49));
        assert_eq!(syncs.look(&storage(0), &log, ()), None, "there is nothing to be done");
    }

    #[test]
    fn entries_are_gathered_and_what_others_wait_for_is_not() {
        let (mut log, mut syncs) = (log(1..2), Syncs::new(0));
        let gathers = Some(Wait::Gather(Span::from_millis(200)));
        assert_eq!(syncs.look(&storage(200), &log, 0), gathers);
        append(&mut log, 1, 2);
        assert_eq!((syncs.look(&storage(200), &log, 0), syncs.wake(&mut log)), (None, None));
        assert_eq!(syncs.look(&storage(200), &log, 0), Some(Wait::Disk(Distribution::Constant(1e6))));
        assert_eq!(syncs.wake(&mut log), Some(version(1, 2)));
        append(&mut log, 1, 3);
        assert_eq!(syncs.look(&storage(200), &log, 0), gathers);
        assert_eq!(syncs.look(&storage(200), &log, 7), Some(Wait::Disk(Distribution::Constant(1e6))));
        assert_eq!((syncs.wake(&mut log), syncs.beside()), (Some(version(1, 3)), 7));
    }

    #[test]
    fn what_is_taken_back_is_on_the_disk_until_a_later_sync_is_over() {
        let (mut log, mut syncs) = (log(1..7), Syncs::new(()));
        sync(&mut syncs, &mut log);
        append(&mut log, 1, 7);
        assert!(syncs.look(&storage(0), &log, ()).is_some());
        while log.take_back_beyond(2).is_some() {}
        append(&mut log, 2, 20);
        assert_eq!((log.synced(), left(&log)), (2, (version(1, 6), Some(WriteId(6)))));
        assert_eq!(syncs.wake(&mut log), None, "that sync was of another log");
        assert_eq!(left(&log), (version(1, 6), Some(WriteId(6))));
        assert_eq!(sync(&mut syncs, &mut log), Some(3));
        assert_eq!(left(&log), (version(2, 3), Some(WriteId(20))));
    }

    #[test]
    fn a_copy_is_there_once_it_is_synced_and_before_that_what_it_replaces() {
        for had in [0, 4] {
            let (mut log, mut syncs) = (log(1..had + 1), Syncs::new(()));
            sync(&mut syncs, &mut log);
            let mut other = self::log(11..31);
            other.trim(20);
            assert_eq!(other.floor(), 0, "what is not on the disk is not thrown away");
            log.restore(other.copy_upto(20, Version::NONE, 0));
            append(&mut log, 1, 40);
            assert_eq!((log.synced(), left(&log).0.lsn), (0, had));
            assert_eq!(sync(&mut syncs, &mut log), Some(21));
            assert_eq!(left(&log), (version(1, 21), Some(WriteId(40))));
        }
    }
}
