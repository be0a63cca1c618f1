//! Copies of one key that change apart from each other and are merged now and then.

use engine::{Span, Time};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use std::collections::BTreeSet;
use values::{At, Author, Change, Declined, Kind, Shown, TYPES, Takes, Value, Verb};

/// How many copies there are.
pub(crate) const COPIES: usize = 3;

/// Copies in as many regions, each with a clock of its own, and what they took.
#[derive(Clone)]
pub(crate) struct Copies {
    pub(crate) values: Vec<Value>,
    /// Every change that a copy took, in the order in which they happened.
    pub(crate) taken: Vec<Taken>,
    /// Of each copy, which of the changes taken it has heard of.
    pub(crate) heard: Vec<BTreeSet<usize>>,
    counts: [u64; COPIES],
    lives: [u64; COPIES],
    writes: u64,
    now: Time,
}

/// A change that was taken.
#[derive(Clone)]
pub(crate) struct Taken {
    pub(crate) change: Change,
    pub(crate) at: At,
    /// What its copy had heard of.
    pub(crate) heard: BTreeSet<usize>,
}

impl Copies {
    pub(crate) fn new(kind: &Kind) -> Copies {
        Copies {
            values: vec![Value::new(kind); COPIES],
            taken: Vec::new(),
            heard: vec![BTreeSet::new(); COPIES],
            counts: [0; COPIES],
            lives: [0; COPIES],
            writes: 0,
            now: Time::from_secs(10),
        }
    }

    /// What the clock of a region shows: the first goes right, the others are ahead of it.
    pub(crate) fn clock(&self, region: usize) -> Time {
        self.now + Span::from_millis(700) * region as u64
    }

    pub(crate) fn wait(&mut self, span: Span) {
        self.now += span;
    }

    /// A client asks for something new.
    pub(crate) fn change(&mut self, region: usize, change: Change) -> Result<(), Declined> {
        self.hold(region, change, Span::ZERO)
    }

    /// A client asks for something new, which is to hold for so long.
    pub(crate) fn hold(&mut self, region: usize, change: Change, hold: Span) -> Result<(), Declined> {
        self.writes += 1;
        self.ask(region, change, hold)
    }

    /// The last client asks again, and does not say that it did before.
    pub(crate) fn retry(&mut self, region: usize, change: Change) -> Result<(), Declined> {
        self.ask(region, change, Span::ZERO)
    }

    fn ask(&mut self, region: usize, change: Change, hold: Span) -> Result<(), Declined> {
        self.counts[region] += 1;
        let (count, now) = (self.counts[region], self.clock(region));
        let author = Author { region: region as u16, life: self.lives[region] };
        let millis = (hold.as_nanos() / 1_000_000) as u32;
        let change = if change.verb == Verb::Reserve { Change { hold: millis, ..change } } else { change };
        let at = At { write: self.writes.max(1), author, count, now };
        let before = self.values[region].clone();
        let answer = self.values[region].apply(change, &at);
        if answer.is_ok() {
            let heard = self.heard[region].clone();
            self.heard[region].insert(self.taken.len());
            self.taken.push(Taken { change, at, heard });
        } else {
            assert_eq!(self.values[region], before, "{change:?} was declined and has changed something");
        }
        answer
    }

    /// One copy takes in what another knows.
    pub(crate) fn merge(&mut self, into: usize, from: usize) {
        self.values[into] = merged(&self.values[into], &self.values[from]);
        let news = self.heard[from].clone();
        self.heard[into].extend(news);
    }

    /// A region loses its disk, and begins anew with nothing.
    pub(crate) fn lose(&mut self, kind: &Kind, region: usize) {
        self.values[region] = Value::new(kind);
        self.heard[region].clear();
        self.counts[region] = 0;
        self.lives[region] += 1;
    }

    /// Every copy hears of everything, by way of the first.
    pub(crate) fn settle(&mut self) {
        (1..COPIES).for_each(|from| self.merge(0, from));
        (1..COPIES).for_each(|into| self.merge(into, 0));
    }

    /// What a read in a region brings.
    pub(crate) fn show(&self, region: usize) -> Shown {
        self.values[region].show(self.clock(region))
    }

    /// The sum of something over all changes taken.
    pub(crate) fn sum(&self, of: impl Fn(Change) -> i32) -> i64 {
        self.taken.iter().map(|taken| i64::from(of(taken.change))).sum()
    }

    /// Copies that this happened to.
    pub(crate) fn after(kind: &Kind, steps: &[Step]) -> Copies {
        let mut copies = Copies::new(kind);
        steps.iter().for_each(|step| copies.step(kind, *step));
        copies
    }

    pub(crate) fn step(&mut self, kind: &Kind, step: Step) {
        match step {
            Step::Change { region, verb, what, amount, hold, retry } => {
                let change = fitting(kind, verb, what, amount);
                let hold = Span::from_millis(hold);
                _ = if retry { self.ask(region, change, hold) } else { self.hold(region, change, hold) };
            }
            Step::Merge { into, from } => self.merge(into, from),
            Step::Wait(millis) => self.wait(Span::from_millis(millis)),
        }
    }
}

/// Something that happens.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Step {
    Change { region: usize, verb: usize, what: u16, amount: i32, hold: u64, retry: bool },
    Merge { into: usize, from: usize },
    Wait(u64),
}

/// A change that this kind takes, made of what was drawn.
fn fitting(kind: &Kind, verb: usize, what: u16, amount: i32) -> Change {
    let verbs = kind.info().verbs;
    let verb = verbs[verb % verbs.len()];
    match verb.info().takes {
        Takes::Nothing | Takes::Element => Change::of(verb, what),
        Takes::Signed => Change::by(verb, amount),
        Takes::Amount => Change::by(verb, amount.abs()),
        Takes::AmountForTime => Change { verb, what, above: 0, amount: amount.abs(), hold: 0 },
        Takes::AmountBetween => {
            let to = (what + if amount > 0 { 0 } else { 1 }) % 3 + 1;
            Change::by(verb, amount.abs()).between([what, to].map(|account| account as u8))
        }
    }
}

/// What both come to.
pub(crate) fn merged(one: &Value, other: &Value) -> Value {
    let mut both = one.clone();
    both.merge(other);
    both
}

/// Every kind, those with something to set more than once.
pub(crate) fn kinds() -> Vec<Kind> {
    let with_shares = |kind: &Kind| match kind {
        Kind::Stock { initial, .. } => Some(Kind::Stock { initial: *initial, quotas: Some(vec![5, 4, 3]) }),
        _ => None,
    };
    let each = TYPES.iter().filter_map(|info| Kind::beginning_with(info.id, 12));
    each.flat_map(|kind| with_shares(&kind).into_iter().chain([kind])).collect()
}

/// Steps of a history.
pub(crate) fn steps() -> impl Strategy<Value = Vec<Step>> {
    let region = 0..COPIES;
    let amount = prop_oneof![-4..0, 1..5];
    let change = (region.clone(), 0..60_usize, 1..4_u16, amount, 1..3_000_u64, proptest::bool::weighted(0.1))
        .prop_map(|(region, verb, what, amount, hold, retry)| Step::Change { region, verb, what, amount, hold, retry });
    let merge = (region.clone(), region).prop_map(|(into, from)| Step::Merge { into, from });
    let wait = (1..1_500_u64).prop_map(Step::Wait);
    prop::collection::vec(prop_oneof![6 => change, 2 => merge, 1 => wait], 0..60)
}

/// So many cases, the same in each run.
pub(crate) fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, rng_seed: RngSeed::Fixed(1), ..ProptestConfig::default() }
}
