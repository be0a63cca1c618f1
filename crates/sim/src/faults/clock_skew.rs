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
    /// The region: itself, or all its zones.
    pub sites: Vec<u16>,
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
        let sites = fields.sites("region")?;
        Some(ClockSkew { sites, offset: fields.signed_nanos("offset"), drift_ppm: fields.drift("drift") })
    }

    fn values(&self) -> Values {
        vec![
            ("region", Value::Sites(self.sites.clone())),
            ("offset", Value::SignedNanos(self.offset)),
            ("drift", Value::Drift(self.drift_ppm)),
        ]
    }

    fn apply(&self, conditions: &mut Conditions) {
        for site in &self.sites {
            let site = &mut conditions.regions[usize::from(*site)];
            site.clock_offset = site.clock_offset.saturating_add(self.offset);
            site.clock_drift_ppm = site.clock_drift_ppm.saturating_add(self.drift_ppm);
        }
    }

    fn regions(&self) -> Vec<u16> {
        self.sites.clone()
    }

    fn words(&self, name: &dyn Fn(&[u16]) -> String) -> String {
        let ahead = self.offset as f64 / 1e6;
        format!("clock of {} off by {ahead} ms, {} ppm", name(&self.sites), self.drift_ppm)
    }
}
