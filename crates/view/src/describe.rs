//! The map in words: what the canvas shows, as lists for those who read or listen.

use crate::map::{Condition, condition, link_state, outcome_count, outcome_total, overloaded, roles};
use crate::palette::{CHANNELS, Outcome, channel_title};
use crate::stage::Stage;
use crate::state::Target;
use crate::timeline::clock;
use crate::words::{self, counted};
use engine::Time;
use protocol::{Leadership, Role};
use sim::trace::{Health, Place};
use sim::{PacketState, RegionState, Snapshot};

/// Something on the map, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What it is about; the same target selects it on the canvas.
    pub target: Target,
    /// Its name.
    pub name: String,
    /// Its state, for instance "leads orders, healthy, 45 % busy, queue 3".
    pub state: String,
}

/// Everything on the map in words, in the order of the scenario.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Description {
    /// The regions.
    pub regions: Vec<Line>,
    /// The links, also those that carry nothing: whoever draws no lasso picks them here.
    pub links: Vec<Line>,
    /// The users.
    pub users: Vec<Line>,
    /// The messages under way, soonest to arrive first, as many as were asked for.
    pub packets: Vec<Line>,
    /// How many messages are under way in all.
    pub packets_in_all: u64,
    /// One or two sentences about the whole.
    pub summary: String,
}

/// The map in words, with at most so many messages.
pub fn describe(stage: &Stage, snapshot: &Snapshot, playhead: Time, packets: usize) -> Description {
    let count = stage.regions.len() as u16;
    let line = |target| describe_target(stage, snapshot, playhead, target);
    let pairs = (0..count).flat_map(|a| (a + 1..count).map(move |b| (a, b)));
    let mut under_way: Vec<&PacketState> =
        snapshot.packets.iter().filter(|packet| (packet.sent..packet.due).contains(&playhead)).collect();
    engine::sort_by_key(&mut under_way, |packet| (packet.due, packet.packet));
    let packets_in_all = under_way.len() as u64 + u64::from(snapshot.packets_left_out);
    Description {
        regions: (0..count).filter_map(|region| line(Target::Region(region))).collect(),
        links: pairs.filter_map(|(a, b)| line(Target::Link(a, b))).collect(),
        users: (0..stage.populations.len() as u16).filter_map(|users| line(Target::Users(users))).collect(),
        packets: under_way.iter().take(packets).filter_map(|it| line(Target::Packet(it.packet))).collect(),
        packets_in_all,
        summary: summary(stage, snapshot, packets_in_all),
    }
}

/// One thing in words; `None` if it is no longer there.
pub fn describe_target(stage: &Stage, snapshot: &Snapshot, playhead: Time, target: Target) -> Option<Line> {
    let (name, state) = match target {
        Target::Region(index) => {
            let state = snapshot.regions.get(usize::from(index))?;
            (full_name(stage, index), region(stage, snapshot, index, state))
        }
        Target::Link(a, b) => {
            link_state(snapshot, a, b)?;
            (format!("{} – {}", region_name(stage, a), region_name(stage, b)), link(stage, snapshot, a, b))
        }
        Target::Users(index) => {
            let population = stage.populations.get(usize::from(index))?;
            (population.title.clone(), users(stage, snapshot, index)?)
        }
        Target::Packet(number) => {
            let packet = snapshot.packets.iter().find(|packet| packet.packet == number)?;
            (format!("{} message {number}", channel_title(packet.channel)), way(stage, packet, playhead)?)
        }
    };
    Some(Line { target, name, state })
}

/// The name a person reads for a region.
pub fn region_name(stage: &Stage, region: u16) -> &str {
    stage.regions.get(usize::from(region)).map_or("an unknown region", |region| &region.title)
}

fn full_name(stage: &Stage, region: u16) -> String {
    let (name, id) = (region_name(stage, region), stage.regions.get(usize::from(region)).map_or("", |it| &it.id));
    if name == id { name.to_owned() } else { format!("{name} ({id})") }
}

fn region(stage: &Stage, snapshot: &Snapshot, index: u16, state: &RegionState) -> String {
    let zone = (stage.zones_beside(index.into()).len() > 1).then(|| format!("zone of {}", stage.name(index.into()).0));
    let mut words: Vec<String> = zone.into_iter().chain(parts(stage, snapshot, index)).collect();
    if !state.site.up {
        words.push("no power".to_owned());
        return words.join(", ");
    }
    let wrong = wrong_with(state);
    // What the controller has not noticed is healthy to it alone.
    let judged = if state.judged.health == Health::Healthy && !wrong.is_empty() { "judged " } else { "" };
    words.push(format!("{judged}{}", health(state.judged.health)));
    words.push(format!("{} busy", words::percent(state.service.utilisation.into())));
    words.push(format!("queue {}", state.service.queue));
    words.extend(wrong);
    words.join(", ")
}

