//! Causal order: who has read something reads nothing older than what its writer had read and written before, also across keys.
//!
//! After Ahamad et al., "Causal memory: definitions, implementation, and programming", 1995: an operation comes after those of its own process before it,
//! a read after the write whose value it returned, and whatever follows from these. As for session guarantees the caller supplies the order of versions, and
//! whoever finds nothing may have found any nothing: it comes after a deletion only if it can have found no other.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::history::{Call, Operation};
use crate::nothing::Nothings;

/// Reads of something older than what came before them in the causal order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CausalViolations {
    /// How many.
    pub count: usize,
    /// The first, with what it came after: who left or found the newer version, and the write that told of it if it was another's.
    pub first: Option<Vec<Operation>>,
}

/// By key: the newest version that came before, who left or found it, and by which write it was heard of.
type Past = BTreeMap<u64, (u64, usize, Option<usize>)>;

/// What happens to whoever is at it: a write begins, and carries what was before it, or an operation ends.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Moment {
    Ends,
    Begins,
}

/// All such reads; of an operation that has ended `rank` says the place, in the order of versions of its key, of what it found or left, the newer the
/// greater.
pub fn causal_violations(
    operations: &[Operation],
    nothings: &Nothings,
    rank: impl Fn(&Operation) -> Option<u64>,
) -> CausalViolations {
    let mut moments = Vec::new();
    for (place, operation) in operations.iter().enumerate() {
        moments.extend(operation.completed().map(|at| (at, Moment::Ends, place)));
        if matches!(operation.call, Call::Write { .. }) {
            moments.push((operation.invoked, Moment::Begins, place));
        }
    }
    moments.sort_unstable();
    let mut order = Order::default();
    for (_, moment, place) in moments {
        let operation = &operations[place];
        match moment {
            Moment::Begins => order.begins(place, operation),
            Moment::Ends => order.ends((place, operation, rank(operation)), nothings, operations),
        }
    }
    order.found
}

#[derive(Default)]
struct Order {
    /// By process.
    pasts: BTreeMap<u64, Arc<Past>>,
    /// By value: the write, and what came before it.
    carried: BTreeMap<u64, (usize, Arc<Past>)>,
    found: CausalViolations,
}

impl Order {
    fn begins(&mut self, place: usize, operation: &Operation) {
        if let Call::Write { value } = operation.call {
            let past = self.pasts.get(&operation.process).cloned().unwrap_or_default();
            self.carried.insert(value, (place, past));
        }
    }

    fn ends(
        &mut self,
        (place, operation, rank): (usize, &Operation, Option<u64>),
        nothings: &Nothings,
        operations: &[Operation],
    ) {
        let mut past = self.pasts.remove(&operation.process).unwrap_or_default();
        let known = past.get(&operation.key).copied();
        let newest = known.map_or(0, |(newest, ..)| newest);
        // The place of what was found or left, unless it is older than what was known, and the write by which it was; what has no place is not compared.
        let (kept, found) = match operation.call {
            Call::Read { .. } if nothings.found_by(operation) => {
                (nothings.oldest(operation, rank, newest), nothings.only(operation, newest))
            }
            Call::Read { value } => (rank.or(Some(newest)).filter(|found| *found >= newest), value),
            _ => (rank.or(Some(newest)), None),
        };
        if let (None, Some((_, origin, by))) = (kept, known) {
            self.found.count += 1;
            let proof = || [Some(origin), by, Some(place)].into_iter().flatten().map(|of| operations[of].clone());
            self.found.first.get_or_insert_with(|| proof().collect());
        }
        if let Some((write, carried)) = found.and_then(|value| self.carried.get(&value)) {
            learn(&mut past, carried, *write);
        }
        let newest = past.get(&operation.key).map_or(0, |(newest, ..)| *newest);
        if let Some(kept) = kept.filter(|kept| *kept > newest) {
            Arc::make_mut(&mut past).insert(operation.key, (kept, place, None));
        }
        self.pasts.insert(operation.process, past);
    }
}

