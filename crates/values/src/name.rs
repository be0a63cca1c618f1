//! A name that one may have.

use crate::change::{At, Change};
use crate::data::{COUNT, Data, SHORT, WORD};
use crate::declined::Declined;
use crate::shown::Shown;
use crate::verb::Verb;
use engine::Time;
use std::cmp::Reverse;

/// Who has a name. Where copies let different customers have it, the one who claimed first by the clock of its author keeps it, and of one
/// instant the one by the region of the lower index: the other was told that the name is its own and loses it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Name {
    /// How often it was given up: a claim of before yields to that.
    ceded: u32,
    holder: Option<Holder>,
}

/// In the order in which claims win.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Holder {
    since: Time,
    region: u16,
    write: u64,
    customer: u32,
}

impl Name {
    pub(crate) const fn new() -> Name {
        Name { ceded: 0, holder: None }
    }

    /// Larger is what prevails: given up more often, then held rather than free, then claimed earlier.
    pub(crate) fn merge(&mut self, other: &Name) {
        let rank = |name: &Name| (name.ceded, name.holder.map(Reverse));
        if rank(other) > rank(self) {
            *self = *other;
        }
    }

    fn claim(&mut self, customer: u32, at: &At) -> Result<(), Declined> {
        match self.holder {
            Some(holder) if holder.write != at.write => Err(Declined::Taken),
            Some(_) => Ok(()),
            None => {
                self.holder = Some(Holder { since: at.now, region: at.author.region, write: at.write, customer });
                Ok(())
            }
        }
    }

    fn cede(&mut self, customer: u32) -> Result<(), Declined> {
        match self.holder {
            Some(holder) if holder.customer == customer => {
                *self = Name { ceded: self.ceded + 1, holder: None };
                Ok(())
            }
            _ => Err(Declined::NotHeld),
        }
    }
}

impl Data for Name {
    fn apply(&mut self, change: Change, at: &At) -> Result<(), Declined> {
        match change.verb {
            Verb::Claim => self.claim(change.customer(), at),
            Verb::Cede => self.cede(change.customer()),
            _ => Err(Declined::Unfit),
        }
    }

    fn show(&self, _now: Time) -> Shown {
        self.holder.map_or(Shown::Nothing, |holder| Shown::Holder(holder.write))
    }

    fn given(&self) -> i64 {
        self.holder.is_some().into()
    }

    fn bytes(&self) -> u32 {
        COUNT + self.holder.map_or(0, |_| 2 * WORD + 2 * SHORT)
    }
}
