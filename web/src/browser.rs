//! What the page asks of its browser: the address, the clipboard, what the person prefers. Nothing here can fail loudly; a
//! browser that refuses is answered with the plain alternative.

use crate::choices::Theme;
use serde::Serialize;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Document, Element, Event, HtmlBodyElement, HtmlElement, MediaQueryList, Response, ScrollIntoViewOptions,
    ScrollLogicalPosition, Storage, Window,
};

const THEME_KEY: &str = "meridian-theme";
const ROOM_KEY: &str = "meridian-room";
const SHORTCUTS_KEY: &str = "meridian-shortcuts";

thread_local! {
    // Asked for once: a list answers for itself whenever the wish changes.
    static DARK: Option<MediaQueryList> = media("(prefers-color-scheme: dark)");
    static REDUCED_MOTION: Option<MediaQueryList> = media("(prefers-reduced-motion: reduce)");
}

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

/// What stands after `?` in the address.
pub(crate) fn query() -> Option<String> {
    let query = window()?.location().search().ok()?;
    Some(query.trim_start_matches('?').to_owned())
}

/// Put something after `#` in the address in the place of its query, without a new entry in the history.
pub(crate) fn replace_query(fragment: &str) {
    let path = window().and_then(|window| window.location().pathname().ok()).unwrap_or_default();
    replace_address(&format!("{path}#{fragment}"));
}

/// Put something after `#` in the address, without a new entry in the history.
pub(crate) fn set_fragment(fragment: &str) {
    replace_address(&format!("#{fragment}"));
}

/// A new entry in the history, which holds this after `#` until something else is put there.
pub(crate) fn push_fragment(fragment: &str) {
    let Some(history) = window().and_then(|window| window.history().ok()) else { return };
    // Refused where somebody does it hundreds of times a minute; then the entry before is taken.
    let _ = history.push_state_with_url(&JsValue::NULL, "", Some(&format!("#{fragment}")));
}

fn replace_address(address: &str) {
    let Some(history) = window().and_then(|window| window.history().ok()) else { return };
    // Refused only where pages have no address of their own; the share button still works there.
    let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(address));
}

/// The whole address with this after `#`.
fn address(fragment: &str) -> Option<String> {
    let href = window()?.location().href().ok()?;
    Some(format!("{}#{fragment}", href.split('#').next().unwrap_or_default()))
}

/// Put the address with this fragment on the clipboard; later says whether it is there, since a person can forbid that.
pub(crate) fn copy(fragment: &str, later: impl FnOnce(bool) + 'static) {
    let written = || {
        let (window, text) = window().zip(address(fragment))?;
        // Outside secure contexts there is no clipboard, whatever the type says.
        let clipboard = window.navigator().clipboard();
        let is_there = window.is_secure_context() && !clipboard.is_undefined();
        is_there.then(|| JsFuture::from(clipboard.write_text(&text)))
    };
    let written = written();
    wasm_bindgen_futures::spawn_local(async move {
        later(match written {
            Some(written) => written.await.is_ok(),
            None => false,
        });
    });
}

/// The text at an address, which may be relative to that of the page.
///
/// # Errors
/// Why there is none, in words that go on a sentence.
pub(crate) async fn fetch(address: &str) -> Result<String, String> {
    let unreachable = || "the server cannot be reached".to_owned();
    let answer = JsFuture::from(window().ok_or_else(unreachable)?.fetch_with_str(address)).await;
    let answer: Response = answer.ok().and_then(|answer| answer.dyn_into().ok()).ok_or_else(unreachable)?;
    if !answer.ok() {
        return Err(format!("the server answers {}", answer.status()));
    }
    let text = JsFuture::from(answer.text().map_err(|_| unreachable())?).await;
    text.ok().and_then(|text| text.as_string()).ok_or_else(unreachable)
}

/// A seed that nobody has chosen, small enough to type.
pub(crate) fn fresh_seed() -> Option<u64> {
    let mut bytes = [0; 4];
    getrandom::fill(&mut bytes).ok()?;
    Some(u64::from(u32::from_le_bytes(bytes)))
}

fn media(query: &str) -> Option<MediaQueryList> {
    window().and_then(|window| window.match_media(query).ok().flatten())
}

fn holds(list: &Option<MediaQueryList>) -> bool {
    list.as_ref().is_some_and(MediaQueryList::matches)
}

/// Whether the person asked for little motion.
pub(crate) fn reduced_motion() -> bool {
    REDUCED_MOTION.with(holds)
}

/// Do this whenever the person wishes for other colours or another amount of motion.
pub(crate) fn on_preferences(work: fn()) {
    for list in [&DARK, &REDUCED_MOTION] {
        list.with(|list| {
            if let Some(list) = list {
                let on_change = Closure::<dyn FnMut()>::new(work);
                list.set_onchange(Some(on_change.as_ref().unchecked_ref()));
                on_change.forget();
            }
        });
    }
}

/// Light or dark, as it comes out of the choice and the system's wish.
pub(crate) fn shade(theme: Theme) -> view::Theme {
    let dark = match theme {
        Theme::System => DARK.with(holds),
        Theme::Light => false,
        Theme::Dark => true,
    };
    if dark { view::Theme::Dark } else { view::Theme::Light }
}

fn remember(key: &str, value: &str) {
    if let Some(storage) = storage() {
        // A full or forbidden storage forgets; nothing else is lost.
        let _ = storage.set_item(key, value);
    }
}

