//! The map: regions, links, users and messages where they are.
//!
//! [`Map::new`] projects what never moves once per scenario. [`Map::arrange`] lays it out for a canvas and a camera, and says
//! whether what [`Map::ground`] paints (land, links, cuts, shores) has changed and has to be painted again. Above it lie
//! [`Map::ways`], which change once a second, [`Map::messages`] and [`Map::scene`], made anew for every frame, and between the
//! two the [`Map::names`].

mod block;
mod curve;
mod ground;
mod hit;
mod label;
mod labels;
mod land;
mod layout;
mod legend;
mod links;
mod look;
mod messages;
mod pills;
mod regions;
pub(crate) mod roles;
mod sector;
mod shores;
mod users;
mod world;
mod zones;

pub(crate) use labels::users_title;
pub use legend::{Entry, SIGN, legend};
pub(crate) use links::{Condition, condition, state as link_state};
pub(crate) use look::overloaded;
pub(crate) use messages::mark as message_mark;
pub use messages::{SINGLE_MAX, drawn_singly};
pub(crate) use users::{count as outcome_count, total as outcome_total};

/// How many operations of a second ended in an outcome.
pub(crate) fn outcome_of_second(second: &sim::PopulationSecond, outcome: Outcome) -> u32 {
    match outcome {
        Outcome::Fresh => second.fresh,
        Outcome::Declined => second.declined,
        Outcome::Slow => second.slow,
        Outcome::Stale => second.stale,
        Outcome::Refused => second.refused,
        Outcome::TimedOut => second.timed_out,
    }
}

use crate::geometry::{Point, Rect, Size};
use crate::palette::{Outcome, Palette, Theme};
use crate::projection::{LatLon, globe_from_world};
use crate::scene::{Kind, Paint, Scene};
use crate::stage::Stage;
use crate::state::{Camera, Target, ViewState};
use engine::Time;
use layout::{Layout, Lens};
use messages::Traffic;
use sim::Snapshot;
use world::World;

/// A scenario's places on a canvas.
#[derive(Clone, Debug)]
pub struct Map {
    stage: Stage,
    world: World,
    layout: Layout,
    /// What the ground was last arranged for.
    arranged: Option<Arranged>,
    /// What the ways of traffic were last painted for.
    traffic: Option<Traffic>,
}

/// All that the ground depends on.
#[derive(Clone, Debug, PartialEq)]
struct Arranged {
    size: Size,
    camera: Camera,
    covered: Vec<Rect>,
    theme: Theme,
    conditions: Vec<links::Condition>,
    sides: Vec<Option<u16>>,
    /// Of each region: without power, isolated, without users.
    cut_off: Vec<[bool; 3]>,
}

impl Map {
    /// The map of a scenario.
    pub fn new(stage: Stage) -> Map {
        let world = World::new(&stage);
        Map { stage, world, layout: Layout::default(), arranged: None, traffic: None }
    }

    /// What stands on it.
    pub fn stage(&self) -> &Stage {
        &self.stage
    }

    /// The camera that shows all regions and users with their names, as large as possible.
    pub fn fit(&self, size: Size) -> Camera {
        let camera = self.world.fit(size);
        // Discs that stand at one place are drawn beside each other, and so may come to lie below all places.
        let layout = Layout::new(&self.stage, &self.world, size, camera);
        let regions = (0..layout.regions.len()).map(|it| layout.centre(it).y + layout.radius(it) + regions::AROUND);
        let users = layout.users.iter().map(|at| at.y + layout.halo + users::AROUND);
        let beyond = regions.chain(users).fold(0.0, f32::max) - size.height;
        if beyond > 0.0 { self.pan(size, camera, 0.0, -beyond) } else { camera }
    }

    /// The camera after dragging by so many pixels, kept over the world.
    pub fn pan(&self, size: Size, camera: Camera, dx: f32, dy: f32) -> Camera {
        let (x, y) = (f64::from(dx) / camera.scale, f64::from(dy) / camera.scale);
        self.world.kept(size, Camera { x: camera.x - x, y: camera.y + y, ..camera })
    }

    /// The camera after zooming by a factor (above 1 is nearer) with the place under `at` kept where it is, as far as the camera
    /// stays over the world.
    pub fn zoom(&self, size: Size, camera: Camera, at: Point, factor: f64) -> Camera {
        let kept = Lens::new(size, camera).world_from_screen(at);
        let nearer = self.world.kept(size, Camera { scale: camera.scale * factor, ..camera });
        let now = Lens::new(size, nearer).world_from_screen(at);
        self.world.kept(size, Camera { x: nearer.x + kept.x - now.x, y: nearer.y + kept.y - now.y, ..nearer })
    }

    /// The place on the globe under a place of the canvas.
    pub fn globe_from_screen(&self, size: Size, camera: Camera, at: Point) -> LatLon {
        globe_from_world(Lens::new(size, camera).world_from_screen(at), self.world.middle)
    }

