//! From a violation to the few operations that prove it.

use crate::history::{Clock, Operation, Words};
use crate::model::Model;
use crate::search::explained;
use crate::verdict::Witness;
use crate::words;

/// The operations with those not kept let go: a read is forgotten, any other may have taken effect at any time after it began, or
/// never. What explains the whole explains this too, so what cannot be explained here cannot be explained at all.
pub(crate) fn let_go<C: Words + Clone>(operations: &[Operation<C>], kept: impl Fn(usize) -> bool) -> Vec<Operation<C>> {
    let mut loosened = Vec::with_capacity(operations.len());
    for (place, operation) in operations.iter().enumerate() {
        if kept(place) {
            loosened.push(operation.clone());
        } else if !operation.call.only_observes() {
            loosened.push(Operation { took: None, ..operation.clone() });
        }
    }
    loosened
}

/// The fewest of the candidates, in the sense that none can be left out, that still fail. To let more operations go never makes a
/// history harder to explain, so that halving finds them in few tests (Junker, "QuickXplain", 2004).
pub(crate) fn minimise(candidates: &[usize], mut fails: impl FnMut(&[usize]) -> bool) -> Vec<usize> {
    let mut kept = Vec::new();
    halve(&mut kept, false, candidates, &mut fails);
    kept.sort_unstable();
    kept
}

/// Adds to `kept` those of the candidates that it needs to fail. `grown`: `kept` has grown since it was last found not to fail.
fn halve(kept: &mut Vec<usize>, grown: bool, candidates: &[usize], fails: &mut impl FnMut(&[usize]) -> bool) {
    if candidates.is_empty() || (grown && fails(kept)) {
        return;
    }
    if let [candidate] = candidates {
        kept.push(*candidate);
        return;
    }
    let (early, late) = candidates.split_at(candidates.len() / 2);
    let before = kept.len();
    kept.extend(early);
    halve(kept, true, late, fails);
    let needed = kept.split_off(before + early.len());
    kept.truncate(before);
    kept.extend(&needed);
    halve(kept, !needed.is_empty(), early, fails);
}

/// The witness for a search that found no order for the answer of the operation `stuck`; `seen` is what it could have answered, if
/// that is known.
pub(crate) fn of_search<M: Model>(
    operations: &[Operation<M::Call>],
    stuck: usize,
    seen: &[String],
    clock: Clock,
) -> Witness<M::Call> {
    let past = Past::<M>::before(operations, stuck);
    let since = past.latest_start(usize::MAX, BUDGET).unwrap_or(0);
    past.witness(since, Some(operations[stuck].id), seen, clock)
}

/// The witness for a search that lost its way at an operation, if it lost it because of a few operations just before.
pub(crate) fn near<M: Model>(operations: &[Operation<M::Call>], lost: usize, clock: Clock) -> Option<Witness<M::Call>> {
    let past = Past::<M>::before(operations, lost);
    let since = past.latest_start(NEAR, NEAR_BUDGET)?;
    Some(past.witness(since, None, &[], clock))
}

/// So many operations count as a few.
const NEAR: usize = 128;

/// So many configurations are looked at, each time, to find out whether a few operations suffice.
const NEAR_BUDGET: u64 = 20_000;

/// So many are looked at to find out whether an operation belongs in the witness. If that is not enough, it stays.
const BUDGET: u64 = 200_000;

/// What had begun when an operation was answered.
struct Past<M: Model> {
    operations: Vec<Operation<M::Call>>,
    /// Those answered by then.
    known: Vec<usize>,
}

impl<M: Model> Past<M> {
    fn before(operations: &[Operation<M::Call>], last: usize) -> Self {
        let end = operations[last].completed().unwrap_or(u64::MAX);
        let begun: Vec<usize> = (0..operations.len()).filter(|&place| operations[place].invoked <= end).collect();
        let operations: Vec<_> = begun.iter().map(|&place| operations[place].clone()).collect();
        // Of answers at one instant, the search takes those of earlier places first.
        let is_known = |&at: &usize| operations[at].completed().is_some_and(|done| (done, begun[at]) <= (end, last));
        let known = (0..operations.len()).filter(is_known).collect();
        Self { operations, known }
    }

