//! The texts of the gallery. The first is part of the module; the others are files beside the page.

use crate::browser;
use crate::command::Command;
use engine::FlatMap;
use scenario::{BuiltIn, FIRST_TEXT};

/// The texts that are here, and what waits for one.
#[derive(Default)]
pub(crate) struct Texts {
    /// By id, those that were fetched.
    pub(crate) fetched: FlatMap<&'static str, String>,
    /// What to carry out once a text is here.
    pub(crate) awaited: Option<(&'static BuiltIn, Command)>,
    /// Whether all of them have been sent for.
    pub(crate) sent_for: bool,
}

impl Texts {
    /// The text of a scenario, if it is here.
    pub(crate) fn of(&self, scenario: &BuiltIn) -> Option<&str> {
        let first = scenario.is(FIRST_TEXT).then_some(FIRST_TEXT);
        first.or_else(|| self.fetched.get(&scenario.id).map(String::as_str))
    }
}

/// The text of a scenario, from beside the page.
///
/// # Errors
/// Why it is not to be had, in words that go on a sentence.
pub(crate) async fn fetch(scenario: &BuiltIn) -> Result<String, String> {
    // Its digest makes it another address with each edition, so that no cache answers with the one before.
    let text = browser::fetch(&format!("scenarios/{}.toml?{:016x}", scenario.id, scenario.digest)).await?;
    if scenario.is(&text) {
        Ok(text)
    } else {
        Err("the server has another edition of it than of this page; reload the page".to_owned())
    }
}
