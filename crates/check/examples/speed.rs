//! How long it takes to decide 10 000 operations of 20 concurrent clients on one key.
//!
//! `cargo run --release -p check --example speed`
#![expect(clippy::disallowed_methods, reason = "a benchmark measures the wall clock")]

use std::time::Instant;

use check::{Verdict, linearizable_register};

#[path = "../tests/load/mod.rs"]
mod load;

use load::{Load, history};

fn main() {
    let base = Load { operations: 10_000, seed: 7, ..Load::default() };
    let (five, many) = (Load { distinct: Some(5), ..base }, Load { distinct: Some(100), ..base });
    let loads = [
        ("distinct values", base),
        ("distinct values, violating", Load { stale: true, ..base }),
        ("distinct values, 10 % cas, 5 % unknown", Load { cas_percent: 10, unknown_percent: 5, ..base }),
        ("5 values", five),
        ("5 values, 1 % unknown", Load { unknown_percent: 1, ..five }),
        ("5 values, 25 % cas", Load { cas_percent: 25, ..five }),
        ("5 values, 25 % cas, 1 % unknown", Load { cas_percent: 25, unknown_percent: 1, ..five }),
        ("100 values", many),
        ("100 values, violating", Load { stale: true, ..many }),
        ("100 values, 25 % cas", Load { cas_percent: 25, ..many }),
        ("100 values, 25 % cas, violating", Load { cas_percent: 25, stale: true, ..many }),
    ];
    for (name, load) in loads {
        let history = history(load);
        let begun = Instant::now();
        let verdicts = linearizable_register(&history);
        let took = begun.elapsed();
        let verdict = match &verdicts[&0] {
            Verdict::Holds => "holds".to_string(),
            Verdict::Violated(witness) => {
                format!("violated, {} operations: {}", witness.operations.len(), witness.explanation)
            }
            Verdict::Undecided { reason } => format!("undecided: {reason}"),
        };
        println!("{:45} {:8.1} ms  {verdict}", name, took.as_secs_f64() * 1e3);
    }
}
