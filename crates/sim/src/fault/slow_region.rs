//! F4: a region that answers, but slowly or with errors. Its health endpoint does not go through the workers.

use super::Conditions;
use engine::Probability;
use serde::{Deserialize, Serialize};

/// While it lasts the region serves slowly and fails a share of what it serves.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SlowRegion {
    /// The region.
    pub region: u16,
    /// Factor on the service time, above 0.
    pub slowness: f64,
    /// Share of served requests that end in an error.
    pub errors: Probability,
}

impl SlowRegion {
    pub(super) fn apply(&self, conditions: &mut Conditions) {
        let region = &mut conditions.regions[usize::from(self.region)];
        region.slowness *= self.slowness;
        region.errors = region.errors.or(self.errors);
    }
}
