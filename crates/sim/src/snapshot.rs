//! The state of a world at one instant, as plain data: all that a picture of that instant needs, and nothing else. What a part
//! shows of itself is in its own `snapshot.rs`; here it is put together.

use crate::control::snapshot::Judgement;
use crate::data::snapshot::ReplicaState;
use crate::faults::snapshot::FaultState;
use crate::kernel::snapshot::SiteState;
use crate::metrics::{Answers, Endings, Losses};
use crate::network::snapshot::{LinkState, PacketState};
use crate::services::snapshot::ServiceState;
use crate::users::snapshot::ClientsState;
use engine::Time;
use serde::{Deserialize, Serialize};

/// The state at one instant.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Snapshot {
    /// When.
    pub at: Time,
    /// By region index.
    pub regions: Vec<RegionState>,
    /// Every ordered pair of different regions, by from, then to.
    pub links: Vec<LinkState>,
    /// By population index.
    pub populations: Vec<PopulationState>,
    /// By dataset index.
    pub datasets: Vec<DatasetState>,
    /// Packets under way, in the order they were sent.
    pub packets: Vec<PacketState>,
    /// How many packets were left out of `packets` because there were too many to draw one by one.
    pub packets_left_out: u32,
    /// Faults in force.
    pub faults: Vec<FaultState>,
}

/// A region at one instant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RegionState {
    /// What faults make of it.
    pub site: SiteState,
    /// How busy it is.
    pub service: ServiceState,
    /// What the controller thinks of it.
    pub judged: Judgement,
    /// What its replicas answered of late, by dataset.
    pub answered: Vec<Answers>,
}

impl RegionState {
    /// Nothing to tell.
    pub const GOOD: RegionState = RegionState {
        site: SiteState::GOOD,
        service: ServiceState::IDLE,
        judged: Judgement::GOOD,
        answered: Vec::new(),
    };
}

/// Users at one instant.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PopulationState {
    /// What their clients do.
    pub clients: ClientsState,
    /// How their operations ended of late.
    pub endings: Endings,
}

/// A dataset at one instant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DatasetState {
    /// Its replicas by ascending region.
    pub replicas: Vec<ReplicaState>,
    /// Acknowledged writes that are lost at this instant.
    pub losses: Losses,
}
