//! Circuit breakers: how often they opened, how long they stood open, and what they held back.

use super::metric::{Filter, Metric, Query, Unit};
use super::record::{Facts, Family, Record};
use crate::trace::users::{Fact, defence, defence::breaker};
use crate::trace::{ErrorKind, What};
use engine::{FlatMap, FlatSet, Span, Time};

const FILTERS: &[Filter] = &[Filter::Population, Filter::Region, Filter::Window];

pub(super) const METRICS: &[Metric] = &[
    Metric {
        id: "breaker.openings",
        title: "circuits opened",
        unit: Unit::Count,
        filters: FILTERS,
        of: |record, query| {
            let opened =
                changes(record, query).filter(|(at, _, fact)| *fact == breaker::Fact::Opens && query.covers(*at));
            Some(opened.count() as f64)
        },
    },
    Metric {
        id: "breaker.open",
        title: "circuits open, time of all together",
        unit: Unit::Seconds,
        filters: FILTERS,
        of: |record, query| Some(open(record, query).as_secs_f64()),
    },
    Metric {
        id: "breaker.held-back",
        title: "attempts held back by open circuits",
        unit: Unit::Count,
        filters: FILTERS,
        of: |record, query| {
            let all = query.seconds::<Breakers>(record).iter().flat_map(|second| second.iter());
            let wanted = all.filter(|((population, region), _)| wanted(query, *population, *region));
            Some(wanted.map(|(_, held_back)| u64::from(*held_back)).sum::<u64>() as f64)
        },
    },
];

/// A population, and the region that its circuit leads to.
type Circuit = (u16, u16);

/// Which circuits are not closed, and the attempts that they held back in the second under way.
#[derive(Clone, Debug)]
pub(crate) struct Breakers {
    open: FlatSet<Circuit>,
    held_back: FlatMap<Circuit, u32>,
}

impl Family for Breakers {
    type Second = Box<[(Circuit, u32)]>;

    fn new(_: &Facts) -> Breakers {
        Breakers { open: FlatSet::new(), held_back: FlatMap::new() }
    }

    fn users(&mut self, _: Time, _: u64, fact: &Fact) {
        match *fact {
            Fact::Defended { population, region, fact } => self.on_defended((population, region), fact),
            Fact::AttemptFailed { population, region, error: ErrorKind::HeldBack, .. } => {
                self.on_held_back((population, region));
            }
            _ => {}
        }
    }

    fn end_second(&mut self) -> Box<[(Circuit, u32)]> {
        std::mem::take(&mut self.held_back).into_iter().collect()
    }
}

impl Breakers {
    #[cold]
    fn on_defended(&mut self, circuit: Circuit, defence::Fact::Breaker(fact): defence::Fact) {
        match fact {
            breaker::Fact::Opens => _ = self.open.insert(circuit),
            breaker::Fact::Closes => _ = self.open.remove(&circuit),
            breaker::Fact::Tries | breaker::Fact::StaysOpen => {}
        }
    }

    #[cold]
    fn on_held_back(&mut self, circuit: Circuit) {
        if self.open.contains(&circuit) {
            *self.held_back.get_or_default(circuit) += 1;
        }
    }
}

fn wanted(query: &Query, population: u16, region: u16) -> bool {
    query.population.is_none_or(|wanted| wanted == population) && query.region.is_none_or(|wanted| wanted == region)
}

/// When the circuits that are asked about opened and closed, in order.
fn changes(record: &dyn Record, query: &Query) -> impl Iterator<Item = (Time, Circuit, breaker::Fact)> {
    record.notable().iter().filter_map(|event| match event.what {
        What::Users(Fact::Defended { population, region, fact: defence::Fact::Breaker(fact) }) => {
            wanted(query, population, region).then_some((event.at, (population, region), fact))
        }
        _ => None,
    })
}

/// How long they stood open in the window, as far as whole seconds are over.
fn open(record: &dyn Record, query: &Query) -> Span {
    let now = Time::from_secs(record.seconds::<Breakers>().len() as u64);
    let within = |at: Time| at.clamp(query.from.min(now), query.until.min(now));
    let mut open: FlatMap<Circuit, Time> = FlatMap::new();
    let mut total = Span::ZERO;
    for (at, circuit, fact) in changes(record, query) {
        match fact {
            breaker::Fact::Opens => _ = open.insert(circuit, at),
            breaker::Fact::Closes => {
                let since = open.remove(&circuit);
                total += since.map_or(Span::ZERO, |since| within(at) - within(since));
            }
            breaker::Fact::Tries | breaker::Fact::StaysOpen => {}
        }
    }
    open.values().fold(total, |total, since| total + (within(now) - within(*since)))
}
