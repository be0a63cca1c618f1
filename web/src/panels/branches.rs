//! The branches: every time somebody acts on the past, the old future stays here and can be returned to.

use super::context::{Panels, panels};
use crate::command::Command;
use crate::words;
use leptos::prelude::*;

/// A list to choose from; nothing while there is only the plan.
#[component]
pub(super) fn Branches() -> impl IntoView {
    let Panels { state, emit } = panels();
    move || {
        let branches = state.branches.get();
        let opened = state.opened.get()?;
        if branches.len() < 2 {
            return None;
        }
        let current = state.branch.get();
        let chosen = branches.get(current as usize);
        let title = chosen.map(|branch| words::branch(opened.config(), current, &branch.actions));
        let options: Vec<_> = (0..)
            .zip(branches.iter())
            .map(|(number, branch)| {
                let title = words::branch(opened.config(), number, &branch.actions);
                view! { <option value=number.to_string() selected=number == current>{title}</option> }
            })
            .collect();
        Some(view! {
            <label class="field branches">
                <span class="soft">"Branch"</span>
                <select
                    id="branch"
                    title=title
                    on:change=move |event| {
                        if let Ok(number) = event_target_value(&event).parse() {
                            emit(Command::Branch(number));
                        }
                    }
                >
                    {options}
                </select>
            </label>
        })
    }
}
