//! What can go wrong. Each kind of fault is one file that says everything about it: what a scenario may set, what a link may
//! not say, how it changes the [`Conditions`] of the world, and its words. The world folds the active faults, in the order
//! they started, into the conditions in force. Healing is folding without it, or without a part of it (`spared`).
//!
//! A new fault: one file here with its `impl Fault`, and one line in the list of `faults!`. Start reading at [`Fault`].

mod clock_skew;
mod conditions;
mod degraded_link;
mod isolation;
mod partition;
mod region_loss;
mod slow_region;
mod spared;

pub use clock_skew::ClockSkew;
pub use conditions::{Conditions, LinkCondition, RegionCondition};
pub use degraded_link::DegradedLink;
pub use isolation::Isolation;
pub use partition::{Direction, Partition, Plane};
pub use region_loss::RegionLoss;
pub use slow_region::SlowRegion;
pub(crate) use spared::Spared;

use protocol::{Fields, Setting, Values};
use serde::{Deserialize, Serialize};

/// What scenario files, help and links know a kind of fault by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FaultInfo {
    /// The name a scenario file uses.
    pub id: &'static str,
    /// What happens, in a few words.
    pub meaning: &'static str,
    /// Mechanisms of the catalog that it shows.
    pub covers: &'static str,
    /// What a scenario may set.
    pub settings: &'static [Setting],
}

/// A kind of fault, with its target and its parameters.
pub trait Fault: Sized {
    /// What it is known by.
    const INFO: FaultInfo;

    /// Read it as a scenario sets it; `None` if what it cannot be without is missing or wrong.
    fn read(fields: &dyn Fields) -> Option<Self>;

    /// What is set in it, by the keys of its settings: reading these gives the same fault again.
    fn values(&self) -> Values;

    /// Change the conditions in force. It must change nothing but the regions it names and their links.
    fn apply(&self, conditions: &mut Conditions);

    /// The regions it names: what restoring one of them puts right.
    fn regions(&self) -> Vec<u16>;

    /// What is the case while it lasts, with the names of regions.
    fn words(&self, name: &dyn Fn(u16) -> String) -> String;
}

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

            /// What is the case while it lasts, with the names of regions.
            pub fn words(&self, name: &dyn Fn(u16) -> String) -> String {
                match self { $(FaultKind::$name(fault) => fault.words(name)),+ }
            }
        }
    };
}

faults![RegionLoss, Partition, Isolation, DegradedLink, SlowRegion, ClockSkew];

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
