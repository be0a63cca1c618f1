//! A change as it is asked for, and who makes it when.

use crate::verb::{Takes, Verb};
use engine::Time;
use serde::{Deserialize, Serialize};

/// A change as a client asks for it: small, since it travels in every log entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// What to do.
    pub verb: Verb,
    /// The element, from 1; the account that is paid out of; where somebody may hold something, who asks, see [`Change::customer`]. 0 is none.
    pub what: u16,
    /// What does not fit in there of the number of who asks.
    pub above: u8,
    /// How many, in the unit of the value; 0 where the verb takes none.
    pub amount: i32,
    /// For how long a reservation holds, milliseconds; the account that a transfer pays into, from 1. 0 is none, and for all else.
    pub hold: u32,
}

const _: () = assert!(size_of::<Change>() == 12);

/// How many customers are told apart; the next are taken for the first again.
const CUSTOMERS: u64 = (1 << 24) - 1;

impl Change {
    /// A change of nothing in particular.
    pub const fn new(verb: Verb) -> Change {
        Change { verb, what: 0, above: 0, amount: 0, hold: 0 }
    }

    /// A change by so many.
    pub const fn by(verb: Verb, amount: i32) -> Change {
        Change { verb, what: 0, above: 0, amount, hold: 0 }
    }

    /// A change of an element, or one that this customer asks for.
    pub const fn of(verb: Verb, what: u16) -> Change {
        Change { verb, what, above: 0, amount: 0, hold: 0 }
    }

    /// The same, from one account of a ledger to another, by their numbers from 1, where it is a transfer.
    pub const fn between(self, [from, to]: [u8; 2]) -> Change {
        match self.verb {
            Verb::Transfer => Change { what: from as u16, hold: to as u32, ..self },
            _ => self,
        }
    }

    /// From which account of a ledger to which it is to pay; 0 is one that is not said, or none.
    pub const fn accounts(self) -> [u8; 2] {
        match self.verb {
            Verb::Transfer => [self.what as u8, self.hold as u8],
            _ => [0; 2],
        }
    }

    /// The same, asked for by this customer, where somebody may hold something. So many are told apart as three bytes have numbers.
    pub const fn by_customer(self, customer: u64) -> Change {
        match self.verb {
            Verb::Reserve | Verb::Commit | Verb::Release | Verb::Claim | Verb::Cede => {
                let number = (customer % CUSTOMERS) as u32 + 1;
                Change { what: number as u16, above: (number >> 16) as u8, ..self }
            }
            _ => self,
        }
    }

    /// Who asks, where somebody may hold something: whoever asks under the same number is the same customer. 0 is one who is not told apart from
    /// others.
    pub(crate) const fn customer(self) -> u32 {
        (self.above as u32) << 16 | self.what as u32
    }

    /// Whether it says what its verb takes.
    pub(crate) const fn is_whole(self) -> bool {
        match self.verb.info().takes {
            Takes::Nothing => true,
            Takes::Signed => self.amount != 0,
            Takes::Element => self.what != 0,
            Takes::Amount | Takes::AmountForTime => self.amount > 0,
            Takes::AmountBetween => {
                let [from, to] = self.accounts();
                self.amount > 0 && from != 0 && to != 0 && from != to
            }
        }
    }
}

/// Who makes changes: the copy of a region, until its disk is lost. What begins anew in its place is another author, since it knows nothing
/// of what the one before it did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Author {
    /// The index of the region; where one log orders all changes, 0.
    pub region: u16,
    /// Which of the copies that the region has had: any number, another for each.
    pub life: u64,
}

/// Who makes a change, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct At {
    /// The identity of what the client wants, the same for its retries; not 0.
    pub write: u64,
    /// Whose change it is.
    pub author: Author,
    /// Where it stands among the author's changes, from 1. It must grow and never be given twice, also after a restart; gaps do no harm.
    pub count: u64,
    /// What the author's clock shows.
    pub now: Time,
}
