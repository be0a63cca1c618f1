//! Where a read shows the sum of what was taken, it lies between what must have been taken by then and what can have been.

use super::{Answer, Contents, TypedCall, Verb};
use crate::history::Operation;
use crate::teller::Teller;
use crate::verdict::{Past, Witness};

/// What a change adds to what a read shows; nothing if it was declined.
fn adds(call: &TypedCall) -> i128 {
    match (&call.answer, call.verb) {
        (Answer::Taken, Verb::Withdraw) => -i128::from(call.number),
        (Answer::Taken, _) => call.number.into(),
        _ => 0,
    }
}

/// The first read that shows too much or too little, if there is one. `operations` stand in order of invocation.
pub(super) fn out_of_bounds(
    operations: &[Operation<TypedCall>],
    teller: &Teller<'_, TypedCall>,
) -> Option<Witness<TypedCall>> {
    let begun: Vec<(u64, i128)> = operations.iter().map(|of| (of.invoked, adds(&of.call))).collect();
    let ends = operations.iter().filter_map(|of| Some((of.completed()?, adds(&of.call))));
    let mut ended: Vec<(u64, i128)> = ends.collect();
    engine::sort(&mut ended);
    // Up to each place: what pays in, and what pays out.
    let sums = |all: &[(u64, i128)]| {
        let sum = |(more, less): &mut (i128, i128), (_, adds): &(u64, i128)| {
            (*more, *less) = (*more + (*adds).max(0), *less + (*adds).min(0));
            Some((*more, *less))
        };
        std::iter::once((0, 0)).chain(all.iter().scan((0, 0), sum)).collect::<Vec<_>>()
    };
    let (sum_begun, sum_ended) = (sums(&begun), sums(&ended));
    let mut reads: Vec<(u64, &Operation<TypedCall>, i64)> = Vec::new();
    for operation in operations {
        if let (Answer::Shows(Contents::Number(shown)), Some(end)) = (&operation.call.answer, operation.completed()) {
            reads.push((end, operation, *shown));
        }
    }
    engine::sort_by_key(&mut reads, |(end, read, _)| (*end, read.id));
    reads.into_iter().find_map(|(end, read, shown)| {
        let before = sum_ended[ended.partition_point(|(at, _)| *at < read.invoked)];
        let by_then = sum_begun[begun.partition_point(|(at, _)| *at <= end)];
        let (least, most) = (before.0 + by_then.1, by_then.0 + before.1);
        let fits = (least..=most).contains(&shown.into());
        (!fits).then(|| {
            let (name, since) = (teller.name(read), teller.clock.at(read.invoked));
            let explanation = format!(
                "{name}, but what was done before {since} and what may have been done by {} come to {} then.",
                teller.clock.at(end),
                if least == most { format!("{least}") } else { format!("{least} at least and {most} at most") }
            );
            Witness { operations: vec![read.clone()], explanation, since: read.invoked, past: Past::Counts }
        })
    })
}
