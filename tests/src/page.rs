//! A page in a real browser: look at it, click on it, run JavaScript in it.

use crate::profile::Profile;
use crate::root;
use crate::webdriver::Session;
use anyhow::{Context, Result, bail, ensure};
use base64::Engine;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::path::Path;
use std::time::Duration;

/// The name under which WebDriver passes a reference to an element.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// A page in a browser of its own. Dropping it closes the browser and forgets the profile.
pub struct Page {
    session: Session,
    /// Removed only after the browser has been closed, so it comes after the session.
    _profile: Profile,
}

/// A place in CSS pixels.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize, Serialize)]
pub struct Point {
    /// From the left.
    pub x: f64,
    /// From the top.
    pub y: f64,
}

/// Something the browser's console shows.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Entry {
    /// `SEVERE`, `WARNING`, `INFO` or `DEBUG`.
    pub level: String,
    /// Where and what.
    pub message: String,
}

impl Page {
    pub(crate) fn new(session: Session, profile: Profile) -> Page {
        Page { session, _profile: profile }
    }

    /// Opens an address and waits until it has loaded.
    ///
    /// # Errors
    /// If nothing answers there.
    pub fn goto(&self, address: &str) -> Result<()> {
        self.session.post("url", &json!({ "url": address })).map(drop)
    }

    /// The value of a JavaScript expression; a promise is awaited.
    ///
    /// # Errors
    /// If the expression throws, the promise is rejected, or the value is not what was wanted.
    pub fn eval<T: DeserializeOwned>(&self, expression: &str) -> Result<T> {
        self.call(expression, &[])
    }

    /// Like [`Page::eval`], with values that the expression reads as `arguments[0]` and so on.
    ///
    /// # Errors
    /// As for [`Page::eval`].
    pub fn call<T: DeserializeOwned>(&self, expression: &str, arguments: &[Value]) -> Result<T> {
        let body = json!({ "script": format!("return ({expression});"), "args": arguments });
        let value = self.session.post("execute/sync", &body).with_context(|| format!("in `{expression}`"))?;
        let shown = value.to_string();
        serde_json::from_value(value).with_context(|| format!("`{expression}` gave {shown}"))
    }

