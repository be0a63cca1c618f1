//! What every kind of fault says of itself.

use crate::kernel::conditions::Conditions;
use settings::{Fields, Setting, Values};

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

    /// What is the case while it lasts, with the names of sets of regions.
    fn words(&self, name: &dyn Fn(&[u16]) -> String) -> String;
}
