//! Linearizability, key by key: it holds of a history exactly if it holds of each of its keys (Herlihy & Wing, 1990, section 3.1).

use std::collections::BTreeMap;

use crate::aborted;
use crate::history::{Clock, History, KvCall, Operation, Words};
use crate::model::{KvModel, Model, RegisterModel};
use crate::search::{Outcome, search};
use crate::teller::{self, Teller};
use crate::verdict::{Past, Verdict, Witness};
use crate::witness;
use crate::words;
use crate::zones::{self, Conflict};

/// Decides for each key of registers whether there is one order of its operations that agrees with real time and explains every
/// answer.
///
/// Exact, however many operations are pending at once. Takes O(n log n) where every write and compare-and-set of a key leaves another value, as it is when the value is the
/// number of the write; otherwise it searches, which may take long if many operations are concurrent.
pub fn linearizable_register(history: &History) -> BTreeMap<u64, Verdict> {
    registers(history, None)
}

/// Whether [`register_verdict`] finds nothing against the operations of one register, in order of invocation; without a witness,
/// which takes most of the time.
pub fn register_holds(operations: &[Operation], clock: Clock) -> bool {
    match zones::all_values_differ(operations) {
        true => zones::conflict(operations).is_none(),
        false => register_verdict(operations, clock).holds(),
    }
}

/// The verdict on one register, from its operations in order of invocation; see [`linearizable_register`].
pub fn register_verdict(operations: &[Operation], clock: Clock) -> Verdict {
    register(operations, &Teller::plain(clock), None)
}

/// As [`linearizable_register`], but gives up on a key after having looked at so many configurations.
pub(crate) fn registers(history: &History, budget: Option<u64>) -> BTreeMap<u64, Verdict> {
    by_key(history, |operations, teller| register(operations, teller, budget))
}

/// Decides for each key of strings whether there is one order of its operations that agrees with real time and explains every
/// answer. Exact, however many operations are pending at once.
pub fn linearizable_kv(history: &History<KvCall>) -> BTreeMap<u64, Verdict<KvCall>> {
    strings(history, None)
}

/// As [`linearizable_kv`], but gives up on a key after having looked at so many configurations.
pub(crate) fn strings(history: &History<KvCall>, budget: Option<u64>) -> BTreeMap<u64, Verdict<KvCall>> {
    by_key(history, |operations, teller| searched::<KvModel>(operations, teller, budget))
}

