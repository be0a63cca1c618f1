//! How regions that all take writes are set up.

pub use crate::by_key::{Choice, Timestamps};
use engine::{Distribution, Span};
use protocol::NodeId;
use values::Kind;

/// What a scenario may set.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// Number of keys.
    pub keys: u32,
    /// What each holds.
    pub kind: Kind,
    /// What becomes of changes that did not know each other.
    pub policy: Policy,
    /// Whose clock gives writes their stamps; that of the replica wherever it is not the later stamp of a register that stays.
    pub timestamps: Timestamps,
    /// Who decides, where versions wait for a person.
    pub people: Option<People>,
    /// Where and when sales are called off of what was not there, if they are.
    pub compensation: Option<Compensation>,
    /// Whoever has not heard from a majority of the replicas for so long takes no writes, if there is such a time (D8).
    pub refuse_after: Option<Span>,
    /// Who sends to whom.
    pub topology: Topology,
    /// Entries under way to another region before an answer is waited for.
    pub window: u64,
    /// Entries kept for a region that is away; one that lacks more is sent a copy of everything.
    pub retain: u64,
    /// Time between signs of life.
    pub heartbeat: Span,
    /// How long a disk takes to write, nanoseconds; none takes no time.
    pub disk: Option<Distribution>,
}

/// What becomes of two copies of a key that were changed apart from each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Policy {
    /// The one with the later stamp stays (D1).
    LastWriter,
    /// They are merged as their type says (D4, D5).
    Merge,
    /// Versions that did not know each other are kept side by side, and some or all of them are shown (D2, D3, D6, D7).
    Keep(Choice),
}

/// People who decide between versions that did not know each other, one key after the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct People {
    /// The region in which they work.
    pub at: NodeId,
    /// How many keys may wait for them.
    pub room: u64,
    /// How long they take for one.
    pub takes: Span,
}

/// Who calls off sales of what was not there (D14).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Compensation {
    /// In which region.
    pub at: NodeId,
    /// How long after it has seen there that too much is sold.
    pub after: Span,
}

/// Who sends to whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Topology {
    /// Everybody to everybody.
    Mesh,
    /// Each to the next, and the last to the first.
    Ring,
    /// Everybody to this one, which passes on to all others.
    Hub(NodeId),
}

impl Config {
    /// Whom a region sends to, ascending.
    pub(super) fn receivers(&self, node: NodeId, peers: &[NodeId]) -> Vec<NodeId> {
        let others = peers.iter().copied().filter(|peer| *peer != node);
        match self.topology {
            Topology::Mesh => others.collect(),
            Topology::Hub(hub) if hub == node => others.collect(),
            Topology::Hub(hub) => others.filter(|peer| *peer == hub).collect(),
            Topology::Ring => {
                let place = peers.iter().position(|peer| *peer == node).unwrap_or(0);
                others.filter(|peer| peers.get((place + 1) % peers.len()) == Some(peer)).collect()
            }
        }
    }

    /// Whether a region passes on what it was sent.
    pub(super) fn passes_on(&self, node: NodeId) -> bool {
        match self.topology {
            Topology::Mesh => false,
            Topology::Ring => true,
            Topology::Hub(hub) => hub == node,
        }
    }
}
