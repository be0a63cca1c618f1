//! A set to which nothing that was removed returns.

use crate::change::{At, Change};
use crate::data::{Data, SHORT};
use crate::declined::Declined;
use crate::shown::Shown;
use crate::verb::Verb;
use engine::{FlatSet, Time};

/// What was ever added, and what of it was ever removed: two sets that only grow, so that removing wins and is for good (2P-Set, INRIA RR-7506,
/// specification 12). Removing what is not there changes nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TwoPhaseSet {
    added: FlatSet<u16>,
    removed: FlatSet<u16>,
}

impl TwoPhaseSet {
    pub(crate) fn new() -> TwoPhaseSet {
        TwoPhaseSet { added: FlatSet::new(), removed: FlatSet::new() }
    }

    pub(crate) fn merge(&mut self, other: &TwoPhaseSet) {
        self.added.extend(other.added.iter().copied());
        self.removed.extend(other.removed.iter().copied());
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
        Shown::elements(
            self.added.iter().filter(|element| !self.removed.contains(element)).map(|element| u64::from(*element)),
        )
    }

    fn has(&self, element: u16) -> bool {
        self.added.contains(&element) && !self.removed.contains(&element)
    }

    fn bytes(&self) -> u32 {
        (self.added.len() + self.removed.len()) as u32 * SHORT
    }
}
