//! Texts of the gallery are fetched once the first frame is there, or as soon as one of them is to be opened.

use crate::app::{self, App};
use crate::browser;
use crate::command::Command;
use crate::texts::fetch;
use scenario::{BuiltIn, built_in};
use wasm_bindgen_futures::spawn_local;

impl App {
    /// Fetch a text, and then carry out what waits for it.
    pub(super) fn await_text(&mut self, scenario: &'static BuiltIn, then: Command) {
        self.texts.awaited = Some((scenario, then));
        // It goes when that is opened, or gives way to what went wrong.
        self.notify(&format!("“{}” is being loaded.", scenario.title), false, None);
        spawn_local(async move {
            let text = fetch(scenario).await;
            app::with(|app| app.arrived(scenario, text));
            crate::waking::wake();
        });
    }

    /// Fetch, one after the other, all that is not here yet. What cannot be had is asked for again when it is to be opened.
    pub(crate) fn send_for_texts(&mut self) {
        if std::mem::replace(&mut self.texts.sent_for, true) {
            return;
        }
        spawn_local(async {
            for scenario in built_in() {
                if app::with(|app| app.texts.of(scenario).is_some()) == Some(true) {
                    continue;
                }
                if let Ok(text) = fetch(scenario).await {
                    app::with(|app| app.arrived(scenario, Ok(text)));
                }
            }
        });
    }

    fn arrived(&mut self, scenario: &'static BuiltIn, text: Result<String, String>) {
        let then = self.texts.awaited.take_if(|(awaited, _)| awaited.id == scenario.id).map(|(_, then)| then);
        match (text, then) {
            (Ok(text), then) => {
                self.texts.fetched.insert(scenario.id, text);
                if let Some(then) = then {
                    let by_hand = matches!(then, Command::OpenBuiltIn(_));
                    self.carry_out(then);
                    if by_hand {
                        // The heading that had been given the focus is another one now.
                        browser::focus_soon(&["#story [tabindex='-1']".to_owned()]);
                    }
                }
            }
            (Err(why), Some(then)) => {
                let open = self.open_instead();
                let link = matches!(then, Command::OpenLink(_));
                let said = format!("“{}” could not be loaded: {why}. {open}", scenario.title);
                self.notify(&said, true, Some(("Try again", then)));
                if link {
                    self.leave_address();
                }
            }
            (Err(_), None) => {}
        }
    }
}
