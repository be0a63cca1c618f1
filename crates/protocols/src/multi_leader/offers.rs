//! Multi-leader replication as a scenario may choose it, and what is promised.

use super::config::{Choice, Config, Policy, Topology};
use super::policies::{self, Chosen, DESK, PRIORITY, QUEUE, REFUSE_AFTER, RESOLVE, VALIDATE_AFTER};
use crate::alike::{DISK_WRITE, HEARTBEAT, RETAIN, WINDOW};
use crate::by_key::{POLICY, TIMESTAMPS};
use engine::{Distribution, Span};
use protocol::{
    Apart, Despite, Leadership, NodeId, OF_LEADERS, OF_QUORUMS, Offer, Promise, Property, ProtocolInfo, ReadFrom,
    Setup, Shape,
};
use settings::{Fallback, Fields, Setting};
use values::Kind;

/// R6.
pub(crate) const MULTI_LEADER: Offer<Config> = Offer {
    info: ProtocolInfo {
        id: "multi-leader",
        title: "Multi-leader",
        leadership: Leadership::None,
        typed: true,
        guarantee: "Acknowledged when the own region holds it, sent to the others afterwards: of two writes that did not know each other the later stamp wins, or what the policy says, or both are merged.",
        source: "R6; e.g. MySQL circular replication, DynamoDB global tables",
    },
    settings: SETTINGS,
    read: setup,
};

const TOPOLOGIES: [&str; 3] = ["mesh", "ring", "hub"];

const SETTINGS: &[Setting] = &[
    Setting::new(
        "quotas",
        "table of regions with numbers",
        Fallback::Otherwise("each region sells what it sees left"),
        "type = stock, policy = merge: how many units each region may sell or hold, a region that is not named none; together at most `initial`",
    )
    .from("O'Neil 1986, TODS 11, escrow; Balegas et al. 2015, SRDS, bounded counter"),
    POLICY,
    TIMESTAMPS,
    PRIORITY,
    DESK,
    VALIDATE_AFTER,
    QUEUE,
    RESOLVE,
    REFUSE_AFTER,
    Setting::new(
        "topology",
        "mesh, ring or hub",
        Fallback::Value(TOPOLOGIES[0]),
        "who sends to whom: everybody to everybody, each to the next of the placement, or all by way of one",
    ),
    Setting::new("hub", "region", Fallback::Otherwise("the first of the placement"), "topology = hub: which region, the same for all shards"),
    WINDOW,
    RETAIN,
    HEARTBEAT,
    DISK_WRITE,
];

/// What a client writes is with its own region at once. Nothing is said of who reads elsewhere, or after its region was lost, nor of what
/// a policy passes over. A region
/// that gives away its own share only gives away no more than that, as long as it does not forget what it gave.
fn promises((policy, topology): (&Policy, Topology), kind: &Kind) -> Vec<Promise> {
    let shares = *policy == Policy::Merge && matches!(kind, Kind::Stock { quotas: Some(_), .. });
    let bounds = shares.then_some(Promise::to_all(Property::WithinBounds, Despite::Crashes));
    // Sets that tell what was removed from what was never seen.
    let telling = *policy == Policy::Merge && matches!(kind, Kind::Set | Kind::TwoPhaseSet);
    let elements = telling.then_some(Promise::to_all(Property::ElementsAsTold, Despite::Cuts));
    let all = [Property::NothingLost, Property::Converged].map(|of| Promise::to_all(of, Despite::Cuts));
    let mut promises: Vec<Promise> = all.into_iter().chain(bounds).chain(elements).collect();
    // What a policy passes over nobody is shown, whatever they have seen.
    if topology == Topology::Mesh
        && matches!(policy, Policy::LastWriter | Policy::Merge | Policy::Keep(Choice::Siblings))
    {
        let of_sessions = [Property::ReadYourWrites, Property::MonotonicReads];
        promises.extend(of_sessions.map(|property| Promise::new(property, SESSION, Despite::Crashes)));
        promises.push(Promise::new(Property::Causal, CAUSAL, Despite::Crashes));
    }
    promises
}

