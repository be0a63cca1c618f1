//! What was written last, or deleted.

use crate::change::{At, Change};
use crate::data::{Data, WORD};
use crate::declined::Declined;
use crate::shown::Shown;
use crate::verb::Verb;
use engine::Time;

/// The write whose value is there. A change takes the place of what it finds; of two copies the one stays that was written later by its author's
/// clock, and of two of one instant the one with the larger identity, so that a later write by a slow clock can lose (LWW-Register,
/// INRIA RR-7506, specification 8).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Register {
    /// What its author's clock showed.
    at: Time,
    /// 0 before the first.
    write: u64,
    /// Whether it left nothing: what was there before must not come back from another copy, so that the deletion is kept as a write is.
    deleted: bool,
}

impl Register {
    pub(crate) const fn new() -> Register {
        Register { at: Time::ZERO, write: 0, deleted: false }
    }

    pub(crate) fn merge(&mut self, other: &Register) {
        *self = *other.max(self);
    }
}

impl Data for Register {
    fn apply(&mut self, change: Change, at: &At) -> Result<(), Declined> {
        if !matches!(change.verb, Verb::Set | Verb::Delete) {
            return Err(Declined::Unfit);
        }
        *self = Register { at: at.now, write: at.write, deleted: change.verb == Verb::Delete };
        Ok(())
    }

    fn show(&self, _now: Time) -> Shown {
        if self.write == 0 || self.deleted { Shown::Nothing } else { Shown::Write(self.write) }
    }

    fn bytes(&self) -> u32 {
        2 * WORD
    }
}
