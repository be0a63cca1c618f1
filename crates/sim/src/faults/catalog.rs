//! The list of all kinds of fault, and any one of them as a value.

use super::clock_skew::ClockSkew;
use super::degraded_link::DegradedLink;
use super::fault::{Fault, FaultInfo};
use super::isolation::Isolation;
use super::partition::Partition;
use super::region_loss::RegionLoss;
use super::slow_disk::SlowDisk;
use super::slow_region::SlowRegion;
use super::zone_loss::ZoneLoss;
use crate::kernel::conditions::{Conditions, LinkCondition};
use serde::{Deserialize, Serialize};
use settings::{Fields, Values};

/// A kind of fault in the list.
pub struct FaultLine {
    /// What it is known by.
    pub info: FaultInfo,
    /// Read one as a scenario sets it.
    pub read: fn(&dyn Fields) -> Option<FaultKind>,
}

/// Writes the list of faults and the enum that holds any of them, and passes every call on.
macro_rules! faults {
    ($($name:ident),+ $(,)?) => {
        /// A fault of any kind.
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        pub enum FaultKind { $(#[doc = stringify!($name)] $name($name)),+ }

        /// Every kind of fault.
        pub const FAULTS: &[FaultLine] = &[$(FaultLine {
            info: <$name as Fault>::INFO,
            read: |fields| <$name as Fault>::read(fields).map(FaultKind::$name),
        }),+];

        impl FaultKind {
            /// What its kind is known by.
            pub fn info(&self) -> FaultInfo {
                match self { $(FaultKind::$name(_) => <$name as Fault>::INFO),+ }
            }

            /// What is set in it.
            pub fn values(&self) -> Values {
                match self { $(FaultKind::$name(fault) => fault.values()),+ }
            }

            /// Change the conditions in force.
            pub fn apply(&self, conditions: &mut Conditions) {
                match self { $(FaultKind::$name(fault) => fault.apply(conditions)),+ }
            }

            /// The regions it names.
            pub fn regions(&self) -> Vec<u16> {
                match self { $(FaultKind::$name(fault) => fault.regions()),+ }
            }

            /// What is the case while it lasts, with the names of sets of regions.
            pub fn words(&self, name: &dyn Fn(&[u16]) -> String) -> String {
                match self { $(FaultKind::$name(fault) => fault.words(name)),+ }
            }
        }
    };
}

faults![RegionLoss, Partition, Isolation, DegradedLink, SlowRegion, ClockSkew, ZoneLoss, SlowDisk];

impl FaultKind {
    /// Whether it changes anything about the link between two regions.
    pub(crate) fn touches_link(&self, a: u16, b: u16, regions: usize) -> bool {
        let mut conditions = Conditions::good(regions);
        self.apply(&mut conditions);
        [(a, b), (b, a)]
            .iter()
            .any(|(from, to)| conditions.links[usize::from(*from)][usize::from(*to)] != LinkCondition::GOOD)
    }
}

/// What the title of a fault that a person began ends with.
pub(crate) const BY_HAND: &str = ", by hand";

/// What a fault goes by on the timeline and in the list of faults in force.
pub(crate) fn title(words: String, planned: Option<u16>) -> String {
    if planned.is_none() { words + BY_HAND } else { words }
}
