//! Leaderless quorums as a scenario may choose them, and what is promised as they are set.

use super::config::{Config, ReadRepair};
use crate::alike::DISK_WRITE;
use crate::by_key::{POLICIES, POLICY, TIMESTAMPS, Timestamps};
use engine::Span;
use protocol::{
    Apart, Despite, Leadership, NodeId, OF_LEADERS, Offer, Promise, Property, ProtocolInfo, ReadFrom, Setup, Shape,
};
use settings::{Fallback, Fields, Setting};

/// R9 to R12.
pub(crate) const QUORUM: Offer<Config> = Offer {
    info: ProtocolInfo {
        id: "quorum",
        title: "Leaderless quorum",
        leadership: Leadership::None,
        typed: false,
        guarantee: "Acknowledged when W of N replicas hold it, read from R: with W + R > N reads meet writes, and of two writes the later stamp wins, or both stay if neither knew the other.",
        source: "R9; DeCandia et al., Dynamo, SOSP 2007; Apache Cassandra, tunable consistency",
    },
    settings: SETTINGS,
    read: setup,
};

const SETTINGS: &[Setting] = &[
    POLICY,
    Setting::new("replicas", "number", Fallback::Otherwise("all that store anything"), "N: replicas of each key"),
    Setting::new(
        "write-quorum",
        "number",
        Fallback::Otherwise("more than half of N"),
        "W: replicas that must have stored a write before it is acknowledged",
    ),
    Setting::new(
        "read-quorum",
        "number",
        Fallback::Otherwise("more than half of N"),
        "R: replicas that must answer before a read does, unless it is `from quorum`: more than half of N",
    ),
    Setting::new(
        "coordinators",
        "regions",
        Fallback::Otherwise("none"),
        "regions of the placement that store nothing and only coordinate",
    ),
    Setting::new(
        "read-repair",
        "off, background or blocking",
        Fallback::Value("background"),
        "what is done for replicas that a read finds behind: nothing, they are sent the newest, or the read waits for that",
    ),
    Setting::new(
        "hints",
        "true or false",
        Fallback::Value("true"),
        "a coordinator keeps what it could not deliver, and hands it over later",
    ),
    Setting::new(
        "sloppy",
        "time or off",
        Fallback::Value("off"),
        "after how long a replica that is not of the key stands in for one that does not answer a write",
    ),
    Setting::new("hand-off", "time", Fallback::Value("1s"), "how often hints are handed over"),
    Setting::new(
        "anti-entropy",
        "time or off",
        Fallback::Value("off"),
        "how often a replica compares hash trees with another",
    ),
    Setting::new(
        "tombstone-grace",
        "time or off",
        Fallback::Value("off"),
        "how long a replica keeps a deletion, and a coordinator its hints; off: for good (Cassandra's gc_grace_seconds, 10 days)",
    ),
    Setting::new("patience", "time", Fallback::Value("1s"), "how long a coordinator waits for a quorum"),
    TIMESTAMPS,
    DISK_WRITE,
    Setting::new(
        "disk-read",
        "distribution of times",
        Fallback::Value("0ms"),
        "how long a replica takes to find a value",
    ),
];

