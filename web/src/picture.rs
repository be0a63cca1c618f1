//! The two pictures of the page, each on canvases that lie one on the other: what seldom changes below, what moves above, so
//! that a frame paints only what moves.

use crate::browser;
use crate::layer::Layer;
use crate::painter::Painter;
use engine::Time;
use sim::{Mark, SecondSummary, Snapshot};
use view::{Camera, Map, Palette, Pixels, Point, Rect, Scene, Size, Stage, Theme, TimelineView, ViewState};
use web_sys::HtmlCanvasElement;

/// What lies over the map: the tools, the legend while it is folded, the tabs of panels that are folded away, the caption.
const OVER: [&str; 5] = [
    ".tools",
    ".legend:not([open]), .legend > summary",
    ".fold-left > .left > .tabs",
    ".fold-right > .right > .tabs",
    ".caption",
];

/// Where that lies on the canvas.
fn covered(canvas: &HtmlCanvasElement) -> Vec<Rect> {
    let Some(document) = browser::document() else { return Vec::new() };
    let (corner, larger) = (canvas.get_bounding_client_rect(), browser::magnification());
    let place = |selector: &str| {
        let rect = document.query_selector(selector).ok()??.get_bounding_client_rect();
        let pixels = |pixels: f64| (pixels / larger) as f32;
        let (x, y) = (rect.x() - corner.x(), rect.y() - corner.y());
        let rect = Rect::new(pixels(x), pixels(y), pixels(rect.width()), pixels(rect.height()));
        rect.overlaps(&Rect::new(0.0, 0.0, pixels(corner.width()), pixels(corner.height()))).then_some(rect)
    };
    OVER.into_iter().filter_map(place).collect()
}

/// Take the size the page gives a canvas, in pixels as large as texts are to be; whether it is another one.
pub(crate) fn measure(painter: &mut Painter) -> bool {
    let (canvas, larger) = (painter.canvas(), browser::magnification());
    let size = |pixels: i32| (f64::from(pixels) / larger) as f32;
    let size = Size::new(size(canvas.client_width()), size(canvas.client_height()));
    painter.resize(size, device_pixel_ratio() * larger)
}

/// Paint a sign of the legend, once.
pub(crate) fn paint_sign(canvas: HtmlCanvasElement, sign: &Scene) {
    let ratio = device_pixel_ratio();
    if let Some(mut painter) = Painter::new(canvas) {
        painter.resize(sign.size(), ratio);
        painter.paint(sign);
    }
}

fn device_pixel_ratio() -> f64 {
    web_sys::window().map_or(1.0, |window| window.device_pixel_ratio())
}

/// Whether there is anything to paint on.
fn is_visible(size: Size) -> bool {
    size.width >= 1.0 && size.height >= 1.0
}

/// The map, on canvases that lie one on the other.
pub struct MapPicture {
    /// What changes from frame to frame, and the names.
    front: Painter,
    /// The messages.
    moving: Painter,
    pixels: Pixels,
    /// Land and links, and the ways of traffic.
    ground: Layer,
    /// Land and links alone, and the names alone, to be copied: neither is painted as often as what it stands with.
    land: Painter,
    names: Painter,
    scene: Scene,
    map: Map,
    /// What it is looked at from; the selection, the hover and the lasso too.
    pub view: ViewState,
    /// Whether the person has moved the map; if not, it stays fitted.
    moved: bool,
    resized: bool,
}

