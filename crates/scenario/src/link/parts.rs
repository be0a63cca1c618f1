//! What a link holds.

use engine::Time;
use serde::{Deserialize, Serialize};

/// A run as a link.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Link {
    /// The scenario.
    pub scenario: LinkScenario,
    /// The seed; `None` is the scenario's own.
    pub seed: Option<u64>,
    /// The variant; `None` is the scenario as written.
    pub variant: Option<String>,
    /// What a person did, in the order of time: lines such as `12.5s region-loss region=us-east-1`.
    pub actions: Vec<String>,
    /// Where the playhead stands.
    pub playhead: Time,
    /// The first bytes of the run's digest at the last whole second not after the playhead, where that was known when the link
    /// was made; versions 1 and 2 did not.
    pub outcome: Option<[u8; 4]>,
}

/// The scenario of a link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LinkScenario {
    /// A built-in one.
    BuiltIn {
        /// Its id.
        id: String,
        /// The digest of its text when the link was made; links of version 1 do not know it.
        digest: Option<[u8; 4]>,
    },
    /// Any other, whole, with the edition of round trips it was made with.
    Packed(String),
}
