//! An operation on a value, and of which type that is.

use std::fmt;

use super::answer::{Answer, Contents};
use super::verb::{Takes, Verb};
use crate::history::{NOBODY, Operation, ValueNames, Words};
use crate::model::row::Type;
use crate::model::types::TYPES;

/// A type of values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ValueType(u8);

impl ValueType {
    /// That which a user calls so.
    pub fn of(name: &str) -> Option<ValueType> {
        ValueType::all().find(|of| of.name() == name)
    }

    /// As a user writes it.
    pub fn name(self) -> &'static str {
        self.row().name
    }

    /// Whether a change may be declined, depending on what there is.
    pub fn declines(self) -> bool {
        !self.row().takes_all
    }

    pub(crate) fn all() -> impl Iterator<Item = ValueType> {
        (0..TYPES.len() as u8).map(ValueType)
    }

    pub(crate) fn row(self) -> &'static Type {
        TYPES[usize::from(self.0)]
    }
}

/// An operation on a value of a type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypedCall {
    /// Of which type the value is.
    pub of: ValueType,
    /// What is asked.
    pub verb: Verb,
    /// How many units, the element, the post or how much is added; 0 where the verb takes none.
    pub number: i64,
    /// Who asks, where somebody may hold something; none: the process.
    pub who: Option<u64>,
    /// For how long a reservation holds, nanoseconds; 0: without end.
    pub hold: u64,
    /// From which account to which a transfer is; otherwise 0.
    pub accounts: [u64; 2],
    /// The number of the change, by which a read may say what it saw; 0: it has none.
    pub write: u64,
    /// What was answered.
    pub answer: Answer,
}

impl TypedCall {
    /// A change that is made, if its outcome is known.
    pub fn new(of: ValueType, verb: Verb, number: i64) -> Self {
        Self { of, verb, number, who: None, hold: 0, accounts: [0; 2], write: 0, answer: Answer::Taken }
    }

    /// That there was so much of a key before anything was done to it.
    pub fn beginning(of: ValueType, key: u64, number: i64) -> Operation<TypedCall> {
        let call = Self::new(of, Verb::Begin, number);
        Operation { id: NOBODY, process: NOBODY, key, call, invoked: 0, took: Some(0) }
    }

    /// Whether it changes nothing, and nobody would notice if it were forgotten before it is answered.
    pub fn is_read(&self) -> bool {
        self.only_observes()
    }

    /// Whether whether it is possible depends on what there is: the value may decline it, or has.
    pub fn depends(&self) -> bool {
        let always_taken = matches!(
            self.verb,
            Verb::Read | Verb::Remove | Verb::Restock | Verb::Deposit | Verb::Post | Verb::Begin | Verb::Expire
        );
        self.answer == Answer::Declined || self.of.declines() && !always_taken
    }

    /// The operation that this one, of this number, is owed to: itself, or the reservation whose hold runs out.
    pub fn asked_by(&self, id: u64) -> u64 {
        if self.verb == Verb::Expire { self.write } else { id }
    }

    /// A read, answered so.
    pub fn read(of: ValueType, answer: Answer) -> Self {
        Self { answer, ..Self::new(of, Verb::Read, 0) }
    }
}

impl Words for TypedCall {
    fn only_observes(&self) -> bool {
        self.verb == Verb::Read || self.answer == Answer::Declined
    }

    fn is_beginning(&self) -> bool {
        self.verb == Verb::Begin
    }

    fn looks(&self) -> bool {
        !matches!(self.verb, Verb::Add | Verb::Remove | Verb::Restock | Verb::Deposit | Verb::Post)
    }

    fn seen(&self) -> &'static str {
        if self.verb == Verb::Read { "read" } else { "there" }
    }

    fn said(&self, _: &ValueNames) -> String {
        let what = match self.verb.takes() {
            Takes::Number | Takes::Amount | Takes::Hold => format!(" {}", self.number),
            Takes::Accounts => {
                let [from, to] = self.accounts;
                format!(" {} from account {from} to account {to}", self.number)
            }
            Takes::Nothing | Takes::Customer => String::new(),
        };
        let who = self.who.map_or_else(String::new, |who| format!(" as customer {who}"));
        match &self.answer {
            Answer::Shows(contents) => format!("read {contents}"),
            Answer::After(0) => "read what there was at first".to_owned(),
            Answer::After(write) => format!("read what change {write} left"),
            Answer::Open => "read".to_owned(),
            Answer::Declined => format!("could not {}{what}{who}", self.verb.word()),
            Answer::Taken => format!("{}{what}{who}", self.verb.past()),
        }
    }

    fn may_have_left(&self, answer: &Self) -> bool {
        match &answer.answer {
            Answer::Shows(Contents::List(elements)) => elements.contains(&self.number),
            Answer::Shows(_) => true,
            Answer::After(write) => *write == self.write,
            Answer::Open | Answer::Taken | Answer::Declined => false,
        }
    }
}

impl fmt::Display for TypedCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.said(&ValueNames::new()))
    }
}
