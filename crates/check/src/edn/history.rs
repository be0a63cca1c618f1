//! From events to operations, and back.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::event::{Event, Kind};
use super::reader::{EdnError, Node, Value, read};
use crate::history::{Call, Clock, History, KvCall, Operation};
use crate::recorder::Recorder;

/// A history read from a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported<C> {
    /// The operations; their ids count the invocations of the text from 0.
    pub history: History<C>,
    /// The keys as they were written. A key that is a number keeps it, if all keys of the text are numbers.
    pub keys: BTreeMap<u64, String>,
}

/// A kind of call that has a notation.
pub trait EdnCall: Sized + Clone + PartialEq {
    /// The names that `:f` can take.
    const FUNCTIONS: &'static [&'static str];
    /// Whether the value of this function is itself a pair.
    #[doc(hidden)]
    fn takes_pairs(f: &str) -> bool;
    /// The call with the name `f` and the given `:value`. What a read answers may be nil or missing.
    ///
    /// # Errors
    /// What was expected instead.
    #[doc(hidden)]
    fn parse(f: &str, value: Option<&Written>) -> Result<Self, String>;
    /// The name of the call and its value: as invoked, and as answered.
    #[doc(hidden)]
    fn write(&self) -> (&'static str, String, String);
}

/// A `:value` as it was written.
#[derive(Debug)]
pub struct Written(pub(super) Node);

impl EdnCall for Call {
    const FUNCTIONS: &'static [&'static str] = &["read", "write", "cas"];

    fn takes_pairs(f: &str) -> bool {
        f == "cas"
    }

    fn parse(f: &str, value: Option<&Written>) -> Result<Self, String> {
        let written = value.map_or_else(|| "no :value".to_string(), |written| written.0.describe());
        match (f, value.map(|written| &written.0.value)) {
            ("read", None | Some(Value::Nil)) => Ok(Call::Read { value: None }),
            ("read", Some(Value::Integer(value))) => Ok(Call::Read { value: Some(natural(*value)?) }),
            ("read", _) => Err(format!("a read answers a number or nil, not {written}")),
            ("write", Some(Value::Integer(value))) => Ok(Call::Write { value: natural(*value)? }),
            ("write", _) => Err(format!("a write needs a number as :value, not {written}")),
            (_, Some(Value::Sequence(pair))) => match pair.as_slice() {
                [Node { value: Value::Integer(from), .. }, Node { value: Value::Integer(to), .. }] => {
                    Ok(Call::Cas { from: natural(*from)?, to: natural(*to)? })
                }
                _ => Err("a cas needs [old new] as :value, two numbers".to_string()),
            },
            _ => Err(format!("a cas needs [old new] as :value, not {written}")),
        }
    }

    fn write(&self) -> (&'static str, String, String) {
        match self {
            Call::Read { value } => {
                ("read", "nil".to_string(), value.map_or_else(|| "nil".to_string(), |value| value.to_string()))
            }
            Call::Write { value } => ("write", value.to_string(), value.to_string()),
            Call::Cas { from, to } => ("cas", format!("[{from} {to}]"), format!("[{from} {to}]")),
        }
    }
}

impl EdnCall for KvCall {
    const FUNCTIONS: &'static [&'static str] = &["get", "put", "append"];

    fn takes_pairs(_: &str) -> bool {
        false
    }

    fn parse(f: &str, value: Option<&Written>) -> Result<Self, String> {
        let value = match (f, value.map(|written| &written.0.value)) {
            (_, Some(Value::String(value))) => value.clone(),
            ("get", None | Some(Value::Nil)) => String::new(),
            _ => {
                let written = value.map_or_else(|| "no :value".to_string(), |written| written.0.describe());
                return Err(format!("a {f} needs a string as :value, not {written}"));
            }
        };
        Ok(match f {
            "get" => KvCall::Get { value },
            "put" => KvCall::Put { value },
            _ => KvCall::Append { value },
        })
    }

    fn write(&self) -> (&'static str, String, String) {
        match self {
            KvCall::Get { value } => ("get", "nil".to_string(), quoted(value)),
            KvCall::Put { value } => ("put", quoted(value), quoted(value)),
            KvCall::Append { value } => ("append", quoted(value), quoted(value)),
        }
    }
}

fn natural(value: i128) -> Result<u64, String> {
    u64::try_from(value).map_err(|_| format!("values are numbers from 0 to {}, not {value}", u64::MAX))
}

pub(super) fn quoted(text: &str) -> String {
    let mut quoted = String::from('"');
    for next in text.chars() {
        match next {
            '"' | '\\' => quoted.extend(['\\', next]),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            _ => quoted.push(next),
        }
    }
    quoted.push('"');
    quoted
}

