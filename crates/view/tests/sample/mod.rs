//! A made-up moment with everything in it that a map can show.
#![allow(dead_code, reason = "each test uses its own part")]

use engine::{Span, Time};
use protocol::{Channel, Epoch, Leadership, NodeId, NodeView, Role, StreamView, Version};
use sim::config::ZonedRegion;
use sim::trace::{Health, Place};
use sim::{
    ClientsState, DatasetState, Endings, Lane, LinkState, Losses, Mark, PacketState, PopulationSecond, PopulationState,
    Rate, RegionSecond, RegionState, ReplicaState, SecondSummary, ServiceState, Snapshot, StreamSecond,
};
use sim::{Property, VerdictMark};
use view::{
    Camera, Map, Point, Scene, Size, Stage, StageDataset, StagePopulation, StageRegion, Theme, TimelineView, ViewState,
};

pub const THREE: &[(&str, &str, f64, f64)] = &[
    ("us-east-1", "N. Virginia", 39.04, -77.49),
    ("eu-west-1", "Ireland", 53.35, -6.27),
    ("ap-northeast-1", "Tokyo", 35.69, 139.69),
];

pub const EIGHT: &[(&str, &str, f64, f64)] = &[
    ("us-east-1", "N. Virginia", 39.04, -77.49),
    ("us-west-2", "Oregon", 45.46, -119.63),
    ("sa-east-1", "São Paulo", -23.55, -46.63),
    ("eu-west-1", "Ireland", 53.35, -6.27),
    ("eu-central-1", "Frankfurt", 50.11, 8.68),
    ("ap-south-1", "Mumbai", 19.08, 72.88),
    ("ap-southeast-2", "Sydney", -33.87, 151.21),
    ("ap-northeast-1", "Tokyo", 35.69, 139.69),
];

const USERS: &[(&str, &str, f64, f64)] = &[
    ("new-york", "New York", 40.71, -74.01),
    ("berlin", "Berlin", 52.52, 13.4),
    ("tokyo", "Tokyo", 35.68, 139.77),
    ("sao-paulo", "São Paulo", -23.55, -46.63),
];

pub fn stage(regions: &[(&str, &str, f64, f64)], users: usize) -> Stage {
    let placement = (0..regions.len() as u16).collect();
    Stage {
        zoned: Vec::new(),
        regions: regions
            .iter()
            .map(|&(id, title, lat, lon)| StageRegion {
                id: id.into(),
                title: title.into(),
                lat,
                lon,
                one_way: vec![Span::from_millis(40); regions.len()],
            })
            .collect(),
        populations: USERS[..users]
            .iter()
            .map(|&(id, title, lat, lon)| StagePopulation {
                id: id.into(),
                title: title.into(),
                lat,
                lon,
                stands_for: 100,
            })
            .collect(),
        datasets: vec![StageDataset {
            id: "orders".into(),
            title: "Orders".into(),
            placement,
            leadership: Leadership::Granted,
        }],
        planned: view::Planned::default(),
        home: 0,
        until: Time::from_secs(120),
    }
}

/// The first regions are zones of one region, the next of another and so on, by how many each has.
pub fn zoned(mut stage: Stage, zones: &[u16]) -> Stage {
    let mut first = 0;
    for (number, &count) in zones.iter().enumerate() {
        let zones = first..first + count;
        let (title, place) = (format!("Region {number}"), &stage.regions[usize::from(first)]);
        let (id, lat, lon) = (format!("region-{number}"), place.lat, place.lon);
        for zone in &mut stage.regions[usize::from(zones.start)..usize::from(zones.end)] {
            (zone.lat, zone.lon) = (lat, lon);
        }
        stage.zoned.push(ZonedRegion { id, title, zones });
        first += count;
    }
    stage
}

pub fn view(map: &Map, size: Size, theme: Theme) -> ViewState {
    ViewState {
        size,
        camera: map.fit(size),
        theme,
        selection: None,
        hover: None,
        dataset: 0,
        reduced_motion: false,
        lasso: Vec::new(),
        slack: 0.0,
        covered: Vec::new(),
    }
}

/// Looking at a fixed place, for tests that must not depend on fitting.
pub fn fixed(size: Size) -> ViewState {
    let camera = Camera { x: 0.0, y: 0.5, scale: 130.0 };
    let theme = Theme::Light;
    ViewState {
        size,
        camera,
        theme,
        selection: None,
        hover: None,
        dataset: 0,
        reduced_motion: false,
        lasso: Vec::<Point>::new(),
        slack: 0.0,
        covered: Vec::new(),
    }
}

