//! What the routers of each region were told, or learned from answers: who leads each dataset, and how the regions are.

use crate::config::Config;
use crate::control::said::Bulletin;
use crate::sites::Sites;
use protocol::Epoch;

/// By region.
#[derive(Clone, Debug)]
pub(super) struct Directory {
    /// By dataset: who leads.
    routes: Vec<Vec<(u16, Epoch)>>,
    /// By dataset whose leader is elected: who was asked in vain since the last answer. If anybody was, who leads is a guess.
    silent: Vec<Vec<Sites>>,
    /// Which regions are unhealthy.
    told: Vec<Bulletin>,
}

impl Directory {
    pub(super) fn new(config: &Config) -> Directory {
        let routes = config.datasets.iter().map(|set| (set.leader as u16, Epoch(1))).collect();
        let (regions, silent) = (config.regions.len(), vec![Sites::NONE; config.datasets.len()]);
        Directory {
            routes: vec![routes; regions],
            silent: vec![silent; regions],
            told: vec![Bulletin::default(); regions],
        }
    }

    /// Who leads a dataset, as far as a region knows.
    pub(super) fn leader(&self, region: u16, dataset: u16) -> (u16, Epoch) {
        self.routes[usize::from(region)][usize::from(dataset)]
    }

    /// A region hears who leads. `None` if it knows better; otherwise whether it is news.
    pub(super) fn learn(&mut self, region: u16, dataset: u16, route: (u16, Epoch)) -> Option<bool> {
        let known = &mut self.routes[usize::from(region)][usize::from(dataset)];
        if route.1 < known.1 {
            return None;
        }
        let news = *known != route;
        *known = route;
        Some(news)
    }

    /// A region has an answer of whoever leads a dataset whose leader is elected, in this epoch or later. Whether it is news. What tells of an
    /// earlier leadership than is known is late, unless what is known is a guess.
    pub(super) fn turn_to(&mut self, region: u16, dataset: u16, leader: u16, epoch: Epoch) -> bool {
        let known = &mut self.routes[usize::from(region)][usize::from(dataset)];
        let silent = &mut self.silent[usize::from(region)][usize::from(dataset)];
        if epoch < known.1 && *silent == Sites::NONE {
            return false;
        }
        *silent = Sites::NONE;
        let turned = (leader, known.1.max(epoch));
        std::mem::replace(known, turned) != turned
    }

    /// A region was not answered by whom it took for the leader of a dataset whose leader is elected: the nearest is to be asked next of those that
    /// were not since the last answer; once all were, all are again.
    pub(super) fn turn_from(&mut self, region: u16, dataset: u16, silent: u16, config: &Config) {
        let links = &config.links[usize::from(region)];
        let asked = &mut self.silent[usize::from(region)][usize::from(dataset)];
        let nearest = |asked: Sites| {
            let others = config.datasets[usize::from(dataset)].holders().filter(|other| !asked.contains(*other));
            others.min_by_key(|other| links[usize::from(*other)].one_way)
        };
        asked.insert(silent);
        let next = nearest(*asked).or_else(|| {
            *asked = Sites::one(silent);
            nearest(*asked)
        });
        if let Some(next) = next {
            self.routes[usize::from(region)][usize::from(dataset)].0 = next;
        }
    }

    /// A region hears how the regions are.
    pub(super) fn hear(&mut self, region: u16, known: Bulletin) {
        self.told[usize::from(region)].hear(known);
    }

    /// What a region heard last of how the regions are.
    pub(super) fn told(&self, region: u16) -> Bulletin {
        self.told[usize::from(region)]
    }

    /// The nearest of these to a region, of those that it was not told are unhealthy if there is one; of equals itself.
    pub(super) fn nearest(&self, region: u16, of: impl Iterator<Item = u16>, config: &Config) -> Option<u16> {
        let (told, links) = (self.told(region), &config.links[usize::from(region)]);
        of.min_by_key(|other| (told.unhealthy(*other), links[usize::from(*other)].one_way, *other != region))
    }

    /// A region has lost its power: how the others are is forgotten, who leads is written down, and who was asked.
    pub(super) fn power_lost(&mut self, region: u16) {
        self.told[usize::from(region)].forget();
    }
}
