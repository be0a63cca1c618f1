//! What the routers of each region were told, or learned from answers: who leads each dataset, and how the regions are.

use crate::config::Config;
use crate::control::said::Bulletin;
use protocol::Epoch;

/// By region.
#[derive(Clone, Debug)]
pub(super) struct Directory {
    /// By dataset: who leads.
    routes: Vec<Vec<(u16, Epoch)>>,
    /// Which regions are unhealthy.
    told: Vec<Bulletin>,
}

impl Directory {
    pub(super) fn new(config: &Config) -> Directory {
        let routes = config.datasets.iter().map(|set| (set.leader as u16, Epoch(1))).collect();
        let regions = config.regions.len();
        Directory { routes: vec![routes; regions], told: vec![Bulletin::default(); regions] }
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

    /// A region has learned from an answer who leads a dataset whose leader is elected, or whom to ask next. Whether it is news.
    pub(super) fn turn_to(&mut self, region: u16, dataset: u16, leader: u16, epoch: Epoch) -> bool {
        let known = &mut self.routes[usize::from(region)][usize::from(dataset)];
        let turned = (leader, known.1.max(epoch));
        std::mem::replace(known, turned) != turned
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

    /// A region has lost its power: how the others are is forgotten, who leads is written down.
    pub(super) fn power_lost(&mut self, region: u16) {
        self.told[usize::from(region)].forget();
    }
}
