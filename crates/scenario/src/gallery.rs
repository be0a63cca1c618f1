//! The built-in scenarios.

/// A built-in scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BuiltIn {
    /// Its id: the name of its file.
    pub id: &'static str,
    /// Its text.
    pub text: &'static str,
    /// What its runs must come to; see [`crate::goldens`].
    pub golden: &'static str,
}

macro_rules! gallery {
    ($($id:literal),+ $(,)?) => {
        &[$(BuiltIn {
            id: $id,
            text: include_str!(concat!("../../../scenarios/", $id, ".toml")),
            golden: include_str!(concat!("../../../scenarios/goldens/", $id, ".toml")),
        }),+]
    };
}

/// The built-in scenarios in the order of the gallery; the first opens by itself.
pub fn built_in() -> &'static [BuiltIn] {
    gallery![
        "first-look",
        "failover-loses-orders",
        "ghost-read",
        "region-isolation",
        "false-positive-failover",
        "sync-across-the-ocean",
    ]
}

/// The built-in scenario of this id.
pub fn find_built_in(id: &str) -> Option<&'static BuiltIn> {
    built_in().iter().find(|scenario| scenario.id == id)
}
