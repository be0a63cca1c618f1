//! What is sold twice, and what holds hold.

use crate::copies::{COPIES, Copies, Step, cases, steps};
use engine::Span;
use proptest::prelude::*;
use values::{Change, Declined, Kind, Shown, Verb};

const POOL: Kind = Kind::Stock { initial: 12, quotas: None };

fn shared() -> Kind {
    Kind::Stock { initial: 12, quotas: Some(vec![5, 4, 3]) }
}

fn left(shown: Shown) -> i32 {
    match shown {
        Shown::Stock { left, .. } => left,
        other => unreachable!("a stock shows what is left, and this is {other:?}"),
    }
}

fn sell(amount: i32) -> Change {
    Change::by(Verb::Sell, amount)
}

fn reserve(customer: u16, amount: i32) -> Change {
    Change { verb: Verb::Reserve, what: customer, above: 0, amount, hold: 0 }
}

proptest! {
    #![proptest_config(cases(1_000))]

    #[test]
    fn a_stock_with_quotas_is_never_oversold(steps in steps()) {
        let mut copies = Copies::after(&shared(), &steps);
        for region in 0..COPIES {
            prop_assert!(left(copies.show(region)) >= 0);
        }
        copies.settle();
        prop_assert!(left(copies.show(0)) >= 0);
    }
}

proptest! {
    #![proptest_config(cases(300))]

    #[test]
    fn one_copy_of_a_stock_is_never_oversold(steps in steps()) {
        let one: Vec<Step> = steps.into_iter().filter(|step| matches!(step, Step::Change { region: 0, .. } | Step::Wait(_))).collect();
        for length in 0..=one.len() {
            prop_assert!(left(Copies::after(&POOL, &one[..length]).show(0)) >= 0);
        }
    }

    #[test]
    fn nothing_that_was_sold_or_restocked_is_lost(steps in steps()) {
        let directly: Vec<Step> = steps.into_iter().filter(|step| match step {
            Step::Change { verb, .. } => matches!(POOL.info().verbs[verb % POOL.info().verbs.len()], Verb::Sell | Verb::Restock),
            _ => true,
        }).collect();
        let mut copies = Copies::after(&POOL, &directly);
        copies.settle();
        let sold = copies.sum(|change| if change.verb == Verb::Sell { change.amount } else { 0 }) as i32;
        let restocked = copies.sum(|change| if change.verb == Verb::Restock { change.amount } else { 0 }) as i32;
        prop_assert_eq!(copies.show(1), Shown::Stock { left: 12 + restocked - sold, held: 0, sold });
    }
}

#[test]
fn two_copies_of_a_stock_sell_the_same_units_unless_each_has_its_quota() {
    let apart = |kind| {
        let mut copies = Copies::new(&kind);
        let answers = [0, 1].map(|region| (0..12).filter(|_| copies.change(region, sell(1)) == Ok(())).count());
        copies.settle();
        (answers, copies.show(2))
    };
    assert_eq!(apart(POOL), ([12, 12], Shown::Stock { left: -12, held: 0, sold: 24 }));
    assert_eq!(apart(shared()), ([5, 4], Shown::Stock { left: 3, held: 0, sold: 9 }));
}

#[test]
fn a_region_declines_for_want_of_its_share_or_because_all_is_sold() {
    let mut copies = Copies::new(&shared());
    assert_eq!(copies.change(2, sell(4)), Err(Declined::NoShare));
    assert_eq!(copies.change(2, sell(13)), Err(Declined::SoldOut));
    assert_eq!(copies.change(2, Change::by(Verb::Restock, 1)), Ok(()));
    assert_eq!(copies.change(2, sell(4)), Ok(()), "what a region restocks is its own");
    let mut pool = Copies::new(&POOL);
    assert_eq!(pool.change(2, sell(13)), Err(Declined::SoldOut));
}

#[test]
fn a_hold_ends_exactly_when_its_time_is_over() {
    let nanosecond = Span::from_nanos(1);
    let mut copies = Copies::new(&POOL);
    assert_eq!(copies.hold(0, reserve(1, 12), Span::from_secs(60)), Ok(()));
    copies.wait(Span::from_secs(60) - nanosecond);
    assert_eq!(copies.show(0), Shown::Stock { left: 0, held: 12, sold: 0 });
    let mut before = copies.clone();
    assert_eq!(before.change(0, sell(1)), Err(Declined::SoldOut));
    assert_eq!(before.change(0, Change::of(Verb::Commit, 1)), Ok(()));
    assert_eq!(before.show(0), Shown::Stock { left: 0, held: 0, sold: 12 });
    copies.wait(nanosecond);
    assert_eq!(copies.show(0), Shown::Stock { left: 12, held: 0, sold: 0 });
    assert_eq!(copies.change(0, Change::of(Verb::Commit, 1)), Err(Declined::NotHeld));
    assert_eq!(copies.change(0, sell(12)), Ok(()));
}

#[test]
fn a_customer_ends_its_own_holds_the_first_to_run_out_first() {
    let mut copies = Copies::new(&POOL);
    for (customer, amount, secs) in [(1, 3, 30), (1, 2, 20), (2, 1, 10)] {
        assert_eq!(copies.hold(0, reserve(customer, amount), Span::from_secs(secs)), Ok(()));
    }
    assert_eq!(copies.change(0, Change::of(Verb::Commit, 1)), Ok(()));
    assert_eq!(copies.show(0), Shown::Stock { left: 6, held: 4, sold: 2 });
    assert_eq!(copies.change(0, Change::of(Verb::Release, 1)), Ok(()));
    assert_eq!(copies.show(0), Shown::Stock { left: 9, held: 1, sold: 2 });
    assert_eq!(copies.change(0, Change::of(Verb::Release, 1)), Err(Declined::NotHeld));
}

#[test]
fn a_hold_is_ended_in_another_region_unless_it_counts_against_a_quota() {
    let elsewhere = |kind| {
        let mut copies = Copies::new(&kind);
        assert_eq!(copies.hold(0, reserve(1, 2), Span::from_secs(60)), Ok(()));
        copies.settle();
        copies.change(1, Change::of(Verb::Commit, 1))
    };
    assert_eq!(elsewhere(POOL), Ok(()));
    assert_eq!(elsewhere(shared()), Err(Declined::NotHeld));
}

#[test]
fn a_hold_that_two_copies_commit_is_sold_twice() {
    let mut copies = Copies::new(&POOL);
    assert_eq!(copies.hold(0, reserve(1, 12), Span::from_secs(60)), Ok(()));
    copies.settle();
    let commit = Change::of(Verb::Commit, 1);
    assert_eq!([copies.change(0, commit), copies.change(1, commit)], [Ok(()); 2]);
    copies.settle();
    assert_eq!(copies.show(2), Shown::Stock { left: -12, held: 0, sold: 24 });
}

#[test]
fn so_many_customers_are_told_apart_as_a_long_run_has() {
    for other in [65_536, 131_071, 16_777_215] {
        let mut copies = Copies::new(&POOL);
        assert_eq!(copies.hold(0, reserve(0, 2).by_customer(1), Span::from_secs(60)), Ok(()));
        let commit = Change::new(Verb::Commit);
        assert_eq!(copies.change(0, commit.by_customer(other)), Err(Declined::NotHeld), "{other}");
        assert_eq!(copies.change(0, commit.by_customer(1)), Ok(()));
    }
}
