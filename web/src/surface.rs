//! What pointers mean on the two canvases: picking, dragging, pinching, drawing a lasso, scrubbing.

use crate::app::{self, App};
use crate::browser;
use crate::choices::Tool;
use crate::command::Command;
use crate::picture::{Describe, DrawCharts, MapPicture, TimelinePicture};
use reactive_graph::traits::{GetUntracked, Set};
use sim::Action;
use sim::faults::{Direction, FaultKind, Partition, Plane};
use std::cell::RefCell;
use view::{Point, Target};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{
    AddEventListenerOptions, Element, HtmlCanvasElement, MouseEvent, PointerEvent, ResizeObserver, WheelEvent,
};

/// A finger covers so many pixels more than a mouse.
const FINGER: f32 = 10.0;

/// A pointer that moves less than this between down and up has clicked, CSS pixels.
const CLICK: f32 = 5.0;

/// The canvas of the run beside the open one.
pub(crate) const BESIDE: &str = "map-beside";

/// One of the two canvases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Surface {
    /// The map.
    Map,
    /// The timeline.
    Timeline,
}

/// What the pointers on a canvas are doing.
#[derive(Default)]
struct Gesture {
    /// The pointers that are down: their numbers and where they are.
    down: Vec<(i32, Point)>,
    /// Where the first one went down.
    start: Point,
    /// Whether it has moved far enough not to be a click.
    moved: bool,
    /// Whether a lasso is being drawn.
    lasso: bool,
}

thread_local! {
    static GESTURE: RefCell<Gesture> = RefCell::default();
}

/// Paint the map on this canvas from now on.
pub(crate) fn attach_map(canvas: HtmlCanvasElement) {
    watch_size(&canvas);
    on_wheel(&canvas, |event| wheel(Surface::Map, &event));
    app::with(|app| app.map = MapPicture::new(canvas, app.stage.clone()));
    crate::waking::wake();
}

/// Paint the map of the run beside the open one on this canvas from now on.
pub(crate) fn attach_beside(canvas: HtmlCanvasElement) {
    watch_size(&canvas);
    on_wheel(&canvas, |event| wheel(Surface::Map, &event));
    app::with(|app| app.draw_beside(canvas));
    crate::waking::wake();
}

/// Paint the timeline on this canvas from now on, its charts in this way; tell what is pointed at on the map in that one.
pub(crate) fn attach_timeline(canvas: HtmlCanvasElement, draw: DrawCharts, describe: Describe) {
    watch_size(&canvas);
    on_wheel(&canvas, |event| wheel(Surface::Timeline, &event));
    app::with(|app| {
        app.timeline = TimelinePicture::new(canvas, draw);
        app.describe = Some(describe);
    });
    crate::waking::wake();
}

fn watch_size(canvas: &HtmlCanvasElement) {
    let on_resize = Closure::<dyn FnMut()>::new(crate::waking::wake);
    if let Ok(observer) = ResizeObserver::new(on_resize.as_ref().unchecked_ref()) {
        observer.observe(canvas);
    }
    on_resize.forget();
}

/// A pointer went down. Only the main button means anything here.
pub(crate) fn pointer_down(surface: Surface, event: &PointerEvent) {
    if event.button() != 0 {
        return;
    }
    let at = place(event);
    if let Some(element) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) {
        // A pointer that has just gone down can be captured.
        let _ = element.set_pointer_capture(event.pointer_id());
    }
    app::with(|app| match surface {
        Surface::Map => app.map_down(event, at),
        Surface::Timeline => {
            let down = vec![(event.pointer_id(), at)];
            GESTURE.set(Gesture { down, start: at, ..Gesture::default() });
            app.transport.playing = false;
            app.press_timeline(at);
        }
    });
    crate::waking::wake();
}

