//! A map from numbers that come in nearly ascending order and mostly go in nearly the same. What is under way is a short
//! ordered stretch, where finding, adding and taking away cost next to nothing; what stays for long is in chunks that
//! checkpoints share.

use std::collections::VecDeque;
use std::sync::Arc;

/// Values in a chunk when the next one is begun.
const CHUNK: usize = 256;

type Chunk<V> = VecDeque<(u64, V)>;

/// Values by number, in ascending order.
#[derive(Clone, Debug)]
pub(crate) struct Window<V> {
    /// None is empty. Each with its first number, so that whoever looks for a chunk looks into none.
    chunks: VecDeque<(u64, Arc<Chunk<V>>)>,
    len: usize,
}

impl<V: Clone> Window<V> {
    pub(crate) fn new() -> Window<V> {
        Window { chunks: VecDeque::new(), len: 0 }
    }

    /// How many values there are.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// The chunk in which a number is, or would be.
    fn chunk(&self, number: u64) -> usize {
        // Mostly in the last one, with what is under way.
        if self.chunks.back().is_some_and(|(first, _)| *first <= number) {
            return self.chunks.len() - 1;
        }
        self.chunks.partition_point(|(first, _)| *first <= number).saturating_sub(1)
    }

    pub(crate) fn get(&self, number: u64) -> Option<&V> {
        let (_, chunk) = self.chunks.get(self.chunk(number))?;
        find(chunk, number).ok().map(|place| &chunk[place].1)
    }

    pub(crate) fn get_mut(&mut self, number: u64) -> Option<&mut V> {
        let chunk = self.chunk(number);
        let (_, chunk) = self.chunks.get_mut(chunk)?;
        let place = find(chunk, number).ok()?;
        Some(&mut Arc::make_mut(chunk)[place].1)
    }

    /// Puts a value under a number, in place of what is there.
    pub(crate) fn insert(&mut self, number: u64, value: V) {
        let place = self.chunk(number);
        let full = self.chunks.len() == place + 1 && self.chunks[place].1.len() >= CHUNK;
        match self.chunks.get_mut(place) {
            Some((first, chunk)) if !full || chunk.back().is_some_and(|(last, _)| number <= *last) => {
                let chunk = Arc::make_mut(chunk);
                match find(chunk, number) {
                    Ok(place) => return chunk[place].1 = value,
                    Err(place) => chunk.insert(place, (number, value)),
                }
                *first = number.min(*first);
            }
            _ => self.chunks.push_back((number, Arc::new(VecDeque::from([(number, value)])))),
        }
        self.len += 1;
    }

    pub(crate) fn remove(&mut self, number: u64) {
        let place = self.chunk(number);
        let Some((first, chunk)) = self.chunks.get_mut(place) else { return };
        let Ok(found) = find(chunk, number) else { return };
        self.len -= 1;
        if chunk.len() == 1 {
            self.chunks.remove(place);
        } else {
            let chunk = Arc::make_mut(chunk);
            chunk.remove(found);
            *first = chunk[0].0;
        }
    }

    /// Takes the first value away, with its number.
    pub(crate) fn take_first(&mut self) -> Option<(u64, V)> {
        let first = self.iter().next().map(|(number, value)| (number, value.clone()))?;
        self.remove(first.0);
        Some(first)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (u64, &V)> {
        self.chunks.iter().flat_map(|(_, chunk)| chunk.iter()).map(|(number, value)| (*number, value))
    }
}

/// The place of a number, or where it would have to be put.
///
/// Numbers differ, so that each is at most so many places after the first as it is greater, and few are missing between them:
/// it is looked for from there backwards, in strides that double.
fn find<V>(chunk: &Chunk<V>, number: u64) -> Result<usize, usize> {
    let Some(ahead) = number.checked_sub(chunk[0].0) else { return Err(0) };
    let mut low = ahead.min(chunk.len() as u64 - 1) as usize;
    let mut high = low + 1;
    let mut stride = 1;
    while chunk[low].0 > number {
        (low, high) = (low.saturating_sub(stride), low);
        stride *= 2;
    }
    // What is at `low` is not greater; what is at `high` is, if anything is there.
    while high - low > 1 {
        let middle = low.midpoint(high);
        if chunk[middle].0 > number { high = middle } else { low = middle }
    }
    if chunk[low].0 == number { Ok(low) } else { Err(high) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use engine::Stream;
    use std::collections::BTreeMap;

    #[test]
    fn a_window_holds_what_a_map_holds_and_clones_do_not_see_each_other() {
        let mut draws = Stream::named(1, "test", 0);
        let (mut window, mut map) = (Window::new(), BTreeMap::new());
        let mut earlier = Vec::new();
        for step in 0..6_000_u64 {
            let number = step / 2 + draws.below(20);
            match draws.below(100) {
                0 => assert_eq!(window.take_first(), map.pop_first()),
                1..40 => {
                    window.remove(number);
                    map.remove(&number);
                }
                _ => {
                    window.insert(number, step);
                    map.insert(number, step);
                }
            }
            assert_eq!(window.len(), map.len());
            assert_eq!(window.get(number), map.get(&number));
            assert_eq!(window.get_mut(number), map.get_mut(&number));
            if step % 500 == 0 {
                earlier.push((window.clone(), map.clone()));
            }
        }
        assert!(map.len() > 900);
        earlier.push((window, map));
        for (window, map) in earlier {
            assert!(window.iter().eq(map.iter().map(|(number, value)| (*number, value))));
        }
    }

    #[test]
    fn what_is_put_before_everything_is_found() {
        let mut window = Window::new();
        (100..1_000).for_each(|number| window.insert(number, number));
        window.insert(7, 7);
        (100..300).for_each(|number| window.remove(number));
        assert_eq!((window.get(7), window.get(299), window.get(999)), (Some(&7), None, Some(&999)));
    }
}
