//! Everything a run starts from: plain numbers, already validated by whoever wrote them here (the `scenario` crate). Each part
//! of the world says in its `settings` what may be set of it, and reads it.
//!
//! Regions, populations, datasets and requests are named by their index in these lists.

pub use crate::action::ActConfig;
pub use crate::control::settings::{Choose, ControlConfig, Failover, Promote};
pub use crate::data::settings::{BlankLeader, DatasetConfig};
pub use crate::data::shards::{Keys, ShardBy, ShardedDataset};
pub use crate::faults::settings::FaultConfig;
pub use crate::network::settings::{LinkConfig, LinkSettings};
pub use crate::path::settings::{DrainConfig, RoutingConfig, RoutingPolicy};
pub use crate::services::settings::RegionConfig;
pub use crate::spot::{Spot, ZonedRegion, zones_beside};
pub use crate::users::clocks::ClocksConfig;
pub use crate::users::defence::breaker::Config as BreakerConfig;
pub use crate::users::defence::{DEFENCES, Defences};
pub use crate::users::requests::{KeyOf, RequestConfig, Retry};
pub use crate::users::settings::{Arrival, PeopleConfig, PopulationConfig};
pub use crate::users::steps::{STEPS, Step, StepLine};
pub use protocol::ReadFrom;

use engine::Time;
use protocol::Leadership;
use std::ops::Range;
use values::Verb;

/// A whole run, but for the settings of the protocols, which stand beside it.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// Where every random stream starts from.
    pub seed: u64,
    /// When the run ends.
    pub until: Time,
    /// The regions; of a region with zones its zones, each as one of them.
    pub regions: Vec<RegionConfig>,
    /// The regions that have zones.
    pub zoned: Vec<ZonedRegion>,
    /// One-way links between regions, row = from, column = to; the diagonal is the network inside a region.
    pub links: Vec<Vec<LinkConfig>>,
    /// The users.
    pub populations: Vec<PopulationConfig>,
    /// The data; of a dataset in shards its shards, each as one of them.
    pub datasets: Vec<DatasetConfig>,
    /// The datasets that are in shards.
    pub sharded: Vec<ShardedDataset>,
    /// What users do.
    pub requests: Vec<RequestConfig>,
    /// How users find a region.
    pub routing: RoutingConfig,
    /// Who watches and who decides.
    pub control: ControlConfig,
    /// What goes wrong by plan.
    pub faults: Vec<FaultConfig>,
    /// What is done by plan.
    pub acts: Vec<ActConfig>,
}

impl Config {
    /// All zones of the region that a zone is of; of a region without zones itself.
    pub(crate) fn zones_beside(&self, site: u16) -> Range<u16> {
        zones_beside(&self.zoned, site)
    }

    /// Where the key is that a population asks for: the dataset, and its number there. Of a dataset in shards the first stands for all.
    pub(crate) fn place_of(&self, dataset: u16, key: u32, population: u16) -> (u16, u32) {
        let sharded = self.sharded.iter().find(|sharded| sharded.shards.start == dataset);
        let (dataset, key) = sharded.map_or((dataset, key), |sharded| sharded.place(key, population));
        (dataset, key % self.datasets[usize::from(dataset)].keys)
    }

    /// What steps name who ask for this dataset: itself, or the first of the shards that it is one of.
    pub(crate) fn asked_as(&self, dataset: u16) -> u16 {
        let sharded = self.sharded.iter().find(|sharded| sharded.shards.contains(&dataset));
        sharded.map_or(dataset, |sharded| sharded.shards.start)
    }

    /// The elements that steps put into keys of a dataset or take out, ascending, if nobody leads it.
    pub(crate) fn elements(&self, dataset: u16) -> Vec<u16> {
        let asked = Some(self.asked_as(dataset).into());
        let leaderless = self.datasets[usize::from(dataset)].leadership == Leadership::None;
        let steps = self.requests.iter().flat_map(|request| &request.steps);
        let changes = steps.filter(|step| leaderless && step.dataset() == asked).filter_map(Step::change);
        let of_elements = changes.filter(|change| matches!(change.verb, Verb::Insert | Verb::Remove));
        let mut elements: Vec<u16> = of_elements.map(|change| change.what).collect();
        elements.sort_unstable();
        elements.dedup();
        elements
    }

    /// By which rules steps read a dataset.
    pub(crate) fn read_by(&self, dataset: u16) -> impl Iterator<Item = ReadFrom> + '_ {
        let named = usize::from(self.asked_as(dataset));
        self.requests.iter().flat_map(|request| &request.steps).filter_map(move |step| match step {
            Step::Read { dataset, from, .. } if *dataset == named => Some(*from),
            _ => None,
        })
    }

    /// Whether sessions keep account of what they have seen of a dataset to read no less, since nobody leads it and some rule goes by that.
    pub(crate) fn keeps_account(&self, dataset: u16) -> bool {
        let nobody_leads = self.datasets[usize::from(dataset)].leadership == Leadership::None;
        nobody_leads && self.read_by(dataset).any(|from| from.means().goes_by_session())
    }

    /// Among how many keys whoever asks for this dataset chooses.
    pub fn keys_of(&self, dataset: usize) -> u32 {
        let sharded = self.sharded.iter().find(|sharded| usize::from(sharded.shards.start) == dataset);
        match sharded.map(|sharded| &sharded.keys) {
            Some(Keys::Spread(places)) => places.len() as u32,
            Some(Keys::AtHome(_)) | None => self.datasets[dataset].keys,
        }
    }

    /// How many keys there are at least for each population to have own ones of: where keys are at home, in the smallest shard.
    pub fn own_keys_of(&self, dataset: usize) -> u32 {
        let sharded = self.sharded.iter().find(|sharded| usize::from(sharded.shards.start) == dataset);
        match sharded {
            Some(ShardedDataset { keys: Keys::AtHome(_), shards, .. }) => {
                shards.clone().map(|shard| self.datasets[usize::from(shard)].keys).min().unwrap_or(0)
            }
            _ => self.keys_of(dataset),
        }
    }

    /// Whether the control plane says who leads a dataset.
    pub(crate) fn is_granted(&self, dataset: u16) -> bool {
        self.datasets[usize::from(dataset)].leadership == Leadership::Granted
    }

    /// The datasets whose leaders the control plane appoints.
    pub(crate) fn granted(&self) -> impl Iterator<Item = u16> + '_ {
        (0..self.datasets.len() as u16).filter(|dataset| self.is_granted(*dataset))
    }
}
