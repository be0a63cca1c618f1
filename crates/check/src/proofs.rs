//! The checks against trying every order, on small random histories.

use proptest::prelude::*;

use crate::history::{Call, Clock, History, KvCall, Operation, Words};
use crate::linear::{linearizable_kv, linearizable_register, registers, searched};
use crate::model::{KvModel, Model, RegisterModel};
use crate::search::explained;
use crate::teller::Teller;
use crate::verdict::{Past, Verdict, Witness};
use crate::witness::{let_go, split};
use crate::zones;

/// The sequential behaviour, written down once more.
pub(crate) trait Sequential: Words + Clone + PartialEq {
    type State: Clone + Default;
    fn apply(&self, state: &Self::State) -> Option<Self::State>;
}

impl Sequential for Call {
    type State = Option<u64>;

    fn apply(&self, state: &Option<u64>) -> Option<Option<u64>> {
        match *self {
            Call::Read { value } => (value == *state).then_some(*state),
            Call::Write { value } => Some(Some(value)),
            Call::Cas { from, to } => (*state == Some(from)).then_some(Some(to)),
        }
    }
}

impl Sequential for KvCall {
    type State = String;

    fn apply(&self, state: &String) -> Option<String> {
        match self {
            KvCall::Get { value } => (value == state).then(|| state.clone()),
            KvCall::Put { value } => Some(value.clone()),
            KvCall::Append { value } => Some(format!("{state}{value}")),
        }
    }
}

/// Tries every order that agrees with real time. Of operations of unknown outcome that are alike, one is tried for all.
fn some_order_explains<C: Sequential>(left: &[Operation<C>], state: &C::State) -> bool {
    if left.iter().all(|operation| operation.completed().is_none()) {
        return true;
    }
    (0..left.len()).any(|next| {
        let operation = &left[next];
        let is_first = !left.iter().any(|other| other.precedes(operation));
        let alike = |other: &Operation<C>| {
            operation.completed().is_none()
                && Operation { id: operation.id, process: operation.process, ..other.clone() } == *operation
        };
        let is_tried = left[..next].iter().any(alike);
        let mut rest = left.to_vec();
        rest.remove(next);
        is_first && !is_tried && operation.call.apply(state).is_some_and(|state| some_order_explains(&rest, &state))
    })
}

pub(crate) fn possible<C: Sequential>(operations: &[Operation<C>]) -> bool {
    some_order_explains(operations, &C::State::default())
}

pub(crate) type Draw<T> = (u64, u64, bool, T);

pub(crate) fn operations<C>(draws: Vec<Draw<C>>) -> Vec<Operation<C>> {
    let number = |(id, (invoked, took, unknown, call)): (usize, Draw<C>)| Operation {
        id: id as u64,
        process: id as u64,
        key: 0,
        call,
        invoked,
        took: (!unknown).then_some(took),
    };
    draws.into_iter().enumerate().map(number).collect()
}

pub(crate) fn draws<C: std::fmt::Debug>(call: impl Strategy<Value = C>) -> impl Strategy<Value = Vec<Draw<C>>> {
    prop::collection::vec((0..14u64, 0..8u64, prop::bool::weighted(0.2), call), 0..8)
}

/// Few values, so that many writes leave the same.
fn register() -> impl Strategy<Value = Vec<Operation>> {
    let call = prop_oneof![
        3 => prop::option::weighted(0.9, 0..3u64).prop_map(|value| Call::Read { value }),
        2 => (0..3u64).prop_map(|value| Call::Write { value }),
        2 => (0..3u64, 0..3u64).prop_map(|(from, to)| Call::Cas { from, to }),
    ];
    draws(call).prop_map(operations)
}

/// A lock: taken, given back, and now and then looked at.
fn lock() -> impl Strategy<Value = Vec<Operation>> {
    let call = prop_oneof![
        4 => Just(Call::Cas { from: 0, to: 1 }),
        4 => Just(Call::Cas { from: 1, to: 0 }),
        1 => (0..2u64).prop_map(|value| Call::Read { value: Some(value) }),
        1 => Just(Call::Write { value: 0 }),
    ];
    draws(call).prop_map(|draws| {
        let begin = (0, 0, false, Call::Write { value: 0 });
        operations(std::iter::once(begin).chain(draws).collect())
    })
}

/// Each write leaves its own number.
fn distinct() -> impl Strategy<Value = Vec<Operation>> {
    register().prop_flat_map(|operations| {
        let found = prop::collection::vec(0..operations.len().max(1) as u64 + 1, operations.len());
        (Just(operations), found).prop_map(|(mut operations, found)| {
            for (operation, found) in operations.iter_mut().zip(found) {
                operation.call = match operation.call {
                    Call::Read { value } => Call::Read { value: value.map(|_| found) },
                    Call::Write { .. } => Call::Write { value: operation.id },
                    Call::Cas { .. } => Call::Cas { from: found, to: operation.id },
                };
            }
            operations
        })
    })
}

