//! Three sets, and what becomes of an element that is added and removed.

use crate::copies::{Copies, Taken, cases, steps};
use proptest::prelude::*;
use std::collections::BTreeSet;
use values::{Change, Declined, Kind, Shown, Verb};

/// What a fresh set of these elements shows.
fn showing(elements: impl IntoIterator<Item = u16>) -> Shown {
    let mut copies = Copies::new(&Kind::Set);
    elements.into_iter().for_each(|element| assert_eq!(copies.change(0, insert(element)), Ok(())));
    copies.show(0)
}

fn insert(element: u16) -> Change {
    Change::of(Verb::Insert, element)
}

fn remove(element: u16) -> Change {
    Change::of(Verb::Remove, element)
}

/// The elements that somebody added and nobody who had heard of it removed, told by the whole history.
fn unremoved(copies: &Copies) -> BTreeSet<u16> {
    let taken = || copies.taken.iter().enumerate();
    let removed = |place: usize, element: u16| {
        taken().any(|(_, later)| later.change == remove(element) && later.heard.contains(&place))
    };
    let added = taken().filter(|(_, taken)| taken.change.verb == Verb::Insert);
    added.map(|(place, taken)| (place, taken.change.what)).filter(|(p, e)| !removed(*p, *e)).map(|(_, e)| e).collect()
}

proptest! {
    #![proptest_config(cases(300))]

    #[test]
    fn a_set_holds_what_was_added_unless_it_was_removed_by_who_had_heard_of_it(steps in steps()) {
        let mut copies = Copies::after(&Kind::Set, &steps);
        copies.settle();
        prop_assert_eq!(copies.show(1), showing(unremoved(&copies)));
    }

    #[test]
    fn nothing_that_was_removed_is_in_a_two_phase_set(steps in steps()) {
        let mut copies = Copies::after(&Kind::TwoPhaseSet, &steps);
        copies.settle();
        // Removing what is not there is no removal.
        let removed = |element| copies.taken.iter().any(|taken| {
            let there = |place: &usize| copies.taken[*place].change == insert(element);
            taken.change == remove(element) && taken.heard.iter().any(there)
        });
        let added = copies.taken.iter().filter(|taken| taken.change.verb == Verb::Insert);
        let kept: BTreeSet<u16> = added.map(|taken| taken.change.what).filter(|element| !removed(*element)).collect();
        prop_assert_eq!(copies.show(1), showing(kept));
    }

    #[test]
    fn a_cart_loses_nothing_that_was_put_in_and_never_removed(steps in steps()) {
        let mut copies = Copies::after(&Kind::Cart, &steps);
        copies.settle();
        let before = copies.show(1);
        for Taken { change, .. } in copies.taken.clone() {
            let was_removed = copies.taken.iter().any(|taken| taken.change == remove(change.what));
            if change.verb == Verb::Insert && !was_removed {
                prop_assert_eq!(copies.change(1, change), Ok(()));
            }
        }
        prop_assert_eq!(copies.show(1), before, "putting it in again changes nothing");
    }
}

/// Both copies know of an element, one removes it and the other does nothing.
fn after_removal(kind: &Kind) -> Copies {
    let mut copies = Copies::new(kind);
    assert_eq!(copies.change(0, insert(7)), Ok(()));
    copies.settle();
    assert_eq!(copies.change(0, remove(7)), Ok(()));
    copies.settle();
    copies
}

#[test]
fn what_was_removed_comes_back_in_a_cart_alone() {
    assert_eq!(after_removal(&Kind::Cart).show(0), showing([7]));
    assert_eq!(after_removal(&Kind::Set).show(0), showing([]));
    assert_eq!(after_removal(&Kind::TwoPhaseSet).show(0), showing([]));
}

#[test]
fn what_was_removed_can_be_added_again_except_in_a_two_phase_set() {
    let again = |kind| {
        let mut copies = after_removal(&kind);
        (copies.change(1, insert(7)), copies.show(1))
    };
    assert_eq!(again(Kind::Set), (Ok(()), showing([7])));
    assert_eq!(again(Kind::TwoPhaseSet), (Err(Declined::Removed), showing([])));
}

#[test]
fn what_is_added_and_removed_at_the_same_time_stays_in_a_set_and_not_in_a_two_phase_set() {
    let at_once = |kind| {
        let mut copies = Copies::new(&kind);
        assert_eq!(copies.change(0, insert(7)), Ok(()));
        copies.settle();
        assert_eq!([copies.change(0, remove(7)), copies.change(1, insert(7))], [Ok(()); 2]);
        copies.settle();
        copies.show(2)
    };
    assert_eq!(at_once(Kind::Set), showing([7]));
    assert_eq!(at_once(Kind::TwoPhaseSet), showing([]));
}

#[test]
fn a_set_keeps_no_marker_of_what_was_removed_and_a_two_phase_set_does() {
    let weight = |kind: &Kind, elements: u16| {
        let mut copies = Copies::new(kind);
        for element in 1..=elements {
            assert_eq!([copies.change(0, insert(element)), copies.change(0, remove(element))], [Ok(()); 2]);
        }
        copies.values[0].bytes()
    };
    assert_eq!(weight(&Kind::Set, 1), weight(&Kind::Set, 100));
    assert_eq!(100 * weight(&Kind::TwoPhaseSet, 1), weight(&Kind::TwoPhaseSet, 100));
}
