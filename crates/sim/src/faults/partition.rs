//! F2: two sets of regions that cannot talk, both ways or one way, on the data plane, the control plane or both.

use super::fault::{Fault, FaultInfo};
use crate::kernel::conditions::Conditions;
use serde::{Deserialize, Serialize};
use settings::{Fallback, Fields, Setting, Value, Values};

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

/// In the order of [`Direction`].
const DIRECTIONS: [&str; 2] = ["both", "left-to-right"];
/// In the order of [`Plane`].
const PLANES: [&str; 3] = ["all", "data", "control"];

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
    fn separates(&self, from: u16, to: u16) -> bool {
        let forward = self.left.contains(&from) && self.right.contains(&to);
        let backward = self.right.contains(&from) && self.left.contains(&to);
        forward || (backward && self.direction == Direction::Both)
    }
}

impl Fault for Partition {
    const INFO: FaultInfo = FaultInfo {
        id: "partition",
        meaning: "two sets of regions cannot talk; what is on the way is lost, and clients ask again only after their timeout",
        covers: "F2",
        settings: &[
            Setting::new("left", "regions", Fallback::Required, "one side"),
            Setting::new("right", "regions", Fallback::Required, "the other side"),
            Setting::new("direction", "both or left-to-right", Fallback::Value("both"), "which way nothing passes"),
            Setting::new("plane", "all, data or control", Fallback::Value("all"), "whose traffic does not pass"),
        ],
    };

    fn read(fields: &dyn Fields) -> Option<Self> {
        // Both sides are read before either is missed, so that both problems are noted.
        let (left, right) = (fields.regions("left"), fields.regions("right"));
        let direction = [Direction::Both, Direction::LeftToRight][fields.choice("direction", &DIRECTIONS)];
        let plane = [Plane::All, Plane::Data, Plane::Control][fields.choice("plane", &PLANES)];
        let (left, right) = (left?, right?);
        if left.iter().any(|region| right.contains(region)) {
            fields.problem("right", "a region stands on both sides", "each side has regions of its own");
        }
        Some(Partition { left, right, direction, plane })
    }

    fn values(&self) -> Values {
        vec![
            ("left", Value::Regions(self.left.clone())),
            ("right", Value::Regions(self.right.clone())),
            ("direction", Value::Word(DIRECTIONS[self.direction as usize])),
            ("plane", Value::Word(PLANES[self.plane as usize])),
        ]
    }

    fn apply(&self, conditions: &mut Conditions) {
        for (from, row) in conditions.links.iter_mut().enumerate() {
            for (to, link) in row.iter_mut().enumerate() {
                if self.separates(from as u16, to as u16) {
                    link.data_cut |= self.plane != Plane::Control;
                    link.control_cut |= self.plane != Plane::Data;
                }
            }
        }
    }

    fn regions(&self) -> Vec<u16> {
        [self.left.as_slice(), &self.right].concat()
    }

    fn words(&self, name: &dyn Fn(&[u16]) -> String) -> String {
        let what = match self.plane {
            Plane::All => "no traffic",
            Plane::Data => "no data traffic",
            Plane::Control => "no control traffic",
        };
        let (left, right) = (name(&self.left), name(&self.right));
        match self.direction {
            // Of more than two regions it must be clear who is on which side.
            Direction::Both if self.left.len() + self.right.len() > 2 => {
                format!("{what} between {left} on one side and {right} on the other")
            }
            Direction::Both => format!("{what} between {left} and {right}"),
            Direction::LeftToRight => format!("{what} from {left} to {right}"),
        }
    }
}
