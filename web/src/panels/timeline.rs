//! The timeline: one axis for marks and charts. Dragging scrubs; the arrow keys step.

use super::branches::Branches;
use super::context::{Layout, Panels, panels};
use super::makers::Later;
use super::outcome::Outcome;
use super::parts::{Ask, live, region_title};
use super::room::Divider;
use crate::command::Command;
use crate::surface::{self, Surface};
use crate::words;
use leptos::html;
use leptos::prelude::*;
use view::Target;

/// The timeline with the list of branches above it.
#[component]
pub(super) fn Timeline() -> impl IntoView {
    let Panels { state, emit } = panels();
    let layout = expect_context::<Layout>();
    let canvas = NodeRef::<html::Canvas>::new();
    Effect::new(move || {
        if let (Some(canvas), Later::Here(makers)) = (canvas.get(), layout.later.get()) {
            surface::attach_timeline(canvas, makers.charts, makers.describe);
        }
    });
    let height = layout.room.time;
    let until =
        move || state.opened.with(|opened| opened.as_ref().map_or(0.0, |opened| opened.config().until.as_secs_f64()));
    view! {
        <section class="time" aria-label="Timeline">
            <Divider time=height/>
            <div class="time-head">
                <Outcome/>
                <Course/>
                <ChartsOf/>
                <Branches/>
            </div>
            <Notices/>
            <Readings class="readings"/>
            {live(move || match layout.later.get() {
                Later::Here(_) => None,
                Later::Failed => Some("The charts could not be loaded. Any panel beside the map lets you try again."),
                Later::Unasked | Later::Loading => Some("Loading the charts."),
            }.map(|text| view! { <p class="soft loading" role="status">{text}</p> }))}
            <div class="charts"><canvas
                node_ref=canvas
                id="timeline"
                tabindex="0"
                role="slider"
                aria-label="Playhead"
                aria-orientation="horizontal"
                aria-valuemin="0"
                aria-valuemax=move || format!("{:.3}", until())
                aria-valuenow=move || format!("{:.3}", state.playhead.get().as_secs_f64())
                aria-valuetext=move || words::time(state.playhead.get())
                on:pointerdown=|event| surface::pointer_down(Surface::Timeline, &event)
                on:pointermove=|event| surface::pointer_move(Surface::Timeline, &event)
                on:pointerup=|event| surface::pointer_up(Surface::Timeline, &event)
                on:pointercancel=|_| surface::pointer_cancel(Surface::Timeline)
                on:pointerleave=|event| surface::pointer_leave(Surface::Timeline, &event)
                on:keydown=move |event| {
                    if event.ctrl_key() || event.meta_key() || event.alt_key() {
                        return;
                    }
                    let command = match event.key().as_str() {
                        "ArrowRight" => Command::Step(if event.shift_key() { 5.0 } else { 1.0 }),
                        "ArrowLeft" => Command::Step(if event.shift_key() { -5.0 } else { -1.0 }),
                        "PageUp" => Command::Step(10.0),
                        "PageDown" => Command::Step(-10.0),
                        "Home" => Command::Seek(engine::Time::ZERO),
                        "End" => Command::Seek(engine::Time::MAX),
                        "+" | "=" => Command::ZoomTime(2.0),
                        "-" => Command::ZoomTime(0.5),
                        "0" => Command::ZoomTime(0.0),
                        _ => return,
                    };
                    event.prevent_default();
                    emit(command);
                }
            ></canvas>
                <div class="time-zoom" role="group" aria-label="How much of the run the timeline shows">
                    <button type="button" title="A shorter part of the run (the wheel, or + on the timeline)" aria-label="Zoom in on the timeline" on:click=move |_| emit(Command::ZoomTime(2.0))>"+"</button>
                    <button type="button" title="A longer part of the run" aria-label="Zoom out on the timeline" on:click=move |_| emit(Command::ZoomTime(0.5))>"−"</button>
                    <button type="button" title="The whole run (0 on the timeline)" on:click=move |_| emit(Command::ZoomTime(0.0))>"All"</button>
                </div>
            </div>
        </section>
    }
}