/// Somebody has read what was written by this write, and so comes after all that came before that.
fn learn(past: &mut Arc<Past>, carried: &Arc<Past>, write: usize) {
    for (key, (rank, origin, _)) in carried.iter() {
        if past.get(key).is_none_or(|(newest, ..)| newest < rank) {
            Arc::make_mut(past).insert(*key, (*rank, *origin, Some(write)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nothing::Deletion;

    fn operation(id: u64, process: u64, key: u64, call: Call) -> Operation {
        Operation { id, process, key, call, invoked: id * 10, took: Some(5) }
    }

    fn write(id: u64, process: u64, key: u64) -> Operation {
        operation(id, process, key, Call::Write { value: id })
    }

    fn read(id: u64, process: u64, key: u64, value: Option<u64>) -> Operation {
        operation(id, process, key, Call::Read { value })
    }

    /// Values are ranked as they are numbered.
    fn violations(operations: &[Operation]) -> CausalViolations {
        causal_violations(operations, &Nothings::default(), |operation| match operation.call {
            Call::Read { value } => value,
            Call::Write { value } | Call::Cas { to: value, .. } => Some(value),
        })
    }

    #[test]
    fn a_reply_read_before_its_comment_is_found_with_whom_it_was_heard_from() {
        let told = [write(1, 1, 7), read(2, 2, 7, Some(1)), write(3, 2, 8), read(4, 3, 8, Some(3))];
        let before = |value| [&told[..], &[read(5, 3, 7, value)]].concat();
        assert_eq!(violations(&before(Some(1))).count, 0);
        let found = violations(&before(None));
        let ids = found.first.expect("it is found").into_iter().map(|of| of.id).collect::<Vec<_>>();
        assert_eq!((found.count, ids), (1, vec![2, 3, 5]));
        // Who has not read the reply may be told nothing of the comment.
        assert_eq!(violations(&[&told[..], &[read(5, 4, 7, None)]].concat()).count, 0);
    }

    #[test]
    fn what_was_heard_of_goes_on_from_one_to_the_next_and_what_began_before_is_not_carried() {
        let on = [write(1, 1, 7), write(2, 1, 8), read(3, 2, 8, Some(2)), write(4, 2, 9), read(5, 3, 9, Some(4))];
        assert_eq!(violations(&[&on[..], &[read(6, 3, 7, None)]].concat()).count, 1);
        // Its writer had not heard of it yet when it began to write.
        let mut early = on;
        early[3].invoked = 30;
        early[3].took = Some(15);
        assert_eq!(violations(&[&early[..], &[read(6, 3, 7, None)]].concat()).count, 0);
    }

    /// Of key 7 somebody reads nothing, and then of key 8 what there was before the deletion.
    #[test]
    fn who_finds_nothing_has_heard_of_a_deletion_only_if_they_can_have_found_no_other_nothing() {
        let told = [write(1, 1, 7), write(2, 1, 8), write(3, 1, 7)];
        let deletion = |value, rank| Deletion { key: 7, value, invoked: value * 10, rank };
        let count = |deletions: &[Deletion], reads: &[Operation]| {
            let operations = [&told[..], reads].concat();
            let nothings = Nothings::new(deletions.iter().copied());
            causal_violations(&operations, &nothings, |of| match of.call {
                Call::Read { value } => value,
                Call::Write { value } | Call::Cas { to: value, .. } => Some(value),
            })
            .count
        };
        let deleted = [deletion(3, Some(3))];
        let of_value = [read(4, 2, 7, Some(1)), read(5, 2, 7, None), read(6, 2, 8, None)];
        assert_eq!(count(&deleted, &of_value), 1, "having read the value they have found what came after it");
        assert_eq!(count(&deleted, &of_value[1..]), 0, "it may be what there was at first");
        assert_eq!(count(&[deletion(3, Some(3)), deletion(4, None)], &of_value), 0, "it may be the other");
        // Nothing, the value and nothing again.
        let between = [read(4, 2, 7, None), read(5, 2, 7, Some(1)), read(6, 2, 7, None)];
        assert_eq!(count(&deleted, &between), 0);
        assert_eq!(count(&[], &between), 1);
    }
}
