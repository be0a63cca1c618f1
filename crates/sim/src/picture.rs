//! The state of the world as a picture needs it.

use crate::action::FaultName;
use crate::metrics::{Ledger, fault_title};
use crate::network::Packet;
use crate::network::link::Way;
use crate::snapshot::{DatasetState, FaultState, LinkState, PacketState, PopulationState, RegionState, Snapshot};
use crate::world::World;
use engine::Time;
use protocol::Protocol;

/// More packets than this are not drawn one by one.
const PACKETS: usize = 4000;

impl<P: Protocol> World<P> {
    /// The picture at an instant not before this state's, with nothing between.
    pub(crate) fn picture(&self, at: Time, ledger: &Ledger, recent: impl Fn(u16) -> PopulationState) -> Snapshot {
        let packets = self.packets();
        let left_out = packets.len().saturating_sub(PACKETS) as u32;
        Snapshot {
            at,
            regions: (0..self.config.regions.len()).map(|region| self.region_state(region, at)).collect(),
            links: self.link_states(at),
            populations: (0..self.populations.len())
                .map(|index| {
                    let under_way = self.populations[index].under_way;
                    PopulationState { under_way, ..recent(index as u16) }
                })
                .collect(),
            datasets: (0..self.datasets.len() as u16).map(|dataset| self.dataset_state(dataset, ledger)).collect(),
            packets: packets.into_iter().take(PACKETS).collect(),
            packets_left_out: left_out,
            faults: self.faults.iter().map(|active| self.fault_state(active)).collect(),
        }
    }

    fn region_state(&self, region: usize, at: Time) -> RegionState {
        let (config, condition) = (&self.config.regions[region], &self.conditions.regions[region]);
        let station = &self.stations[region];
        let others = (0..self.config.regions.len()).filter(|other| *other != region);
        let links = &self.conditions.links;
        let reachable = |other: usize| !links[region][other].data_cut || !links[other][region].data_cut;
        RegionState {
            up: condition.up,
            users_cut: condition.users_cut,
            isolated: self.config.regions.len() > 1 && !others.into_iter().any(reachable),
            health: self.control.health(region as u16),
            busy: station.busy,
            workers: config.workers,
            queue: station.waiting.len() as u32,
            queue_limit: config.queue,
            utilisation: station.utilisation as f32,
            slowness: condition.slowness as f32,
            errors: condition.errors.as_f64() as f32,
            clock_offset: self.clocks[region].ahead(at),
        }
    }

    fn link_states(&self, at: Time) -> Vec<LinkState> {
        let regions = self.config.regions.len();
        let pairs = (0..regions).flat_map(|from| (0..regions).map(move |to| (from, to)));
        pairs
            .filter(|(from, to)| from != to)
            .map(|(from, to)| {
                let (config, condition) = (&self.config.links[from][to], &self.conditions.links[from][to]);
                let link = self.network.between(from as u16, to as u16);
                LinkState {
                    from: from as u16,
                    to: to as u16,
                    data_cut: condition.data_cut,
                    control_cut: condition.control_cut,
                    degraded: condition.degraded(),
                    one_way: Way { config, condition }.plain_delay(),
                    estimated: config.estimated,
                    backlog: link.backlog(at),
                    rates: link.last_second,
                }
            })
            .collect()
    }

    fn dataset_state(&self, dataset: u16, ledger: &Ledger) -> DatasetState {
        let peers = &self.datasets[usize::from(dataset)].peers;
        let (lost, gone) = ledger.losses(dataset);
        DatasetState {
            replicas: peers.iter().map(|peer| (peer.0, self.view_of(dataset, peer.0))).collect(),
            lost,
            gone,
        }
    }

    fn packets(&self) -> Vec<PacketState> {
        let state = |packet: &Packet<P::Message>| PacketState {
            packet: packet.number,
            on_way: packet.on_way,
            channel: packet.channel,
            from: packet.from,
            to: packet.to,
            sent: packet.sent,
            due: packet.passage.due,
            subject: packet.subject,
        };
        // Within a region there is no way to be seen on.
        let seen = |packet: &&Packet<P::Message>| packet.from != packet.to;
        let mut packets: Vec<PacketState> =
            self.network.packets.iter().map(|(_, packet)| packet).filter(seen).map(state).collect();
        packets.sort_unstable_by_key(|packet| packet.packet);
        packets
    }

    fn fault_state(&self, active: &crate::world::ActiveFault) -> FaultState {
        let name = |region: u16| self.config.regions[usize::from(region)].id.clone();
        let words = active.kind.words(&name) + &active.spared.words(&name);
        let title = fault_title(words, active.planned);
        let planned = active.planned.map(|planned| self.config.faults[usize::from(planned)].id.clone());
        let name = planned.map_or(FaultName::Begun(active.fault), FaultName::Planned);
        FaultState { name, title, since: active.since }
    }
}
