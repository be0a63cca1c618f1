//! A name that one may have. The cell is who has it, counted from 1; 0 is nobody.

use super::row::{Reads, Type};
use crate::typed::{Contents, Verb};

pub(super) static NAME: Type = Type {
    name: "name",
    verbs: &[Verb::Read, Verb::Claim, Verb::Cede],
    reads: Reads::Holder,
    begins_with_some: false,
    begin: |_, _| vec![0],
    apply: |cells, act| {
        let (free, own) = (0, act.who.saturating_add(1));
        let (before, after) = if act.verb == Verb::Claim { (free, own) } else { (own, free) };
        let fits = cells[0] == before;
        if fits {
            cells[0] = after;
        }
        fits
    },
    takes_all: false,
    sums_up: false,
    shows: |cells| if cells[0] == 0 { Contents::Nothing } else { Contents::Number(cells[0] - 1) },
};
