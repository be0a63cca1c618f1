//! Versions side by side: what was written apart is kept until somebody replaces it who knew it.

use crate::copies::cases;
use engine::Time;
use proptest::prelude::*;
use std::collections::BTreeSet;
use values::{At, Author, Siblings};

/// A version with those that its writer replaced.
type Version = (u64, BTreeSet<u64>);

/// Something that happens to one of three copies.
#[derive(Clone, Copy, Debug)]
enum Step {
    /// Written in the place of all that is there.
    Write(usize),
    /// Written in the place of one version only.
    Update(usize),
    Merge(usize, usize),
}

#[derive(Clone, Default)]
struct Copies {
    copies: [Siblings<Version>; 3],
    /// By write: all those that it replaced, and those that these had replaced.
    known: Vec<BTreeSet<u64>>,
}

impl Copies {
    fn after(steps: &[Step]) -> Copies {
        let mut copies = Copies::default();
        steps.iter().for_each(|step| copies.step(*step));
        copies
    }

    fn step(&mut self, step: Step) {
        match step {
            Step::Write(region) => self.write(region, usize::MAX),
            Step::Update(region) => self.write(region, 1),
            Step::Merge(into, from) => self.copies[into] = merged(&self.copies[into], &self.copies[from]),
        }
    }

    fn write(&mut self, region: usize, replaced: usize) {
        let write = self.known.len() as u64;
        let over: BTreeSet<u64> = self.copies[region].iter().take(replaced).map(|(write, _)| *write).collect();
        let before = over.iter().flat_map(|write| self.known[*write as usize].clone());
        self.known.push(before.chain(over.clone()).collect());
        let author = Author { region: region as u16, life: 0 };
        let at = At { write: write + 1, author, count: write + 1, now: Time::ZERO };
        let replaces = over.clone();
        self.copies[region].put(&at, (write, over), &|(write, _)| replaces.contains(write));
    }

    fn shown(&self, region: usize) -> BTreeSet<u64> {
        self.copies[region].iter().map(|(write, _)| *write).collect()
    }

    fn settle(&mut self) {
        for (into, from) in [(0, 1), (0, 2), (1, 0), (2, 0)] {
            self.step(Step::Merge(into, from));
        }
    }
}

fn merged(one: &Siblings<Version>, other: &Siblings<Version>) -> Siblings<Version> {
    let mut both = one.clone();
    both.merge(other);
    both
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let region = 0..3_usize;
    let merge = (region.clone(), region.clone()).prop_map(|(into, from)| Step::Merge(into, from));
    let step = prop_oneof![region.clone().prop_map(Step::Write), region.prop_map(Step::Update), merge];
    prop::collection::vec(step, 0..40)
}

proptest! {
    #![proptest_config(cases(500))]

    #[test]
    fn merging_siblings_is_commutative_associative_and_idempotent(steps in steps()) {
        let [a, b, c] = &Copies::after(&steps).copies;
        prop_assert_eq!(merged(a, b), merged(b, a));
        prop_assert_eq!(merged(&merged(a, b), c), merged(a, &merged(b, c)));
        prop_assert_eq!(&merged(a, a), a);
        prop_assert_eq!(merged(&merged(a, b), a), merged(a, b));
    }

    #[test]
    fn what_is_left_are_the_writes_that_no_other_replaced(steps in steps()) {
        let mut copies = Copies::after(&steps);
        copies.settle();
        let replaced: BTreeSet<u64> = copies.known.iter().flatten().copied().collect();
        let left: BTreeSet<u64> = (0..copies.known.len() as u64).filter(|write| !replaced.contains(write)).collect();
        for region in 0..3 {
            prop_assert_eq!(copies.shown(region), left.clone());
        }
    }
}

#[test]
fn two_versions_are_kept_until_somebody_replaces_both() {
    let mut copies = Copies::after(&[Step::Write(0), Step::Write(1), Step::Merge(1, 0), Step::Merge(0, 1)]);
    assert_eq!([copies.shown(0), copies.shown(1)], [BTreeSet::from([0, 1]), BTreeSet::from([0, 1])]);
    copies.step(Step::Write(1));
    copies.step(Step::Merge(0, 1));
    assert_eq!(copies.shown(0), [2].into());
}

#[test]
fn each_version_and_each_author_weighs_something() {
    let weight = |steps: &[Step]| Copies::after(steps).copies[1].overhead();
    assert_eq!(weight(&[]), 0);
    assert_eq!(weight(&[Step::Write(0), Step::Write(1), Step::Merge(1, 0)]), 2 * weight(&[Step::Write(1)]));
}

#[test]
fn what_was_read_elsewhere_is_taken_away_also_where_it_comes_later_and_what_was_written_since_stays() {
    let mut there = Copies::after(&[Step::Write(0)]);
    let known = there.copies[0].dots().map(|(dot, _)| dot).collect::<Vec<_>>();
    let mut here = Siblings::default();
    known.iter().for_each(|(author, upto)| here.forget(*author, *upto));
    assert!(there.copies[1].lacks(&here) && !here.lacks(&there.copies[0]));
    there.write(0, 0);
    assert_eq!(there.shown(0), [0, 1].into());
    assert!(here.lacks(&there.copies[0]));
    let left = merged(&there.copies[0], &here);
    assert_eq!(left.iter().map(|(write, _)| *write).collect::<Vec<_>>(), [1]);
    assert_eq!(merged(&here, &there.copies[0]), left);
}
