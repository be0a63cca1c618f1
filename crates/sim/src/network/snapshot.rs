//! Links and packets at one instant, as a picture needs them.

pub use super::link::Rate;

use super::link::Way;
use super::said::{PacketName, PacketWay};
use super::{Network, Packet};
use crate::config::Config;
use crate::kernel::conditions::Conditions;
use crate::place::Place;
use engine::{Span, Time};
use protocol::Channel;
use serde::{Deserialize, Serialize};

/// More packets than this are not drawn one by one.
const PACKETS: usize = 4000;

/// One direction of a link between regions at one instant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LinkState {
    /// From this region.
    pub from: u16,
    /// To this region.
    pub to: u16,
    /// Nothing of replicas and clients passes.
    pub data_cut: bool,
    /// Nothing of the control plane passes.
    pub control_cut: bool,
    /// It works, badly.
    pub degraded: bool,
    /// The delay without jitter, as it is now.
    pub one_way: Span,
    /// Whether the delay was estimated from the distance.
    pub estimated: bool,
    /// How long a packet sent now would wait for the link to be free.
    pub backlog: Span,
    /// Packets and bytes sent over the last second, by channel in the order replication, acknowledgement, client, control.
    pub rates: [Rate; 4],
}

/// A packet under way.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct PacketState {
    /// Its number.
    pub packet: u64,
    /// Its number among those of its channel on its way, from 1: what an action calls it by.
    pub on_way: u64,
    /// What it is for.
    pub channel: Channel,
    /// From here.
    pub from: Place,
    /// To there.
    pub to: Place,
    /// When it was sent.
    pub sent: Time,
    /// When it arrives.
    pub due: Time,
    /// The operation or the write it belongs to, if any.
    pub subject: Option<u64>,
}

impl PacketState {
    /// What an action calls it by.
    pub fn name(&self) -> PacketName {
        let PacketState { from, to, channel, on_way, .. } = *self;
        PacketName { way: Some(PacketWay { from, to, channel }), number: on_way }
    }
}

impl Network {
    /// Every ordered pair of different regions, by from, then to.
    pub(crate) fn show_links(&self, at: Time, config: &Config, conditions: &Conditions) -> Vec<LinkState> {
        let regions = self.regions as u16;
        let pairs = (0..regions).flat_map(|from| (0..regions).map(move |to| (from, to)));
        pairs.filter(|(from, to)| from != to).map(|way| self.show_link(way, at, config, conditions)).collect()
    }

    fn show_link(&self, (from, to): (u16, u16), at: Time, config: &Config, conditions: &Conditions) -> LinkState {
        let (row, column) = (usize::from(from), usize::from(to));
        let (config, condition) = (&config.links[row][column], &conditions.links[row][column]);
        let link = &self.between[row * self.regions + column];
        LinkState {
            from,
            to,
            data_cut: condition.data_cut,
            control_cut: condition.control_cut,
            degraded: condition.degraded(),
            one_way: Way { config, condition }.plain_delay(),
            estimated: config.estimated,
            backlog: link.backlog(at),
            rates: link.last_second,
        }
    }

    /// What is under way between places, in the order of sending, and how many more packets there are, too many to draw one by
    /// one. Within a region there is no way to be seen on.
    pub(crate) fn show_packets(&self) -> (Vec<PacketState>, u32) {
        let seen = |packet: &&Packet| packet.from != packet.to;
        let mut packets: Vec<PacketState> =
            self.packets.iter().map(|(_, packet)| packet).filter(seen).map(Packet::show).collect();
        engine::sort_by_key(&mut packets, |packet| packet.packet);
        let left_out = packets.len().saturating_sub(PACKETS) as u32;
        packets.truncate(PACKETS);
        (packets, left_out)
    }
}

impl Packet {
    fn show(&self) -> PacketState {
        PacketState {
            packet: self.number,
            on_way: self.on_way,
            channel: self.channel,
            from: self.from,
            to: self.to,
            sent: self.sent,
            due: self.passage.due,
            subject: self.subject,
        }
    }
}