/// Reads a history: one list or vector of events, or the events one after the other.
///
/// An event is a map with `:process` (a number; events of a process with a name, such as `:nemesis`, are skipped), `:type`
/// (`:invoke`, `:ok`, `:fail` or `:info`: outcome unknown), `:f`, `:value` and, where there are several objects, `:key`; or,
/// as Jepsen writes independent keys, `[key value]` as `:value`. An answer need not repeat the key.
/// If every event has a `:time` in nanoseconds and time never goes back, the history is in nanoseconds, otherwise in
/// lines. Only the functions given are accepted.
///
/// # Errors
/// What is wrong, where, and what was expected.
pub fn from_edn<C: EdnCall>(text: &str, functions: &[&str]) -> Result<Imported<C>, EdnError> {
    let mut nodes = read(text)?;
    if let [Node { value: Value::Sequence(items), .. }] = nodes.as_mut_slice() {
        nodes = std::mem::take(items);
    }
    let mut events = Vec::new();
    for node in nodes {
        events.extend(Event::of::<C>(node, functions)?);
    }
    keys_everywhere(&events)?;
    let clock = clock(&events);
    let keys = key_numbers(&events);
    let names: BTreeMap<u64, String> = keys.iter().map(|(written, number)| (*number, written.clone())).collect();
    let mut recorder: Recorder<C> = Recorder::new();
    let mut invocations = 0;
    for (place, event) in events.iter().enumerate() {
        let at = match clock {
            Clock::Nanoseconds => event.time.unwrap_or_default(),
            Clock::Line => u64::from(event.line),
            Clock::Event => place as u64 + 1,
        };
        event.record(&mut recorder, at, invocations, &keys, &names)?;
        invocations += u64::from(event.kind == Kind::Invoke);
    }
    let mut history = recorder.history();
    history.clock = clock;
    Ok(Imported { history, keys: names })
}

fn clock(events: &[Event]) -> Clock {
    let in_order = |pair: &[Event]| pair[0].time <= pair[1].time;
    if !events.is_empty() && events.iter().all(|event| event.time.is_some()) && events.windows(2).all(in_order) {
        Clock::Nanoseconds
    } else if events.windows(2).all(|pair| pair[0].line < pair[1].line) {
        Clock::Line
    } else {
        Clock::Event
    }
}

/// Where one value is written with its key, one without would be of no key at all.
fn keys_everywhere(events: &[Event]) -> Result<(), EdnError> {
    let Some(with) = events.iter().find(|event| event.is_tuple) else { return Ok(()) };
    match events.iter().find(|event| event.kind == Kind::Invoke && event.key.is_none()) {
        Some(without) => Err(without.error(format!(
            "this operation has no key, but that of line {} has: give it :key, or [key value] as :value",
            with.line
        ))),
        None => Ok(()),
    }
}

/// A number for each key as it is written.
fn key_numbers(events: &[Event]) -> BTreeMap<String, u64> {
    let invoked = || events.iter().filter(|event| event.kind == Kind::Invoke).map(Event::invoked_key);
    let all_numbers = invoked().all(|key| key.number.is_some());
    let mut keys = BTreeMap::new();
    for key in invoked() {
        let next = keys.len() as u64;
        let number = key.number.filter(|_| all_numbers);
        keys.entry(key.written).or_insert(number.unwrap_or(next));
    }
    keys
}

/// Writes a history so that [`from_edn`] and other checkers can read it: one event on a line, in order of time, with `:time` if the
/// history is in nanoseconds. Each process must have done one operation at a time.
pub fn to_edn<C: EdnCall>(history: &History<C>) -> String {
    /// At one instant invocations come first, as operations that touch are concurrent.
    #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
    enum Moment {
        Begin,
        End,
    }
    let mut moments: Vec<(u64, Moment, &Operation<C>)> = Vec::new();
    for operation in &history.operations {
        moments.push((operation.invoked, Moment::Begin, operation));
        moments.extend(operation.completed().map(|at| (at, Moment::End, operation)));
    }
    moments.sort_by_key(|&(at, moment, operation)| (at, moment, operation.id));
    let mut text = String::new();
    let mut line = |at: u64, kind: &str, operation: &Operation<C>, value: &str| {
        let (process, key, f) = (operation.process, operation.key, operation.call.write().0);
        let time = if history.clock == Clock::Nanoseconds { format!(", :time {at}") } else { String::new() };
        let _ = writeln!(text, "{{:process {process}, :type :{kind}, :f :{f}, :key {key}, :value {value}{time}}}");
    };
    let mut unanswered: BTreeMap<u64, &Operation<C>> = BTreeMap::new();
    let end = moments.last().map_or(0, |&(at, ..)| at);
    for (at, moment, operation) in moments {
        let (_, asked, answered) = operation.call.write();
        if moment == Moment::End {
            line(at, "ok", operation, &answered);
            continue;
        }
        if let Some(given_up) = unanswered.remove(&operation.process) {
            line(at, "info", given_up, &given_up.call.write().1);
        }
        line(at, "invoke", operation, &asked);
        if operation.completed().is_none() {
            unanswered.insert(operation.process, operation);
        }
    }
    for operation in unanswered.values() {
        line(end, "info", operation, &operation.call.write().1);
    }
    text
}
