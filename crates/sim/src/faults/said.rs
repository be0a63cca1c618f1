//! What faults do, as others see it.

use serde::{Deserialize, Serialize};

/// What begins and ends.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the fields are named after what they are; each line says what happened")]
pub enum Fact {
    /// A region lost power.
    RegionDown { region: u16, disks_lost: bool },
    /// A region has power again.
    RegionUp { region: u16 },
    /// A fault began: its number in the order of beginning, and its index among the planned ones, if it was planned.
    FaultStarted { fault: u32, planned: Option<u16> },
    /// A fault ended.
    FaultEnded { fault: u32 },
}

/// What others may want to hear of.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Said {
    /// A region has lost its power, by this event.
    PowerLost { region: u16, disks_lost: bool, down: u64 },
    /// A region has power again.
    PowerBack { region: u16 },
}

/// Which fault is meant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FaultName {
    /// The planned one of this id.
    Planned(String),
    /// By its number in the order of beginning, from 0, which is another's where another was planned to begin before: how links named those
    /// begun by hand.
    Begun(u32),
    /// By its number among those that were begun by hand, from 1.
    ByHand(u32),
}

/// What happens when.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Event {
    /// A planned fault begins.
    Start { planned: u16 },
    /// A fault ends.
    End { fault: u32 },
}
