//! The follower's part: repeat the leader's log, take back what the leader never had.

use super::log::{Entry, Log};
use super::message::Effects;
use protocol::{Fact, NodeId, Stored, Version};
use std::collections::BTreeMap;

/// A replica that repeats somebody's log.
#[derive(Clone, Debug)]
pub(super) struct Follower {
    /// Whose, if it knows.
    pub(super) upstream: Option<NodeId>,
    /// Entries of the leadership it follows that came before one they follow on, by LSN.
    early: BTreeMap<u64, Next>,
}

/// An entry and the version of the one before it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Next {
    pub(super) previous: Version,
    pub(super) entry: Entry,
}

impl Follower {
    pub(super) fn of(upstream: Option<NodeId>) -> Follower {
        Follower { upstream, early: BTreeMap::new() }
    }

    /// Append an entry if it follows on the log, and all that came before it and follow on it; keep it if it is ahead by no
    /// more than `window`. The LSN up to which the log is now known to be the leader's.
    pub(super) fn append(&mut self, log: &mut Log, next: Next, window: u32, effects: &mut Effects) -> u64 {
        let (lsn, last) = (next.previous.lsn + 1, log.last());
        if next.previous != last {
            if lsn > last.lsn && lsn - last.lsn <= u64::from(window) {
                self.early.insert(lsn, next);
            }
            let held = lsn <= log.floor() || log.epoch_at(lsn) == Some(next.entry.epoch);
            return if held { lsn } else { 0 };
        }
        let mut follows_on = Some(next);
        while let Some(Next { previous, entry }) = follows_on.filter(|next| next.previous == log.last()) {
            let version = log.append(entry);
            effects.note(Fact::Appended { write: entry.write, key: entry.key, version });
            self.early.remove(&(previous.lsn + 1));
            follows_on = self.early.get(&(version.lsn + 1)).copied();
        }
        log.last().lsn
    }

    /// Take back everything beyond the last entry the leader may share with this log, as far as it can be taken back, if the
    /// log still ends where the leader thought: otherwise the order is late, and the leader has what it would take back.
    pub(super) fn rewind(&mut self, log: &mut Log, to: Version, replaces: Version, effects: &mut Effects) {
        if log.last() == replaces {
            self.early.clear();
            let shared = log.epoch_at(to.lsn) == Some(to.epoch);
            take_back_beyond(log, if shared { to.lsn } else { to.lsn.saturating_sub(1) }, effects);
        }
    }

    /// Replace everything by a copy of the leader's state.
    pub(super) fn restore(&mut self, log: &mut Log, from: NodeId, copy: Copy, effects: &mut Effects) {
        if log.last() == copy.replaces {
            self.early.clear();
            take_back_beyond(log, copy.shared, effects);
            log.restore(copy.version, copy.state, copy.settled);
            effects.note(Fact::Restored { from, upto: copy.version });
        }
    }
}

/// A copy of the leader's state.
pub(super) struct Copy {
    pub(super) version: Version,
    pub(super) state: Vec<Stored>,
    /// The LSN up to which the leader knew it to be settled.
    pub(super) settled: u64,
    /// The end of the log it was made for. A log that has changed since is not replaced: the copy is late.
    pub(super) replaces: Version,
    /// The LSN up to which that log agrees with the leader's.
    pub(super) shared: u64,
}

fn take_back_beyond(log: &mut Log, lsn: u64, effects: &mut Effects) {
    while let Some((version, entry)) = log.take_back_beyond(lsn) {
        effects.note(Fact::Truncated { write: entry.write, key: entry.key, version });
    }
}
