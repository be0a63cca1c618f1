//! A set to which nothing that was removed returns.

use crate::change::{At, Change};
use crate::data::{Data, SHORT};
use crate::declined::Declined;
use crate::shown::Shown;
use crate::verb::Verb;
use engine::Time;
use std::collections::BTreeSet;

/// What was ever added, and what of it was ever removed: two sets that only grow, so that removing wins and is for good (2P-Set, INRIA RR-7506,
/// specification 12). Removing what is not there changes nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TwoPhaseSet {
    added: BTreeSet<u16>,
    removed: BTreeSet<u16>,
}

impl TwoPhaseSet {
    pub(crate) fn new() -> TwoPhaseSet {
        TwoPhaseSet { added: BTreeSet::new(), removed: BTreeSet::new() }
    }

    pub(crate) fn merge(&mut self, other: &TwoPhaseSet) {
        self.added.extend(&other.added);
        self.removed.extend(&other.removed);
    }
}

impl Data for TwoPhaseSet {
    fn apply(&mut self, change: Change, _at: &At) -> Result<(), Declined> {
        match change.verb {
            Verb::Insert if self.removed.contains(&change.what) => return Err(Declined::Removed),
            Verb::Insert => _ = self.added.insert(change.what),
            Verb::Remove if self.added.contains(&change.what) => _ = self.removed.insert(change.what),
            Verb::Remove => {}
            _ => return Err(Declined::Unfit),
        }
        Ok(())
    }

    fn show(&self, _now: Time) -> Shown {
        Shown::elements(self.added.difference(&self.removed).map(|element| u64::from(*element)))
    }

    fn bytes(&self) -> u32 {
        (self.added.len() + self.removed.len()) as u32 * SHORT
    }
}
