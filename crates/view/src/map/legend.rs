//! What the signs on the map mean. Every sign is drawn by the code that draws the map, from a made-up state of one place or one
//! link, so that the legend cannot say otherwise than the map.

use super::curve::{Curve, Seam};
use super::layout::Layout;
use super::links::{self, Condition};
use super::{messages, regions, shores, users};
use crate::geometry::{Point, Size};
use crate::palette::{CHANNELS, Outcome, Palette, Theme, channel_title};
use crate::scene::{Kind, Scene};
use crate::state::{Camera, ViewState};
use engine::{Span, Time};
use protocol::{Epoch, NodeId, NodeView, Role, StreamView, Version};
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
    pub text: &'static str,
}

/// All signs, in groups with a heading.
pub fn legend(theme: Theme) -> Vec<(&'static str, Vec<Entry>)> {
    let signs = Signs { theme, palette: Palette::of(theme) };
    vec![
        ("Messages", CHANNELS.map(|channel| signs.message(channel)).into()),
        ("Regions", signs.regions()),
        ("Links", signs.links()),
        ("Users, by how their operations ended", Outcome::ALL.map(|outcome| signs.users(outcome)).into()),
        ("Clients of users", vec![signs.spares()]),
    ]
}

struct Signs {
    theme: Theme,
    palette: &'static Palette,
}

const MIDDLE: Point = Point::new(SIGN.width / 2.0, SIGN.height / 2.0);

impl Signs {
    fn sign(&self, text: &'static str, draw: impl FnOnce(&mut Scene)) -> Entry {
        let mut scene = Scene::default();
        scene.clear(SIGN);
        draw(&mut scene);
        Entry { scene, text }
    }

    fn message(&self, channel: protocol::Channel) -> Entry {
        let (symbol, radius, paint) = messages::mark(channel, self.palette);
        self.sign(channel_title(channel), |scene| scene.batch(Kind::Marks(symbol), paint).mark(MIDDLE, radius * 1.5))
    }

