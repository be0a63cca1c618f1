//! Circuit breakers: which of them stood open when the second of the playhead began, and what they had held back; or that clients have none.

use super::context::{Panels, panels};
use super::parts::{Jump, live, region_title};
use crate::command::Command;
use crate::state::State;
use crate::words;
use engine::Time;
use leptos::prelude::*;
use session::questions::circuits::{CircuitLine, Circuits as Question};

/// Whether any clients have breakers, and how the circuits that ever opened stand, once that is known. What is asked changes once a
/// simulated second.
fn circuits(
    state: State,
    emit: fn(Command),
) -> (Memo<bool>, impl Fn() -> Option<Vec<CircuitLine>> + Copy + Send + Sync) {
    let guarded = Memo::new(move |_| {
        state.opened.with(|opened| {
            opened
                .as_ref()
                .is_some_and(|opened| opened.config().populations.iter().any(|users| users.defences.breaker.is_some()))
        })
    });
    let question = Memo::new(move |_| {
        let until = Time::from_secs(state.playhead.get().whole_seconds());
        guarded.get().then_some(Question { until })
    });
    Effect::new(move || {
        // Another branch answers otherwise.
        state.branches.track();
        if let Some(question) = question.get() {
            emit(Command::Ask(question.into()));
        }
    });
    (guarded, move || state.answer::<Question>().map(|(_, lines)| lines))
}

/// What the clients of one population have held back so far, and how often their circuits opened.
#[component]
pub(super) fn CircuitsOf(users: u16) -> impl IntoView {
    let Panels { state, emit } = panels();
    let (_, lines) = circuits(state, emit);
    let row = move |line: CircuitLine| {
        let name = format!("To {} so far", region_title(state, line.region));
        view! { <div class="fact"><dt>{name}</dt><dd>{counts(&line)}</dd></div> }
    };
    live(move || {
        let of = lines()?.into_iter().filter(|line| line.population == users);
        Some(view! { <dl id="circuit-counts">{of.map(row).collect::<Vec<_>>()}</dl> })
    })
}

/// How often it opened, and what it held back.
fn counts(line: &CircuitLine) -> String {
    let times = if line.openings == 1 { "once".to_owned() } else { format!("{} times", line.openings) };
    format!("opened {times}, held back {} attempts", words::count(line.held_back))
}

/// The circuits that ever opened.
#[component]
pub(super) fn Circuits() -> impl IntoView {
    let Panels { state, emit } = panels();
    let (guarded, lines) = circuits(state, emit);
    let rows = move || {
        let lines = lines()?;
        let none = lines.is_empty().then(|| view! { <p class="soft">"No circuit has opened so far."</p> });
        Some(
            view! { {none}<ul class="things" id="circuits">{lines.into_iter().map(|line| row(state, line)).collect::<Vec<_>>()}</ul> },
        )
    };
    let none = move || {
        (!guarded.get())
            .then(|| view! { <p class="soft" id="no-circuits">"The clients have no circuit breakers here."</p> })
    };
    view! { <h2>"Circuit breakers"</h2>{none}{live(move || guarded.get().then_some(rows))} }
}

fn row(state: State, line: CircuitLine) -> impl IntoView + use<> {
    let users = state.opened.with(|opened| {
        let users = opened.as_ref()?.config().populations.get(usize::from(line.population))?;
        Some(users.title.clone())
    });
    let name = format!("{} to {}", users.unwrap_or_default(), region_title(state, line.region));
    let stands = if line.open { "open" } else { "closed" };
    let counts = counts(&line);
    view! {
        <li>
            <span>{name}</span>
            <span class="soft" class:bad-text=line.open>
                {stands} " since " <Jump at=line.since/> "; " {counts}
            </span>
        </li>
    }
}
