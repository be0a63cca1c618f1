//! What the page hears wherever it happens: keys, except where somebody types; another link in the address; night falling.

use crate::app::dispatch;
use crate::browser;
use crate::command::Command;
use crate::state::Tool;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, KeyboardEvent};

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
    let Some(window) = browser::window() else { return };
    let on_address = Closure::<dyn FnMut()>::new(|| {
        if let Some(fragment) = browser::fragment() {
            dispatch(Command::OpenLink(fragment));
        }
    });
    window.set_onhashchange(Some(on_address.as_ref().unchecked_ref()));
    on_address.forget();
    if let Ok(Some(scheme)) = window.match_media("(prefers-color-scheme: dark)") {
        let on_scheme = Closure::<dyn FnMut()>::new(crate::frames::wake);
        scheme.set_onchange(Some(on_scheme.as_ref().unchecked_ref()));
        on_scheme.forget();
    }
}

fn command(event: &KeyboardEvent) -> Option<Command> {
    if event.default_prevented() || event.ctrl_key() || event.meta_key() || event.alt_key() {
        return None;
    }
    let element = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let within = |selector: &str| element.as_ref().is_some_and(|element| element.matches(selector).unwrap_or(false));
    if within("input, textarea, select") {
        return None;
    }
    match event.key().as_str() {
        " " if !within("button, summary, a, [role=tab]") => Some(Command::Toggle),
        "," => Some(Command::Step(-0.1)),
        "." => Some(Command::Step(0.1)),
        "n" => Some(Command::NextMark),
        "N" => Some(Command::PreviousMark),
        "+" | "=" => Some(Command::Zoom(1.4)),
        "-" => Some(Command::Zoom(1.0 / 1.4)),
        "0" => Some(Command::Fit),
        "Escape" => Some(Command::Select(None)),
        "l" => Some(Command::Tool(Tool::Lasso)),
        _ => None,
    }
}