/// What is wrong with a region that has power, whatever the controller thinks of it.
fn wrong_with(state: &RegionState) -> Vec<String> {
    let mut words = Vec::new();
    if overloaded(state) {
        words.push("overloaded: its queue is full, and it refuses".to_owned());
    }
    if state.site.isolated {
        words.push("no other region can reach it".to_owned());
    }
    if state.site.users_cut {
        words.push("users cannot reach it".to_owned());
    }
    if state.site.slowness != 1.0 {
        words.push(format!("service {} times as slow", words::figures(state.site.slowness.into())));
    }
    if state.site.errors > 0.0 {
        words.push(format!("{} of requests fail", words::percent(state.site.errors.into())));
    }
    if state.site.disk_slowness != 1.0 {
        words.push(format!("disks {} times as slow", words::figures(state.site.disk_slowness.into())));
    }
    if state.site.clock_offset != 0 {
        let size = words::millis(state.site.clock_offset.unsigned_abs() as f64 / 1e6);
        let way = if state.site.clock_offset > 0 { "ahead" } else { "behind" };
        words.push(format!("clock {size} {way}"));
    }
    words
}

/// What the region's replicas do: "leads orders", "follows carts, 85 ms behind".
fn parts(stage: &Stage, snapshot: &Snapshot, region: u16) -> Vec<String> {
    let datasets = stage.datasets.iter().enumerate();
    let parts = datasets.filter_map(|(index, dataset)| {
        let (index, title) = (index as u16, &dataset.title);
        let replica = roles::replica(snapshot, index, region)?;
        let behind = roles::lag(snapshot, index, region);
        Some(match replica.role {
            Role::Leader if roles::outdated(snapshot, index, region) => format!("still leads {title} though replaced"),
            Role::Leader => format!("leads {title}"),
            Role::Waiting => format!("waits for a leader of {title}"),
            Role::Peer if replica.alone => format!("takes no writes to {title}, since it hears from no majority"),
            Role::Peer if replica.hints > 0 => format!("holds {title}, and {} writes for others", replica.hints),
            Role::Peer if replica.tombstones > 0 => format!("holds {title}, and {} tombstones", replica.tombstones),
            Role::Peer if replica.validating > 0 => format!("holds {title}, and is to cancel sales of it"),
            Role::Peer => format!("holds {title}"),
            Role::Candidate => format!("stands for election as leader of {title}"),
            Role::Witness => format!("is a witness of {title} and keeps no values"),
            Role::Follower => match behind {
                Some(lag) => format!("follows {title}, {} behind", words::millis(lag.as_millis_f64())),
                None => format!("follows {title}"),
            },
        })
    });
    parts.collect()
}

fn health(health: Health) -> &'static str {
    match health {
        Health::Healthy => "healthy",
        Health::Degraded => "degraded for the controller",
        Health::Unhealthy => "unhealthy for the controller",
    }
}

/// Packets per second by channel, both ways together.
fn traffic(snapshot: &Snapshot, a: u16, b: u16) -> [u32; 4] {
    let mut packets = [0; 4];
    for link in [link_state(snapshot, a, b), link_state(snapshot, b, a)].into_iter().flatten() {
        for (sum, rate) in packets.iter_mut().zip(link.rates) {
            *sum += rate.packets;
        }
    }
    packets
}

fn link(stage: &Stage, snapshot: &Snapshot, a: u16, b: u16) -> String {
    let only = |from, to| format!("works only from {} to {}", region_name(stage, from), region_name(stage, to));
    let mut words = vec![match condition(snapshot, a, b) {
        Condition::Whole => "works".to_owned(),
        Condition::Estimated => "works, delay estimated from the distance".to_owned(),
        Condition::Degraded => "degraded".to_owned(),
        Condition::NoControl => "carries data but nothing of the control plane".to_owned(),
        Condition::OneWay { back: false } => only(a, b),
        Condition::OneWay { back: true } => only(b, a),
        Condition::Cut => "cut".to_owned(),
    }];
    if let Some(state) = link_state(snapshot, a, b) {
        words.push(format!("{} one way", words::millis(state.one_way.as_millis_f64())));
    }
    for (channel, packets) in CHANNELS.into_iter().zip(traffic(snapshot, a, b)).filter(|(_, packets)| *packets > 0) {
        words.push(format!("{} {}/s", channel_title(channel), packets));
    }
    let bytes: u64 = [link_state(snapshot, a, b), link_state(snapshot, b, a)]
        .into_iter()
        .flatten()
        .flat_map(|link| link.rates)
        .map(|rate| rate.bytes)
        .sum();
    if bytes > 0 {
        words.push(format!("{}/s", words::bytes(bytes as f64)));
    }
    // Users take none of the ways between regions, though they are drawn beside them.
    let shut = |region: u16| snapshot.regions.get(usize::from(region)).is_some_and(|state| state.site.users_cut);
    if condition(snapshot, a, b) == Condition::Cut && !shut(a) && !shut(b) {
        words.push("users come over the public internet all the same".to_owned());
    }
    words.join(", ")
}

