//! A published design of a like counter that does not work.

use crate::change::{At, Change};
use crate::data::{Data, SHORT, WORD};
use crate::declined::Declined;
use crate::shown::Shown;
use crate::verb::Verb;
use engine::{FlatMap, Time};

/// A count for each region, changed in place and merged by the maximum. That is the grow-only counter (INRIA RR-7506, specification 6) made
/// to go down as well: a copy with the count of before is taken for one that knows more, so that what was taken back
/// returns. Nor does it know which changes it has counted. A count does not go below zero: what is taken back where
/// nothing was counted is ignored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct MaxCounter {
    counts: FlatMap<u16, i64>,
}

impl MaxCounter {
    pub(crate) fn new() -> MaxCounter {
        MaxCounter { counts: FlatMap::new() }
    }

    pub(crate) fn merge(&mut self, other: &MaxCounter) {
        for (author, theirs) in other.counts.iter() {
            let mine = self.counts.get_or_default(*author);
            *mine = (*mine).max(*theirs);
        }
    }
}

impl Data for MaxCounter {
    fn apply(&mut self, change: Change, at: &At) -> Result<(), Declined> {
        if change.verb != Verb::Add {
            return Err(Declined::Unfit);
        }
        let mine = self.counts.get_or_default(at.author.region);
        *mine = (*mine + i64::from(change.amount)).max(0);
        Ok(())
    }

    fn show(&self, _now: Time) -> Shown {
        Shown::Number(self.counts.values().sum())
    }

    fn bytes(&self) -> u32 {
        self.counts.len() as u32 * (SHORT + WORD)
    }
}
