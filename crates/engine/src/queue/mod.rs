//! The event queue: events in the total order (time, order of pushing).
//!
//! ```text
//!            opened      ring: unsorted buckets of equal width            far: one bag per `buckets` widths
//!  past  |   sorted    | . | . . | | .. | . |  …  between N and 2N of them |   . . .   |   . .   | …
//!        now      first unopened                                         limit
//! ```
//! Only the bucket whose time has come is sorted; a push anywhere later is an append. What is pushed into a time that was
//! opened already goes to a small heap, `early`. A short queue is all `early`: its one opened bucket is all of time. The
//! width of a bucket follows the rate of events, see `tuning.rs`.
//!
//! Events of the same time are always in the same place, in the order they were pushed: a bag is emptied into the ring before
//! anything can be pushed there directly, and what was opened comes before what is early. So only `early` stores sequence
//! numbers.

mod entry;
mod far;
mod ring;
mod tuning;

use crate::Time;
use entry::Entry;
use far::Far;
use ring::Ring;
use std::cmp::Ordering;
use std::collections::BinaryHeap;
use tuning::{FLAT_ABOVE, Load, Shape, Tuning};

/// Events in the order in which they happen: by time, then by the order in which they were pushed.
///
/// Pushing and popping take constant time on average, however many events there are. A clone takes one copy of the events.
#[derive(Clone, Debug)]
pub struct Queue<E> {
    opened: Opened<E>,
    early: BinaryHeap<Early<E>>,
    ring: Ring<E>,
    far: Far<E>,
    shape: Shape,
    /// The first bucket that was not opened yet, and the first that has no place in the ring. In units of the width.
    unopened: u64,
    limit: u64,
    tuning: Tuning,
    now: u64,
    len: usize,
    /// How many events were ever pushed.
    pushed: u64,
}

/// The bucket that is being emptied.
#[derive(Clone, Debug)]
struct Opened<E> {
    /// The time at which the bucket begins.
    start: u64,
    /// Time after the start, then index of the entry, packed 32 bits each and sorted: sorting words is several times faster
    /// than sorting entries.
    order: Vec<u64>,
    /// How many were popped.
    next: usize,
    entries: Vec<Entry<E>>,
}

/// An event that was pushed into a time that was opened already.
#[derive(Clone, Debug)]
struct Early<E> {
    at: u64,
    sequence: u64,
    event: E,
}

impl<E> PartialEq for Early<E> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl<E> Eq for Early<E> {}

impl<E> PartialOrd for Early<E> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<E> Ord for Early<E> {
    /// The earliest is the greatest, which a `BinaryHeap` gives first.
    fn cmp(&self, other: &Self) -> Ordering {
        (other.at, other.sequence).cmp(&(self.at, self.sequence))
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
        Queue {
            opened: Opened::default(),
            early: BinaryHeap::new(),
            ring: Ring::new(0),
            far: Far::default(),
            shape: Shape::FLAT,
            unopened: Shape::FLAT.end(),
            limit: Shape::FLAT.end(),
            tuning: Tuning::default(),
            now: 0,
            len: 0,
            pushed: 0,
        }
    }

    /// Adds an event and returns its sequence number. A time before [`Queue::now`] is taken as now.
    #[inline]
    pub fn push(&mut self, at: Time, event: E) -> u64 {
        let at = at.as_nanos().max(self.now);
        let sequence = self.pushed;
        self.pushed += 1;
        self.len += 1;
        self.tuning.note(at - self.now);
        let bucket = self.shape.bucket(at);
        if bucket < self.unopened {
            self.early.push(Early { at, sequence, event });
            if self.early.len() > FLAT_ABOVE && (self.shape == Shape::FLAT || self.tuning.due(self.load())) {
                self.retune();
            }
        } else {
            self.place(bucket, Entry { at, event: Some(event) });
        }
        sequence
    }

    /// Removes the next event; its time becomes [`Queue::now`].
    #[inline]
    pub fn pop(&mut self) -> Option<(Time, E)> {
        if self.opened.is_empty() && self.early.is_empty() {
            self.open_next();
        }
        let opened = self.opened.next_at();
        // Of the same time, what was opened was pushed before what is early.
        let (at, event) = match self.early.peek() {
            Some(early) if opened.is_none_or(|at| early.at < at) => {
                let early = self.early.pop()?;
                (early.at, early.event)
            }
            _ => (opened?, self.opened.take()?),
        };
        self.now = at;
        self.len -= 1;
        Some((Time::from_nanos(at), event))
    }