impl MapPicture {
    /// A map on a canvas and on others below it. `None` if the browser gives the canvas no two-dimensional context.
    pub fn new(canvas: HtmlCanvasElement, stage: Stage) -> Option<MapPicture> {
        let (land, names) = (Painter::beside(&canvas, true)?, Painter::beside(&canvas, false)?);
        let (ground, moving) = (Layer::below(&canvas)?, Painter::below(&canvas, false)?);
        let mut front = Painter::new(canvas)?;
        measure(&mut front);
        let map = Map::new(stage);
        let size = front.size();
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
            covered: covered(front.canvas()),
        };
        let (pixels, scene) = Default::default();
        Some(MapPicture { front, moving, pixels, ground, land, names, scene, map, view, moved: false, resized: true })
    }

    /// Another scenario.
    pub fn set_stage(&mut self, stage: Stage) {
        if *self.map.stage() != stage {
            self.map = Map::new(stage);
            self.fit();
        }
    }

    /// Show who leads and who follows of this dataset.
    pub fn show_dataset(&mut self, dataset: u16) {
        self.view.dataset = dataset;
        self.resized = true;
    }

    /// The map, to ask where things are.
    pub fn map(&self) -> &Map {
        &self.map
    }

    /// The page may have given the canvas another size.
    pub fn measure(&mut self) {
        if measure(&mut self.front) {
            self.view.size = self.front.size();
            self.view.covered = covered(self.front.canvas());
            self.resized = true;
            if !self.moved {
                self.view.camera = self.fitted();
            }
        }
    }

    /// Show every region.
    pub fn fit(&mut self) {
        self.moved = false;
        self.resized = true;
        self.view.camera = self.fitted();
    }

    /// The camera that shows every region, above the caption.
    fn fitted(&self) -> Camera {
        let size = self.view.size;
        let foot = self.view.covered.iter().filter(|it| it.width >= size.width - 1.0).map(|it| it.height).sum::<f32>();
        let camera = self.map.fit(Size::new(size.width, (size.height - foot).max(1.0)));
        self.map.pan(size, camera, 0.0, -foot / 2.0)
    }

    /// Look from where another map is looked at, at the same things.
    pub fn look_like(&mut self, other: &MapPicture) {
        let (size, covered) = (self.view.size, std::mem::take(&mut self.view.covered));
        self.resized |= self.view.dataset != other.view.dataset || self.view.theme != other.view.theme;
        self.view = ViewState { size, covered, hover: None, ..other.view.clone() };
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

    /// Paint the state at the playhead. While the run `plays`, the ways of traffic, which take longer than all the rest, follow
    /// within a few frames.
    pub fn paint(&mut self, snapshot: &Snapshot, playhead: Time, plays: bool) {
        if !is_visible(self.front.size()) || snapshot.regions.len() != self.map.stage().regions.len() {
            return;
        }
        let anew = self.map.arrange(snapshot, &self.view) || self.resized;
        if anew {
            self.resized = false;
            self.paint_still(snapshot);
        }
        self.paint_ways(snapshot, anew, anew || !plays);
        self.paint_messages(snapshot, playhead);
        self.map.scene(snapshot, playhead, &self.view, &mut self.scene);
        self.front.wipe();
        self.front.copy(&self.names);
        self.front.paint(&self.scene);
    }

    /// The ways of traffic on the land: if they have changed or are to be painted `anew`, in slices or `at_once`.
    fn paint_ways(&mut self, snapshot: &Snapshot, anew: bool, at_once: bool) {
        let MapPicture { ground, land, map, view, .. } = self;
        let may_begin = at_once || !ground.is_under_way();
        if may_begin && (map.reroute(snapshot, view) || anew) {
            ground.begin(|hidden| hidden.copy(land), |scene| map.ways(snapshot, view, scene));
        }
        ground.go_on(at_once);
    }

    /// Nothing that moves, until there is a state to paint.
    pub fn wipe(&mut self) {
        self.front.wipe();
        self.moving.wipe();
        self.resized = true;
    }

    /// What stays as it is until the map, the camera, the theme or a cut changes.
    fn paint_still(&mut self, snapshot: &Snapshot) {
        self.ground.resize_like(&self.front);
        for other in [&mut self.land, &mut self.moving, &mut self.names] {
            other.resize_like(&self.front);
        }
        self.map.ground(snapshot, &self.view, &mut self.scene);
        self.land.clear(Palette::of(self.view.theme).background);
        self.land.paint(&self.scene);
        self.map.names(&self.view, &mut self.scene);
        self.names.wipe();
        self.names.paint(&self.scene);
        // The canvas of the messages may have lost what was on it, so the image begins anew.
        self.pixels = Pixels::default();
    }

    /// Single messages as pixels, streams as any other scene.
    fn paint_messages(&mut self, snapshot: &Snapshot, playhead: Time) {
        self.map.messages(snapshot, playhead, &self.view, &mut self.scene);
        let begins = self.pixels.size() == (0, 0);
        if view::map::drawn_singly(snapshot, &self.view) {
            if begins {
                self.moving.wipe();
            }
            self.pixels.draw(&self.scene, self.moving.ratio() as f32);
            self.moving.put(&self.pixels);
        } else {
            self.moving.wipe();
            self.moving.paint(&self.scene);
            self.pixels = Pixels::default();
        }
    }

    /// Wait until everything painted is in pixels: for measuring.
    pub fn flush(&self) {
        self.ground.flush();
        self.moving.flush();
        self.front.flush();
    }
}

/// How something on the map is told in words: [`view::describe::describe_target`], which loads later.
pub type Describe = fn(&Stage, &Snapshot, Time, view::Target) -> Option<view::describe::Line>;

/// How the charts are drawn: [`view::timeline::timeline_beside`], which loads later.
pub type DrawCharts = fn(&Stage, &[SecondSummary], &[SecondSummary], &[Mark], &TimelineView, &mut Scene);

