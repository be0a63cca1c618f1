//! Verdicts: what was judged, whether it holds, and the operations that prove that it does not.

use super::context::{Panels, panels};
use super::parts::{Jump, live, nothing_judged, show_soon};
use crate::browser;
use crate::command::Command;
use crate::state::Opened;
use crate::words;
use leptos::html;
use leptos::prelude::*;
use session::questions::causes::{CauseLine, Causes, Subject};
use sim::{Property, Standing, VerdictLine, WitnessLine};

/// All verdicts, the broken ones first. One that was asked for comes into view with the focus on its heading.
#[component]
pub(super) fn Verdicts() -> impl IntoView {
    let Panels { state, .. } = panels();
    let verdicts = Memo::new(move |_| state.report.with(|report| report.verdicts.clone()));
    Effect::new(move || {
        let Some((dataset, property)) = state.verdict.get() else { return };
        if verdicts.with(|lines| lines.iter().any(|line| (line.dataset, line.property) == (dataset, property))) {
            state.verdict.set(None);
            browser::reveal_soon(format!("#{} h3", row_id(dataset, property)));
        }
    });
    live(move || {
        let opened = state.opened.get()?;
        let mut lines = verdicts.get();
        engine::sort_by_key(&mut lines, |line| line.standing);
        if lines.is_empty() {
            return Some(view! { <p class="soft">{nothing_judged(state)}</p> }.into_any());
        }
        let rows: Vec<_> = lines.into_iter().map(|line| row(&opened, line)).collect();
        Some(view! { <h2 class="unseen">"Verdicts"</h2><ul class="judged">{rows}</ul> }.into_any())
    })
}

fn row_id(dataset: u16, property: Property) -> String {
    format!("verdict-{dataset}-{property:?}")
}

/// How a standing looks: only what is broken is bad.
pub(super) fn look(standing: Standing) -> &'static str {
    match standing {
        Standing::Broken => "verdict bad",
        Standing::NotPromised => "verdict seen",
        Standing::Kept => "verdict good",
        Standing::Undecided | Standing::Untested => "verdict idle",
    }
}

/// Whether it was seen not to hold, promised or not.
pub(super) fn fails(line: &VerdictLine) -> bool {
    matches!(line.standing, Standing::Broken | Standing::NotPromised)
}

fn row(opened: &Opened, line: VerdictLine) -> impl IntoView + use<> {
    let (_, title) = line.about(opened.config());
    let (property, failed) = (line.property, fails(&line));
    // What happened comes before what it is called.
    let heading = format!("{title}: {}", if failed { property.breach() } else { property.term() });
    let (called, means) = if failed {
        (words::sentence(property.violation()), format!("{}: ", words::sentence(property.term())))
    } else {
        ("What this means".to_owned(), String::new())
    };
    let witness = (!line.witness.is_empty()).then(|| {
        let rows: Vec<_> = line.witness.iter().cloned().map(witness).collect();
        view! {
            <details open="">
                <summary>"The operations that prove it"</summary>
                <ol class="witness">{rows}</ol>
            </details>
        }
    });
    view! {
        <li id=row_id(line.dataset, line.property)>
            <h3 tabindex="-1" title=property.meaning()>{heading}</h3>
            <span class=look(line.standing)>{line.words()}</span>
            <span>{line.text.clone()}</span>
            {line.at.map(|at| view! {
                <span>"First at " <Jump at/></span>
                {(line.event > 0).then(|| view! { <Why subject=Subject::Event(line.event) at of=line.text.clone()/> })}
            })}
            <details open=failed>
                <summary>{called}</summary>
                <p class="soft">{means}{property.meaning()}" "{line.promise}</p>
            </details>
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
            <span>{words::sentence(&line.text)}</span>
            <span class="soft"><Jump at=line.invoked/> " to " {ended}</span>
            <Why subject at of=line.text/>
        </li>
    }
}

/// A button that asks what led to something, and the answer below it until it is pressed again.
#[component]
pub(super) fn Why(subject: Subject, at: engine::Time, #[prop(into)] of: String) -> impl IntoView {
    let Panels { state, emit } = panels();
    let (asked, put_away) = (RwSignal::new(false), RwSignal::new(false));
    let answered = move || state.answer::<Causes>().filter(|(asked, _)| asked.subject == subject && !put_away.get());
    let told = NodeRef::<html::Div>::new();
    let answer = move || {
        let (_, lines) = answered()?;
        if asked.get_untracked() {
            // The answer may be longer than there is room below the button.
            asked.set(false);
            show_soon(told);
        }
        let rows: Vec<_> = lines.into_iter().map(cause).collect();
        let none = rows.is_empty().then(|| view! { <p class="soft">"Nothing is known to have led to it."</p> });
        Some(view! { {none}<ol class="causes">{rows}</ol> })
    };
    view! {
        <div node_ref=told class="why">
            <button
                type="button"
                class="quiet"
                aria-label=format!("Why? {of}")
                aria-expanded=move || answered().is_some().to_string()
                on:click=move |_| {
                    let shown = untrack(|| answered().is_some());
                    put_away.set(shown);
                    if !shown {
                        asked.set(true);
                        emit(Command::Ask(Causes { subject, at }.into()));
                    }
                }
            >
                "Why?"
            </button>
            <div role="status" aria-live="polite">{answer}</div>
        </div>
    }
}

fn cause(line: CauseLine) -> impl IntoView {
    view! { <li><Jump at=line.at/>" "{line.text}</li> }
}
