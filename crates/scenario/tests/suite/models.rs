//! What the checker takes a type to do, against what the type does: the same changes one after the other, and the same answers.

use check::{Answer, Contents, Operation, TypedCall, TypedRules, ValueType, typed_verdict};
use engine::{Digest, Stream, Time};
use std::collections::BTreeSet;
use values::{At, Author, Change, Kind, Shown, TYPES, Value, Verb};

/// A change as the checker knows it.
fn asked(of: ValueType, change: Change, customer: u64, write: u64) -> TypedCall {
    let (amount, element) = (i64::from(change.amount), i64::from(change.what));
    let (verb, number) = match change.verb {
        Verb::Add => (check::Verb::Add, amount),
        Verb::Insert => (check::Verb::Add, element),
        Verb::Remove => (check::Verb::Remove, element),
        Verb::Sell => (check::Verb::Sell, amount),
        Verb::Reserve => (check::Verb::Reserve, amount),
        Verb::Commit => (check::Verb::Commit, 0),
        Verb::Release => (check::Verb::Release, 0),
        Verb::Restock => (check::Verb::Restock, amount),
        Verb::Deposit => (check::Verb::Deposit, amount),
        Verb::Withdraw => (check::Verb::Withdraw, amount),
        Verb::Claim => (check::Verb::Claim, 0),
        Verb::Cede => (check::Verb::Cede, 0),
        Verb::Post => (check::Verb::Post, write as i64),
        Verb::Transfer => (check::Verb::Transfer, amount),
        other => panic!("{other:?} is of no type that is decided so"),
    };
    let hold = if change.verb == Verb::Reserve { u64::from(change.hold) * 1_000_000 } else { 0 };
    let accounts = change.accounts().map(u64::from);
    TypedCall { who: Some(customer), hold, accounts, write, ..TypedCall::new(of, verb, number) }
}

/// What a value shows, if it can be told from what was asked; which elements are there it says by a digest only.
#[derive(Default)]
struct Known {
    elements: BTreeSet<u64>,
    posts: Vec<u64>,
    holders: Vec<(u64, u64)>,
    moved: [i64; 8],
}

impl Known {
    fn learn(&mut self, change: Change, customer: u64, write: u64) {
        match change.verb {
            Verb::Insert => _ = self.elements.insert(change.what.into()),
            Verb::Remove => _ = self.elements.remove(&u64::from(change.what)),
            Verb::Post => self.posts.push(write),
            Verb::Claim => self.holders.push((write, customer)),
            Verb::Transfer => {
                let [from, to] = change.accounts().map(|account| usize::from(account) - 1);
                self.moved[from] -= i64::from(change.amount);
                self.moved[to] += i64::from(change.amount);
            }
            _ => {}
        }
    }

    fn contents(&self, kind: &Kind, shown: Shown) -> Contents {
        let digest = |all: &[u64]| {
            let mut digest = Digest::new();
            all.iter().for_each(|one| digest.write_u64(*one));
            digest.value()
        };
        let list = |all: &[u64], shown: Shown, digest: u64| {
            assert_eq!(shown, Shown::Elements { count: all.len() as u32, digest });
            Contents::List(all.iter().map(|one| *one as i64).collect())
        };
        let elements: Vec<u64> = self.elements.iter().copied().collect();
        match shown {
            Shown::Nothing => Contents::Nothing,
            Shown::Number(number) => Contents::Number(number),
            Shown::Stock { left, held, sold } => {
                Contents::Stock { left: left.into(), held: held.into(), sold: sold.into() }
            }
            Shown::Elements { count: 0, .. } => Contents::List(Vec::new()),
            Shown::Elements { .. } if *kind == Kind::Feed => list(&self.posts, shown, digest(&[digest(&self.posts)])),
            Shown::Elements { .. } => list(&elements, shown, digest(&elements)),
            Shown::Holder(write) => {
                let holder = self.holders.iter().find(|(claim, _)| *claim == write).expect("it was claimed");
                Contents::Number(holder.1 as i64)
            }
            Shown::Balances { total, digest: shown } => {
                let held = self.moved.map(|moved| 6 + moved);
                assert_eq!((total, shown), (48, digest(&held.map(|held| held as u64))));
                Contents::Balances((1..).zip(held).collect())
            }
            Shown::Write(write) => panic!("a register shows {write}"),
        }
    }
}

