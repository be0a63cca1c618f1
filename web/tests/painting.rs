//! What is painted, in a real browser.

use engine::{Span, Time};
use scenario::find_built_in;
use session::Session;
use session::messages::Open;
use sim::{LinkState, Rate, RegionState, Snapshot};
use view::{Color, Kind, Paint, Palette, Point, Scene, Size, Stage, StageRegion, Symbol, Target, Theme};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web::painter::{Painter, Progress};
use web::picture::MapPicture;
use web_sys::HtmlCanvasElement;

wasm_bindgen_test_configure!(run_in_browser);

/// The colour of a pixel.
fn pixel(canvas: &HtmlCanvasElement, x: f64, y: f64) -> [u8; 4] {
    let context = canvas.get_context("2d").ok().flatten().expect("the canvas has a context");
    let context: web_sys::CanvasRenderingContext2d = context.unchecked_into();
    let data = context.get_image_data(x, y, 1.0, 1.0).expect("the place is on the canvas").data();
    [data[0], data[1], data[2], data[3]]
}

/// The colours of all pixels.
fn pixels(canvas: &HtmlCanvasElement) -> Vec<u8> {
    let context = canvas.get_context("2d").ok().flatten().expect("the canvas has a context");
    let context: web_sys::CanvasRenderingContext2d = context.unchecked_into();
    let (width, height) = (f64::from(canvas.width()), f64::from(canvas.height()));
    context.get_image_data(0.0, 0.0, width, height).expect("the place is on the canvas").data().0
}

fn canvas(width: f32, height: f32) -> HtmlCanvasElement {
    let document = web_sys::window().and_then(|window| window.document()).expect("the test runs in a page");
    let canvas = document.create_element("canvas").expect("the name is an element's");
    document.body().expect("the page has a body").append_child(&canvas).expect("a body takes elements");
    let canvas: HtmlCanvasElement = canvas.unchecked_into();
    let style = format!("width: {width}px; height: {height}px");
    canvas.set_attribute("style", &style).expect("a style is text");
    canvas
}

const BLUE: Color = Color::rgb(0x0b_78_d0);
const RED: Color = Color::rgb(0x8a_1c_05);

#[wasm_bindgen_test]
fn every_kind_of_shape_leaves_its_colour_on_the_canvas() {
    let canvas = canvas(100.0, 40.0);
    let mut painter = Painter::new(canvas.clone()).expect("the canvas has a context");
    painter.resize(Size::new(100.0, 40.0), 1.0);
    painter.clear(Color::rgb(0xff_ff_ff));
    let mut scene = Scene::default();
    scene.clear(Size::new(100.0, 40.0));
    for (place, symbol) in [Symbol::Circle, Symbol::Square, Symbol::Diamond, Symbol::Triangle].into_iter().enumerate() {
        let at = Point::new(10.0 + 20.0 * place as f32, 10.0);
        scene.batch(Kind::Marks(symbol), Paint::fill(BLUE)).mark(at, 6.0);
    }
    scene.batch(Kind::Marks(Symbol::Cross), Paint::line(RED, 3.0)).mark(Point::new(90.0, 10.0), 6.0);
    scene.batch(Kind::Lines, Paint::line(RED, 4.0)).path([Point::new(0.0, 30.0), Point::new(40.0, 30.0)]);
    let area = [(50.0, 25.0), (60.0, 25.0), (60.0, 35.0), (50.0, 35.0)].map(|(x, y)| Point::new(x, y));
    scene.batch(Kind::Areas, Paint::fill(BLUE)).path(area);
    scene.batch(Kind::Arcs, Paint::line(RED, 4.0)).arc(Point::new(80.0, 30.0), 6.0, -1.0, 1.0);
    painter.paint(&scene);
    let (blue, red) = ([0x0b, 0x78, 0xd0, 0xff], [0x8a, 0x1c, 0x05, 0xff]);
    for x in [10.0, 30.0, 50.0, 70.0] {
        assert_eq!(pixel(&canvas, x, 10.0), blue, "the mark at {x}");
    }
    assert_eq!(pixel(&canvas, 90.0, 10.0), red, "the cross");
    assert_eq!(pixel(&canvas, 20.0, 30.0), red, "the line");
    assert_eq!(pixel(&canvas, 55.0, 30.0), blue, "the area");
    assert_eq!(pixel(&canvas, 86.0, 30.0), red, "the arc");
    assert_eq!(pixel(&canvas, 20.0, 20.0), [0xff; 4], "nothing is painted between them");
}

#[wasm_bindgen_test]
fn a_fine_screen_gets_more_pixels_and_the_same_picture() {
    let canvas = canvas(20.0, 20.0);
    let mut painter = Painter::new(canvas.clone()).expect("the canvas has a context");
    assert!(painter.resize(Size::new(20.0, 20.0), 2.0));
    assert!(!painter.resize(Size::new(20.0, 20.0), 2.0), "nothing has changed");
    painter.clear(BLUE);
    assert_eq!((canvas.width(), canvas.height()), (40, 40));
    assert_eq!(pixel(&canvas, 39.0, 39.0), [0x0b, 0x78, 0xd0, 0xff]);
}

