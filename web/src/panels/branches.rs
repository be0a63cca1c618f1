//! The branches: every time somebody acts on the past, the old future stays here and can be returned to.

use super::context::{Panels, panels};
use super::parts::{Ask, Choose, live};
use crate::command::Command;
use crate::words;
use leptos::prelude::*;
use session::messages::BranchLine;

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
    let acted = Memo::new(move |_| {
        state.branches.with(|all| all.get(state.branch.get() as usize).is_some_and(|it| !it.actions.is_empty()))
    });
    let undone = Memo::new(move |_| state.undone.with(|undone| !undone.is_empty()));
    live(move || {
        several.get().then(|| {
            view! {
                {live(move || acted.get().then(|| view! { <Ask command=Command::Undo label="Undo" hint="Undo what was done last (Ctrl z)" class="quiet"/> }))}
                {live(move || undone.get().then(|| view! { <Ask command=Command::Redo label="Redo" hint="Do again what was undone last (Ctrl Shift z)" class="quiet"/> }))}
                <label class="field branches">
                    <span class="soft">"Branch"</span>
                    <Choose name="branch" options current choose=chosen/>
                </label>
            }
        })
    })
}