fn setup(fields: &dyn Fields, shape: Shape<'_>) -> Setup<Config> {
    let siblings = policy(fields);
    let coordinators: Vec<NodeId> = shape.regions(fields, "coordinators");
    let stores = (shape.placement.len() as u64).saturating_sub(coordinators.len() as u64);
    if stores == 0 {
        fields.problem("coordinators", "nobody is left to store anything", "leave a region of the placement out");
    }
    let among = |key: &str, all: u64, otherwise: u64, of: &str| {
        let wanted = if fields.holds(key) { fields.count(key, 1..=127) } else { otherwise };
        if wanted > all {
            let message = format!("`{key}` is {wanted}, but there are {all} {of}");
            fields.problem(key, &message, "name fewer, or place more replicas");
        }
        wanted.min(all.max(1)) as u16
    };
    let replicas = among("replicas", stores, stores, "regions that store anything");
    let majority = u64::from(replicas) / 2 + 1;
    let write_quorum = among("write-quorum", replicas.into(), majority, "replicas of a key");
    let read_quorum = among("read-quorum", replicas.into(), majority, "replicas of a key");
    let stand_in = fields.span_unless("sloppy", "off");
    let hints = fields.flag("hints");
    if stand_in.is_some() && u64::from(replicas) == stores {
        fields.problem("sloppy", "nobody is left to stand in: every region stores every key", "set `replicas` lower");
    }
    let patience = fields.period("patience");
    if stand_in.is_some_and(|after| after >= patience) {
        let message = format!("nobody is asked to stand in before the coordinator gives up, after {patience}");
        fields.problem("sloppy", &message, "make it shorter than `patience`");
    }
    let anti_entropy = fields.span_unless("anti-entropy", "off");
    if anti_entropy.is_some_and(|every| every < Span::from_millis(1)) {
        fields.problem("anti-entropy", "replicas would do nothing else", "it takes 1ms or more, or \"off\"");
    }
    let grace = fields.span_unless("tombstone-grace", "off");
    if grace.is_some_and(|grace| grace < Span::from_millis(1)) {
        let message = "a deletion would be forgotten before any other replica has it";
        fields.problem("tombstone-grace", message, "it takes 1ms or more, or \"off\"");
    }
    if siblings && grace.is_some() {
        let message = "a deletion is a version like others, and kept for good where versions stand side by side";
        fields.problem("tombstone-grace", message, "leave it off, or choose policy = \"last-writer\"");
    }
    let stamps = Timestamps::read(fields);
    let timestamps = if siblings { Timestamps::Replica } else { stamps };
    fields.heard(TIMESTAMPS.name, !siblings, "policy = \"last-writer\"");
    if timestamps == Timestamps::Client && grace.is_some() {
        let message = "how old a deletion is would be told by the clock of whoever deleted";
        fields.problem("tombstone-grace", message, "leave it off, or choose timestamps = \"replica\"");
    }
    fields.heard("hand-off", hints || stand_in.is_some(), "`hints` or `sloppy`");
    let read_repair = [ReadRepair::Off, ReadRepair::Background, ReadRepair::Blocking]
        [fields.choice("read-repair", &["off", "background", "blocking"])];
    let disk = ["disk-write", "disk-read"].map(|key| {
        let takes = fields.distribution(key);
        (takes != engine::Distribution::Constant(0.0)).then_some(takes)
    });
    let config = Config {
        keys: shape.keys,
        kind: shape.kind.clone(),
        siblings,
        timestamps,
        replicas,
        write_quorum,
        read_quorum,
        coordinators,
        read_repair,
        hints,
        stand_in,
        anti_entropy,
        grace,
        hand_off: fields.period("hand-off"),
        patience,
        disk,
    };
    let (disk, unread, promises) = (config.disk.iter().any(Option::is_some), unread(&config), promises(&config));
    let (client_stamps, contexts, awaits) = (timestamps == Timestamps::Client, siblings, true);
    let (lease, witness, election_timeout) = (None, None, None);
    let apart = if siblings { Apart::All } else { Apart::TheLater };
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
        says_every: Span::ZERO,
        promises,
    }
}

/// Whether versions are kept side by side.
fn policy(fields: &dyn Fields) -> bool {
    match POLICIES[fields.choice(POLICY.name, &POLICIES)] {
        "last-writer" => false,
        "siblings" => true,
        _ => {
            let able = "write \"last-writer\" or \"siblings\", or choose protocol = \"multi-leader\"";
            let message = "of two writes in a quorum the later stamp stays, whatever they knew, or both do";
            fields.problem(POLICY.name, message, able);
            false
        }
    }
}

