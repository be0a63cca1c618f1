//! F4: disks that take longer than they should. All else in the region is well, and so it looks.

use super::fault::{Fault, FaultInfo};
use crate::kernel::conditions::Conditions;
use serde::{Deserialize, Serialize};
use settings::{Fallback, Fields, Setting, Value, Values};

/// While it lasts, whatever the disks of the region's replicas begin takes longer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SlowDisk {
    /// The region: itself, or all its zones.
    pub sites: Vec<u16>,
    /// Factor on the time that disks take, above 0.
    pub slowness: f64,
}

impl Fault for SlowDisk {
    const INFO: FaultInfo = FaultInfo {
        id: "slow-disk",
        meaning: "the disks of a region's replicas take longer",
        covers: "F4",
        settings: &[
            Setting::new("region", "region", Fallback::Required, "whose disks"),
            Setting::new(
                "slowness",
                "factor",
                Fallback::Value("10x"),
                "on the time that a dataset's disk-sync, disk-write and disk-read take, whatever begins while it lasts",
            ),
        ],
    };

    fn read(fields: &dyn Fields) -> Option<Self> {
        Some(SlowDisk { sites: fields.sites("region")?, slowness: fields.factor("slowness") })
    }

    fn values(&self) -> Values {
        vec![("region", Value::Sites(self.sites.clone())), ("slowness", Value::Factor(self.slowness))]
    }

    fn apply(&self, conditions: &mut Conditions) {
        for site in &self.sites {
            conditions.regions[usize::from(*site)].disk_slowness *= self.slowness;
        }
    }

    fn regions(&self) -> Vec<u16> {
        self.sites.clone()
    }

    fn words(&self, name: &dyn Fn(&[u16]) -> String) -> String {
        format!("{} disks slow ×{}", name(&self.sites), self.slowness)
    }
}
