//! What packets carry and is too large to be copied with them: it stays with whom it belongs to, and packets bring the key.

use engine::{Key, Slab};

/// Contents under way. The network says with each arrival and each loss whether another copy is still under way.
#[derive(Clone, Debug)]
pub(crate) struct Parcels<T> {
    contents: Slab<T>,
}

impl<T> Default for Parcels<T> {
    fn default() -> Self {
        Parcels { contents: Slab::default() }
    }
}

impl<T: Clone> Parcels<T> {
    /// Send something under this key.
    pub(crate) fn put(&mut self, content: T) -> Key {
        self.contents.insert(content)
    }

    /// A copy has arrived, the last one or not.
    pub(crate) fn take(&mut self, key: Key, last: bool) -> Option<T> {
        debug_assert!(
            self.contents.get(key).is_some(),
            "what is under way is kept until the last copy is there or lost"
        );
        if last { self.contents.remove(key) } else { self.contents.get(key).cloned() }
    }

    /// What a packet carries.
    pub(crate) fn get(&self, key: Key) -> Option<&T> {
        self.contents.get(key)
    }

    /// A copy is lost, the last one or not.
    pub(crate) fn lose(&mut self, key: Key, last: bool) {
        if last {
            self.contents.remove(key);
        }
    }

    /// How many are kept.
    pub(crate) fn len(&self) -> usize {
        self.contents.len()
    }

    /// About how many bytes a clone takes.
    pub(crate) fn weight(&self) -> usize {
        self.contents.len() * size_of::<T>()
    }
}
