//! The two pictures of the page, each with its canvas, a second canvas for what seldom changes, and the scenes in between.

use crate::painter::Painter;
use engine::Time;
use sim::{Mark, SecondSummary, Snapshot};
use view::{Camera, Map, Palette, Point, Scene, Size, Stage, Theme, TimelineView, ViewState};
use web_sys::HtmlCanvasElement;

/// A canvas on the page and the layers below it.
struct Layers {
    front: Painter,
    /// What seldom changes.
    still: Painter,
    scene: Scene,
}

impl Layers {
    fn new(canvas: HtmlCanvasElement) -> Option<Layers> {
        Some(Layers { still: Painter::beside(&canvas)?, front: Painter::new(canvas)?, scene: Scene::default() })
    }

    /// Take the size the page gives the canvas; whether it is another one.
    fn measure(&mut self) -> bool {
        let canvas = self.front.canvas();
        let size = Size::new(canvas.client_width() as f32, canvas.client_height() as f32);
        let ratio = web_sys::window().map_or(1.0, |window| window.device_pixel_ratio());
        let still = self.still.resize(size, ratio);
        self.front.resize(size, ratio) || still
    }

    /// Whether there is anything to paint on.
    fn is_visible(&self) -> bool {
        let size = self.front.size();
        size.width >= 1.0 && size.height >= 1.0
    }
}

/// The map on its canvas.
pub struct MapPicture {
    layers: Layers,
    /// The still layer with the ways of traffic, which change once a second.
    lines: Painter,
    map: Map,
    /// What it is looked at from; the selection, the hover and the lasso too.
    pub view: ViewState,
    /// Whether the person has moved the map; if not, it stays fitted.
    moved: bool,
    resized: bool,
}

impl MapPicture {
    /// A map on a canvas. `None` if the browser gives the canvas no two-dimensional context.
    pub fn new(canvas: HtmlCanvasElement, stage: Stage) -> Option<MapPicture> {
        let lines = Painter::beside(&canvas)?;
        let mut layers = Layers::new(canvas)?;
        layers.measure();
        let map = Map::new(stage);
        let size = layers.front.size();
        let view = ViewState {
            size,
            camera: map.fit(size),
            theme: Theme::default(),
            selection: None,
            hover: None,
            dataset: 0,
            reduced_motion: false,
            lasso: Vec::new(),
            slack: 0.0,
        };
        Some(MapPicture { layers, lines, map, view, moved: false, resized: true })
    }

    /// Another scenario.
    pub fn set_stage(&mut self, stage: Stage) {
        if *self.map.stage() != stage {
            self.map = Map::new(stage);
            self.fit();
        }
    }

    /// The map, to ask where things are.
    pub fn map(&self) -> &Map {
        &self.map
    }

    /// The page may have given the canvas another size.
    pub fn measure(&mut self) {
        if self.layers.measure() {
            self.view.size = self.layers.front.size();
            self.resized = true;
            if !self.moved {
                self.view.camera = self.map.fit(self.view.size);
            }
        }
    }

    /// Show every region.
    pub fn fit(&mut self) {
        self.moved = false;
        self.resized = true;
        self.view.camera = self.map.fit(self.view.size);
    }

    /// Zoom about a place; the middle if none is given.
    pub fn zoom(&mut self, at: Option<Point>, factor: f64) {
        let middle = Point::new(self.view.size.width / 2.0, self.view.size.height / 2.0);
        self.look_from(self.map.zoom(self.view.size, self.view.camera, at.unwrap_or(middle), factor));
    }

    /// Drag by so many pixels.
    pub fn pan(&mut self, dx: f32, dy: f32) {
        self.look_from(self.map.pan(self.view.size, self.view.camera, dx, dy));
    }

    fn look_from(&mut self, camera: Camera) {
        self.moved = true;
        self.view.camera = camera;
    }

    /// Paint the state at the playhead.
    pub fn paint(&mut self, snapshot: &Snapshot, playhead: Time) {
        if !self.layers.is_visible() || snapshot.regions.len() != self.map.stage().regions.len() {
            return;
        }
        let Layers { front, still, scene } = &mut self.layers;
        let mut moved = self.map.arrange(snapshot, &self.view);
        if moved || self.resized {
            moved = true;
            self.resized = false;
            self.lines.resize_like(still);
            self.map.ground(snapshot, &self.view, scene);
            still.clear(Palette::of(self.view.theme).background);
            still.paint(scene);
        }
        if self.map.reroute(snapshot, &self.view) || moved {
            self.map.ways(snapshot, &self.view, scene);
            self.lines.copy(still);
            self.lines.paint(scene);
        }
        self.map.scene(snapshot, playhead, &self.view, scene);
        front.copy(&self.lines);
        front.paint(scene);
    }

    /// Wait until everything painted is in pixels: for measuring.
    pub fn flush(&self) {
        self.layers.front.flush();
    }
}

/// The timeline on its canvas.
pub struct TimelinePicture {
    layers: Layers,
    /// What of the run it shows.
    pub view: TimelineView,
    /// Whether the charts must be painted again.
    stale: bool,
}

impl TimelinePicture {
    /// A timeline on a canvas. `None` if the browser gives the canvas no two-dimensional context.
    pub fn new(canvas: HtmlCanvasElement) -> Option<TimelinePicture> {
        let mut layers = Layers::new(canvas)?;
        layers.measure();
        let view = TimelineView {
            size: layers.front.size(),
            theme: Theme::default(),
            from: Time::ZERO,
            to: Time::from_secs(1),
            playhead: Time::ZERO,
            computed: Time::ZERO,
            hover: None,
            mark: None,
            population: None,
            region: None,
        };
        Some(TimelinePicture { layers, view, stale: true })
    }

    /// The page may have given the canvas another size.
    pub fn measure(&mut self) {
        if self.layers.measure() {
            self.view.size = self.layers.front.size();
            self.stale = true;
        }
    }

    /// The run has gone on, or is another one.
    pub fn refresh(&mut self) {
        self.stale = true;
    }

    /// Paint the charts if they are stale, and the cursor.
    pub fn paint(&mut self, stage: &Stage, seconds: &[SecondSummary], marks: &[Mark]) {
        if !self.layers.is_visible() {
            return;
        }
        let Layers { front, still, scene } = &mut self.layers;
        if self.stale {
            self.stale = false;
            view::timeline::timeline(stage, seconds, marks, &self.view, scene);
            still.clear(Palette::of(self.view.theme).background);
            still.paint(scene);
        }
        front.copy(still);
        view::timeline::cursor(&self.view, scene);
        front.paint(scene);
    }
}
