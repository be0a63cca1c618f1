//! Every number in force, with its unit, whether it was set or is a default, and its source. Hidden parameters mislead.

use super::context::{Panels, panels};
use crate::state::Opened;
use crate::words;
use leptos::prelude::*;
use scenario::{Fallback, ValueLine};

/// The numbers, by what they belong to.
#[component]
pub(super) fn Numbers() -> impl IntoView {
    let Panels { state, .. } = panels();
    let wanted = RwSignal::new(String::new());
    let groups = move || {
        state.opened.with(|opened| {
            let lines = opened.as_ref().map_or_else(Vec::new, |opened| found(opened, &wanted.get()));
            lines.chunk_by(|one, next| one.place == next.place).map(group).collect::<Vec<_>>()
        })
    };
    let none = move || {
        let wanted = wanted.get();
        let is_none =
            state.opened.with(|opened| opened.as_ref().is_some_and(|opened| found(opened, &wanted).is_empty()));
        is_none.then(|| format!("No number has “{wanted}” in its name or its meaning."))
    };
    view! {
        <p class="soft">"Every number in force, what it means and where it comes from."</p>
        <label class="field">
            <span class="soft">"Find"</span>
            <input type="search" on:input=move |event| wanted.set(event_target_value(&event))/>
        </label>
        <p class="soft" role="status" aria-live="polite">{none}</p>
        {groups}
    }
}

/// The numbers whose place, name or meaning holds what is wanted.
fn found<'a>(opened: &'a Opened, wanted: &str) -> Vec<&'a ValueLine> {
    let wanted = words::small_letters(wanted);
    let holds = |text: &str| words::small_letters(text).contains(&wanted);
    // A story has no numbers, and what it marks as right is not to be given away.
    let lines = opened.scenario.values.iter().filter(|line| !line.place.starts_with("story"));
    lines.filter(|line| holds(&line.place) || holds(&line.name) || holds(&line.meaning)).collect()
}

fn group(lines: &[&ValueLine]) -> impl IntoView + use<> {
    let place = lines.first().map_or_else(String::new, |line| line.place.clone());
    let rows: Vec<_> = lines.iter().map(|line| row(line)).collect();
    view! {
        <section class="values">
            <h3>{place}</h3>
            <dl>{rows}</dl>
        </section>
    }
}

fn row(line: &ValueLine) -> impl IntoView + use<> {
    let from = match (line.set, line.source.is_empty()) {
        (true, _) => format!("{}; {}", line.source, otherwise(line)),
        (false, true) => "default".to_owned(),
        (false, false) => line.source.clone(),
    };
    view! {
        <div class="value">
            <dt>{line.name.clone()}<span class="soft">{line.meaning.clone()}</span></dt>
            <dd class:set=line.set>{line.value.clone()}<span class="soft">{from}</span></dd>
        </div>
    }
}

/// What would hold had the value not been set.
fn otherwise(line: &ValueLine) -> String {
    let key = line.name.split('.').next().unwrap_or_default();
    let info = scenario::keys().iter().find(|info| info.name == key && info.meaning == line.meaning);
    match info.map(|info| info.fallback) {
        Some(Fallback::Value(text) | Fallback::Otherwise(text)) => format!("otherwise {text}"),
        _ => "has no default".to_owned(),
    }
}
