//! Counters, accounts and feeds: what is summed up.

use crate::copies::{Copies, cases, steps};
use proptest::prelude::*;
use values::{Change, Declined, Kind, Shown, Verb};

proptest! {
    #![proptest_config(cases(300))]

    #[test]
    fn a_counter_loses_nothing_that_was_added_and_counts_nothing_twice(steps in steps()) {
        let mut copies = Copies::after(&Kind::Counter, &steps);
        copies.settle();
        prop_assert_eq!(copies.show(1), Shown::Number(copies.sum(|change| change.amount)));
    }

    #[test]
    fn a_balance_is_what_was_paid_in_less_what_was_paid_out(steps in steps()) {
        let mut copies = Copies::after(&Kind::Account { initial: 10 }, &steps);
        copies.settle();
        let paid_in = copies.sum(|change| if change.verb == Verb::Deposit { change.amount } else { -change.amount });
        prop_assert_eq!(copies.show(1), Shown::Number(10 + paid_in));
    }

    #[test]
    fn a_feed_loses_no_post(steps in steps()) {
        let mut copies = Copies::after(&Kind::Feed, &steps);
        copies.settle();
        prop_assert_eq!(count(copies.show(1)), copies.taken.len());
    }

    #[test]
    fn one_copy_of_an_account_is_never_overdrawn(amounts in prop::collection::vec(prop_oneof![-9..0_i32, 1..9], 0..60)) {
        let mut copies = Copies::new(&Kind::Account { initial: 10 });
        for amount in amounts {
            let verb = if amount > 0 { Verb::Deposit } else { Verb::Withdraw };
            let Shown::Number(before) = copies.show(0) else { unreachable!("a balance is a number") };
            let answer = copies.change(0, Change::by(verb, amount.abs()));
            prop_assert_eq!(answer.is_err(), before + i64::from(amount) < 0);
        }
    }
}

proptest! {
    #![proptest_config(cases(300))]

    #[test]
    fn what_begins_anew_after_a_lost_disk_hides_nothing_that_others_know(steps in steps(), lost in 0..60_usize) {
        let kind = Kind::Counter;
        let (before, after) = steps.split_at(lost.min(steps.len()));
        let mut copies = Copies::after(&kind, before);
        copies.lose(&kind, 0);
        after.iter().for_each(|step| copies.step(&kind, *step));
        copies.settle();
        let known = copies.heard[1].iter().map(|place| i64::from(copies.taken[*place].change.amount)).sum();
        prop_assert_eq!(copies.show(1), Shown::Number(known));
    }
}

fn count(shown: Shown) -> usize {
    match shown {
        Shown::Elements { count, .. } => count as usize,
        other => unreachable!("elements are counted, and this is {other:?}"),
    }
}

fn add(amount: i32) -> Change {
    Change::by(Verb::Add, amount)
}

/// A like that another copy has heard of is taken back, and the copies are merged.
fn undone(kind: &Kind) -> Shown {
    let mut copies = Copies::new(kind);
    assert_eq!([copies.change(0, add(1)), copies.change(0, add(1))], [Ok(()); 2]);
    copies.merge(1, 0);
    assert_eq!(copies.change(0, add(-1)), Ok(()));
    copies.settle();
    copies.show(0)
}

#[test]
fn a_like_that_was_taken_back_returns_if_counts_are_merged_by_the_maximum() {
    assert_eq!(undone(&Kind::MaxCounter), Shown::Number(2));
    assert_eq!(undone(&Kind::Counter), Shown::Number(1));
}

#[test]
fn a_like_that_is_taken_back_in_another_region_is_ignored_if_counts_do_not_go_below_zero() {
    let elsewhere = |kind| {
        let mut copies = Copies::new(&kind);
        let answers = [copies.change(0, add(1)), copies.change(1, add(-1))];
        copies.settle();
        (answers, copies.show(0))
    };
    assert_eq!(elsewhere(Kind::MaxCounter), ([Ok(()); 2], Shown::Number(1)));
    assert_eq!(elsewhere(Kind::Counter), ([Ok(()); 2], Shown::Number(0)));
}

#[test]
fn two_copies_of_an_account_pay_out_the_same_money() {
    let mut copies = Copies::new(&Kind::Account { initial: 100 });
    let withdraw = Change::by(Verb::Withdraw, 80);
    assert_eq!([copies.change(0, withdraw), copies.change(1, withdraw)], [Ok(()); 2]);
    assert_eq!(copies.change(0, withdraw), Err(Declined::Overdrawn));
    copies.settle();
    assert_eq!(copies.show(2), Shown::Number(-60));
}

#[test]
fn a_feed_keeps_the_order_of_each_author() {
    let posts = |regions: [usize; 3]| {
        let mut copies = Copies::new(&Kind::Feed);
        let answers = regions.map(|region| copies.change(region, Change::new(Verb::Post)));
        assert_eq!(answers, [Ok(()); 3]);
        copies.settle();
        copies.show(0)
    };
    assert_eq!(count(posts([0, 0, 1])), 3);
    assert_ne!(posts([0, 0, 1]), posts([0, 1, 0]), "other posts stand behind each other");
}
