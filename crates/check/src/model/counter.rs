//! A number that is added to.

use super::row::{Reads, Type};
use crate::typed::{Contents, Verb};

const ROW: Type = Type {
    name: "counter",
    verbs: &[Verb::Read, Verb::Add],
    reads: Reads::Number,
    begins_with_some: true,
    begin: |number, _| vec![number],
    apply: |cells, act| {
        cells[0] = cells[0].saturating_add(act.number);
        true
    },
    takes_all: true,
    sums_up: true,
    shows: |cells| Contents::Number(cells[0]),
};

pub(super) static COUNTER: Type = ROW;

/// One that does not go below zero.
pub(super) static MAX_COUNTER: Type = Type {
    name: "max-counter",
    apply: |cells, act| {
        cells[0] = cells[0].saturating_add(act.number).max(0);
        true
    },
    sums_up: false,
    ..ROW
};
