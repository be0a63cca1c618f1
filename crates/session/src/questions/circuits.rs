//! How circuit breakers stand.

use super::asked::Asked;
use engine::{FlatMap, Time};
use protocols::Any;
use serde::{Deserialize, Serialize};
use sim::Run;
use sim::metrics::Query;
use sim::trace::What;
use sim::trace::users::Fact;
use sim::trace::users::defence::{Fact as Defence, breaker};

/// How the circuits that ever opened stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Circuits {
    /// Up to here, exclusive.
    pub until: Time,
}

/// A circuit, from the clients of a population to a region, by index.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CircuitLine {
    /// Whose clients.
    pub population: u16,
    /// The region they spare.
    pub region: u16,
    /// Whether it is not closed: no attempt is sent, but for one after each rest.
    pub open: bool,
    /// When it opened or closed last.
    pub since: Time,
    /// How often it opened.
    pub openings: u32,
    /// Attempts it held back, in whole seconds that are over.
    pub held_back: u64,
}

impl Asked for Circuits {
    /// One line for each circuit that ever opened, by population and region.
    type Answer = Vec<CircuitLine>;

    fn answer(&self, run: &Run<Any>) -> Vec<CircuitLine> {
        let mut circuits: FlatMap<(u16, u16), CircuitLine> = FlatMap::new();
        for event in run.notable_events().iter().take_while(|event| event.at < self.until) {
            let What::Users(Fact::Defended { population, region, fact: Defence::Breaker(fact) }) = event.what else {
                continue;
            };
            let line = circuits.get_or_insert_with((population, region), || CircuitLine {
                population,
                region,
                open: false,
                since: event.at,
                openings: 0,
                held_back: held_back(run, population, region, self.until),
            });
            match fact {
                breaker::Fact::Opens => (line.open, line.since, line.openings) = (true, event.at, line.openings + 1),
                breaker::Fact::Closes => (line.open, line.since) = (false, event.at),
                breaker::Fact::Tries | breaker::Fact::StaysOpen => {}
            }
        }
        circuits.into_iter().map(|(_, line)| line).collect()
    }
}

fn held_back(run: &Run<Any>, population: u16, region: u16, until: Time) -> u64 {
    let query =
        Query { population: Some(population), region: Some(region), until, ..Query::whole("breaker.held-back") };
    run.measure(&query).unwrap_or(0.0) as u64
}
