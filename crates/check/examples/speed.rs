//! How long it takes to decide 10 000 operations of 20 concurrent clients on one key.
//!
//! `cargo run --release -p check --example speed`
#![expect(clippy::disallowed_methods, reason = "a benchmark measures the wall clock")]

use std::time::Instant;

use check::{Call, History, Operation, Verdict, linearizable_register};

const OPERATIONS: u64 = 10_000;
const CLIENTS: u64 = 20;

/// A small generator, so that the histories are the same on every machine (Steele, Lea & Flood, "SplitMix64", 2014).
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound
    }
}

/// What the clients do.
#[derive(Clone, Copy)]
struct Load {
    name: &'static str,
    /// Values are 0..distinct; none: each write leaves its own number.
    distinct: Option<u64>,
    cas_percent: u64,
    /// Writes whose outcome stays unknown; half of them take effect.
    unknown_percent: u64,
    /// A read in the middle answers with something that was overwritten long before.
    stale: bool,
}

/// A linearizable history: each operation takes effect at a random instant while it is pending.
fn history(load: Load) -> History {
    let mut random = Random(7);
    let mut points: Vec<(u64, u64, u64)> = Vec::new(); // (effect, invoked, completed)
    for client in 0..CLIENTS {
        let mut now = random.below(100);
        for _ in 0..OPERATIONS / CLIENTS {
            let (wait, work) = (1 + random.below(20), 1 + random.below(1000));
            let invoked = now + wait;
            let effect = invoked + random.below(work + 1);
            points.push((effect * 64 + client, invoked * 64 + client, (invoked + work) * 64 + client));
            now = invoked + work + 1;
        }
    }
    points.sort_unstable();
    let mut value = None;
    let mut old = None;
    let mut operations = Vec::new();
    for (id, (_, invoked, completed)) in points.into_iter().enumerate() {
        let id = id as u64;
        let mut completed = Some(completed);
        let new = load.distinct.map_or(id, |distinct| random.below(distinct));
        let draw = random.below(100);
        let call = match value {
            Some(from) if draw < load.cas_percent => Call::Cas { from, to: new },
            _ if draw < 50 => Call::Write { value: new },
            _ => Call::Read { value },
        };
        let unknown = !matches!(call, Call::Read { .. }) && random.below(100) < load.unknown_percent;
        let mut call = call;
        match call {
            Call::Write { value: new } | Call::Cas { to: new, .. } if !unknown || random.below(2) == 0 => {
                value = Some(new)
            }
            _ => {}
        }
        if unknown {
            completed = None;
        }
        if id == OPERATIONS / 4 {
            old = value;
        }
        if load.stale && id > OPERATIONS / 2 && matches!(call, Call::Read { .. }) && old.is_some() {
            call = Call::Read { value: if load.distinct.is_some() { Some(99) } else { old } };
            old = None;
        }
        operations.push(Operation { id, process: invoked % 64, key: 0, call, invoked, completed });
    }
    History::new(operations)
}

fn main() {
    let base = Load { name: "", distinct: None, cas_percent: 0, unknown_percent: 0, stale: false };
    let loads = [
        Load { name: "distinct values, valid", ..base },
        Load { name: "distinct values, violating", stale: true, ..base },
        Load { name: "distinct values, cas and unknown, valid", cas_percent: 10, unknown_percent: 5, ..base },
        Load { name: "5 values, valid", distinct: Some(5), ..base },
        Load { name: "5 values, violating", distinct: Some(5), stale: true, ..base },
        Load { name: "5 values, 1 % unknown, valid", distinct: Some(5), unknown_percent: 1, ..base },
        Load { name: "5 values, 1 % unknown, violating", distinct: Some(5), unknown_percent: 1, stale: true, ..base },
        Load { name: "5 values, cas, valid", distinct: Some(5), cas_percent: 25, ..base },
        Load { name: "5 values, cas, violating", distinct: Some(5), cas_percent: 25, stale: true, ..base },
        Load {
            name: "5 values, cas, 1 % unknown, valid",
            distinct: Some(5),
            cas_percent: 25,
            unknown_percent: 1,
            ..base
        },
    ];
    for load in loads {
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
        println!("{:45} {:8.1} ms  {verdict}", load.name, took.as_secs_f64() * 1e3);
    }
}
