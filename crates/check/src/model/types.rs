//! The types of values that a history may be about, a row each.

use super::row::Type;
use super::{account, counter, feed, ledger, name, set, stock, two_phase_set};

/// All types, as `values` knows them.
pub(crate) static TYPES: [&Type; 10] = [
    &counter::COUNTER,
    &counter::MAX_COUNTER,
    &set::SET,
    &set::CART,
    &two_phase_set::TWO_PHASE_SET,
    &stock::STOCK,
    &account::ACCOUNT,
    &name::NAME,
    &feed::FEED,
    &ledger::LEDGER,
];
