//! Multi-leader replication as a scenario may choose it, and what is promised.

use super::config::{Config, Policy, Topology};
use crate::alike::{DISK_WRITE, HEARTBEAT, RETAIN, WINDOW};
use engine::Distribution;
use protocol::{Despite, Leadership, NodeId, Offer, Promise, Property, ProtocolInfo, Setup, Shape};
use settings::{Fallback, Fields, Setting};
use values::Kind;

/// R6.
pub(crate) const MULTI_LEADER: Offer<Config> = Offer {
    info: ProtocolInfo {
        id: "multi-leader",
        title: "Multi-leader",
        leadership: Leadership::None,
        typed: true,
        guarantee: "Acknowledged when the own region holds it, sent to the others afterwards: of two writes that did not know each other the later stamp wins, or both are merged.",
        source: "R6; e.g. MySQL circular replication, DynamoDB global tables",
    },
    settings: SETTINGS,
    read: setup,
};

const TOPOLOGIES: [&str; 3] = ["mesh", "ring", "hub"];

/// In the order of [`Policy`].
const POLICIES: [&str; 2] = ["last-writer", "merge"];

const SETTINGS: &[Setting] = &[
    Setting::new(
        "policy",
        "last-writer or merge",
        Fallback::Value(POLICIES[0]),
        "what becomes of two copies of a key that were changed apart: the one with the later stamp stays, or they are merged as their type says",
    ),
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

/// What a client writes is with its own region at once. Nothing is said of who reads elsewhere, or after its region was lost. A region
/// that gives away its own share only gives away no more than that, as long as it does not forget what it gave.
fn promises(policy: Policy, kind: &Kind) -> Vec<Promise> {
    let shares = policy == Policy::Merge && matches!(kind, Kind::Stock { quotas: Some(_), .. });
    let bounds = shares.then_some(Promise::to_all(Property::WithinBounds, Despite::Crashes));
    [Promise::to_all(Property::NothingLost, Despite::Cuts)].into_iter().chain(bounds).collect()
}

fn setup(fields: &dyn Fields, shape: Shape<'_>) -> Setup<Config> {
    let hub = shape.region(fields, "hub");
    let topology = match fields.choice("topology", &TOPOLOGIES) {
        0 => Topology::Mesh,
        1 => Topology::Ring,
        _ => Topology::Hub(hub.unwrap_or(NodeId(shape.first as u16))),
    };
    fields.heard("hub", matches!(topology, Topology::Hub(_)), "topology = \"hub\"");
    let policy = [Policy::LastWriter, Policy::Merge][fields.choice("policy", &POLICIES)];
    if policy == Policy::Merge && *shape.kind == Kind::Register {
        let able = "choose a `type` that merges, such as counter, set or stock, or policy = \"last-writer\"";
        fields.problem("policy", "two registers are not merged: one of the values stays", able);
    }
    let takes = fields.distribution("disk-write");
    let config = Config {
        keys: shape.keys,
        kind: shape.kind.clone(),
        policy,
        topology,
        window: fields.count("window", 1..=100_000),
        retain: fields.count("retain", 1..=10_000_000),
        heartbeat: fields.period("heartbeat"),
        disk: (takes != Distribution::Constant(0.0)).then_some(takes),
    };
    let (promises, merges) = (promises(policy, shape.kind), policy == Policy::Merge);
    Setup { config, lease: None, witness: None, merges, election_timeout: None, promises }
}
