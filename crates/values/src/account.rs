//! Money that is paid in and out.

use crate::by_author::ByAuthor;
use crate::change::{At, Change};
use crate::data::{Data, WORD};
use crate::declined::Declined;
use crate::shown::Shown;
use crate::verb::Verb;
use engine::Time;

/// A balance. Nothing is paid out that this copy does not hold; but copies that pay out at the same time each hold it, and merging
/// sums up what they did, so that a merged balance may be below zero.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Account {
    initial: i64,
    paid_in: ByAuthor<i64>,
}

impl Account {
    pub(crate) fn new(initial: i32) -> Account {
        Account { initial: initial.into(), paid_in: ByAuthor::new() }
    }

    pub(crate) fn merge(&mut self, other: &Account) {
        self.paid_in.merge(&other.paid_in);
    }

    fn balance(&self) -> i64 {
        self.initial + self.paid_in.sums().sum::<i64>()
    }
}

impl Data for Account {
    fn apply(&mut self, change: Change, at: &At) -> Result<(), Declined> {
        let amount = i64::from(change.amount);
        let paid_in = match change.verb {
            Verb::Deposit => amount,
            Verb::Withdraw => -amount,
            _ => return Err(Declined::Unfit),
        };
        if self.paid_in.has(at.author, at.count) {
            return Ok(());
        }
        if paid_in < 0 && self.balance() + paid_in < 0 {
            return Err(Declined::Overdrawn);
        }
        *self.paid_in.count(at) += paid_in;
        Ok(())
    }

    fn show(&self, _now: Time) -> Shown {
        Shown::Number(self.balance())
    }

    fn given(&self) -> i64 {
        -self.paid_in.sums().sum::<i64>()
    }

    fn bytes(&self) -> u32 {
        WORD + self.paid_in.bytes(WORD)
    }
}
