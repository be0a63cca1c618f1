//! Everything a run starts from: plain numbers, already validated by whoever wrote them here (the `scenario` crate). Each part
//! of the world says in its `settings` what may be set of it, and reads it.
//!
//! Regions, populations, datasets and requests are named by their index in these lists.

pub use crate::action::ActConfig;
pub use crate::control::settings::{Choose, ControlConfig, Failover, Promote};
pub use crate::data::settings::{BlankLeader, DatasetConfig};
pub use crate::faults::settings::FaultConfig;
pub use crate::network::settings::{LinkConfig, LinkSettings};
pub use crate::path::settings::{DrainConfig, RoutingConfig, RoutingPolicy};
pub use crate::services::settings::RegionConfig;
pub use crate::spot::{Spot, ZonedRegion, zones_beside};
pub use crate::users::defence::breaker::Config as BreakerConfig;
pub use crate::users::defence::{DEFENCES, Defences};
pub use crate::users::requests::{RequestConfig, Retry};
pub use crate::users::settings::{Arrival, PopulationConfig};
pub use crate::users::steps::{STEPS, Step, StepLine};
pub use protocol::ReadFrom;

use engine::Time;
use protocol::Leadership;
use std::ops::Range;

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
    /// The data.
    pub datasets: Vec<DatasetConfig>,
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

    /// Whether the control plane says who leads a dataset.
    pub(crate) fn is_granted(&self, dataset: u16) -> bool {
        self.datasets[usize::from(dataset)].leadership == Leadership::Granted
    }

    /// The datasets whose leaders the control plane appoints.
    pub(crate) fn granted(&self) -> impl Iterator<Item = u16> + '_ {
        (0..self.datasets.len() as u16).filter(|dataset| self.is_granted(*dataset))
    }
}
