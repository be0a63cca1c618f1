//! What a replica stores: of each key the write with the latest stamp.

use super::cell::{Cell, stored};
use engine::Time;
use protocol::{Accepted, Effects, Fact, Key, Stored, Version};
use values::{Kind, Value};

/// All keys of a replica.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cells {
    by_key: Vec<Option<Cell>>,
    /// The latest stamp of all.
    last: Version,
    /// What all values come to, where keys hold more than what was written last.
    sum: i64,
    /// What one comes to before its first change.
    each: i64,
}

impl Cells {
    pub(crate) fn new(keys: u32, kind: &Kind) -> Cells {
        let each = Value::new(kind).show(Time::ZERO).sum();
        Cells { by_key: vec![None; keys as usize], last: Version::NONE, sum: each * i64::from(keys), each }
    }

    pub(crate) fn get(&self, key: Key) -> Option<Cell> {
        self.by_key.get(key.0 as usize)?.clone()
    }

    /// What all values come to.
    pub(crate) fn sum(&self) -> i64 {
        self.sum
    }

    pub(crate) fn last(&self) -> Version {
        self.last
    }

    pub(crate) fn stored(&self, key: Key) -> Stored {
        stored(self.get(key).as_ref())
    }

    /// Every key that was ever written.
    pub(crate) fn all(&self) -> impl Iterator<Item = (Key, Cell)> {
        (0..).map(Key).zip(&self.by_key).filter_map(|(key, cell)| Some((key, cell.clone()?)))
    }

    /// Store a write, if it is later than what is there. Returns whether it is stored. Whether
    /// who made one of the two knew the other cannot be told here.
    pub(crate) fn put<M, T>(&mut self, key: Key, cell: Cell, effects: &mut Effects<M, T>) -> bool {
        let Some(place) = self.by_key.get_mut(key.0 as usize) else { return false };
        let Cell { write, version, over, .. } = cell;
        match place.as_ref().map(Cell::accepted) {
            Some(kept) if kept.version >= version => {
                ignore(key, &cell, kept, effects);
                false
            }
            _ => {
                self.sum += cell.sum() - place.as_ref().map_or(self.each, Cell::sum);
                *place = Some(cell);
                self.last = self.last.max(version);
                effects.note(Fact::Stored { write, key, version, over });
                true
            }
        }
    }
}

/// Say that a write is not stored because of another, if it is another.
pub(crate) fn ignore<M, T>(key: Key, cell: &Cell, kept: Accepted, effects: &mut Effects<M, T>) {
    let Cell { write, version, over, .. } = *cell;
    if kept.version != version {
        effects.note(Fact::Ignored { write, key, version, over, kept });
    }
}
