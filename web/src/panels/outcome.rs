//! What the run amounts to, in one line that is always there: lost writes, expectations, verdicts.

use super::{Panels, panels};
use crate::command::Command;
use crate::state::Panel;
use crate::words;
use leptos::prelude::*;
use std::collections::BTreeSet;

/// The line; each part opens the panel that says more.
#[component]
pub(super) fn Outcome() -> impl IntoView {
    let Panels { state, emit } = panels();
    let lost = move || state.report.with(|report| report.lost.len() as u64 + report.lost_everywhere);
    let lost_text = move || match lost() {
        0 => "No write lost".to_owned(),
        1 => "1 acknowledged write lost".to_owned(),
        count => format!("{} acknowledged writes lost", words::count(count)),
    };
    let expected = move || {
        state
            .report
            .with(|report| (report.expectations.iter().filter(|line| line.met).count(), report.expectations.len()))
    };
    // A property that is broken on several keys has a line for each, and is one verdict.
    let broken = move || {
        state.report.with(|report| {
            let broken = report.verdicts.iter().filter(|line| !line.holds);
            broken.map(|line| (line.dataset, line.property.as_str())).collect::<BTreeSet<_>>().len()
        })
    };
    let broken_text = move || match broken() {
        0 => "No verdict broken".to_owned(),
        1 => "1 verdict broken".to_owned(),
        count => format!("{count} verdicts broken"),
    };
    let expected_text = move || {
        let (met, all) = expected();
        format!("{met} of {all} expectations met")
    };
    let finished = move || state.report.with(|report| report.finished);
    view! {
        <div class="outcome" role="group" aria-label="What the run amounts to">
            <button type="button" class="quiet" id="lost-writes" class:bad-text=move || { lost() > 0 } on:click=move |_| emit(Command::Show(Panel::Scorecard))>
                {lost_text}
            </button>
            <button
                type="button"
                class="quiet"
                class:bad-text=move || { let (met, all) = expected(); finished() && met < all }
                on:click=move |_| emit(Command::Show(Panel::Scorecard))
            >
                {move || if finished() { expected_text() } else { "Expectations open".to_owned() }}
            </button>
            <button type="button" class="quiet" class:bad-text=move || { broken() > 0 } on:click=move |_| emit(Command::Show(Panel::Verdicts))>
                {broken_text}
            </button>
        </div>
    }
}
