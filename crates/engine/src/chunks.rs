//! A double-ended queue whose clones share what they have in common: for logs that are long, change at their ends, and are
//! kept in many checkpoints.

use std::collections::VecDeque;
use std::sync::Arc;

/// Values in a chunk. Whoever changes a shared chunk first copies so many.
const CHUNK: usize = 256;

/// A double-ended queue in chunks. A clone costs a pointer for each chunk; a change copies the one chunk it falls into, if it
/// is shared.
#[derive(Clone, Debug)]
pub struct Chunks<T> {
    /// All full but the last.
    chunks: VecDeque<Arc<Vec<T>>>,
    /// Values at the beginning of the first chunk that were taken away.
    gone: usize,
    len: usize,
}

impl<T> Default for Chunks<T> {
    fn default() -> Self {
        Chunks { chunks: VecDeque::new(), gone: 0, len: 0 }
    }
}

impl<T: Clone> Chunks<T> {
    /// How many values there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The value at a place, from 0.
    pub fn get(&self, place: usize) -> Option<&T> {
        if place >= self.len {
            return None;
        }
        let place = place + self.gone;
        self.chunks[place / CHUNK].get(place % CHUNK)
    }

    /// The place of the first value of which something does not hold that holds of all before it and of none after.
    pub fn partition_point(&self, holds: impl Fn(&T) -> bool) -> usize {
        let (mut from, mut until) = (0, self.len);
        while from < until {
            let middle = usize::midpoint(from, until);
            if self.get(middle).is_some_and(&holds) { from = middle + 1 } else { until = middle }
        }
        from
    }

    /// The value at a place, to be changed: the chunk that it is in is copied if it is shared.
    pub fn get_mut(&mut self, place: usize) -> Option<&mut T> {
        if place >= self.len {
            return None;
        }
        let place = place + self.gone;
        Arc::make_mut(&mut self.chunks[place / CHUNK]).get_mut(place % CHUNK)
    }

    /// The last value.
    pub fn back(&self) -> Option<&T> {
        self.get(self.len.checked_sub(1)?)
    }

    /// Add a value at the end.
    pub fn push_back(&mut self, value: T) {
        match self.chunks.back_mut().filter(|chunk| chunk.len() < CHUNK) {
            Some(chunk) => Arc::make_mut(chunk).push(value),
            None => {
                let mut chunk = Vec::with_capacity(CHUNK);
                chunk.push(value);
                self.chunks.push_back(Arc::new(chunk));
            }
        }
        self.len += 1;
    }

    /// Take the last value away.
    pub fn pop_back(&mut self) -> Option<T> {
        self.len = self.len.checked_sub(1)?;
        let last = self.chunks.back_mut()?;
        let value = Arc::make_mut(last).pop();
        if last.is_empty() || self.len == 0 {
            self.chunks.pop_back();
            self.gone = if self.len == 0 { 0 } else { self.gone };
        }
        value
    }

    /// Take the first value away.
    pub fn pop_front(&mut self) -> Option<T> {
        let value = self.get(0)?.clone();
        self.len -= 1;
        self.gone += 1;
        if self.gone == CHUNK || self.len == 0 {
            self.chunks.pop_front();
            self.gone = 0;
        }
        Some(value)
    }

    /// All values, from the first.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.chunks.iter().flat_map(|chunk| chunk.iter()).skip(self.gone)
    }

    /// Shorten to so many values.
    pub fn truncate(&mut self, len: usize) {
        while self.len > len {
            self.pop_back();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Stream;

    #[test]
    fn chunks_hold_what_a_queue_holds_and_clones_do_not_see_each_other() {
        let mut draws = Stream::named(1, "test", 0);
        let (mut chunks, mut queue) = (Chunks::default(), VecDeque::new());
        let mut earlier = Vec::new();
        for step in 0..20_000_u64 {
            // Long stretches of growing and of shrinking, so that chunks come and go at both ends.
            let grows = step / 2_000 % 2 == 0;
            match (draws.below(10), grows) {
                (0..7, true) | (0..2, false) => {
                    chunks.push_back(step);
                    queue.push_back(step);
                }
                (7..9, true) | (2..6, false) => assert_eq!(chunks.pop_front(), queue.pop_front()),
                _ => assert_eq!(chunks.pop_back(), queue.pop_back()),
            }
            assert_eq!((chunks.len(), chunks.back()), (queue.len(), queue.back()));
            let place = draws.below(queue.len() as u64 + 1) as usize;
            if let Some(value) = queue.get_mut(place) {
                *value += 1_000_000;
            }
            chunks.get_mut(place).into_iter().for_each(|value| *value += 1_000_000);
            assert_eq!(chunks.get(place), queue.get(place));
            if step % 1_000 == 0 {
                earlier.push((chunks.clone(), queue.clone()));
            }
        }
        for (chunks, queue) in earlier {
            assert!(chunks.iter().eq(queue.iter()));
        }
    }

    #[test]
    fn a_place_is_found_by_what_holds_before_it() {
        let mut chunks = Chunks::default();
        (0..3 * CHUNK).for_each(|value| chunks.push_back(value));
        (0..5).for_each(|_| chunks.pop_front().map_or((), drop));
        let places = [0, 5, 6, CHUNK, 3 * CHUNK].map(|least| chunks.partition_point(|value| *value < least));
        assert_eq!(places, [0, 0, 1, CHUNK - 5, 3 * CHUNK - 5]);
    }

    #[test]
    fn a_clone_shares_all_but_the_chunk_that_changes() {
        let mut chunks = Chunks::default();
        (0..10 * CHUNK).for_each(|value| chunks.push_back(value));
        let checkpoint = chunks.clone();
        chunks.push_back(0);
        chunks.pop_back();
        let shared = chunks.chunks.iter().zip(&checkpoint.chunks).filter(|(a, b)| Arc::ptr_eq(a, b));
        assert_eq!(shared.count(), 10);
    }
}
