//! From a violation to the few operations that prove it.

use crate::history::{Clock, Operation, Words};
use crate::model::{Model, State};
use crate::search::{Outcome, search};
use crate::verdict::Witness;
use crate::words;

/// The operations with those not kept let go: a read is forgotten, any other may have taken effect at any time after it began, or
/// never. What explains the whole explains this too, so what cannot be explained here cannot be explained at all.
pub(crate) fn let_go<C: Words + Clone>(
    operations: &[Operation<C>],
    kept: impl Fn(usize) -> bool,
) -> Vec<Operation<C>> {
    let mut loosened = Vec::with_capacity(operations.len());
    for (place, operation) in operations.iter().enumerate() {
        if kept(place) {
            loosened.push(operation.clone());
        } else if !operation.call.only_observes() {
            loosened.push(Operation {
                completed: None,
                ..operation.clone()
            });
        }
    }
    loosened
}

/// The fewest of the candidates, in the sense that none can be left out, that still fail. To let more operations go never makes a
/// history harder to explain, so that halving finds them in few tests (Junker, "QuickXplain", 2004).
pub(crate) fn minimise(
    candidates: &[usize],
    mut fails: impl FnMut(&[usize]) -> bool,
) -> Vec<usize> {
    let mut kept = Vec::new();
    halve(&mut kept, false, candidates, &mut fails);
    kept.sort_unstable();
    kept
}

/// Adds to `kept` those of the candidates that it needs to fail. `grown`: `kept` has grown since it was last found not to fail.
fn halve(
    kept: &mut Vec<usize>,
    grown: bool,
    candidates: &[usize],
    fails: &mut impl FnMut(&[usize]) -> bool,
) {
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

/// The witness for a search that found no order for the answer of one operation.
pub(crate) fn of_search<M: Model>(
    model: &M,
    operations: &[Operation<M::Call>],
    stuck: usize,
    states: &[State],
    clock: Clock,
) -> Witness<M::Call> {
    let end = operations[stuck].completed.unwrap_or(u64::MAX);
    // Those that began later, or answered later, had no part in it.
    let relevant: Vec<Operation<M::Call>> = operations
        .iter()
        .filter(|operation| operation.invoked <= end)
        .cloned()
        .collect();
    let mut known: Vec<usize> = (0..relevant.len())
        .filter(|&place| relevant[place].completed.is_some_and(|at| at <= end))
        .collect();
    known.sort_by_key(|&place| relevant[place].completed);
    let since = latest_start::<M>(&relevant, &known);
    let recent: Vec<usize> = known
        .into_iter()
        .filter(|&place| relevant[place].completed >= Some(since))
        .collect();
    let kept = minimise(&recent, |kept| fails::<M>(&relevant, kept, since));
    let mut witness: Vec<Operation<M::Call>> = kept
        .into_iter()
        .map(|place| relevant[place].clone())
        .collect();
    witness.sort_by_key(|operation| (operation.invoked, operation.id));
    let shown: Option<Vec<String>> = states.iter().map(|&state| model.show(state)).collect();
    let explanation = words::explain_stuck(
        &operations[stuck],
        &witness,
        &shown.unwrap_or_default(),
        clock,
    );
    Witness {
        operations: witness,
        explanation,
        since,
    }
}

/// The latest instant such that what ended before it can be forgotten except for what it left.
fn latest_start<M: Model>(operations: &[Operation<M::Call>], known: &[usize]) -> u64 {
    let mut starts: Vec<u64> = known
        .iter()
        .map(|&place| operations[place].invoked)
        .filter(|&start| start > 0)
        .collect();
    starts.sort_unstable_by(|one, other| other.cmp(one));
    let fails_from = |start: &u64| {
        let recent: Vec<usize> = known
            .iter()
            .copied()
            .filter(|&place| operations[place].completed >= Some(*start))
            .collect();
        fails::<M>(operations, &recent, *start)
    };
    let mut far = 1;
    while far < starts.len() && !fails_from(&starts[far - 1]) {
        far *= 2;
    }
    let far = far.min(starts.len());
    let near = far / 2;
    let place = near + starts[near..far].partition_point(|start| !fails_from(start));
    starts.get(place).copied().unwrap_or(0)
}

/// Whether the kept operations cannot be explained, whatever those that ended before `since` left, and whenever the others took effect.
pub(crate) fn fails<M: Model>(
    operations: &[Operation<M::Call>],
    kept: &[usize],
    since: u64,
) -> bool {
    let mut is_kept = vec![false; operations.len()];
    for &place in kept {
        is_kept[place] = true;
    }
    let is_past = |place: usize| operations[place].completed.is_some_and(|at| at < since);
    let rest = let_go_since(operations, &is_kept, since);
    let past: Vec<Operation<M::Call>> = (0..operations.len())
        .filter(|&place| is_past(place))
        .map(|place| operations[place].clone())
        .collect();
    if past.is_empty() {
        return !explained::<M>(&rest);
    }
    let Some(left) = M::left_by(&past, &rest) else {
        return false;
    };
    let begun = |call: M::Call| Operation {
        id: u64::MAX,
        process: u64::MAX,
        key: past[0].key,
        call,
        invoked: 0,
        completed: Some(since - 1),
    };
    !explained::<M>(&rest)
        && left.into_iter().all(|call| {
            let mut whole = vec![begun(call)];
            whole.extend(rest.iter().cloned());
            !explained::<M>(&whole)
        })
}

fn let_go_since<C: Words + Clone>(
    operations: &[Operation<C>],
    kept: &[bool],
    since: u64,
) -> Vec<Operation<C>> {
    let (places, rest): (Vec<usize>, Vec<Operation<C>>) = operations
        .iter()
        .cloned()
        .enumerate()
        .filter(|(_, operation)| operation.completed.is_none_or(|at| at >= since))
        .unzip();
    let_go(&rest, |place| kept[places[place]])
}

fn explained<M: Model>(operations: &[Operation<M::Call>]) -> bool {
    search(&M::new(operations), operations, None) == Outcome::Explained
}
