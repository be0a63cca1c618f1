//! A type as a dataset declares it.

use crate::types::{TYPES, TypeInfo};

/// A type with what its values begin with, as a dataset declares it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is described in `TYPES`")]
pub enum Kind {
    Register,
    Counter,
    MaxCounter,
    Set,
    TwoPhaseSet,
    Cart,
    Stock {
        /// Units on the shelf, 0 or more.
        initial: i32,
        /// How many of them each region may sell, by its index, 0 or more, together at most `initial`; a region beyond the end has
        /// no share. `None`: each sells what it sees left.
        quotas: Option<Vec<i32>>,
    },
    Account {
        /// The balance, in the unit of the account, 0 or more.
        initial: i32,
    },
    Name,
    Feed,
    Ledger {
        /// How many accounts, at least 2.
        accounts: u8,
        /// The balance of each, in the unit of the ledger, 0 or more, all together at most the largest `i32`.
        initial: i32,
    },
}

/// How many accounts a ledger has where nobody says: as many as that of Jepsen's bank test.
const ACCOUNTS: u8 = 8;

impl Kind {
    /// The type that a scenario calls so, whose values begin with so much where they begin with something.
    pub fn beginning_with(id: &str, initial: i32) -> Option<Kind> {
        let kinds = [
            Kind::Register,
            Kind::Counter,
            Kind::MaxCounter,
            Kind::Set,
            Kind::TwoPhaseSet,
            Kind::Cart,
            Kind::Stock { initial, quotas: None },
            Kind::Account { initial },
            Kind::Name,
            Kind::Feed,
            Kind::Ledger { accounts: ACCOUNTS, initial },
        ];
        kinds.into_iter().find(|kind| kind.id() == id)
    }

    /// What a scenario calls it.
    pub const fn id(&self) -> &'static str {
        self.info().id
    }

    /// Whether copies are merged by what they hold and not by what was done: what one took back, comes back from another, whatever that one knows.
    pub const fn comes_back(&self) -> bool {
        matches!(self, Kind::MaxCounter | Kind::Cart)
    }

    /// What is to be said of it.
    pub const fn info(&self) -> &'static TypeInfo {
        let place = match self {
            Kind::Register => 0,
            Kind::Counter => 1,
            Kind::MaxCounter => 2,
            Kind::Set => 3,
            Kind::TwoPhaseSet => 4,
            Kind::Cart => 5,
            Kind::Stock { .. } => 6,
            Kind::Account { .. } => 7,
            Kind::Name => 8,
            Kind::Feed => 9,
            Kind::Ledger { .. } => 10,
        };
        &TYPES[place]
    }
}
