//! The far future: what has no place in the ring yet.

use super::entry::Entry;
use std::collections::BTreeMap;

/// Entries in bags, each of which covers one turn of the ring, in the order they were pushed.
#[derive(Clone, Debug)]
pub(super) struct Far<E> {
    bags: BTreeMap<u64, Vec<Entry<E>>>,
}

impl<E> Default for Far<E> {
    fn default() -> Self {
        Far { bags: BTreeMap::new() }
    }
}

impl<E> Far<E> {
    pub(super) fn push(&mut self, bag: u64, entry: Entry<E>) {
        self.bags.entry(bag).or_default().push(entry);
    }

    /// The first bag that holds anything.
    pub(super) fn first(&self) -> Option<u64> {
        self.bags.first_key_value().map(|(bag, _)| *bag)
    }

    /// Removes a bag.
    pub(super) fn take(&mut self, bag: u64) -> Vec<Entry<E>> {
        self.bags.remove(&bag).unwrap_or_default()
    }

    /// Moves everything, bag by bag.
    pub(super) fn drain_into(&mut self, all: &mut Vec<Entry<E>>) {
        for entries in std::mem::take(&mut self.bags).into_values() {
            all.extend(entries);
        }
    }
}