/// Of whom the charts are, if not of all, and the way back to all of them.
#[component]
pub(super) fn ChartsOf() -> impl IntoView {
    let Panels { state, .. } = panels();
    let of = move || {
        let opened = state.opened.get()?;
        let whose = match state.selection.get()? {
            Target::Region(region) => region_title(state, region),
            Target::Users(users) => opened.config().populations.get(usize::from(users))?.title.clone(),
            Target::Link(..) | Target::Packet(_) => return None,
        };
        Some(format!("Charts: {whose}"))
    };
    live(move || {
        of().map(|of| view! {
            <p class="charts-of" id="charts-of">
                <span class="soft">{of}</span>
                <Ask command=Command::Select(None) label="Show all" hint="Let go of what is picked: the charts are of all again" class="quiet"/>
            </p>
        })
    })
}

/// What the person should know: damaged links, failures, confirmations. It lies below the head of the timeline, so that it
/// hides nothing of the map, and the caption and the results above it can be read.
#[component]
fn Notices() -> impl IntoView {
    let Panels { state, emit } = panels();
    view! {
        <div class="notices" role="status" aria-live="polite">
            {live(move || {
                state.notice.get().map(|notice| {
                    let offer = notice.offer.map(|(label, command)| {
                        let take = move |_| {
                            emit(Command::Dismiss);
                            emit(command.clone());
                        };
                        view! { <button type="button" class="quiet" on:click=take>{label}</button> }
                    });
                    view! {
                        <p class="notice" class:bad=notice.bad>
                            <span>{notice.text}</span>
                            {offer}
                            <button type="button" class="quiet" on:click=move |_| emit(Command::Dismiss)>"Close"</button>
                        </p>
                    }
                })
            })}
        </div>
    }
}

/// Digits of the digest that are shown.
const DIGITS: usize = 8;

/// How far the run has come, in words.
#[component]
fn Course() -> impl IntoView {
    let Panels { state, emit } = panels();
    let text = move || {
        let course = state.course.get();
        let events = words::count(course.events);
        match course.digest {
            // Its beginning is enough to tell branches apart; the whole is told to whoever points at it.
            Some(digest) => (format!("Digest {}", digest.get(..DIGITS).unwrap_or(&digest)), events),
            None if course.held => (format!("Stopped at {}", words::short_time(course.computed)), events),
            None => (format!("Computed to {}", words::short_time(course.computed)), events),
        }
    };
    // A narrow screen has no room for both.
    let text = move || {
        let (how_far, events) = text();
        view! { {how_far}<span class="more">{format!(", {events} events")}</span> }
    };
    let whole =
        move || state.course.with(|course| course.digest.as_ref().map(|digest| format!("Complete, digest {digest}")));
    let held = Memo::new(move |_| state.course.with(|course| (!course.finished).then_some(course.held)));
    let hold = move || {
        held.get().map(|held| {
            let (label, title) = match held {
                true => ("Compute on", "Go on computing the rest of the run"),
                false => ("Stop computing", "Stop computing the rest of the run; what is computed stays"),
            };
            view! { <button class="jump" title=title on:click=move |_| emit(Command::Compute(held))>{label}</button> }
        })
    };
    view! { <p class="course soft"><span id="course" title=whole>{text}</span>" "{hold}</p> }
}

/// The charts in numbers, under the pointer or else at the playhead.
#[component]
pub(super) fn Readings(
    /// Beside each other above the charts, or below each other in a list.
    class: &'static str,
) -> impl IntoView {
    let Panels { state, .. } = panels();
    let rows = move || {
        let readings = state.readings.get().into_iter();
        readings
            .map(|reading| view! { <div class="fact"><dt>{reading.label}</dt><dd>{reading.value}</dd></div> })
            .collect::<Vec<_>>()
    };
    view! { <dl class=class aria-label="Charts in numbers">{rows}</dl> }
}
