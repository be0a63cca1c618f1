//! Leader–follower replication as a scenario may choose it: by whom a write must be held before it is acknowledged.

use super::{Acknowledge, Config, Fencing};
use protocol::{Fallback, Fields, Offer, ProtocolInfo, Setting, Setup, Shape};

/// R1.
pub(crate) const ASYNC: Offer<Config> = Offer {
    info: ProtocolInfo {
        id: "async",
        title: "Leader–follower, asynchronous",
        guarantee: "Acknowledged when the leader holds it: writes that no follower holds yet are lost with the leader.",
        survives_a_region: false,
        source: "R1; e.g. PostgreSQL synchronous_commit = local, MySQL asynchronous replication",
    },
    settings: SETTINGS,
    read: |fields, shape| setup(fields, shape, |_| Acknowledge::Async),
};

/// R3.
pub(crate) const SEMI_SYNC: Offer<Config> = Offer {
    info: ProtocolInfo {
        id: "semi-sync",
        title: "Leader–follower, semi-synchronous",
        guarantee: "Acknowledged when k followers hold it too: survives the leader if one of those is promoted.",
        survives_a_region: true,
        source: "R3; e.g. MySQL rpl_semi_sync_source_wait_for_replica_count, PostgreSQL ANY k",
    },
    settings: SETTINGS,
    read: |fields, shape| {
        setup(fields, shape, |followers| {
            let others = shape.replicas.saturating_sub(1);
            if followers > others as u64 {
                let message = format!("{followers} followers are to hold a write, but there are {others}");
                let help = "the leader does not count: name fewer, or place more replicas";
                fields.problem("followers", &message, help);
            }
            Acknowledge::SemiSync(followers as u16)
        })
    },
};

/// R2.
pub(crate) const SYNC: Offer<Config> = Offer {
    info: ProtocolInfo {
        id: "sync",
        title: "Leader–follower, synchronous",
        guarantee: "Acknowledged when all followers hold it: nothing is lost, and one follower can stop all writes.",
        survives_a_region: true,
        source: "R2; e.g. PostgreSQL synchronous_standby_names naming every standby",
    },
    settings: SETTINGS,
    read: |fields, shape| setup(fields, shape, |_| Acknowledge::Sync),
};

const SETTINGS: &[Setting] = &[
    Setting::new(
        "followers",
        "number",
        Fallback::Value("1"),
        "semi-sync: followers that must hold a write before it is acknowledged",
    ),
    Setting::new(
        "fencing",
        "off, token or lease",
        Fallback::Value("off"),
        "what keeps an outdated leader from doing harm",
    ),
    Setting::new("lease", "time", Fallback::Value("10s"), "fencing = lease: how long a lease holds"),
    Setting::new(
        "ship",
        "time",
        Fallback::Value("0ms"),
        "async: how often the leader ships what it has appended; 0ms is at once",
    ),
    Setting::new(
        "window",
        "number",
        Fallback::Value("512"),
        "entries under way to a follower before an answer is waited for",
    ),
    Setting::new(
        "retain",
        "number",
        Fallback::Value("100000"),
        "entries kept for a follower that is away; one that lacks more is sent a copy of the state",
    ),
    Setting::new("heartbeat", "time", Fallback::Value("500ms"), "time between a leader's signs of life"),
];

/// Every setting is read whatever the offer, so that each is checked and a variant may change the protocol alone.
fn setup(fields: &dyn Fields, shape: Shape, acknowledge: impl Fn(u64) -> Acknowledge) -> Setup<Config> {
    let acknowledge = acknowledge(fields.count("followers", 1..=23));
    let fencing = [Fencing::Off, Fencing::Token, Fencing::Lease][fields.choice("fencing", &["off", "token", "lease"])];
    let lease = fields.period("lease");
    let config = Config {
        keys: shape.keys,
        acknowledge,
        fencing,
        ship: fields.span("ship"),
        window: fields.count("window", 1..=100_000) as u32,
        retain: fields.count("retain", 1..=10_000_000) as u32,
        heartbeat: fields.period("heartbeat"),
    };
    Setup { config, lease: (fencing == Fencing::Lease).then_some(lease) }
}