    /// Lays the map out. Returns whether the ground must be painted again: the canvas, the camera, the theme, a cut, a side
    /// of a partition or a region's power is not what it was.
    pub fn arrange(&mut self, snapshot: &Snapshot, view: &ViewState) -> bool {
        let same = |it: &Arranged| it.size == view.size && it.camera == view.camera && it.covered == view.covered;
        if !self.arranged.as_ref().is_some_and(same) {
            self.layout = Layout::new(&self.stage, &self.world, view.size, view.camera);
            self.layout.labels = labels::place(&self.stage, &self.layout, &view.covered);
        }
        let arranged = Arranged {
            size: view.size,
            camera: view.camera,
            covered: view.covered.clone(),
            theme: view.theme,
            conditions: links::conditions(&self.layout, snapshot),
            sides: shores::sides(snapshot),
            cut_off: snapshot.regions.iter().map(|it| [!it.site.up, it.site.isolated, it.site.users_cut]).collect(),
        };
        let changed = self.arranged.as_ref() != Some(&arranged);
        self.arranged = Some(arranged);
        changed
    }

    /// What seldom changes: land, graticule, shores, links with their cuts. Needs [`Map::arrange`] first; without it the
    /// picture is empty.
    pub fn ground(&self, snapshot: &Snapshot, view: &ViewState, scene: &mut Scene) {
        scene.clear(view.size);
        if let Some(Arranged { conditions, sides, .. }) = &self.arranged {
            ground::draw(&self.world, &self.layout, conditions, sides, snapshot, view, scene);
        }
    }

    /// Whether the ways of traffic must be painted again: rates or the regions that users use are not what they were when this
    /// was last asked.
    pub fn reroute(&mut self, snapshot: &Snapshot, view: &ViewState) -> bool {
        let traffic = Traffic::of(snapshot, view);
        let changed = self.traffic.as_ref() != Some(&traffic);
        self.traffic = Some(traffic);
        changed
    }

    /// What changes once a second: ways of users, streams. Needs [`Map::arrange`] first.
    pub fn ways(&self, snapshot: &Snapshot, view: &ViewState, scene: &mut Scene) {
        scene.clear(view.size);
        messages::ways(&self.layout, snapshot, view, scene);
    }

    /// The messages under way where they are at the playhead, which may be a little later than the snapshot; streams that flow
    /// where there are too many. Needs [`Map::arrange`] first.
    pub fn messages(&self, snapshot: &Snapshot, playhead: Time, view: &ViewState, scene: &mut Scene) {
        scene.clear(view.size);
        messages::draw(&self.layout, snapshot, playhead, view, scene);
    }

    /// The names: they change with the ground. Needs [`Map::arrange`] first.
    pub fn names(&self, view: &ViewState, scene: &mut Scene) {
        scene.clear(view.size);
        labels::draw(&self.layout.labels, Palette::of(view.theme), scene);
    }

    /// What stands above messages and names and changes from frame to frame: users, regions, lags, the selection, the lasso.
    /// Needs [`Map::arrange`] first.
    pub fn scene(&self, snapshot: &Snapshot, playhead: Time, view: &ViewState, scene: &mut Scene) {
        scene.clear(view.size);
        self.chosen_link(view, scene);
        messages::chosen(&self.layout, snapshot, playhead, view, scene);
        users::draw(&self.layout, snapshot, view, scene);
        regions::draw(&self.layout, snapshot, view, scene);
        lasso(view, scene);
    }

    /// What is drawn at a place of the canvas, the foremost if there are several.
    pub fn hit(&self, snapshot: &Snapshot, playhead: Time, view: &ViewState, at: Point) -> Option<Target> {
        hit::at(&self.layout, snapshot, playhead, view, at)
    }

    /// The dataset whose pill is at a place of the canvas, where several have one.
    pub fn dataset_at(&self, at: Point) -> Option<u16> {
        pills::at(&self.layout, at)
    }

    /// The regions inside a lasso, ascending.
    pub fn enclosed(&self, lasso: &[Point]) -> Vec<u16> {
        let regions = self.layout.regions.iter().enumerate();
        regions.filter(|(_, at)| at.inside(lasso)).map(|(region, _)| region as u16).collect()
    }

    /// Where a target is drawn: for tooltips and for moving the keyboard's focus. `None` if it is no longer there.
    pub fn place(&self, snapshot: &Snapshot, playhead: Time, target: Target) -> Option<Point> {
        hit::place(&self.layout, snapshot, playhead, target)
    }

    /// The room every name takes, for checking that none covers another.
    pub fn label_rects(&self) -> Vec<Rect> {
        self.layout.labels.iter().map(|label| label.rect).collect()
    }

    /// The link that is selected or pointed at, so thin that what moves on it is seen through it.
    fn chosen_link(&self, view: &ViewState, scene: &mut Scene) {
        let palette = Palette::of(view.theme);
        for (target, width) in [(view.hover, 2.0), (view.selection, 3.0)] {
            let Some(Target::Link(a, b)) = target else { continue };
            if let Some((link, _)) = self.layout.link(a, b) {
                let batch = scene.batch(Kind::Lines, Paint::line(palette.accent.fade(60), width));
                self.layout.seam.draw(self.layout.links[link].points().iter().copied(), batch);
            }
        }
    }
}

fn lasso(view: &ViewState, scene: &mut Scene) {
    if view.lasso.len() < 2 {
        return;
    }
    let palette = Palette::of(view.theme);
    scene.batch(Kind::Areas, Paint::fill(palette.accent.fade(8))).path(view.lasso.iter().copied());
    let outline = view.lasso.iter().chain(view.lasso.first()).copied();
    scene.batch(Kind::Lines, Paint::dashed(palette.accent, 1.5, 5.0, 4.0)).path(outline);
}
