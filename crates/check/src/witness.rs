//! From a violation to the few operations that prove it.

use std::cell::Cell;

use crate::history::{Operation, Words};
use crate::model::Model;
use crate::search::{Outcome, explained, search};
use crate::teller::{self, Teller};
use crate::verdict::{Past, Witness};
use crate::words;

/// The operations with those not kept let go: a read is forgotten, any other may have taken effect at any time after it began, or
/// never. What explains the whole explains this too, so what cannot be explained here cannot be explained at all.
pub(crate) fn let_go<C: Words + Clone>(operations: &[Operation<C>], kept: impl Fn(usize) -> bool) -> Vec<Operation<C>> {
    let mut loosened = Vec::with_capacity(operations.len());
    for (place, operation) in operations.iter().enumerate() {
        if kept(place) || operation.call.is_beginning() {
            loosened.push(operation.clone());
        } else if !operation.call.only_observes() {
            loosened.push(Operation { took: None, ..operation.clone() });
        }
    }
    loosened
}

/// Which of so many places are among these.
pub(crate) fn marked(places: &[usize], of: usize) -> Vec<bool> {
    let mut marked = vec![false; of];
    for &place in places {
        marked[place] = true;
    }
    marked
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
    teller: &Teller<'_, M::Call>,
) -> Witness<M::Call> {
    let past = Begun::<M>::before(operations, stuck);
    let since = past.latest_start(usize::MAX, BUDGET).unwrap_or(0);
    past.witness(since, seen, teller)
}

/// The witness for a search that lost its way at an operation, if it lost it because of a few operations just before.
pub(crate) fn near<M: Model>(
    operations: &[Operation<M::Call>],
    lost: usize,
    teller: &Teller<'_, M::Call>,
) -> Option<Witness<M::Call>> {
    let past = Begun::<M>::before(operations, lost);
    let since = past.latest_start(NEAR, NEAR_BUDGET)?;
    Some(past.witness(since, &[], teller))
}

/// So many operations count as a few.
const NEAR: usize = 128;

/// So many configurations are looked at, each time, to find out whether a few operations suffice.
const NEAR_BUDGET: u64 = 20_000;

/// So many are looked at to find out whether an operation belongs in the witness. If that is not enough, it stays.
const BUDGET: u64 = 200_000;

/// So many times that may not be enough; then all that is not known to be in vain stays.
const PATIENCE: u32 = 8;

/// So many for each operation are enough to walk through a history that has few explanations.
const WALK: u64 = 16;

/// So many operations are few enough for a reader, without what is known of the past. Under test so few that small histories have more.
const READABLE: usize = if cfg!(test) { 1 } else { 3 };

/// What had begun when an operation was answered.
struct Begun<M: Model> {
    /// The place of that operation.
    last: usize,
    operations: Vec<Operation<M::Call>>,
    /// Those answered by then.
    known: Vec<usize>,
    /// How many times it was not found out whether some fail.
    unknown: Cell<u32>,
}

impl<M: Model> Begun<M> {
    fn before(operations: &[Operation<M::Call>], last: usize) -> Self {
        let end = operations[last].completed().unwrap_or(u64::MAX);
        let begun: Vec<usize> = (0..operations.len()).filter(|&place| operations[place].invoked <= end).collect();
        let operations: Vec<_> = begun.iter().map(|&place| operations[place].clone()).collect();
        // Of answers at one instant, the search takes those of earlier places first.
        let is_known = |&at: &usize| operations[at].completed().is_some_and(|done| (done, begun[at]) <= (end, last));
        let known = (0..operations.len()).filter(is_known).collect();
        let last = begun.binary_search(&last).unwrap_or_default();
        Self { last, operations, known, unknown: Cell::new(0) }
    }

    /// The latest instant such that what ended before it can be forgotten except for what it left, if there is one among the last so
    /// many invocations.
    fn latest_start(&self, most: usize, budget: u64) -> Option<u64> {
        let mut starts: Vec<u64> = self.known.iter().map(|&place| self.operations[place].invoked).collect();
        starts.retain(|&start| start > 0);
        starts.sort_unstable();
        starts.reverse();
        starts.truncate(most);
        let fails_from = |start: u64| self.fails(&self.answered_since(start), start, budget);
        latest(&starts, fails_from).map(|place| starts[place])
    }

    fn fails(&self, kept: &[usize], since: u64, budget: u64) -> bool {
        self.found(|| fails::<M>(&self.operations, kept, since, budget))
    }

    /// Whether that is so; false also if it is not found out, or was not too often.
    fn found(&self, is_so: impl FnOnce() -> Option<bool>) -> bool {
        if self.unknown.get() == PATIENCE {
            return false;
        }
        let found = is_so();
        self.unknown.set(self.unknown.get() + u32::from(found.is_none()));
        found.unwrap_or(false)
    }

    fn answered_since(&self, start: u64) -> Vec<usize> {
        self.known.iter().copied().filter(|&place| self.operations[place].completed() >= Some(start)).collect()
    }

    fn witness(&self, since: u64, seen: &[String], teller: &Teller<'_, M::Call>) -> Witness<M::Call> {
        let candidates = self.in_order_of_answers(since);
        let kept = minimise(&candidates, |kept| self.fails(kept, since, BUDGET));
        if kept.len() > READABLE
            && let Some(shorter) = self.since_a_state(seen, teller)
            && shorter.operations.len() < kept.len()
        {
            return shorter;
        }
        let witness = self.sorted(&kept);
        let mut explanation = teller::explain_stuck(&witness, self.operations[self.last].id, seen, teller);
        explanation += &self.before_all_of(&witness, teller);
        Witness { operations: witness, explanation, since, past: Past::LetGo }
    }

