//! What the signs on the map mean. Every sign is drawn by the code that draws the map, from a made-up state of one place or one
//! link, so that the legend cannot say otherwise than the map.

use super::curve::{Curve, Seam};
use super::label::{Label, Pill, Row, Subject};
use super::layout::Layout;
use super::links::{self, Condition};
use super::sector::Sector;
use super::{messages, pills, regions, shores, users};
use crate::geometry::{Point, Rect, Size};
use crate::palette::{CHANNELS, Outcome, Palette, Theme, channel_title};
use crate::scene::{Align, Kind, Scene};
use crate::stage::Stage;
use crate::state::{Camera, ViewState};
use crate::timeline::marks;
use crate::words;
use engine::{Span, Time};
use protocol::{Epoch, Leadership, NodeId, NodeView, Role, StreamView, Version};
use sim::trace::Health;
use sim::{
    ClientsState, DatasetState, Endings, Judgement, Losses, PopulationState, RegionState, ReplicaState, ServiceState,
    SiteState, Snapshot, Spared,
};

/// The size of a sign, CSS pixels.
pub const SIGN: Size = Size { width: 56.0, height: 44.0 };

/// A sign and what it means.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The sign, in the middle of [`SIGN`].
    pub scene: Scene,
    /// What it means.
    pub text: String,
}

/// Where a sign may be seen.
#[derive(Clone, Copy, PartialEq)]
enum Seen {
    /// In a run as planned.
    Planned,
    /// Once a person has brought it about.
    ByHand,
    /// Never in this scenario.
    Never,
}

impl Seen {
    fn only_if(may_be: bool) -> Seen {
        if may_be { Seen::Planned } else { Seen::Never }
    }
}

/// The signs that a scenario shows, in groups with a heading; in the last one those that only acts by hand bring.
pub fn legend(theme: Theme, stage: &Stage) -> Vec<(&'static str, Vec<Entry>)> {
    let signs = Signs { theme, palette: Palette::of(theme), stage };
    let groups = [
        ("Messages", CHANNELS.map(|channel| (Seen::Planned, signs.message(channel))).into()),
        ("Regions", signs.roles().into_iter().chain(signs.regions()).collect()),
        ("Links", signs.links()),
        ("Users, by how their operations ended", signs.users()),
        ("Timeline", signs.marks()),
    ];
    let mut by_hand = Vec::new();
    let mut shown = Vec::new();
    for (heading, rows) in groups {
        let (planned, others): (Vec<_>, Vec<_>) = rows.into_iter().partition(|(seen, _)| *seen == Seen::Planned);
        shown.push((heading, planned.into_iter().map(|(_, entry)| entry).collect()));
        by_hand.extend(others.into_iter().filter(|(seen, _)| *seen == Seen::ByHand).map(|(_, entry)| entry));
    }
    if !by_hand.is_empty() {
        shown.push(("Not planned here, but by hand", by_hand));
    }
    shown
}

struct Signs<'a> {
    theme: Theme,
    palette: &'static Palette,
    stage: &'a Stage,
}

const MIDDLE: Point = Point::new(SIGN.width / 2.0, SIGN.height / 2.0);

