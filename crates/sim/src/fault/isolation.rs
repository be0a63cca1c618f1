//! F2, S5: one region cut off from all others, and from its users if so chosen.

use super::Conditions;
use serde::{Deserialize, Serialize};

/// While it lasts nothing passes between the region and the others.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Isolation {
    /// The region.
    pub region: u16,
    /// Whether users cannot reach it either.
    pub users: bool,
}

impl Isolation {
    pub(super) fn apply(&self, conditions: &mut Conditions) {
        let region = usize::from(self.region);
        conditions.regions[region].users_cut |= self.users;
        for other in (0..conditions.regions.len()).filter(|other| *other != region) {
            for (from, to) in [(region, other), (other, region)] {
                conditions.links[from][to].data_cut = true;
                conditions.links[from][to].control_cut = true;
            }
        }
    }
}
