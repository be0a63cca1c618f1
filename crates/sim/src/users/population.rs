//! The users of one place: the streams of what they choose, who of them asks, and what their clients spare.

use super::clocks::Clocks;
use super::defence::{self, Attempt, Guards};
use super::people::People;
use super::said::Fact;
use crate::config::{Arrival, Config, PopulationConfig};
use crate::cx::Cx;
use engine::{Stream, Zipf};
use std::sync::Arc;
use values::{Change, Kind};

/// Users at a place.
#[derive(Clone, Debug)]
pub(super) struct Population {
    pub(super) arrivals: Stream,
    pub(super) choices: Stream,
    keys: Stream,
    accounts: Stream,
    pub(super) pauses: Stream,
    pub(super) guards: Guards,
    /// By dataset; shared by all clones, since it never changes.
    popularity: Arc<Vec<Zipf>>,
    /// None where each request is a stranger's.
    pub(super) people: Option<People>,
    pub(super) clocks: Clocks,
    pub(super) under_way: u32,
}

impl Population {
    pub(super) fn all(config: &Config) -> Vec<Population> {
        let popularity: Vec<Zipf> =
            (0..).zip(&config.datasets).filter_map(|(at, set)| Zipf::new(config.keys_of(at), set.zipf).ok()).collect();
        let popularity = Arc::new(popularity);
        let stream = |purpose, users: &PopulationConfig| Stream::of(config.seed, purpose, &[&users.id]);
        let all: Arc<[u32]> =
            config.populations.iter().map(|users| users.people.map_or(0, |people| people.users)).collect();
        let one = |(own, users): (usize, &PopulationConfig)| {
            let open = !matches!(users.arrival, Arrival::Closed { .. });
            let draws = || stream("choices of person", users);
            let people = users.people.map(|people| People::new((people, open), (all.clone(), own), draws()));
            Population {
                arrivals: stream("arrivals", users),
                choices: stream("choices of request", users),
                keys: stream("choices of key", users),
                accounts: stream("choices of account", users),
                pauses: stream("pauses", users),
                guards: Guards::new(&users.defences, config.regions.len()),
                popularity: popularity.clone(),
                people,
                clocks: Clocks::new(config.seed, &users.id, users.clocks.clone()),
                under_way: 0,
            }
        };
        config.populations.iter().enumerate().map(one).collect()
    }

    /// A key of a dataset, by popularity.
    pub(super) fn key(&mut self, dataset: usize) -> u32 {
        self.popularity[dataset].sample(&mut self.keys)
    }

    /// Between which accounts of a ledger a transfer is: those that its step names, and where it names none, any that differ, each as likely as
    /// the others.
    pub(super) fn accounts(&mut self, change: Change, kind: &Kind) -> [u8; 2] {
        let Kind::Ledger { accounts, .. } = *kind else { return [0; 2] };
        let mut any = |of: u8| self.accounts.below(of.into()) as u8 + 1;
        let beside = |other: u8, one: u8| other + u8::from(other >= one);
        match change.accounts() {
            [0, 0] => {
                let from = any(accounts);
                [from, beside(any(accounts - 1), from)]
            }
            [from, 0] => [from, beside(any(accounts - 1), from)],
            [0, to] => [beside(any(accounts - 1), to), to],
            both => both,
        }
    }

    /// Whether its clients' defences let an attempt be sent now.
    pub(super) fn admits(&mut self, attempt: Attempt, cx: &mut Cx<'_>) -> bool {
        self.guards.admit(attempt, cx.now(), |fact| state(attempt, fact, cx))
    }

    /// Its clients' defences hear whether an attempt went well.
    pub(super) fn hears(&mut self, attempt: Attempt, well: bool, cx: &mut Cx<'_>) {
        self.guards.hear(attempt, well, cx.now(), |fact| state(attempt, fact, cx));
    }
}

fn state(Attempt { population, region, .. }: Attempt, fact: defence::Fact, cx: &mut Cx<'_>) {
    cx.state(Fact::Defended { population, region, fact });
}
