//! The state of the world as a picture needs it, put together of what its parts and the metrics show.

use crate::metrics::{Answered, Endings, Ledger};
use crate::snapshot::{DatasetState, PopulationState, RegionState, Snapshot};
use crate::world::World;
use engine::Time;
use protocol::Protocol;

impl<P: Protocol> World<P> {
    /// The picture at an instant not before this state's, with nothing between; `endings` are those of a population of late.
    pub(crate) fn picture(
        &self,
        at: Time,
        (ledger, answered): (&Ledger, &Answered),
        endings: impl Fn(u16) -> Endings,
    ) -> Snapshot {
        let World { config, kernel, network, users, services, data, control, faults, .. } = self;
        let regions = config.regions.len() as u16;
        let region = |index| RegionState {
            site: kernel.show(index, at),
            service: services.show(index, &config.regions[usize::from(index)]),
            judged: control.show(index),
            answered: answered.by(index),
        };
        let population = |index| PopulationState { clients: users.show(index, regions), endings: endings(index) };
        let dataset = |index| DatasetState { replicas: data.show(index, kernel), losses: ledger.losses(index) };
        let (packets, packets_left_out) = network.show_packets();
        Snapshot {
            at,
            regions: (0..regions).map(region).collect(),
            links: network.show_links(at, config, kernel.conditions()),
            populations: (0..config.populations.len() as u16).map(population).collect(),
            datasets: (0..config.datasets.len() as u16).map(dataset).collect(),
            packets,
            packets_left_out,
            faults: faults.show(config),
        }
    }
}