fn kv() -> impl Strategy<Value = Vec<Operation<KvCall>>> {
    let call = prop_oneof![
        3 => "[ab]{0,3}".prop_map(|value| KvCall::Get { value }),
        2 => "[ab]{0,2}".prop_map(|value| KvCall::Put { value }),
        2 => "[ab]{1,1}".prop_map(|value| KvCall::Append { value }),
    ];
    draws(call).prop_map(operations)
}

/// Many equal appends whose outcome nobody learned, and a few operations that may or may not tell how many took effect.
fn unknown_appends() -> impl Strategy<Value = Vec<Operation<KvCall>>> {
    let call = prop_oneof![
        3 => "a{0,9}".prop_map(|value| KvCall::Get { value }),
        1 => "a{0,1}".prop_map(|value| KvCall::Put { value }),
        1 => Just(KvCall::Append { value: "a".to_owned() }),
    ];
    let few = prop::collection::vec((0..14u64, 0..8u64, prop::bool::weighted(0.1), call), 1..4);
    (0..9usize, few).prop_map(|(appends, few)| {
        let append = (0, 0, true, KvCall::Append { value: "a".to_owned() });
        operations(std::iter::repeat_n(append, appends).chain(few).collect())
    })
}

/// Whether the kept operations are impossible, whatever was left by the instant `since`.
fn impossible_since<M: Model>(operations: &[Operation<M::Call>], kept: &[bool], since: u64) -> bool
where
    M::Call: Sequential,
{
    let (before, rest) = split(operations, kept, since);
    let left = if before.is_empty() { Vec::new() } else { M::left_by(&before, &rest).unwrap_or_default() };
    let opened = left.into_iter().map(|call| {
        let opening = Operation { id: 99, process: 99, key: 0, call, invoked: 0, took: Some(since - 1) };
        [vec![opening], rest.clone()].concat()
    });
    opened.chain([rest.clone()]).all(|operations| !possible(&operations))
}

/// The witness proves the violation, and stops to if any one of its operations is let go.
fn check_witness<M: Model>(operations: &[Operation<M::Call>], verdict: &Verdict<M::Call>) -> Result<(), TestCaseError>
where
    M::Call: Sequential + std::fmt::Debug,
{
    let Verdict::Violated(witness) = verdict else { return Ok(()) };
    prop_assert!(!witness.operations.is_empty() && !witness.explanation.is_empty());
    prop_assert!(is_proof::<M>(operations, witness, None), "no proof: {witness:?}");
    for operation in &witness.operations {
        let proves = is_proof::<M>(operations, witness, Some(operation.id));
        prop_assert!(!proves, "{operation:?} is not needed: {witness:?}");
    }
    Ok(())
}

