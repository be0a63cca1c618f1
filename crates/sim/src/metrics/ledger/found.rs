//! What the books find in a second.

/// So many writes are looked at anew when the books are audited.
pub(super) const AUDITED: usize = 500;

/// What was found in a second.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Found {
    /// Acknowledged writes first found to be executed twice.
    pub(crate) doubled: u32,
    /// Writes first thrown away for another when neither of the two knew the other.
    pub(crate) conflicts: u32,
    /// Those of them that had been acknowledged by then.
    pub(crate) confirmed: u32,
}
