//! Storage with stable keys: payloads live here, events carry the key. A removed key never finds the next tenant of its
//! slot.

use serde::{Deserialize, Serialize};

/// Where a value lives in a [`Slab`]. Orders by slot, then generation.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct Key {
    index: u32,
    generation: u32,
}

impl Key {
    /// The slot, dense from zero: fit for indexing a side table. Slots are reused.
    pub fn index(self) -> u32 {
        self.index
    }

    /// The key as one word, to be handed through somebody who knows no keys.
    pub fn to_bits(self) -> u64 {
        u64::from(self.generation) << 32 | u64::from(self.index)
    }

    /// The key that [`Key::to_bits`] made this word of.
    pub fn from_bits(bits: u64) -> Key {
        Key { index: bits as u32, generation: (bits >> 32) as u32 }
    }
}

/// Values under stable keys. Inserting, finding and removing take constant time; freed slots are reused, the latest first.
#[derive(Clone, Debug)]
pub struct Slab<T> {
    slots: Vec<Slot<T>>,
    /// The free slot to use next; each free slot names the one after it.
    free: Option<u32>,
    len: u32,
}

#[derive(Clone, Debug)]
struct Slot<T> {
    generation: u32,
    state: State<T>,
}

#[derive(Clone, Debug)]
enum State<T> {
    Taken(T),
    Free { next: Option<u32> },
}

impl<T> State<T> {
    fn value(&self) -> Option<&T> {
        match self {
            State::Taken(value) => Some(value),
            State::Free { .. } => None,
        }
    }

    fn value_mut(&mut self) -> Option<&mut T> {
        match self {
            State::Taken(value) => Some(value),
            State::Free { .. } => None,
        }
    }
}

impl<T> Default for Slab<T> {
    fn default() -> Self {
        Slab { slots: Vec::new(), free: None, len: 0 }
    }
}

impl<T> Slab<T> {
    /// An empty slab.
    pub fn new() -> Slab<T> {
        Slab::default()
    }

    /// Stores a value and returns its key. Holds up to 2³² values at a time.
    pub fn insert(&mut self, value: T) -> Key {
        self.len += 1;
        let Some(index) = self.free else {
            let index = u32::try_from(self.slots.len()).expect("memory ends before 2^32 slots do");
            self.slots.push(Slot { generation: 0, state: State::Taken(value) });
            return Key { index, generation: 0 };
        };
        let slot = &mut self.slots[index as usize];
        if let State::Free { next } = slot.state {
            self.free = next;
        }
        slot.state = State::Taken(value);
        Key { index, generation: slot.generation }
    }

    /// The value under the key; `None` if it was removed.
    #[inline]
    pub fn get(&self, key: Key) -> Option<&T> {
        let slot = self.slots.get(key.index as usize)?;
        if slot.generation == key.generation { slot.state.value() } else { None }
    }

    /// The value under the key, to change it; `None` if it was removed.
    #[inline]
    pub fn get_mut(&mut self, key: Key) -> Option<&mut T> {
        let slot = self.slots.get_mut(key.index as usize)?;
        if slot.generation == key.generation { slot.state.value_mut() } else { None }
    }

    /// Takes the value out; `None` if it was removed before.
    pub fn remove(&mut self, key: Key) -> Option<T> {
        let slot = self.slots.get_mut(key.index as usize)?;
        if slot.generation != key.generation || slot.state.value().is_none() {
            return None;
        }
        let free = State::Free { next: self.free };
        let State::Taken(value) = std::mem::replace(&mut slot.state, free) else { return None };
        slot.generation = slot.generation.wrapping_add(1);
        self.free = Some(key.index);
        self.len -= 1;
        Some(value)
    }

    /// How many values there are.
    pub fn len(&self) -> usize {
        self.len as usize
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Keys and values in the order of their slots.
    pub fn iter(&self) -> impl Iterator<Item = (Key, &T)> {
        self.slots.iter().enumerate().filter_map(|(index, slot)| {
            let key = Key { index: index as u32, generation: slot.generation };
            slot.state.value().map(|value| (key, value))
        })
    }

    /// Keys and values in the order of their slots, to change them.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = (Key, &mut T)> {
        self.slots.iter_mut().enumerate().filter_map(|(index, slot)| {
            let key = Key { index: index as u32, generation: slot.generation };
            slot.state.value_mut().map(|value| (key, value))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_found_under_their_key_until_removed() {
        let mut slab = Slab::new();
        let (a, b) = (slab.insert("a"), slab.insert("b"));
        assert_eq!((slab.get(a), slab.get(b), slab.len()), (Some(&"a"), Some(&"b"), 2));
        assert_eq!(slab.remove(a), Some("a"));
        assert_eq!(slab.remove(a), None);
        assert_eq!((slab.get(a), slab.len()), (None, 1));
        assert_eq!(slab.get_mut(a), None);
    }

    #[test]
    fn a_removed_key_does_not_find_the_next_tenant() {
        let mut slab = Slab::new();
        let old = slab.insert(1);
        slab.remove(old);
        let new = slab.insert(2);
        assert_eq!(old.index(), new.index());
        assert_eq!((slab.get(old), slab.get(new)), (None, Some(&2)));
        assert_eq!(slab.remove(old), None);
    }

    #[test]
    fn a_key_comes_back_from_its_bits() {
        let mut slab = Slab::new();
        let old = slab.insert(1);
        slab.remove(old);
        let new = slab.insert(2);
        assert_eq!((Key::from_bits(old.to_bits()), Key::from_bits(new.to_bits())), (old, new));
    }

    #[test]
    fn iteration_goes_by_slot_and_skips_the_free_ones() {
        let mut slab = Slab::new();
        let keys: Vec<Key> = (0..4).map(|value| slab.insert(value)).collect();
        slab.remove(keys[1]);
        slab.iter_mut().for_each(|(_, value)| *value *= 10);
        let found: Vec<(Key, i32)> = slab.iter().map(|(key, value)| (key, *value)).collect();
        assert_eq!(found, [(keys[0], 0), (keys[2], 20), (keys[3], 30)]);
    }

    #[test]
    fn freed_slots_are_reused_before_new_ones_are_made() {
        let mut slab = Slab::new();
        let keys: Vec<Key> = (0..3).map(|value| slab.insert(value)).collect();
        slab.remove(keys[0]);
        slab.remove(keys[2]);
        let again: Vec<u32> = (0..3).map(|value| slab.insert(value).index()).collect();
        assert_eq!(again, [2, 0, 3]);
    }
}
