//! F14: a region's clock is ahead or behind, and may drift.

use super::fault::{Fault, FaultInfo};
use crate::kernel::conditions::Conditions;
use serde::{Deserialize, Serialize};
use settings::{Fallback, Fields, Setting, Value, Values};

/// While it lasts the region's clock is off by `offset` at the start and drifts from there; at its end it steps back. Several
/// add up, and each takes along only its own; together they leave a clock at least a tenth of its rate, so that it never runs
/// backwards.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClockSkew {
    /// The region.
    pub region: u16,
    /// How far ahead, nanoseconds; negative is behind.
    pub offset: i64,
    /// How much faster, parts per million; negative is slower.
    pub drift_ppm: i32,
}

impl Fault for ClockSkew {
    const INFO: FaultInfo = FaultInfo {
        id: "clock-skew",
        meaning: "a region's clock is wrong",
        covers: "F14",
        settings: &[
            Setting::new("region", "region", Fallback::Required, "whose clock is wrong"),
            Setting::new("offset", "time, may be negative", Fallback::Value("0ms"), "how far ahead it is"),
            Setting::new("drift", "ppm, may be negative", Fallback::Value("0ppm"), "how much faster it runs"),
        ],
    };

    fn read(fields: &dyn Fields) -> Option<Self> {
        let region = fields.region("region")?;
        Some(ClockSkew { region, offset: fields.signed_nanos("offset"), drift_ppm: fields.drift("drift") })
    }

    fn values(&self) -> Values {
        vec![
            ("region", Value::Region(self.region)),
            ("offset", Value::SignedNanos(self.offset)),
            ("drift", Value::Drift(self.drift_ppm)),
        ]
    }

    fn apply(&self, conditions: &mut Conditions) {
        let region = &mut conditions.regions[usize::from(self.region)];
        region.clock_offset = region.clock_offset.saturating_add(self.offset);
        region.clock_drift_ppm = region.clock_drift_ppm.saturating_add(self.drift_ppm);
    }

    fn regions(&self) -> Vec<u16> {
        vec![self.region]
    }

    fn words(&self, name: &dyn Fn(u16) -> String) -> String {
        let ahead = self.offset as f64 / 1e6;
        format!("clock of {} off by {ahead} ms, {} ppm", name(self.region), self.drift_ppm)
    }
}
