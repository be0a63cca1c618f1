//! What a replica stores: of each key the write with the latest stamp.

use super::cell::{Cell, stored};
use protocol::{Effects, Fact, Key, Stored, Version};

/// All keys of a replica.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cells {
    by_key: Vec<Option<Cell>>,
    /// The latest stamp of all.
    last: Version,
}

impl Cells {
    pub(crate) fn new(keys: u32) -> Cells {
        Cells { by_key: vec![None; keys as usize], last: Version::NONE }
    }

    pub(crate) fn get(&self, key: Key) -> Option<Cell> {
        self.by_key.get(key.0 as usize).copied().flatten()
    }

    pub(crate) fn last(&self) -> Version {
        self.last
    }

    pub(crate) fn stored(&self, key: Key) -> Stored {
        stored(self.get(key))
    }

    /// Every key that was ever written.
    pub(crate) fn all(&self) -> impl Iterator<Item = (Key, Cell)> {
        (0..).map(Key).zip(&self.by_key).filter_map(|(key, cell)| Some((key, (*cell)?)))
    }

    /// Store a write, if it is later than what is there. What is thrown away without having been known is said. Returns whether
    /// it is stored.
    pub(crate) fn put<M, T>(&mut self, key: Key, cell: Cell, effects: &mut Effects<M, T>) -> bool {
        let Some(place) = self.by_key.get_mut(key.0 as usize) else { return false };
        let held = *place;
        let later = held.is_none_or(|held| cell.version > held.version);
        if later {
            *place = Some(cell);
            self.last = self.last.max(cell.version);
            effects.note(Fact::Stored { write: cell.write, key, version: cell.version });
        }
        // A write that was executed twice is not thrown away for itself.
        let Some(held) = held.filter(|held| held.write != cell.write) else { return later };
        let (dropped, kept) = if later { (held, cell) } else { (cell, held) };
        // By the order of stamps who knew a later write of a key knew what was before it.
        if dropped.version > kept.over {
            let knew = dropped.over >= kept.version;
            effects.note(Fact::Discarded { key, write: dropped.write, kept: kept.write, knew });
        }
        later
    }
}