/// The timeline: the charts, and the cursor on a canvas above them.
pub struct TimelinePicture {
    draw: DrawCharts,
    front: Painter,
    charts: Layer,
    scene: Scene,
    /// What of the run it shows.
    pub view: TimelineView,
    /// What the charts were last painted for.
    painted: Option<TimelineView>,
    /// Whether the run has gone on since.
    grown: bool,
    /// The part of the run that is looked at, if not all of it.
    part: Option<(Time, Time)>,
}

impl TimelinePicture {
    /// A timeline on a canvas and one below it. `None` if the browser gives the canvas no two-dimensional context.
    pub fn new(canvas: HtmlCanvasElement, draw: DrawCharts) -> Option<TimelinePicture> {
        let charts = Layer::below(&canvas)?;
        let mut front = Painter::new(canvas)?;
        measure(&mut front);
        let view = TimelineView {
            size: front.size(),
            theme: Theme::default(),
            from: Time::ZERO,
            to: Time::from_secs(1),
            playhead: Time::ZERO,
            computed: Time::ZERO,
            hover: None,
            mark: None,
            fault_rows: 1,
            population: None,
            region: None,
        };
        Some(TimelinePicture {
            draw,
            front,
            charts,
            scene: Scene::default(),
            view,
            painted: None,
            grown: false,
            part: None,
        })
    }

    /// The page may have given the canvas another size.
    pub fn measure(&mut self) {
        if measure(&mut self.front) {
            self.view.size = self.front.size();
            self.painted = None;
        }
    }

    /// Look at what there is from zero until `whole`, or at the chosen part, which goes on with the playhead.
    pub fn look_at(&mut self, whole: Time, playhead: Time, plays: bool) {
        let before = std::mem::replace(&mut self.view.playhead, playhead);
        (self.view.from, self.view.to) = self.part.filter(|(_, to)| *to <= whole).unwrap_or((Time::ZERO, whole));
        // Whoever looks elsewhere while it plays is left there.
        let follows = !plays || (self.view.from..=self.view.to).contains(&before);
        if self.part.is_some() && before != playhead && follows {
            self.choose(whole, self.view.with(whole, playhead));
        }
    }

    /// Look at the whole run again.
    pub fn look_at_all(&mut self) {
        self.part = None;
    }

    /// Look from nearer, or from farther away, about a moment.
    pub fn zoom(&mut self, whole: Time, about: Time, factor: f64) {
        self.choose(whole, self.view.zoomed(whole, about, factor));
    }

    /// Move the part that is looked at by so many pixels.
    pub fn pan(&mut self, whole: Time, pixels: f32) {
        self.choose(whole, self.view.moved(whole, pixels));
    }

    fn choose(&mut self, whole: Time, (from, to): (Time, Time)) {
        self.part = Some((from, to)).filter(|part| *part != (Time::ZERO, whole));
        (self.view.from, self.view.to) = (from, to);
    }

    /// The run has gone on, or is another one.
    pub fn refresh(&mut self) {
        self.grown = true;
    }

    /// Paint the charts if what they show has changed, and the cursor. While the run `plays`, what it has computed since follows
    /// within a few frames. `beside` are the seconds of the run beside it, if that is watched.
    pub fn paint(
        &mut self,
        stage: &Stage,
        seconds: &[SecondSummary],
        beside: &[SecondSummary],
        marks: &[Mark],
        plays: bool,
    ) {
        if !is_visible(self.front.size()) {
            return;
        }
        self.view.fault_rows = view::timeline::fault_rows(marks);
        let still = self.view.still();
        let computed = still.computed;
        let same = |it: &TimelineView| TimelineView { computed, ..it.clone() } == still;
        let at_once = !plays || !self.painted.as_ref().is_some_and(same);
        let changed = self.grown || self.painted.as_ref() != Some(&still);
        if changed && (at_once || !self.charts.is_under_way()) {
            (self.painted, self.grown) = (Some(still), false);
            self.charts.resize_like(&self.front);
            let background = Palette::of(self.view.theme).background;
            let fill = |scene: &mut Scene| (self.draw)(stage, seconds, beside, marks, &self.view, scene);
            self.charts.begin(|hidden| hidden.clear(background), fill);
        }
        self.charts.go_on(at_once);
        self.front.wipe();
        view::timeline::cursor(marks, self.charts.scene().texts(), &self.view, &mut self.scene);
        self.front.paint(&self.scene);
    }

    /// Wait until everything painted is in pixels: for measuring.
    pub fn flush(&self) {
        self.charts.flush();
        self.front.flush();
    }
}
