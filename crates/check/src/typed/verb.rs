//! What clients ask of values.

/// What is asked of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verb {
    /// Show what there is.
    Read,
    /// Add to a number, or put an element in.
    Add,
    /// Take an element out.
    Remove,
    /// Sell so many of what is left.
    Sell,
    /// Hold so many back.
    Reserve,
    /// Sell what the hold of a customer that runs out first holds.
    Commit,
    /// Give that back.
    Release,
    /// Put so many more on the shelf.
    Restock,
    /// Pay in.
    Deposit,
    /// Pay out.
    Withdraw,
    /// Take a name.
    Claim,
    /// Give it up.
    Cede,
    /// Append a post.
    Post,
    /// There was so much at first. Nobody asks for it.
    Begin,
    /// A hold runs out. Nobody asks for it.
    Expire,
    /// Pay out of one account into another.
    Transfer,
}

/// What a change is about, besides its verb.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Takes {
    /// Nothing.
    Nothing,
    /// A number, above or below zero, which may stand for an element or a post.
    Number,
    /// A number of units, at least 1.
    Amount,
    /// A number of units, at least 1, for how long, and who holds them.
    Hold,
    /// Who asks.
    Customer,
    /// A number of units, at least 1, and two accounts.
    Accounts,
}

impl Verb {
    /// Each with its word, the same in the past, and what it takes. What nobody asks for no type has among its verbs.
    const ROWS: [(Verb, &'static str, &'static str, Takes); 16] = [
        (Verb::Read, "read", "read", Takes::Nothing),
        (Verb::Add, "add", "added", Takes::Number),
        (Verb::Remove, "remove", "removed", Takes::Number),
        (Verb::Sell, "sell", "sold", Takes::Amount),
        (Verb::Reserve, "reserve", "reserved", Takes::Hold),
        (Verb::Commit, "commit", "sold what was held", Takes::Customer),
        (Verb::Release, "release", "gave back what was held", Takes::Customer),
        (Verb::Restock, "restock", "restocked", Takes::Amount),
        (Verb::Deposit, "deposit", "deposited", Takes::Amount),
        (Verb::Withdraw, "withdraw", "withdrew", Takes::Amount),
        (Verb::Claim, "claim", "claimed the name", Takes::Customer),
        (Verb::Cede, "cede", "gave the name up", Takes::Customer),
        (Verb::Post, "post", "posted", Takes::Number),
        (Verb::Begin, "begin", "began with", Takes::Number),
        (Verb::Expire, "expire", "lost what was held, whose time was over", Takes::Nothing),
        (Verb::Transfer, "transfer", "transferred", Takes::Accounts),
    ];

    /// The verb with this word.
    pub(crate) fn of(word: &str) -> Option<Verb> {
        Self::ROWS.iter().find(|row| row.1 == word).map(|row| row.0)
    }

    /// As a history writes it.
    pub(crate) fn word(self) -> &'static str {
        Self::ROWS[self as usize].1
    }

    /// As it is told afterwards.
    pub(crate) fn past(self) -> &'static str {
        Self::ROWS[self as usize].2
    }

    pub(crate) fn takes(self) -> Takes {
        Self::ROWS[self as usize].3
    }
}