impl Signs<'_> {
    fn sign(&self, text: impl Into<String>, draw: impl FnOnce(&mut Scene)) -> Entry {
        let mut scene = Scene::default();
        scene.clear(SIGN);
        draw(&mut scene);
        Entry { scene, text: text.into() }
    }

    /// Whether a sign of a fault is seen as planned: every kind can be begun by hand.
    fn fault(&self, kinds: &[&str]) -> Seen {
        let planned = self.stage.planned.faults.iter().any(|fault| kinds.contains(fault));
        if planned { Seen::Planned } else { Seen::ByHand }
    }

    fn message(&self, channel: protocol::Channel) -> Entry {
        let (symbol, radius, paint) = messages::mark(channel, self.palette);
        self.sign(channel_title(channel), |scene| scene.batch(Kind::Marks(symbol), paint).mark(MIDDLE, radius * 1.5))
    }

    /// What replicas are to each other, as far as the scenario's protocols have it.
    fn roles(&self) -> Vec<(Seen, Entry)> {
        let datasets = &self.stage.datasets;
        let led = |how: fn(Leadership) -> bool| Seen::only_if(datasets.iter().any(|dataset| how(dataset.leadership)));
        let some_lead = led(|how| how != Leadership::None);
        let everywhere = |region: u16| datasets.iter().any(|dataset| dataset.placement.contains(&region));
        let bare = Seen::only_if((0..self.stage.regions.len() as u16).any(|region| !everywhere(region)));
        let (leader, outdated) = (replica(Role::Leader, 2), replica(Role::Leader, 1));
        let region = |text, replicas| self.region(text, RegionState::GOOD, replicas);
        vec![
            (some_lead, region("leads: takes the writes", vec![leader.clone()])),
            (some_lead, region("follows: repeats the leader's log", vec![replica(Role::Follower, 2)])),
            (some_lead, region("leads still, though another does since", vec![outdated, leader])),
            (
                led(|how| how == Leadership::Elected),
                region("candidate: stands for election as leader", vec![replica(Role::Candidate, 2)]),
            ),
            (
                Seen::only_if(self.stage.planned.witness),
                region("witness: votes, but keeps no values", vec![replica(Role::Witness, 2)]),
            ),
            (some_lead, region("knows of no leader", vec![replica(Role::Waiting, 2)])),
            (
                led(|how| how == Leadership::None),
                region("peer: takes reads and writes, as all others do", vec![replica(Role::Peer, 2)]),
            ),
            (bare, region("no letter: holds no replica", vec![])),
            (Seen::only_if(!datasets.is_empty()), self.lag()),
            (Seen::only_if(pills::each(datasets.len())), self.pills()),
        ]
    }

    fn regions(&self) -> Vec<(Seen, Entry)> {
        let site = |site| RegionState { site, ..RegionState::GOOD };
        let busy = |service| RegionState { service, ..RegionState::GOOD };
        let judged = |health| RegionState { judged: Judgement { health }, ..RegionState::GOOD };
        let idle = ServiceState::IDLE;
        let cuts = ["partition", "isolation"];
        let rows = [
            (
                Seen::Planned,
                "ring: share of its workers' time that is used",
                busy(ServiceState { utilisation: 0.6, ..idle }),
            ),
            (
                Seen::Planned,
                "outer ring: how full its queue is",
                busy(ServiceState { queue: 40, queue_limit: 100, ..idle }),
            ),
            (Seen::Planned, "judged degraded", judged(Health::Degraded)),
            (Seen::Planned, "judged unhealthy", judged(Health::Unhealthy)),
            (Seen::Planned, "overloaded: its queue is full, and it refuses", busy(ServiceState { queue: 1, ..idle })),
            (
                self.fault(&["region-loss", "zone-loss"]),
                "without power",
                site(SiteState { up: false, ..SiteState::GOOD }),
            ),
            (
                self.fault(&["slow-region"]),
                "serves ten times as slowly",
                site(SiteState { slowness: 10.0, ..SiteState::GOOD }),
            ),
            (
                if self.stage.planned.disks.is_empty() { Seen::Never } else { self.fault(&["slow-disk"]) },
                "its disks are ten times as slow",
                site(SiteState { disk_slowness: 10.0, ..SiteState::GOOD }),
            ),
            (
                self.fault(&["clock-skew"]),
                "its clock is ahead",
                site(SiteState { clock_offset: 2_000_000_000, ..SiteState::GOOD }),
            ),
            (
                self.fault(&cuts),
                "cut off from all other regions",
                site(SiteState { isolated: true, ..SiteState::GOOD }),
            ),
            (
                self.fault(&["isolation"]),
                "cut off from its users",
                site(SiteState { users_cut: true, ..SiteState::GOOD }),
            ),
        ];
        let rows = rows.into_iter().map(|(seen, text, state)| (seen, self.region(text, state, vec![])));
        let zoned = Seen::only_if(!self.stage.zoned.is_empty());
        rows.chain([(self.fault(&cuts), self.side()), (zoned, self.zones())]).collect()
    }

    /// A region of three zones, of which the first has no power and the others different replicas.
    fn zones(&self) -> Entry {
        let sectors: Vec<Sector> = (0..3).map(|zone| Sector::of(zone, 3, MIDDLE, 16.0)).collect();
        let layout = Layout {
            regions: sectors.iter().map(Sector::middle).collect(),
            sectors: sectors.into_iter().map(Some).collect(),
            disc: 10.0,
            size: SIGN,
            ..Layout::default()
        };
        let dark = RegionState { site: SiteState { up: false, ..SiteState::GOOD }, ..RegionState::GOOD };
        let regions = vec![dark, RegionState::GOOD, RegionState::GOOD];
        let snapshot = Snapshot { regions, ..Snapshot::default() };
        self.sign("zones of one region, a from the top on clockwise; here a has no power", |scene| {
            regions::draw(&layout, &snapshot, &self.view(), scene);
        })
    }

    /// How far a region is behind: the bar and the number below its name.
    fn lag(&self) -> Entry {
        let layout = with_row(Some(Point::new(1.0, MIDDLE.y)), Vec::new());
        let mut leader = replica(Role::Leader, 1);
        leader.streams.iter_mut().for_each(|stream| stream.lag = Span::from_secs(9));
        let dataset =
            DatasetState { replicas: vec![ReplicaState { region: 1, view: Some(leader) }], losses: Losses::default() };
        let snapshot = Snapshot { datasets: vec![dataset], ..Snapshot::default() };
        self.sign("how far it is behind: the bar is logarithmic, and full at 10 s", |scene| {
            regions::draw(&layout, &snapshot, &self.view(), scene);
        })
    }

    /// What a region is of each of two datasets.
    fn pills(&self) -> Entry {
        let pill = |dataset: u16, title: &str, x| Pill {
            dataset: Some((dataset, title.to_owned())),
            rect: Rect::new(x, MIDDLE.y - 6.5, 25.0, 13.0),
        };
        let layout = with_row(None, vec![pill(0, "A", 1.0), pill(1, "B", 30.0)]);
        let of = |role| {
            let replicas = vec![ReplicaState { region: 0, view: Some(replica(role, 1)) }];
            DatasetState { replicas, losses: Losses::default() }
        };
        let datasets = vec![of(Role::Leader), of(Role::Follower)];
        let snapshot = Snapshot { datasets, ..Snapshot::default() };
        self.sign("its letter in each dataset; the discs show the framed one: press another to pick it", |scene| {
            regions::draw(&layout, &snapshot, &self.view(), scene);
        })
    }

    /// Two regions that can talk to each other and not to a third one, which is not drawn.
    fn side(&self) -> Entry {
        let places = [-8.0, 8.0].map(|x| Point::new(MIDDLE.x + x, MIDDLE.y));
        let (links, seam) =
            (vec![Curve::new(places.into(), Default::default())], Seam { left: 0.0, width: SIGN.width });
        let layout =
            Layout { regions: places.into(), links, seam, disc: 3.0, halo: 10.0, size: SIGN, ..Layout::default() };
        let sides = [Some(0), Some(0), Some(1)];
        let snapshot = Snapshot { regions: vec![RegionState::GOOD; 2], ..Snapshot::default() };
        self.sign("one side of a cut; each has a colour of its own", |scene| {
            shores::draw(&layout, &snapshot, &sides, self.palette, scene);
            regions::draw(&layout, &snapshot, &self.view(), scene);
        })
    }

    /// A region with a replica; a second replica stands in a region that is not drawn.
    fn region(&self, text: &'static str, state: RegionState, replicas: Vec<NodeView>) -> Entry {
        // A shore needs room around the disc.
        let disc = match (state.site.isolated, state.site.users_cut) {
            (_, true) => 3.0,
            (true, _) => 6.0,
            _ => 12.0,
        };
        let layout = Layout { regions: vec![MIDDLE], disc, halo: 10.0, size: SIGN, ..Layout::default() };
        let replicas = (0..).zip(replicas).map(|(region, view)| ReplicaState { region, view: Some(view) });
        let dataset = DatasetState { replicas: replicas.collect(), losses: Losses::default() };
        let snapshot = Snapshot { regions: vec![state], datasets: vec![dataset], ..Snapshot::default() };
        self.sign(text, |scene| {
            shores::draw(&layout, &snapshot, &shores::sides(&snapshot), self.palette, scene);
            regions::draw(&layout, &snapshot, &self.view(), scene);
        })
    }

    fn links(&self) -> Vec<(Seen, Entry)> {
        let estimated = Seen::only_if(self.stage.planned.estimated);
        let cut = self.fault(&["partition", "isolation"]);
        let rows = [
            (Seen::Planned, "its delay was measured", Condition::Whole),
            (estimated, "its delay is estimated from the distance", Condition::Estimated),
            (self.fault(&["degraded-link"]), "works badly", Condition::Degraded),
            (cut, "cut between two regions; users come over the public internet", Condition::Cut),
            (cut, "cut one way; the arrows show the way that works", Condition::OneWay { back: false }),
            (cut, "cut for the control plane alone", Condition::NoControl),
        ];
        let ends = [Point::new(4.0, MIDDLE.y), Point::new(SIGN.width - 4.0, MIDDLE.y)];
        let way = (0..=16).map(|step| ends[0].towards(ends[1], step as f32 / 16.0)).collect();
        let seam = Seam { left: 0.0, width: SIGN.width };
        let layout = Layout { links: vec![Curve::new(way, Default::default())], seam, ..Layout::default() };
        let link = |condition, scene: &mut Scene| links::draw(&layout, &[condition], self.palette, scene);
        rows.into_iter()
            .map(|(seen, text, condition)| (seen, self.sign(text, |scene| link(condition, scene))))
            .collect()
    }

    fn users(&self) -> Vec<(Seen, Entry)> {
        let planned = &self.stage.planned;
        let outcomes = Outcome::ALL.into_iter().map(|outcome| match outcome {
            Outcome::Declined => (Seen::only_if(planned.declines), self.outcome(outcome)),
            _ => (Seen::Planned, self.outcome(outcome)),
        });
        let busy =
            PopulationState { endings: Endings { fresh: 800, ..Endings::default() }, ..PopulationState::default() };
        let spared = vec![Spared { region: 0, since: Time::ZERO }];
        let spares = PopulationState {
            clients: ClientsState { spared, ..ClientsState::default() },
            endings: Endings { fresh: 3, ..Endings::default() },
        };
        let others = [
            (
                Seen::Planned,
                self.population("halo: the wider, the more of them ended in the last 5 s".to_owned(), busy),
            ),
            (
                Seen::only_if(planned.breakers),
                self.population("their clients spare a region: the circuit to it is open".to_owned(), spares),
            ),
        ];
        outcomes.chain(others).collect()
    }

    fn outcome(&self, outcome: Outcome) -> Entry {
        let mut endings = Endings { fresh: 3, ..Endings::default() };
        match outcome {
            Outcome::Fresh => {}
            Outcome::Declined => endings.declined = 2,
            Outcome::Slow => endings.slow = 2,
            Outcome::Stale => endings.stale = 2,
            Outcome::Refused => endings.refused = 2,
            Outcome::TimedOut => endings.timed_out = 2,
        }
        self.population(outcome_meaning(outcome), PopulationState { endings, ..PopulationState::default() })
    }

    fn population(&self, text: String, state: PopulationState) -> Entry {
        let layout = Layout { users: vec![MIDDLE], halo: 10.0, size: SIGN, ..Layout::default() };
        let snapshot = Snapshot { populations: vec![state], ..Snapshot::default() };
        self.sign(text, |scene| users::draw(&layout, &snapshot, &self.view(), scene))
    }

    fn marks(&self) -> Vec<(Seen, Entry)> {
        let foot = MIDDLE.y + 10.0;
        let bar = Rect::new(8.0, MIDDLE.y - 6.0, SIGN.width - 16.0, 12.0);
        let rows = [
            self.sign("fault, from its beginning to its end", |scene| {
                marks::draw_bars(&[(bar, true)], self.palette, scene);
            }),
            self.sign("event: a decision, or what came of one", |scene| {
                marks::draw_flags(&[Point::new(MIDDLE.x - 3.0, MIDDLE.y)], foot, self.palette, scene);
            }),
            self.sign("verdict: what was promised is broken", |scene| {
                marks::draw_diamonds(&[MIDDLE], true, self.palette, scene);
            }),
            self.sign("verdict: seen, but nobody had promised otherwise", |scene| {
                marks::draw_diamonds(&[MIDDLE], false, self.palette, scene);
            }),
        ];
        rows.map(|row| (Seen::Planned, row)).into()
    }

    fn view(&self) -> ViewState {
        ViewState {
            size: SIGN,
            camera: Camera { x: 0.0, y: 0.0, scale: 1.0 },
            theme: self.theme,
            selection: None,
            hover: None,
            dataset: 0,
            reduced_motion: true,
            lasso: Vec::new(),
            slack: 0.0,
            covered: Vec::new(),
        }
    }
}

