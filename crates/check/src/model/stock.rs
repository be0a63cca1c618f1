//! Units on a shelf that are sold, held back and restocked. The cells are how many are left, how many are sold, and of each hold when it may run out, its operation, who
//! holds and how many, those that run out first before others.

use super::row::{Act, Cells, Reads, Type};
use crate::typed::{Contents, Verb};

pub(super) static STOCK: Type = Type {
    name: "stock",
    verbs: &[Verb::Read, Verb::Sell, Verb::Reserve, Verb::Commit, Verb::Release, Verb::Restock],
    reads: Reads::Stock,
    begins_with_some: true,
    begin: |units, _| vec![units, 0],
    apply,
    takes_all: false,
    sums_up: false,
    shows: |cells| {
        let held = cells[HOLDS..].chunks(HOLD).map(|hold| hold[3]).sum();
        Contents::Stock { left: cells[0], held, sold: cells[1] }
    },
};

/// Where the holds begin, and how many cells one has.
const HOLDS: usize = 2;
const HOLD: usize = 4;

fn apply(cells: &mut Cells, act: &Act) -> bool {
    let amount = act.number;
    match act.verb {
        Verb::Restock => cells[0] = cells[0].saturating_add(amount),
        Verb::Sell | Verb::Reserve if cells[0] < amount => return false,
        Verb::Sell => {
            cells[0] -= amount;
            cells[1] += amount;
        }
        Verb::Reserve => {
            cells[0] -= amount;
            let earlier = |hold: &&[i64]| (hold[0], hold[1]) < (act.until, act.hold);
            let at = HOLDS + cells[HOLDS..].chunks(HOLD).take_while(earlier).count() * HOLD;
            cells.splice(at..at, [act.until, act.hold, act.who, amount]);
        }
        Verb::Expire => {
            if let Some(amount) = end(cells, |hold| (hold[1], hold[3]) == (act.hold, amount)) {
                cells[0] += amount;
            }
        }
        // Sold or given back.
        _ => {
            let Some(amount) = end(cells, |hold| hold[2] == act.who) else { return false };
            cells[usize::from(act.verb == Verb::Commit)] += amount;
        }
    }
    true
}

/// Ends the first such hold, and says how many it held.
fn end(cells: &mut Cells, is_it: impl Fn(&[i64]) -> bool) -> Option<i64> {
    let at = HOLDS + cells[HOLDS..].chunks(HOLD).position(is_it)? * HOLD;
    cells.drain(at..at + HOLD).next_back()
}
