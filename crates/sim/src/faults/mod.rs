//! What can go wrong, and when it begins and ends.
//!
//! Each kind of fault is one file that says everything about it: what a scenario may set, what a link may
//! not say, how it changes the [`Conditions`] of the world, and its words. The world folds the active faults, in the order
//! they started, into the conditions in force. Healing is folding without it, or without a part of it (`spared`).
//!
//! A new fault: one file here with its `impl Fault`, its name below and in the list of `catalog`. Start reading at [`Fault`].

mod active;
pub(crate) mod catalog;
mod clock_skew;
mod degraded_link;
mod fault;
mod isolation;
mod partition;
mod region_loss;
pub mod said;
pub(crate) mod settings;
mod slow_disk;
mod slow_region;
pub(crate) mod snapshot;
pub(crate) mod spared;
mod words;
mod zone_loss;

pub use crate::kernel::conditions::{Conditions, LinkCondition, RegionCondition};
pub(crate) use active::Faults;
pub use catalog::{FAULTS, FaultKind, FaultLine};
pub use clock_skew::ClockSkew;
pub use degraded_link::DegradedLink;
pub use fault::{Fault, FaultInfo};
pub use isolation::Isolation;
pub use partition::{Direction, Partition, Plane};
pub use region_loss::RegionLoss;
pub use slow_disk::SlowDisk;
pub use slow_region::SlowRegion;
pub use spared::Spared;
pub use zone_loss::ZoneLoss;

#[cfg(test)]
mod tests;
