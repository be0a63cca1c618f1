//! Everything on the canvas, as lists: regions, links, users, messages, marks. Each row can be picked or jumped to.

use super::inspector::{channel_title, condition, link_condition, place_title, region_title};
use super::parts::{Ask, Jump};
use super::verdicts::Why;
use super::{Panels, panels};
use crate::command::Command;
use crate::state::State;
use crate::surface::partition;
use crate::words;
use crate::worker::protocol::Subject;
use leptos::prelude::*;
use protocol::Role;
use sim::{Lane, Snapshot};
use view::Target;

/// Messages that are listed; the rest is counted.
const MESSAGES_SHOWN: usize = 40;

/// All lists.
#[component]
pub(super) fn Lists() -> impl IntoView {
    view! {
        <RegionList/>
        <PartitionList/>
        <LinkList/>
        <UserList/>
        <MarkList/>
        <MessageList/>
    }
}

fn pick(target: Target, label: String) -> impl IntoView {
    view! { <Ask command=Command::Select(Some(target)) label class="jump"/> }
}

/// The regions at the playhead.
#[component]
fn RegionList() -> impl IntoView {
    let Panels { state, .. } = panels();
    let rows = move || {
        let snapshot = state.snapshot.get();
        let regions = (0..).zip(&snapshot.regions);
        regions
            .map(|(index, region)| {
                view! {
                    <tr>
                        <th scope="row">{pick(Target::Region(index), region_title(state, index))}</th>
                        <td>{roles(&snapshot, index)}</td>
                        <td>{condition(region)}</td>
                        <td class="number">{words::share(f64::from(region.utilisation))}</td>
                    </tr>
                }
            })
            .collect::<Vec<_>>()
    };
    view! {
        <h2>"Regions"</h2>
        <table id="regions">
            <thead><tr><th scope="col">"Region"</th><th scope="col">"Role"</th><th scope="col">"State"</th><th scope="col" class="number">"Load"</th></tr></thead>
            <tbody>{rows}</tbody>
        </table>
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

fn roles(snapshot: &Snapshot, region: u16) -> String {
    let replicas = snapshot.datasets.iter().flat_map(|dataset| &dataset.replicas).filter(|(place, _)| *place == region);
    let roles = replicas.map(|(_, replica)| match replica.as_ref().map(|replica| replica.role) {
        Some(Role::Leader) => "leader",
        Some(Role::Follower) => "follower",
        Some(Role::Waiting) => "waiting",
        None => "down",
    });
    roles.collect::<Vec<_>>().join(", ")
}

/// The links at the playhead, one row a pair.
#[component]
fn LinkList() -> impl IntoView {
    let Panels { state, .. } = panels();
    let rows = move || {
        let snapshot = state.snapshot.get();
        let there = snapshot.links.iter().filter(|link| link.from < link.to);
        there
            .map(|link| {
                let back = snapshot.links.iter().find(|back| (back.from, back.to) == (link.to, link.from));
                let title = format!("{} – {}", region_title(state, link.from), region_title(state, link.to));
                let back_condition = back.map_or("", link_condition);
                let text = match link_condition(link) {
                    same if same == back_condition => same.to_owned(),
                    there => format!("there {there}, back {back_condition}"),
                };
                let round_trip = back.map_or(link.one_way, |back| link.one_way + back.one_way);
                view! {
                    <tr>
                        <th scope="row">{pick(Target::Link(link.from, link.to), title)}</th>
                        <td>{text}</td>
                        <td class="number">{words::span(round_trip)}</td>
                    </tr>
                }
            })
            .collect::<Vec<_>>()
    };
    view! {
        <h2>"Links"</h2>
        <table id="links">
            <thead><tr><th scope="col">"Link"</th><th scope="col">"State"</th><th scope="col" class="number">"Round trip"</th></tr></thead>
            <tbody>{rows}</tbody>
        </table>
    }
}

#[component]
fn UserList() -> impl IntoView {
    let Panels { state, .. } = panels();
    let rows = move || {
        let snapshot = state.snapshot.get();
        let users = (0..).zip(&snapshot.populations);
        users
            .map(|(index, users)| {
                let title = place_title(state, sim::trace::Place::Users(index));
                let good = users.fresh + users.slow;
                let bad = users.refused + users.timed_out;
                view! {
                    <tr>
                        <th scope="row">{pick(Target::Users(index), title)}</th>
                        <td class="number">{good}</td>
                        <td class="number">{users.stale}</td>
                        <td class="number">{bad}</td>
                    </tr>
                }
            })
            .collect::<Vec<_>>()
    };
    view! {
        <h2>"Users, last five seconds"</h2>
        <table>
            <thead>
                <tr>
                    <th scope="col">"Users"</th>
                    <th scope="col" class="number">"Served"</th>
                    <th scope="col" class="number">"Stale"</th>
                    <th scope="col" class="number">"Failed"</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
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
                let lane = match mark.lane {
                    Lane::Fault => "fault",
                    Lane::Decision => "decision",
                    Lane::Verdict => "verdict",
                };
                let why = (mark.event > 0).then(|| view! { <Why subject=Subject::Event(mark.event) at=mark.at/> });
                view! {
                    <tr>
                        <td><Jump at=mark.at/></td>
                        <td class="soft">{lane}</td>
                        <td>{mark.title.clone()}{why}</td>
                    </tr>
                }
            })
            .collect::<Vec<_>>()
    };
    view! {
        <h2>"Notable moments"</h2>
        <table id="marks">
            <thead><tr><th scope="col">"At"</th><th scope="col">"Kind"</th><th scope="col">"What"</th></tr></thead>
            <tbody>{rows}</tbody>
        </table>
    }
}

/// Messages under way. The list would change many times a second, so it shows while the playhead rests.
#[component]
fn MessageList() -> impl IntoView {
    let Panels { state, .. } = panels();
    let rows = move || {
        if state.playing.get() {
            return view! { <p class="soft">"Pause to list the messages under way."</p> }.into_any();
        }
        let snapshot = state.snapshot.get();
        let all = snapshot.packets.len() + snapshot.packets_left_out as usize;
        let rows: Vec<_> = snapshot.packets.iter().take(MESSAGES_SHOWN).map(|packet| message(state, packet)).collect();
        let more = all.saturating_sub(rows.len());
        view! {
            <table>
                <thead><tr><th scope="col">"Message"</th><th scope="col">"For"</th><th scope="col">"From, to"</th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
            {(more > 0).then(|| view! { <p class="soft">"and " {words::count(more as u64)} " more"</p> })}
        }
        .into_any()
    };
    view! { <h2>"Messages under way"</h2>{rows} }
}

fn message(state: State, packet: &sim::PacketState) -> impl IntoView + use<> {
    let ends = format!("{} to {}", place_title(state, packet.from), place_title(state, packet.to));
    view! {
        <tr>
            <th scope="row">{pick(Target::Packet(packet.packet), packet.packet.to_string())}</th>
            <td>{channel_title(packet.channel)}</td>
            <td>{ends}</td>
        </tr>
    }
}
