//! Leader–follower replication as a scenario may choose it: by whom a write must be held before it is acknowledged, and what
//! follows from that for those who read and write.

use super::config::{Acknowledge, Config, Fencing};
use crate::alike::{HEARTBEAT, RETAIN, STORAGE, WINDOW, storage};
use crate::shipping::Durability;
use engine::Span;
use protocol::{
    Apart, Despite, Leadership, OF_QUORUMS, Offer, Promise, Property, ProtocolInfo, ReadFrom, Setup, Shape,
};
use settings::{Fallback, Fields, Setting};

/// R1.
pub(crate) const ASYNC: Offer<Config> = Offer {
    info: ProtocolInfo {
        id: "async",
        title: "Leader–follower, asynchronous",
        leadership: Leadership::Granted,
        typed: true,
        guarantee: "Acknowledged when the leader holds it: writes that no follower holds yet are lost with the leader.",
        source: "R1; e.g. PostgreSQL synchronous_commit = local, MySQL asynchronous replication",
    },
    settings: SETTINGS,
    read: |fields, shape| setup(fields, shape, PROMISES_ASYNC, |_| Acknowledge::Async),
};

/// R3.
pub(crate) const SEMI_SYNC: Offer<Config> = Offer {
    info: ProtocolInfo {
        id: "semi-sync",
        title: "Leader–follower, semi-synchronous",
        leadership: Leadership::Granted,
        typed: true,
        guarantee: "Acknowledged when k followers hold it too: survives the leader if one of those is promoted.",
        source: "R3; e.g. MySQL rpl_semi_sync_source_wait_for_replica_count, PostgreSQL ANY k",
    },
    settings: SETTINGS,
    read: |fields, shape| {
        setup(fields, shape, PROMISES_SEMI_SYNC, |followers| {
            let others = shape.placement.len().saturating_sub(1);
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
        leadership: Leadership::Granted,
        typed: true,
        guarantee: "Acknowledged when all followers hold it: nothing is lost, and one follower can stop all writes.",
        source: "R2; e.g. PostgreSQL synchronous_standby_names naming every standby",
    },
    settings: SETTINGS,
    read: |fields, shape| setup(fields, shape, PROMISES_SYNC, |_| Acknowledge::Sync),
};

const LEADER: &[ReadFrom] = &[ReadFrom::Leader];
/// A place in the one log is a causal past already: whoever has it has all that was before it.
const SESSION: &[ReadFrom] = &[ReadFrom::Leader, ReadFrom::Session, ReadFrom::SessionWait, ReadFrom::Causal];

/// One leader with its log shows everything it acknowledged and nothing else; a follower shows what it happens to have. A new
/// leader may lack what the old one alone acknowledged.
const PROMISES_ASYNC: &[Promise] = &[
    Promise::new(Property::Linearizable, LEADER, Despite::Crashes),
    Promise::new(Property::ReadYourWrites, SESSION, Despite::Crashes),
    Promise::new(Property::MonotonicReads, SESSION, Despite::Crashes),
    Promise::new(Property::Causal, SESSION, Despite::Crashes),
    Promise::to_all(Property::NothingLost, Despite::Cuts),
    Promise::to_all(Property::NoOutdatedLeader, Despite::Crashes),
];

const AHEAD: &str = "goes by what was shown, and here a follower shows what its leader may not show yet; choose protocol = \"raft\" or \"async\"";

/// A follower may show what its leader does not show yet, so that sessions can read backwards.
const PROMISES_SEMI_SYNC: &[Promise] = &[
    Promise::new(Property::Linearizable, LEADER, Despite::Crashes),
    Promise::new(Property::ReadYourWrites, SESSION, Despite::Crashes),
    Promise::new(Property::MonotonicReads, LEADER, Despite::Crashes),
    Promise::new(Property::Causal, LEADER, Despite::Crashes),
    Promise::to_all(Property::NothingLost, Despite::Cuts),
    Promise::to_all(Property::NothingLost, Despite::LossOfARegionWithTheBestSuccessor),
    Promise::to_all(Property::NoOutdatedLeader, Despite::Crashes),
];

/// Whoever is promoted holds all that was acknowledged, and of two leaders neither acknowledges anything.
const PROMISES_SYNC: &[Promise] = &[
    Promise::new(Property::Linearizable, LEADER, Despite::Failover),
    Promise::new(Property::ReadYourWrites, LEADER, Despite::Failover),
    Promise::new(Property::ReadYourWrites, SESSION, Despite::Crashes),
    Promise::new(Property::MonotonicReads, LEADER, Despite::Failover),
    Promise::new(Property::Causal, LEADER, Despite::Failover),
    Promise::to_all(Property::NothingLost, Despite::Failover),
    Promise::to_all(Property::NothingLost, Despite::LossOfARegion),
    Promise::to_all(Property::NoOutdatedLeader, Despite::Crashes),
];

/// An asynchronous leader that asks for a lease has stopped before another one leads. One that waits for followers may still
/// get their answers then.
const PROMISE_OF_A_LEASE: Promise = Promise::to_all(Property::NoOutdatedLeader, Despite::FailoverByTheController);

/// How far a promise reaches where replicas acknowledge what they may forget. A leader ships what its disk has, so that what it shows once a
/// follower has answered is there; one that waits for nobody may forget all that it shows, and who is promoted what it acknowledged.
fn without_disks(promise: &Promise, acknowledge: Acknowledge) -> Despite {
    match promise.despite {
        _ if promise.property == Property::NoOutdatedLeader => promise.despite,
        Despite::Failover if acknowledge == Acknowledge::Sync => Despite::Cuts,
        Despite::Crashes if acknowledge == Acknowledge::Async => Despite::Cuts,
        despite => despite,
    }
}

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
        "async: how long the leader gathers writes, from the first on, before it ships them; 0ms is at once",
    ),
    WINDOW,
    RETAIN,
    HEARTBEAT,
    STORAGE[0],
    STORAGE[1],
    STORAGE[2],
];

