//! The state of the world as a picture needs it, put together of what its parts show.

use crate::metrics::Ledger;
use crate::snapshot::{DatasetState, LinkState, PopulationState, RegionState, Snapshot, Spared};
use crate::world::World;
use engine::Time;
use protocol::Protocol;

/// More packets than this are not drawn one by one.
const PACKETS: usize = 4000;

impl<P: Protocol> World<P> {
    /// The picture at an instant not before this state's, with nothing between.
    pub(crate) fn picture(&self, at: Time, ledger: &Ledger, recent: impl Fn(u16) -> PopulationState) -> Snapshot {
        let packets = self.network.states();
        let left_out = packets.len().saturating_sub(PACKETS) as u32;
        let population = |index| PopulationState {
            under_way: self.users.under_way(index),
            spared: self.spared(index),
            ..recent(index)
        };
        Snapshot {
            at,
            regions: (0..self.config.regions.len() as u16).map(|region| self.region_state(region, at)).collect(),
            links: self.link_states(at),
            populations: (0..self.config.populations.len() as u16).map(population).collect(),
            datasets: (0..self.config.datasets.len() as u16).map(|set| self.dataset_state(set, ledger)).collect(),
            packets: packets.into_iter().take(PACKETS).collect(),
            packets_left_out: left_out,
            faults: self.faults.states(&self.config),
        }
    }

    fn spared(&self, population: u16) -> Vec<Spared> {
        let spared = |region| Some(Spared { region, since: self.users.spare(population, region)? });
        (0..self.config.regions.len() as u16).filter_map(spared).collect()
    }

    fn region_state(&self, region: u16, at: Time) -> RegionState {
        let (index, conditions) = (usize::from(region), self.kernel.conditions());
        let (config, condition) = (&self.config.regions[index], &conditions.regions[index]);
        let others = (0..self.config.regions.len()).filter(|other| *other != index);
        let reachable =
            |other: usize| !conditions.links[index][other].data_cut || !conditions.links[other][index].data_cut;
        let (busy, queue, utilisation) = self.services.load(region);
        RegionState {
            up: condition.up,
            users_cut: condition.users_cut,
            isolated: self.config.regions.len() > 1 && !others.into_iter().any(reachable),
            health: self.control.health(region),
            busy,
            workers: config.workers,
            queue,
            queue_limit: config.queue,
            utilisation: utilisation as f32,
            slowness: condition.slowness as f32,
            errors: condition.errors.as_f64() as f32,
            clock_offset: self.kernel.clock_ahead(region, at),
        }
    }

    fn link_states(&self, at: Time) -> Vec<LinkState> {
        let regions = self.config.regions.len() as u16;
        let pairs = (0..regions).flat_map(|from| (0..regions).map(move |to| (from, to)));
        let state = |(from, to)| self.network.link_state(from, to, at, &self.config, self.kernel.conditions());
        pairs.filter(|(from, to)| from != to).map(state).collect()
    }

    fn dataset_state(&self, dataset: u16, ledger: &Ledger) -> DatasetState {
        let (lost, gone) = ledger.losses(dataset);
        DatasetState { replicas: self.data.views(dataset, &self.kernel), lost, gone }
    }
}