const CAUSAL: &[ReadFrom] = &[ReadFrom::Causal];
const SESSION: &[ReadFrom] = &[ReadFrom::Session, ReadFrom::SessionWait, ReadFrom::Causal];
/// What goes by how far a region has heard every other.
const HEARING: [ReadFrom; 4] = [ReadFrom::Session, ReadFrom::SessionWait, ReadFrom::Bounded, ReadFrom::Causal];

/// The rules that are of no use.
fn unread(topology: Topology) -> Vec<(ReadFrom, &'static str)> {
    let by_way_of_others = HEARING
        .map(|rule| (rule, "goes by what a region has heard from every other, and in a ring or at a hub it comes by way of others; choose topology = \"mesh\""))
        .into_iter()
        .filter(|_| topology != Topology::Mesh);
    OF_LEADERS.into_iter().chain([OF_QUORUMS]).chain(by_way_of_others).collect()
}

/// What each key holds: a stock with the shares of the regions, where it has any.
fn shared(fields: &dyn Fields, shape: Shape<'_>, policy: &Policy) -> Kind {
    let quotas = fields.by_region("quotas", 0..=i32::MAX as u64);
    let of_stock = matches!(shape.kind, Kind::Stock { .. });
    fields.heard("quotas", *policy == Policy::Merge && of_stock, "`policy` to merge and `type` to stock");
    let (Kind::Stock { initial, .. }, Policy::Merge, Some(quotas)) = (shape.kind, policy, quotas) else {
        return shape.kind.clone();
    };
    let all: u64 = quotas.iter().map(|(_, quota)| quota).sum();
    if all > *initial as u64 {
        let message = format!("the quotas come to {all}, and there are {initial} units");
        fields.problem("quotas", &message, "lower them, or raise `initial`");
    }
    let mut shares = vec![0; shape.placement.last().map_or(0, |last| last + 1)];
    for (region, quota) in quotas {
        shape.check(fields, "quotas", region);
        if let Some(share) = shares.get_mut(usize::from(region)) {
            *share = quota as i32;
        }
    }
    Kind::Stock { initial: *initial, quotas: Some(shares) }
}

fn setup(fields: &dyn Fields, shape: Shape<'_>) -> Setup<Config> {
    let hub = shape.region(fields, "hub");
    let topology = match fields.choice("topology", &TOPOLOGIES) {
        0 => Topology::Mesh,
        1 => Topology::Ring,
        _ => Topology::Hub(hub.unwrap_or(NodeId(shape.first as u16))),
    };
    fields.heard("hub", matches!(topology, Topology::Hub(_)), "topology = \"hub\"");
    let Chosen { policy, people, compensation, refuse_after } = policies::read(fields, shape);
    let timestamps = policies::timestamps(fields, &policy, shape.kind);
    let heartbeat = fields.period("heartbeat");
    if let Some(after) = refuse_after {
        policies::check_hearing(fields, after, heartbeat, topology == Topology::Mesh);
    }
    let takes = fields.distribution("disk-write");
    let kind = shared(fields, shape, &policy);
    let promises = promises((&policy, topology), &kind);
    let apart = match policy {
        Policy::LastWriter => Apart::TheLater,
        Policy::Merge | Policy::Keep(Choice::Siblings) => Apart::All,
        Policy::Keep(_) => Apart::One,
    };
    let config = Config {
        keys: shape.keys,
        kind,
        policy,
        timestamps,
        people,
        compensation,
        refuse_after,
        topology,
        window: fields.count("window", 1..=100_000),
        retain: fields.count("retain", 1..=10_000_000),
        heartbeat,
        disk: (takes != Distribution::Constant(0.0)).then_some(takes),
    };
    let (disk, client_stamps) = (config.disk.is_some(), config.timestamps == super::config::Timestamps::Client);
    let (lease, witness, election_timeout) = (None, None, None);
    let (unread, contexts, awaits) = (unread(topology), false, false);
    let says_every = if shape.placement.len() > 1 { heartbeat } else { Span::ZERO };
    Setup {
        config,
        lease,
        witness,
        apart,
        election_timeout,
        disk,
        client_stamps,
        contexts,
        awaits,
        unread,
        says_every,
        promises,
    }
}
