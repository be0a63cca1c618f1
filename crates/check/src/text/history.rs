//! From events to operations, and back.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::call::TextCall;
use super::edn;
use super::event::{Event, Kind, Names};
use super::initial::Initial;
use super::json;
use super::model::Model;
use super::node::{Events, Notation, TextError};
use super::values::Numbers;
use crate::history::{Clock, History, Operation};
use crate::recorder::Recorder;

/// A history read from a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported<C> {
    /// The operations; their ids count the invocations of the text from 0.
    pub history: History<C>,
    /// The keys as they were written, where they are not all numbers. A key that is a number keeps it, if all keys of the text are.
    /// Where the text names no keys the only one has no name.
    pub keys: BTreeMap<u64, String>,
}

/// Reads a history in EDN or in JSON: one list of events, or the events one after the other. Which of the two it is is seen from what it
/// begins with.
///
/// An event is a map with `:process` (a number; events of `:nemesis` are skipped), `:type` (`:invoke`, `:ok`, `:fail` or `:info`:
/// outcome unknown), `:f`, `:value` and, where there are several objects, `:key`; or, as Jepsen writes independent keys,
/// `[key value]` as `:value`. An answer need not repeat the key. In JSON, names are strings. Only the functions of the model are accepted,
/// and `:crash`: the process crashes, and will not learn the outcome of what it was waiting for. The notation has no way to say what is
/// there before the first event; that is `initial`.
///
/// Events stand in the order in which they happened. If every event has a `:time` in nanoseconds and time never goes back, the history is in
/// nanoseconds, otherwise in lines.
///
/// # Errors
/// What is wrong, where, and what was expected.
pub fn from_text<C: TextCall>(text: &str, model: Model, initial: &Initial) -> Result<Imported<C>, TextError> {
    let events = events::<C>(text, &model.functions())?;
    keys_everywhere(&events)?;
    indices_ascend(&events)?;
    none_ends_before_it_begins(&events)?;
    let clock = clock(&events, initial);
    let names = names::<C>(&events, model, initial);
    let mut recorder: Recorder<C> = Recorder::new();
    let mut invocations = 0;
    for (place, event) in events.iter().enumerate() {
        let at = match clock {
            Clock::Nanoseconds => event.time.unwrap_or_default(),
            Clock::Line => u64::from(event.line),
            Clock::Event => place as u64 + 1,
        };
        event.record(&mut recorder, at, invocations, &names)?;
        invocations += u64::from(event.is_invocation());
    }
    let mut history = recorder.history();
    history.clock = clock;
    initial.begin(&mut history, &names.values, model);
    history.values = names.values.names;
    let mut keys = names.keys.names;
    if events.iter().all(|event| event.key.is_none()) {
        keys = BTreeMap::from([(0, String::new())]);
    }
    Ok(Imported { history, keys })
}

