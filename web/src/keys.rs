//! What the page hears wherever it happens: keys, except where somebody types; another link in the address; night falling.

use crate::app::{self, dispatch};
use crate::browser;
use crate::choices::Tool;
use crate::command::Command;
use reactive_graph::traits::{GetUntracked, Set, WithUntracked};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, KeyboardEvent};

/// The keys and what they do, as the page lists them. Here, so that whoever changes a key sees its line.
pub const KEYS: &[(&str, &str)] = &[
    ("Space", "Play or pause"),
    (", and .", "Step 100 ms back or on"),
    ("n and N", "Next or previous notable moment"),
    ("l", "Draw round regions to cut them off"),
    ("+ and −", "Zoom the map"),
    ("0", "Show every region"),
    ("x", "Space-time: messages as lines from place to place over time, in place of the map"),
    ("f", "Present: large type, the map and the timeline alone"),
    ("b", "This run and the one beside it on two maps, or on one"),
    ("Ctrl z, Ctrl Shift z", "Undo what was done last, or do it again"),
    ("Escape", "Give up drawing; back to the map; stop presenting; close what is picked"),
    ("?", "This list"),
    ("On the map: arrows", "Move the map"),
    ("In space-time: up, down", "The message or the operation before, or after"),
    ("In space-time: left, right", "Earlier or later; + and − zoom, 0 goes back to the playhead"),
    ("On the timeline: arrows", "Step 1 s, with Shift 5 s"),
    ("On the timeline: Page Up, Page Down", "Step 10 s on or back"),
    ("On the timeline: Home, End", "Go to the beginning or the end"),
    ("On the timeline: + and −, 0", "A shorter or longer part of the run, all of it"),
    ("On tabs: arrows", "The tab beside"),
    ("In the text: Ctrl Enter", "Run it"),
];

/// How far an arrow key moves the map, CSS pixels.
const STEP: f32 = 60.0;

/// Listen from now on.
pub(crate) fn listen() {
    let Some(document) = browser::document() else { return };
    let on_key = Closure::<dyn FnMut(KeyboardEvent)>::new(|event: KeyboardEvent| {
        if let Some(command) = command(&event) {
            event.prevent_default();
            dispatch(command);
        }
    });
    document.set_onkeydown(Some(on_key.as_ref().unchecked_ref()));
    on_key.forget();
    browser::on_window_again(|| {
        app::with(|app| app.state.presenting.set(false));
    });
    browser::on_leaving(|| app::with(|app| app.state.draft.with_untracked(Option::is_some)).unwrap_or(false));
    browser::on_preferences(crate::waking::wake);
    let Some(window) = browser::window() else { return };
    let on_address = Closure::<dyn FnMut()>::new(|| {
        if let Some(fragment) = browser::fragment() {
            dispatch(Command::OpenLink(fragment));
        }
    });
    window.set_onhashchange(Some(on_address.as_ref().unchecked_ref()));
    on_address.forget();
}

/// Where a key was pressed, as far as that decides what it means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// Where text is written, or where another window lies above the page: no key is ours.
    Text,
    /// A list to choose from: letters and the space bar find and open its options.
    Picker,
    /// The map.
    Map,
    /// Something that the space bar presses.
    Button,
    /// Anywhere else.
    Elsewhere,
}

const PLACES: [(&str, Place); 4] = [
    (
        "dialog *, dialog, textarea, [contenteditable], \
         input:not([type=range]):not([type=checkbox]):not([type=radio]):not([type=button])",
        Place::Text,
    ),
    ("select", Place::Picker),
    ("#map", Place::Map),
    ("button, summary, a, [role=tab], input[type=checkbox], input[type=radio]", Place::Button),
];

fn place(event: &KeyboardEvent) -> Place {
    let Some(element) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) else {
        return Place::Elsewhere;
    };
    let found = PLACES.iter().find(|(selector, _)| element.matches(selector).unwrap_or(false));
    found.map_or(Place::Elsewhere, |(_, place)| *place)
}

