//! What can go wrong. Each kind of fault is one file that says how it changes the [`Conditions`] of the world; the world
//! folds the active faults, in the order they started, into the conditions in force. Healing is folding without it.
//!
//! A new fault: one file here, its line in [`FaultKind`], and the arms the compiler then asks for.

mod clock_skew;
mod conditions;
mod degraded_link;
mod isolation;
mod partition;
mod region_loss;
mod slow_region;

pub use clock_skew::ClockSkew;
pub use conditions::{Conditions, LinkCondition, RegionCondition};
pub use degraded_link::DegradedLink;
pub use isolation::Isolation;
pub use partition::{Direction, Partition, Plane};
pub use region_loss::RegionLoss;
pub use slow_region::SlowRegion;

use serde::{Deserialize, Serialize};

/// A fault, with its target.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum FaultKind {
    /// F1: a region loses power.
    RegionLoss(RegionLoss),
    /// F2: two sets of regions cannot talk.
    Partition(Partition),
    /// F2: one region is cut off from everything, users included if so chosen.
    Isolation(Isolation),
    /// F3, F21: a link is slow, lossy, narrow, doubling or reordering.
    DegradedLink(DegradedLink),
    /// F4: a region serves slowly or with errors.
    SlowRegion(SlowRegion),
    /// F14: a region's clock is wrong.
    ClockSkew(ClockSkew),
}

impl FaultKind {
    /// Change the conditions in force.
    pub fn apply(&self, conditions: &mut Conditions) {
        match self {
            FaultKind::RegionLoss(fault) => fault.apply(conditions),
            FaultKind::Partition(fault) => fault.apply(conditions),
            FaultKind::Isolation(fault) => fault.apply(conditions),
            FaultKind::DegradedLink(fault) => fault.apply(conditions),
            FaultKind::SlowRegion(fault) => fault.apply(conditions),
            FaultKind::ClockSkew(fault) => fault.apply(conditions),
        }
    }

    /// The regions it concerns; what "restore this region" ends.
    pub fn touches_region(&self, region: u16) -> bool {
        match self {
            FaultKind::RegionLoss(fault) => fault.region == region,
            FaultKind::Isolation(fault) => fault.region == region,
            FaultKind::SlowRegion(fault) => fault.region == region,
            FaultKind::ClockSkew(fault) => fault.region == region,
            FaultKind::Partition(_) | FaultKind::DegradedLink(_) => false,
        }
    }

    /// Whether it cuts or degrades the link between two regions; what "heal this link" ends.
    pub fn touches_link(&self, a: u16, b: u16) -> bool {
        match self {
            FaultKind::Partition(fault) => fault.separates(a, b) || fault.separates(b, a),
            FaultKind::DegradedLink(fault) => (fault.from, fault.to) == (a, b) || (fault.from, fault.to) == (b, a),
            FaultKind::Isolation(fault) => fault.region == a || fault.region == b,
            FaultKind::RegionLoss(_) | FaultKind::SlowRegion(_) | FaultKind::ClockSkew(_) => false,
        }
    }

    /// The largest region index it names, for validation of actions that come out of a link.
    pub fn highest_region(&self) -> u16 {
        match self {
            FaultKind::RegionLoss(fault) => fault.region,
            FaultKind::Isolation(fault) => fault.region,
            FaultKind::SlowRegion(fault) => fault.region,
            FaultKind::ClockSkew(fault) => fault.region,
            FaultKind::DegradedLink(fault) => fault.from.max(fault.to),
            FaultKind::Partition(fault) => fault.left.iter().chain(&fault.right).copied().max().unwrap_or(0),
        }
    }
}
