//! A write as it is stored, sent and kept.

use engine::Time;
use protocol::{Accepted, Stored, Version, WriteId};
use std::sync::Arc;
use values::Value;

/// A write under its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// The write.
    pub(crate) write: WriteId,
    /// Its stamp: the latest wins.
    pub(crate) version: Version,
    /// What its coordinator would have shown of the key when it accepted it.
    pub(crate) over: Option<Accepted>,
    /// Size of the value, bytes.
    pub(crate) bytes: u32,
    /// The value with this write in it; none where a key holds what was written last.
    pub(crate) value: Option<Arc<Value>>,
}

impl Cell {
    /// What its value comes to.
    pub(crate) fn sum(&self) -> i64 {
        self.value.as_ref().map_or(0, |value| value.show(Time::ZERO).sum())
    }

    pub(crate) fn accepted(&self) -> Accepted {
        Accepted { write: self.write, version: self.version }
    }
}

/// What a read shows of a cell.
pub(crate) fn stored(cell: Option<&Cell>) -> Stored {
    cell.map_or(Stored::default(), |cell| Stored { write: Some(cell.write), version: cell.version, bytes: cell.bytes })
}
