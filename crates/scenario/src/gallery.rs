//! The built-in scenarios.

use crate::problem::nearest;

/// A built-in scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BuiltIn {
    /// Its id: the name of its file.
    pub id: &'static str,
    /// Its text.
    pub text: &'static str,
}

macro_rules! gallery {
    ($($id:literal),+ $(,)?) => {
        /// The built-in scenarios in the order of the gallery; the first opens by itself.
        pub fn built_in() -> &'static [BuiltIn] {
            &[$(BuiltIn { id: $id, text: include_str!(concat!("../../../scenarios/", $id, ".toml")) }),+]
        }

        /// What the runs of a built-in scenario must come to; see [`crate::goldens`]. Apart from the scenarios, so that a
        /// program that never asks does not carry them.
        pub(crate) fn golden(id: &str) -> Option<&'static str> {
            match id {
                $($id => Some(include_str!(concat!("../../../scenarios/goldens/", $id, ".toml"))),)+
                _ => None,
            }
        }
    };
}

gallery![
    "first-look",
    "failover-loses-orders",
    "ghost-read",
    "region-isolation",
    "false-positive-failover",
    "sync-across-the-ocean",
    "failed-and-done",
    "raft-across-continents",
    "two-regions-no-majority",
    "non-transitive-cut",
    "circuit-breaker",
    "quorums-that-overlap",
    "sloppy-comments",
    "split-brain-oversell",
    "last-item",
    "double-spend",
    "the-later-balance",
    "two-email-addresses",
    "likes-across-a-cut",
    "global-cart",
];

/// The built-in scenario of this id.
pub fn find_built_in(id: &str) -> Option<&'static BuiltIn> {
    built_in().iter().find(|scenario| scenario.id == id)
}

/// The built-in scenario whose id was most likely meant, if any is near: at most a third of its letters differ, not counting which are
/// capitals.
pub fn nearest_built_in(id: &str) -> Option<&'static BuiltIn> {
    nearest(&id.to_lowercase(), built_in().iter().map(|scenario| scenario.id)).and_then(find_built_in)
}
