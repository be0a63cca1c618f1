//! The value of one key, of whichever type.

use crate::account::Account;
use crate::cart::Cart;
use crate::change::{At, Change};
use crate::counter::Counter;
use crate::data::Data;
use crate::declined::Declined;
use crate::feed::Feed;
use crate::kind::Kind;
use crate::ledger::Ledger;
use crate::max_counter::MaxCounter;
use crate::name::Name;
use crate::register::Register;
use crate::set::Set;
use crate::shown::Shown;
use crate::stock::Stock;
use crate::two_phase_set::TwoPhaseSet;
use engine::Time;

/// The value of one key. Registers, which most keys hold, lie in it; all else lies behind it, so that a register is not larger for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Value(Inner);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Inner {
    Register(Register),
    Counter(Box<Counter>),
    MaxCounter(Box<MaxCounter>),
    Set(Box<Set>),
    TwoPhaseSet(Box<TwoPhaseSet>),
    Cart(Box<Cart>),
    Stock(Box<Stock>),
    Account(Box<Account>),
    Name(Box<Name>),
    Feed(Box<Feed>),
    Ledger(Box<Ledger>),
}

const _: () = assert!(size_of::<Value>() <= 24);

impl Value {
    /// What a key holds before its first change.
    pub fn new(kind: &Kind) -> Value {
        Value(match kind {
            Kind::Register => Inner::Register(Register::new()),
            Kind::Counter => Inner::Counter(Box::new(Counter::new())),
            Kind::MaxCounter => Inner::MaxCounter(Box::new(MaxCounter::new())),
            Kind::Set => Inner::Set(Box::new(Set::new())),
            Kind::TwoPhaseSet => Inner::TwoPhaseSet(Box::new(TwoPhaseSet::new())),
            Kind::Cart => Inner::Cart(Box::new(Cart::new())),
            Kind::Stock { initial, quotas } => Inner::Stock(Box::new(Stock::new(*initial, quotas.as_deref()))),
            Kind::Account { initial } => Inner::Account(Box::new(Account::new(*initial))),
            Kind::Name => Inner::Name(Box::new(Name::new())),
            Kind::Feed => Inner::Feed(Box::new(Feed::new())),
            Kind::Ledger { accounts, initial } => Inner::Ledger(Box::new(Ledger::new(*accounts, *initial))),
        })
    }

    /// Takes a change. Whether it does depends on nothing but the value and what it is told, so that copies that apply the same changes
    /// in the same order stay alike. Where a type keeps who changed it ([`At::count`]), a change that is in the value already changes nothing more.
    ///
    /// # Errors
    /// Says why the change is declined; the value is as it was.
    pub fn apply(&mut self, change: Change, at: &At) -> Result<(), Declined> {
        if !change.is_whole() {
            return Err(Declined::Unfit);
        }
        self.data_mut().apply(change, at)
    }

    /// Takes in what another copy of the same key knows. In which order, how often and by way of whom copies are merged makes no difference.
    pub fn merge(&mut self, other: &Value) {
        match (&mut self.0, &other.0) {
            (Inner::Register(mine), Inner::Register(theirs)) => mine.merge(theirs),
            (Inner::Counter(mine), Inner::Counter(theirs)) => mine.merge(theirs),
            (Inner::MaxCounter(mine), Inner::MaxCounter(theirs)) => mine.merge(theirs),
            (Inner::Set(mine), Inner::Set(theirs)) => mine.merge(theirs),
            (Inner::TwoPhaseSet(mine), Inner::TwoPhaseSet(theirs)) => mine.merge(theirs),
            (Inner::Cart(mine), Inner::Cart(theirs)) => mine.merge(theirs),
            (Inner::Stock(mine), Inner::Stock(theirs)) => mine.merge(theirs),
            (Inner::Account(mine), Inner::Account(theirs)) => mine.merge(theirs),
            (Inner::Name(mine), Inner::Name(theirs)) => mine.merge(theirs),
            (Inner::Feed(mine), Inner::Feed(theirs)) => mine.merge(theirs),
            (Inner::Ledger(mine), Inner::Ledger(theirs)) => mine.merge(theirs),
            _ => debug_assert!(false, "copies of one key are of one type: {self:?} and {other:?}"),
        }
    }

    /// What a read at this time, by the clock of the copy, brings.
    pub fn show(&self, now: Time) -> Shown {
        self.data().show(now)
    }

    /// Whether it has this element; values of no elements have none.
    pub fn has(&self, element: u16) -> bool {
        self.data().has(element)
    }

    /// How much is given away of what there was, less what was put in: units sold and restocked, money paid out and in, 1 for a name that
    /// somebody has; 0 of what nobody can be short of.
    pub fn given(&self) -> i64 {
        self.data().given()
    }

    /// Takes so much back of what is sold of a stock, whoever sold it; other values stay as they are.
    pub fn take_back(&mut self, amount: i64, at: &At) {
        self.data_mut().take_back(amount, at);
    }

    /// So much of a stock was taken back more than once, by authors who did not know of each other: it is sold all the same.
    pub fn taken_back_again(&mut self, amount: i64) {
        self.data_mut().taken_back_again(amount);
    }

    /// What is on each account of a ledger, in their order; nothing of other values.
    pub fn balances(&self) -> Vec<i64> {
        self.data().balances()
    }

    /// What it would weigh if it were sent, with all that merging it takes, bytes.
    pub fn bytes(&self) -> u32 {
        self.data().bytes()
    }

    fn data(&self) -> &dyn Data {
        match &self.0 {
            Inner::Register(value) => value,
            Inner::Counter(value) => &**value,
            Inner::MaxCounter(value) => &**value,
            Inner::Set(value) => &**value,
            Inner::TwoPhaseSet(value) => &**value,
            Inner::Cart(value) => &**value,
            Inner::Stock(value) => &**value,
            Inner::Account(value) => &**value,
            Inner::Name(value) => &**value,
            Inner::Feed(value) => &**value,
            Inner::Ledger(value) => &**value,
        }
    }

    fn data_mut(&mut self) -> &mut dyn Data {
        match &mut self.0 {
            Inner::Register(value) => value,
            Inner::Counter(value) => &mut **value,
            Inner::MaxCounter(value) => &mut **value,
            Inner::Set(value) => &mut **value,
            Inner::TwoPhaseSet(value) => &mut **value,
            Inner::Cart(value) => &mut **value,
            Inner::Stock(value) => &mut **value,
            Inner::Account(value) => &mut **value,
            Inner::Name(value) => &mut **value,
            Inner::Feed(value) => &mut **value,
            Inner::Ledger(value) => &mut **value,
        }
    }
}
