//! The event queue.

use crate::Time;
use std::cmp::Ordering;
use std::collections::BinaryHeap;

/// Events in the order in which they happen: by time, then by the order in which they were pushed.
#[derive(Clone, Debug)]
pub struct Queue<E> {
    heap: BinaryHeap<Entry<E>>,
    sequence: u64,
    now: Time,
}

#[derive(Clone, Debug)]
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
    fn cmp(&self, other: &Self) -> Ordering {
        other.key.cmp(&self.key)
    }
}

impl<E> Default for Queue<E> {
    fn default() -> Self {
        Queue::new()
    }
}

impl<E> Queue<E> {
    /// An empty queue at time zero.
    pub fn new() -> Queue<E> {
        Queue { heap: BinaryHeap::new(), sequence: 0, now: Time::ZERO }
    }

    /// Adds an event and returns its sequence number. A time before [`Queue::now`] is taken as now.
    pub fn push(&mut self, at: Time, event: E) -> u64 {
        let sequence = self.sequence;
        self.sequence += 1;
        let key = u128::from(at.max(self.now).as_nanos()) << 64 | u128::from(sequence);
        self.heap.push(Entry { key, event });
        sequence
    }

    /// Removes the next event; its time becomes [`Queue::now`].
    pub fn pop(&mut self) -> Option<(Time, E)> {
        let entry = self.heap.pop()?;
        self.now = Time::from_nanos((entry.key >> 64) as u64);
        Some((self.now, entry.event))
    }

    /// The time of the next event.
    pub fn peek_time(&mut self) -> Option<Time> {
        self.heap.peek().map(|entry| Time::from_nanos((entry.key >> 64) as u64))
    }

    /// How many events are waiting.
    pub fn len(&self) -> usize {
        self.heap.len()
    }

    /// Whether no event is waiting.
    pub fn is_empty(&self) -> bool {
        self.heap.is_empty()
    }

    /// The time of the event popped last; zero before the first.
    pub fn now(&self) -> Time {
        self.now
    }
}
