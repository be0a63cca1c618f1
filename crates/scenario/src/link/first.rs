//! Links of version 1, as they are out there: built-in scenarios by their ids alone.

use super::edition::pinned;
use super::parts::{self, LinkScenario};
use super::second::{self, LoggedAction};
use crate::reference::Edition;
use engine::Time;
use serde::Deserialize;

#[derive(Deserialize)]
pub(super) struct Link {
    scenario: Scenario,
    seed: Option<u64>,
    variant: Option<String>,
    actions: Vec<LoggedAction>,
    playhead: Time,
}

#[derive(Deserialize)]
enum Scenario {
    BuiltIn(String),
    Packed(String),
}

impl From<Link> for parts::Link {
    fn from(link: Link) -> parts::Link {
        let Link { scenario, seed, variant, actions, playhead } = link;
        let scenario = match scenario {
            Scenario::BuiltIn(id) => LinkScenario::BuiltIn { id, digest: None },
            Scenario::Packed(text) => LinkScenario::Packed(pinned(&text, Edition::June2020)),
        };
        parts::Link { scenario, seed, variant, actions: second::lines(actions), playhead, outcome: None }
    }
}
