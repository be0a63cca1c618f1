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

/// Take back everything beyond the last entry the leader may share with this log.
pub(super) fn rewind(log: &mut Log, to: Version, effects: &mut Effects<LeaderFollower>) {
    let shared = to.lsn <= log.floor() || log.epoch_at(to.lsn) == Some(to.epoch);
    let keep = if shared { to.lsn } else { to.lsn.saturating_sub(1) }.max(log.floor());
    while let Some((version, entry)) = log.take_back_beyond(keep) {
        effects.note(Fact::Truncated { write: entry.write, key: entry.key, version });
    }
}

/// Replace everything by a copy of the leader's state.
pub(super) fn restore(
    log: &mut Log,
    from: NodeId,
    version: Version,
    state: Vec<Stored>,
    effects: &mut Effects<LeaderFollower>,
) {
    if log.last() < version {
        log.restore(version, state);
        effects.note(Fact::Restored { from, upto: version });
    }
}
