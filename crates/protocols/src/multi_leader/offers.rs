//! Multi-leader replication as a scenario may choose it, and what is promised.

use super::config::{Config, Topology};
use crate::alike::{DISK_WRITE, HEARTBEAT, RETAIN, WINDOW};
use engine::Distribution;
use protocol::{Despite, Leadership, NodeId, Offer, Promise, Property, ProtocolInfo, Setup, Shape};
use settings::{Fallback, Fields, Setting};

/// R6.
pub(crate) const MULTI_LEADER: Offer<Config> = Offer {
    info: ProtocolInfo {
        id: "multi-leader",
        title: "Multi-leader",
        leadership: Leadership::None,
        typed: true,
        guarantee: "Acknowledged when the own region holds it, sent to the others afterwards: of two writes that did not know each other the later stamp wins.",
        source: "R6; e.g. MySQL circular replication, DynamoDB global tables",
    },
    settings: SETTINGS,
    read: setup,
};

const TOPOLOGIES: [&str; 3] = ["mesh", "ring", "hub"];

const SETTINGS: &[Setting] = &[
    Setting::new(
        "topology",
        "mesh, ring or hub",
        Fallback::Value(TOPOLOGIES[0]),
        "who sends to whom: everybody to everybody, each to the next of the placement, or all by way of one",
    ),
    Setting::new("hub", "region", Fallback::Otherwise("the first of the placement"), "topology = hub: which region"),
    WINDOW,
    RETAIN,
    HEARTBEAT,
    DISK_WRITE,
];

/// What a client writes is with its own region at once. Nothing is said of who reads elsewhere, or after its region was lost.
const PROMISES: &[Promise] = &[Promise::to_all(Property::NothingLost, Despite::Cuts)];

fn setup(fields: &dyn Fields, shape: Shape<'_>) -> Setup<Config> {
    let hub = shape.region(fields, "hub");
    let topology = match fields.choice("topology", &TOPOLOGIES) {
        0 => Topology::Mesh,
        1 => Topology::Ring,
        _ => Topology::Hub(hub.unwrap_or(NodeId(shape.first as u16))),
    };
    fields.heard("hub", matches!(topology, Topology::Hub(_)), "topology = \"hub\"");
    let takes = fields.distribution("disk-write");
    let config = Config {
        keys: shape.keys,
        kind: shape.kind.clone(),
        topology,
        window: fields.count("window", 1..=100_000),
        retain: fields.count("retain", 1..=10_000_000),
        heartbeat: fields.period("heartbeat"),
        disk: (takes != Distribution::Constant(0.0)).then_some(takes),
    };
    Setup { config, lease: None, witness: None, election_timeout: None, promises: PROMISES.to_vec() }
}
