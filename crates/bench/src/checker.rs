//! How long the checker takes for 10 000 operations of 20 concurrent clients on one key. `crates/check/examples/speed.rs` shows more
//! kinds of history.

use crate::budget::Budget;
use crate::{Clock, ROUNDS, median};
use check::linearizable_register;

#[path = "../../check/tests/load/mod.rs"]
mod load;

use load::{Load, history};

/// Measures and prints; what must hold of it.
pub fn bench() -> Vec<Budget> {
    let base = Load { operations: 10_000, seed: 7, ..Load::default() };
    let repeated = Load { distinct: Some(100), ..base };
    let loads = [
        ("all values differ", base),
        ("all values differ, violated", Load { stale: true, ..base }),
        ("100 values", repeated),
        ("100 values, 25 % cas", Load { cas_percent: 25, ..repeated }),
    ];
    let mut budgets = Vec::new();
    for (name, load) in loads {
        let history = history(load);
        let round = |_| {
            let clock = Clock::start();
            assert_eq!(linearizable_register(&history)[&0].holds(), !load.stale, "{name}");
            clock.seconds()
        };
        let seconds = median((0..ROUNDS).map(round).collect());
        budgets.push(Budget::below(1.0, format!("checker, {name}, {}s", Clock::UNIT), seconds));
    }
    budgets
}
