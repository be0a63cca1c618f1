//! F14: a region's clock is ahead or behind, and may drift.

use super::Conditions;
use serde::{Deserialize, Serialize};

/// While it lasts the region's clock is off by `offset` at the start and drifts from there; at its end it steps back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClockSkew {
    /// The region.
    pub region: u16,
    /// How far ahead, nanoseconds; negative is behind.
    pub offset: i64,
    /// How much faster, parts per million; negative is slower.
    pub drift_ppm: i32,
}

impl ClockSkew {
    pub(super) fn apply(&self, conditions: &mut Conditions) {
        let region = &mut conditions.regions[usize::from(self.region)];
        region.clock_offset = region.clock_offset.saturating_add(self.offset);
        region.clock_drift_ppm = region.clock_drift_ppm.saturating_add(self.drift_ppm);
    }
}
