//! Who asks what of whom: ids, versions, requests, responses, commands.

use crate::Seen;
use engine::Time;
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;
use std::fmt;
use values::{Change, Declined, Verb};

/// The place of a replica: the index of its region in the scenario. A dataset has at most one replica in a region.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct NodeId(pub u16);

impl NodeId {
    /// The place as an index into tables by region.
    pub fn index(self) -> usize {
        usize::from(self.0)
    }
}

/// A key of a dataset: its popularity rank, 0 the most popular.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Key(pub u32);

/// The identity of a client's write, the same through all its retries; also the value written. Starts at 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct WriteId(pub u64);

/// The number of a leadership, granted by the control plane or won in an election, in ascending order: a fencing token, or a term. 0 means none yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Epoch(pub u32);

impl Epoch {
    /// The leadership after this one.
    pub fn next(self) -> Epoch {
        Epoch(self.0 + 1)
    }
}

/// The place of a write in the history of a dataset. Where somebody leads: leadership first, position in the log (LSN, from 1)
/// second. Where nobody does, of each key: when its coordinator's clock, or its client's, says that it was written, and which coordinator that was.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Version {
    /// The leadership under which the write was appended; none where nobody leads.
    pub epoch: Epoch,
    /// Its log sequence number, or its stamp; 0 is the state before the first write.
    pub lsn: u64,
}

/// Bits of a stamp that say which coordinator: there are at most 127 regions.
const STAMP_NODE_BITS: u32 = 7;
/// Bits of a version's rank that hold the log sequence number.
const RANK_LSN_BITS: u32 = 45;

impl Version {
    /// Before any write.
    pub const NONE: Version = Version { epoch: Epoch(0), lsn: 0 };

    /// What a write is given by a clock, in microseconds: later than `after`, which was given out before. Stamps by two coordinators are never the same.
    pub fn stamped(clock: Time, node: NodeId, after: Version) -> Version {
        let tick = (clock.as_nanos() / 1000 + 1).max((after.lsn >> STAMP_NODE_BITS) + 1);
        Version { epoch: Epoch(0), lsn: (tick << STAMP_NODE_BITS) | u64::from(node.0) }
    }

    /// What the clock of whoever gave out a stamp showed.
    pub fn stamped_at(self) -> Time {
        Time::from_nanos((self.lsn >> STAMP_NODE_BITS).saturating_sub(1) * 1000)
    }

    /// Who gave out a stamp.
    pub fn coordinator(self) -> NodeId {
        NodeId((self.lsn & ((1 << STAMP_NODE_BITS) - 1)) as u16)
    }

    /// Whether it is a stamp and no place in a log.
    fn is_stamp(self) -> bool {
        self.epoch == Epoch(0) && self != Version::NONE
    }

    /// The version as one integer, in the same order as all of its dataset: 19 bits of epoch and 45 of LSN, or the stamp.
    pub fn rank(self) -> u64 {
        if self.is_stamp() {
            return self.lsn;
        }
        (u64::from(self.epoch.0) << RANK_LSN_BITS) | (self.lsn & ((1 << RANK_LSN_BITS) - 1))
    }
}

/// A write as a coordinator accepted it: one that is tried again may be accepted more than once, under a stamp each. In the order of the stamps, those that
/// are alike, as clients may give them out, in that of the values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Accepted {
    /// The write.
    pub write: WriteId,
    /// Its stamp.
    pub version: Version,
}

impl Ord for Accepted {
    fn cmp(&self, other: &Accepted) -> Ordering {
        (self.version, self.write).cmp(&(other.version, other.write))
    }
}

impl PartialOrd for Accepted {
    fn partial_cmp(&self, other: &Accepted) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_stamp() {
            let (tick, NodeId(node)) = (self.lsn >> STAMP_NODE_BITS, self.coordinator());
            return write!(f, "{}.{:06} s by {node}", tick / 1_000_000, tick % 1_000_000);
        }
        write!(f, "{}.{}", self.epoch.0, self.lsn)
    }
}

/// What a replica holds under a key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stored {
    /// The write that set it; `None` is the initial value.
    pub write: Option<WriteId>,
    /// That write's place in the history.
    pub version: Version,
    /// Size of the value, bytes; an initial value has none.
    pub bytes: u32,
    /// Whether that write deleted what was there, so that a read finds nothing.
    pub deleted: bool,
}

/// The host's handle of an operation that waits for a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RequestId(pub u64);

