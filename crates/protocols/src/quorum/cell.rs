//! A write as it is stored, sent and kept.

use protocol::{Stored, Version, WriteId};

/// A write under its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell {
    pub(super) write: WriteId,
    /// Its stamp: the latest wins.
    pub(super) version: Version,
    /// What its coordinator knew of the key when it accepted it.
    pub(super) over: Version,
    /// Size of the value, bytes.
    pub(super) bytes: u32,
}

/// What a read shows of a cell.
pub(super) fn stored(cell: Option<Cell>) -> Stored {
    cell.map_or(Stored::default(), |cell| Stored { write: Some(cell.write), version: cell.version, bytes: cell.bytes })
}
