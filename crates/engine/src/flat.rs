//! Maps and sets in little code. The standard library's trees are compiled anew for each type, four kilobytes each time, and the page loads
//! every one of them before it runs. Here a list in the order of its keys does, with the same order and the same answers.
//!
//! Finding takes log n steps, and so does adding what comes behind all others. Adding or taking away elsewhere moves what is behind: that is for
//! what stays small (regions, populations, circuits) or grows at its end. What is large and comes in any order stays in a tree.

/// Values by key, in the order of their keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlatMap<K, V> {
    entries: Vec<(K, V)>,
}

impl<K, V> Default for FlatMap<K, V> {
    fn default() -> Self {
        FlatMap { entries: Vec::new() }
    }
}

impl<K: Ord, V> FlatMap<K, V> {
    /// An empty map.
    pub fn new() -> FlatMap<K, V> {
        FlatMap::default()
    }

    /// How many values there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The place of a key, or where it would have to be put.
    fn place(&self, key: &K) -> Result<usize, usize> {
        match self.entries.last() {
            Some((last, _)) if last < key => Err(self.entries.len()),
            _ => self.entries.binary_search_by(|(other, _)| other.cmp(key)),
        }
    }

    /// Whether there is a value under a key.
    pub fn contains_key(&self, key: &K) -> bool {
        self.place(key).is_ok()
    }

    /// The value under a key.
    pub fn get(&self, key: &K) -> Option<&V> {
        self.place(key).ok().map(|place| &self.entries[place].1)
    }

    /// The value under a key, to be changed.
    pub fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        self.place(key).ok().map(|place| &mut self.entries[place].1)
    }

    /// The value under a key, to be changed; if there is none, this one is put there first.
    pub fn get_or_insert_with(&mut self, key: K, value: impl FnOnce() -> V) -> &mut V {
        let place = self.place(&key).unwrap_or_else(|place| {
            self.entries.insert(place, (key, value()));
            place
        });
        &mut self.entries[place].1
    }

    /// The same with what is there by default.
    pub fn get_or_default(&mut self, key: K) -> &mut V
    where
        V: Default,
    {
        self.get_or_insert_with(key, V::default)
    }

    /// Puts a value under a key. What was there before.
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        match self.place(&key) {
            Ok(place) => Some(std::mem::replace(&mut self.entries[place].1, value)),
            Err(place) => {
                self.entries.insert(place, (key, value));
                None
            }
        }
    }

    /// Takes a value away.
    pub fn remove(&mut self, key: &K) -> Option<V> {
        self.place(key).ok().map(|place| self.entries.remove(place).1)
    }

    /// Takes away what this does not hold of.
    pub fn retain(&mut self, mut keep: impl FnMut(&K, &mut V) -> bool) {
        self.entries.retain_mut(|(key, value)| keep(key, value));
    }

    /// Keys and values, in the order of the keys.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&K, &V)> + ExactSizeIterator + Clone {
        self.entries.iter().map(|(key, value)| (key, value))
    }

    /// Keys and values, in the order of the keys, the values to be changed.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = (&K, &mut V)> {
        self.entries.iter_mut().map(|(key, value)| (&*key, value))
    }

    /// The keys, in order.
    pub fn keys(&self) -> impl DoubleEndedIterator<Item = &K> + ExactSizeIterator + Clone {
        self.entries.iter().map(|(key, _)| key)
    }

    /// The values, in the order of their keys.
    pub fn values(&self) -> impl DoubleEndedIterator<Item = &V> + ExactSizeIterator + Clone {
        self.entries.iter().map(|(_, value)| value)
    }
}

impl<K, V> IntoIterator for FlatMap<K, V> {
    type Item = (K, V);
    type IntoIter = std::vec::IntoIter<(K, V)>;

    fn into_iter(self) -> Self::IntoIter {
        self.entries.into_iter()
    }
}

