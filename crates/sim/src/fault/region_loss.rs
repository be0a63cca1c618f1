//! F1: a region loses power, with or without its disks.

use super::Conditions;
use serde::{Deserialize, Serialize};

/// While it lasts the region is dark. At its end it restarts with what its disks hold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RegionLoss {
    /// The region.
    pub region: u16,
    /// Whether the disks are lost too, so that it restarts empty.
    pub disks: bool,
}

impl RegionLoss {
    pub(super) fn apply(&self, conditions: &mut Conditions) {
        let region = &mut conditions.regions[usize::from(self.region)];
        region.up = false;
        region.disks_lost |= self.disks;
    }
}