    fn in_order_of_answers(&self, since: u64) -> Vec<usize> {
        let mut recent = self.answered_since(since);
        engine::sort_by_key(&mut recent, |&place| (self.operations[place].completed(), place));
        recent
    }

    fn sorted(&self, kept: &[usize]) -> Vec<Operation<M::Call>> {
        let mut sorted: Vec<Operation<M::Call>> = kept.iter().map(|&place| self.operations[place].clone()).collect();
        engine::sort_by_key(&mut sorted, |operation| (operation.invoked, operation.id));
        sorted
    }

    /// The witness that takes the past as it was answered, up to the latest instant at which the last answer was still possible; none if
    /// there is no such instant, or it is not found.
    fn since_a_state(&self, seen: &[String], teller: &Teller<'_, M::Call>) -> Option<Witness<M::Call>> {
        let budget = BUDGET.max(WALK * self.operations.len() as u64);
        let fails = |by: u64, kept: &[usize]| {
            let mut counts = marked(kept, self.operations.len());
            for &place in &self.known {
                counts[place] |= self.operations[place].completed() <= Some(by);
            }
            let is_explained = || explained::<M>(&let_go(&self.operations, |place| counts[place]), budget);
            self.found(|| is_explained().map(|holds| !holds))
        };
        // What counts changes with each answer.
        let mut ends: Vec<u64> = self.known.iter().filter_map(|&place| self.operations[place].completed()).collect();
        ends.sort_unstable();
        ends.reverse();
        let by = ends[latest(&ends, |end| !fails(end, &[self.last]))?];
        let since = by.saturating_add(1);
        let candidates = self.in_order_of_answers(since);
        if !fails(by, &candidates) {
            return None;
        }
        let witness = self.sorted(&minimise(&candidates, |kept| fails(by, kept)));
        let mut explanation = teller::explain_stuck(&witness, self.operations[self.last].id, seen, teller);
        if let Some(left) = self.left(by, &witness, teller) {
            explanation += &format!(" What had ended by {} left {}.", teller.clock.at(by), words::either(&left));
        }
        Some(Witness { operations: witness, explanation, since, past: Past::Counts })
    }

    /// What there was before operations that all change something, such as two that took a lock; empty if that is not known.
    fn before_all_of(&self, witness: &[Operation<M::Call>], teller: &Teller<'_, M::Call>) -> String {
        let Some(first) = witness.first().filter(|_| witness.iter().all(|of| !of.call.only_observes())) else {
            return String::new();
        };
        let by = first.invoked.saturating_sub(1);
        let ended = |of: &Operation<M::Call>| of.completed().is_some_and(|end| end <= by);
        let had_ended = self.operations.iter().any(|of| !of.call.is_beginning() && ended(of));
        match self.left(by, witness, teller) {
            Some(left) if had_ended => {
                format!(" What had ended by {} left {}.", teller.clock.at(by), words::either(&left))
            }
            Some(left) => format!(" At first there was {}.", words::either(&left)),
            None => String::new(),
        }
    }

    /// The states that what had ended by an instant may have left, as far as the witness can tell them apart; none if that is not known.
    fn left(&self, by: u64, witness: &[Operation<M::Call>], teller: &Teller<'_, M::Call>) -> Option<Vec<String>> {
        let had_ended = |operation: &&Operation<M::Call>| operation.completed().is_some_and(|end| end <= by);
        let ended: Vec<_> = self.operations.iter().filter(had_ended).cloned().collect();
        let model = M::new(&[&ended, witness].concat());
        match search(&model, &ended, Some(BUDGET.max(WALK * ended.len() as u64)), |_| true) {
            Outcome::Explained { states } => {
                states?.into_iter().map(|state| model.show(state, teller.values)).collect()
            }
            Outcome::Stuck { .. } | Outcome::Lost { .. } | Outcome::Exhausted { .. } => None,
        }
    }
}

/// The place of the first of the instants, the latest first, at which something holds that holds at all earlier ones; looks near the
/// beginning first.
fn latest(starts: &[u64], holds: impl Fn(u64) -> bool) -> Option<usize> {
    let mut far = 1;
    while far < starts.len() && !holds(starts[far - 1]) {
        far *= 2;
    }
    let far = far.min(starts.len());
    let near = far / 2;
    let place = near + starts[near..far].partition_point(|&start| !holds(start));
    (place < far).then_some(place)
}

/// Whether the kept operations cannot be explained, whatever was there at the instant `since`, and whenever the others took effect. None
/// if that is not found out within the budget.
pub(crate) fn fails<M: Model>(
    operations: &[Operation<M::Call>],
    kept: &[usize],
    since: u64,
    budget: u64,
) -> Option<bool> {
    let is_kept = marked(kept, operations.len());
    let (before, rest) = split(operations, &is_kept, since);
    if explained::<M>(&rest, budget)? {
        return Some(false);
    }
    let (Some(first), Some(left)) = (before.first(), M::left_by(&before, &rest)) else {
        return Some(before.is_empty());
    };
    for call in left {
        let opening = Operation { call, invoked: 0, took: Some(since - 1), ..first.clone() };
        let mut whole = vec![opening];
        whole.extend(rest.iter().cloned());
        if explained::<M>(&whole, budget)? {
            return Some(false);
        }
    }
    Some(true)
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