fn users(stage: &Stage, snapshot: &Snapshot, index: u16) -> Option<String> {
    let state = snapshot.populations.get(usize::from(index))?;
    let total = outcome_total(state);
    let mut words = Vec::new();
    if let Some(region) = state.endings.region {
        words.push(sent_to(stage, snapshot, region));
    }
    words.push(format!("{} under way", counted(state.clients.under_way.into(), "operation")));
    words.extend(state.clients.busy.map(|busy| match busy {
        1 => "1 person waits for an answer".to_owned(),
        busy => format!("{busy} people wait for an answer"),
    }));
    words.push(if total == 0 {
        "none ended in the last 5 s".to_owned()
    } else {
        let outcomes = Outcome::ALL.into_iter().map(|outcome| (outcome, outcome_count(state, outcome)));
        // Counts add up to the total; rounded shares would not.
        let said = outcomes.filter(|(_, count)| *count > 0);
        let said = said.map(|(outcome, count)| format!("{count} {}", outcome.title()));
        format!("of {total} in the last 5 s {}", said.collect::<Vec<_>>().join(", "))
    });
    if state.endings.waiting > 0 {
        words.push(format!("{} waiting for {}", state.endings.waiting, words::long()));
    }
    for spared in &state.clients.spared {
        let region = region_name(stage, spared.region);
        words.push(format!("circuit to {region} open since {}", clock(spared.since)));
    }
    Some(words.join(", "))
}

/// Where users are sent, and whether that helps them: who names a region may not know what has become of it.
fn sent_to(stage: &Stage, snapshot: &Snapshot, region: u16) -> String {
    let Some(_) = stage.regions.get(usize::from(region)) else { return "use an unknown region".to_owned() };
    // Of a region with zones they use all that answer.
    let name = stage.name(region.into()).0;
    let zones = stage.zones_beside(region.into());
    let sites = || zones.clone().filter_map(|zone| snapshot.regions.get(usize::from(zone))).map(|state| &state.site);
    if sites().count() > 0 && sites().all(|site| !site.up) {
        format!("still sent to {name}, which has no power")
    } else if sites().count() > 0 && sites().all(|site| !site.up || site.users_cut) {
        format!("still sent to {name}, which they cannot reach")
    } else {
        format!("use {name}")
    }
}

fn way(stage: &Stage, packet: &PacketState, playhead: Time) -> Option<String> {
    let name = |place: Place| match (place.as_region(), place.as_users()) {
        (Some(region), _) => region_name(stage, region).to_owned(),
        (_, Some(users)) => match stage.populations.get(usize::from(users)) {
            Some(population) => format!("users in {}", population.title),
            None => "unknown users".to_owned(),
        },
        (None, None) => "an unknown place".to_owned(),
    };
    let left = packet.due.since(playhead);
    if playhead >= packet.due {
        return None;
    }
    let left = words::millis(left.as_millis_f64());
    Some(format!("from {} to {}, arrives in {left}", name(packet.from), name(packet.to)))
}

/// Who leads, what is broken, what may be lost, how much is moving.
fn summary(stage: &Stage, snapshot: &Snapshot, packets: u64) -> String {
    let mut sentences = Vec::new();
    for (dataset, state) in stage.datasets.iter().zip(&snapshot.datasets) {
        let leads = |view: &protocol::NodeView| view.role == Role::Leader;
        let leaders = state.replicas.iter().filter(|replica| replica.view.as_ref().is_some_and(leads));
        let names: Vec<&str> = leaders.map(|replica| region_name(stage, replica.region)).collect();
        sentences.push(match names.len() {
            0 if dataset.leadership == Leadership::None => format!("{} has no leader, by design.", dataset.title),
            0 => format!("Nobody leads {}.", dataset.title),
            1 => format!("{} leads {}.", names[0], dataset.title),
            _ => format!("{} each lead {}.", words::listed(&names), dataset.title),
        });
        if state.losses.lost > 0 {
            let writes = counted(state.losses.lost.into(), "acknowledged write");
            let gone = match state.losses.gone {
                0 => String::new(),
                gone => format!(", {gone} of them on no disk"),
            };
            sentences.push(format!("{writes} of {} lost by now{gone}.", dataset.title));
        }
    }
    let faults: Vec<&str> = snapshot.faults.iter().map(|fault| fault.title.as_str()).collect();
    sentences.push(if faults.is_empty() {
        "No fault.".to_owned()
    } else {
        format!("{} in force: {}.", counted(faults.len() as u64, "fault"), words::listed(&faults))
    });
    sentences.push(format!("{} under way.", counted(packets, "message")));
    sentences.join(" ")
}
