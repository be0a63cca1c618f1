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
    let loads = [
        ("distinct values, valid", Load { ..base }),
        ("distinct values, violating", Load { stale: true, ..base }),
        ("distinct values, cas and unknown, valid", Load { cas_percent: 10, unknown_percent: 5, ..base }),
        ("5 values, valid", Load { distinct: Some(5), ..base }),
        ("5 values, violating", Load { distinct: Some(5), stale: true, ..base }),
        ("5 values, 1 % unknown, valid", Load { distinct: Some(5), unknown_percent: 1, ..base }),
        ("5 values, 1 % unknown, violating", Load { distinct: Some(5), unknown_percent: 1, stale: true, ..base }),
        ("5 values, cas, valid", Load { distinct: Some(5), cas_percent: 25, ..base }),
        ("5 values, cas, violating", Load { distinct: Some(5), cas_percent: 25, stale: true, ..base }),
        ("5 values, cas, 1 % unknown, valid", Load { distinct: Some(5), cas_percent: 25, unknown_percent: 1, ..base }),
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
