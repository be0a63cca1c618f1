//! The far future: what has no place in the ring yet.

use super::entry::Entry;
use crate::flat::FlatMap;

/// Entries in bags, each of which covers one turn of the ring, in the order they were pushed.
#[derive(Clone, Debug)]
pub(super) struct Far<E> {
    bags: FlatMap<u64, Vec<Entry<E>>>,
}

impl<E> Default for Far<E> {
    fn default() -> Self {
        Far { bags: FlatMap::new() }
    }
}

impl<E> Far<E> {
    pub(super) fn push(&mut self, bag: u64, entry: Entry<E>) {
        self.bags.get_or_default(bag).push(entry);
    }

    /// The first bag that holds anything.
    pub(super) fn first(&self) -> Option<u64> {
        self.bags.keys().next().copied()
    }

    /// Removes a bag.
    pub(super) fn take(&mut self, bag: u64) -> Vec<Entry<E>> {
        self.bags.remove(&bag).unwrap_or_default()
    }

    /// Moves everything, bag by bag.
    pub(super) fn drain_into(&mut self, all: &mut Vec<Entry<E>>) {
        for (_, entries) in std::mem::take(&mut self.bags) {
            all.extend(entries);
        }
    }
}