fn command(event: &KeyboardEvent) -> Option<Command> {
    if (event.ctrl_key() || event.meta_key()) && !event.alt_key() {
        return chord(&event.key(), event.shift_key(), place(event)).filter(|_| !event.default_prevented());
    }
    // Held down, it would flicker.
    let held = event.repeat() && matches!(event.key().as_str(), "f" | "x" | "b");
    if held || event.default_prevented() || event.alt_key() {
        return None;
    }
    let shortcuts = app::with(|app| app.state.shortcuts.get_untracked()).unwrap_or(true);
    meaning(&event.key(), place(event), shortcuts)
}

/// What a key means with Ctrl, or with ⌘. Where text is written it is the text's.
fn chord(key: &str, shift: bool, place: Place) -> Option<Command> {
    match (key, shift) {
        _ if place == Place::Text => None,
        ("z", false) => Some(Command::Undo),
        ("z" | "Z", true) | ("y", false) => Some(Command::Redo),
        _ => None,
    }
}

/// What a key means at a place. Where single characters are switched off, they work on the map alone.
fn meaning(key: &str, place: Place, shortcuts: bool) -> Option<Command> {
    let character = key != " " && key.chars().count() == 1;
    match (place, key) {
        (Place::Text, _) => None,
        (_, "Escape") => Some(Command::Escape),
        (Place::Picker, key) if key == " " || key.chars().all(char::is_alphanumeric) => None,
        (Place::Button, " ") => None,
        (Place::Map, "ArrowLeft") => Some(Command::Pan(STEP, 0.0)),
        (Place::Map, "ArrowRight") => Some(Command::Pan(-STEP, 0.0)),
        (Place::Map, "ArrowUp") => Some(Command::Pan(0.0, STEP)),
        (Place::Map, "ArrowDown") => Some(Command::Pan(0.0, -STEP)),
        _ if character && !shortcuts && place != Place::Map => None,
        (_, " ") => Some(Command::Toggle),
        (_, ",") => Some(Command::Step(-0.1)),
        (_, ".") => Some(Command::Step(0.1)),
        (_, "n") => Some(Command::NextMark),
        (_, "N") => Some(Command::PreviousMark),
        (_, "+" | "=") => Some(Command::Zoom(1.4)),
        (_, "-") => Some(Command::Zoom(1.0 / 1.4)),
        (_, "0") => Some(Command::Fit),
        (_, "l") => Some(Command::Tool(Tool::Lasso)),
        (_, "x") => Some(Command::SpaceTime),
        (_, "f") => Some(Command::Present),
        (_, "b") => Some(Command::Watch),
        (_, "?") => Some(Command::Help(true)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test;

    #[wasm_bindgen_test(unsupported = test)]
    fn only_where_text_is_written_no_key_is_a_shortcut() {
        assert_eq!(meaning(" ", Place::Elsewhere, true), Some(Command::Toggle));
        for key in [" ", "n", "Escape", ","] {
            assert_eq!(meaning(key, Place::Text, true), None, "{key} in a text");
        }
        assert_eq!(meaning(".", Place::Picker, true), Some(Command::Step(0.1)));
        assert_eq!(meaning("n", Place::Picker, true), None, "a letter finds an option");
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn what_was_done_is_undone_but_for_where_text_is_written() {
        assert_eq!(chord("z", false, Place::Map), Some(Command::Undo));
        assert_eq!(chord("Z", true, Place::Elsewhere), Some(Command::Redo));
        assert_eq!(chord("z", false, Place::Text), None);
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn single_characters_can_be_switched_off_but_for_the_map() {
        assert_eq!(meaning("n", Place::Elsewhere, false), None);
        assert_eq!(meaning("+", Place::Map, false), Some(Command::Zoom(1.4)));
        assert_eq!(meaning("Escape", Place::Elsewhere, false), Some(Command::Escape));
        assert_eq!(meaning(" ", Place::Elsewhere, false), Some(Command::Toggle));
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn the_arrows_move_the_map_where_it_has_the_focus() {
        assert_eq!(meaning("ArrowLeft", Place::Map, true), Some(Command::Pan(STEP, 0.0)));
        assert_eq!(meaning("ArrowLeft", Place::Elsewhere, true), None);
    }
}
