//! What the page asks of its browser: the address, the clipboard, what the person prefers. Nothing here can fail loudly; a
//! browser that refuses is answered with the plain alternative.

use crate::state::Theme;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Document, Window};

const THEME_KEY: &str = "meridian-theme";

/// The window; `None` in a worker.
pub(crate) fn window() -> Option<Window> {
    web_sys::window()
}

/// The document.
pub(crate) fn document() -> Option<Document> {
    window()?.document()
}

/// What stands after `#` in the address.
pub(crate) fn fragment() -> Option<String> {
    let hash = window()?.location().hash().ok()?;
    Some(hash.trim_start_matches('#').to_owned())
}

/// Put something after `#` in the address, without a new entry in the history.
pub(crate) fn set_fragment(fragment: &str) {
    let Some(history) = window().and_then(|window| window.history().ok()) else { return };
    // Refused only where pages have no address of their own; the share button still works there.
    let _ = history.replace_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some(&format!("#{fragment}")));
}

/// The whole address with this after `#`.
fn address(fragment: &str) -> Option<String> {
    let href = window()?.location().href().ok()?;
    Some(format!("{}#{fragment}", href.split('#').next().unwrap_or_default()))
}

/// Put the address with this fragment on the clipboard; whether the browser has one to offer.
pub(crate) fn copy(fragment: &str) -> bool {
    let Some((window, text)) = window().zip(address(fragment)) else { return false };
    // Outside secure contexts there is no clipboard, whatever the type says.
    let clipboard = window.navigator().clipboard();
    if !window.is_secure_context() || clipboard.is_undefined() {
        return false;
    }
    let written = clipboard.write_text(&text);
    wasm_bindgen_futures::spawn_local(async move {
        // A person can forbid the clipboard; the address holds the link all the same.
        let _ = wasm_bindgen_futures::JsFuture::from(written).await;
    });
    true
}

/// A seed that nobody has chosen, small enough to type.
pub(crate) fn fresh_seed() -> Option<u64> {
    let mut bytes = [0; 4];
    getrandom::fill(&mut bytes).ok()?;
    Some(u64::from(u32::from_le_bytes(bytes)))
}

fn prefers(query: &str) -> bool {
    let list = window().and_then(|window| window.match_media(query).ok().flatten());
    list.is_some_and(|list| list.matches())
}

/// Whether the person asked for little motion.
pub(crate) fn reduced_motion() -> bool {
    prefers("(prefers-reduced-motion: reduce)")
}

/// Light or dark, as it comes out of the choice and the system's wish.
pub(crate) fn shade(theme: Theme) -> view::Theme {
    let dark = match theme {
        Theme::System => prefers("(prefers-color-scheme: dark)"),
        Theme::Light => false,
        Theme::Dark => true,
    };
    if dark { view::Theme::Dark } else { view::Theme::Light }
}

/// Keep the choice of colours for the next visit.
pub(crate) fn remember_theme(theme: Theme) {
    let Some(storage) = window().and_then(|window| window.local_storage().ok().flatten()) else { return };
    let value = match theme {
        Theme::System => "system",
        Theme::Light => "light",
        Theme::Dark => "dark",
    };
    // A full or forbidden storage forgets; nothing else is lost.
    let _ = storage.set_item(THEME_KEY, value);
}

/// The choice of colours of the last visit.
pub(crate) fn remembered_theme() -> Theme {
    let storage = window().and_then(|window| window.local_storage().ok().flatten());
    match storage.and_then(|storage| storage.get_item(THEME_KEY).ok().flatten()).as_deref() {
        Some("light") => Theme::Light,
        Some("dark") => Theme::Dark,
        _ => Theme::System,
    }
}

/// Do something after so many milliseconds.
pub(crate) fn after(millis: i32, work: impl FnOnce() + 'static) {
    let Some(window) = window() else { return };
    let callback = Closure::once_into_js(work);
    // A window always takes a function.
    let _ = window.set_timeout_with_callback_and_timeout_and_arguments_0(callback.unchecked_ref(), millis);
}

/// Milliseconds since the page was opened.
pub(crate) fn now() -> f64 {
    window().and_then(|window| window.performance()).map_or(0.0, |performance| performance.now())
}