/// Every setting is read whatever the offer, so that each is checked and a variant may change the protocol alone; one that
/// is heard in no variant is said to be so.
fn setup(
    fields: &dyn Fields,
    shape: Shape<'_>,
    promises: &[Promise],
    acknowledge: impl Fn(u64) -> Acknowledge,
) -> Setup<Config> {
    let acknowledge = acknowledge(fields.count("followers", 1..=23));
    let fencing = [Fencing::Off, Fencing::Token, Fencing::Lease][fields.choice("fencing", &["off", "token", "lease"])];
    let (lease, heartbeat) = (fields.period("lease"), fields.period("heartbeat"));
    if fencing == Fencing::Lease && lease <= heartbeat {
        let message = format!("a lease of {lease} runs out before its leader asks for the next, every {heartbeat}");
        fields.problem("lease", &message, "make it longer than `heartbeat`");
    }
    fields.heard("followers", matches!(acknowledge, Acknowledge::SemiSync(_)), "protocol = \"semi-sync\"");
    fields.heard("lease", fencing == Fencing::Lease, "fencing = \"lease\"");
    fields.heard("ship", acknowledge == Acknowledge::Async, "protocol = \"async\"");
    let config = Config {
        keys: shape.keys,
        kind: shape.kind.clone(),
        acknowledge,
        fencing,
        ship: fields.span("ship"),
        window: fields.count("window", 1..=100_000) as u32,
        retain: fields.count("retain", 1..=10_000_000) as u32,
        heartbeat,
        storage: storage(fields),
    };
    let mut promises = promises.to_vec();
    if config.storage.durability == Durability::Buffered {
        promises.iter_mut().for_each(|promise| promise.despite = without_disks(promise, acknowledge));
    }
    if fencing == Fencing::Lease && acknowledge == Acknowledge::Async {
        promises.push(PROMISE_OF_A_LEASE);
    }
    let lease = (fencing == Fencing::Lease).then_some(lease);
    let disk = config.storage.sync.is_some();
    let (apart, client_stamps) = (Apart::TheLater, false);
    let mut unread = vec![OF_QUORUMS];
    unread.extend((acknowledge != Acknowledge::Async).then_some((ReadFrom::Causal, AHEAD)));
    Setup {
        config,
        lease,
        witness: None,
        apart,
        election_timeout: None,
        disk,
        client_stamps,
        contexts: false,
        awaits: acknowledge != Acknowledge::Async,
        unread,
        says_every: Span::ZERO,
        promises,
    }
}
