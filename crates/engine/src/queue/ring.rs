//! The near future: a ring of unsorted buckets.

use super::entry::Entry;

/// Buckets by their number modulo the number of slots. The caller keeps to a window not longer than that.
#[derive(Debug)]
pub(super) struct Ring<E> {
    slots: Vec<Vec<Entry<E>>>,
    /// One bit a slot: whether it holds anything. Empty stretches are skipped 64 slots at a time.
    occupied: Vec<u64>,
    /// Memory of emptied buckets, the latest, which is still in the cache, last.
    spare: Vec<Vec<Entry<E>>>,
}

/// A bucket that grew beyond this and beyond its fellows gives its memory back when it is emptied, so that rare bursts do
/// not in the end leave every slot with room for a burst.
const KEPT: usize = 4_096;

impl<E: Clone> Clone for Ring<E> {
    fn clone(&self) -> Self {
        Ring { slots: self.slots.clone(), occupied: self.occupied.clone(), spare: Vec::new() }
    }
}

impl<E> Ring<E> {
    /// An empty ring; `slots` is a power of two and at least 64, or zero.
    pub(super) fn new(slots: usize) -> Ring<E> {
        Ring {
            slots: std::iter::repeat_with(Vec::new).take(slots).collect(),
            occupied: vec![0; slots / 64],
            spare: Vec::new(),
        }
    }

    fn slot(&self, bucket: u64) -> usize {
        bucket as usize & (self.slots.len() - 1)
    }

    #[inline(always)]
    pub(super) fn push(&mut self, bucket: u64, entry: Entry<E>) {
        let slot = self.slot(bucket);
        let entries = &mut self.slots[slot];
        if entries.is_empty() {
            self.occupied[slot / 64] |= 1 << (slot % 64);
            if let Some(memory) = self.spare.pop() {
                *entries = memory;
            }
        }
        entries.push(entry);
    }

    /// The first bucket from `from` to before `to` that holds anything.
    pub(super) fn first(&self, from: u64, to: u64) -> Option<u64> {
        let mut bucket = from;
        while bucket < to {
            let slot = self.slot(bucket);
            let ahead = self.occupied[slot / 64] >> (slot % 64);
            if ahead != 0 {
                return Some(bucket + u64::from(ahead.trailing_zeros()));
            }
            bucket += 64 - slot as u64 % 64;
        }
        None
    }

    /// Takes out a bucket's entries in exchange for memory that is no longer needed.
    pub(super) fn swap(&mut self, bucket: u64, entries: &mut Vec<Entry<E>>) {
        let slot = self.slot(bucket);
        self.occupied[slot / 64] &= !(1 << (slot % 64));
        let mut memory = std::mem::replace(entries, std::mem::take(&mut self.slots[slot]));
        memory.clear();
        if memory.capacity() > 0 && memory.capacity() <= KEPT.max(8 * entries.len()) {
            self.spare.push(memory);
        }
    }

    /// Moves everything from the buckets `from` to before `to`, in their order.
    pub(super) fn drain_into(&mut self, from: u64, to: u64, all: &mut Vec<Entry<E>>) {
        while let Some(bucket) = self.first(from, to) {
            let slot = self.slot(bucket);
            self.occupied[slot / 64] &= !(1 << (slot % 64));
            all.append(&mut self.slots[slot]);
        }
    }

    /// How many entries fit into the memory that is held.
    #[cfg(test)]
    pub(super) fn room(&self) -> usize {
        self.slots.iter().chain(&self.spare).map(Vec::capacity).sum()
    }
}
