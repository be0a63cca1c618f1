//! Why a value does not take a change.

use serde::{Deserialize, Serialize};

/// Why a value does not take a change. It is an answer of the service and no failure: what is declined has changed nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Declined {
    /// The type takes no such change.
    Unfit,
    /// Fewer are left than were asked for.
    SoldOut,
    /// So many are left, but not of the share that this region may sell.
    NoShare,
    /// The account does not hold so much.
    Overdrawn,
    /// Somebody else has it.
    Taken,
    /// Who asks holds nothing of it, or no longer.
    NotHeld,
    /// It was removed, and does not come back.
    Removed,
}

impl Declined {
    /// The same for a person.
    pub const fn words(self) -> &'static str {
        match self {
            Declined::Unfit => "the value takes no such change",
            Declined::SoldOut => "not so many are left",
            Declined::NoShare => "the region's own share is sold",
            Declined::Overdrawn => "the account does not hold so much",
            Declined::Taken => "somebody else has it",
            Declined::NotHeld => "nothing is held, or no longer",
            Declined::Removed => "it was removed before and does not come back",
        }
    }
}
