//! What keys hold in a plan, and what users do to it.

use crate::plan::Line;
use engine::Stream;
use values::Kind;

/// A type, what it begins with, and changes as requests make them.
struct Typed {
    id: &'static str,
    initial: Option<u32>,
    steps: &'static [&'static str],
}

const REGISTER: Typed = Typed { id: "register", initial: None, steps: &["write orders"] };

/// A register of which keys are deleted as well.
const DELETED: Typed = Typed { id: "register", initial: None, steps: &["write orders", "delete orders"] };

/// There is enough of a stock for some, so that others are declined.
const TYPES: &[Typed] = &[
    Typed { id: "counter", initial: None, steps: &["add 3 orders", "add -1 orders"] },
    // What it takes back it may forget.
    Typed { id: "max-counter", initial: None, steps: &["add 3 orders"] },
    Typed { id: "set", initial: None, steps: &["add 7 orders", "remove 7 orders"] },
    Typed { id: "two-phase-set", initial: None, steps: &["add 7 orders", "remove 7 orders"] },
    Typed { id: "cart", initial: None, steps: &["add 7 orders", "remove 7 orders"] },
    Typed { id: "stock", initial: Some(9), steps: &["sell 2 orders", "restock 1 orders"] },
    Typed { id: "stock", initial: Some(9), steps: &["reserve 2 orders for 5s", "release orders"] },
    Typed { id: "account", initial: Some(9), steps: &["withdraw 2 orders", "deposit 1 orders"] },
    Typed { id: "name", initial: None, steps: &["claim orders", "cede orders"] },
    Typed { id: "feed", initial: None, steps: &["post orders"] },
    Typed { id: "ledger", initial: Some(9), steps: &["transfer 2 orders from 1", "transfer 3 orders"] },
];

/// What keys hold: as its protocol is told, the lines of the dataset, and the steps that change it, the first of which is always taken.
pub(crate) struct Drawn {
    pub(crate) kind: Kind,
    pub(crate) lines: Vec<Line>,
    pub(crate) steps: &'static [&'static str],
}

/// Draw what keys hold: half of the time no more than what was written last.
pub(crate) fn draw(seed: u64, typed: bool) -> Drawn {
    let mut stream = Stream::named(seed, "type", 0);
    let plain = !typed || stream.below(2) == 0;
    let deleted = Stream::named(seed, "deletions", 0).below(3) == 0;
    let typed = match (plain, deleted) {
        (true, true) => &DELETED,
        (true, false) => &REGISTER,
        _ => &TYPES[stream.below(TYPES.len() as u64) as usize],
    };
    let mut lines = Vec::new();
    if !plain {
        lines.push(Line::must("type", format!("\"{}\"", typed.id)));
    }
    lines.extend(typed.initial.map(|initial| Line::must("initial", initial.to_string())));
    let initial = typed.initial.unwrap_or(0) as i32;
    Drawn { kind: Kind::beginning_with(typed.id, initial).unwrap_or(Kind::Register), lines, steps: typed.steps }
}
