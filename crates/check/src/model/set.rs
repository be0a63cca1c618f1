//! Elements that come and go. The cells are those that are there, ascending.

use super::row::{Reads, Type};
use crate::typed::{Contents, Verb};

const ROW: Type = Type {
    name: "set",
    verbs: &[Verb::Read, Verb::Add, Verb::Remove],
    reads: Reads::Elements,
    begins_with_some: false,
    begin: |_, _| Vec::new(),
    apply: |cells, act| {
        match (cells.binary_search(&act.number), act.verb) {
            (Err(place), Verb::Add) => cells.insert(place, act.number),
            (Ok(place), Verb::Remove) => _ = cells.remove(place),
            _ => {}
        }
        true
    },
    takes_all: true,
    sums_up: false,
    shows: |cells| Contents::List(cells.to_vec()),
};

pub(super) static SET: Type = ROW;

/// One after the other, what is put in and taken out of a cart is a set.
pub(super) static CART: Type = Type { name: "cart", ..ROW };
