//! A set is linearizable only if it is for each element alone, which is quickly decided and told in a few operations.

use super::{Answer, Contents, TypedCall, Verb};
use crate::history::{Operation, Words};
use crate::linear::searched;
use crate::model::TypedModel;
use crate::teller::Teller;
use crate::verdict::{Verdict, Witness};

/// So many operations are looked at at most, those of all elements together: each has all reads.
const MOST: usize = 4_000_000;

/// The violation of the first element that is not linearizable, if there is one.
pub(super) fn violated(
    operations: &[Operation<TypedCall>],
    teller: &Teller<'_, TypedCall>,
    budget: Option<u64>,
) -> Option<Verdict<TypedCall>> {
    let mut elements: Vec<i64> = Vec::new();
    for operation in operations {
        match &operation.call.answer {
            Answer::Shows(Contents::List(shown)) => elements.extend(shown),
            _ if operation.call.verb != Verb::Read => elements.push(operation.call.number),
            _ => {}
        }
    }
    engine::sort(&mut elements);
    elements.dedup();
    if elements.len().saturating_mul(operations.len()) > MOST {
        return None;
    }
    elements.into_iter().find_map(|element| match decide(&of(element, operations), teller, budget) {
        Verdict::Violated(Witness { operations: few, explanation, since, past }) => {
            let is_kept = |operation: &&Operation<TypedCall>| few.iter().any(|kept| kept.id == operation.id);
            let operations = operations.iter().filter(is_kept).cloned().collect();
            let explanation = format!("Of element {element} alone: {explanation}");
            Some(Verdict::Violated(Witness { operations, explanation, since, past }))
        }
        Verdict::Holds | Verdict::Undecided { .. } => None,
    })
}

/// What is known of one element.
fn of(element: i64, operations: &[Operation<TypedCall>]) -> Vec<Operation<TypedCall>> {
    let seen = |operation: &Operation<TypedCall>| {
        let mut seen = operation.clone();
        match &mut seen.call.answer {
            Answer::Shows(Contents::List(shown)) => shown.retain(|other| *other == element),
            _ if seen.call.verb != Verb::Read && seen.call.number != element => return None,
            _ => {}
        }
        Some(seen)
    };
    operations.iter().filter_map(seen).collect()
}

fn decide(
    operations: &[Operation<TypedCall>],
    teller: &Teller<'_, TypedCall>,
    budget: Option<u64>,
) -> Verdict<TypedCall> {
    // What nobody looked for cannot be wrong.
    match operations.iter().any(|operation| operation.call.only_observes()) {
        true => searched::<TypedModel>(operations, teller, budget),
        false => Verdict::Holds,
    }
}
