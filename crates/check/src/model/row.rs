//! What is to be said of a type of values: its sequential behaviour, as small as it is.

use crate::typed::{Contents, Verb};

/// What a value holds, as its type writes it down.
pub(crate) type Cells = Vec<i64>;

/// A change, as a value meets it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Act {
    pub(crate) verb: Verb,
    pub(crate) number: i64,
    /// Who asks, where somebody may hold something; otherwise 0.
    pub(crate) who: i64,
    /// Of a reservation: the earliest instant at which it may run out, and its operation. Otherwise 0.
    pub(crate) until: i64,
    pub(crate) hold: i64,
    /// Of a transfer: from which account to which. Otherwise 0.
    pub(crate) accounts: [u64; 2],
}

/// What a read answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reads {
    Number,
    /// In any order.
    Elements,
    /// In the order in which they were appended.
    Posts,
    /// A number or nobody.
    Holder,
    /// All of it, or what is left.
    Stock,
    /// By account.
    Balances,
}

/// A type of values.
#[derive(Debug)]
pub(crate) struct Type {
    /// As a user writes it.
    pub(crate) name: &'static str,
    pub(crate) verbs: &'static [Verb],
    pub(crate) reads: Reads,
    /// Whether it may begin with some amount.
    pub(crate) begins_with_some: bool,
    /// What there is at first, of so much, or in each of these accounts.
    pub(crate) begin: fn(i64, &[u64]) -> Cells,
    /// Makes a change, or leaves all as it is and says that it is declined.
    pub(crate) apply: fn(&mut Cells, &Act) -> bool,
    /// Whether no change is ever declined.
    pub(crate) takes_all: bool,
    /// Whether what a read shows is the sum of what was taken, whatever the order.
    pub(crate) sums_up: bool,
    pub(crate) shows: fn(&[i64]) -> Contents,
}