pub(crate) fn by_key<C: Clone>(
    history: &History<C>,
    decide: impl Fn(&[Operation<C>], &Teller<'_, C>) -> Verdict<C>,
) -> BTreeMap<u64, Verdict<C>> {
    let mut failed: BTreeMap<u64, Vec<Operation<C>>> = BTreeMap::new();
    for operation in &history.failed {
        failed.entry(operation.key).or_default().push(operation.clone());
    }
    let decided = |(key, operations): (u64, Vec<Operation<C>>)| {
        let failed = failed.get(&key).map_or(&[][..], Vec::as_slice);
        let teller = Teller { clock: history.clock, values: &history.values, failed };
        (key, decide(&operations, &teller))
    };
    history.split().into_iter().map(decided).collect()
}

pub(crate) fn register(operations: &[Operation], teller: &Teller<'_>, budget: Option<u64>) -> Verdict {
    if zones::all_values_differ(operations) {
        zoned(operations, teller)
    } else if IN_PAGE {
        Verdict::Undecided { reason: "some values were written more than once".to_owned() }
    } else if let Some(place) = zones::unwritten(operations) {
        let conflict = Conflict::Unwritten { observer: place };
        let explanation = teller::explain(&conflict, operations, teller) + &alternatives(operations, place, teller);
        Verdict::Violated(Witness {
            operations: vec![operations[place].clone()],
            explanation,
            since: 0,
            past: Past::LetGo,
        })
    } else {
        searched::<RegisterModel>(operations, teller, budget)
    }
}

/// Where programs are loaded before they run, registers are those of runs, in which every write leaves another value: there is no search
/// for others.
const IN_PAGE: bool = cfg!(target_family = "wasm");

/// By search, whatever the object.
pub(crate) fn searched<M: Model>(
    operations: &[Operation<M::Call>],
    teller: &Teller<'_, M::Call>,
    budget: Option<u64>,
) -> Verdict<M::Call> {
    let model = M::new(operations);
    let mut witness = None;
    // Where the search gets lost there is often a violation that a few operations prove.
    let outcome = search(&model, operations, budget, |lost| {
        witness = witness::near::<M>(operations, lost, teller);
        witness.is_some()
    });
    match (outcome, witness) {
        (Outcome::Explained { .. }, _) => Verdict::Holds,
        (_, Some(witness)) => violated::<M>(operations, witness, teller),
        (Outcome::Stuck { operation, states }, None) => {
            let seen: Option<Vec<String>> = states.iter().map(|&state| model.show(state, teller.values)).collect();
            let witness = witness::of_search::<M>(operations, operation, &seen.unwrap_or_default(), teller);
            violated::<M>(operations, witness, teller)
        }
        (Outcome::Exhausted { operation } | Outcome::Lost { operation }, None) => {
            Verdict::Undecided { reason: spent(operations, operation, budget, teller) }
        }
    }
}

/// How far the search had come when its budget was spent.
fn spent<C: Words>(operations: &[Operation<C>], at: usize, budget: Option<u64>, teller: &Teller<'_, C>) -> String {
    let reached = operations[at].completed();
    let answered = operations.iter().filter_map(Operation::completed);
    let (left, all) = (answered.clone().filter(|&end| Some(end) >= reached).count(), answered.count());
    let (budget, stuck) = (budget.unwrap_or_default(), teller.name(&operations[at]));
    format!("the budget of {budget} configurations was spent at: {stuck}; {left} of {all} answers are left to explain")
}

/// With what failed, if it may be what was seen.
fn violated<M: Model>(
    operations: &[Operation<M::Call>],
    mut witness: Witness<M::Call>,
    teller: &Teller<'_, M::Call>,
) -> Verdict<M::Call> {
    witness.explanation += &aborted::suspicion::<M>(operations, &witness, teller);
    Verdict::Violated(witness)
}

fn zoned(operations: &[Operation], teller: &Teller<'_>) -> Verdict {
    let Some(conflict) = zones::conflict(operations) else {
        return Verdict::Holds;
    };
    let mut suspects = zones::named(&conflict);
    for place in suspects.clone() {
        suspects.extend(zones::reasons(operations, place));
    }
    suspects.sort_unstable();
    suspects.dedup();
    let impossible = |kept: &[usize]| {
        let is_kept = witness::marked(kept, operations.len());
        zones::conflict(&witness::let_go(operations, |place| is_kept[place]))
    };
    if impossible(&suspects).is_none() {
        // That one of them took effect rests on others that are not named.
        suspects = (0..operations.len()).collect();
    }
    let kept = witness::minimise(&suspects, |kept| impossible(kept).is_some());
    let (mut explanation, is_unwritten) = explain_kept(operations, &kept, teller);
    if let [read] = kept[..] {
        explanation += &alternatives(operations, read, teller);
    }
    let kept = kept.iter().map(|&place| operations[place].clone()).collect();
    let witness = Witness { operations: kept, explanation, since: 0, past: Past::LetGo };
    match is_unwritten || IN_PAGE {
        // Whether that had failed has been told; and of runs no failure is kept.
        true => Verdict::Violated(witness),
        false => violated::<RegisterModel>(operations, witness, teller),
    }
}

/// The conflict that remains if only these are kept, told of the operations as they were; and whether it is that nobody wrote what was found.
fn explain_kept(operations: &[Operation], kept: &[usize], teller: &Teller<'_>) -> (String, bool) {
    let is_kept = witness::marked(kept, operations.len());
    let rest = witness::let_go(operations, |place| is_kept[place]);
    // What is left stands in the same order, so one walk finds it all.
    let mut all = operations.iter();
    let mut was = |operation: &Operation| all.find(|was| was.id == operation.id).unwrap_or(operation).clone();
    let told: Vec<Operation> = rest.iter().map(&mut was).collect();
    let conflict = zones::conflict(&rest);
    let explanation = conflict.as_ref().map(|conflict| teller::explain(conflict, &told, teller));
    (explanation.unwrap_or_default(), matches!(conflict, Some(Conflict::Unwritten { .. })))
}

/// How many configurations are looked at to say what else could have been read.
const ALTERNATIVES_BUDGET: u64 = 20_000;

/// For an answer that is impossible by itself: those that were possible, if they are quickly found.
fn alternatives(operations: &[Operation], answered: usize, teller: &Teller<'_>) -> String {
    if IN_PAGE {
        return String::new();
    }
    let end = operations[answered].completed().unwrap_or(u64::MAX);
    let before: Vec<Operation> = operations.iter().filter(|operation| operation.invoked <= end).cloned().collect();
    let model = RegisterModel::new(&before);
    match search(&model, &before, Some(ALTERNATIVES_BUDGET), |_| true) {
        Outcome::Stuck { operation, states }
            if before[operation].id == operations[answered].id && !states.is_empty() =>
        {
            let states: Vec<String> = states.iter().filter_map(|&state| model.show(state, teller.values)).collect();
            format!(" Only {} could have been {} then.", words::either(&states), before[operation].call.seen())
        }
        _ => String::new(),
    }
}