    /// Waits until a JavaScript condition holds; one that throws does not hold yet.
    ///
    /// # Errors
    /// If it does not hold in time. The error says what the page looked like, and leaves a screenshot in `shots/`.
    pub fn wait_until(&self, condition: &str, at_most: Duration) -> Result<()> {
        let script = format!(
            "new Promise((resolve) => {{
                const deadline = performance.now() + {};
                let problem = null;
                const look = () => {{
                    let holds = false;
                    try {{ holds = Boolean({condition}); problem = null; }} catch (error) {{ problem = String(error); }}
                    if (holds) resolve({{ holds: true }});
                    else if (performance.now() > deadline) resolve({{ holds: false, problem }});
                    else setTimeout(look, 20);
                }};
                look();
            }})",
            at_most.as_millis()
        );
        let outcome: Value = self.eval(&script)?;
        if outcome["holds"] == true {
            return Ok(());
        }
        let state: Value = self.eval("window.meridian ? window.meridian.state() : null").unwrap_or_default();
        let picture = root().join("shots/failed.png");
        let seen = self.screenshot(&picture).map_or_else(|error| error.to_string(), |()| picture.display().to_string());
        bail!(
            "`{condition}` did not hold within {at_most:?}\n  thrown: {}\n  state: {state}\n  console: {:?}\n  picture: {seen}",
            outcome["problem"],
            self.console().unwrap_or_default(),
        )
    }

    /// Clicks a point of an element, counted from the element's top left corner, as a mouse would.
    ///
    /// # Errors
    /// If there is no such element, or the point is outside the window.
    pub fn click_at(&self, selector: &str, at: Point) -> Result<()> {
        let corner: Option<Point> = self.call(
            "(() => { const found = document.querySelector(arguments[0]); \
             if (!found) return null; found.scrollIntoView({ block: 'nearest' }); \
             const box = found.getBoundingClientRect(); return { x: box.x, y: box.y }; }).apply(null, arguments)",
            &[json!(selector)],
        )?;
        let corner = corner.with_context(|| format!("no element matches `{selector}`"))?;
        // WebDriver counts whole pixels.
        let (x, y) = ((corner.x + at.x).round(), (corner.y + at.y).round());
        let mouse = json!({ "actions": [{
            "type": "pointer", "id": "mouse", "parameters": { "pointerType": "mouse" },
            "actions": [
                { "type": "pointerMove", "duration": 0, "origin": "viewport", "x": x as i64, "y": y as i64 },
                { "type": "pointerDown", "button": 0 },
                { "type": "pointerUp", "button": 0 },
            ],
        }] });
        self.session.post("actions", &mouse).map(drop)
    }

    /// Clicks the control that a person would call by this name: its label, or else its text.
    ///
    /// # Errors
    /// If no visible control has the name, or it cannot be clicked.
    pub fn click(&self, name: &str) -> Result<()> {
        let found: Value = self.call(
            "(() => { const called = (element) => (element.getAttribute('aria-label') || element.textContent).trim(); \
             const controls = [...document.querySelectorAll('button, a, [role=button], [role=option], [role=tab], summary')]; \
             const visible = controls.filter((element) => element.checkVisibility()); \
             return visible.find((element) => called(element) === arguments[0]) \
                 || visible.find((element) => called(element).startsWith(arguments[0])) \
                 || visible.map(called); }).apply(null, arguments)",
            &[json!(name)],
        )?;
        let element =
            found[ELEMENT].as_str().with_context(|| format!("no control is called `{name}`; there are: {found}"))?;
        self.session.post(&format!("element/{element}/click"), &json!({})).map(drop)
    }

    /// Chooses an option of a list by its value, as a person's choice would.
    ///
    /// # Errors
    /// If there is no such list or option.
    pub fn choose(&self, selector: &str, value: &str) -> Result<()> {
        let options: Option<Vec<String>> = self.call(
            "(() => { const list = document.querySelector(arguments[0]); if (!list) return []; \
             const options = [...list.options].map((option) => option.value); \
             if (!options.includes(arguments[1])) return options; \
             list.value = arguments[1]; \
             for (const name of ['input', 'change']) list.dispatchEvent(new Event(name, { bubbles: true })); \
             return null; }).apply(null, arguments)",
            &[json!(selector), json!(value)],
        )?;
        match options {
            None => Ok(()),
            Some(options) => bail!("`{selector}` is no list with an option `{value}`; it has {options:?}"),
        }
    }

    /// Presses and releases a key, such as `" "` or `"\u{E014}"` (the right arrow in WebDriver's numbering).
    ///
    /// # Errors
    /// If the browser is gone.
    pub fn press(&self, key: &str) -> Result<()> {
        let actions = json!([{ "type": "keyDown", "value": key }, { "type": "keyUp", "value": key }]);
        self.session
            .post("actions", &json!({ "actions": [{ "type": "key", "id": "keys", "actions": actions }] }))
            .map(drop)
    }

    /// The text a person can read in an element.
    ///
    /// # Errors
    /// If there is no such element.
    pub fn text(&self, selector: &str) -> Result<String> {
        let text: Option<String> = self.call(
            "(() => { const found = document.querySelector(arguments[0]); return found && found.innerText; }).apply(null, arguments)",
            &[json!(selector)],
        )?;
        text.with_context(|| format!("no element matches `{selector}`"))
    }

    /// Writes what the window shows into a PNG file.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn screenshot(&self, file: &Path) -> Result<()> {
        let answer = self.session.get("screenshot")?;
        let encoded = answer.as_str().context("the browser took no picture")?;
        let png = base64::engine::general_purpose::STANDARD.decode(encoded)?;
        if let Some(folder) = file.parent() {
            std::fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
        }
        std::fs::write(file, png).with_context(|| format!("cannot write {}", file.display()))
    }

    /// What the console has shown since this was last asked.
    ///
    /// # Errors
    /// If the browser is gone.
    pub fn console(&self) -> Result<Vec<Entry>> {
        let entries = self.session.post("se/log", &json!({ "type": "browser" }))?;
        Ok(serde_json::from_value(entries)?)
    }

    /// Fails if the console has shown an error or a warning since it was last asked.
    ///
    /// # Errors
    /// Those errors and warnings.
    pub fn assert_console_clean(&self) -> Result<()> {
        let mut entries = self.console()?;
        entries.retain(|entry| entry.level == "SEVERE" || entry.level == "WARNING");
        ensure!(entries.is_empty(), "the console is not clean: {entries:#?}");
        Ok(())
    }
}
