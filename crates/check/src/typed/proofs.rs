//! The types against trying every order, on small random histories; and that each of them bites.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::{Answer, Contents, TypedCall, TypedRules, ValueType, Verb, holds, typed_verdict};
use crate::history::{Clock, NOBODY, Operation};
use crate::model::TypedModel;
use crate::proofs::{Draw, Sequential, draws, is_proof, operations, possible};
use crate::search::explained;
use crate::verdict::Verdict;

const RULES: TypedRules = TypedRules { clock: Clock::Nanoseconds, budget: None, holds_loosely: false };

/// What there is, whatever the type, written down once more.
#[derive(Clone, Default)]
pub(crate) struct Truth {
    number: i64,
    sold: i64,
    elements: BTreeSet<i64>,
    removed: BTreeSet<i64>,
    posts: Vec<i64>,
    holder: Option<u64>,
    /// Who holds how many; each by the operation with their number.
    holds: Vec<(u64, i64)>,
    /// What came into each account, less what went out.
    moved: BTreeMap<u64, i64>,
    last: u64,
}

impl Truth {
    fn change(&mut self, call: &TypedCall) -> bool {
        let (number, who) = (call.number, call.who.unwrap_or_default());
        match (call.of.name(), call.verb) {
            (_, Verb::Begin) => self.number = number,
            ("counter", _) => self.number += number,
            ("max-counter", _) => self.number = (self.number + number).max(0),
            ("two-phase-set", Verb::Add) if self.removed.contains(&number) => return false,
            ("two-phase-set", Verb::Remove) if self.elements.remove(&number) => _ = self.removed.insert(number),
            ("two-phase-set", Verb::Remove) => {}
            (_, Verb::Add) => _ = self.elements.insert(number),
            (_, Verb::Remove) => _ = self.elements.remove(&number),
            (_, Verb::Post) => self.posts.push(number),
            (_, Verb::Claim) if self.holder.is_none() => self.holder = Some(who),
            (_, Verb::Cede) if self.holder == Some(who) => self.holder = None,
            (_, Verb::Deposit | Verb::Restock) => self.number += number,
            (_, Verb::Withdraw | Verb::Sell | Verb::Reserve) if self.number < number => return false,
            (_, Verb::Withdraw) => self.number -= number,
            (_, Verb::Sell) => (self.number, self.sold) = (self.number - number, self.sold + number),
            (_, Verb::Reserve) => {
                self.number -= number;
                self.holds.push((who, number));
            }
            (_, Verb::Expire) => {
                if let Some(at) = self.holds.iter().position(|(by, _)| *by == call.write) {
                    self.number += self.holds.remove(at).1;
                }
            }
            (_, Verb::Commit | Verb::Release) => {
                let Some(at) = self.holds.iter().position(|(holder, _)| *holder == who) else { return false };
                let (_, amount) = self.holds.remove(at);
                let to = if call.verb == Verb::Commit { &mut self.sold } else { &mut self.number };
                *to += amount;
            }
            (_, Verb::Transfer) if self.balance(call.accounts[0]) < number => return false,
            (_, Verb::Transfer) => {
                let [from, to] = call.accounts;
                *self.moved.entry(from).or_default() -= number;
                *self.moved.entry(to).or_default() += number;
            }
            _ => return false,
        }
        if call.verb != Verb::Expire {
            self.last = call.write;
        }
        true
    }

    fn balance(&self, account: u64) -> i64 {
        self.number + self.moved.get(&account).unwrap_or(&0)
    }

    fn shows(&self, of: ValueType, contents: &Contents) -> bool {
        match (of.name(), contents) {
            ("name", Contents::Nothing) => self.holder.is_none(),
            ("name", Contents::Number(who)) => self.holder == Some(*who as u64),
            ("feed", Contents::List(posts)) => self.posts == *posts,
            (_, Contents::List(elements)) => self.elements.iter().eq(elements),
            (_, Contents::Number(number)) => self.number == *number,
            (_, Contents::Balances(balances)) => balances.iter().all(|(account, held)| self.balance(*account) == *held),
            (_, Contents::Stock { left, held, sold }) => {
                let all: i64 = self.holds.iter().map(|hold| hold.1).sum();
                (self.number, all, self.sold) == (*left, *held, *sold)
            }
            _ => false,
        }
    }
}

impl Sequential for TypedCall {
    type State = Truth;

    fn apply(&self, state: &Truth) -> Option<Truth> {
        let mut after = state.clone();
        match &self.answer {
            Answer::Open => Some(after),
            Answer::After(write) => (state.last == *write).then_some(after),
            Answer::Shows(contents) => state.shows(self.of, contents).then_some(after),
            Answer::Taken => after.change(self).then_some(after),
            Answer::Declined => (!after.change(self)).then(|| state.clone()),
        }
    }
}

fn of(name: &str) -> ValueType {
    ValueType::of(name).expect("there is such a type")
}

