//! A conflict in words.

use crate::history::{Call, Clock, NOBODY, Operation, ValueNames, Words, observed, value_name, written};
use crate::words::{both, either};
use crate::zones::{Conflict, Order};

/// What is needed to tell of the operations of one key.
#[derive(Clone, Copy)]
pub(crate) struct Teller<'a, C = Call> {
    pub(crate) clock: Clock,
    pub(crate) values: &'a ValueNames,
    /// The operations on the key that failed.
    pub(crate) failed: &'a [Operation<C>],
}

impl<C> Teller<'_, C> {
    /// For values that are numbers, where nothing failed.
    pub(crate) fn plain(clock: Clock) -> Self {
        static NUMBERS: ValueNames = ValueNames::new();
        Self { clock, values: &NUMBERS, failed: &[] }
    }
}

impl<C: Words> Teller<'_, C> {
    /// "process 3 read 4 (lines 7 to 9)"
    pub(crate) fn name(&self, operation: &Operation<C>) -> String {
        if operation.id == NOBODY {
            return format!("the beginning {} (before everything)", operation.call.said(self.values));
        }
        format!("process {} {} {}", operation.process, operation.call.said(self.values), self.clock.during(operation))
    }

    /// "process 3 wrote 4 (lines 7 to 9), which failed"
    pub(crate) fn failure(&self, operation: &Operation<C>) -> String {
        format!("{}, which failed", self.name(operation))
    }
}

impl Teller<'_> {
    fn value(&self, value: Option<u64>) -> String {
        value.map_or_else(|| "nil".to_string(), |value| value_name(value, self.values))
    }

    /// The failed operations that would have left what the observer found, in words.
    fn failed_sources(&self, observer: &Operation) -> Vec<String> {
        let before_its_end = |failed: &&Operation| Some(failed.invoked) <= observer.completed();
        let sources =
            self.failed.iter().filter(before_its_end).filter(|failed| failed.call.may_have_left(&observer.call));
        sources.map(|failed| self.failure(failed)).collect()
    }
}

/// Says which of the operations conflict and why.
pub(crate) fn explain(conflict: &Conflict, operations: &[Operation], teller: &Teller<'_>) -> String {
    let said = |place: usize| teller.name(&operations[place]);
    match conflict {
        Conflict::Unwritten { observer } => {
            let found = teller.value(observed(&operations[*observer].call).flatten());
            let sources = teller.failed_sources(&operations[*observer]);
            match sources.is_empty() {
                true => format!("{}, but nobody ever wrote {found}.", said(*observer)),
                false => format!(
                    "{}, an aborted read: {}, and nobody else ever wrote {found}.",
                    said(*observer),
                    both(&sources)
                ),
            }
        }
        Conflict::Early { observer, source } => {
            format!("{} was over before {} began, so it found what was not there yet.", said(*observer), said(*source))
        }
        Conflict::Twice { one, other } => {
            let found = teller.value(observed(&operations[*one].call).flatten());
            let left = |of: &&Operation| {
                written(&of.call) == observed(&operations[*one].call).flatten() && written(&of.call).is_some()
            };
            let source = match operations.iter().find(left) {
                Some(source) => format!(": {}", teller.name(source)),
                None => ", at first".to_owned(),
            };
            format!("{} and {}, but {found} was there only once to be replaced{source}.", said(*one), said(*other))
        }
        Conflict::Circle { operations: circle } => {
            let all: Vec<String> = circle.iter().map(|&place| said(place)).collect();
            format!("{}: each found what only the next left, so none can have been first.", all.join("; "))
        }
        Conflict::Order(order) => explain_order(order, operations, teller),
    }
}

fn explain_order(order: &Order, operations: &[Operation], teller: &Teller<'_>) -> String {
    let said = |place: usize| teller.name(&operations[place]);
    let held = |place: usize| {
        let call = &operations[place].call;
        teller.value(written(call).or_else(|| observed(call).flatten()))
    };
    let Order { one_first, one_last, other_first, other_last } = *order;
    let one = one_first.map_or_else(|| teller.value(None), held);
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

/// Says that one answer among the operations, the last if this is none of them, does not fit the others, nor what could have been seen.
pub(crate) fn explain_stuck<C: Words>(
    witness: &[Operation<C>],
    stuck: u64,
    could_be: &[String],
    teller: &Teller<'_, C>,
) -> String {
    let is_stuck = |operation: &&Operation<C>| operation.id == stuck;
    let last = witness.iter().find(is_stuck).or_else(|| witness.iter().max_by_key(|operation| operation.completed()));
    let Some(last) = last else { return String::new() };
    let others: Vec<String> =
        witness.iter().filter(|operation| operation.id != last.id).map(|operation| teller.name(operation)).collect();
    let mut said = match could_be {
        // It proves by itself that it cannot be: the others need not be listed.
        [] if witness.len() == 1 => {
            let whatever = "whichever of the others on the key took effect before, and in whatever order";
            format!("{}, which cannot be {whatever}.", teller.name(last))
        }
        [] => format!("{}, which no order of the operations explains.", teller.name(last)),
        could_be => {
            format!("{}, but only {} could have been {} then.", teller.name(last), either(could_be), last.call.seen())
        }
    };
    if !others.is_empty() {
        said += &format!(" It conflicts with: {}.", others.join("; "));
    }
    said
}