/// What goes by the stamps that a session has seen.
const SESSION: &[ReadFrom] = &[ReadFrom::Session, ReadFrom::Causal];
const BOUNDED: &str = "asks how far back a replica lies, and here every read asks R of them; raise `read-quorum`";
const WAITS: &str =
    "waits here as `session` does, for whoever has what is lacking and as long as `patience`; read from session";
const STANDS_IN: &str =
    "needs whoever has what was seen to be asked, and who stands in for another is not; set `sloppy` to off";
const BESIDE: &str = "goes by what a write came after, and of versions side by side it is known of their own key alone; read from session, or choose policy = \"last-writer\"";
const FORGETS: &str =
    "goes by stamps, and of a deletion that is forgotten nobody has one; set `tombstone-grace` to off";

/// The rules that are of no use.
fn unread(config: &Config) -> Vec<(ReadFrom, &'static str)> {
    let of_sessions = match (config.stand_in, config.grace) {
        (Some(_), _) => Some(STANDS_IN),
        (None, Some(_)) => Some(FORGETS),
        (None, None) => None,
    };
    let of_sessions = of_sessions.into_iter().flat_map(|why| SESSION.iter().map(move |rule| (*rule, why)));
    let never = [(ReadFrom::Bounded, BOUNDED), (ReadFrom::SessionWait, WAITS)];
    let causes = config.siblings.then_some((ReadFrom::Causal, BESIDE));
    OF_LEADERS.into_iter().chain(never).chain(causes).chain(of_sessions).collect()
}

/// Whoever is asked asks R, and of a session more where it has to; but for who names a majority, whatever else is asked.
const OF_R: &[ReadFrom] =
    &[ReadFrom::Local, ReadFrom::Session, ReadFrom::NearestHealthy, ReadFrom::Sticky, ReadFrom::Causal];
const OF_MAJORITY: &[ReadFrom] = &[ReadFrom::Quorum];

/// The rules by which so many are asked that it is enough.
fn reads(config: &Config, is_enough: impl Fn(u16) -> bool) -> &'static [ReadFrom] {
    match (is_enough(config.read_quorum), is_enough(config.replicas / 2 + 1)) {
        (true, true) => &ReadFrom::ALL,
        (true, false) => OF_R,
        (false, true) => OF_MAJORITY,
        (false, false) => &[],
    }
}

/// Where reads meet writes a client finds what was acknowledged to it, or what won over it. A read may find what another does not
/// find after it, unless it has waited for it to be on a quorum.
fn promises(config: &Config) -> Vec<Promise> {
    let mut promises = Vec::new();
    if config.siblings {
        promises.push(Promise::to_all(Property::NoLostUpdate, Despite::Anything));
    }
    // What was deleted and is forgotten may come back.
    if config.grace.is_none() {
        let meets = |asked| config.overlaps(asked);
        let mends = |asked| meets(asked) && config.read_repair == ReadRepair::Blocking && asked * 2 > config.replicas;
        let found =
            [(Property::ReadYourWrites, reads(config, meets)), (Property::MonotonicReads, reads(config, mends))];
        let promised = found.into_iter().filter(|(_, reads)| !reads.is_empty());
        promises.extend(promised.map(|(property, reads)| Promise::new(property, reads, Despite::Crashes)));
    }
    if config.stand_in.is_none() && config.grace.is_none() {
        let of_sessions = [Property::ReadYourWrites, Property::MonotonicReads];
        promises.extend(of_sessions.map(|property| Promise::new(property, SESSION, Despite::Crashes)));
        if !config.siblings {
            promises.push(Promise::new(Property::Causal, &[ReadFrom::Causal], Despite::Crashes));
        }
    }
    if config.stand_in.is_none() {
        promises.push(Promise::to_all(Property::NothingLost, Despite::Cuts));
        if config.write_quorum > 1 {
            promises.push(Promise::to_all(Property::NothingLost, Despite::LossOfARegion));
        }
    }
    if config.grace.is_none() && !config.siblings {
        promises.push(Promise::to_all(Property::StaysDeleted, Despite::MinorityOfDisks));
    }
    promises
}
