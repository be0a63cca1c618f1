//! A number that copies change at the same time without losing anything.

use crate::by_author::ByAuthor;
use crate::change::{At, Change};
use crate::data::{Data, WORD};
use crate::declined::Declined;
use crate::shown::Shown;
use crate::verb::Verb;
use engine::Time;

/// What each author added in all (PN-Counter; see [`ByAuthor`]). A retry that comes as another change counts once more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Counter {
    added: ByAuthor<i64>,
}

impl Counter {
    pub(crate) fn new() -> Counter {
        Counter { added: ByAuthor::new() }
    }

    pub(crate) fn merge(&mut self, other: &Counter) {
        self.added.merge(&other.added);
    }
}

impl Data for Counter {
    fn apply(&mut self, change: Change, at: &At) -> Result<(), Declined> {
        if change.verb != Verb::Add {
            return Err(Declined::Unfit);
        }
        if !self.added.has(at.author, at.count) {
            *self.added.count(at) += i64::from(change.amount);
        }
        Ok(())
    }

    fn show(&self, _now: Time) -> Shown {
        Shown::Number(self.added.sums().sum())
    }

    fn bytes(&self) -> u32 {
        self.added.bytes(WORD)
    }
}
