//! Acknowledged writes that nobody can serve: how many, where they are, and one by one where that says more.

use super::context::{Panels, panels};
use super::parts::{Jump, live, thrown_away};
use super::verdicts::Why;
use crate::state::Opened;
use crate::words;
use engine::FlatMap;
use leptos::prelude::*;
use session::questions::causes::Subject;
use sim::{LostRange, LostUpdate, LostWrite, WriteState};

/// Rows that are listed; the rest is counted.
const SHOWN: usize = 200;

/// The RPO, write by write; those that every replica had held are many, and stand in one row for whose they are.
#[component]
pub(super) fn Lost() -> impl IntoView {
    let Panels { state, .. } = panels();
    live(move || {
        let report = state.report.get();
        let opened = state.opened.get()?;
        let losses = report.losses();
        let text = match losses.values().sum() {
            0 if thrown_away(state).is_some() => "No other acknowledged write was lost: each can be served.".to_owned(),
            0 => "No acknowledged write was lost: each can be served.".to_owned(),
            1 => "1 acknowledged write was lost.".to_owned(),
            count => format!("{} acknowledged writes were lost.", words::count(count)),
        };
        Some(view! {
            <h2 id="lost-writes-list" tabindex="-1">"Lost writes (RPO)"</h2>
            {thrown_away(state).map(|count| view! {
                <p id="thrown-away">
                    {words::counted(count, "acknowledged write was", "acknowledged writes were")}
                    " thrown away: of two changes one is shown, mostly that of the later stamp, whether or not it knew the other."
                </p>
                {updates(&opened, &report.thrown_away)}
            })}
            <p id="lost-count">{text}</p>
            {meanings(&losses).into_iter().map(|words| view! { <p class="soft">{words}</p> }).collect::<Vec<_>>()}
            {(!losses.is_empty()).then(|| table(&opened, &report.lost, &report.lost_ranges))}
        })
    })
}

/// Writes that were thrown away: whose, for whose, and where.
fn updates(opened: &Opened, thrown_away: &[LostUpdate]) -> impl IntoView + use<> {
    let row = |update: &LostUpdate| {
        let words = update.words(opened.config());
        let of = words.clone();
        view! { <li>{words}". "<Jump at=update.lost/><Why subject=Subject::Event(update.event) at=update.lost of/></li> }
    };
    let rows: Vec<_> = thrown_away.iter().map(row).collect();
    let first = format!("The first {}", words::count(rows.len() as u64));
    view! { <details><summary>{first}</summary><ul class="things" id="updates">{rows}</ul></details> }
}

/// What it means to be where the lost writes are, a sentence for each state that occurs.
fn meanings(losses: &FlatMap<WriteState, u64>) -> Vec<String> {
    let said = losses.iter().filter_map(|(state, writes)| {
        let meaning = match state {
            WriteState::Served => return None,
            WriteState::Orphaned => "on logs that nobody follows; nobody gets them again unless such a log leads.",
            WriteState::Dark => "on disks without power; they are back when the power is, if that log still counts.",
            WriteState::Gone => "on no disk any more.",
        };
        Some(format!("{} {}: {meaning}", words::count(*writes), state.name()))
    });
    said.collect()
}

fn table(opened: &Opened, lost: &[LostWrite], ranges: &[LostRange]) -> impl IntoView + use<> {
    let ranges_shown = ranges.len().min(SHOWN);
    let lost_shown = lost.len().min(SHOWN - ranges_shown);
    let together: Vec<_> = ranges[..ranges_shown].iter().map(|range| range_row(opened, range)).collect();
    let singly: Vec<_> = lost[..lost_shown].iter().map(|write| write_row(opened, write)).collect();
    let not_shown = ranges[ranges_shown..].iter().map(|range| u64::from(range.writes)).sum::<u64>();
    let more = not_shown + (lost.len() - lost_shown) as u64;
    view! {
        <div class="scroll">
            <table id="lost">
                <thead><tr><th scope="col">"Acknowledged"</th><th scope="col">"Key"</th><th scope="col">"By"</th><th scope="col">"Lost"</th></tr></thead>
                <tbody>{together}{singly}</tbody>
            </table>
        </div>
        {(more > 0).then(|| view! { <p class="soft">"and " {words::count(more)} " more"</p> })}
    }
}

fn write_row(opened: &Opened, write: &LostWrite) -> impl IntoView + use<> {
    let acknowledged = sim::region_name(opened.config(), write.region);
    view! {
        <tr title=format!("acknowledged by {acknowledged}, {}", place(opened, write.state, &write.holders))>
            <td><Jump at=write.acknowledged/></td>
            <td class="number">{write.key}</td>
            <td>{users(opened, write.population)}</td>
            <td><Jump at=write.lost/><span class="soft">{write.state.name()}</span></td>
        </tr>
    }
}

/// Writes that every replica had held: from when to when, and how many.
fn range_row(opened: &Opened, range: &LostRange) -> impl IntoView + use<> {
    view! {
        <tr title=format!("held by every replica once, {}", place(opened, range.state, &range.holders))>
            <td><Jump at=range.first/>{(range.writes > 1).then(|| view! { " to "<Jump at=range.last/> })}</td>
            <td class="number">{words::counted(range.writes.into(), "write", "writes")}<span class="soft">"once on every replica"</span></td>
            <td>{users(opened, range.population)}</td>
            <td><Jump at=range.lost/><span class="soft">{range.state.name()}</span></td>
        </tr>
    }
}

fn users(opened: &Opened, population: u16) -> String {
    let users = opened.config().populations.get(usize::from(population));
    users.map_or_else(String::new, |users| users.title.clone())
}

/// Where a write is, as the end of a sentence.
fn place(opened: &Opened, state: WriteState, holders: &[u16]) -> String {
    let holders: Vec<String> = holders.iter().map(|at| sim::region_name(opened.config(), *at).to_owned()).collect();
    state.words(&holders)
}
