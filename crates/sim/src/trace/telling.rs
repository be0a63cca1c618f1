//! What every part's facts say of themselves: their words, and whether and how they stand on the timeline.

use crate::names::Names;

/// A fact that can be told. What most facts do not do has a default.
pub(crate) trait Telling {
    /// What happened, as a link of a chain of causes.
    fn words(&self, names: &Names) -> String;

    /// Whether it is kept for the whole run: what marks, causes far back, recoveries and decisions are made of.
    fn notable(&self) -> bool {
        false
    }

    /// The flag that a notable fact puts on the timeline, if it does.
    fn flag(&self, _: &Names) -> Option<Flag> {
        None
    }
}

/// A decision on the timeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Flag {
    /// What was decided. Flags of the same words are drawn as one.
    pub(crate) title: String,
    /// The regions concerned.
    pub(crate) regions: Vec<u16>,
    /// How much it matters beside others of its moment, 0 to 3: who leads matters most, that somebody caught up least.
    pub(crate) weight: u8,
}

impl Flag {
    pub(crate) fn new(weight: u8, title: String, regions: impl Into<Vec<u16>>) -> Flag {
        Flag { title, regions: regions.into(), weight }
    }
}