#[wasm_bindgen_test]
fn a_scene_painted_in_slices_looks_as_if_painted_at_once() {
    let size = Size::new(100.0, 60.0);
    let mut scene = Scene::default();
    scene.clear(size);
    // Lines that cross and shine through show in which order and how many together they are painted.
    let lines = scene.batch(Kind::Lines, Paint::line(BLUE.fade(40), 5.0));
    for line in 0..30 {
        let corners = if line % 3 == 0 { 40 } else { 4 };
        let wave = |corner: u16| Point::new(f32::from(corner) * 3.0, 30.0 + f32::from(corner * line % 17) * 2.0 - 16.0);
        lines.path((0..corners).map(wave));
    }
    scene.batch(Kind::Areas, Paint::fill(RED.fade(40))).path([(5.0, 5.0), (60.0, 20.0), (30.0, 50.0)].map(at));
    scene.batch(Kind::Lines, Paint::line(RED, 1.0)).path([(0.0, 0.0), (99.0, 59.0)].map(at));
    let painted = |slice: usize| {
        let canvas = canvas(size.width, size.height);
        let mut painter = Painter::new(canvas.clone()).expect("the canvas has a context");
        painter.resize(size, 1.0);
        let (mut progress, mut slices) = (Progress::default(), 1);
        while !painter.go_on(&scene, &mut progress, slice) {
            slices += 1;
        }
        (slices, pixels(&canvas))
    };
    let (once, whole) = painted(usize::MAX);
    let (many, sliced) = painted(10);
    assert!(once == 1 && many > 10, "{once}, {many}");
    assert!(whole == sliced, "the pixels differ");
}

fn at((x, y): (f32, f32)) -> Point {
    Point::new(x, y)
}

fn session() -> Session {
    let text = find_built_in(web::DEFAULT).expect("the default scenario ships").text().to_owned();
    Session::open(Open { generation: 1, text, ..Open::default() }).unwrap_or_else(|problems| panic!("{problems:?}"))
}

#[wasm_bindgen_test]
fn the_map_of_the_default_scenario_shows_land_sea_and_its_regions() {
    let canvas = canvas(600.0, 400.0);
    let mut session = session();
    session.work(|| false);
    let snapshot = session.snapshot(Time::from_secs(10));
    let stage = Stage::of(session.run().config());
    let mut picture = MapPicture::new(canvas.clone(), stage).expect("the canvas has a context");
    picture.measure();
    picture.paint(&snapshot, snapshot.at, false);
    let place = picture.map().place(&snapshot, snapshot.at, Target::Region(0)).expect("the leader is on the map");
    let ratio = f64::from(canvas.width()) / 600.0;
    let ground = ground(&canvas);
    let sea = pixel(&ground, 2.0, 2.0);
    let palette = Palette::of(Theme::Light);
    assert_eq!(sea, palette.background.bytes());
    let around = (0..8)
        .map(|step| pixel(&canvas, (f64::from(place.x) - 9.0) * ratio, f64::from(place.y + step as f32 - 4.0) * ratio));
    assert!(
        around.into_iter().any(|color| color[3] == u8::MAX && color != sea && color != palette.land.bytes()),
        "something stands at the leader's place"
    );
}

/// The ground lies below the messages, which lie below what stands on the map.
fn ground(canvas: &HtmlCanvasElement) -> HtmlCanvasElement {
    let below = |canvas: &HtmlCanvasElement| canvas.previous_element_sibling().map(|it| it.unchecked_into());
    below(canvas).and_then(|moving| below(&moving)).expect("three canvases")
}

/// Twelve regions in a row on the equator.
fn twelve() -> Stage {
    let region = |index: u16| StageRegion {
        id: format!("region-{index}"),
        title: format!("Place {index}"),
        lat: 0.0,
        lon: -150.0 + 25.0 * f64::from(index),
        one_way: vec![Span::from_millis(60); 12],
    };
    Stage {
        zoned: Vec::new(),
        regions: (0..12).map(region).collect(),
        populations: Vec::new(),
        datasets: Vec::new(),
        planned: view::Planned::default(),
        home: 0,
        until: Time::ZERO,
    }
}

/// Each of twelve regions sends so many packets a second to each other one, of every channel.
fn busy(packets: u32) -> Snapshot {
    let link = |from: u16, to: u16| LinkState {
        from,
        to,
        data_cut: false,
        control_cut: false,
        degraded: false,
        one_way: Span::from_millis(60),
        estimated: false,
        backlog: Span::ZERO,
        rates: [Rate { packets, bytes: 0 }; 4],
    };
    let links = (0..12).flat_map(|from| (0..12).filter(move |to| *to != from).map(move |to| link(from, to)));
    Snapshot { regions: vec![RegionState::GOOD; 12], links: links.collect(), ..Snapshot::default() }
}

#[wasm_bindgen_test]
fn while_the_run_plays_the_ways_stay_as_they_were_until_the_next_are_whole() {
    let (before, after) = (busy(40), busy(90));
    let picture = || {
        let canvas = canvas(600.0, 400.0);
        let mut picture = MapPicture::new(canvas.clone(), twelve()).expect("a context");
        picture.measure();
        (picture, ground(&canvas))
    };
    let at_rest = |snapshot: &Snapshot| {
        let (mut picture, ground) = picture();
        picture.paint(snapshot, snapshot.at, false);
        pixels(&ground)
    };
    let (old, new) = (at_rest(&before), at_rest(&after));
    assert!(old != new, "the traffic has changed");
    let (mut picture, ground) = picture();
    picture.paint(&before, before.at, true);
    assert!(pixels(&ground) == old, "the first picture is whole at once");
    let seen: Vec<bool> = (0..100)
        .map(|_| {
            picture.paint(&after, after.at, true);
            let seen = pixels(&ground);
            assert!(seen == old || seen == new, "half a picture is seen");
            seen == new
        })
        .collect();
    assert!(!seen[0] && seen[99], "it takes some frames: {seen:?}");
    picture.paint(&before, before.at, true);
    picture.paint(&before, before.at, false);
    assert!(pixels(&ground) == old, "at rest it is whole at once");
}