    /// The time of the next event.
    #[inline]
    pub fn peek_time(&mut self) -> Option<Time> {
        if self.opened.is_empty() && self.early.is_empty() {
            self.open_next();
        }
        let at = match (self.opened.next_at(), self.early.peek()) {
            (Some(opened), Some(early)) => opened.min(early.at),
            (Some(opened), None) => opened,
            (None, early) => early?.at,
        };
        Some(Time::from_nanos(at))
    }

    /// How many events are waiting.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether no event is waiting.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The time of the event popped last; zero before the first.
    pub fn now(&self) -> Time {
        Time::from_nanos(self.now)
    }

    /// Puts an entry of an unopened bucket where it belongs.
    #[inline]
    fn place(&mut self, bucket: u64, entry: Entry<E>) {
        if bucket < self.limit {
            self.ring.push(bucket, entry);
        } else {
            self.far.push(bucket >> self.shape.buckets_log2, entry);
        }
    }

    /// Opens the next bucket that has events, if there is one.
    #[cold]
    fn open_next(&mut self) {
        if self.tuning.due(self.load()) {
            self.retune();
        }
        while self.len > 0 {
            if let Some(bucket) = self.ring.first(self.unopened, self.limit) {
                self.unopened = bucket + 1;
                self.opened.open(bucket << self.shape.width_log2, &mut self.ring, bucket);
                self.extend();
                return;
            }
            let Some(bag) = self.far.first() else { return };
            self.unopened = bag << self.shape.buckets_log2;
            self.limit = self.unopened;
            self.extend();
        }
    }

    /// Moves bags into the ring until it reaches more than one turn ahead.
    fn extend(&mut self) {
        let turn = 1 << self.shape.buckets_log2;
        while self.limit - self.unopened <= turn {
            for entry in self.far.take(self.limit >> self.shape.buckets_log2) {
                self.ring.push(self.shape.bucket(entry.at), entry);
            }
            self.limit += turn;
        }
    }

    fn load(&self) -> Load {
        Load { len: self.len, pushed: self.pushed, now: self.now }
    }

    /// Looks at the load since the last time and rebuilds the queue if another width would suit it much better.
    #[cold]
    fn retune(&mut self) {
        let shape = self.tuning.shape(self.load(), self.shape);
        if shape != self.shape {
            self.rebuild(shape);
        }
    }

    /// Moves every event into a queue of another shape.
    fn rebuild(&mut self, shape: Shape) {
        let mut entries = Vec::with_capacity(self.len);
        self.opened.drain_into(&mut entries);
        let early = std::mem::take(&mut self.early).into_sorted_vec();
        entries.extend(early.into_iter().rev().map(|early| Entry { at: early.at, event: Some(early.event) }));
        self.ring.drain_into(self.unopened, self.limit, &mut entries);
        self.far.drain_into(&mut entries);

        self.shape = shape;
        self.ring = Ring::new(shape.slots());
        if shape == Shape::FLAT {
            (self.unopened, self.limit) = (Shape::FLAT.end(), Shape::FLAT.end());
            // Fewer events than were ever pushed, so these numbers are below those of pushes to come.
            let early = entries
                .into_iter()
                .zip(0..)
                .filter_map(|(entry, sequence)| entry.event.map(|event| Early { at: entry.at, sequence, event }));
            self.early = early.collect();
            return;
        }
        self.unopened = shape.bucket(self.now);
        self.limit = ((self.unopened >> shape.buckets_log2) + 1) << shape.buckets_log2;
        self.extend();
        for entry in entries {
            self.place(shape.bucket(entry.at), entry);
        }
    }
}

impl<E> Default for Opened<E> {
    fn default() -> Self {
        Opened { start: 0, order: Vec::new(), next: 0, entries: Vec::new() }
    }
}

impl<E> Opened<E> {
    #[inline]
    fn is_empty(&self) -> bool {
        self.next == self.order.len()
    }

    #[inline]
    fn next_at(&self) -> Option<u64> {
        self.order.get(self.next).map(|key| self.start + (key >> 32))
    }

    #[inline]
    fn take(&mut self) -> Option<E> {
        let index = *self.order.get(self.next)? as u32;
        self.next += 1;
        self.entries[index as usize].event.take()
    }

    /// Takes over a bucket of the ring and sorts it.
    fn open(&mut self, start: u64, ring: &mut Ring<E>, bucket: u64) {
        self.start = start;
        self.next = 0;
        ring.swap(bucket, &mut self.entries);
        self.order.clear();
        self.order.extend(self.entries.iter().zip(0..).map(|(entry, index)| (entry.at - start) << 32 | index));
        self.order.sort_unstable();
    }

    fn drain_into(&mut self, all: &mut Vec<Entry<E>>) {
        while let Some(at) = self.next_at() {
            let event = self.take();
            all.push(Entry { at, event });
        }
    }
}

#[cfg(test)]
mod tests;
