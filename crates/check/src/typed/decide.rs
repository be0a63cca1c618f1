//! Linearizability of values of a type, by what is quickest: what no order can mend, then elements by themselves, then search.

use std::collections::BTreeMap;

use super::{Answer, TypedCall, ValueType, Verb, covered, elements, holds, sums, totals};
use crate::history::{Call, Clock, History, Operation};
use crate::linear::{by_key, register, searched};
use crate::model::TypedModel;
use crate::model::row::Reads;
use crate::search::explained;
use crate::teller::Teller;
use crate::verdict::{Verdict, Witness};

/// How the operations on a value of a type are decided.
#[derive(Clone, Copy, Debug)]
pub struct TypedRules {
    /// What the instants count.
    pub clock: Clock,
    /// Give up after having looked at so many configurations; none: however long it takes.
    pub budget: Option<u64>,
    /// Holds may run out at any time: those who keep them have clocks that are wrong.
    pub holds_loosely: bool,
}

/// The verdict on one value, from its operations in order of invocation.
///
/// Exact without a budget, but for holds of one customer of which it cannot be told which runs out first, and for holds shorter than the
/// request for them was under way: these may be taken for having run out before they began, and so for never running out.
pub fn typed_verdict(operations: &[Operation<TypedCall>], rules: &TypedRules) -> Verdict<TypedCall> {
    decide(operations, &Teller::plain(rules.clock), rules)
}

/// Whether one order explains the operations on one value, in order of invocation, without a proof; none if the budget does not suffice to tell, or it cannot be told
/// which of two holds ran out first.
pub fn typed_holds(operations: &[Operation<TypedCall>], rules: &TypedRules) -> Option<bool> {
    let with_ends = holds::with_ends(operations, rules.clock, rules.holds_loosely);
    let holds = explained::<TypedModel>(&with_ends, rules.budget.unwrap_or(u64::MAX))?;
    (holds || !holds::are_ambiguous(operations, rules.clock)).then_some(holds)
}

/// The verdict on each value of a history.
pub(crate) fn typed(history: &History<TypedCall>, budget: Option<u64>) -> BTreeMap<u64, Verdict<TypedCall>> {
    let rules = TypedRules { clock: history.clock, budget, holds_loosely: false };
    by_key(history, |operations, teller| decide(operations, teller, &rules))
}

/// The same, told with what failed.
fn decide(
    operations: &[Operation<TypedCall>],
    teller: &Teller<'_, TypedCall>,
    rules: &TypedRules,
) -> Verdict<TypedCall> {
    let Some(of) = operations.first().map(|operation| operation.call.of) else { return Verdict::Holds };
    if let Some(verdict) = by_changes(of, operations, teller.clock) {
        return verdict;
    }
    let row = of.row();
    if row.sums_up
        && let Some(witness) = sums::out_of_bounds(operations, teller)
    {
        return Verdict::Violated(witness);
    }
    if row.reads == Reads::Balances
        && let Some(witness) =
            totals::not_conserved(operations, teller).or_else(|| covered::impossible(operations, teller))
    {
        return Verdict::Violated(witness);
    }
    let budget = rules.budget;
    let names_last = operations.iter().any(|operation| matches!(operation.call.answer, Answer::After(_)));
    if row.reads == Reads::Elements && !names_last {
        // What holds is quickly seen to, as a rule; and what does not is told of one element if it can be.
        let quick = (FEW * operations.len() as u64 + SOME).min(budget.unwrap_or(u64::MAX));
        if explained::<TypedModel>(operations, quick) == Some(true) {
            return Verdict::Holds;
        }
        if let Some(verdict) = elements::violated(operations, teller, budget) {
            return verdict;
        }
    }
    let with_ends = holds::with_ends(operations, rules.clock, rules.holds_loosely);
    match searched::<TypedModel>(&with_ends, teller, budget) {
        Verdict::Violated(_) if holds::are_ambiguous(operations, rules.clock) => {
            let reason = "a customer had two holds, and which of them ran out first cannot be told".to_owned();
            Verdict::Undecided { reason }
        }
        verdict => verdict,
    }
}

/// So many configurations for each operation, and so many besides, are enough for a first look.
const FEW: u64 = 16;
const SOME: u64 = 20_000;

/// Where every read says which change was the last, the value is a register of changes, each of which leaves another. Whether it is linearizable as such decides all if
/// nothing is ever declined; and if it is not, no order explains what was declined either.
fn by_changes(of: ValueType, operations: &[Operation<TypedCall>], clock: Clock) -> Option<Verdict<TypedCall>> {
    let mut changes: Vec<Operation> = Vec::new();
    let mut by_number: Vec<u64> = Vec::new();
    for operation in operations {
        let TypedCall { verb, write, answer, .. } = &operation.call;
        let call = match answer {
            Answer::After(write) => Call::Read { value: Some(*write).filter(|write| *write != 0) },
            Answer::Open | Answer::Declined => continue,
            Answer::Taken if *verb == Verb::Begin => continue,
            Answer::Taken if *write == 0 => return None,
            Answer::Taken => {
                by_number.push(*write);
                Call::Write { value: *write }
            }
            Answer::Shows(_) => return None,
        };
        let Operation { id, process, key, invoked, took, .. } = *operation;
        changes.push(Operation { id, process, key, call, invoked, took });
    }
    let numbers = by_number.len();
    engine::sort(&mut by_number);
    by_number.dedup();
    if by_number.len() < numbers {
        return None;
    }
    match register(&changes, &Teller::plain(clock), None) {
        Verdict::Violated(Witness { operations: few, explanation, since, past }) => {
            let is_kept = |operation: &&Operation<TypedCall>| few.iter().any(|kept| kept.id == operation.id);
            let operations = operations.iter().filter(is_kept).cloned().collect();
            let explanation = format!("Taking each change for what it left: {explanation}");
            Some(Verdict::Violated(Witness { operations, explanation, since, past }))
        }
        _ if of.declines() => None,
        verdict => Some(match verdict {
            Verdict::Undecided { reason } => Verdict::Undecided { reason },
            _ => Verdict::Holds,
        }),
    }
}