    /// The latest instant such that what ended before it can be forgotten except for what it left, if there is one among the last so
    /// many invocations.
    fn latest_start(&self, most: usize, budget: u64) -> Option<u64> {
        let mut starts: Vec<u64> = self.known.iter().map(|&place| self.operations[place].invoked).collect();
        starts.retain(|&start| start > 0);
        starts.sort_unstable_by(|one, other| other.cmp(one));
        starts.truncate(most);
        let fails_from = |start: u64| fails::<M>(&self.operations, &self.answered_since(start), start, budget);
        let mut far = 1;
        while far < starts.len() && !fails_from(starts[far - 1]) {
            far *= 2;
        }
        let far = far.min(starts.len());
        let near = far / 2;
        let place = near + starts[near..far].partition_point(|&start| !fails_from(start));
        starts[..far].get(place).copied()
    }

    fn answered_since(&self, start: u64) -> Vec<usize> {
        self.known.iter().copied().filter(|&place| self.operations[place].completed() >= Some(start)).collect()
    }

    fn witness(&self, since: u64, stuck: Option<u64>, seen: &[String], clock: Clock) -> Witness<M::Call> {
        let mut recent = self.answered_since(since);
        recent.sort_unstable_by_key(|&place| (self.operations[place].completed(), place));
        let kept = minimise(&recent, |kept| fails::<M>(&self.operations, kept, since, BUDGET));
        let mut witness: Vec<Operation<M::Call>> = kept.iter().map(|&place| self.operations[place].clone()).collect();
        witness.sort_unstable_by_key(|operation| (operation.invoked, operation.id));
        let explanation = words::explain_stuck(&witness, stuck, seen, clock);
        Witness { operations: witness, explanation, since }
    }
}

/// Whether the kept operations cannot be explained, whatever was there at the instant `since`, and whenever the others took effect. Also
/// false if that is not found out within the budget.
pub(crate) fn fails<M: Model>(operations: &[Operation<M::Call>], kept: &[usize], since: u64, budget: u64) -> bool {
    let mut is_kept = vec![false; operations.len()];
    for &place in kept {
        is_kept[place] = true;
    }
    let (before, rest) = split(operations, &is_kept, since);
    let is_explained = |operations: &[Operation<M::Call>]| explained::<M>(operations, budget).unwrap_or(true);
    if is_explained(&rest) {
        return false;
    }
    let (Some(first), Some(left)) = (before.first(), M::left_by(&before, &rest)) else { return before.is_empty() };
    left.into_iter().all(|call| {
        let opening = Operation { call, invoked: 0, took: Some(since - 1), ..first.clone() };
        let mut whole = vec![opening];
        whole.extend(rest.iter().cloned());
        !is_explained(&whole)
    })
}

/// What began before `since` and may have left something by then; and what is left to explain from there on.
///
/// What looked at the object and began before `since` may have seen what was forgotten with the past, so it is let go even if it was
/// answered later.
pub(crate) fn split<C: Words + Clone>(
    operations: &[Operation<C>],
    is_kept: &[bool],
    since: u64,
) -> (Vec<Operation<C>>, Vec<Operation<C>>) {
    let may_leave = |operation: &&Operation<C>| operation.invoked < since && !operation.call.only_observes();
    let before = operations.iter().filter(may_leave).cloned().collect();
    let lasts = |place: &usize| operations[*place].completed().is_none_or(|at| at >= since);
    let places: Vec<usize> = (0..operations.len()).filter(lasts).collect();
    let rest: Vec<Operation<C>> = places.iter().map(|&place| operations[place].clone()).collect();
    let stays = |place: usize| is_kept[places[place]] && (rest[place].invoked >= since || !rest[place].call.looks());
    (before, let_go(&rest, stays))
}
