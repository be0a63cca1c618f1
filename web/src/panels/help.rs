//! The list of keys, in a window above the page, and the switch for those who press keys by accident or by voice.

use super::context::{Panels, panels};
use crate::command::Command;
use crate::keys::KEYS;
use leptos::html;
use leptos::prelude::*;

/// The list; nothing until it is asked for.
#[component]
pub(super) fn Help() -> impl IntoView {
    let Panels { state, emit } = panels();
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move || {
        let shown = state.help.get();
        if let Some(dialog) = dialog.get() {
            match (shown, dialog.open()) {
                // Refused only for a dialog that is open already or not in the document.
                (true, false) => drop(dialog.show_modal()),
                (false, true) => dialog.close(),
                _ => {}
            }
        }
    });
    let rows: Vec<_> =
        KEYS.iter().map(|(keys, what)| view! { <div class="fact"><dt>{*keys}</dt><dd>{*what}</dd></div> }).collect();
    view! {
        <dialog class="help" node_ref=dialog aria-labelledby="help-title" on:close=move |_| emit(Command::Help(false))>
            <h2 id="help-title">"Keys"</h2>
            <dl>{rows}</dl>
            <label class="choice">
                <input
                    type="checkbox"
                    prop:checked=move || state.shortcuts.get()
                    on:change=move |event| emit(Command::Shortcuts(event_target_checked(&event)))
                />
                <span>"Listen to letters and signs everywhere. Switched off, they work on the map alone."</span>
            </label>
            <button type="button" class="main" on:click=move |_| emit(Command::Help(false))>"Close"</button>
        </dialog>
    }
}
