//! What a section may refer to.

use sim::config::ZonedRegion;

/// What a section may refer to, as far as it is known yet.
#[derive(Clone, Copy, Default)]
pub(crate) struct Ids<'s> {
    /// Regions without zones, and zones.
    pub(crate) regions: &'s [String],
    /// Regions with zones.
    pub(crate) zoned: &'s [ZonedRegion],
    pub(crate) users: &'s [String],
    pub(crate) datasets: &'s [String],
    pub(crate) requests: &'s [String],
}
