//! A map in little code for what is large and comes in any order. The standard library's tree is compiled anew for each type; here one tree, of
//! the slots of a [`Slab`], serves all.

use crate::slab::{Key, Slab};
use std::collections::BTreeMap;
use std::ops::RangeInclusive;

/// Values by number, in the order of the numbers. Finding one, adding one and taking one away takes log n steps.
#[derive(Clone, Debug)]
pub struct TreeMap<V> {
    slots: Slots,
    values: Slab<V>,
}

/// By number, in which slot its value is.
#[derive(Clone, Debug, Default)]
struct Slots(BTreeMap<u64, Key>);

impl Slots {
    #[inline(never)]
    fn get(&self, number: u64) -> Option<Key> {
        self.0.get(&number).copied()
    }

    #[inline(never)]
    fn insert(&mut self, number: u64, slot: Key) {
        self.0.insert(number, slot);
    }

    #[inline(never)]
    fn remove(&mut self, number: u64) -> Option<Key> {
        self.0.remove(&number)
    }
}

impl<V> Default for TreeMap<V> {
    fn default() -> Self {
        TreeMap { slots: Slots::default(), values: Slab::new() }
    }
}

impl<V> TreeMap<V> {
    /// An empty map.
    pub fn new() -> TreeMap<V> {
        TreeMap::default()
    }

    /// How many values there are.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The value under a number.
    pub fn get(&self, number: u64) -> Option<&V> {
        self.values.get(self.slots.get(number)?)
    }

    /// The value under a number, to be changed.
    pub fn get_mut(&mut self, number: u64) -> Option<&mut V> {
        self.values.get_mut(self.slots.get(number)?)
    }

    /// The value under a number, to be changed; if there is none, this one is put there first.
    pub fn get_or_insert_with(&mut self, number: u64, value: impl FnOnce() -> V) -> &mut V {
        let slot = self.slots.get(number).unwrap_or_else(|| {
            let slot = self.values.insert(value());
            self.slots.insert(number, slot);
            slot
        });
        self.values.get_mut(slot).expect("a slot in the tree is taken")
    }

    /// The same with what is there by default.
    pub fn get_or_default(&mut self, number: u64) -> &mut V
    where
        V: Default,
    {
        self.get_or_insert_with(number, V::default)
    }

    /// Puts a value under a number. What was there before.
    pub fn insert(&mut self, number: u64, value: V) -> Option<V> {
        if let Some(held) = self.get_mut(number) {
            return Some(std::mem::replace(held, value));
        }
        self.slots.insert(number, self.values.insert(value));
        None
    }

    /// Takes a value away.
    pub fn remove(&mut self, number: u64) -> Option<V> {
        self.values.remove(self.slots.remove(number)?)
    }

    /// Numbers and values, in the order of the numbers.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (u64, &V)> {
        self.range(0..=u64::MAX)
    }

    /// The values, in the order of their numbers.
    pub fn values(&self) -> impl DoubleEndedIterator<Item = &V> {
        self.iter().map(|(_, value)| value)
    }

    /// Those whose numbers are within a range.
    pub fn range(&self, range: RangeInclusive<u64>) -> impl DoubleEndedIterator<Item = (u64, &V)> {
        let slots = self.slots.0.range(range);
        slots.filter_map(|(number, slot)| Some((*number, self.values.get(*slot)?)))
    }

    /// Does something with each of those whose numbers are within a range, in their order.
    pub fn change(&mut self, range: RangeInclusive<u64>, mut change: impl FnMut(u64, &mut V)) {
        for (number, slot) in self.slots.0.range(range) {
            self.values.get_mut(*slot).into_iter().for_each(|value| change(*number, value));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn it_answers_as_a_tree_of_its_own_does(steps in prop::collection::vec((0..5_u8, 0..20_u64, 0..9_u32), 0..200)) {
            let (mut shared, mut own) = (TreeMap::new(), BTreeMap::new());
            for (step, number, value) in steps {
                let some = number..=number + u64::from(value);
                match step {
                    0 => prop_assert_eq!(shared.remove(number), own.remove(&number)),
                    1 => prop_assert_eq!(
                        *shared.get_or_insert_with(number, || value),
                        *own.entry(number).or_insert(value)
                    ),
                    2 => {
                        shared.change(some, |number, held| *held += number as u32);
                        own.range_mut(number..=number + u64::from(value)).for_each(|(number, held)| *held += *number as u32);
                    }
                    3 => prop_assert!(shared.range(some.clone()).eq(own.range(some).map(|(number, held)| (*number, held)))),
                    _ => prop_assert_eq!(shared.insert(number, value), own.insert(number, value)),
                }
                prop_assert_eq!(shared.get(number), own.get(&number));
                prop_assert_eq!(shared.get_mut(number), own.get_mut(&number));
                prop_assert_eq!((shared.len(), shared.is_empty()), (own.len(), own.is_empty()));
                prop_assert!(shared.iter().eq(own.iter().map(|(number, value)| (*number, value))));
                prop_assert!(shared.values().eq(own.values()));
            }
        }
    }
}
