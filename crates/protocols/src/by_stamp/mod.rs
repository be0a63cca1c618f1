//! Data by key, of which the write with the latest stamp counts (last writer wins, D1): what protocols without a leader store.

mod cell;
mod cells;

pub(crate) use cell::{Cell, stored};
pub(crate) use cells::{Cells, ignore};
