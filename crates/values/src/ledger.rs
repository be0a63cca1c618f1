//! Accounts between which money is moved.

use crate::by_author::ByAuthor;
use crate::change::{At, Change};
use crate::data::{Data, WORD};
use crate::declined::Declined;
use crate::shown::Shown;
use crate::verb::Verb;
use engine::{Digest, Time};

/// The accounts of one ledger. A transfer is one change of its author: whoever has heard of it has both of its halves, so that in every copy the balances come to
/// what they began with, however copies are merged. Nothing is moved out of an account that does not hold it in this copy; but copies that move at the same time each
/// hold it, so that a merged balance may be below zero.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ledger {
    accounts: u8,
    /// What is in each before the first transfer.
    initial: i64,
    /// By account, the first first: what came in, less what went out. Empty before the author's first transfer.
    moved: ByAuthor<Vec<i64>>,
}

impl Ledger {
    pub(crate) fn new(accounts: u8, initial: i32) -> Ledger {
        Ledger { accounts, initial: initial.into(), moved: ByAuthor::new() }
    }

    pub(crate) fn merge(&mut self, other: &Ledger) {
        self.moved.merge(&other.moved);
    }

    /// The balance of the account at this place, from 0.
    fn balance(&self, place: usize) -> i64 {
        self.initial + self.moved.sums().filter_map(|moved| moved.get(place)).sum::<i64>()
    }

    fn each(&self) -> impl Iterator<Item = i64> {
        (0..usize::from(self.accounts)).map(|place| self.balance(place))
    }
}

impl Data for Ledger {
    fn apply(&mut self, change: Change, at: &At) -> Result<(), Declined> {
        let accounts = change.accounts();
        if change.verb != Verb::Transfer || accounts.iter().any(|account| !(1..=self.accounts).contains(account)) {
            return Err(Declined::Unfit);
        }
        if self.moved.has(at.author, at.count) {
            return Ok(());
        }
        let [from, to] = accounts.map(|account| usize::from(account) - 1);
        let amount = i64::from(change.amount);
        if self.balance(from) < amount {
            return Err(Declined::Overdrawn);
        }
        let moved = self.moved.count(at);
        moved.resize(self.accounts.into(), 0);
        moved[from] -= amount;
        moved[to] += amount;
        Ok(())
    }

    fn show(&self, _now: Time) -> Shown {
        let (mut total, mut digest) = (0, Digest::new());
        self.each().for_each(|balance| {
            total += balance;
            digest.write_u64(balance as u64);
        });
        Shown::Balances { total: total.clamp(i32::MIN.into(), i32::MAX.into()) as i32, digest: digest.value() }
    }

    /// Nothing, since what goes out of one account goes into another.
    fn given(&self) -> i64 {
        -self.moved.sums().flatten().sum::<i64>()
    }

    fn balances(&self) -> Vec<i64> {
        self.each().collect()
    }

    fn bytes(&self) -> u32 {
        WORD + self.moved.bytes(WORD * u32::from(self.accounts))
    }
}
