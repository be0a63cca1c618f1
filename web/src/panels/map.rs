//! The map's canvas and its tools. What a pointer means is decided elsewhere; what the canvas shows is also in the lists.

use super::context::{Panels, panels};
use super::later;
use super::parts::{Choose, live};
use crate::choices::Tool;
use crate::command::Command;
use crate::state::Opened;
use crate::surface::{self, Surface};
use leptos::html;
use leptos::prelude::*;
use std::sync::Arc;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

/// The map.
#[component]
pub(super) fn Map() -> impl IntoView {
    let canvas = NodeRef::<html::Canvas>::new();
    Effect::new(move || {
        if let Some(canvas) = canvas.get() {
            listen_to_wheel(&canvas);
            surface::attach_map(canvas);
        }
    });
    let Panels { state, .. } = panels();
    view! {
        <div class="map" class:lasso=move || state.tool.get() == Tool::Lasso>
            <canvas
                node_ref=canvas
                id="map"
                tabindex="0"
                role="application"
                aria-label="Map of regions, links and users. The Lists tab holds everything on it. Arrow keys move the map, plus and minus zoom, 0 shows every region."
                on:pointerdown=|event| surface::pointer_down(Surface::Map, &event)
                on:pointermove=|event| surface::pointer_move(Surface::Map, &event)
                on:pointerup=|event| surface::pointer_up(Surface::Map, &event)
                on:pointercancel=|_| surface::pointer_cancel(Surface::Map)
                on:pointerleave=|event| surface::pointer_leave(Surface::Map, &event)
            ></canvas>
            <Tools/>
            <Legend/>
        </div>
    }
}

/// The wheel zooms, so the page must not scroll; only a listener that is not passive may say so.
fn listen_to_wheel(canvas: &web_sys::HtmlCanvasElement) {
    let on_wheel = Closure::<dyn FnMut(web_sys::WheelEvent)>::new(|event: web_sys::WheelEvent| {
        event.prevent_default();
        surface::wheel(&event);
    });
    let options = web_sys::AddEventListenerOptions::new();
    options.set_passive(false);
    let listener = on_wheel.as_ref().unchecked_ref();
    // Adding a listener to an element fails only for listeners that are no functions.
    let _ = canvas.add_event_listener_with_callback_and_add_event_listener_options("wheel", listener, &options);
    on_wheel.forget();
}

#[component]
fn Tools() -> impl IntoView {
    let Panels { state, emit } = panels();
    let lasso = move || state.tool.get() == Tool::Lasso;
    let datasets = Memo::new(move |_| {
        let titles = |opened: &Arc<Opened>| opened.config().datasets.iter().map(|set| set.title.clone()).collect();
        let titles: Vec<String> = state.opened.with(|opened| opened.as_ref().map_or_else(Vec::new, titles));
        titles.into_iter().enumerate().map(|(place, title)| (place.to_string(), title)).collect::<Vec<_>>()
    });
    let several = Memo::new(move |_| datasets.with(|datasets| datasets.len() > 1));
    let current = Memo::new(move |_| state.dataset.get().to_string());
    view! {
        <div class="tools" role="group" aria-label="Map">
            <button type="button" title="Zoom in" aria-label="Zoom in" on:click=move |_| emit(Command::Zoom(1.4))>"+"</button>
            <button type="button" title="Zoom out" aria-label="Zoom out" on:click=move |_| emit(Command::Zoom(1.0 / 1.4))>"−"</button>
            <button type="button" title="Show every region" on:click=move |_| emit(Command::Fit)>"Fit"</button>
            <button
                type="button"
                title="Draw round regions to cut them off from the others (or drag with Shift)"
                aria-pressed=move || lasso().to_string()
                on:click=move |_| emit(Command::Tool(if lasso() { Tool::Pan } else { Tool::Lasso }))
            >
                "Partition"
            </button>
            {live(move || {
                let on = state.presenting.get();
                let title = "Large type, the map and the timeline alone (f)";
                view! {
                    <button type="button" class="present" title=title aria-pressed=on.to_string() on:click=move |_| emit(Command::Present)>"Present"</button>
                }
            })}
            {live(move || several.get().then(|| view! {
                <label>
                    <span class="unseen">"Whose leader and followers the map shows"</span>
                    <Choose name="data" options=datasets current=current choose=|place| Some(Command::Dataset(place.parse().ok()?))/>
                </label>
            }))}
        </div>
    }
}

/// What the signs mean; that comes later.
#[component]
fn Legend() -> impl IntoView {
    view! {
        <details class="legend">
            <summary>"Legend"</summary>
            <div class="legend-rows" tabindex="0" role="group" aria-label="Signs of the map">{later::panel(|later| later.signs)}</div>
        </details>
    }
}
