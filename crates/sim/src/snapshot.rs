//! The state of a world at one instant, as plain data: all that a picture of that instant needs, and nothing else.

use crate::action::{FaultName, PacketName, PacketWay};
use crate::faults::catalog::FaultKind;
use crate::faults::spared;
use crate::kernel::conditions::Conditions;
use crate::trace::{Health, Place};
use engine::{Span, Time};
use protocol::{Channel, NodeView};
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
    /// It has power.
    pub up: bool,
    /// Users cannot reach it.
    pub users_cut: bool,
    /// No other region can reach it.
    pub isolated: bool,
    /// How the controller judges it.
    pub health: Health,
    /// Workers busy now.
    pub busy: u32,
    /// Workers.
    pub workers: u32,
    /// Requests waiting.
    pub queue: u32,
    /// Requests that may wait.
    pub queue_limit: u32,
    /// Share of worker time used over the last whole second, 0 to 1.
    pub utilisation: f32,
    /// Factor on its service time.
    pub slowness: f32,
    /// Share of requests that end in an error.
    pub errors: f32,
    /// How far its clock is ahead, nanoseconds; negative is behind.
    pub clock_offset: i64,
}

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

/// Traffic over the last whole second.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Rate {
    /// Packets.
    pub packets: u32,
    /// Bytes.
    pub bytes: u64,
}

/// Users at one instant: how their operations ended over the last five seconds.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PopulationState {
    /// Operations under way.
    pub under_way: u32,
    /// Well and quickly.
    pub fresh: u32,
    /// Well, but later than [`crate::metrics::SLOW`].
    pub slow: u32,
    /// With a value older than the latest acknowledged.
    pub stale: u32,
    /// Refused or failed.
    pub refused: u32,
    /// Timed out.
    pub timed_out: u32,
    /// The region most of their last requests went to.
    pub region: Option<u16>,
    /// The regions that their clients spare, ascending.
    pub spared: Vec<Spared>,
}

/// A region to which clients send nothing, but for a trial now and then: their circuit is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spared {
    /// The region.
    pub region: u16,
    /// Since when.
    pub since: Time,
}

/// A dataset at one instant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DatasetState {
    /// Replicas by ascending region; those without power have no view.
    pub replicas: Vec<(u16, Option<NodeView>)>,
    /// Acknowledged writes that are lost at this instant, wherever they are.
    pub lost: u32,
    /// Those of them that are on no disk.
    pub gone: u32,
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

/// A fault in force.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FaultState {
    /// What an action calls it by.
    pub name: FaultName,
    /// What is the case while it lasts, as on the timeline, and what of it has been put right.
    pub title: String,
    /// When it began.
    pub since: Time,
    /// When it ends by itself, if it does.
    pub until: Option<Time>,
    /// What it does.
    pub kind: FaultKind,
    /// What of that has been put right.
    pub spared: spared::Spared,
}

impl FaultState {
    /// Change conditions as it does now.
    pub fn apply(&self, conditions: &mut Conditions) {
        self.spared.apply(&self.kind, conditions);
    }
}
