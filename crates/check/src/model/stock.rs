//! Units on a shelf that are sold, held back and restocked. The cells are how many are left, how many are sold, and of each hold when it may run out, its operation, who
//! holds and how many, those that run out first before others.

use super::row::{Act, Cells, Reads, Type};
use crate::typed::{Contents, Verb};

pub(super) static STOCK: Type = Type {
    name: "stock",
    verbs: &[Verb::Read, Verb::Sell, Verb::Reserve, Verb::Commit, Verb::Release, Verb::Restock],
    reads: Reads::Stock,
    begins_with_some: true,
    begin: |units| vec![units, 0],
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
            cells[1] = cells[1].saturating_add(amount);
        }
        Verb::Reserve => {
            cells[0] -= amount;
            let earlier = |hold: &&[i64]| (hold[0], hold[1]) < (act.until, act.hold);
            let at = HOLDS + cells[HOLDS..].chunks(HOLD).take_while(earlier).count() * HOLD;
            cells.splice(at..at, [act.until, act.hold, act.who, amount]);
        }
        // Nothing runs out before it is taken.
        Verb::Expire => {
            let is_it = |hold: &[i64]| hold[1] == act.hold && (hold[3] == amount || hold[2] == NOBODY);
            let Some(at) = find(cells, is_it) else { return false };
            let held = cells.drain(at..at + HOLD).next_back().unwrap_or(0);
            cells[0] = cells[0].saturating_add(held);
        }
        // Sold or given back. What would have run out does so yet, of nothing.
        _ => {
            let Some(at) = find(cells, |hold| hold[2] == act.who) else { return false };
            let held = cells[at + 3];
            if cells[at] == i64::MAX {
                cells.drain(at..at + HOLD);
            } else {
                (cells[at + 2], cells[at + 3]) = (NOBODY, 0);
            }
            let to = &mut cells[usize::from(act.verb == Verb::Commit)];
            *to = to.saturating_add(held);
        }
    }
    true
}

/// Whose a hold is that was sold or given back.
const NOBODY: i64 = -2;

/// Where the first such hold stands.
fn find(cells: &Cells, is_it: impl Fn(&[i64]) -> bool) -> Option<usize> {
    Some(HOLDS + cells[HOLDS..].chunks(HOLD).position(is_it)? * HOLD)
}