/// So many changes of a value of a type, each followed by a read, and what its copy answers. One second each; holds last between two.
fn history(id: &str, seed: u64) -> Vec<Operation<TypedCall>> {
    let of = ValueType::of(id).expect("it is decided");
    let kind = Kind::beginning_with(id, 6).expect("it is a type");
    let verbs = kind.info().verbs;
    let mut stream = Stream::named(seed, "models", 0);
    let mut draw = |below: u64| stream.below(below);
    let (mut value, mut known) = (Value::new(&kind), Known::default());
    let begins = matches!(kind, Kind::Stock { .. } | Kind::Account { .. } | Kind::Ledger { .. });
    let mut operations = vec![TypedCall::beginning(of, 0, if begins { 6 } else { 0 })];
    for step in 1..=40u64 {
        let customer = draw(3) + 1;
        let verb = verbs[draw(verbs.len() as u64) as usize];
        let amount = draw(4) as i32 + 1;
        let change = match verb {
            Verb::Insert | Verb::Remove => Change::of(verb, amount as u16),
            Verb::Commit | Verb::Release | Verb::Claim | Verb::Cede | Verb::Post => Change::new(verb),
            Verb::Transfer => {
                let from = draw(3) as u8 + 1;
                Change::by(verb, amount).between([from, from % 3 + 1])
            }
            Verb::Reserve => Change { hold: 3500, ..Change::by(verb, amount) },
            Verb::Add => Change::by(verb, if draw(3) == 0 { -amount } else { amount }),
            _ => Change::by(verb, amount),
        };
        let now = Time::from_secs(step);
        let change = change.by_customer(customer);
        let taken = value.apply(change, &At { write: step, author: Author::default(), count: step, now });
        let call = asked(of, change, customer, step);
        let answer = if taken.is_ok() { Answer::Taken } else { Answer::Declined };
        if taken.is_ok() {
            known.learn(change, customer, step);
        }
        let shown = known.contents(&kind, value.show(now));
        let calls = [TypedCall { answer, ..call }, TypedCall::read(of, Answer::Shows(shown))];
        for (place, call) in (0..).zip(calls) {
            let invoked = now.as_nanos() + place * 10;
            operations.push(Operation {
                id: step * 2 + place,
                process: customer,
                key: 0,
                call,
                invoked,
                took: Some(1),
            });
        }
    }
    operations
}

const RULES: TypedRules = TypedRules { clock: check::Clock::Nanoseconds, budget: None, holds_loosely: false };

#[test]
fn one_after_the_other_a_type_does_what_the_checker_takes_it_to_do() {
    let types: Vec<&str> = TYPES.iter().map(|info| info.id).filter(|id| *id != "register").collect();
    for id in types {
        let mut declined = 0;
        for seed in 0..50 {
            let operations = history(id, seed);
            let verdict = typed_verdict(&operations, &RULES);
            assert!(verdict.holds(), "{id}, seed {seed}: {verdict:?}");
            declined += operations.iter().filter(|operation| operation.call.answer == Answer::Declined).count();
        }
        let declines = ValueType::of(id).is_some_and(ValueType::declines);
        assert_eq!(declined > 0, declines, "{id}: {declined} declined");
    }
}

#[test]
fn another_answer_than_the_types_is_found() {
    for id in ["stock", "account", "name", "two-phase-set", "ledger"] {
        for seed in 0..20 {
            let mut operations = history(id, seed);
            let changes = operations.iter().filter(|operation| operation.call.depends()).count();
            let place = operations.iter().position(|operation| operation.call.depends()).expect("there is one");
            let answer = &mut operations[place].call.answer;
            *answer = if *answer == Answer::Taken { Answer::Declined } else { Answer::Taken };
            let verdict = typed_verdict(&operations, &RULES);
            assert!(verdict.witness().is_some(), "{id}, seed {seed}, {changes} changes: {verdict:?}");
        }
    }
}