/// What a client asks of a replica.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// To be quoted in the reply.
    pub id: RequestId,
    /// The key concerned.
    pub key: Key,
    /// What to do with it.
    pub operation: Operation,
    /// The latest leadership the router knows of: a fencing token for a leader that was replaced without knowing.
    pub epoch: Epoch,
    /// What the client's own clock read when it first asked for this; it may be wrong.
    pub clock: Time,
    /// What the client has seen, where nobody leads and some rule goes by it: what a read must show, and what a write was made after.
    pub seen: Seen,
}

/// What to do with a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// Answer with what this replica holds.
    ReadLocal,
    /// Answer with what this replica holds if its log reaches `at_least`, otherwise refuse with [`Response::NotLeader`].
    ReadAtLeast(Version),
    /// Answer with no less than the client has seen, [`Request::seen`]; otherwise say who has more, with [`Response::NotLeader`], or refuse.
    ReadSeen,
    /// Answer with the newest that a majority of those who hold the key have; who asks nobody answers with what it holds.
    ReadMajority,
    /// Answer as the leader, or refuse.
    ReadLeader,
    /// Change the key.
    Write {
        /// The identity of the write.
        write: WriteId,
        /// What to do to the value.
        change: Change,
        /// Size of what is sent, bytes.
        bytes: u32,
    },
}

impl Operation {
    /// Set a register to a value of so many bytes.
    pub const fn put(write: WriteId, bytes: u32) -> Operation {
        Operation::Write { write, change: Change::new(Verb::Set), bytes }
    }
}

/// Why a replica would not serve a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Refusal {
    /// It has no leadership and knows no leader.
    NoLeader,
    /// Its lease has run out.
    NoLease,
    /// It is handing its leadership over.
    HandingOver,
    /// What it would show was inherited from the leader before it and could still be lost.
    Unsettled,
    /// Too few of those that hold the key have answered.
    NoQuorum,
}

/// What a replica answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Response {
    /// The value read.
    Read(Stored),
    /// The write is acknowledged.
    Written(Version),
    /// The value does not take the change: it was considered in its place, and has changed nothing.
    Declined(Declined),
    /// Ask the leader: as far as this replica knows it is there. Where nobody leads, ask whose changes are lacking here.
    NotLeader(NodeId),
    /// Not served; nothing has happened.
    Refused(Refusal),
    /// The write may or may not survive: the leader stepped down before it could tell.
    Unknown,
}

/// What the control plane may order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// Lead, under this epoch.
    Lead(Epoch),
    /// Follow this leader of this epoch.
    Follow(NodeId, Epoch),
    /// Let `to` catch up, stop taking writes for the last of them, then let it lead under the new epoch. A later
    /// [`Command::GoOn`] or [`Command::Lead`] takes the order back.
    HandOver {
        /// The next leader.
        to: NodeId,
        /// Its leadership.
        epoch: Epoch,
    },
    /// The hand-over is off: whoever leads still goes on, under this epoch. One that has told its successor to lead does so only if
    /// that one is gone; one that follows somebody already, never.
    GoOn {
        /// The leadership under which it goes on.
        epoch: Epoch,
        /// Whether the successor is held for failed.
        successor_gone: bool,
    },
    /// The lease asked for at this reading of the replica's own clock is granted, for this long from then.
    LeaseGranted {
        /// The clock reading sent with the question.
        asked: Time,
        /// How long the lease holds, counted from `asked`.
        term: engine::Span,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stamps_follow_the_clock_and_never_go_back_and_no_two_coordinators_give_the_same() {
        let stamp = |ms, node, after| Version::stamped(Time::from_millis(ms), NodeId(node), after);
        let first = stamp(5, 3, Version::NONE);
        let second = stamp(4, 3, first);
        assert!(first > Version::NONE && second > first && stamp(6, 3, second) > second);
        assert!(stamp(5, 4, Version::NONE) != first && stamp(6, 0, Version::NONE) > first);
        assert_eq!(first.to_string(), "0.005001 s by 3");
        assert_eq!(first.stamped_at(), Time::from_millis(5));
        // Clocks read a year when a run begins.
        let hours = |hours: u64| stamp((365 * 24 + hours) * 3_600_000, 126, Version::NONE).rank();
        assert!((0..48).all(|hour| hours(hour) < hours(hour + 1)) && first.rank() < second.rank());
        assert!(Version { epoch: Epoch(1), lsn: 9 }.rank() < Version { epoch: Epoch(2), lsn: 1 }.rank());
    }
}
