//! The replicas of a dataset at one instant, as a picture needs them.

use super::Data;
use crate::kernel::Kernel;
use protocol::{NodeView, Protocol};
use serde::{Deserialize, Serialize};

/// A replica at one instant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReplicaState {
    /// Its region.
    pub region: u16,
    /// What it shows of itself; nothing without power.
    pub view: Option<NodeView>,
}

impl<P: Protocol> Data<P> {
    /// How many messages of replicas are kept for packets under way.
    pub(crate) fn messages_held(&self) -> usize {
        self.messages.len()
    }

    /// The replicas of a dataset by ascending region.
    pub(crate) fn show(&self, dataset: u16, kernel: &Kernel) -> Vec<ReplicaState> {
        let peers = self.datasets[usize::from(dataset)].peers.iter().map(|peer| peer.0);
        peers.map(|region| ReplicaState { region, view: self.view(dataset, region, kernel) }).collect()
    }
}
