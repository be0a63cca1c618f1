//! Answers that rest on what failed: a read of what a failed operation wrote is an *aborted read* (Adya, "Weak consistency", 1999, G1a).

use crate::history::{Operation, Words};
use crate::model::Model;
use crate::search::explained;
use crate::teller::Teller;
use crate::verdict::Witness;
use crate::witness::minimise;
use crate::words::both;

/// So many configurations are looked at, each time, to find out whether failed operations would explain what was seen.
const BUDGET: u64 = 20_000;

/// The failed operations without which the witness's answers cannot be explained and with which they can, in a sentence; nothing if there are none.
pub(crate) fn suspicion<M: Model>(
    operations: &[Operation<M::Call>],
    witness: &Witness<M::Call>,
    teller: &Teller<'_, M::Call>,
) -> String {
    let end = witness.operations.iter().filter_map(Operation::completed).max().unwrap_or(u64::MAX);
    let is_suspect = |failed: &&Operation<M::Call>| {
        let seen = |answer: &Operation<M::Call>| failed.call.may_have_left(&answer.call);
        failed.invoked <= end && witness.operations.iter().any(seen)
    };
    let suspects: Vec<&Operation<M::Call>> = teller.failed.iter().filter(is_suspect).collect();
    if suspects.is_empty() {
        return String::new();
    }
    let begun: Vec<_> = operations.iter().filter(|operation| operation.invoked <= end).cloned().collect();
    let would_explain = |taken: &[usize]| {
        let took_effect = |&place: &usize| Operation { took: None, ..suspects[place].clone() };
        let operations: Vec<_> = begun.iter().cloned().chain(taken.iter().map(took_effect)).collect();
        explained::<M>(&operations, BUDGET) == Some(true)
    };
    let all: Vec<usize> = (0..suspects.len()).collect();
    if !would_explain(&all) {
        return String::new();
    }
    let needed = minimise(&all, would_explain);
    let names: Vec<String> = needed.into_iter().map(|place| teller.failure(suspects[place])).collect();
    format!(" It looks like an aborted read: {}; had that taken effect, it would be explained.", both(&names))
}
