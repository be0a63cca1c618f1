//! The yardstick: a plain binary heap keyed by one number.

use crate::pingstorm::Pending;
use engine::Time;
use std::cmp::Ordering;
use std::collections::BinaryHeap;

/// Events in a `BinaryHeap`, keyed by time × 2⁶⁴ + sequence.
pub struct Heap<E> {
    heap: BinaryHeap<Entry<E>>,
    sequence: u64,
}

struct Entry<E> {
    key: u128,
    event: E,
}

impl<E> PartialEq for Entry<E> {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl<E> Eq for Entry<E> {}

impl<E> PartialOrd for Entry<E> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<E> Ord for Entry<E> {
    /// The earliest is the greatest, which `BinaryHeap` gives first.
    fn cmp(&self, other: &Self) -> Ordering {
        other.key.cmp(&self.key)
    }
}

impl<E> Pending<E> for Heap<E> {
    fn new() -> Self {
        Heap { heap: BinaryHeap::new(), sequence: 0 }
    }

    #[inline]
    fn push(&mut self, at: Time, event: E) {
        self.heap.push(Entry { key: u128::from(at.as_nanos()) << 64 | u128::from(self.sequence), event });
        self.sequence += 1;
    }

    #[inline]
    fn pop(&mut self) -> Option<(Time, E)> {
        let entry = self.heap.pop()?;
        Some((Time::from_nanos((entry.key >> 64) as u64), entry.event))
    }

    fn len(&self) -> usize {
        self.heap.len()
    }
}