/// A pointer moved, down or not.
pub(crate) fn pointer_move(surface: Surface, event: &PointerEvent) {
    let at = place(event);
    app::with(|app| match surface {
        Surface::Map => app.map_move(event, at),
        Surface::Timeline => {
            let dragging = GESTURE.with_borrow_mut(|gesture| {
                gesture.moved |= at.distance(gesture.start) > CLICK;
                gesture.moved && gesture.down.iter().any(|(id, _)| *id == event.pointer_id())
            });
            if dragging {
                app.scrub(at);
            }
            app.hover_timeline(at);
        }
    });
    crate::waking::wake();
}

/// The browser took a pointer away: what it was about to do is not done.
pub(crate) fn pointer_cancel(surface: Surface) {
    GESTURE.take();
    app::with(|app| {
        if let (Surface::Map, Some(map)) = (surface, &mut app.map) {
            map.view.lasso.clear();
        }
    });
    crate::waking::wake();
}

/// A pointer went up.
pub(crate) fn pointer_up(surface: Surface, event: &PointerEvent) {
    let at = place(event);
    let command = app::with(|app| match surface {
        Surface::Map => app.map_up(event, at),
        Surface::Timeline => {
            GESTURE.take();
            None
        }
    });
    if let Some(command) = command.flatten() {
        app::dispatch(command);
    }
    crate::waking::wake();
}

/// The pointer is elsewhere. A finger has only been lifted: the mark that it has touched goes on saying what it is.
pub(crate) fn pointer_leave(surface: Surface, event: &PointerEvent) {
    app::with(|app| match surface {
        Surface::Map => {
            if let Some(map) = &mut app.map {
                map.view.hover = None;
            }
            app.tell_hover(event);
        }
        Surface::Timeline => {
            if let Some(timeline) = &mut app.timeline {
                timeline.view.hover = None;
                if event.pointer_type() != "touch" {
                    timeline.view.mark = None;
                }
            }
        }
    });
    crate::waking::wake();
}

/// Do this whenever the wheel turns over a canvas. It zooms, so the page must not scroll; only a listener that is not passive may say so.
pub(crate) fn on_wheel(canvas: &HtmlCanvasElement, mut turned: impl FnMut(WheelEvent) + 'static) {
    let on_wheel = Closure::<dyn FnMut(WheelEvent)>::new(move |event: WheelEvent| {
        event.prevent_default();
        turned(event);
    });
    let options = AddEventListenerOptions::new();
    options.set_passive(false);
    let listener = on_wheel.as_ref().unchecked_ref();
    // Adding a listener to an element fails only for listeners that are no functions.
    let _ = canvas.add_event_listener_with_callback_and_add_event_listener_options("wheel", listener, &options);
    on_wheel.forget();
}

/// How much nearer the wheel brings what is shown, and around which place.
pub(crate) fn turned(event: &WheelEvent) -> (f64, Point) {
    // A tenth nearer for every notch of a common wheel.
    (engine::math::exp(-pixels(event, event.delta_y()) / 1000.0), place(event))
}

/// Lines and pages that a wheel turned as pixels.
fn pixels(event: &WheelEvent, turned: f64) -> f64 {
    (turned * [1.0, 16.0, 400.0][event.delta_mode().min(2) as usize]).clamp(-400.0, 400.0)
}

/// The wheel turned over a canvas.
fn wheel(surface: Surface, event: &WheelEvent) {
    let (factor, at) = turned(event);
    app::with(|app| match surface {
        Surface::Map => {
            if let Some(map) = &mut app.map {
                map.zoom(Some(at), factor);
            }
        }
        Surface::Timeline if event.shift_key() => app.pan_time(pixels(event, event.delta_y() + event.delta_x()) as f32),
        Surface::Timeline => {
            let about = app.timeline.as_ref().map(|timeline| timeline.view.time_from_x(at.x));
            app.pan_time(pixels(event, event.delta_x()) as f32);
            app.zoom_time(about, factor * factor);
        }
    });
    crate::waking::wake();
}

