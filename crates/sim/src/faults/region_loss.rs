//! F1: a region loses power, all its zones if it has any, with or without its disks.

use super::fault::{Fault, FaultInfo};
use crate::kernel::conditions::Conditions;
use serde::{Deserialize, Serialize};
use settings::{Fallback, Fields, Setting, Value, Values};

/// While it lasts the region is dark. At its end it restarts with what its disks hold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RegionLoss {
    /// The region: itself, or all its zones.
    pub sites: Vec<u16>,
    /// Whether the disks are lost too, so that it restarts empty.
    pub disks: bool,
}

impl Fault for RegionLoss {
    const INFO: FaultInfo = FaultInfo {
        id: "region-loss",
        meaning: "a region loses power",
        covers: "F1",
        settings: &[
            Setting::new("region", "region", Fallback::Required, "which loses power"),
            Setting::new("disks-lost", "true or false", Fallback::Value("false"), "whether its disks are lost too"),
        ],
    };

    fn read(fields: &dyn Fields) -> Option<Self> {
        Some(RegionLoss { sites: fields.sites("region")?, disks: fields.flag("disks-lost") })
    }

    fn values(&self) -> Values {
        vec![("region", Value::Sites(self.sites.clone())), ("disks-lost", Value::Flag(self.disks))]
    }

    fn apply(&self, conditions: &mut Conditions) {
        for site in &self.sites {
            let site = &mut conditions.regions[usize::from(*site)];
            site.up = false;
            site.disks_lost |= self.disks;
        }
    }

    fn regions(&self) -> Vec<u16> {
        self.sites.clone()
    }

    fn words(&self, name: &dyn Fn(&[u16]) -> String) -> String {
        let disks = if self.disks { " with its disks" } else { "" };
        format!("{} lost{disks}", name(&self.sites))
    }
}
