//! From a user to a region: resolvers that cache what the name service answers. T1, T3.
//!
//! The name service goes by what the controller has told it: who is unhealthy, what share of its users each region gets, and
//! who leads.

pub(crate) mod settings;

use crate::config::{Config, PopulationConfig, RoutingPolicy};
use crate::cx::Cx;
use crate::trace::Health;
use crate::users::said::Ready;
use engine::{Span, Stream, Time};

/// Resolvers a population shares; a client asks one of them, always the same.
const RESOLVERS: u64 = 16;

/// The resolvers, and what the name service knows.
#[derive(Clone, Debug)]
pub(crate) struct Path {
    /// By population.
    resolvers: Vec<Resolvers>,
    /// By region: whether the controller holds it for unhealthy.
    unhealthy: Vec<bool>,
    /// By region: percent of the users who would choose it that it gets.
    shares: Vec<u8>,
    /// The region that leads the first dataset.
    leader: Option<u16>,
}

/// The resolvers of a population.
#[derive(Clone, Debug)]
struct Resolvers {
    cached: Vec<Option<Cached>>,
    /// By resolver: where the clients behind it, whose first attempt had failed, were served in the end.
    worked: Vec<Option<Cached>>,
    phase: Vec<Span>,
    spread: Stream,
    drain: Stream,
    /// Of the balancers in the regions that have zones.
    zones: Stream,
}

#[derive(Clone, Copy, Debug)]
struct Cached {
    region: u16,
    until: Time,
}

impl Resolvers {
    fn new(config: &Config, users: &PopulationConfig) -> Resolvers {
        let stream = |purpose| Stream::of(config.seed, purpose, &[&users.id]);
        let mut phases = stream("resolver phases");
        Resolvers {
            cached: vec![None; RESOLVERS as usize],
            worked: vec![None; RESOLVERS as usize],
            phase: (0..RESOLVERS).map(|_| phases.span_in(Span::ZERO..=config.routing.ttl)).collect(),
            spread: stream("spread"),
            drain: stream("drain"),
            zones: stream("zones"),
        }
    }
}

impl Path {
    pub(crate) fn new(config: &Config) -> Path {
        Path {
            resolvers: config.populations.iter().map(|users| Resolvers::new(config, users)).collect(),
            unhealthy: vec![false; config.regions.len()],
            shares: vec![100; config.regions.len()],
            leader: config.datasets.first().map(|set| set.leader as u16),
        }
    }

    /// The region a client sends to.
    pub(crate) fn region_for(&mut self, ready: &Ready, cx: &Cx<'_>) -> u16 {
        let Ready { population, process, failed, .. } = *ready;
        let config = cx.config;
        let users = &config.populations[usize::from(population)];
        if let (true, Some(failed)) = (config.routing.client_failover, failed) {
            return self.balanced(population, next_region(config, &users.preference, failed), config);
        }
        if config.routing.policy == RoutingPolicy::Spread {
            let mut choices = self.answerable(config, &users.preference);
            let resolvers = &mut self.resolvers[usize::from(population)];
            let first = resolvers.spread.below(choices.len() as u64) as usize;
            choices.rotate_left(first);
            let region = self.admitted(population, &choices, config);
            return self.balanced(population, region, config);
        }
        let which = (process % RESOLVERS) as usize;
        let worked = self.resolvers[usize::from(population)].worked[which];
        if let Some(worked) = worked.filter(|worked| cx.now() < worked.until) {
            return self.balanced(population, worked.region, config);
        }
        let region = self.resolved(population, which, cx);
        match config.routing.policy {
            // Whoever is sent to the leader goes to the zone in which it is.
            RoutingPolicy::Leader => region,
            _ => self.balanced(population, region, config),
        }
    }

    /// The region that a resolver of a population names.
    fn resolved(&mut self, population: u16, which: usize, cx: &Cx<'_>) -> u16 {
        let (config, now) = (cx.config, cx.now());
        let users = &config.populations[usize::from(population)];
        let Resolvers { cached, phase, .. } = &self.resolvers[usize::from(population)];
        if let Some(cached) = cached[which].filter(|cached| now < cached.until) {
            return cached.region;
        }
        // The first answer of a resolver was cached before the run began.
        let life = if cached[which].is_none() { phase[which] } else { config.routing.ttl };
        let region = match config.routing.policy {
            RoutingPolicy::Leader => self.leader.unwrap_or(users.preference[0] as u16),
            _ => {
                let choices = self.answerable(config, &users.preference);
                self.admitted(population, &choices, config)
            }
        };
        let until = if users.ignores_ttl { Time::MAX } else { now + life };
        self.resolvers[usize::from(population)].cached[which] = Some(Cached { region, until });
        region
    }

