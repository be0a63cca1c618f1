//! Linearizability, key by key: it holds of a history exactly if it holds of each of its keys (Herlihy & Wing, 1990, section 3.1).

use std::collections::BTreeMap;

use crate::history::{Clock, History, Operation};
use crate::verdict::{Verdict, Witness};
use crate::witness::{let_go, minimise};
use crate::words;
use crate::zones;

/// Decides for each key whether there is one order of its operations that agrees with real time and explains every answer.
///
/// Exact. Takes O(n log n) where every write and compare-and-set of a key leaves another value, as it is when the value is the
/// number of the write.
pub fn linearizable_register(history: &History) -> BTreeMap<u64, Verdict> {
    let mut verdicts = BTreeMap::new();
    for (key, operations) in history.by_key() {
        let operations: Vec<Operation> = operations.into_iter().cloned().collect();
        verdicts.insert(key, register(&operations, history.clock));
    }
    verdicts
}

fn register(operations: &[Operation], clock: Clock) -> Verdict {
    if !zones::all_values_differ(operations) {
        return Verdict::Undecided {
            reason: "values repeat".to_string(),
        };
    }
    match zones::conflict(operations) {
        None => Verdict::Holds,
        Some(conflict) => Verdict::Violated(zone_witness(operations, &conflict, clock)),
    }
}

fn zone_witness(operations: &[Operation], conflict: &zones::Conflict, clock: Clock) -> Witness {
    let mut suspects = zones::named(conflict);
    for place in suspects.clone() {
        suspects.extend(zones::reasons(operations, place));
    }
    suspects.sort_unstable();
    suspects.dedup();
    let ids: Vec<u64> = suspects
        .into_iter()
        .map(|place| operations[place].id)
        .collect();
    let loosened = |kept: &[u64]| let_go(operations, |operation| kept.contains(&operation.id));
    let kept = minimise(&ids, |kept| zones::conflict(&loosened(kept)).is_some());
    let rest = loosened(&kept);
    let explanation = match zones::conflict(&rest) {
        Some(conflict) => words::explain(&conflict, &rest, clock),
        None => words::explain(conflict, operations, clock),
    };
    let operations = operations
        .iter()
        .filter(|operation| kept.contains(&operation.id))
        .cloned()
        .collect();
    Witness {
        operations,
        explanation,
    }
}
