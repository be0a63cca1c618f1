//! The map's canvas and its tools. What a pointer means is decided elsewhere; what the canvas shows is also in the lists.

use super::context::{Panels, panels};
use super::later;
use super::parts::{Choose, live};
use crate::choices::Tool;
use crate::command::Command;
use crate::state::Opened;
use crate::surface::{self, Surface};
use crate::words;
use leptos::html;
use leptos::prelude::*;
use std::sync::Arc;

/// The map.
#[component]
pub(super) fn Map() -> impl IntoView {
    let canvas = NodeRef::<html::Canvas>::new();
    Effect::new(move || {
        if let Some(canvas) = canvas.get() {
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

/// Both runs side by side: what each is called, and the map of the other, which is looked at from where this one is.
#[component]
pub(super) fn Beside() -> impl IntoView {
    let Panels { state, emit } = panels();
    let names = Memo::new(move |_| {
        let (opened, beside) = state.opened.get().zip(state.beside.get().filter(|_| state.watching.get()))?;
        Some(state.branches.with(|branches| words::side_by_side(&opened, branches, state.branch.get(), &beside)))
    });
    let watched = Memo::new(move |_| names.with(Option::is_some));
    // The charts call the second by its letter.
    let name =
        move |which: usize| live(move || names.get().map(|both| format!("{}: {}", ["A", "B"][which], both[which])));
    live(move || {
        watched.get().then(|| {
            let canvas = NodeRef::<html::Canvas>::new();
            Effect::new(move || {
                if let Some(canvas) = canvas.get() {
                    surface::attach_beside(canvas);
                }
            });
            view! {
                <p class="which here">{name(0)}</p>
                <div class="map beside">
                    <canvas
                        node_ref=canvas
                        id=surface::BESIDE
                        role="img"
                        aria-label="The same map of the run beside. Its numbers stand in the scorecard."
                        on:pointerdown=|event| surface::pointer_down(Surface::Map, &event)
                        on:pointermove=|event| surface::pointer_move(Surface::Map, &event)
                        on:pointerup=|event| surface::pointer_up(Surface::Map, &event)
                        on:pointercancel=|_| surface::pointer_cancel(Surface::Map)
                        on:pointerleave=|event| surface::pointer_leave(Surface::Map, &event)
                    ></canvas>
                    <p class="which">{name(1)}</p>
                    <button type="button" class="close" on:click=move |_| emit(Command::Watch)>"One map"</button>
                </div>
            }
        })
    })
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
            <button type="button" id="to-space-time" title="Messages as lines from place to place over time (x)" on:click=move |_| emit(Command::SpaceTime)>
                "Space-time"
            </button>
            {live(move || {
                let on = state.presenting.get();
                let title = "Large type, the map and the timeline alone (f)";
                view! {
                    <button type="button" class="present" title=title aria-pressed=on.to_string() on:click=move |_| emit(Command::Present)>"Present"</button>
                }
            })}
            {live(move || state.beside.with(Option::is_some).then(|| view! {
                <button
                    type="button"
                    class="both"
                    title="This run and the one that the scorecard compares it with, on two maps (b)"
                    aria-pressed=move || state.watching.get().to_string()
                    on:click=move |_| emit(Command::Watch)
                >
                    "Side by side"
                </button>
            }))}
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
