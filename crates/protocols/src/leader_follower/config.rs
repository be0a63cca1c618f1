//! How replicas are set up.

use crate::shipping::Storage;
use engine::Span;
use values::Kind;

/// What a scenario may set.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// Number of keys.
    pub keys: u32,
    /// What each holds.
    pub kind: Kind,
    /// Who must hold a write before it is acknowledged.
    pub acknowledge: Acknowledge,
    /// What keeps an outdated leader from doing harm.
    pub fencing: Fencing,
    /// How long an asynchronous leader gathers what it appends, from the first write that is not shipped on, before it ships all of
    /// it; zero is at once. One that waits for acknowledgements always ships at once.
    pub ship: Span,
    /// Entries under way to a follower before its acknowledgement is waited for.
    pub window: u32,
    /// Entries that are kept for a follower that is away. One that lacks more is sent a copy of the state.
    pub retain: u32,
    /// Time between a leader's signs of life. A follower that answers two that were sent after what it lacks is sent that
    /// again, then after twice as many each time; one that does not answer is sent nothing again.
    pub heartbeat: Span,
    /// How logs get onto disks.
    pub storage: Storage,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            keys: 1000,
            kind: Kind::Register,
            acknowledge: Acknowledge::Async,
            fencing: Fencing::Off,
            ship: Span::ZERO,
            window: 512,
            retain: 100_000,
            heartbeat: Span::from_millis(500),
            storage: Storage::default(),
        }
    }
}

impl Config {
    /// How many of so many followers hold whatever was acknowledged, at least.
    pub(super) fn holders(&self, followers: usize) -> usize {
        match self.acknowledge {
            Acknowledge::Async => 0,
            Acknowledge::SemiSync(holders) => usize::from(holders),
            Acknowledge::Sync => followers,
        }
    }
}

/// Who must hold a write before it is acknowledged, beside the leader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Acknowledge {
    /// Nobody (R1).
    Async,
    /// So many followers (R3).
    SemiSync(u16),
    /// All followers (R2).
    Sync,
}

/// What keeps an outdated leader from doing harm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fencing {
    /// Nothing: followers repeat whom they were told to follow, and a leader leads until it is told otherwise.
    Off,
    /// Everything carries the epoch; whoever knows a later one refuses (fencing token).
    Token,
    /// As `Token`, and a leader serves only while it holds a lease of the control plane.
    Lease,
}