/// Everything works: region 0 leads, the others follow.
pub fn calm(stage: &Stage, packets: u64) -> Snapshot {
    let count = stage.regions.len() as u16;
    let pairs = (0..count).flat_map(|from| (0..count).filter(move |&to| to != from).map(move |to| (from, to)));
    let at = Time::from_millis(20_000);
    Snapshot {
        at,
        regions: (0..count).map(|index| region(0.25 + 0.08 * f32::from(index))).collect(),
        links: pairs.clone().map(|(from, to)| link(from, to)).collect(),
        populations: (0..stage.populations.len()).map(|index| population(index as u16 % count)).collect(),
        datasets: vec![dataset(count)],
        packets: (0..packets).map(|number| packet(number, count, stage.populations.len() as u16, at)).collect(),
        packets_left_out: 0,
        faults: Vec::new(),
    }
}

/// A moment at which much has gone wrong.
pub fn troubled(stage: &Stage, packets: u64) -> Snapshot {
    let mut snapshot = calm(stage, packets);
    let count = snapshot.regions.len();
    let cut = |snapshot: &mut Snapshot, from: u16, to: u16| {
        for link in snapshot.links.iter_mut().filter(|link| (link.from, link.to) == (from, to)) {
            link.data_cut = true;
            link.control_cut = true;
        }
    };
    // The last region is alone; between the first and the fourth only one direction works.
    let last = count as u16 - 1;
    for other in 0..last {
        cut(&mut snapshot, other, last);
        cut(&mut snapshot, last, other);
    }
    snapshot.regions[count - 1].site.isolated = true;
    snapshot.regions[count - 1].judged.health = Health::Unhealthy;
    if count > 4 {
        cut(&mut snapshot, 0, 3);
        for link in snapshot.links.iter_mut().filter(|link| link.from.min(link.to) == 0 && link.from.max(link.to) == 4)
        {
            link.degraded = true;
        }
        snapshot.regions[2].site.up = false;
        snapshot.regions[2].judged.health = Health::Unhealthy;
        snapshot.regions[4].judged.health = Health::Degraded;
        snapshot.regions[4].service.utilisation = 0.97;
        snapshot.regions[4].service.queue = 48;
        snapshot.regions[4].site.slowness = 10.0;
        snapshot.regions[4].site.errors = 0.2;
        snapshot.regions[5].site.clock_offset = 2_000_000_000;
    }
    snapshot.populations[0].endings.refused = 40;
    snapshot.populations[0].endings.timed_out = 60;
    let usual = snapshot.datasets[0].replicas.clone();
    snapshot.datasets[0].replicas = usual
        .into_iter()
        .map(|replica| if replica.region == 2 && count > 4 { ReplicaState { view: None, ..replica } } else { replica })
        .collect();
    snapshot
}

/// Two sides that cannot talk, each with a leader.
pub fn split(stage: &Stage, packets: u64) -> Snapshot {
    let mut snapshot = calm(stage, packets);
    let west = |region: u16| region < 3;
    for link in snapshot.links.iter_mut().filter(|link| west(link.from) != west(link.to)) {
        link.data_cut = true;
        link.control_cut = true;
    }
    if let Some(ReplicaState { view: Some(view), .. }) = snapshot.datasets[0].replicas.get_mut(3) {
        view.role = Role::Leader;
        view.epoch = Epoch(2);
    }
    snapshot
}

fn region(utilisation: f32) -> RegionState {
    let service = ServiceState { busy: 3, workers: 8, queue: 0, queue_limit: 64, utilisation };
    RegionState { service, ..RegionState::GOOD }
}

fn link(from: u16, to: u16) -> LinkState {
    let mut rates = [Rate::default(); 4];
    if from == 0 {
        rates[0] = Rate { packets: 120, bytes: 60_000 };
        rates[3] = Rate { packets: 2, bytes: 200 };
    }
    if to == 0 {
        rates[1] = Rate { packets: 120, bytes: 12_000 };
    }
    LinkState {
        from,
        to,
        data_cut: false,
        control_cut: false,
        degraded: false,
        one_way: Span::from_millis(40),
        estimated: (from.min(to), from.max(to)) == (1, 2),
        backlog: Span::ZERO,
        rates,
    }
}

fn population(region: u16) -> PopulationState {
    PopulationState {
        clients: ClientsState { under_way: 9, busy: None, spared: Vec::new() },
        endings: Endings {
            fresh: 400,
            slow: 50,
            stale: 20,
            declined: 0,
            refused: 4,
            timed_out: 2,
            waiting: 0,
            region: Some(region),
        },
    }
}

fn dataset(count: u16) -> DatasetState {
    let streams = (1..count).map(|to| StreamView {
        to: NodeId(to),
        acked: 1_000,
        lag_entries: 12,
        lag_bytes: 6_000,
        lag: Span::from_millis(35 * u64::from(to) * u64::from(to)),
    });
    let leader = NodeView {
        applied: 1_012,
        streams: streams.collect(),
        ..NodeView::new(Role::Leader, Epoch(1), Version { epoch: Epoch(1), lsn: 1_012 })
    };
    let follower = NodeView {
        role: Role::Follower,
        leader: Some(NodeId(0)),
        last: Version { epoch: Epoch(1), lsn: 1_000 },
        applied: 1_000,
        streams: Vec::new(),
        ..leader.clone()
    };
    let view = |region| Some(if region == 0 { leader.clone() } else { follower.clone() });
    let replicas = (0..count).map(|region| ReplicaState { region, view: view(region) });
    DatasetState { replicas: replicas.collect(), losses: Losses { lost: 12, gone: 0 } }
}

