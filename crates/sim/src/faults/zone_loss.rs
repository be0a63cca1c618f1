//! F24: one zone of a region loses power, with or without its disks; the others go on.

use super::fault::{Fault, FaultInfo};
use crate::kernel::conditions::Conditions;
use serde::{Deserialize, Serialize};
use settings::{Fallback, Fields, Setting, Value, Values};

/// While it lasts the zone is dark. At its end it restarts with what its disks hold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ZoneLoss {
    /// The zone.
    pub zone: u16,
    /// Whether the disks are lost too, so that it restarts empty.
    pub disks: bool,
}

impl Fault for ZoneLoss {
    const INFO: FaultInfo = FaultInfo {
        id: "zone-loss",
        meaning: "a zone of a region loses power",
        covers: "F24",
        settings: &[
            Setting::new("zone", "zone", Fallback::Required, "which loses power"),
            Setting::new("disks-lost", "true or false", Fallback::Value("false"), "whether its disks are lost too"),
        ],
    };

    fn read(fields: &dyn Fields) -> Option<Self> {
        Some(ZoneLoss { zone: fields.zone("zone")?, disks: fields.flag("disks-lost") })
    }

    fn values(&self) -> Values {
        vec![("zone", Value::Region(self.zone)), ("disks-lost", Value::Flag(self.disks))]
    }

    fn apply(&self, conditions: &mut Conditions) {
        let zone = &mut conditions.regions[usize::from(self.zone)];
        zone.up = false;
        zone.disks_lost |= self.disks;
    }

    fn regions(&self) -> Vec<u16> {
        vec![self.zone]
    }

    fn words(&self, name: &dyn Fn(&[u16]) -> String) -> String {
        let disks = if self.disks { " with its disks" } else { "" };
        format!("{} lost{disks}", name(&[self.zone]))
    }
}
