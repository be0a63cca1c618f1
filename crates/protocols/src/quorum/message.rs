//! What the replicas of a quorum say to each other, and what they wake up for.

use crate::by_key::Cell;
use engine::Time;
use protocol::{Channel, Key, NodeId, Parcel};

pub(super) type Effects = protocol::Effects<Message, Timer>;

/// What one replica says to another. What belongs to an operation carries its number at the coordinator.
#[derive(Clone, Debug)]
pub enum Message {
    /// Store this, for whom it was meant if that one is not reached, and say so.
    Put {
        /// The operation.
        number: u64,
        /// The key.
        key: Key,
        /// What is written.
        cell: Cell,
        /// Whose place is taken.
        instead_of: Option<NodeId>,
    },
    /// It is stored.
    Stored {
        /// The operation.
        number: u64,
    },
    /// What is under this key?
    Get {
        /// The operation.
        number: u64,
        /// The key.
        key: Key,
    },
    /// This is, if anything.
    Got {
        /// The operation.
        number: u64,
        /// What was found.
        cell: Option<Cell>,
    },
    /// This was meant for you and kept meanwhile.
    Hint {
        /// To be quoted in the answer.
        number: u64,
        /// The key.
        key: Key,
        /// What was written.
        cell: Cell,
    },
    /// The hint with this write is stored.
    Taken {
        /// The number of the hint.
        number: u64,
        /// The key.
        key: Key,
        /// What was taken over.
        cell: Cell,
    },
    /// This is the hash of all that we both store.
    Root {
        /// The hash.
        root: u64,
        /// To be quoted in the answer: when it is asked, by the ticks of whoever asks.
        asked: Time,
    },
    /// These are those of its branches.
    Branches {
        /// By branch; none where the root is the same.
        hashes: Vec<u64>,
        /// What is answered.
        asked: Time,
    },
    /// These are those of the leaves of one branch.
    Leaves {
        /// Which branch.
        branch: u16,
        /// By leaf.
        hashes: Vec<u64>,
    },
    /// This is what is in one leaf.
    Cells {
        /// Which leaf of all.
        leaf: u16,
        /// By key.
        cells: Vec<(Key, Cell)>,
        /// Whether what is newer at the other is asked for.
        answer: bool,
    },
}

/// What a replica wakes up for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Timer {
    /// The disk is done with this piece of work.
    Disk(u64),
    /// Others are to stand in for who has not answered in the operations that are due.
    StandIn,
    /// The operations that are due are waited for no longer.
    GiveUp,
    /// Hints are to be handed over.
    HandOff,
    /// Trees are to be compared with another replica.
    Compare,
    /// Tombstones are to be collected.
    Collect,
}

/// What a message weighs beside the values in it, bytes.
const ENVELOPE: u64 = 64;
/// A hash, bytes.
const HASH: u64 = 8;

impl Message {
    pub(super) fn parcel(&self) -> Parcel {
        let value = |cell: &Cell| u64::from(cell.bytes + cell.seen.bytes());
        let (bytes, channel) = match self {
            Message::Put { cell, .. } | Message::Hint { cell, .. } => (value(cell), Channel::Replication),
            // A client's question passed on, and what is found for it.
            Message::Get { .. } => (HASH, Channel::Client),
            Message::Got { cell, .. } => (cell.as_ref().map_or(0, value), Channel::Client),
            Message::Root { .. } => (HASH, Channel::Replication),
            Message::Branches { hashes, .. } | Message::Leaves { hashes, .. } => {
                (HASH * hashes.len() as u64, Channel::Replication)
            }
            Message::Cells { cells, .. } => {
                (cells.iter().map(|(_, cell)| ENVELOPE + value(cell)).sum(), Channel::Replication)
            }
            Message::Stored { .. } | Message::Taken { .. } => (0, Channel::Acknowledgement),
        };
        let write = match self {
            Message::Put { cell, .. } | Message::Hint { cell, .. } => Some(cell.write),
            _ => None,
        };
        Parcel { bytes: ENVELOPE + bytes, channel, write }
    }
}
