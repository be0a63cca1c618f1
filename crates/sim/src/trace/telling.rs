//! What every part's facts say of themselves: their words, what they are owed to, and whether and how they stand on the timeline.

use super::What;
use crate::names::Names;

/// A fact that can be told. What most facts do not do has a default.
pub(crate) trait Telling {
    /// What happened, as a link of a chain of causes.
    fn words(&self, names: &Names) -> String;

    /// The operation whose story it is a part of, if it is.
    fn operation(&self) -> Option<u64> {
        None
    }

    /// The event with which the fault began that it is owed to beside its cause, if it is to one.
    fn owed_to(&self) -> Option<u64> {
        None
    }

    /// How many facts in a row it takes to come to this, where it has more causes than one.
    fn takes(&self, _: &Names) -> u32 {
        0
    }

    /// Whether another fact is one of those that it takes.
    fn counts(&self, _: &What) -> bool {
        false
    }

    /// Whether it is kept for the whole run: what marks, causes far back, recoveries and decisions are made of.
    fn notable(&self) -> bool {
        false
    }

    /// What a notable fact is on the timeline.
    fn sign(&self) -> Sign {
        Sign::Flag
    }

    /// The flag that a notable fact puts on the timeline, if it does.
    fn flag(&self, _: &Names) -> Option<Flag> {
        None
    }
}

/// What a notable fact is on the timeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sign {
    /// Its flag, if it has one.
    Flag,
    /// Its flag, unless it is so from the start of a run: then nobody decided it.
    Change,
    /// As a change; and what follows this region begins anew to be behind.
    Leads { dataset: u16, region: u16 },
    /// Its flag, if this stream was notably behind since it was last level.
    Level { dataset: u16, from: u16, to: u16 },
    /// The beginning of a fault's bar: its number, and its index among the planned ones, if it was planned.
    Begins { fault: u32, planned: Option<u16> },
    /// The end of a fault's bar.
    Ends { fault: u32 },
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