    /// The regions of this preference that the name service may answer with; all if none is healthy. One with zones is named by the first of
    /// them that is healthy.
    fn answerable(&self, config: &Config, preference: &[usize]) -> Vec<u16> {
        let all = preference.iter().map(|region| *region as u16);
        let well = all.clone().filter(|region| !config.routing.health_checked || !self.unhealthy[usize::from(*region)]);
        let named = each_region(config, well);
        if named.is_empty() { each_region(config, all) } else { named }
    }

    /// The first region that takes the user, each as often as its share says; if none does, the first that takes any.
    fn admitted(&mut self, population: u16, choices: &[u16], config: &Config) -> u16 {
        // Of a region with zones what they get on average.
        let share = |region: &u16| {
            let zones = config.zones_beside(*region);
            let all: u32 = zones.clone().map(|zone| u32::from(self.shares[usize::from(zone)])).sum();
            (all / zones.len() as u32) as u8
        };
        let stream = &mut self.resolvers[usize::from(population)].drain;
        for region in choices {
            let share = share(region);
            if share == 100 || (share > 0 && stream.below(100) < u64::from(share)) {
                return *region;
            }
        }
        *choices.iter().find(|region| share(region) > 0).unwrap_or(&choices[0])
    }

    /// The zone to which the balancer of a region passes a request: any, as often as its share says, of those that the controller does not hold for
    /// unhealthy; any at all if there is none. F24. A region without zones takes it itself.
    fn balanced(&mut self, population: u16, region: u16, config: &Config) -> u16 {
        let zones = config.zones_beside(region);
        if zones.len() < 2 {
            return region;
        }
        let passed_over = |zone: u16| config.routing.health_checked && self.unhealthy[usize::from(zone)];
        let share = |zone: u16| if passed_over(zone) { 0 } else { u64::from(self.shares[usize::from(zone)]) };
        let all: u64 = zones.clone().map(share).sum();
        let stream = &mut self.resolvers[usize::from(population)].zones;
        if all == 0 {
            return zones.start + stream.below(zones.len() as u64) as u16;
        }
        let mut drawn = stream.below(all);
        for zone in zones {
            match drawn.checked_sub(share(zone)) {
                Some(rest) => drawn = rest,
                None => return zone,
            }
        }
        region
    }

    /// A client was served where a further attempt led it. Clients that try the next region by themselves go on asking there,
    /// for as long as they would have kept a resolver's answer.
    pub(crate) fn remember(&mut self, population: u16, process: u64, region: u16, cx: &Cx<'_>) {
        if cx.config.routing.client_failover {
            let until = cx.now() + cx.config.routing.ttl;
            let which = (process % RESOLVERS) as usize;
            self.resolvers[usize::from(population)].worked[which] = Some(Cached { region, until });
        }
    }

    /// The controller tells the name service how it judges a region.
    pub(crate) fn hear_health(&mut self, region: u16, health: Health) {
        self.unhealthy[usize::from(region)] = health == Health::Unhealthy;
    }

    /// The controller tells the name service what share of its users a region gets, percent.
    pub(crate) fn hear_share(&mut self, region: u16, percent: u8) {
        self.shares[usize::from(region)] = percent;
    }

    /// The controller tells the name service who leads a dataset; it goes by the first one's.
    pub(crate) fn hear_leader(&mut self, dataset: u16, leader: u16) {
        if dataset == 0 {
            self.leader = Some(leader);
        }
    }
}

/// Of some zones and regions the first of each region.
fn each_region(config: &Config, sites: impl Iterator<Item = u16>) -> Vec<u16> {
    let mut named: Vec<u16> = Vec::new();
    for site in sites {
        if config.zoned.is_empty() || named.iter().all(|other| !config.zones_beside(*other).contains(&site)) {
            named.push(site);
        }
    }
    named
}

/// The region after the one in which an attempt has failed.
fn next_region(config: &Config, preference: &[usize], failed: u16) -> u16 {
    let regions = each_region(config, preference.iter().map(|region| *region as u16));
    let place = regions.iter().position(|region| config.zones_beside(*region).contains(&failed)).unwrap_or(0);
    regions[(place + 1) % regions.len()]
}

#[cfg(test)]
mod tests;
