//! Many plans, on all processors.

use crate::draw::draw;
use crate::plan::Plan;
use crate::shrink::shrink;
use crate::trial::{Failure, attempt, unless_it_panics};
use protocol::{Offer, Protocol};
use protocols::AnyConfig;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// Which plans.
#[derive(Clone, Copy, Debug)]
pub struct Search {
    /// Where every plan comes from.
    pub seed: u64,
    /// The number of the first.
    pub from: u64,
    /// How many.
    pub plans: u64,
    /// After so many failures the search ends.
    pub failures_at_most: usize,
}

/// A plan that failed, as small as it fails.
#[derive(Clone, Debug)]
pub struct Found {
    /// The protocol's id.
    pub protocol: &'static str,
    /// Where every plan of the search comes from.
    pub seed: u64,
    /// The number of the plan that failed at first.
    pub number: u64,
    /// What is left of it; nothing if drawing it failed.
    pub plan: Option<Plan>,
    /// What it contradicts.
    pub failure: Failure,
}

/// What came of a search.
#[derive(Debug, Default)]
pub struct Tally {
    /// Plans run.
    pub plans: u64,
    /// Events of the first run of each.
    pub events: u64,
    /// In how many plans each statement applied and held.
    pub statements: BTreeMap<&'static str, u64>,
    /// What failed, by ascending number.
    pub found: Vec<Found>,
}

/// Run the plans of a search on a protocol, hosted as `P`.
pub fn search<P: Protocol<Config = AnyConfig>>(offer: &'static Offer<AnyConfig>, search: Search) -> Tally {
    let (next, enough) = (AtomicU64::new(search.from), AtomicBool::new(false));
    let tally = Mutex::new(Tally::default());
    let work = || {
        while !enough.load(Ordering::Relaxed) {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= search.from + search.plans {
                return;
            }
            let found = |plan, failure| Found { protocol: offer.info.id, seed: search.seed, number, plan, failure };
            let result = match unless_it_panics(|| draw(offer, search.seed, number)) {
                Err(failure) => Err(found(None, failure)),
                Ok(plan) => attempt::<P>(&plan).map_err(|failure| {
                    let (plan, failure) = shrink::<P>(plan, failure);
                    found(Some(plan), failure)
                }),
            };
            let mut tally = tally.lock().expect("who holds the tally does not panic");
            tally.count(result);
            enough.fetch_or(tally.found.len() >= search.failures_at_most, Ordering::Relaxed);
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(work);
        }
    });
    let mut tally = tally.into_inner().expect("who holds the tally does not panic");
    tally.found.sort_by_key(|found| found.number);
    tally
}

impl Tally {
    fn count(&mut self, result: Result<crate::Passed, Found>) {
        self.plans += 1;
        match result {
            Ok(passed) => {
                self.events += passed.events;
                for statement in passed.statements {
                    *self.statements.entry(statement).or_default() += 1;
                }
            }
            Err(found) => self.found.push(found),
        }
    }
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Found { protocol, seed, number, plan, failure } = self;
        writeln!(f, "plan {number} of {protocol} contradicts: {}", failure.statement)?;
        writeln!(f, "found: {}", failure.found)?;
        let Some(plan) = plan else {
            return write!(f, "cargo xtask conformance --protocol {protocol} --seed {seed} --from {number} --plans 1");
        };
        for act in plan.acts() {
            writeln!(f, "at {} somebody does {:?}", act.at, act.action)?;
        }
        writeln!(f, "cargo meridian run '{}'", plan.link())?;
        write!(f, "{}", plan.text())
    }
}
