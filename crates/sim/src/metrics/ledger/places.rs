//! Numbers of hints; places in a list that only grows, and where in it each write stands first: for books that forget none.

use engine::Chunks;
use protocol::NodeId;
use std::num::NonZeroU32;

/// Under which number a hint stands among all of them: those of a key beside each other.
pub(super) fn hint_of(key: u32, region: u16, NodeId(to): NodeId) -> u64 {
    u64::from(key) << 32 | u64::from(region) << 16 | u64::from(to)
}

/// Of which key a hint is, and in which region.
pub(super) fn of_hint(number: u64) -> (u32, u16) {
    ((number >> 32) as u32, (number >> 16) as u16)
}

/// A place in a list, counted from 1, so that none takes no room. A run that has four billion finds no room for its books before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place(NonZeroU32);

impl Place {
    /// Of the last in a list of so many, at least one.
    pub(super) fn last_of(len: usize) -> Place {
        Place(NonZeroU32::MIN.saturating_add((len as u32).saturating_sub(1)))
    }

    /// Counted from 0.
    pub(super) fn index(self) -> usize {
        self.0.get() as usize - 1
    }
}

/// By number of the write, also of other datasets' writes: its first place.
#[derive(Clone, Debug, Default)]
pub(super) struct Firsts(Chunks<Option<Place>>);

impl Firsts {
    pub(super) fn get(&self, write: u64) -> Option<Place> {
        *self.0.get(usize::try_from(write).ok()?)?
    }

    pub(super) fn set(&mut self, write: u64, place: Place) {
        while self.0.len() as u64 <= write {
            self.0.push_back(None);
        }
        self.0.get_mut(write as usize).into_iter().for_each(|first| *first = Some(place));
    }
}
