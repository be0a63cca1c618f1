//! How replicas are set up.

use crate::shipping::Storage;
use engine::Span;
use protocol::NodeId;
use values::Kind;

/// What a scenario may set.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// Number of keys.
    pub keys: u32,
    /// What each holds.
    pub kind: Kind,
    /// Time between a leader's signs of life.
    pub heartbeat: Span,
    /// Whoever hears of no leader for this long stands for election after as long again at most; whoever leads and is heard by no
    /// majority for this long steps down, if it checks that.
    pub election_timeout: Span,
    /// Whether one asks whether it would be elected before it stands (Ongaro 2014, section 9.6).
    pub pre_vote: bool,
    /// Whether a leader steps down that no majority answers, and nobody votes against a leader that it hears (section 4.2.3).
    pub check_quorum: bool,
    /// What makes a leader sure, before it answers a read, that nobody else leads.
    pub reads: Reads,
    /// A replica that votes and acknowledges but keeps no values.
    pub witness: Option<NodeId>,
    /// Entries under way to a follower before its acknowledgement is waited for.
    pub window: u32,
    /// Entries that are kept for a follower that is away. One that lacks more is sent a copy of the state.
    pub retain: u32,
    /// How logs get onto disks. Votes wait for a sync whatever its durability.
    pub storage: Storage,
}

/// What makes a leader sure, before it answers a read, that nobody else leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reads {
    /// A majority answers a sign of life sent since (Ongaro 2014, section 6.4).
    ReadIndex,
    /// A majority answered one so lately that it would elect nobody else yet, by the leader's clock (section 6.4.1).
    Lease,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            keys: 1000,
            kind: Kind::Register,
            heartbeat: Span::from_millis(100),
            election_timeout: Span::from_secs(1),
            pre_vote: true,
            check_quorum: true,
            reads: Reads::ReadIndex,
            witness: None,
            window: 512,
            retain: 100_000,
            storage: Storage::default(),
        }
    }
}

impl Config {
    /// How long a majority's answer holds for reads: nine tenths of the election timeout, so that clocks may differ by a tenth (as in TiKV, where
    /// `raft-store-max-leader-lease` is 9 s of 10 s).
    pub(super) fn lease(&self) -> Span {
        self.election_timeout.scale(0.9)
    }

    /// Whether a replica keeps values, and so may lead.
    pub(super) fn keeps_values(&self, node: NodeId) -> bool {
        self.witness != Some(node)
    }
}