impl<K: Ord, V> Extend<(K, V)> for FlatMap<K, V> {
    fn extend<I: IntoIterator<Item = (K, V)>>(&mut self, entries: I) {
        for (key, value) in entries {
            self.insert(key, value);
        }
    }
}

impl<K: Ord, V> FromIterator<(K, V)> for FlatMap<K, V> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        let mut map = FlatMap::new();
        map.extend(entries);
        map
    }
}

/// Values, each once, in their order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlatSet<T>(FlatMap<T, ()>);

impl<T> Default for FlatSet<T> {
    fn default() -> Self {
        FlatSet(FlatMap::default())
    }
}

impl<T: Ord> FlatSet<T> {
    /// An empty set.
    pub fn new() -> FlatSet<T> {
        FlatSet::default()
    }

    /// How many values there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a value is in it.
    pub fn contains(&self, value: &T) -> bool {
        self.0.contains_key(value)
    }

    /// Adds a value. Whether it was not in it.
    pub fn insert(&mut self, value: T) -> bool {
        self.0.insert(value, ()).is_none()
    }

    /// Takes a value out. Whether it was in it.
    pub fn remove(&mut self, value: &T) -> bool {
        self.0.remove(value).is_some()
    }

    /// The values, in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &T> + ExactSizeIterator + Clone {
        self.0.keys()
    }
}

impl<T: Ord> Extend<T> for FlatSet<T> {
    fn extend<I: IntoIterator<Item = T>>(&mut self, values: I) {
        self.0.extend(values.into_iter().map(|value| (value, ())));
    }
}

impl<T: Ord> FromIterator<T> for FlatSet<T> {
    fn from_iter<I: IntoIterator<Item = T>>(values: I) -> Self {
        let mut set = FlatSet::new();
        set.extend(values);
        set
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::{BTreeMap, BTreeSet};

    proptest! {
        #[test]
        fn a_map_answers_as_a_tree_does(steps in prop::collection::vec((0..5_u8, 0..20_u8, 0..9_u32), 0..200)) {
            let (mut flat, mut tree) = (FlatMap::new(), BTreeMap::new());
            for (step, key, value) in steps {
                match step {
                    0 => prop_assert_eq!(flat.remove(&key), tree.remove(&key)),
                    1 => *flat.get_or_default(key) += value,
                    2 => flat.retain(|key, held| (u32::from(*key) + *held) % 9 != value),
                    3 => flat.get_mut(&key).into_iter().for_each(|held| *held = value),
                    _ => prop_assert_eq!(flat.insert(key, value), tree.insert(key, value)),
                }
                match step {
                    1 => *tree.entry(key).or_default() += value,
                    2 => tree.retain(|key, held| (u32::from(*key) + *held) % 9 != value),
                    3 => tree.get_mut(&key).into_iter().for_each(|held| *held = value),
                    _ => {}
                }
                prop_assert_eq!((flat.get(&key), flat.contains_key(&key)), (tree.get(&key), tree.contains_key(&key)));
                prop_assert_eq!((flat.len(), flat.is_empty()), (tree.len(), tree.is_empty()));
                prop_assert!(flat.iter().eq(tree.iter()) && flat.keys().eq(tree.keys()) && flat.values().eq(tree.values()));
            }
            prop_assert!(flat.into_iter().eq(tree));
        }

        #[test]
        fn a_set_holds_each_value_once_in_order(values in prop::collection::vec(0..20_u8, 0..40), out in 0..20_u8) {
            let (mut flat, mut tree) = (values.iter().collect::<FlatSet<_>>(), values.iter().collect::<BTreeSet<_>>());
            prop_assert!(flat.iter().eq(tree.iter()));
            prop_assert_eq!(flat.contains(&&out), tree.contains(&out));
            prop_assert_eq!((flat.remove(&&out), flat.insert(&out)), (tree.remove(&out), tree.insert(&out)));
            prop_assert!(flat.iter().eq(tree.iter()));
        }
    }
}
