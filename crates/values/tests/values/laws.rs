//! What holds of every type.

use crate::copies::{Copies, cases, kinds, merged, steps};
use engine::Time;
use proptest::prelude::*;
use values::{At, Author, Change, Declined, Kind, TYPES, VERBS, Value};

proptest! {
    #![proptest_config(cases(300))]

    #[test]
    fn merging_is_commutative_associative_and_idempotent(steps in steps()) {
        for kind in kinds() {
            let copies = Copies::after(&kind, &steps);
            let [a, b, c] = [0, 1, 2].map(|region| &copies.values[region]);
            prop_assert_eq!(merged(a, b), merged(b, a), "{} is not commutative", kind.id());
            prop_assert_eq!(merged(&merged(a, b), c), merged(a, &merged(b, c)), "{} is not associative", kind.id());
            prop_assert_eq!(&merged(a, a), a, "{} is not idempotent", kind.id());
            prop_assert_eq!(merged(&merged(a, b), a), merged(a, b), "{}: what is known changes something", kind.id());
        }
    }

    #[test]
    fn copies_that_heard_of_everything_are_alike(steps in steps()) {
        for kind in kinds() {
            let mut copies = Copies::after(&kind, &steps);
            let mut otherwise = copies.clone();
            copies.settle();
            for (into, from) in [(2, 1), (1, 0), (0, 2), (0, 1), (1, 0), (2, 0)] {
                otherwise.merge(into, from);
            }
            for region in 0..copies.values.len() {
                prop_assert_eq!(&copies.values[region], &copies.values[0], "{} has not converged", kind.id());
                prop_assert_eq!(&otherwise.values[region], &copies.values[0], "{}: the way of news matters", kind.id());
            }
        }
    }

    #[test]
    fn a_change_that_is_in_a_value_changes_nothing_more(steps in steps()) {
        for kind in kinds().into_iter().filter(keeps_counts) {
            let copies = Copies::after(&kind, &steps);
            for (value, heard) in copies.values.iter().zip(&copies.heard) {
                let mut again = value.clone();
                for taken in heard.iter().map(|place| &copies.taken[*place]) {
                    prop_assert_eq!(again.apply(taken.change, &taken.at), Ok(()));
                }
                prop_assert_eq!(&again, value, "{} counts a change twice", kind.id());
            }
        }
    }
}

fn keeps_counts(kind: &Kind) -> bool {
    matches!(
        kind,
        Kind::Counter | Kind::Set | Kind::Stock { .. } | Kind::Account { .. } | Kind::Feed | Kind::Ledger { .. }
    )
}

#[test]
fn a_retry_that_comes_as_another_change_counts_as_its_type_says() {
    for kind in kinds() {
        let verb = kind.info().verbs[0];
        let change = Change { verb, what: 1, above: 0, amount: 1, hold: 2 };
        let mut copies = Copies::new(&kind);
        let _ = copies.change(0, change);
        let once = copies.show(0);
        let _ = copies.retry(0, change);
        assert_eq!(copies.show(0) == once, kind.info().once, "{}", kind.id());
    }
}

#[test]
fn every_type_takes_the_changes_it_lists_and_no_other() {
    let at = At { write: 1, author: Author::default(), count: 1, now: Time::ZERO };
    for kind in kinds() {
        for row in VERBS {
            let answer = Value::new(&kind).apply(Change { verb: row.verb, what: 1, above: 0, amount: 1, hold: 2 }, &at);
            let is_listed = kind.info().verbs.contains(&row.verb);
            assert_eq!(answer != Err(Declined::Unfit), is_listed, "{} and {:?}", kind.id(), row.verb);
        }
    }
}

#[test]
fn a_change_that_does_not_say_what_its_verb_takes_is_declined() {
    let at = At { write: 1, author: Author::default(), count: 1, now: Time::ZERO };
    for kind in kinds() {
        for verb in kind.info().verbs.iter().filter(|verb| !verb.info().takes.form().is_empty()) {
            let answer = Value::new(&kind).apply(Change::new(*verb), &at);
            assert_eq!(answer, Err(Declined::Unfit), "{} and {verb:?}", kind.id());
        }
    }
}

#[test]
fn every_kind_has_its_own_line_in_the_list_of_types() {
    let mut kinds = kinds();
    kinds.dedup_by_key(|kind| kind.id());
    let ids: Vec<&str> = kinds.iter().map(Kind::id).collect();
    assert_eq!(ids, TYPES.iter().map(|info| info.id).collect::<Vec<_>>());
}
