//! Raft as a scenario may choose it.

use super::config::{Config, Reads};
use crate::alike::{RETAIN, STORAGE, WINDOW, storage};
use crate::shipping::Durability;
use engine::Span;
use protocol::{Apart, Despite, Leadership, Offer, Promise, Property, ProtocolInfo, ReadFrom, Setup, Shape};
use settings::{Fallback, Fields, Setting};

/// R13.
pub(crate) const RAFT: Offer<Config> = Offer {
    info: ProtocolInfo {
        id: "raft",
        title: "Consensus (Raft)",
        leadership: Leadership::Elected,
        typed: true,
        guarantee: "Acknowledged when a majority holds it, under a leader that a majority elected: nothing is lost while a majority is there, and without one nothing is served. One replica more than an odd number survives no more; two do not survive the loss of a disk.",
        source: "R13; Ongaro and Ousterhout 2014, Ongaro 2014; e.g. etcd, TiKV, CockroachDB",
    },
    settings: SETTINGS,
    read: setup,
};

const LEADER: &[ReadFrom] = &[ReadFrom::Leader];
const SESSION: &[ReadFrom] = &[ReadFrom::Leader, ReadFrom::Session, ReadFrom::SessionWait, ReadFrom::Causal];

const ETCD: &str = "etcd's default, etcd.io/docs/v3.5/tuning";

const SETTINGS: &[Setting] = &[
    Setting::new("heartbeat-interval", "time", Fallback::Value("100ms"), "time between a leader's signs of life").from(ETCD),
    Setting::new(
        "election-timeout",
        "time",
        Fallback::Value("1s"),
        "whoever hears of no leader for this long stands for election after as long again at most",
    )
    .from(ETCD),
    Setting::new(
        "pre-vote",
        "true or false",
        Fallback::Value("true"),
        "ask first whether one would be elected, so that who was cut off disturbs nobody when it comes back",
    )
    .from("etcd --pre-vote, on since 3.5"),
    Setting::new(
        "check-quorum",
        "true or false",
        Fallback::Value("true"),
        "a leader that no majority answers for an election timeout steps down, and nobody votes against one that it hears",
    )
    .from("always on in etcd (raft.Config CheckQuorum)"),
    Setting::new(
        "linearizable-reads",
        "read-index or lease",
        Fallback::Value("read-index"),
        "reads of the leader: a majority confirms that it leads, or has done so within nine tenths of the election timeout by its clock, which is not counted on by whoever has told another to take over",
    )
    .from("etcd's is ReadOnlySafe, the read index"),
    Setting::new(
        "witness",
        "region",
        Fallback::Otherwise("none"),
        "a replica that votes and acknowledges but keeps no values, so that it cannot lead",
    ),
    WINDOW,
    RETAIN,
    STORAGE[0],
    STORAGE[1],
    STORAGE[2],
];

fn setup(fields: &dyn Fields, shape: Shape<'_>) -> Setup<Config> {
    let config = Config {
        keys: shape.keys,
        kind: shape.kind.clone(),
        heartbeat: fields.period("heartbeat-interval"),
        election_timeout: fields.period("election-timeout"),
        pre_vote: fields.flag("pre-vote"),
        check_quorum: fields.flag("check-quorum"),
        reads: [Reads::ReadIndex, Reads::Lease][fields.choice("linearizable-reads", &["read-index", "lease"])],
        witness: shape.region(fields, "witness"),
        window: fields.count("window", 1..=100_000) as u32,
        retain: fields.count("retain", 1..=10_000_000) as u32,
        storage: storage(fields),
    };
    let Config { heartbeat, election_timeout, .. } = config;
    if election_timeout < heartbeat * 2 {
        let message =
            format!("whoever waits {election_timeout} for a sign of life every {heartbeat} never hears one in time");
        fields.problem("election-timeout", &message, "make it several times `heartbeat-interval`, as 10 in etcd");
    }
    let syncs =
        config.storage.sync.as_ref().and_then(engine::Distribution::mean).map_or(Span::ZERO, Span::from_nanos_f64);
    if syncs >= election_timeout {
        let message =
            format!("a vote is on its disk after {syncs}, and who asks for it stands again after {election_timeout}");
        fields.problem("disk-sync", &message, "make it a fraction of `election-timeout`");
    }
    if config.reads == Reads::Lease && !config.check_quorum {
        let message = "a leader's lease means nothing where others vote against it while they hear it";
        fields.problem("linearizable-reads", message, "set check-quorum = true, or read-index");
    }
    if config.witness.is_some_and(|witness| witness.index() == shape.first) {
        let message = "a witness keeps no values, so that it cannot lead";
        fields.problem("witness", message, "name another region, or another `leader`");
    }
    let election_timeout = Some(election_timeout);
    Setup {
        promises: promises(&config),
        witness: config.witness,
        election_timeout,
        disk: config.storage.sync.is_some(),
        client_stamps: false,
        contexts: false,
        awaits: true,
        config,
        lease: None,
        apart: Apart::TheLater,
        unread: vec![(ReadFrom::Quorum, LED)],
        says_every: Span::ZERO,
    }
}

const LED: &str = "asks a majority, and here the leader does where `linearizable-reads` has it do so; read from leader";

/// Whoever is elected has all that was acknowledged, and nobody shows what is not. A leader's lease counts on clocks. Where a replica may forget
/// what it has acknowledged nothing is left of it once one has lost its power.
fn promises(config: &Config) -> Vec<Promise> {
    let reads = match config.reads {
        _ if config.storage.durability == Durability::Buffered => Despite::Cuts,
        Reads::ReadIndex => Despite::MinorityOfDisks,
        Reads::Lease => Despite::MinorityOfDisksWithClocks,
    };
    // What a leader and a witness alone have acknowledged is dark when the leader is.
    let forgets = config.witness.is_some() || config.storage.durability == Durability::Buffered;
    let lost = if forgets { Despite::Cuts } else { Despite::Minority };
    vec![
        Promise::new(Property::Linearizable, LEADER, reads),
        Promise::new(Property::ReadYourWrites, LEADER, reads),
        Promise::new(Property::ReadYourWrites, SESSION, reads),
        Promise::new(Property::MonotonicReads, LEADER, reads),
        Promise::new(Property::MonotonicReads, SESSION, reads),
        Promise::new(Property::Causal, LEADER, reads),
        Promise::new(Property::Causal, SESSION, reads),
        Promise::to_all(Property::NothingLost, lost),
        Promise::to_all(Property::NoOutdatedLeader, Despite::Crashes),
    ]
}
