//! What clients are answered about values.

use std::fmt;

/// What a read shows.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Contents {
    /// Nobody has it.
    Nothing,
    /// A count, a balance, who has the name, or what is left of a stock.
    Number(i64),
    /// Elements in their order, or posts in theirs.
    List(Vec<i64>),
    /// All of a stock.
    Stock {
        /// Neither sold nor held.
        left: i64,
        /// Held back.
        held: i64,
        /// Sold.
        sold: i64,
    },
    /// Accounts of a ledger, and how much is in each, in the order of their numbers.
    Balances(Vec<(u64, i64)>),
}

/// What is answered.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Answer {
    /// Nothing yet: a read that is under way.
    Open,
    /// The change is made. Of one whose outcome is unknown: if it is made.
    Taken,
    /// The value did not take the change: there was not enough, or somebody else had it.
    Declined,
    /// A read showed this.
    Shows(Contents),
    /// A read showed what this change left ([`TypedCall::write`]); 0: what there was at first.
    After(u64),
}

/// As EDN writes it.
impl fmt::Display for Contents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Contents::Nothing => f.write_str("nil"),
            Contents::Number(number) => write!(f, "{number}"),
            Contents::List(elements) => {
                let elements: Vec<String> = elements.iter().map(i64::to_string).collect();
                write!(f, "[{}]", elements.join(" "))
            }
            Contents::Balances(balances) => {
                let balances: Vec<String> =
                    balances.iter().map(|(account, held)| format!("{account} {held}")).collect();
                write!(f, "{{{}}}", balances.join(", "))
            }
            Contents::Stock { left, held, sold } => write!(f, "{{:left {left}, :held {held}, :sold {sold}}}"),
        }
    }
}
