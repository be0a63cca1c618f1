//! The notation of calls on values of a type.
//!
//! A change is written as the number that it takes, or as a map: `{:value 2 :by 7 :for 5000000000 :change 12}`, where `:by` is who asks, `:for` how long a reservation
//! holds in nanoseconds, and `:change` a number of its own. Answered, it need not be repeated; `:declined` says that the value did not take it. A read answers what there
//! is, or which change was the last: `{:after 12}`. A transfer is a map as Jepsen's bank test writes it, `{:from 0 :to 1 :amount 5}`, and who reads a ledger is answered
//! the balance of each account, `{0 95 1 105}`.

use super::call::{TextCall, Written};
use super::model::Model;
use super::node::{Node, Value};
use super::values::Numbers;
use crate::history::ValueNames;
use crate::model::row::Reads;
use crate::typed::{Answer, Contents, Takes, TypedCall, Verb};

const DECLINED: &str = "declined";

impl TextCall for TypedCall {
    const FUNCTIONS: [&'static str; 2] = ["read", "begin"];

    /// Of a read, since a set answers sequences.
    fn takes_pairs(f: &str) -> bool {
        f == "read"
    }

    fn parse(f: &str, value: Option<&Written>, _: &Numbers, model: Model) -> Result<Self, &'static str> {
        let (Model::Typed(of), Some(verb)) = (model, Verb::of(f)) else { return Err("is not of this model") };
        let node = value.map(|written| &written.0);
        if verb == Verb::Read {
            return Ok(TypedCall::read(of, answer(node, of.row().reads)?));
        }
        let mut call = TypedCall::new(of, verb, 0);
        if node.and_then(Node::name) == Some(DECLINED) {
            return match of.declines() {
                true => Ok(TypedCall { answer: Answer::Declined, ..call }),
                false => Err("needs a whole number (it is never declined)"),
            };
        }
        let number = asked(node, &mut call)?;
        call.number = match (verb.takes(), number) {
            (Takes::Customer | Takes::Nothing, None) => 0,
            (Takes::Number, Some(number)) => number,
            (Takes::Amount | Takes::Hold, Some(number)) if number > 0 => number,
            (Takes::Accounts, Some(number)) if number > 0 && call.accounts[0] != call.accounts[1] => number,
            _ => return Err(needed(verb)),
        };
        Ok(call)
    }

    fn write(&self, _: &ValueNames) -> (&'static str, String, String) {
        let f = self.verb.word();
        if self.verb == Verb::Read {
            let answered = match &self.answer {
                Answer::Shows(contents) => contents.to_string(),
                Answer::After(write) => format!("{{:after {write}}}"),
                _ => "nil".to_owned(),
            };
            return (f, "nil".to_owned(), answered);
        }
        let takes_number = !matches!(self.verb.takes(), Takes::Customer | Takes::Nothing);
        let accounts = self.verb.takes() == Takes::Accounts;
        let [from, to] = self.accounts.map(|account| accounts.then_some(account as i64));
        let written = [
            ("from", from),
            ("to", to),
            (if accounts { "amount" } else { "value" }, takes_number.then_some(self.number)),
            ("by", self.who.map(|who| who as i64)),
            ("for", Some(self.hold as i64).filter(|hold| *hold > 0)),
            ("change", Some(self.write as i64).filter(|write| *write > 0)),
        ];
        let entries: Vec<String> =
            written.iter().filter_map(|(name, value)| Some(format!(":{name} {}", (*value)?))).collect();
        let asked = match (takes_number, entries.len()) {
            (true, 1) => self.number.to_string(),
            (_, 0) => "nil".to_owned(),
            _ => format!("{{{}}}", entries.join(" ")),
        };
        let answered = if self.answer == Answer::Declined { format!(":{DECLINED}") } else { asked.clone() };
        (f, asked, answered)
    }

    fn answered(&self, answer: Self) -> Option<Self> {
        match answer.answer {
            Answer::Declined => (self.verb == answer.verb).then(|| Self { answer: Answer::Declined, ..self.clone() }),
            _ if self.verb == Verb::Read => Some(answer),
            _ => (*self == answer).then_some(answer),
        }
    }

    fn says_nothing(&self) -> bool {
        self.answer == Answer::Open
    }
}

