//! What the run amounts to, in one line that is always there: lost writes where there is data to lose, verdicts, expectations.

use super::context::{Panels, panels};
use super::parts::{holds_data, live, thrown_away};
use crate::choices::Panel;
use crate::command::Command;
use crate::words;
use engine::FlatMap;
use leptos::prelude::*;
use sim::metrics::LONG;
use sim::{Property, Standing, VerdictLine, WriteState};

/// What the first part counts.
const LOST: &str = "Lost: acknowledged, and nobody can serve it. Thrown away: acknowledged, and replaced by a change that did not know of it";

/// The line; each part opens the panel that says more.
#[component]
pub(super) fn Outcome() -> impl IntoView {
    let Panels { state, emit } = panels();
    let losses = Memo::new(move |_| state.report.with(|report| report.losses()));
    // What the policy throws away is a loss by design and counted by itself.
    let lost_text = move || {
        let thrown = thrown_away(state);
        let by_policy = thrown.map(|count| view! { {words::count(count)}" thrown away"{more(" by the policy")} });
        let losses = losses.get();
        let lost = match losses.values().sum() {
            0 if thrown.is_some() => more(", none lost otherwise"),
            0 => view! { "No write lost" }.into_any(),
            count => {
                let writes = if count == 1 { "write" } else { "writes" };
                let comma = thrown.map(|_| ", ");
                let states = more(format!(" ({})", states(&losses)));
                view! { {comma}{words::count(count)}{more(" acknowledged")}" "{writes}" lost"{states} }.into_any()
            }
        };
        view! { {by_policy}{lost} }
    };
    let loss_is_broken = move || {
        let broken = |line: &VerdictLine| line.property == Property::NothingLost && line.standing == Standing::Broken;
        state.report.with(|report| report.verdicts.iter().any(broken))
    };
    let expected = move || {
        state
            .report
            .with(|report| (report.expectations.iter().filter(|line| line.met).count(), report.expectations.len()))
    };
    let acted = move || state.report.with(|report| report.acted);
    let verdicts = move |standing| {
        state.report.with(|report| report.verdicts.iter().filter(|line| line.standing == standing).count())
    };
    let broken = move || verdicts(Standing::Broken);
    let verdicts_text = move || match (broken(), verdicts(Standing::NotPromised)) {
        (0, 0) if !holds_data(state) => more_after("Nothing to judge", ""),
        (0, 0) if verdicts(Standing::Undecided) > 0 => {
            more_after(format!("{} undecided", verdicts(Standing::Undecided)), ", the others kept")
        }
        (0, 0) if verdicts(Standing::Kept) == 0 => more_after("Nothing judged yet", ""),
        (0, 0) if verdicts(Standing::Untested) > 0 => more_after("Every verdict kept", ", where there was one"),
        (0, 0) => more_after("Every verdict kept", ""),
        (0, seen) => more_after(format!("{seen} violated, not promised"), ""),
        (broken, 0) => more_after(promises(broken), ""),
        (broken, seen) => more_after(promises(broken), format!(", {seen} violated, not promised")),
    };
    // The first of the worst.
    let worst = move || {
        let place = |line: &VerdictLine| (line.standing, line.at, line.dataset, line.property);
        match state.report.with(|report| report.verdicts.iter().map(place).min()) {
            None | Some((Standing::Undecided | Standing::Kept | Standing::Untested, ..)) => {
                Command::Show(Panel::Verdicts)
            }
            Some((.., dataset, property)) => Command::ShowVerdict(dataset, property),
        }
    };
    let expected_text = move || {
        let (met, all) = expected();
        match all {
            0 => view! { "Nothing expected" }.into_any(),
            // What the person did is not judged, so that this is not read beside what came of it.
            _ if acted() => {
                view! { "As planned"{more(", before your acts")}{format!(": {met} of {all} as expected")} }.into_any()
            }
            _ => more_after(format!("{met} of {all} as expected"), ""),
        }
    };
    let finished = move || state.report.with(|report| report.finished);
    // What hangs is in no count of what ended, so that all may be well but for it.
    let waiting = Memo::new(move |_| state.report.with(|report| report.waiting));
    let waiting_text = move || {
        let operations = words::counted(waiting.get(), "operation waits", "operations wait");
        view! { {operations}{more(format!(" for more than {}", words::span(LONG)))} }
    };
    view! {
        <div class="outcome" role="group" aria-label="What the run amounts to">
            <span class="soft more">{live(move || if finished() { "Whole run:" } else { "So far:" })}</span>
            {live(move || (waiting.get() > 0).then(|| view! {
                <button type="button" class="quiet" id="waiting" on:click=move |_| emit(Command::Show(Panel::Scorecard))>
                    {waiting_text}
                </button>
            }))}
            {live(move || holds_data(state).then(|| view! {
                <button type="button" class="quiet" id="lost-writes" title=LOST class:bad-text=loss_is_broken on:click=move |_| emit(Command::ShowLost)>
                    {lost_text}
                </button>
            }))}
            <button type="button" class="quiet" class:bad-text=move || { broken() > 0 } on:click=move |_| emit(worst())>
                {verdicts_text}
            </button>
            <button
                type="button"
                class="quiet"
                class:bad-text=move || { let (met, all) = expected(); finished() && met < all }
                on:click=move |_| emit(Command::Show(Panel::Scorecard))
            >
                {live(move || if finished() { expected_text() } else { view! { "Expectations open" }.into_any() })}
            </button>
        </div>
    }
}

/// Where lost writes are: most are only waiting for power. How many of them, if not all are in one state.
fn states(losses: &FlatMap<WriteState, u64>) -> String {
    let count = |writes: u64| if losses.len() > 1 { format!("{} ", words::count(writes)) } else { String::new() };
    let states: Vec<_> = losses.iter().map(|(state, writes)| count(*writes) + state.name()).collect();
    states.join(", ")
}

fn promises(broken: usize) -> String {
    words::counted(broken as u64, "promise broken", "promises broken")
}

/// Words, and others after them that a narrow screen leaves out.
fn more_after(words: impl Into<String>, more_words: impl Into<String>) -> AnyView {
    view! { {words.into()}{more(more_words)} }.into_any()
}

/// Words that a narrow screen leaves out.
fn more(words: impl Into<String>) -> AnyView {
    view! { <span class="more">{words.into()}</span> }.into_any()
}
