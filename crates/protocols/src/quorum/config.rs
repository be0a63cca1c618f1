//! How a quorum is set up.

use crate::by_key::Timestamps;
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
    /// Whether versions that did not know each other are kept side by side; otherwise the later stamp stays.
    pub siblings: bool,
    /// Whose clock gives writes their stamps, where the later stays.
    pub timestamps: Timestamps,
    /// N: replicas of each key.
    pub replicas: u16,
    /// W: of these so many must have stored a write before it is acknowledged.
    pub write_quorum: u16,
    /// R: of these so many must answer before a read does.
    pub read_quorum: u16,
    /// Those that store nothing and only coordinate, ascending.
    pub coordinators: Vec<NodeId>,
    /// What becomes of replicas that a read finds behind.
    pub read_repair: ReadRepair,
    /// Whether what could not be delivered is kept for whom it was meant.
    pub hints: bool,
    /// After how long another replica stands in for one that does not answer a write; never, if the quorum is strict.
    pub stand_in: Option<Span>,
    /// How often trees are compared with another replica.
    pub anti_entropy: Option<Span>,
    /// How long a tombstone is kept; for good, if there is no such time.
    pub grace: Option<Span>,
    /// How often hints are handed over.
    pub hand_off: Span,
    /// How long a coordinator waits.
    pub patience: Span,
    /// How long a disk takes to write and to read, nanoseconds; none takes no time.
    pub disk: [Option<Distribution>; 2],
}

/// What becomes of replicas that a read finds behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadRepair {
    /// Nothing.
    Off,
    /// They are sent the newest after all have answered or are waited for no longer; the read waits for none of it.
    Background,
    /// Those among the first R are sent the newest, and the read is answered when they have stored it; the others as in the background.
    Blocking,
}

impl Config {
    /// Who is to store a key: so many of those that store anything, from the key's place in the ring on.
    pub(super) fn ring(&self, peers: &[NodeId], key: u32) -> Vec<NodeId> {
        let mut ring: Vec<NodeId> = peers.iter().copied().filter(|peer| !self.coordinators.contains(peer)).collect();
        let first = key as usize % ring.len().max(1);
        ring.rotate_left(first);
        ring
    }

    /// Who keeps a key: the first of its ring.
    pub(super) fn homes(&self, peers: &[NodeId], key: u32) -> Vec<NodeId> {
        let mut homes = self.ring(peers, key);
        homes.truncate(usize::from(self.replicas));
        homes
    }

    /// Whether every read that asks so many meets every write before it.
    pub(super) fn overlaps(&self, asked: u16) -> bool {
        asked + self.write_quorum > self.replicas && self.stand_in.is_none()
    }
}