/// What is said of a change besides its verb: its number, if it has one.
fn asked(node: Option<&Node>, call: &mut TypedCall) -> Result<Option<i64>, &'static str> {
    let Some(node) = node else { return Ok(None) };
    let mut number = None;
    let transfers = call.verb == Verb::Transfer;
    match (&node.value, call.verb.takes()) {
        (Value::Nil, _) => {}
        (Value::Map(entries), _) => {
            for (name, value) in entries {
                let given = whole(value).ok_or("needs whole numbers in its map")?;
                let natural = u64::try_from(given).map_err(|_| "needs numbers from 0 in its map, but for value,");
                match name.name() {
                    Some("change") => call.write = natural?,
                    Some("amount") if transfers => number = Some(given),
                    Some("from") if transfers => call.accounts[0] = natural?,
                    Some("to") if transfers => call.accounts[1] = natural?,
                    _ if transfers => return Err(needed(call.verb)),
                    Some("value") => number = Some(given),
                    Some("by") => call.who = Some(natural?),
                    Some("for") => call.hold = natural?,
                    _ => return Err("needs no more in its map than value, by, for and change"),
                }
            }
        }
        (_, Takes::Customer) => {
            let who = whole(node).and_then(|who| u64::try_from(who).ok());
            call.who = Some(who.ok_or("needs a number from 0 that says who asks, or nothing")?);
        }
        _ => number = Some(whole(node).ok_or(needed(call.verb))?),
    }
    Ok(number)
}

/// What a change must say that does not.
fn needed(verb: Verb) -> &'static str {
    match verb.takes() {
        Takes::Amount => "needs a number from 1",
        Takes::Hold => "needs a number from 1, or a map with it as value and with for and by,",
        Takes::Number => "needs a whole number",
        Takes::Accounts => "needs two accounts that differ and what is moved, as in {:from 1 :to 2 :amount 5},",
        Takes::Customer | Takes::Nothing => "needs no value, or a map with by and change,",
    }
}

/// Larger numbers are not the same in all who write JSON, and sums of many must find room.
const MOST: i64 = 1 << 53;

pub(super) fn whole(node: &Node) -> Option<i64> {
    match node.value {
        Value::Integer(number) => i64::try_from(number).ok().filter(|number| number.abs() <= MOST),
        _ => None,
    }
}

/// What a read answered, if it was answered.
fn answer(node: Option<&Node>, reads: Reads) -> Result<Answer, &'static str> {
    let expected = match reads {
        Reads::Number => "answers a number",
        Reads::Elements => "answers its elements, as in [1 2],",
        Reads::Posts => "answers its posts in their order, as in [1 2],",
        Reads::Holder => "answers who has it, a number from 0, or nil,",
        Reads::Balances => "answers the balance of each account, as in {1 95 2 105},",
        Reads::Stock => "answers what is left, or {:left 5 :held 1 :sold 3},",
    };
    let Some(node) = node else { return Ok(Answer::Open) };
    let contents = match (&node.value, reads) {
        (Value::Nil, Reads::Holder) => Contents::Nothing,
        (Value::Nil, _) => return Ok(Answer::Open),
        (Value::Map(entries), _) => match (field(entries, "after"), reads) {
            (Some(after), _) => return u64::try_from(after).map(Answer::After).map_err(|_| "is after a number from 0"),
            (None, Reads::Stock) => {
                let units = |name| field(entries, name).ok_or(expected);
                Contents::Stock { left: units("left")?, held: units("held")?, sold: units("sold")? }
            }
            (None, Reads::Balances) => balances(entries).ok_or(expected)?,
            _ => return Err(expected),
        },
        (Value::Sequence(items), Reads::Elements | Reads::Posts) => {
            let mut elements = items.iter().map(whole).collect::<Option<Vec<i64>>>().ok_or(expected)?;
            if reads == Reads::Elements {
                elements.sort_unstable();
                elements.dedup();
            }
            Contents::List(elements)
        }
        (_, Reads::Number | Reads::Holder | Reads::Stock) => Contents::Number(whole(node).ok_or(expected)?),
        _ => return Err(expected),
    };
    Ok(Answer::Shows(contents))
}

/// Accounts and what is in each, which JSON writes as names.
fn balances(entries: &[(Node, Node)]) -> Option<Contents> {
    let account = |node: &Node| match whole(node) {
        Some(number) => u64::try_from(number).ok(),
        None => node.name()?.parse().ok(),
    };
    let balance = |(name, held): &(Node, Node)| Some((account(name)?, whole(held)?));
    let mut balances = entries.iter().map(balance).collect::<Option<Vec<(u64, i64)>>>()?;
    engine::sort(&mut balances);
    balances.windows(2).all(|pair| pair[0].0 < pair[1].0).then_some(Contents::Balances(balances))
}

/// A number of a map.
fn field(entries: &[(Node, Node)], name: &str) -> Option<i64> {
    entries.iter().find(|(key, _)| key.name() == Some(name)).and_then(|(_, value)| whole(value))
}