fn remembered(key: &str) -> Option<String> {
    storage()?.get_item(key).ok().flatten()
}

fn storage() -> Option<Storage> {
    window().and_then(|window| window.local_storage().ok().flatten())
}

/// Keep for the next visit whether single keys are listened to everywhere.
pub(crate) fn remember_shortcuts(on: bool) {
    remember(SHORTCUTS_KEY, if on { "on" } else { "off" });
}

/// Whether single keys are listened to everywhere, as chosen at the last visit.
pub(crate) fn remembered_shortcuts() -> bool {
    remembered(SHORTCUTS_KEY).as_deref() != Some("off")
}

/// Ask a person who leaves the page while something `unsaved` would be lost.
pub(crate) fn on_leaving(unsaved: fn() -> bool) {
    let ask = Closure::<dyn FnMut(Event)>::new(move |event: Event| {
        if unsaved() {
            event.prevent_default();
        }
    });
    if let Some(window) = window() {
        window.set_onbeforeunload(Some(ask.as_ref().unchecked_ref()));
    }
    ask.forget();
}

/// Keep for the next visit how the room of the page is divided.
pub(crate) fn remember_room(room: &str) {
    remember(ROOM_KEY, room);
}

/// How the room of the page was divided at the last visit.
pub(crate) fn remembered_room() -> Option<String> {
    remembered(ROOM_KEY)
}

/// Show the page to a room full of people, or to one person again: the style sheet makes its texts larger, and it takes the whole
/// screen if the browser lets it.
pub(crate) fn present(on: bool) {
    let Some(document) = document() else { return };
    let Some(root) = document.document_element() else { return };
    let fills = document.fullscreen_element().is_some();
    // A plain attribute of the root element can be changed at all times.
    let _ = root.toggle_attribute_with_force("data-presents", on);
    let (whose, name): (&JsValue, _) = match on {
        true => (&root, "requestFullscreen"),
        false if fills => (&document, "exitFullscreen"),
        false => return,
    };
    let asked = js_sys::Reflect::get(whose, &name.into()).and_then(|it| it.dyn_into::<js_sys::Function>());
    if let Ok(promise) = asked.and_then(|it| it.call0(whose)).and_then(|it| it.dyn_into::<js_sys::Promise>()) {
        // Where it is refused, the window is as large as it was.
        wasm_bindgen_futures::spawn_local(async move { drop(JsFuture::from(promise).await) });
    }
}

/// Do something when the page no longer takes the whole screen.
pub(crate) fn on_window_again(work: fn()) {
    let Some(document) = document() else { return };
    let changed = Closure::<dyn FnMut()>::new(move || {
        if self::document().is_some_and(|document| document.fullscreen_element().is_none()) {
            work();
        }
    });
    document.set_onfullscreenchange(Some(changed.as_ref().unchecked_ref()));
    changed.forget();
}

/// How much larger texts are to be than a browser's usual ones.
pub(crate) fn magnification() -> f64 {
    let size = || {
        let root = document()?.document_element()?;
        let style = window()?.get_computed_style(&root).ok().flatten()?;
        style.get_property_value("font-size").ok()?.trim_end_matches("px").parse::<f64>().ok()
    };
    size().map_or(1.0, |pixels| pixels / 16.0)
}

/// Keep the choice of colours for the next visit.
pub(crate) fn remember_theme(theme: Theme) {
    let value = match theme {
        Theme::System => "system",
        Theme::Light => "light",
        Theme::Dark => "dark",
    };
    remember(THEME_KEY, value);
}

/// The choice of colours of the last visit.
pub(crate) fn remembered_theme() -> Theme {
    match remembered(THEME_KEY).as_deref() {
        Some("light") => Theme::Light,
        Some("dark") => Theme::Dark,
        _ => Theme::System,
    }
}

/// Once the page has been built anew and what held the focus is gone, give it to what matches the first of these selectors that
/// matches anything.
pub(crate) fn focus_soon(selectors: &[String]) {
    let selectors = selectors.to_vec();
    after(0, move || {
        let Some(document) = document() else { return };
        let held = document.active_element().is_some_and(|element| !element.has_type::<HtmlBodyElement>());
        let found = selectors.iter().find_map(|selector| document.query_selector(selector).ok().flatten());
        if let Some(element) = found.filter(|_| !held).and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
            // An element in the document can always be asked to take the focus.
            let _ = element.focus();
        }
    });
}

/// Bring what a selector finds into view, with the focus on it, as soon as it is there.
pub(crate) fn reveal_soon(selector: String) {
    after(0, move || {
        let found = document().and_then(|document| document.query_selector(&selector).ok().flatten());
        if let Some(element) = found.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
            element.scroll_into_view();
            // An element in the document can always be asked to take the focus.
            let _ = element.focus();
        }
    });
}

/// Scroll what is around an element no farther than it takes to see it; its beginning, if there is not room for all of it.
pub(crate) fn show(element: &Element) {
    let options = ScrollIntoViewOptions::new();
    let panel = element.closest("[role=tabpanel]").ok().flatten();
    let fits = panel.is_none_or(|panel| element.client_height() <= panel.client_height());
    options.set_block(if fits { ScrollLogicalPosition::Nearest } else { ScrollLogicalPosition::Start });
    element.scroll_into_view_with_scroll_into_view_options(&options);
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

/// Plain data as a JavaScript value.
pub(crate) fn value<T: Serialize>(data: &T) -> JsValue {
    serde_wasm_bindgen::to_value(data).unwrap_or(JsValue::NULL)
}
