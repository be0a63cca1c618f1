//! What the controls and the keys do, in a window above the page, and the switch for those who press keys by accident or by voice.

use super::context::{Panels, panels};
use crate::command::Command;
use crate::keys::KEYS;
use leptos::html;
use leptos::prelude::*;

/// What one meets on the page, in its words. Also for those to whom no pointer tells it.
const CONTROLS: &[(&str, &str)] = &[
    ("Timeline", "Drag it to move the playhead, also back: the map shows the world at that moment."),
    (
        "Acting",
        "Pick a region, a link, a message or users. What you do takes effect at the playhead; on the past it begins a branch, and the old one is kept.",
    ),
    (
        "Partition",
        "Draw round regions to cut them off from the others. What is lost on the way nobody sends again before its timeout, also when the cut is healed.",
    ),
    (
        "Space-time",
        "Lays messages out in the place of the map: places from west to east, time to the right. Pick a message to see what led to it and what it led to.",
    ),
    (
        "Side by side",
        "This run (A) and the one that the scorecard compares it with (B) on two maps, in step. On each chart B is one dotted line, with the difference shaded.",
    ),
    (
        "Undo",
        "Takes back what was done last. Nothing is lost by it: Redo returns to the branch, and the browser's Back leads back over acts, variants and scenarios.",
    ),
    ("Slow motion", "Passes decisions, such as a failover, slowly, now and then, whatever the speed."),
    ("Variant", "The same scenario with other settings. The scorecard compares two of them."),
    ("Seed", "Where every random draw starts from: the same seed makes the same run."),
    ("Share", "Copies a link to this run at this moment, with all you did in it."),
];

/// The help; nothing until it is asked for.
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
    let rows = |lines: &'static [(&str, &str)]| {
        let row = |(name, what): &(&'static str, &'static str)| view! { <div class="fact"><dt>{*name}</dt><dd>{*what}</dd></div> };
        lines.iter().map(row).collect::<Vec<_>>()
    };
    view! {
        <dialog class="help" node_ref=dialog aria-labelledby="help-title" on:close=move |_| emit(Command::Help(false))>
            <h2 id="help-title" tabindex="-1" autofocus>"Help"</h2>
            <dl class="controls">{rows(CONTROLS)}</dl>
            <h3>"Keys"</h3>
            <dl>{rows(KEYS)}</dl>
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
