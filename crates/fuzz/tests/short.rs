//! The first cases of every kind, so that nobody has to remember to look.

use fuzz::{FrontDoor, Fuzzer, Outcome};

/// So many take a few seconds.
const CASES: u64 = 1_500;

#[test]
fn damaged_inputs_give_a_value_or_a_clear_error() {
    let fuzzer = Fuzzer::new().expect("the histories of the source tree can be read");
    let mut accepted = Vec::new();
    for number in 0..CASES {
        let case = fuzzer.case(number);
        match case.run() {
            Ok(Outcome::Accepted) => accepted.push(case.door),
            Ok(Outcome::Refused) => {}
            Err(reason) => panic!("{reason}\n{case}"),
        }
    }
    for door in [FrontDoor::Scenario, FrontDoor::LinkBytes, FrontDoor::History] {
        assert!(
            accepted.contains(&door),
            "nothing damaged came through {door:?}: the damage is too great to find anything"
        );
    }
}

#[test]
fn a_case_is_made_by_its_number_alone() {
    let (one, other) = (Fuzzer::new().unwrap(), Fuzzer::new().unwrap());
    assert!((0..100).all(|number| one.case(number) == other.case(number)));
    assert!(one.case(1) != one.case(2));
}