/// Where a pointer is on its canvas, in pixels as large as texts are to be.
pub(crate) fn place(event: &MouseEvent) -> Point {
    let pixels = |pixels: i32| (f64::from(pixels) / browser::magnification()) as f32;
    Point::new(pixels(event.offset_x()), pixels(event.offset_y()))
}

impl App {
    fn map_down(&mut self, event: &PointerEvent, at: Point) {
        let Some(map) = &mut self.map else { return };
        map.view.slack = if event.pointer_type() == "mouse" { 0.0 } else { FINGER };
        GESTURE.with_borrow_mut(|gesture| {
            if gesture.down.is_empty() {
                gesture.start = at;
                gesture.moved = false;
                gesture.lasso = event.shift_key() || self.state.tool.get_untracked() == Tool::Lasso;
            } else {
                // A second finger makes it a pinch.
                gesture.moved = true;
                gesture.lasso = false;
            }
            gesture.down.push((event.pointer_id(), at));
            map.view.lasso = if gesture.lasso { vec![at] } else { Vec::new() };
        });
    }

    fn map_move(&mut self, event: &PointerEvent, at: Point) {
        let Some(map) = &mut self.map else { return };
        let another = GESTURE.with_borrow_mut(|gesture| {
            let Some(index) = gesture.down.iter().position(|(id, _)| *id == event.pointer_id()) else {
                let hover = map.map().hit(&self.snapshot, self.transport.playhead, &map.view, at);
                return std::mem::replace(&mut map.view.hover, hover) != hover;
            };
            let before = gesture.down[index].1;
            gesture.moved |= at.distance(gesture.start) > CLICK;
            gesture.down[index].1 = at;
            match gesture.down.as_slice() {
                _ if gesture.lasso => map.view.lasso.push(at),
                [_] if gesture.moved => map.pan(at.x - before.x, at.y - before.y),
                [_, _] => pinch(map, before, at, gesture.down[1 - index].1),
                _ => {}
            }
            false
        });
        if another {
            self.tell_hover(event);
        }
    }

    /// Whoever rests on something on a map is told what it is and how it is, in the run that the map is of.
    fn tell_hover(&self, event: &PointerEvent) {
        let Some(canvas) = event.target().and_then(|target| target.dyn_into::<HtmlCanvasElement>().ok()) else {
            return;
        };
        let (stage, snapshot) = match &self.other.snapshot {
            Some(there) if canvas.id() == BESIDE => (&self.other.stage, &**there),
            _ => (&self.stage, &*self.snapshot),
        };
        let told = self.map.as_ref().and_then(|map| map.view.hover).zip(self.describe);
        let line = told.and_then(|(hover, describe)| describe(stage, snapshot, self.transport.playhead, hover));
        canvas.set_title(&line.map_or_else(String::new, |line| format!("{}: {}", line.name, line.state)));
    }

    fn map_up(&mut self, event: &PointerEvent, at: Point) -> Option<Command> {
        let map = self.map.as_mut()?;
        let (ended, moved, lasso) = GESTURE.with_borrow_mut(|gesture| {
            let before = gesture.down.len();
            gesture.down.retain(|(id, _)| *id != event.pointer_id());
            // A pointer that was not down here, or was given up, ends nothing.
            (before > 0 && gesture.down.is_empty(), gesture.moved, gesture.lasso)
        });
        if !ended {
            return None;
        }
        let corners = std::mem::take(&mut map.view.lasso);
        if lasso && moved {
            self.state.tool.set(Tool::Pan);
            let inside = map.map().enclosed(&corners);
            let cut = partition(&inside, self.stage.regions.len() as u16);
            if cut.is_none() {
                self.say(match inside.len() {
                    0 => "No region was inside: draw round those to cut off from the others.",
                    _ => "Every region was inside: leave out those to cut off from the others.",
                });
            }
            return cut;
        }
        if let Some(dataset) = map.map().dataset_at(at).filter(|_| !moved) {
            return Some(Command::Dataset(dataset));
        }
        let hit = map.map().hit(&self.snapshot, self.transport.playhead, &map.view, at);
        (!moved).then_some(Command::Select(hit))
    }

