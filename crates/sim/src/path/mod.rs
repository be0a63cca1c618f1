//! How users find a region: resolvers that cache what the name service answers. T1, T3.

use crate::config::{Config, PopulationConfig, RoutingPolicy};
use crate::world::World;
use engine::{Span, Stream, Time};
use protocol::Protocol;

/// Resolvers a population shares; a client asks one of them, always the same.
const RESOLVERS: u64 = 16;

/// The resolvers of a population.
#[derive(Clone, Debug)]
pub(crate) struct Resolvers {
    cached: Vec<Option<Cached>>,
    /// By resolver: where the clients behind it, whose first attempt had failed, were served in the end.
    worked: Vec<Option<Cached>>,
    phase: Vec<Span>,
    spread: Stream,
    drain: Stream,
}

#[derive(Clone, Copy, Debug)]
struct Cached {
    region: u16,
    until: Time,
}

impl Resolvers {
    pub(crate) fn new(config: &Config, users: &PopulationConfig) -> Resolvers {
        let stream = |purpose| Stream::of(config.seed, purpose, &[&users.id]);
        let mut phases = stream("resolver phases");
        Resolvers {
            cached: vec![None; RESOLVERS as usize],
            worked: vec![None; RESOLVERS as usize],
            phase: (0..RESOLVERS).map(|_| phases.span_in(Span::ZERO..=config.routing.ttl)).collect(),
            spread: stream("spread"),
            drain: stream("drain"),
        }
    }
}

impl<P: Protocol> World<P> {
    /// The region a client sends to; `failed` is where its last attempt failed.
    pub(crate) fn route(&mut self, population: u16, process: u64, failed: Option<u16>) -> u16 {
        let config = self.config.clone();
        let users = &config.populations[usize::from(population)];
        if let (true, Some(failed)) = (config.routing.client_failover, failed) {
            let place = users.preference.iter().position(|region| *region == usize::from(failed)).unwrap_or(0);
            return users.preference[(place + 1) % users.preference.len()] as u16;
        }
        if config.routing.policy == RoutingPolicy::Spread {
            let mut choices: Vec<u16> = self.control.answerable(&config, &users.preference);
            let resolvers = &mut self.populations[usize::from(population)].resolvers;
            let first = resolvers.spread.below(choices.len() as u64) as usize;
            choices.rotate_left(first);
            return self.admitted(population, &choices);
        }
        let which = (process % RESOLVERS) as usize;
        let worked = self.populations[usize::from(population)].resolvers.worked[which];
        if let Some(worked) = worked.filter(|worked| self.now < worked.until) {
            return worked.region;
        }
        let cached = self.populations[usize::from(population)].resolvers.cached[which];
        if let Some(cached) = cached.filter(|cached| self.now < cached.until) {
            return cached.region;
        }
        let region = match config.routing.policy {
            RoutingPolicy::Leader => self.control.leader(0).unwrap_or(users.preference[0] as u16),
            _ => {
                let choices = self.control.answerable(&config, &users.preference);
                self.admitted(population, &choices)
            }
        };
        let resolvers = &mut self.populations[usize::from(population)].resolvers;
        // The first answer of a resolver was cached before the run began.
        let life = if cached.is_none() { resolvers.phase[which] } else { config.routing.ttl };
        let until = if users.ignores_ttl { Time::MAX } else { self.now + life };
        resolvers.cached[which] = Some(Cached { region, until });
        region
    }
    /// The first region that takes the user, each as often as its share says; if none does, the first that takes any.
    fn admitted(&mut self, population: u16, choices: &[u16]) -> u16 {
        let stream = &mut self.populations[usize::from(population)].resolvers.drain;
        for region in choices {
            let share = self.control.share(*region);
            if share == 100 || (share > 0 && stream.below(100) < u64::from(share)) {
                return *region;
            }
        }
        *choices.iter().find(|region| self.control.share(**region) > 0).unwrap_or(&choices[0])
    }

    /// A client was served where a further attempt led it. Clients that try the next region by themselves go on asking there,
    /// for as long as they would have kept a resolver's answer.
    pub(crate) fn remember(&mut self, population: u16, process: u64, region: u16) {
        if self.config.routing.client_failover {
            let until = self.now + self.config.routing.ttl;
            let which = (process % RESOLVERS) as usize;
            self.populations[usize::from(population)].resolvers.worked[which] = Some(Cached { region, until });
        }
    }
}
