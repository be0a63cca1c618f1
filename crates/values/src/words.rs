//! Changes as a scenario writes them.

use crate::change::Change;
use crate::types::{TYPES, TypeInfo};
use crate::verb::{Takes, Verb};
use engine::Span;
use std::fmt;
use std::ops::RangeInclusive;

/// The longest a reservation may hold: a day, as the longest run.
const HOLD_MAX: Span = Span::from_secs(86_400);
/// Letters of a text that a message quotes.
const QUOTED_MAX: usize = 40;

/// Units of time, the largest first, with their nanoseconds.
const UNITS: [(&str, u64); 6] = [
    ("h", 3_600_000_000_000),
    ("min", 60_000_000_000),
    ("s", 1_000_000_000),
    ("ms", 1_000_000),
    ("us", 1_000),
    ("ns", 1),
];

/// A change as a scenario asks for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The change; who asks is left to whoever makes it.
    pub change: Change,
    /// For how long a reservation holds; zero for all else.
    pub hold: Span,
}

impl fmt::Display for Asked {
    /// As [`parse`] reads it.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Change { verb, what, amount } = self.change;
        let word = verb.info().word;
        match verb.info().takes {
            Takes::Nothing => write!(out, "{word}"),
            Takes::Amount | Takes::Signed => write!(out, "{word} {amount}"),
            Takes::Element => write!(out, "{word} {what}"),
            Takes::AmountForTime => {
                let nanos = self.hold.as_nanos();
                let (unit, factor) =
                    UNITS.iter().find(|(_, factor)| nanos.is_multiple_of(*factor)).unwrap_or(&("ns", 1));
                write!(out, "{word} {amount} for {}{unit}", nanos / factor)
            }
        }
    }
}

/// Reads a change that a type takes, such as `sell 2` or `reserve 1 for 10min`.
///
/// # Errors
/// Says what is wrong, and what the type takes instead.
pub fn parse(id: &str, words: &str) -> Result<Asked, String> {
    let info = TypeInfo::of(id).ok_or_else(|| {
        let ids: Vec<&str> = TYPES.iter().map(|info| info.id).collect();
        format!("there is no type `{}`; there are {}", clipped(id), ids.join(", "))
    })?;
    read(info, words).map_err(|wrong| format!("{wrong}; {id} takes {}", info.forms()))
}

fn read(info: &TypeInfo, words: &str) -> Result<Asked, String> {
    let mut words = words.split_whitespace();
    let word = words.next().ok_or("no change is named")?;
    let verb = *(info.verbs.iter().find(|verb| verb.info().word == word))
        .ok_or_else(|| format!("`{}` is nothing that it takes", clipped(word)))?;
    let (mut change, mut hold) = (Change::new(verb), Span::ZERO);
    match verb.info().takes {
        Takes::Nothing => {}
        Takes::Amount => change.amount = amount(verb, words.next())?,
        Takes::Signed => change.amount = signed(verb, words.next())?,
        Takes::Element => change.what = number(verb, words.next(), "an element", 1..=u16::MAX.into())? as u16,
        Takes::AmountForTime => {
            change.amount = amount(verb, words.next())?;
            if words.next() != Some("for") {
                return Err(format!("`{word}` does not say for how long"));
            }
            hold = time(&words.by_ref().collect::<String>())?;
        }
    }
    match words.next() {
        Some(more) => Err(format!("`{}` is too much behind `{word}`", clipped(more))),
        None => Ok(Asked { change, hold }),
    }
}

fn amount(verb: Verb, text: Option<&str>) -> Result<i32, String> {
    number(verb, text, "how many", 1..=i32::MAX.into()).map(|amount| amount as i32)
}

fn signed(verb: Verb, text: Option<&str>) -> Result<i32, String> {
    match number(verb, text, "how many", i32::MIN.into()..=i32::MAX.into())? {
        0 => Err(format!("`{} 0` changes nothing", verb.info().word)),
        amount => Ok(amount as i32),
    }
}

/// A whole number in a range, which the message calls `name`.
fn number(verb: Verb, text: Option<&str>, name: &str, range: RangeInclusive<i64>) -> Result<i64, String> {
    let text = text.ok_or_else(|| format!("`{}` does not say {name}", verb.info().word))?;
    let wrong = || format!("`{}` is not a whole number from {} to {}", clipped(text), range.start(), range.end());
    text.parse().ok().filter(|number| range.contains(number)).ok_or_else(wrong)
}

/// A whole number of a unit, above zero.
fn time(text: &str) -> Result<Span, String> {
    let wrong = || format!("`{}` is not a time from 1ns to 24h, such as 10min", clipped(text));
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let number: u64 = text[..digits].parse().map_err(|_| wrong())?;
    let (_, factor) = UNITS.iter().find(|(unit, _)| *unit == &text[digits..]).ok_or_else(wrong)?;
    let span = Span::from_nanos(number.saturating_mul(*factor));
    if span > Span::ZERO && span <= HOLD_MAX { Ok(span) } else { Err(wrong()) }
}

/// A text short enough to be quoted in a message.
fn clipped(text: &str) -> String {
    match text.char_indices().nth(QUOTED_MAX) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
