//! A map from numbers that come in nearly ascending order and go in nearly the same: what is under way at any time is a short
//! stretch, kept in order, where finding, adding and taking away cost next to nothing.

use std::collections::VecDeque;

/// Values by number, in ascending order.
#[derive(Clone, Debug)]
pub(crate) struct Window<V> {
    all: VecDeque<(u64, V)>,
}

impl<V> Window<V> {
    pub(crate) fn new() -> Window<V> {
        Window { all: VecDeque::new() }
    }

    /// The place of a number, or where it would have to be put.
    fn place(&self, number: u64) -> Result<usize, usize> {
        self.all.binary_search_by_key(&number, |(number, _)| *number)
    }

    pub(crate) fn get(&self, number: u64) -> Option<&V> {
        self.place(number).ok().map(|place| &self.all[place].1)
    }

    pub(crate) fn get_mut(&mut self, number: u64) -> Option<&mut V> {
        self.place(number).ok().map(|place| &mut self.all[place].1)
    }

    /// Puts a value under a number, in place of what is there.
    pub(crate) fn insert(&mut self, number: u64, value: V) {
        match self.place(number) {
            Ok(place) => self.all[place].1 = value,
            Err(place) => self.all.insert(place, (number, value)),
        }
    }

    pub(crate) fn remove(&mut self, number: u64) {
        if let Ok(place) = self.place(number) {
            self.all.remove(place);
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (u64, &V)> {
        self.all.iter().map(|(number, value)| (*number, value))
    }

    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = (u64, &mut V)> {
        self.all.iter_mut().map(|(number, value)| (*number, value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use engine::Stream;
    use std::collections::BTreeMap;

    #[test]
    fn a_window_holds_what_a_map_holds() {
        let mut draws = Stream::named(1, "test", 0);
        let (mut window, mut map) = (Window::new(), BTreeMap::new());
        for step in 0..2_000_u64 {
            let number = step / 2 + draws.below(20);
            if draws.below(5) < 2 {
                window.remove(number);
                map.remove(&number);
            } else {
                window.insert(number, step);
                map.insert(number, step);
            }
            assert_eq!(window.get(number), map.get(&number));
            assert_eq!(window.get_mut(number), map.get_mut(&number));
        }
        assert!(map.len() > 300);
        assert!(window.iter().eq(map.iter().map(|(number, value)| (*number, value))));
    }
}
