//! What a read brings.

use engine::Digest;
use serde::{Deserialize, Serialize};

/// What a read brings. Two copies show the same exactly if a client could not tell them apart by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Shown {
    /// There is nothing yet.
    Nothing,
    /// The write whose value is there.
    Write(u64),
    /// A count, or a balance in the unit of its account; it may be below zero.
    Number(i64),
    /// Units of a stock; beyond the range of the type, its end.
    Stock {
        /// Neither sold nor held; below zero, so many were sold that were not there.
        left: i32,
        /// Held back at the time of the read.
        held: i32,
        /// Sold.
        sold: i32,
    },
    /// Elements of a set, or posts.
    Elements {
        /// How many.
        count: u32,
        /// Of which, in their order; not cryptographic.
        digest: u64,
    },
    /// The write that holds the name.
    Holder(u64),
    /// Balances of a ledger.
    Balances {
        /// What they come to; beyond the range of the type, its end.
        total: i32,
        /// Of each, in the order of the accounts; not cryptographic.
        digest: u64,
    },
}

const _: () = assert!(size_of::<Shown>() == 16);

impl Shown {
    /// What it comes to where values are summed up: the number, balance or all balances, units sold, elements, posts, 1 for a name that somebody has;
    /// a register comes to nothing.
    pub fn sum(self) -> i64 {
        match self {
            Shown::Nothing | Shown::Write(_) => 0,
            Shown::Number(number) => number,
            Shown::Stock { sold, .. } => sold.into(),
            Shown::Elements { count, .. } => count.into(),
            Shown::Holder(_) => 1,
            Shown::Balances { total, .. } => total.into(),
        }
    }

    /// These elements, in this order.
    pub(crate) fn elements(elements: impl Iterator<Item = u64>) -> Shown {
        let (mut count, mut digest) = (0, Digest::new());
        elements.for_each(|element| {
            count += 1;
            digest.write_u64(element);
        });
        Shown::Elements { count, digest: digest.value() }
    }
}
