//! The branches: every time somebody acts on the past, the old future stays here and can be returned to.

use super::context::{Panels, panels};
use super::parts::{Choose, live};
use crate::command::Command;
use crate::words;
use crate::worker::protocol::BranchLine;
use leptos::prelude::*;

/// A list to choose from; nothing while there is only the plan.
#[component]
pub(super) fn Branches() -> impl IntoView {
    let Panels { state, .. } = panels();
    let options = Memo::new(move |_| {
        let (branches, opened) = (state.branches.get(), state.opened.get());
        let option = |(number, branch): (u32, &BranchLine)| {
            let title = opened.as_ref().map(|opened| words::branch(opened.config(), number, &branch.actions));
            (number.to_string(), title.unwrap_or_default())
        };
        (0..).zip(branches.iter()).map(option).collect::<Vec<_>>()
    });
    let current = Memo::new(move |_| state.branch.get().to_string());
    let several = Memo::new(move |_| options.with(|options| options.len() > 1));
    let chosen = |number: String| number.parse().ok().map(Command::Branch);
    live(move || {
        several.get().then(|| {
            view! {
                <label class="field branches">
                    <span class="soft">"Branch"</span>
                    <Choose name="branch" options current choose=chosen/>
                </label>
            }
        })
    })
}
