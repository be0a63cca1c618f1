//! Everything on the canvas in words: regions, links, users, messages, marks. Each row can be picked or jumped to.

use super::circuits::Circuits;
use super::context::{Panels, panels};
use super::parts::{Jump, live, region_title, row_id};
use super::timeline::Readings;
use super::verdicts::Why;
use crate::command::Command;
use crate::state::State;
use crate::surface::partition;
use crate::words;
use leptos::prelude::*;
use session::questions::causes::Subject;
use sim::Lane;
use view::describe::{Description, Line, describe};

/// Messages that are listed at first, and more each time one asks for more.
const MESSAGES_AT_ONCE: usize = 40;

/// All lists.
#[component]
pub(super) fn Lists() -> impl IntoView {
    let Panels { state, .. } = panels();
    let messages = RwSignal::new(MESSAGES_AT_ONCE);
    let said = Memo::new(move |_| said(state, messages.get()));
    view! {
        <p class="soft">{live(move || said.with(|said| said.summary.clone()))}</p>
        <h2>"Regions"</h2>
        <ul class="things" id="regions">{live(move || rows(said, |said| &said.regions))}</ul>
        <PartitionList/>
        <h2>"Links"</h2>
        <ul class="things" id="links">{live(move || rows(said, |said| &said.links))}</ul>
        <h2>"Users"</h2>
        <ul class="things" id="users">{live(move || rows(said, |said| &said.users))}</ul>
        <Circuits/>
        <h2>"Charts in numbers"</h2>
        <Readings class="facts"/>
        <MarkList/>
        <MessageList said messages/>
    }
}

/// The map in words; nothing of it before a scenario is open.
fn said(state: State, messages: usize) -> Description {
    let Some(opened) = state.opened.get() else { return Description::default() };
    let snapshot = state.snapshot.get();
    describe(&opened.stage, &snapshot, snapshot.at, messages)
}

fn rows(said: Memo<Description>, lines: fn(&Description) -> &Vec<Line>) -> Vec<impl IntoView + use<>> {
    said.with(|said| lines(said).iter().cloned().map(row).collect())
}

/// A thing on the map: its name, which picks it, and its state.
fn row(line: Line) -> impl IntoView + use<> {
    let Panels { emit, .. } = panels();
    let target = line.target;
    view! {
        <li>
            <button type="button" class="jump" id=row_id(target) on:click=move |_| emit(Command::Select(Some(target)))>
                {line.name}
            </button>
            <span class="soft">{line.state}</span>
        </li>
    }
}

/// What the lasso does, for those who draw no lassos.
#[component]
fn PartitionList() -> impl IntoView {
    let Panels { state, emit } = panels();
    let inside = RwSignal::new(Vec::<u16>::new());
    let count = Memo::new(move |_| {
        state.opened.with(|opened| opened.as_ref().map_or(0, |opened| opened.config().regions.len() as u16))
    });
    let boxes = move || {
        inside.set(Vec::new());
        (0..count.get())
            .map(|region| {
                let toggle = move |_| {
                    inside.update(|inside| match inside.iter().position(|other| *other == region) {
                        Some(place) => drop(inside.remove(place)),
                        None => inside.push(region),
                    });
                };
                view! {
                    <label class="choice">
                        <input type="checkbox" on:change=toggle/>
                        <span>{region_title(state, region)}</span>
                    </label>
                }
            })
            .collect::<Vec<_>>()
    };
    let command = move || inside.with(|inside| partition(inside, count.get()));
    let cut = move |_| {
        if let Some(command) = command() {
            emit(command);
        }
    };
    view! {
        <details>
            <summary>"Partition"</summary>
            <p class="soft">"Cut the chosen regions off from the others."</p>
            {boxes}
            <button type="button" class="danger" disabled=move || command().is_none() on:click=cut>"Cut them off"</button>
        </details>
    }
}

/// The marks of the timeline.
#[component]
fn MarkList() -> impl IntoView {
    let Panels { state, .. } = panels();
    let rows = move || {
        let marks = state.marks.get();
        marks
            .iter()
            .map(|mark| {
                let lane = view::timeline::lane_title(mark.lane);
                // What leads to a fault is a plan or a hand, which its words have said.
                let why = (mark.event > 0 && mark.lane != Lane::Fault)
                    .then(|| view! { <Why subject=Subject::Event(mark.event) at=mark.at of=mark.words()/> });
                view! {
                    <li>
                        <span><Jump at=mark.at/>" "<span class="soft">{lane}</span></span>
                        <span>{mark.words()}</span>
                        {why}
                    </li>
                }
            })
            .collect::<Vec<_>>()
    };
    view! {
        <h2>"Notable moments"</h2>
        <ul class="things" id="marks">{rows}</ul>
    }
}

/// Messages under way. The list would change many times a second, so it shows while the playhead rests.
#[component]
fn MessageList(said: Memo<Description>, messages: RwSignal<usize>) -> impl IntoView {
    let Panels { state, .. } = panels();
    let more = move || said.with(|said| said.packets_in_all.saturating_sub(said.packets.len() as u64));
    let list = move || {
        if state.playing.get() {
            return view! { <p class="soft">"Pause to list the messages under way."</p> }.into_any();
        }
        view! {
            <ul class="things" id="messages">{rows(said, |said| &said.packets)}</ul>
            {(more() > 0).then(|| view! {
                <button type="button" class="quiet" on:click=move |_| messages.update(|shown| *shown += MESSAGES_AT_ONCE)>
                    {format!("Show more of the other {}", words::count(more()))}
                </button>
            })}
        }
        .into_any()
    };
    view! { <h2>"Messages under way"</h2>{list} }
}
