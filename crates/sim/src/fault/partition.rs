//! F2: two sets of regions that cannot talk, both ways or one way, on the data plane, the control plane or both.

use super::Conditions;
use serde::{Deserialize, Serialize};

/// Which way nothing passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Direction {
    /// Neither way.
    Both,
    /// From left to right; right to left still works.
    LeftToRight,
}

/// Whose traffic does not pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Plane {
    /// All of it.
    All,
    /// Replicas' and clients'.
    Data,
    /// Probes, configuration, commands and leases.
    Control,
}

/// While it lasts nothing passes between the two sets.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Partition {
    /// Regions on one side.
    pub left: Vec<u16>,
    /// Regions on the other.
    pub right: Vec<u16>,
    /// Which way.
    pub direction: Direction,
    /// What.
    pub plane: Plane,
}

impl Partition {
    /// Whether traffic from `from` to `to` is stopped.
    pub fn separates(&self, from: u16, to: u16) -> bool {
        let forward = self.left.contains(&from) && self.right.contains(&to);
        let backward = self.right.contains(&from) && self.left.contains(&to);
        forward || (backward && self.direction == Direction::Both)
    }

    pub(super) fn apply(&self, conditions: &mut Conditions) {
        for (from, row) in conditions.links.iter_mut().enumerate() {
            for (to, link) in row.iter_mut().enumerate() {
                if self.separates(from as u16, to as u16) {
                    link.data_cut |= self.plane != Plane::Control;
                    link.control_cut |= self.plane != Plane::Data;
                }
            }
        }
    }
}
