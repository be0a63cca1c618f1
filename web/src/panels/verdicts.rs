//! Verdicts: what was judged, whether it holds, and the operations that prove that it does not.

use super::parts::Jump;
use super::{Panels, panels};
use crate::command::Command;
use crate::state::Opened;
use crate::words;
use crate::worker::protocol::{CauseLine, Subject};
use leptos::prelude::*;
use sim::{VerdictLine, WitnessLine};

/// All verdicts, the broken ones first.
#[component]
pub(super) fn Verdicts() -> impl IntoView {
    let Panels { state, .. } = panels();
    let verdicts = Memo::new(move |_| state.report.with(|report| report.verdicts.clone()));
    move || {
        let opened = state.opened.get()?;
        let mut lines = verdicts.get();
        lines.sort_by_key(|line| line.holds);
        if lines.is_empty() {
            return Some(view! { <p class="soft">"Nothing has been judged yet."</p> }.into_any());
        }
        let rows: Vec<_> = lines.into_iter().map(|line| row(&opened, line)).collect();
        Some(view! { <ul class="judged">{rows}</ul> }.into_any())
    }
}

fn row(opened: &Opened, line: VerdictLine) -> impl IntoView + use<> {
    let (class, word) = if line.holds { ("good", "holds") } else { ("bad", "broken") };
    let dataset = opened
        .config()
        .datasets
        .get(usize::from(line.dataset))
        .map_or_else(String::new, |dataset| dataset.title.clone());
    let witness = (!line.witness.is_empty()).then(|| {
        let rows: Vec<_> = line.witness.into_iter().map(witness).collect();
        view! {
            <details open="">
                <summary>"Witness: the operations that prove it"</summary>
                <ol class="witness">{rows}</ol>
            </details>
        }
    });
    view! {
        <li>
            <span class=format!("verdict {class}")>{word}</span>
            <span><strong>{line.property}</strong>" · "{dataset}</span>
            <span class="soft">{line.text}</span>
            {line.at.map(|at| view! { <Jump at/> })}
            {witness}
        </li>
    }
}

fn witness(line: WitnessLine) -> impl IntoView {
    let subject = Subject::Operation(line.operation);
    let at = line.completed.unwrap_or(line.invoked);
    let ended = line.completed.map_or_else(|| "never ended".to_owned(), words::time);
    view! {
        <li>
            <span>{line.text}</span>
            <span class="soft">"client " {line.process} ", " <Jump at=line.invoked/> " to " {ended}</span>
            <Why subject at/>
        </li>
    }
}

/// A button that asks what led to something, and the answer below it.
#[component]
pub(super) fn Why(subject: Subject, at: engine::Time) -> impl IntoView {
    let Panels { state, emit } = panels();
    let answer = move || {
        let (_, lines) = state.why.get().filter(|(asked, _)| *asked == subject)?;
        let rows: Vec<_> = lines.iter().cloned().map(cause).collect();
        let none = rows.is_empty().then(|| view! { <p class="soft">"Nothing is known to have led to it."</p> });
        Some(view! { {none}<ol class="causes">{rows}</ol> })
    };
    view! {
        <button type="button" class="quiet" on:click=move |_| emit(Command::Explain { subject, at })>"Why?"</button>
        <div role="status" aria-live="polite">{answer}</div>
    }
}

fn cause(line: CauseLine) -> impl IntoView {
    view! { <li><Jump at=line.at/>" "{line.text}</li> }
}