fn outcome_meaning(outcome: Outcome) -> String {
    let late = words::millis(sim::metrics::SLOW.as_millis_f64());
    match outcome {
        Outcome::Fresh => format!("fresh: well, within {late}"),
        Outcome::Declined => "declined: answered with a no".to_owned(),
        Outcome::Slow => format!("slow: well, but after {late} or more"),
        Outcome::Stale => "stale: older than what others were told".to_owned(),
        Outcome::Refused => "refused or failed".to_owned(),
        Outcome::TimedOut => "timed out: no answer".to_owned(),
    }
}

/// A name without letters, of a region that is not drawn.
fn with_row(lag: Option<Point>, pills: Vec<Pill>) -> Layout {
    let row = Row { subject: Subject::Region(0), title: String::new(), at: Point::default(), id: None, lag, pills };
    let label = Label { rect: Rect::default(), align: Align::Start, rows: vec![row], leaders: Vec::new() };
    Layout { labels: vec![label], size: SIGN, ..Layout::default() }
}

fn replica(role: Role, epoch: u32) -> NodeView {
    let stream = StreamView { to: NodeId(0), acked: 0, lag_entries: 0, lag_bytes: 0, lag: Span::ZERO };
    let streams = if role == Role::Leader { vec![stream] } else { Vec::new() };
    NodeView { streams, ..NodeView::new(role, Epoch(epoch), Version::NONE) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stage::{Planned, StageDataset, StageRegion};

    /// A scenario with one region more than replicas, so led.
    fn stage(leadership: Leadership, planned: Planned) -> Stage {
        let dataset = StageDataset { id: String::new(), title: String::new(), placement: vec![0], leadership };
        Stage { regions: vec![StageRegion::default(); 2], datasets: vec![dataset], planned, ..Stage::default() }
    }

    fn texts(stage: &Stage) -> (Vec<String>, Vec<String>) {
        let (by_hand, planned): (Vec<_>, Vec<_>) =
            legend(Theme::Dark, stage).into_iter().partition(|(heading, _)| heading.contains("by hand"));
        let texts = |groups: Vec<(_, Vec<Entry>)>| groups.into_iter().flat_map(|it| it.1).map(|it| it.text).collect();
        (texts(planned), texts(by_hand))
    }

    #[test]
    fn the_legend_shows_what_the_scenario_has_and_apart_from_it_what_only_a_hand_brings() {
        let elected = stage(Leadership::Elected, Planned { faults: vec!["region-loss"], ..Planned::default() });
        let (planned, by_hand) = texts(&elected);
        let has = |texts: &[String], word: &str| texts.iter().any(|text| text.contains(word));
        for word in
            ["leads", "follows", "candidate", "no letter", "without power", "bar is logarithmic", "event:", "halo"]
        {
            assert!(has(&planned, word), "{word} among {planned:?}");
        }
        for word in ["its clock", "works badly", "side of a cut", "from its users"] {
            assert!(has(&by_hand, word) && !has(&planned, word), "{word} among {by_hand:?}");
        }
        for word in ["peer", "witness", "declined", "estimated", "circuit"] {
            assert!(!has(&planned, word) && !has(&by_hand, word), "{word}");
        }
        assert!(has(&planned, "slow: well, but after 300 ms"), "the limit is named");
        let peers = Planned { declines: true, breakers: true, witness: true, estimated: true, ..Planned::default() };
        let (planned, _) = texts(&stage(Leadership::None, peers));
        for word in ["peer", "witness", "declined", "estimated", "circuit"] {
            assert!(has(&planned, word), "{word} among {planned:?}");
        }
        assert!(!has(&planned, "follows"), "{planned:?}");
    }

    #[test]
    fn every_sign_is_drawn_within_its_size_and_no_two_look_alike() {
        let all = Planned { declines: true, breakers: true, witness: true, estimated: true, ..Planned::default() };
        let mut stage = stage(Leadership::Elected, all);
        stage.datasets.push(StageDataset { leadership: Leadership::None, ..stage.datasets[0].clone() });
        for theme in [Theme::Light, Theme::Dark] {
            let signs: Vec<Entry> = legend(theme, &stage).into_iter().flat_map(|(_, signs)| signs).collect();
            assert!(signs.len() >= 36, "{}", signs.len());
            for (index, sign) in signs.iter().enumerate() {
                let looks = |sign: &Entry| (sign.scene.batches().to_vec(), sign.scene.texts().to_vec());
                assert!(!sign.scene.batches().is_empty(), "{}", sign.text);
                for other in &signs[..index] {
                    assert!(looks(sign) != looks(other), "{} looks like {}", sign.text, other.text);
                }
                for batch in sign.scene.batches().iter().filter(|batch| batch.kind.stride() == 2) {
                    let inside =
                        |at: &[f32]| (0.0..=SIGN.width).contains(&at[0]) && (0.0..=SIGN.height).contains(&at[1]);
                    assert!(batch.coords.chunks_exact(2).all(inside), "{} leaves its size", sign.text);
                }
            }
        }
    }
}