/// Whether the operations of a witness, without one if one is given, cannot be explained, whatever the others did.
pub(crate) fn is_proof<M: Model>(
    operations: &[Operation<M::Call>],
    witness: &Witness<M::Call>,
    without: Option<u64>,
) -> bool
where
    M::Call: Sequential,
{
    let is_kept = |id: u64| Some(id) != without && witness.operations.iter().any(|kept| kept.id == id);
    let kept: Vec<bool> = operations.iter().map(|operation| is_kept(operation.id)).collect();
    match witness.past {
        Past::LetGo => impossible_since::<M>(operations, &kept, witness.since),
        Past::Counts => {
            let counts =
                |place: usize| kept[place] || operations[place].completed().is_some_and(|at| at < witness.since);
            !possible(&let_go(operations, counts))
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn both_algorithms_agree_with_every_order_where_values_differ(operations in distinct()) {
        prop_assume!(zones::all_values_differ(&operations));
        let expected = possible(&operations);
        prop_assert_eq!(zones::conflict(&operations).is_none(), expected, "zones");
        prop_assert_eq!(explained::<RegisterModel>(&operations, u64::MAX), Some(expected), "search");
    }

    #[test]
    fn the_search_agrees_with_every_order_where_values_repeat(operations in register()) {
        prop_assert_eq!(explained::<RegisterModel>(&operations, u64::MAX), Some(possible(&operations)));
    }

    #[test]
    fn the_search_agrees_with_every_order_of_strings(operations in kv()) {
        prop_assert_eq!(explained::<KvModel>(&operations, u64::MAX), Some(possible(&operations)));
    }

    #[test]
    fn an_append_of_unknown_outcome_takes_effect_once_at_most(operations in unknown_appends()) {
        prop_assert_eq!(explained::<KvModel>(&operations, u64::MAX), Some(possible(&operations)));
    }

    #[test]
    fn a_witness_of_distinct_values_is_a_minimal_proof(operations in distinct()) {
        prop_assume!(zones::all_values_differ(&operations));
        let verdicts = linearizable_register(&History::new(operations.clone()));
        for (key, operations) in History::new(operations.clone()).split() {
            prop_assert_eq!(crate::register_holds(&operations, Clock::Nanoseconds), verdicts[&key].holds());
        }
        if let Some(Verdict::Violated(witness)) = verdicts.get(&0) {
            let kept = |place: usize| witness.operations.contains(&operations[place]);
            prop_assert!(!possible(&let_go(&operations, kept)), "no proof: {witness:?}");
            for unneeded in &witness.operations {
                let rest = let_go(&operations, |place| kept(place) && operations[place] != *unneeded);
                prop_assert!(possible(&rest), "{unneeded:?} is not needed: {witness:?}");
            }
        }
    }

    #[test]
    fn a_witness_of_repeated_values_is_a_minimal_proof(operations in register()) {
        let verdict = searched::<RegisterModel>(&operations, &Teller::plain(Clock::Nanoseconds), None);
        prop_assert_eq!(verdict.holds(), possible(&operations));
        check_witness::<RegisterModel>(&operations, &verdict)?;
    }

    #[test]
    fn a_witness_of_a_lock_is_a_minimal_proof(operations in lock()) {
        let verdict = searched::<RegisterModel>(&operations, &Teller::plain(Clock::Nanoseconds), None);
        prop_assert_eq!(verdict.holds(), possible(&operations));
        check_witness::<RegisterModel>(&operations, &verdict)?;
    }

    #[test]
    fn a_witness_of_strings_is_a_minimal_proof(operations in kv()) {
        for verdict in linearizable_kv(&History::new(operations.clone())).values() {
            prop_assert_eq!(verdict.holds(), possible(&operations));
            check_witness::<KvModel>(&operations, verdict)?;
        }
    }

    #[test]
    fn what_was_seen_but_impossible_is_never_among_what_could_have_been_seen(operations in register()) {
        let history = History { clock: Clock::Event, ..History::new(operations) };
        for verdict in linearizable_register(&history).values() {
            if let Some((_, only)) = verdict.witness().and_then(|witness| witness.explanation.split_once("but only ")) {
                let said = &verdict.witness().map(|witness| witness.explanation.clone()).unwrap_or_default();
                let seen = said.split_whitespace().skip_while(|word| *word != "read" && *word != "replaced").nth(1);
                let could: Vec<&str> = only.split(" could").next().unwrap_or("").split([' ', ',']).collect();
                prop_assert!(!could.contains(&seen.unwrap_or("?")), "{said}");
            }
        }
    }
}

#[test]
fn six_appends_of_unknown_outcome_do_not_explain_seven_letters() {
    let append = |id| Operation {
        id,
        process: id,
        key: 0,
        call: KvCall::Append { value: "a".to_owned() },
        invoked: id,
        took: None,
    };
    let get = |letters| Operation {
        id: 6,
        process: 6,
        key: 0,
        call: KvCall::Get { value: "a".repeat(letters) },
        invoked: 6,
        took: Some(1),
    };
    let holds = |letters| {
        let history = History::new((0..6).map(append).chain([get(letters)]).collect());
        linearizable_kv(&history)[&0].holds()
    };
    assert!((0..=6).all(holds));
    assert!(!holds(7));
}

/// So many writes at once, then four reads at once that answer one of two values each.
fn crowd(size: u64, answers: [u64; 2]) -> History {
    let operation = |id, call, invoked, took| Operation { id, process: id, key: 0, call, invoked, took: Some(took) };
    let write = |id| operation(id, Call::Write { value: id % 7 }, id, 10_000 - id);
    let read =
        |id| operation(size + id, Call::Read { value: Some(answers[id as usize % 2]) }, 20_000 + id, 10_000 - id);
    History::new((0..size).map(write).chain((0..4).map(read)).collect())
}

#[test]
fn hundreds_of_concurrent_operations_are_decided() {
    for size in [60, 70, 150, 520, 4200] {
        assert!(linearizable_register(&crowd(size, [3, 3]))[&0].holds(), "{size}");
    }
    for size in [60, 70] {
        assert!(!linearizable_register(&crowd(size, [3, 4]))[&0].holds(), "{size}");
    }
}

#[test]
fn a_spent_budget_is_said_and_no_budget_is_exact() {
    let history = crowd(60, [3, 4]);
    assert!(matches!(registers(&history, Some(1))[&0], Verdict::Undecided { .. }));
    assert!(matches!(linearizable_register(&history)[&0], Verdict::Violated(_)));
}
