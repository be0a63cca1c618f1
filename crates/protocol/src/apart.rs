//! Copies that came about apart.

/// What is shown of copies of a key that were changed apart from each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Apart {
    /// The one with the later stamp; where one log orders all changes, there are none.
    TheLater,
    /// One of them, whatever the stamps.
    One,
    /// What is in either: they are merged.
    All,
}
