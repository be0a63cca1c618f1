//! The story of the open scenario: predict, then watch, then learn why.

use super::context::{Panels, panels};
use super::parts::{Ask, live, show_soon};
use super::top::{Seed, SlowMotion};
use crate::command::Command;
use crate::state::{Opened, State};
use leptos::html;
use leptos::prelude::*;
use scenario::{Choice, Question, VariantInfo};
use std::sync::Arc;

/// The story.
#[component]
pub(super) fn Story() -> impl IntoView {
    let Panels { state, .. } = panels();
    let told = move || match state.opened.get() {
        Some(opened) => told(state, &opened).into_any(),
        None => view! { <p class="soft">"Loading the first scenario."</p> }.into_any(),
    };
    // The seed stays where it is while the story is told anew: whoever has typed one is in its field.
    view! {
        <article class="story">
            {told}
            <div class="narrow"><SlowMotion/><Seed/><Ask command=Command::Help(true) label="Help"/></div>
            {live(move || state.opened.get().and_then(|opened| taught(&opened)))}
        </article>
    }
}

fn told(state: State, opened: &Arc<Opened>) -> impl IntoView {
    let story = &opened.scenario.story;
    let edited = opened.scenario.id.is_none().then(|| view! { <p class="tag">"Your own text"</p> });
    let watch: Vec<_> = story.watch.iter().cloned().map(|line| view! { <li>{line}</li> }).collect();
    view! {
        {edited}
        <h1 tabindex="-1">{opened.title()}</h1>
        {in_force(opened)}
        <p class="lead">{story.summary.clone()}</p>
        {story.question.clone().map(|asked| question(asked, state.predicted))}
        {(!watch.is_empty()).then(|| view! { <h2>"What to watch"</h2><ul>{watch}</ul> })}
        {variants(opened)}
    }
}

fn taught(opened: &Opened) -> Option<impl IntoView + use<>> {
    let teaches = Some(&opened.scenario.story.teaches).filter(|teaches| !teaches.is_empty())?.clone();
    Some(view! { <details><summary>"What it teaches"</summary><p>{teaches}</p></details> })
}

/// A question with choices; the answer shows once one is chosen.
fn question(question: Question, chosen: RwSignal<Option<usize>>) -> impl IntoView {
    let choices = question.choices.clone();
    let told = NodeRef::<html::Div>::new();
    let choose = move |place| {
        chosen.set(Some(place));
        show_soon(told);
    };
    let rows = question.choices.into_iter().enumerate().map(|(place, choice)| row(place, choice, chosen, choose));
    let rows: Vec<_> = rows.collect();
    let answer = move || {
        chosen.get().and_then(|place| choices.get(place).cloned()).map(|choice| {
            let verdict = if choice.correct { "Right. " } else { "Not quite. " };
            view! { <p class="answer"><strong>{verdict}</strong>{choice.because}</p> }
        })
    };
    view! {
        <div class="question" role="radiogroup" aria-labelledby="question">
            <h2 id="question">{question.text}</h2>
            {rows}
            <div node_ref=told role="status" aria-live="polite">{answer}</div>
        </div>
    }
}

fn row(
    place: usize,
    choice: Choice,
    chosen: RwSignal<Option<usize>>,
    choose: impl Fn(usize) + 'static,
) -> impl IntoView {
    view! {
        <label class="choice">
            <input
                type="radio"
                name="prediction"
                prop:checked=move || chosen.get() == Some(place)
                on:change=move |_| choose(place)
            />
            <span>{choice.text}</span>
        </label>
    }
}

/// What the variant in force changes: the story below is that of the scenario as written.
fn in_force(opened: &Opened) -> Option<impl IntoView + use<>> {
    let current = opened.scenario.variant.as_deref()?;
    let VariantInfo { title, summary, .. } = opened.scenario.variants.iter().find(|info| info.id == current)?;
    Some(view! {
        <p class="tag" id="in-force">
            <strong>{title.clone()}</strong>" is in force. "{summary.clone()}" The story tells of the scenario as written."
        </p>
    })
}

fn variants(opened: &Opened) -> Option<impl IntoView + use<>> {
    if opened.scenario.variants.is_empty() {
        return None;
    }
    let current = opened.scenario.variant.clone();
    let plain = (current.is_some())
        .then(|| variant(None, opened.variant_title(None).to_owned(), "The scenario without changes.".to_owned()));
    let others: Vec<_> = opened
        .scenario
        .variants
        .iter()
        .filter(|info| Some(&info.id) != current.as_ref())
        .map(|VariantInfo { id, title, summary, .. }| variant(Some(id.clone()), title.clone(), summary.clone()))
        .collect();
    Some(view! { <h2>"Run it another way"</h2><ul class="choices">{plain}{others}</ul> })
}

fn variant(id: Option<String>, title: String, summary: String) -> impl IntoView {
    let Panels { emit, .. } = panels();
    view! {
        <li>
            <button type="button" class="row" on:click=move |_| emit(Command::Variant(id.clone()))>
                <strong>{title}</strong>
                <span class="soft">{summary}</span>
            </button>
        </li>
    }
}
