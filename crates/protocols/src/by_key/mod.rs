//! Data by key: what protocols without a leader store. Of two copies of a key that came about apart the one with the later stamp stays (last writer
//! wins, D1), or they are merged, as the type of value says (D4, D5).

mod cell;
mod cells;

pub(crate) use cell::{Cell, Held, stored};
pub(crate) use cells::{Cells, ignore};
