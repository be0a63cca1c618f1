//! Who asks what of whom: ids, versions, requests, responses, commands.

use serde::{Deserialize, Serialize};
use std::fmt;

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

/// The number of a leadership, granted by the control plane in ascending order; a fencing token. 0 means none yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Epoch(pub u32);

impl Epoch {
    /// The leadership after this one.
    pub fn next(self) -> Epoch {
        Epoch(self.0 + 1)
    }
}

/// The place of a write in the history of a dataset: leadership first, position in the log (LSN, from 1) second.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Version {
    /// The leadership under which the write was appended.
    pub epoch: Epoch,
    /// Its log sequence number; 0 is the state before the first write.
    pub lsn: u64,
}

impl Version {
    /// Before any write.
    pub const NONE: Version = Version { epoch: Epoch(0), lsn: 0 };

    /// The version as one integer in the same order: 24 bits of epoch, 40 bits of LSN.
    pub fn rank(self) -> u64 {
        (u64::from(self.epoch.0) << 40) | (self.lsn & ((1 << 40) - 1))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
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
}

/// The host's handle of an operation that waits for a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RequestId(pub u64);

/// What a client asks of a replica.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Request {
    /// To be quoted in the reply.
    pub id: RequestId,
    /// The key concerned.
    pub key: Key,
    /// What to do with it.
    pub operation: Operation,
    /// The latest leadership the router knows of: a fencing token for a leader that was replaced without knowing.
    pub epoch: Epoch,
}

/// What to do with a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// Answer with what this replica holds.
    ReadLocal,
    /// Answer with what this replica holds if its log reaches `at_least`, otherwise refuse with [`Response::NotLeader`].
    ReadAtLeast(Version),
    /// Answer as the leader, or refuse.
    ReadLeader,
    /// Set the key.
    Write {
        /// The identity of the write.
        write: WriteId,
        /// Size of the value, bytes.
        bytes: u32,
    },
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
}

/// What a replica answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Response {
    /// The value read.
    Read(Stored),
    /// The write is acknowledged.
    Written(Version),
    /// Ask the leader: as far as this replica knows it is there.
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
        asked: engine::Time,
        /// How long the lease holds, counted from `asked`.
        term: engine::Span,
    },
}