    fn regions(&self) -> Vec<Entry> {
        let (leader, follower) = (replica(Role::Leader, 2), replica(Role::Follower, 2));
        let outdated = replica(Role::Leader, 1);
        let site = |site| RegionState { site, ..RegionState::GOOD };
        let busy = |service| RegionState { service, ..RegionState::GOOD };
        let judged = |health| RegionState { judged: Judgement { health }, ..RegionState::GOOD };
        let rows: [(&'static str, RegionState, Vec<NodeView>); 15] = [
            ("leads: takes the writes", RegionState::GOOD, vec![leader.clone()]),
            ("follows: repeats the leader's log", RegionState::GOOD, vec![follower.clone()]),
            ("leads still, though another does since", RegionState::GOOD, vec![outdated, leader]),
            ("stands for election as leader", RegionState::GOOD, vec![replica(Role::Candidate, 2)]),
            ("witness: votes, but keeps no values", RegionState::GOOD, vec![replica(Role::Witness, 2)]),
            ("knows of no leader", RegionState::GOOD, vec![replica(Role::Waiting, 2)]),
            (
                "ring: share of its workers' time that is used",
                busy(ServiceState { utilisation: 0.6, ..ServiceState::IDLE }),
                vec![],
            ),
            (
                "outer ring: how full its queue is",
                busy(ServiceState { queue: 40, queue_limit: 100, ..ServiceState::IDLE }),
                vec![],
            ),
            ("judged degraded", judged(Health::Degraded), vec![]),
            ("judged unhealthy", judged(Health::Unhealthy), vec![]),
            (
                "overloaded: its queue is full, and it refuses",
                busy(ServiceState { queue: 1, ..ServiceState::IDLE }),
                vec![],
            ),
            ("without power", site(SiteState { up: false, ..SiteState::GOOD }), vec![]),
            ("serves ten times as slowly", site(SiteState { slowness: 10.0, ..SiteState::GOOD }), vec![]),
            ("its clock is ahead", site(SiteState { clock_offset: 2_000_000_000, ..SiteState::GOOD }), vec![]),
            ("cut off from all other regions", site(SiteState { isolated: true, ..SiteState::GOOD }), vec![]),
        ];
        rows.into_iter().map(|(text, state, replicas)| self.region(text, state, replicas)).collect()
    }

    /// A region with a replica; a second replica stands in a region that is not drawn.
    fn region(&self, text: &'static str, state: RegionState, replicas: Vec<NodeView>) -> Entry {
        // A shore needs room around the disc.
        let disc = if state.site.isolated { 6.0 } else { 12.0 };
        let layout = Layout { regions: vec![MIDDLE], disc, halo: 10.0, size: SIGN, ..Layout::default() };
        let replicas = (0..).zip(replicas).map(|(region, view)| ReplicaState { region, view: Some(view) });
        let dataset = DatasetState { replicas: replicas.collect(), losses: Losses::default() };
        let snapshot = Snapshot { regions: vec![state], datasets: vec![dataset], ..Snapshot::default() };
        self.sign(text, |scene| {
            shores::draw(&layout, &snapshot, &shores::sides(&snapshot), self.palette, scene);
            regions::draw(&layout, &snapshot, &self.view(), scene);
        })
    }

    fn links(&self) -> Vec<Entry> {
        let rows = [
            ("its delay was measured", Condition::Whole),
            ("its delay is estimated from the distance", Condition::Estimated),
            ("works badly", Condition::Degraded),
            ("cut", Condition::Cut),
            ("cut one way; the arrows show the way that works", Condition::OneWay { back: false }),
            ("cut for the control plane alone", Condition::NoControl),
        ];
        let ends = [Point::new(4.0, MIDDLE.y), Point::new(SIGN.width - 4.0, MIDDLE.y)];
        let way = (0..=16).map(|step| ends[0].towards(ends[1], step as f32 / 16.0)).collect();
        let seam = Seam { left: 0.0, width: SIGN.width };
        let layout = Layout { links: vec![Curve::new(way, Default::default())], seam, ..Layout::default() };
        let link = |(text, condition)| self.sign(text, |scene| links::draw(&layout, &[condition], self.palette, scene));
        rows.into_iter().map(link).collect()
    }

    fn users(&self, outcome: Outcome) -> Entry {
        let mut endings = Endings { fresh: 3, ..Endings::default() };
        match outcome {
            Outcome::Fresh => {}
            Outcome::Slow => endings.slow = 2,
            Outcome::Stale => endings.stale = 2,
            Outcome::Refused => endings.refused = 2,
            Outcome::TimedOut => endings.timed_out = 2,
        }
        self.population(outcome_meaning(outcome), PopulationState { endings, ..PopulationState::default() })
    }

    fn spares(&self) -> Entry {
        let spared = vec![Spared { region: 0, since: Time::ZERO }];
        let clients = ClientsState { spared, ..ClientsState::default() };
        let endings = Endings { fresh: 3, ..Endings::default() };
        self.population("spare a region: their circuit to it is open", PopulationState { clients, endings })
    }

    fn population(&self, text: &'static str, state: PopulationState) -> Entry {
        let layout = Layout { users: vec![MIDDLE], halo: 10.0, size: SIGN, ..Layout::default() };
        let snapshot = Snapshot { populations: vec![state], ..Snapshot::default() };
        self.sign(text, |scene| users::draw(&layout, &snapshot, &self.view(), scene))
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

const fn outcome_meaning(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Fresh => "fresh: well and quickly",
        Outcome::Slow => "slow: well, but late",
        Outcome::Stale => "stale: older than what others were told",
        Outcome::Refused => "refused, declined or failed",
        Outcome::TimedOut => "timed out",
    }
}

fn replica(role: Role, epoch: u32) -> NodeView {
    let stream = StreamView { to: NodeId(0), acked: 0, lag_entries: 0, lag_bytes: 0, lag: Span::ZERO };
    let streams = if role == Role::Leader { vec![stream] } else { Vec::new() };
    NodeView { role, epoch: Epoch(epoch), leader: None, last: Version::NONE, applied: 0, streams, waiting: 0, hints: 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sign_is_drawn_within_its_size_and_no_two_look_alike() {
        for theme in [Theme::Light, Theme::Dark] {
            let signs: Vec<Entry> = legend(theme).into_iter().flat_map(|(_, signs)| signs).collect();
            assert!(signs.len() >= 25);
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