fn packet(number: u64, regions: u16, users: u16, at: Time) -> PacketState {
    let other = 1 + (number % u64::from(regions - 1)) as u16;
    let someone = (number % u64::from(users.max(1))) as u16;
    let (channel, from, to) = match number % 5 {
        0 => (Channel::Replication, Place::region(0), Place::region(other)),
        1 => (Channel::Acknowledgement, Place::region(other), Place::region(0)),
        2 => (Channel::Client, Place::users(someone), Place::region(someone % regions)),
        3 => (Channel::Client, Place::region(0), Place::users(someone)),
        _ => (Channel::Control, Place::region(other), Place::region(other % (regions - 1))),
    };
    let length = Span::from_millis(80);
    let sent = at - Span::from_micros(number * 27_919 % 79_003);
    PacketState { packet: number + 1, on_way: number + 1, channel, from, to, sent, due: sent + length, subject: None }
}

/// A minute and a half in which the first region fails at 30 s and another leads from 42 s on.
pub fn seconds(stage: &Stage, count: u32) -> Vec<SecondSummary> {
    let followers = 1..stage.regions.len() as u16;
    let second = |second: u32| {
        let wobble = ((second * 37) % 11) as f32;
        let failing = (30..42).contains(&second);
        let users = PopulationSecond {
            offered: 100,
            fresh: if failing { 8 } else { 88 },
            slow: 6 + wobble as u32 / 3,
            stale: if (42..50).contains(&second) { 12 } else { 0 },
            declined: 0,
            refused: if failing { 30 } else { 0 },
            timed_out: if failing { 50 } else { 0 },
            waiting: 0,
            late: 0,
            retries: 0,
            p50: 24.0 + wobble / 4.0,
            p99: if failing { 900.0 + 40.0 * wobble } else { 160.0 + 8.0 * wobble },
            p999: 300.0,
        };
        let lag = |to: u16| if failing { (second - 29) as f32 * 1_000.0 } else { 30.0 * f32::from(to) + wobble };
        let streams = followers.clone().map(|to| StreamSecond {
            dataset: 0,
            from: 0,
            to,
            entries: 12,
            bytes: 6_000,
            lag: lag(to),
        });
        SecondSummary {
            second,
            digest: [0; 4],
            populations: vec![users; stage.populations.len()],
            regions: (0..stage.regions.len())
                .map(|_| RegionSecond {
                    queue: if failing { 40 } else { wobble as u32 / 2 },
                    utilisation: if failing { 0.97 } else { 0.4 + wobble / 60.0 },
                    served: 80,
                    rejected: 0,
                })
                .collect(),
            streams: streams.collect(),
        }
    };
    (0..count).map(second).collect()
}

pub fn marks() -> Vec<Mark> {
    let mark = |at: u64, until: Option<u64>, lane: Lane, title: &str| Mark {
        at: Time::from_millis(at),
        until: until.map(Time::from_millis),
        lane,
        title: title.to_owned(),
        event: at,
        fault: (lane == Lane::Fault).then_some(0),
        regions: vec![0],
        weight: 1,
        times: 1,
        verdict: (lane == Lane::Verdict).then_some(VerdictMark {
            dataset: 0,
            property: Property::NothingLost,
            broken: true,
        }),
    };
    vec![
        mark(30_000, Some(70_000), Lane::Fault, "N. Virginia loses power"),
        mark(33_500, None, Lane::Decision, "N. Virginia unhealthy"),
        mark(42_000, None, Lane::Decision, "Ireland leads"),
        mark(58_000, None, Lane::Verdict, "37 acknowledged writes lost"),
    ]
}

pub fn timeline_view(size: Size, theme: Theme) -> TimelineView {
    TimelineView {
        size,
        theme,
        from: Time::ZERO,
        to: Time::from_secs(120),
        playhead: Time::from_millis(47_300),
        computed: Time::from_secs(90),
        hover: Some(Time::from_secs(64)),
        mark: None,
        fault_rows: 1,
        population: None,
        region: None,
    }
}

/// The layers of an arranged map, from the lowest to the highest, with their names.
pub fn layers(map: &Map, snapshot: &Snapshot, playhead: Time, view: &ViewState) -> [(&'static str, Scene); 5] {
    let mut layers = ["ground", "ways", "messages", "names", "scene"].map(|name| (name, Scene::default()));
    let [ground, ways, messages, names, scene] = &mut layers;
    map.ground(snapshot, view, &mut ground.1);
    map.ways(snapshot, view, &mut ways.1);
    map.messages(snapshot, playhead, view, &mut messages.1);
    map.names(view, &mut names.1);
    map.scene(snapshot, playhead, view, &mut scene.1);
    layers
}
