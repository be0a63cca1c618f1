//! A write as it is stored, sent and kept.

use protocol::{Accepted, Stored, Version, WriteId};

/// A write under its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell {
    /// The write.
    pub(crate) write: WriteId,
    /// Its stamp: the latest wins.
    pub(crate) version: Version,
    /// What its coordinator would have shown of the key when it accepted it.
    pub(crate) over: Option<Accepted>,
    /// Size of the value, bytes.
    pub(crate) bytes: u32,
}

impl Cell {
    pub(crate) fn accepted(&self) -> Accepted {
        Accepted { write: self.write, version: self.version }
    }
}

/// What a read shows of a cell.
pub(crate) fn stored(cell: Option<Cell>) -> Stored {
    cell.map_or(Stored::default(), |cell| Stored { write: Some(cell.write), version: cell.version, bytes: cell.bytes })
}
