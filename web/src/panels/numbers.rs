//! Every number in force, with its unit, whether it was set or is a default, and its source. Hidden parameters mislead.

use super::{Panels, panels};
use leptos::prelude::*;

/// The table.
#[component]
pub(super) fn Numbers() -> impl IntoView {
    let Panels { state, .. } = panels();
    let wanted = RwSignal::new(String::new());
    let rows = move || {
        let wanted = wanted.get().to_lowercase();
        let Some(opened) = state.opened.get() else { return Vec::new() };
        let matches = |text: &str| text.to_lowercase().contains(&wanted);
        let lines = opened.scenario.values.iter().filter(|line| matches(&line.place) || matches(&line.name));
        lines
            .map(|line| {
                view! {
                    <tr title=line.meaning.clone()>
                        <th scope="row"><span class="soft">{line.place.clone()}</span><br/>{line.name.clone()}</th>
                        <td class="number">{line.value.clone()}</td>
                        <td>{if line.set { "set" } else { "default" }}</td>
                        <td class="soft">{line.source.clone()}</td>
                    </tr>
                }
            })
            .collect::<Vec<_>>()
    };
    view! {
        <label class="field">
            <span class="soft">"Find"</span>
            <input type="search" on:input=move |event| wanted.set(event_target_value(&event))/>
        </label>
        <table class="numbers">
            <thead><tr><th scope="col">"Number"</th><th scope="col">"Value"</th><th scope="col">"From"</th><th scope="col">"Source"</th></tr></thead>
            <tbody>{rows}</tbody>
        </table>
    }
}
