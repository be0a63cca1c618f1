//! F2, S5: one region cut off from all others, and from its users if so chosen.

use super::fault::{Fault, FaultInfo};
use crate::kernel::conditions::Conditions;
use serde::{Deserialize, Serialize};
use settings::{Fallback, Fields, Setting, Value, Values};

/// While it lasts nothing passes between the region and the others.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Isolation {
    /// The region: itself, or all its zones.
    pub sites: Vec<u16>,
    /// Whether users cannot reach it either.
    pub users: bool,
}

impl Fault for Isolation {
    const INFO: FaultInfo = FaultInfo {
        id: "isolation",
        meaning: "a region is cut off from all others; what is on the way is lost, and clients ask again only after their timeout",
        covers: "F2",
        settings: &[
            Setting::new("region", "region", Fallback::Required, "which is cut off from the others"),
            Setting::new("users", "true or false", Fallback::Value("true"), "whether users cannot reach it either"),
        ],
    };

    fn read(fields: &dyn Fields) -> Option<Self> {
        Some(Isolation { sites: fields.sites("region")?, users: fields.flag("users") })
    }

    fn values(&self) -> Values {
        vec![("region", Value::Sites(self.sites.clone())), ("users", Value::Flag(self.users))]
    }

    fn apply(&self, conditions: &mut Conditions) {
        let others: Vec<u16> = (0..conditions.regions.len() as u16).filter(|it| !self.sites.contains(it)).collect();
        for site in self.sites.iter().map(|site| usize::from(*site)) {
            conditions.regions[site].users_cut |= self.users;
            for other in others.iter().map(|other| usize::from(*other)) {
                for (from, to) in [(site, other), (other, site)] {
                    conditions.links[from][to].data_cut = true;
                    conditions.links[from][to].control_cut = true;
                }
            }
        }
    }

    fn regions(&self) -> Vec<u16> {
        self.sites.clone()
    }

    fn words(&self, name: &dyn Fn(&[u16]) -> String) -> String {
        let users = if self.users { ", also from users" } else { "" };
        format!("{} isolated{users}", name(&self.sites))
    }
}