/// A call on a value of a type, with few numbers, so that there is something to mistake.
fn call(name: &'static str) -> impl Strategy<Value = TypedCall> {
    let of = of(name);
    let changes: Vec<Verb> = of.row().verbs.iter().copied().filter(|verb| *verb != Verb::Read).collect();
    let shown = match name {
        "set" | "cart" | "two-phase-set" => {
            prop::collection::btree_set(0..3i64, 0..3).prop_map(|of| Contents::List(of.into_iter().collect())).boxed()
        }
        "feed" => prop::collection::vec(0..3i64, 0..4).prop_map(Contents::List).boxed(),
        "name" => prop_oneof![Just(Contents::Nothing), (0..3i64).prop_map(Contents::Number)].boxed(),
        "ledger" => prop_oneof![
            (0..7i64).prop_map(|held| Contents::Balances(vec![(1, held)])),
            (0..7i64, 0..7i64).prop_map(|(one, two)| Contents::Balances(vec![(0, one), (1, two), (2, 12 - one - two)])),
            (0..7i64, 0..7i64).prop_map(|(one, two)| Contents::Balances(vec![(0, one), (1, two), (2, 4)])),
        ]
        .boxed(),
        "stock" => prop_oneof![
            (0..5i64).prop_map(Contents::Number),
            (0..5i64, 0..3i64).prop_map(|(left, held)| Contents::Stock { left, held, sold: 4 - left - held }),
        ]
        .boxed(),
        _ => (0..6i64).prop_map(Contents::Number).boxed(),
    };
    let smallest = if name == "counter" { -2 } else { 1 };
    let change = (prop::sample::select(changes), smallest..3i64, 0..3u64, prop::bool::weighted(0.25), 0..9u64);
    let change = change.prop_map(move |(verb, number, who, declined, hold)| TypedCall {
        who: Some(who),
        accounts: if verb == Verb::Transfer { [who, (who + 1 + hold % 2) % 3] } else { [0; 2] },
        hold,
        answer: if declined && of.declines() { Answer::Declined } else { Answer::Taken },
        ..TypedCall::new(of, verb, number)
    });
    let read = shown.prop_map(move |shown| TypedCall::read(of, Answer::Shows(shown)));
    prop_oneof![3 => change, 2 => read]
}

/// A history of a value that begins with 4, if its type begins with anything. Whoever reserves does so once.
fn history(name: &'static str) -> impl Strategy<Value = Vec<Operation<TypedCall>>> {
    draws(call(name)).prop_map(move |draws| begun(name, draws))
}

fn begun(name: &str, draws: Vec<Draw<TypedCall>>) -> Vec<Operation<TypedCall>> {
    let mut all = operations(draws);
    for operation in &mut all {
        operation.invoked += 1;
        if operation.call.verb == Verb::Reserve {
            operation.call.who = Some(operation.id);
        }
    }
    if of(name).row().begins_with_some {
        let call = TypedCall::new(of(name), Verb::Begin, if name == "counter" { 0 } else { 4 });
        all.push(Operation { id: NOBODY, process: NOBODY, key: 0, call, invoked: 0, took: Some(0) });
    }
    all.sort_by_key(|operation| (operation.invoked, operation.id));
    all
}

fn agrees(operations: &[Operation<TypedCall>]) -> Result<(), TestCaseError> {
    let whole = holds::with_ends(operations, Clock::Nanoseconds, false);
    prop_assume!(whole.len() < 11);
    let expected = possible(&whole);
    prop_assert_eq!(explained::<TypedModel>(&whole, u64::MAX), Some(expected), "search");
    match typed_verdict(operations, &RULES) {
        Verdict::Holds => prop_assert!(expected),
        Verdict::Violated(witness) => {
            prop_assert!(!expected);
            prop_assert!(is_proof::<TypedModel>(&whole, &witness, None), "no proof: {witness:?}");
        }
        Verdict::Undecided { reason } => prop_assert!(holds::are_ambiguous(operations, RULES.clock), "{reason}"),
    }
    Ok(())
}

/// As [`history`], but reads say which change was the last.
fn by_changes(name: &'static str) -> impl Strategy<Value = Vec<Operation<TypedCall>>> {
    history(name).prop_flat_map(|operations| {
        let last = prop::collection::vec(0..operations.len().max(1) as u64, operations.len());
        (Just(operations), last).prop_map(|(mut operations, last)| {
            for (operation, last) in operations.iter_mut().zip(last) {
                match &mut operation.call.answer {
                    Answer::Shows(_) => operation.call.answer = Answer::After(last),
                    _ if operation.call.verb != Verb::Begin => operation.call.write = operation.id + 1,
                    _ => {}
                }
            }
            operations
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn counters_agree_with_every_order(operations in history("counter")) {
        agrees(&operations)?;
    }

    #[test]
    fn counters_that_stop_at_nothing_agree_with_every_order(operations in history("max-counter")) {
        agrees(&operations)?;
    }

    #[test]
    fn sets_agree_with_every_order(operations in history("set")) {
        agrees(&operations)?;
    }

    #[test]
    fn two_phase_sets_agree_with_every_order(operations in history("two-phase-set")) {
        agrees(&operations)?;
    }

    #[test]
    fn carts_agree_with_every_order(operations in history("cart")) {
        agrees(&operations)?;
    }

    #[test]
    fn stocks_agree_with_every_order(operations in history("stock")) {
        agrees(&operations)?;
    }

    #[test]
    fn accounts_agree_with_every_order(operations in history("account")) {
        agrees(&operations)?;
    }

    #[test]
    fn names_agree_with_every_order(operations in history("name")) {
        agrees(&operations)?;
    }

    #[test]
    fn feeds_agree_with_every_order(operations in history("feed")) {
        agrees(&operations)?;
    }

    #[test]
    fn ledgers_agree_with_every_order(operations in history("ledger")) {
        agrees(&operations)?;
    }

    #[test]
    fn what_is_known_by_its_changes_agrees_with_every_order(operations in prop_oneof![
        by_changes("counter"), by_changes("two-phase-set"), by_changes("stock"), by_changes("account"), by_changes("name"), by_changes("feed"), by_changes("ledger")
    ]) {
        agrees(&operations)?;
    }
}
