//! Holds run out by themselves: an operation that nobody asks for.

use super::{Answer, TypedCall, Verb};
use crate::history::{Clock, Operation};

/// The operations, and the end of each hold: it runs out so long after it was taken, which was while the reservation was under way. Where the history has no time, or `loosely`,
/// a hold may run out at any time after it was asked for, or never.
pub(super) fn with_ends(operations: &[Operation<TypedCall>], clock: Clock, loosely: bool) -> Vec<Operation<TypedCall>> {
    let timed = clock == Clock::Nanoseconds && !loosely;
    let end = |taken: &Operation<TypedCall>| {
        let holds = is_hold(taken);
        holds.then(|| Operation {
            id: taken.id | OF_NOBODY,
            call: TypedCall { verb: Verb::Expire, write: taken.id, ..taken.call.clone() },
            invoked: if timed { taken.invoked.saturating_add(taken.call.hold) } else { taken.invoked },
            took: taken.took.filter(|_| timed),
            ..taken.clone()
        })
    };
    let ends = operations.iter().filter_map(end);
    let mut all: Vec<_> = operations.iter().cloned().chain(ends).collect();
    engine::sort_by_key(&mut all, |operation| (operation.invoked, operation.id));
    all
}

/// Set in the numbers of operations that nobody asked for.
const OF_NOBODY: u64 = 1 << 63;

fn is_hold(operation: &Operation<TypedCall>) -> bool {
    let TypedCall { verb, hold, answer, .. } = &operation.call;
    *verb == Verb::Reserve && *hold > 0 && *answer == Answer::Taken
}

/// Whether some customer has two holds of which it cannot be told which runs out first, so that it is not clear which one is sold or given back: any two
/// where there are no times.
pub(super) fn are_ambiguous(operations: &[Operation<TypedCall>], clock: Clock) -> bool {
    let interval = |taken: &Operation<TypedCall>| {
        let hold = taken.call.hold;
        let latest = taken.completed().map_or(u64::MAX, |end| end.saturating_add(hold));
        (taken.call.who.unwrap_or(taken.process), taken.invoked.saturating_add(hold), latest)
    };
    let mut holds: Vec<(u64, u64, u64)> = operations.iter().filter(|of| is_hold(of)).map(interval).collect();
    engine::sort(&mut holds);
    let timed = clock == Clock::Nanoseconds;
    holds.windows(2).any(|pair| pair[0].0 == pair[1].0 && (!timed || pair[1].1 <= pair[0].2))
}
