//! How the room of the page is divided: which sides are folded away, and how high the timeline is. Kept for the next visit.

use crate::browser;
use leptos::ev::{KeyboardEvent, PointerEvent};
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// How far an arrow key moves the divider, CSS pixels.
const STEP: f64 = 16.0;

/// As little as the style sheet gives, CSS pixels.
const LEAST: f64 = 144.0;

/// How the room is divided.
#[derive(Clone, Copy)]
pub(super) struct Room {
    /// Whether the panels on the left are folded away, and those on the right.
    pub(super) left: RwSignal<bool>,
    pub(super) right: RwSignal<bool>,
    /// The height of the timeline, CSS pixels, if somebody has chosen it.
    pub(super) time: RwSignal<Option<f64>>,
}

impl Room {
    /// As at the last visit; at the first one there is room for the map, and details come with what is picked.
    pub(super) fn remembered() -> Room {
        let kept = browser::remembered_room().unwrap_or_default();
        let mut kept = kept.split(' ');
        let left = kept.next() == Some("folded");
        let right = kept.next() != Some("open");
        let time = kept.next().and_then(|pixels| pixels.parse().ok());
        Room { left: RwSignal::new(left), right: RwSignal::new(right), time: RwSignal::new(time) }
    }

    /// Keep it for the next visit whenever it changes.
    pub(super) fn keep(self) {
        let word = |folded| if folded { "folded" } else { "open" };
        Effect::new(move |before: Option<()>| {
            let time = self.time.get().map_or_else(String::new, |pixels| pixels.to_string());
            let room = format!("{} {} {time}", word(self.left.get()), word(self.right.get()));
            if before.is_some() {
                browser::remember_room(&room);
            }
        });
    }

    /// The height of the timeline for the style sheet, which knows what is usual and what is possible.
    pub(super) fn style(self) -> String {
        self.time.get().map_or_else(String::new, |pixels| format!("--time: {pixels}px"))
    }
}

fn inner_height() -> f64 {
    window().inner_height().ok().and_then(|height| height.as_f64()).unwrap_or(0.0)
}

/// As much as the style sheet gives at most.
fn most() -> f64 {
    (0.7 * inner_height()).max(LEAST)
}

/// What the height of the timeline is changed with: it is dragged, or moved with the arrow keys; twice pressed it is as usual again.
#[component]
pub(super) fn Divider(time: RwSignal<Option<f64>>) -> impl IntoView {
    let height = || {
        let time = document().query_selector(".time").ok().flatten();
        time.and_then(|time| time.dyn_into::<web_sys::HtmlElement>().ok())
            .map_or(0.0, |time| f64::from(time.offset_height()))
    };
    let change = move |pixels: f64| time.set(Some(pixels.clamp(LEAST, most())));
    let on_key = move |event: KeyboardEvent| {
        let step = match event.key().as_str() {
            "ArrowUp" => STEP,
            "ArrowDown" => -STEP,
            "Home" => 0.0,
            _ => return,
        };
        event.prevent_default();
        event.stop_propagation();
        if step == 0.0 {
            time.set(None);
        } else {
            change(height() + step);
        }
    };
    let on_down = |event: PointerEvent| {
        let divider = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        // A pointer that has just gone down can be captured.
        let _ = divider.map(|divider| divider.set_pointer_capture(event.pointer_id()));
    };
    let on_move = move |event: PointerEvent| {
        if event.buttons() & 1 == 1 {
            change(inner_height() - f64::from(event.client_y()));
        }
    };
    view! {
        <div
            class="divider"
            role="separator"
            tabindex="0"
            aria-orientation="horizontal"
            aria-label="Height of the timeline"
            aria-valuemin=LEAST
            aria-valuemax=move || most().round()
            aria-valuenow=move || time.get().unwrap_or_else(height).round()
            aria-valuetext=move || time.get().map_or_else(|| "as usual".to_owned(), |pixels| format!("{} pixels", pixels.round()))
            title="Drag to give the timeline more room or less; press twice, or Home, for as much as usual"
            on:pointerdown=on_down
            on:pointermove=on_move
            on:dblclick=move |_| time.set(None)
            on:keydown=on_key
        ></div>
    }
}