pub(super) fn events<C: TextCall>(text: &str, functions: &[&'static str]) -> Result<Vec<Event>, TextError> {
    // Some editors begin a text with a byte order mark.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let notation = Notation::of(text);
    let mut nodes: Box<dyn Events> = match notation {
        Notation::Edn => Box::new(edn::Reader::new(text)),
        Notation::Json => Box::new(json::Reader::new(text)),
    };
    let mut events = Vec::new();
    while let Some(node) = nodes.next()? {
        events.extend(Event::of::<C>(node, notation, functions)?);
    }
    Ok(events)
}

fn clock(events: &[Event], initial: &Initial) -> Clock {
    let in_order = |pair: &[Event]| pair[0].time <= pair[1].time;
    // Lines and events count from 1; where the first time is 0 nothing can have been there before it.
    let begins = |event: &Event| event.time.is_some_and(|time| time > 0 || initial.node().is_none());
    let all_timed = events.iter().all(|event| event.time.is_some());
    if events.first().is_some_and(begins) && all_timed && events.windows(2).all(in_order) {
        Clock::Nanoseconds
    } else if events.windows(2).all(|pair| pair[0].line < pair[1].line) {
        Clock::Line
    } else {
        Clock::Event
    }
}

/// Where one value is written with its key, one without would be of no key at all.
fn keys_everywhere(events: &[Event]) -> Result<(), TextError> {
    let Some(with) = events.iter().find(|event| event.is_tuple) else { return Ok(()) };
    match events.iter().find(|event| event.is_invocation() && event.key.is_none()) {
        Some(without) => Err(without.error(format!(
            "this operation has no key, but that of line {} has: give it {}, or [key value] as {}",
            with.line,
            with.name("key"),
            with.name("value")
        ))),
        None => Ok(()),
    }
}

/// A number that comes twice or goes back says that events were lost or put in another order.
fn indices_ascend(events: &[Event]) -> Result<(), TextError> {
    let mut before: Option<(&Event, i128)> = None;
    for (event, index) in events.iter().filter_map(|event| Some((event, event.index?))) {
        if let Some((earlier, last)) = before.filter(|&(_, last)| last >= index) {
            let name = event.name("index");
            return Err(event.error(format!(
                "{name} {index} stands after {name} {last} of line {}; events stand in the order in which they happened, each with an {name} of its own",
                earlier.line
            )));
        }
        before = Some((event, index));
    }
    Ok(())
}

/// Whatever order the events stand in, an operation whose own times contradict each other is recorded wrong.
fn none_ends_before_it_begins(events: &[Event]) -> Result<(), TextError> {
    let mut begun: BTreeMap<u64, &Event> = BTreeMap::new();
    for event in events {
        if event.kind == Kind::Invoke {
            begun.insert(event.process, event);
        } else if let Some(invocation) = begun.remove(&event.process)
            && let (Some(began), Some(ended)) = (invocation.reads, event.reads)
            && match (invocation.time, event.time) {
                // Nanoseconds since long ago are more exact than what they read.
                (Some(begin), Some(end)) => end < begin,
                _ => ended < began,
            }
        {
            let exactly =
                |event: &Event, read: f64| event.time.map_or_else(|| read.to_string(), |time| time.to_string());
            let (begin, end) = (exactly(invocation, began), exactly(event, ended));
            let (process, time) = (event.process, event.name("time"));
            return Err(event.error(format!(
                "the operation of process {process} ends at {time} {end}, before it began at {time} {begin} (line {})",
                invocation.line
            )));
        }
    }
    Ok(())
}

fn names<C: TextCall>(events: &[Event], model: Model, initial: &Initial) -> Names {
    let invoked = events.iter().filter(|event| event.is_invocation());
    let said = events.iter().filter(|event| matches!(event.kind, Kind::Invoke | Kind::Ok));
    let values = said.filter_map(|event| event.value.as_ref()).flat_map(C::named).chain(initial.node());
    Names {
        keys: Numbers::of(invoked.map(Event::invoked_key)),
        values: Numbers::of(values.filter(|node| node.written().is_some())),
        model,
    }
}

/// At one instant invocations come first, as operations that touch are concurrent.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Moment {
    Begin,
    End(&'static str),
}

/// Writes a history in EDN so that [`from_text`] and other checkers can read it: one event on a line, in order of time, with `:time` if the
/// history is in nanoseconds. Each process must have done one operation at a time.
pub fn to_edn<C: TextCall>(history: &History<C>) -> String {
    let mut moments: Vec<(u64, Moment, &Operation<C>)> = Vec::new();
    for (operations, end) in [(&history.operations, "ok"), (&history.failed, "fail")] {
        for operation in operations {
            moments.push((operation.invoked, Moment::Begin, operation));
            moments.extend(operation.completed().map(|at| (at, Moment::End(end), operation)));
        }
    }
    moments.sort_by_key(|&(at, moment, operation)| (at, moment, operation.id));
    let write = |operation: &Operation<C>| operation.call.write(&history.values);
    let mut text = String::new();
    let mut line = |at: u64, kind: &str, operation: &Operation<C>, value: &str| {
        let (process, key, f) = (operation.process, operation.key, write(operation).0);
        let time = if history.clock == Clock::Nanoseconds { format!(", :time {at}") } else { String::new() };
        let _ = writeln!(text, "{{:process {process}, :type :{kind}, :f :{f}, :key {key}, :value {value}{time}}}");
    };
    let mut unanswered: BTreeMap<u64, &Operation<C>> = BTreeMap::new();
    let end = moments.last().map_or(0, |&(at, ..)| at);
    for (at, moment, operation) in moments {
        let (_, asked, answered) = write(operation);
        if let Moment::End(kind) = moment {
            line(at, kind, operation, if kind == "ok" { &answered } else { &asked });
            continue;
        }
        if let Some(given_up) = unanswered.remove(&operation.process) {
            line(at, "info", given_up, &write(given_up).1);
        }
        line(at, "invoke", operation, &asked);
        if operation.took.is_none() {
            unanswered.insert(operation.process, operation);
        }
    }
    for operation in unanswered.values() {
        line(end, "info", operation, &write(operation).1);
    }
    text
}
