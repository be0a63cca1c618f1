//! A set of which copies are merged by the union.

use crate::change::{At, Change};
use crate::data::{Data, SHORT};
use crate::declined::Declined;
use crate::shown::Shown;
use crate::verb::Verb;
use engine::{FlatSet, Time};

/// What is in a shopping cart. Merging takes what either copy has: nothing that was added is lost, and what was removed in one copy
/// comes back from the other (DeCandia et al. 2007, Dynamo: Amazon's highly available key-value store, SOSP, section 4.4).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cart {
    items: FlatSet<u16>,
}

impl Cart {
    pub(crate) fn new() -> Cart {
        Cart { items: FlatSet::new() }
    }

    pub(crate) fn merge(&mut self, other: &Cart) {
        self.items.extend(other.items.iter().copied());
    }
}

impl Data for Cart {
    fn apply(&mut self, change: Change, _at: &At) -> Result<(), Declined> {
        match change.verb {
            Verb::Insert => self.items.insert(change.what),
            Verb::Remove => self.items.remove(&change.what),
            _ => return Err(Declined::Unfit),
        };
        Ok(())
    }

    fn show(&self, _now: Time) -> Shown {
        Shown::elements(self.items.iter().map(|item| u64::from(*item)))
    }

    fn has(&self, element: u16) -> bool {
        self.items.contains(&element)
    }

    fn bytes(&self) -> u32 {
        self.items.len() as u32 * SHORT
    }
}
