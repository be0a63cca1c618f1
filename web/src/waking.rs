//! When frames come: whoever has something to show wakes them, and knows nothing of what they do.

use crate::browser;
use engine::Time;
use std::cell::Cell;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

thread_local! {
    static SCHEDULED: Cell<bool> = const { Cell::new(false) };
    static FRAME: Cell<fn(f64) -> bool> = const { Cell::new(|_| false) };
    static LOADED_AT: Cell<f64> = const { Cell::new(0.0) };
}

/// The module has loaded and begins to work.
pub(crate) fn loaded() {
    LOADED_AT.set(browser::now());
}

/// When it did, milliseconds since the page was opened.
pub(crate) fn loaded_at() -> f64 {
    LOADED_AT.get()
}

/// This is what a frame is: given the time, milliseconds, it says whether another should follow by itself.
pub(crate) fn on_frame(frame: fn(f64) -> bool) {
    FRAME.set(frame);
}

/// Where frames stand.
#[derive(Default)]
pub(crate) struct Frames {
    pub(crate) last: Option<f64>,
    pub(crate) told_at: f64,
    pub(crate) address_at: f64,
    /// For which playhead the address was written last, and whether it was known then what comes out there.
    pub(crate) address: Option<(Time, bool)>,
    /// When the first frame with a state in it was painted, milliseconds since the page was opened.
    pub(crate) first_useful: Option<f64>,
}

/// There is something to show: make sure that a frame comes.
pub(crate) fn wake() {
    if SCHEDULED.replace(true) {
        return;
    }
    let Some(window) = browser::window() else { return };
    let frame = Closure::once_into_js(|now: f64| {
        SCHEDULED.set(false);
        if FRAME.get()(now) {
            wake();
        }
    });
    // A window always takes a function.
    let _ = window.request_animation_frame(frame.unchecked_ref());
}
