//! What a section may refer to.

use sim::config::{ShardedDataset, ZonedRegion};

/// What a section may refer to, as far as it is known yet.
#[derive(Clone, Copy, Default)]
pub(crate) struct Ids<'s> {
    /// Regions without zones, and zones.
    pub(crate) regions: &'s [String],
    /// Regions with zones.
    pub(crate) zoned: &'s [ZonedRegion],
    pub(crate) users: &'s [String],
    /// Datasets without shards, and shards.
    pub(crate) datasets: &'s [String],
    /// Datasets in shards.
    pub(crate) sharded: &'s [ShardedDataset],
    pub(crate) requests: &'s [String],
}
