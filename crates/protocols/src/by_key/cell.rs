//! A write as it is stored, sent and kept.

use engine::Time;
use protocol::{Accepted, Stored, Version, WriteId};
use std::sync::Arc;
use values::{Kind, Past, Value};

/// A copy of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// The write that made it; of a merged one the latest in it.
    pub(crate) write: WriteId,
    /// Its stamp: the latest wins. Merged copies are stamped by whoever merges them, each time anew.
    pub(crate) version: Version,
    /// What its coordinator would have shown of the key when it accepted it; none where copies are merged.
    pub(crate) over: Option<Accepted>,
    /// Size of the value, bytes.
    pub(crate) bytes: u32,
    /// The value with this write in it; none where a key holds what was written last.
    pub(crate) held: Option<Arc<Held>>,
}

/// A value that is more than what was written last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Held {
    pub(crate) value: Value,
    /// Which changes are in it; of none where the later stamp wins.
    pub(crate) past: Past,
}

impl Held {
    /// What a key holds before its first change.
    pub(crate) fn new(kind: &Kind) -> Held {
        Held { value: Value::new(kind), past: Past::default() }
    }

    /// Takes in what another copy knows.
    pub(crate) fn merge(&mut self, other: &Held) {
        self.value.merge(&other.value);
        self.past.merge(&other.past);
    }

    /// What it would weigh if it were sent, bytes.
    pub(crate) fn bytes(&self) -> u32 {
        self.value.bytes() + self.past.bytes()
    }
}

impl Cell {
    /// What its value comes to.
    pub(crate) fn sum(&self) -> i64 {
        self.held.as_ref().map_or(0, |held| held.value.show(Time::ZERO).sum())
    }

    pub(crate) fn accepted(&self) -> Accepted {
        Accepted { write: self.write, version: self.version }
    }
}

/// What a read shows of a cell.
pub(crate) fn stored(cell: Option<&Cell>) -> Stored {
    cell.map_or(Stored::default(), |cell| Stored { write: Some(cell.write), version: cell.version, bytes: cell.bytes })
}
