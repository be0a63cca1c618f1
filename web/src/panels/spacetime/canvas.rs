//! The picture on two canvases: what rests below, the playhead above. Dragging moves it, the wheel zooms, a click picks.

use super::model::Model;
use crate::painter::Painter;
use crate::picture;
use crate::surface;
use leptos::ev::{KeyboardEvent, PointerEvent};
use leptos::html;
use leptos::prelude::*;
use view::spacetime::Picture;
use view::{Palette, Point, Scene};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{HtmlCanvasElement, ResizeObserver, WheelEvent};

/// A finger covers so many pixels more than a mouse.
const FINGER: f32 = 8.0;
/// A pointer that moves less than this between down and up has clicked, CSS pixels.
const CLICK: f32 = 5.0;

/// What is painted on.
struct Canvases {
    rests: Painter,
    moves: Painter,
    scene: Scene,
    _watch: Option<Watch>,
}

/// Somebody who is told of another size, for as long as this is kept.
struct Watch {
    observer: ResizeObserver,
    _told: Closure<dyn FnMut()>,
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}

fn watch(canvas: &HtmlCanvasElement, told: impl FnMut() + 'static) -> Option<Watch> {
    let told = Closure::<dyn FnMut()>::new(told);
    let observer = ResizeObserver::new(told.as_ref().unchecked_ref()).ok()?;
    observer.observe(canvas);
    Some(Watch { observer, _told: told })
}

/// Where a pointer went down and where it is, while it is down.
#[derive(Clone, Copy)]
struct Drag {
    start: Point,
    at: Point,
    moved: bool,
}

type Paper = StoredValue<Option<Canvases>, LocalStorage>;

/// The canvas.
#[component]
pub(super) fn Canvas(model: Model, on_key: impl Fn(KeyboardEvent) + 'static) -> impl IntoView {
    let canvas = NodeRef::<html::Canvas>::new();
    let paper: Paper = StoredValue::new_local(None);
    let ready = RwSignal::new(false);
    Effect::new(move || {
        let Some(canvas) = canvas.get() else { return };
        listen_to_wheel(&canvas, model);
        let measure = move || measure(model, paper);
        let made = Painter::below(&canvas, true).zip(Painter::new(canvas.clone())).map(|(rests, moves)| Canvases {
            rests,
            moves,
            scene: Scene::default(),
            _watch: watch(&canvas, measure),
        });
        paper.set_value(made);
        measure();
        ready.set(true);
        // Who opened it by a key goes on by keys.
        let _ = canvas.focus();
    });
    Effect::new(move || paint(model, paper, ready.get()));
    Effect::new(move || paint_playhead(model, paper, ready.get()));
    let drag = RwSignal::new(None::<Drag>);
    view! {
        <div class="space-time"><canvas
            node_ref=canvas
            id="space-time"
            tabindex="0"
            role="application"
            aria-label="Messages between places, from west to east from top to bottom, over time. Arrow keys down and up go from one message or operation to the next, left and right move through time, plus and minus zoom, 0 goes back to the playhead."
            aria-describedby="space-said"
            on:keydown=on_key
            on:pointerdown=move |event| down(&event, drag)
            on:pointermove=move |event| moved(&event, drag, model)
            on:pointerup=move |event| up(&event, drag, model)
            on:pointercancel=move |_| drag.set(None)
        ></canvas></div>
    }
}

/// The page may have given the canvas another size.
fn measure(model: Model, paper: Paper) {
    let size = paper.try_update_value(|paper| {
        let paper = paper.as_mut()?;
        picture::measure(&mut paper.moves);
        paper.rests.resize_like(&paper.moves);
        Some(paper.moves.size())
    });
    if let Some(size) = size.flatten() {
        // Painted anew also if it is as large as before: it may be another canvas.
        model.frame.try_update(|frame| frame.size = size);
    }
}

/// Paint what rests while the playhead moves.
fn paint(model: Model, paper: Paper, ready: bool) {
    let (frame, seen, whose) = (model.frame.get(), model.seen.get(), model.whose.get());
    let Some(opened) = model.state.opened.get().filter(|_| ready) else { return };
    let view = view::spacetime::SpaceTimeView { theme: model.state.shade.get(), ..frame };
    paper.update_value(|paper| {
        if let Some(Canvases { rests, scene, .. }) = paper {
            Picture::new(&opened.stage, whose, &seen, &view).draw(scene);
            rests.clear(Palette::of(view.theme).background);
            rests.paint(scene);
        }
    });
}

/// Paint the playhead.
fn paint_playhead(model: Model, paper: Paper, ready: bool) {
    let (frame, playhead, theme) = (model.frame.get(), model.state.playhead.get(), model.state.shade.get());
    let view = view::spacetime::SpaceTimeView { playhead, theme, ..frame };
    paper.update_value(|paper| {
        if let Some(Canvases { moves, scene, .. }) = paper.as_mut().filter(|_| ready) {
            view::spacetime::playhead(&view, scene);
            moves.wipe();
            moves.paint(scene);
        }
    });
}

fn listen_to_wheel(canvas: &HtmlCanvasElement, model: Model) {
    surface::on_wheel(canvas, move |event: WheelEvent| {
        let (factor, at) = surface::turned(&event);
        match event.delta_x().abs() > event.delta_y().abs() {
            true => model.pan(-event.delta_x() as f32),
            false => model.zoom(factor, Some(at.x)),
        }
    });
}

fn down(event: &PointerEvent, drag: RwSignal<Option<Drag>>) {
    if event.button() != 0 {
        return;
    }
    if let Some(element) = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok()) {
        // A pointer that has just gone down can be captured.
        let _ = element.set_pointer_capture(event.pointer_id());
    }
    let at = surface::place(event);
    drag.set(Some(Drag { start: at, at, moved: false }));
}

fn moved(event: &PointerEvent, drag: RwSignal<Option<Drag>>, model: Model) {
    let Some(before) = drag.get_untracked() else { return };
    let at = surface::place(event);
    let moved = before.moved || at.distance(before.start) > CLICK;
    if moved {
        model.pan(at.x - before.at.x);
    }
    drag.set(Some(Drag { at, moved, ..before }));
}

fn up(event: &PointerEvent, drag: RwSignal<Option<Drag>>, model: Model) {
    let Some(Drag { moved: false, .. }) = drag.get_untracked() else { return drag.set(None) };
    drag.set(None);
    let slack = if event.pointer_type() == "mouse" { 0.0 } else { FINGER };
    let at = surface::place(event);
    model.pick(model.of_picture(|picture| picture.hit(at, slack)).flatten());
}
