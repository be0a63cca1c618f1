//! What is shown of a key with versions that did not know each other: a function of these, so that copies that have the same show the same. One
//! file for each policy, one line for each in every list here.

mod first_writer;
mod priority;
mod siblings;
mod suspended;
#[cfg(test)]
mod tests;

use super::sibling::{Sibling, Siblings};
use protocol::{Accepted, NodeId};
use settings::{Fallback, Setting};

/// The words of what becomes of two copies of a key that were changed apart.
pub(crate) const POLICIES: [&str; 7] =
    ["last-writer", "first-writer", "priority", "siblings", "suspended", "merge", "refused"];

pub(crate) const POLICY: Setting = Setting::new(
    "policy",
    "last-writer, first-writer, priority, siblings, suspended, merge or refused",
    Fallback::Value(POLICIES[0]),
    "what becomes of two copies of a key that were changed apart: the later stamp stays, or they are merged as their type says; of registers all versions may be kept and the \
     earliest, one by region, all, or none before a person has decided be shown; or who does not hear from a majority takes no writes; a quorum keeps the later stamp or all versions",
);
/// What is shown of versions that did not know each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Choice {
    /// The one that was written first (D2).
    FirstWriter,
    /// The one by the region that stands first in a list (D6).
    Priority(Vec<NodeId>),
    /// All of them (D3).
    Siblings,
    /// In each region what it showed before, until a person has decided (D7).
    Suspended,
}

impl Choice {
    /// The version that is shown, given what was shown before; none where all are, or where there is none.
    pub(crate) fn shown(&self, siblings: &Siblings, before: Option<Accepted>) -> Option<Sibling> {
        match self {
            Choice::FirstWriter => first_writer::shown(siblings),
            Choice::Priority(regions) => priority::shown(siblings, regions),
            Choice::Siblings => siblings::shown(),
            Choice::Suspended => suspended::shown(siblings, before),
        }
    }

    /// Whether a write takes the place of a version, given which was shown to whoever writes.
    pub(crate) fn replaces(&self, version: &Sibling, shown: Option<Sibling>) -> bool {
        match self {
            // What was passed over does not come back when what was chosen is replaced.
            Choice::FirstWriter | Choice::Priority(_) | Choice::Siblings => true,
            Choice::Suspended => suspended::replaces(version, shown),
        }
    }

    /// Whether it decides against all versions but one.
    pub(crate) const fn decides(&self) -> bool {
        matches!(self, Choice::FirstWriter | Choice::Priority(_))
    }
}
