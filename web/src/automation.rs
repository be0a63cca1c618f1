//! `window.meridian`: what tests, benchmarks and screenshots ask of the page.
//!
//! `ready()`, `state()`, `regionAt(id)` (CSS pixels from the corner of the map's canvas; null where there is no such region),
//! `seek(milliseconds)`, `bench()` (a promise). What is given something else than it takes does nothing and answers with a sentence,
//! `{ error }`.

use crate::app::{self, App};
use crate::browser::value;
use crate::command::Command;
use crate::{bench, browser};
use engine::Time;
use js_sys::{Object, Reflect};
use reactive_graph::traits::{GetUntracked, WithUntracked};
use serde::Serialize;
use sim::Standing;
use view::Target;
use wasm_bindgen::JsValue;
use wasm_bindgen::closure::Closure;

/// What the page says of itself.
#[derive(Serialize)]
struct Said {
    playhead_ms: f64,
    computed_ms: f64,
    playing: bool,
    speed: f64,
    seed: u64,
    variant: Option<String>,
    scenario: String,
    branch: u32,
    branches: usize,
    digest: Option<String>,
    events: u64,
    link: String,
    lost_writes: u64,
    verdicts: Vec<SaidVerdict>,
    finished: bool,
    first_frame_ms: Option<f64>,
}

#[derive(Serialize)]
struct SaidVerdict {
    property: &'static str,
    standing: Standing,
    count: u32,
    text: String,
}

#[derive(Serialize)]
struct SaidPlace {
    x: f32,
    y: f32,
}

/// Put the object where automation finds it.
pub(crate) fn offer() {
    let Some(window) = browser::window() else { return };
    let object = Object::new();
    let put = |name: &str, function: JsValue| {
        // A fresh object takes any property.
        let _ = Reflect::set(&object, &JsValue::from(name), &function);
    };
    put("ready", Closure::<dyn Fn() -> bool>::new(ready).into_js_value());
    put("state", Closure::<dyn Fn() -> JsValue>::new(state).into_js_value());
    put("regionAt", Closure::<dyn Fn(JsValue) -> JsValue>::new(region_at).into_js_value());
    put("seek", Closure::<dyn Fn(JsValue) -> JsValue>::new(seek).into_js_value());
    put("bench", Closure::<dyn Fn() -> js_sys::Promise>::new(bench::promise).into_js_value());
    // The window takes any property too.
    let _ = Reflect::set(&window, &JsValue::from("meridian"), &object);
}

/// Whether a state has been painted.
fn ready() -> bool {
    app::with(|app| app.frames.first_useful.is_some() && app.fresh).unwrap_or(false)
}

fn state() -> JsValue {
    app::with(|app| value(&say(app))).unwrap_or(JsValue::NULL)
}

fn say(app: &App) -> Said {
    let opened = app.opened.as_ref();
    let report = app.state.report.get_untracked();
    let verdicts = report.verdicts.iter().map(|line| SaidVerdict {
        property: line.property.term(),
        standing: line.standing,
        count: line.count,
        text: line.text.clone(),
    });
    // The report of a finished run follows its last progress; only both together are the end.
    let finished = app.course.finished && report.finished;
    Said {
        playhead_ms: app.transport.playhead.as_nanos() as f64 / 1e6,
        computed_ms: app.course.computed.as_nanos() as f64 / 1e6,
        playing: app.transport.playing,
        speed: app.transport.speed,
        seed: opened.map_or(0, |opened| opened.config().seed),
        variant: opened.and_then(|opened| opened.scenario.variant.clone()),
        scenario: opened
            .map_or_else(String::new, |opened| opened.scenario.id.clone().unwrap_or_else(|| "edited".to_owned())),
        branch: app.state.branch.get_untracked(),
        branches: app.state.branches.with_untracked(|branches| branches.len()),
        digest: app.course.digest.clone().filter(|_| finished),
        events: app.course.events,
        link: app.link(),
        lost_writes: report.losses().values().sum(),
        verdicts: verdicts.collect(),
        finished,
        first_frame_ms: app.frames.first_useful,
    }
}

/// What a function says that was given something else than it takes.
#[derive(Serialize)]
struct Refused {
    error: &'static str,
}

fn region_at(id: JsValue) -> JsValue {
    let Some(id) = id.as_string() else {
        return value(&Refused { error: "regionAt takes the id of a region as text, such as \"us-east-1\"" });
    };
    let place = app::with(|app| {
        let index = app.stage.regions.iter().position(|region| region.id == id)?;
        let place = app.place_of(Target::Region(index as u16))?;
        Some(SaidPlace { x: place.x, y: place.y })
    });
    value(&place.flatten())
}

fn seek(millis: JsValue) -> JsValue {
    let Some(millis) = millis.as_f64().filter(|millis| !millis.is_nan()) else {
        return value(&Refused { error: "seek takes a number of simulated milliseconds, such as 15000" });
    };
    app::with(|app| app.transport.playing = false);
    app::dispatch(Command::Seek(Time::from_nanos((millis.max(0.0) * 1e6).round() as u64)));
    JsValue::UNDEFINED
}
