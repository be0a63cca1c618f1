//! F2, S5: one region cut off from all others, and from its users if so chosen.

use super::fault::{Fault, FaultInfo};
use crate::kernel::conditions::Conditions;
use serde::{Deserialize, Serialize};
use settings::{Fallback, Fields, Setting, Value, Values};

/// While it lasts nothing passes between the region and the others.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Isolation {
    /// The region.
    pub region: u16,
    /// Whether users cannot reach it either.
    pub users: bool,
}

impl Fault for Isolation {
    const INFO: FaultInfo = FaultInfo {
        id: "isolation",
        meaning: "a region is cut off from all others",
        covers: "F2",
        settings: &[
            Setting::new("region", "region", Fallback::Required, "which is cut off from the others"),
            Setting::new("users", "true or false", Fallback::Value("true"), "whether users cannot reach it either"),
        ],
    };

    fn read(fields: &dyn Fields) -> Option<Self> {
        Some(Isolation { region: fields.region("region")?, users: fields.flag("users") })
    }

    fn values(&self) -> Values {
        vec![("region", Value::Region(self.region)), ("users", Value::Flag(self.users))]
    }

    fn apply(&self, conditions: &mut Conditions) {
        let region = usize::from(self.region);
        conditions.regions[region].users_cut |= self.users;
        for other in (0..conditions.regions.len()).filter(|other| *other != region) {
            for (from, to) in [(region, other), (other, region)] {
                conditions.links[from][to].data_cut = true;
                conditions.links[from][to].control_cut = true;
            }
        }
    }

    fn regions(&self) -> Vec<u16> {
        vec![self.region]
    }

    fn words(&self, name: &dyn Fn(u16) -> String) -> String {
        let users = if self.users { ", also from users" } else { "" };
        format!("{} isolated{users}", name(self.region))
    }
}
