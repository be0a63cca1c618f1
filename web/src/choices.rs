//! What a person chooses of the page itself.

/// What dragging on the map does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tool {
    /// Move the map.
    #[default]
    Pan,
    /// Draw round regions to cut them off from the others.
    Lasso,
}

/// A panel on the right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Panel {
    /// What is picked.
    Inspector,
    /// Expectations and numbers.
    Scorecard,
    /// Verdicts and their witnesses.
    Verdicts,
}

/// Light or dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the system wishes.
    #[default]
    System,
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}
