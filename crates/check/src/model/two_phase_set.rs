//! A set to which nothing that was removed returns. The cells are those that ever were in it, ascending: twice an element, and one more
//! if it was removed.

use super::row::{Reads, Type};
use crate::typed::{Contents, Verb};

pub(super) static TWO_PHASE_SET: Type = Type {
    name: "two-phase-set",
    verbs: &[Verb::Read, Verb::Add, Verb::Remove],
    reads: Reads::Elements,
    begins_with_some: false,
    begin: |_, _| Vec::new(),
    apply: |cells, act| {
        let place = cells.partition_point(|cell| cell >> 1 < act.number);
        match (cells.get(place).filter(|cell| **cell >> 1 == act.number), act.verb) {
            (Some(cell), Verb::Add) => return cell & 1 == 0,
            (None, Verb::Add) => cells.insert(place, act.number << 1),
            (Some(_), _) => cells[place] |= 1,
            (None, _) => {}
        }
        true
    },
    takes_all: false,
    sums_up: false,
    shows: |cells| Contents::List(cells.iter().filter(|cell| *cell & 1 == 0).map(|cell| cell >> 1).collect()),
};
