//! What a scenario may set of disks that logs are on.

use engine::{Distribution, Span};

/// How a log gets onto its disk.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Storage {
    /// How long a sync takes, nanoseconds; none takes no time.
    pub sync: Option<Distribution>,
    /// How long entries are gathered, from the first that is not synced on, before a sync begins.
    pub delay: Span,
    /// What a replica vouches for.
    pub durability: Durability,
}

/// What a replica vouches for when it acknowledges: to a client as the leader, to its leader as a follower.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Durability {
    /// What its disk has.
    #[default]
    Synced,
    /// What its log has, be it in memory alone (as PostgreSQL without `synchronous_commit`). Unlike in Redis and Kafka an appointed leader ships only what
    /// its disk has.
    Buffered,
}

impl Storage {
    /// Whether anything is in a log that is not on its disk.
    pub(crate) fn takes_time(&self) -> bool {
        self.sync.is_some() || self.delay > Span::ZERO
    }

    /// For how long an entry is not on a disk as a rule, at most: it may come just after a sync has begun.
    pub(crate) fn holds_up(&self) -> Span {
        let sync = self.sync.as_ref().and_then(Distribution::mean).map_or(Span::ZERO, Span::from_nanos_f64);
        self.delay + sync * 2
    }
}
