//! A conflict in words.

use crate::history::{Clock, Operation, Words};
use crate::zones::{Conflict, Order, observed, written};

/// "process 3 read 4 (lines 7 to 9)"
pub(crate) fn name<C: Words>(operation: &Operation<C>, clock: Clock) -> String {
    format!("process {} {} {}", operation.process, operation.call, clock.during(operation))
}

/// Says which of the operations conflict and why.
pub(crate) fn explain(conflict: &Conflict, operations: &[Operation], clock: Clock) -> String {
    let said = |place: usize| name(&operations[place], clock);
    match conflict {
        Conflict::Unwritten { observer } => {
            let found = value(observed(&operations[*observer].call).flatten());
            format!("{}, but nobody ever wrote {found}.", said(*observer))
        }
        Conflict::Early { observer, source } => {
            format!("{} was over before {} began, so it found what was not there yet.", said(*observer), said(*source))
        }
        Conflict::Twice { one, other } => {
            let found = value(observed(&operations[*one].call).flatten());
            format!("{} and {}, but {found} was there only once to be replaced.", said(*one), said(*other))
        }
        Conflict::Circle { operations: circle } => {
            let all: Vec<String> = circle.iter().map(|&place| said(place)).collect();
            format!("{}: each found what only the next left, so none can have been first.", all.join("; "))
        }
        Conflict::Order(order) => explain_order(order, operations, clock),
    }
}

fn explain_order(order: &Order, operations: &[Operation], clock: Clock) -> String {
    let said = |place: usize| name(&operations[place], clock);
    let held = |place: usize| {
        let call = &operations[place].call;
        value(written(call).or_else(|| observed(call).flatten()))
    };
    let Order { one_first, one_last, other_first, other_last } = *order;
    let one = one_first.map_or_else(|| value(None), held);
    let demand = match one_first {
        None => format!("The register began as nil, so nil came before {}", held(other_last)),
        Some(first) => {
            format!(
                "{} was over before {} began, so {one} came before {}",
                said(first),
                said(other_last),
                held(other_last)
            )
        }
    };
    let mut links = Vec::new();
    for (from, to) in [(one, held(one_last)), (held(other_first), held(other_last))] {
        if from != to {
            links.push(format!(" Compare-and-set leaves no room between {from} and {to}."));
        }
    }
    format!(
        "{demand}; but {} was over before {} began, so {} came before {}. Both cannot be.{}",
        said(other_first),
        said(one_last),
        held(other_first),
        held(one_last),
        links.concat()
    )
}

fn value(value: Option<u64>) -> String {
    value.map_or_else(|| "nil".to_string(), |value| value.to_string())
}

/// Says that one answer among the operations, the last if it is not said which, does not fit the others, nor what could have been
/// seen.
pub(crate) fn explain_stuck<C: Words>(
    witness: &[Operation<C>],
    stuck: Option<u64>,
    could_be: &[String],
    clock: Clock,
) -> String {
    let is_stuck = |operation: &&Operation<C>| Some(operation.id) == stuck;
    let last = witness.iter().find(is_stuck).or_else(|| witness.iter().max_by_key(|operation| operation.completed()));
    let Some(last) = last else { return String::new() };
    let others: Vec<String> =
        witness.iter().filter(|operation| operation.id != last.id).map(|operation| name(operation, clock)).collect();
    let mut said = match could_be {
        [] => format!("{}, which no order of the operations explains.", name(last, clock)),
        could_be => {
            format!("{}, but only {} could have been {} then.", name(last, clock), either(could_be), last.call.seen())
        }
    };
    if !others.is_empty() {
        said += &format!(" It conflicts with: {}.", others.join("; "));
    }
    said
}

/// "1", "1 or 2", "1, 2 or 3"
pub(crate) fn either(choices: &[String]) -> String {
    match choices {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} or {last}", most.join(", ")),
    }
}
