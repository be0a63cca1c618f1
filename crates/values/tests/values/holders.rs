//! Registers and names: of two, one stays.

use crate::copies::{Copies, cases, steps};
use engine::Span;
use proptest::prelude::*;
use values::{Change, Declined, Kind, Shown, Verb};

const SET: Change = Change::new(Verb::Set);

fn claim(customer: u16) -> Change {
    Change::of(Verb::Claim, customer)
}

fn cede(customer: u16) -> Change {
    Change::of(Verb::Cede, customer)
}

proptest! {
    #![proptest_config(cases(300))]

    #[test]
    fn a_register_shows_one_of_the_writes_that_were_the_last_of_a_copy(steps in steps()) {
        let mut copies = Copies::after(&Kind::Register, &steps);
        let before: Vec<Shown> = (0..copies.values.len()).map(|region| copies.show(region)).collect();
        copies.settle();
        prop_assert!(before.contains(&copies.show(0)));
    }

    #[test]
    fn a_name_that_nobody_gave_up_is_his_who_claimed_it_first_by_the_clock_of_his_region(steps in steps()) {
        let mut copies = Copies::after(&Kind::Name, &steps);
        copies.settle();
        prop_assume!(copies.taken.iter().all(|taken| taken.change.verb == Verb::Claim));
        let first = copies.taken.iter().min_by_key(|taken| (taken.at.now, taken.at.author.region));
        let holder = first.map_or(Shown::Nothing, |taken| Shown::Holder(taken.at.write));
        prop_assert_eq!([copies.show(0), copies.show(1), copies.show(2)], [holder; 3]);
    }
}

#[test]
fn a_fast_clock_wins_against_a_later_write() {
    let mut copies = Copies::new(&Kind::Register);
    assert_eq!(copies.change(1, SET), Ok(()));
    copies.settle();
    copies.wait(Span::from_millis(600));
    assert_eq!(copies.change(0, SET), Ok(()));
    assert_eq!(copies.show(0), Shown::Write(2), "who writes sees what was written");
    copies.merge(0, 1);
    assert_eq!(copies.show(0), Shown::Write(1));
}

#[test]
fn nothing_is_shown_before_the_first_write() {
    assert_eq!(Copies::new(&Kind::Register).show(0), Shown::Nothing);
    assert_eq!(Copies::new(&Kind::Name).show(0), Shown::Nothing);
}

#[test]
fn a_name_is_taken_until_its_holder_gives_it_up() {
    let mut copies = Copies::new(&Kind::Name);
    assert_eq!(copies.change(0, claim(1)), Ok(()));
    assert_eq!(copies.retry(0, claim(1)), Ok(()), "whoever asks again has it");
    copies.settle();
    assert_eq!(copies.change(1, claim(2)), Err(Declined::Taken));
    assert_eq!(copies.change(1, cede(2)), Err(Declined::NotHeld));
    assert_eq!(copies.change(1, cede(1)), Ok(()));
    assert_eq!(copies.change(1, claim(2)), Ok(()));
    copies.settle();
    assert_eq!(copies.show(0), Shown::Holder(5), "who was first does not count any more once it gave up");
    assert_eq!(copies.change(0, claim(3)), Err(Declined::Taken));
}

#[test]
fn a_name_that_was_given_up_is_free_wherever_that_is_heard_of() {
    let mut copies = Copies::new(&Kind::Name);
    assert_eq!(copies.change(0, claim(1)), Ok(()));
    copies.settle();
    assert_eq!(copies.change(1, cede(1)), Ok(()));
    assert_eq!([copies.show(0), copies.show(1)], [Shown::Holder(1), Shown::Nothing]);
    copies.settle();
    assert_eq!([copies.show(0), copies.show(1)], [Shown::Nothing; 2]);
}

#[test]
fn two_copies_let_two_have_one_name_and_one_of_them_loses_it() {
    let mut copies = Copies::new(&Kind::Name);
    assert_eq!([copies.change(1, claim(1)), copies.change(0, claim(2))], [Ok(()); 2]);
    copies.settle();
    assert_eq!(copies.show(1), Shown::Holder(2), "the clock of the other region was ahead");
}
