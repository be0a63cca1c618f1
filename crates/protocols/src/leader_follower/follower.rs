//! The follower's part: repeat the leader's log, take back what the leader never had.

use super::LeaderFollower;
use super::log::{Entry, Log};
use protocol::{Effects, Fact, NodeId, Stored, Version};

/// A replica that repeats somebody's log.
#[derive(Clone, Debug)]
pub(super) struct Follower {
    /// Whose, if it knows.
    pub(super) upstream: Option<NodeId>,
}

/// Append an entry if it fits; whether the log now holds it.
pub(super) fn append(
    log: &mut Log,
    previous: Version,
    entry: Entry,
    floor: u64,
    effects: &mut Effects<LeaderFollower>,
) -> bool {
    if log.last() == previous {
        let version = log.append(entry);
        effects.note(Fact::Appended { write: entry.write, key: entry.key, version });
        log.trim(floor.min(version.lsn));
        return true;
    }
    let lsn = previous.lsn + 1;
    lsn <= log.floor() || log.epoch_at(lsn) == Some(entry.epoch)
}

/// Take back everything beyond the last entry the leader may share with this log, as far as it can be taken back, if the log
/// still ends where the leader thought: otherwise the order is late, and the leader has what it would take back.
pub(super) fn rewind(log: &mut Log, to: Version, replaces: Version, effects: &mut Effects<LeaderFollower>) {
    if log.last() != replaces {
        return;
    }
    let shared = log.epoch_at(to.lsn) == Some(to.epoch);
    take_back_beyond(log, if shared { to.lsn } else { to.lsn.saturating_sub(1) }, effects);
}

fn take_back_beyond(log: &mut Log, lsn: u64, effects: &mut Effects<LeaderFollower>) {
    while let Some((version, entry)) = log.take_back_beyond(lsn) {
        effects.note(Fact::Truncated { write: entry.write, key: entry.key, version });
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

/// Replace everything by a copy of the leader's state.
pub(super) fn restore(log: &mut Log, from: NodeId, copy: Copy, effects: &mut Effects<LeaderFollower>) {
    if log.last() == copy.replaces {
        take_back_beyond(log, copy.shared, effects);
        log.restore(copy.version, copy.state, copy.settled);
        effects.note(Fact::Restored { from, upto: copy.version });
    }
}
