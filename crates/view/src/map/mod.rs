//! The map: regions, links, users and messages where they are.
//!
//! [`Map::new`] projects what never moves once per scenario. [`Map::arrange`] lays it out for a canvas and a camera, and says
//! whether what [`Map::ground`] paints (land, links, cuts, shores, names) has changed and has to be painted again.
//! [`Map::scene`] is the layer on top, made anew for every frame.

use crate::geometry::{Point, Size};
use crate::scene::Scene;
use crate::stage::Stage;
use crate::state::{Camera, Target, ViewState};
use engine::Time;
use sim::Snapshot;

/// A scenario's places on a canvas.
#[derive(Clone, Debug)]
pub struct Map {
    stage: Stage,
}

impl Map {
    /// The map of a scenario.
    pub fn new(stage: Stage) -> Map {
        Map { stage }
    }

    /// What stands on it.
    pub fn stage(&self) -> &Stage {
        &self.stage
    }

    /// The camera that shows all regions and users with their names, as large as possible.
    pub fn fit(&self, size: Size) -> Camera {
        Camera { x: 0.0, y: 0.0, scale: f64::from(size.width) / 6.3 }
    }

    /// The camera after dragging by so many pixels, kept over the world.
    pub fn pan(&self, size: Size, camera: Camera, dx: f32, dy: f32) -> Camera {
        let _ = size;
        Camera { x: camera.x - f64::from(dx) / camera.scale, y: camera.y + f64::from(dy) / camera.scale, ..camera }
    }

    /// The camera after zooming by a factor (above 1 is nearer) with the place under `at` kept where it is.
    pub fn zoom(&self, size: Size, camera: Camera, at: Point, factor: f64) -> Camera {
        let _ = (size, at);
        Camera { scale: camera.scale * factor, ..camera }
    }

    /// Lays the map out. Returns whether the ground must be painted again: the canvas, the camera, the theme, a cut, a side
    /// of a partition or the dataset is not what it was.
    pub fn arrange(&mut self, snapshot: &Snapshot, view: &ViewState) -> bool {
        let _ = (snapshot, view);
        true
    }

    /// What seldom changes: land, graticule, shores, links with their cuts, names. Needs [`Map::arrange`] first.
    pub fn ground(&self, snapshot: &Snapshot, view: &ViewState, scene: &mut Scene) {
        let _ = snapshot;
        scene.clear(view.size);
    }

    /// What changes from frame to frame: streams, messages, users, regions, lags, the selection, the lasso. Messages stand
    /// where they are at the playhead, which may be a little later than the snapshot.
    pub fn scene(&self, snapshot: &Snapshot, playhead: Time, view: &ViewState, scene: &mut Scene) {
        let _ = (snapshot, playhead);
        scene.clear(view.size);
    }

    /// What is drawn at a place of the canvas, the foremost if there are several.
    pub fn hit(&self, snapshot: &Snapshot, playhead: Time, view: &ViewState, at: Point) -> Option<Target> {
        let _ = (snapshot, playhead, view, at);
        None
    }

    /// The regions inside a lasso, ascending.
    pub fn enclosed(&self, lasso: &[Point]) -> Vec<u16> {
        let _ = lasso;
        Vec::new()
    }

    /// Where a target is drawn: for tooltips and for moving the keyboard's focus. `None` if it is no longer there.
    pub fn place(&self, snapshot: &Snapshot, playhead: Time, target: Target) -> Option<Point> {
        let _ = (snapshot, playhead, target);
        None
    }
}
