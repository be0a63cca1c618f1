//! What every type of value can do, and what its pieces weigh.

use crate::change::{At, Change};
use crate::declined::Declined;
use crate::shown::Shown;
use engine::Time;

/// Bytes of a write's identity, a time or a number, as they would be sent.
pub(crate) const WORD: u32 = 8;
/// Bytes of an element, an author or a customer.
pub(crate) const SHORT: u32 = 2;
/// Bytes of an author's count.
pub(crate) const COUNT: u32 = 4;

/// What every type of value can do; see the methods of the same names of [`crate::Value`]. Merging is not here, since it takes two of one type.
pub(crate) trait Data {
    /// Takes a change that says what its verb takes.
    fn apply(&mut self, change: Change, at: &At) -> Result<(), Declined>;
    /// What a read brings.
    fn show(&self, now: Time) -> Shown;
    /// Whether it has this element.
    fn has(&self, _: u16) -> bool {
        false
    }
    /// How much is given away of what there was.
    fn given(&self) -> i64 {
        0
    }
    /// So much of what is sold is not.
    fn take_back(&mut self, _: i64, _: &At) {}
    /// So much was taken back more than once.
    fn taken_back_again(&mut self, _: i64) {}
    /// What is on each account of a ledger.
    fn balances(&self) -> Vec<i64> {
        Vec::new()
    }
    /// What it weighs.
    fn bytes(&self) -> u32;
}
