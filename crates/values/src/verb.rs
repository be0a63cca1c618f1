//! The kinds of changes. A new one is a name, and a row in [`VERBS`].

use serde::{Deserialize, Serialize};

/// What is done to a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Verb {
    /// Put this write in the place of what was there.
    Set,
    /// Add to a number, or take from it.
    Add,
    /// Put an element in.
    Insert,
    /// Take an element out.
    Remove,
    /// Sell what is left.
    Sell,
    /// Hold something back for a while.
    Reserve,
    /// Sell what is held.
    Commit,
    /// Give back what is held.
    Release,
    /// Put more on the shelf.
    Restock,
    /// Pay in.
    Deposit,
    /// Pay out.
    Withdraw,
    /// Take the name.
    Claim,
    /// Give the name up.
    Cede,
    /// Append a post.
    Post,
    /// Leave nothing of what was there.
    Delete,
    /// Pay out of one account into another.
    Transfer,
}

/// What a change is about, besides its verb.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    /// Nothing; where somebody may hold something, who asks, which the scenario does not write.
    Nothing,
    /// A number of units, at least 1.
    Amount,
    /// A number, above or below zero.
    Signed,
    /// An element, at least 1.
    Element,
    /// A number of units, at least 1, and for how long.
    AmountForTime,
    /// A number of units, at least 1, and two accounts, each at least 1, not twice the same.
    AmountBetween,
}

impl Takes {
    /// What stands behind the verb, with a space before it.
    pub const fn form(self) -> &'static str {
        match self {
            Takes::Nothing => "",
            Takes::Amount | Takes::Signed => " <n>",
            Takes::Element => " <element>",
            Takes::AmountForTime => " <n> for <time>",
            Takes::AmountBetween => " <n> from <account> to <account>",
        }
    }
}

/// What is to be said of a verb.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VerbInfo {
    /// Which.
    pub verb: Verb,
    /// The word a scenario writes. A word may stand for two verbs; no type takes both.
    pub word: &'static str,
    /// What comes with it.
    pub takes: Takes,
    /// What it does.
    pub meaning: &'static str,
}

const fn row(verb: Verb, word: &'static str, takes: Takes, meaning: &'static str) -> VerbInfo {
    VerbInfo { verb, word, takes, meaning }
}

/// Every verb, in the order of [`Verb`].
pub const VERBS: [VerbInfo; 16] = [
    row(Verb::Set, "set", Takes::Nothing, "put a new value in the place of the old"),
    row(Verb::Add, "add", Takes::Signed, "add to the number; below zero takes from it"),
    row(Verb::Insert, "add", Takes::Element, "put the element in"),
    row(Verb::Remove, "remove", Takes::Element, "take the element out"),
    row(Verb::Sell, "sell", Takes::Amount, "sell so many of what is left"),
    row(Verb::Reserve, "reserve", Takes::AmountForTime, "hold so many back until sold, released or out of time"),
    row(Verb::Commit, "commit", Takes::Nothing, "sell what the oldest hold of who asks holds"),
    row(Verb::Release, "release", Takes::Nothing, "give back what the oldest hold of who asks holds"),
    row(Verb::Restock, "restock", Takes::Amount, "put so many more on the shelf"),
    row(Verb::Deposit, "deposit", Takes::Amount, "pay so much in"),
    row(Verb::Withdraw, "withdraw", Takes::Amount, "pay so much out, if it is there"),
    row(Verb::Claim, "claim", Takes::Nothing, "take the name, if nobody has it"),
    row(Verb::Cede, "cede", Takes::Nothing, "give the name up"),
    row(Verb::Post, "post", Takes::Nothing, "append a post"),
    row(Verb::Delete, "delete", Takes::Nothing, "leave nothing of what was there"),
    row(Verb::Transfer, "transfer", Takes::AmountBetween, "move so much from one account to another, if it is there"),
];

impl Verb {
    /// What is to be said of it.
    pub const fn info(self) -> &'static VerbInfo {
        &VERBS[self as usize]
    }

    /// How a scenario writes it: `reserve <n> for <time>`.
    pub fn form(self) -> String {
        self.info().word.to_owned() + self.info().takes.form()
    }
}

#[cfg(test)]
mod tests {
    use super::VERBS;

    #[test]
    fn a_verb_stands_at_its_place() {
        for (place, row) in VERBS.iter().enumerate() {
            assert_eq!((row.verb as usize, row.verb.info()), (place, row));
        }
    }
}