    /// Give up a lasso that is being drawn or was about to be; whether there was one.
    pub(crate) fn give_up_lasso(&mut self) -> bool {
        let drawing = GESTURE.with_borrow_mut(|gesture| {
            let drawing = gesture.lasso && !gesture.down.is_empty();
            if drawing {
                *gesture = Gesture::default();
            }
            drawing
        });
        if let Some(map) = &mut self.map {
            map.view.lasso.clear();
        }
        let chosen = self.state.tool.get_untracked() == Tool::Lasso;
        self.state.tool.set(Tool::Pan);
        drawing || chosen
    }

    /// A press on a mark goes to its very moment and opens what proves it; anywhere else begins to scrub.
    fn press_timeline(&mut self, at: Point) {
        let hit = self.timeline.as_mut().and_then(|timeline| {
            timeline.view.mark = view::timeline::hit(&self.marks, &timeline.view, at);
            timeline.view.mark
        });
        let Some(mark) = hit.and_then(|index| self.marks.get(index)) else { return self.scrub(at) };
        if let Some(verdict) = mark.verdict {
            self.show_verdict(verdict.dataset, verdict.property);
        }
        self.go(mark.at);
    }

    fn scrub(&mut self, at: Point) {
        if let Some(time) = self.timeline.as_ref().map(|timeline| timeline.view.time_from_x(at.x)) {
            self.go(time);
        }
    }

    fn hover_timeline(&mut self, at: Point) {
        if let Some(timeline) = &mut self.timeline {
            timeline.view.hover = Some(timeline.view.time_from_x(at.x));
            timeline.view.mark = view::timeline::hit(&self.marks, &timeline.view, at);
        }
    }

    /// Where a target is drawn now, CSS pixels from the corner of the map's canvas.
    pub(crate) fn place_of(&self, target: Target) -> Option<Point> {
        let at = self.map.as_ref()?.map().place(&self.snapshot, self.transport.playhead, target)?;
        let larger = browser::magnification() as f32;
        Some(Point::new(at.x * larger, at.y * larger))
    }
}

/// One finger went from `before` to `after` while another rested.
fn pinch(map: &mut MapPicture, before: Point, after: Point, other: Point) {
    let (old, new) = (before.distance(other), after.distance(other));
    let middle = after.towards(other, 0.5);
    map.pan((after.x - before.x) / 2.0, (after.y - before.y) / 2.0);
    if old > 1.0 && new > 1.0 {
        map.zoom(Some(middle), f64::from(new / old));
    }
}

/// Cut what a lasso encloses off from the rest; nothing if it encloses no region or all of them.
pub(crate) fn partition(inside: &[u16], regions: u16) -> Option<Command> {
    let outside: Vec<u16> = (0..regions).filter(|region| !inside.contains(region)).collect();
    if inside.is_empty() || outside.is_empty() {
        return None;
    }
    let partition = Partition { left: inside.to_vec(), right: outside, direction: Direction::Both, plane: Plane::All };
    Some(Command::Act(Action::Start(FaultKind::Partition(partition))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test;

    #[wasm_bindgen_test(unsupported = test)]
    fn a_lasso_round_some_regions_cuts_them_off_from_the_others() {
        let Some(Command::Act(Action::Start(FaultKind::Partition(cut)))) = partition(&[1], 3) else {
            panic!("a lasso round one region of three is a partition");
        };
        assert_eq!((cut.left, cut.right), (vec![1], vec![0, 2]));
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn a_lasso_round_none_or_all_cuts_nothing() {
        assert_eq!(partition(&[], 3), None);
        assert_eq!(partition(&[0, 1, 2], 3), None);
    }
}
