//! The action log as text: one line for each action, such as `12.5s region-loss region=us-east-1`, in the keys and units of
//! scenario files and read by the same fields. So a fault may gain a setting without any link changing its meaning.

use super::values;
use crate::document::{Entry, Node, Table, Value};
use crate::notes::{Notes, Parts};
use crate::quantity::{DAY, TIME, clipped};
use crate::section::{Ids, Named, Section};
use engine::{Span, Time};
use sim::faults::FAULTS;
use sim::{Action, LoggedAction};

const ACTIONS_MAX: usize = 10_000;

/// The log as lines. What has no name goes by its number, such as `#2`; so did everything in versions 1 and 2.
pub(super) fn write(log: &[LoggedAction], names: Ids<'_>) -> Vec<String> {
    log.iter().map(|logged| line(logged, names)).collect()
}

fn line(logged: &LoggedAction, names: Ids<'_>) -> String {
    // What is as by default is written, too, so that a default may change and the link means the same.
    let values =
        logged.action.values().into_iter().map(|(key, value)| format!(" {key}={}", values::text(&value, names)));
    format!("{} {}{}", values::time(logged.at.as_nanos()), logged.action.id(), values.collect::<String>())
}

/// The section whose keys an act takes.
fn section_of(id: &str) -> String {
    let fault = FAULTS.iter().any(|line| line.info.id == id);
    format!("{} {id}", if fault { "fault" } else { "act" })
}

/// Whether a line names a message as versions 1 and 2 did: by its number among all that were sent, not by its way.
pub(super) fn counts_packets(line: &str) -> bool {
    let mut words = line.split_whitespace().skip(1);
    words.next().is_some_and(|act| act.ends_with("-packet")) && !words.any(|word| word.starts_with("channel="))
}

/// The log of these lines.
///
/// # Errors
/// What is wrong with the first line that nobody could have done in a run that ends then: a link comes from anyone.
pub(super) fn read(lines: &[String], names: Ids<'_>, until: Time) -> Result<Vec<LoggedAction>, String> {
    if lines.len() > ACTIONS_MAX {
        return Err(format!("there are {} actions, and at most {ACTIONS_MAX} are allowed", lines.len()));
    }
    let mut log: Vec<LoggedAction> = Vec::with_capacity(lines.len());
    for (place, line) in lines.iter().enumerate() {
        let wrong = |what: String| format!("action {}, `{}`: {what}", place + 1, clipped(line));
        let logged = read_line(line, names).map_err(wrong)?;
        if log.last().is_some_and(|last| last.at > logged.at) {
            return Err(wrong("it is earlier than the one before it".to_owned()));
        }
        if logged.at > until {
            return Err(wrong(format!("it is after the end of the run, which lasts {until}")));
        }
        log.push(logged);
    }
    Ok(log)
}

fn read_line(line: &str, names: Ids<'_>) -> Result<LoggedAction, String> {
    let mut words = line.split_whitespace();
    let nanos = TIME.parse(words.next().unwrap_or_default())?;
    if !(0.0..=DAY).contains(&nanos) {
        return Err("it is beyond the longest run, a day".to_owned());
    }
    let notes = Notes::new(line);
    let id = words.next().unwrap_or_default();
    if !Action::ids().any(|known| known == id) {
        return Err(format!("there is no act `{}`; {}", clipped(id), notes.suggest(id, Action::ids())));
    }
    let mut table = Table::new();
    for word in words {
        let (key, value) = word.split_once('=').ok_or_else(|| format!("`{}` is no key=value", clipped(word)))?;
        if table.iter().any(|entry: &Entry| entry.key == key) {
            return Err(format!("`{}` stands twice", clipped(key)));
        }
        let known = match key {
            "users" => names.users,
            "dataset" => names.datasets,
            _ => names.regions,
        };
        table.push(Entry { key: key.to_owned(), span: 0..0, node: node(value, known) });
    }
    let table = Node { span: 0..0, value: Value::Table(table) };
    let section = Section::new(&notes, &[&section_of(id)], &table);
    let action = Action::read(id, &Named { section: &section, ids: names });
    let Parts { problems, hearings, .. } = notes.into_parts();
    let unheard = hearings.into_iter().filter(|hearing| !hearing.heard).map(|hearing| hearing.unheard);
    match (action, problems.into_iter().chain(unheard).next()) {
        (Some(action), None) => Ok(LoggedAction { at: Time::ZERO + Span::from_nanos_f64(nanos), action }),
        (_, Some(problem)) if problem.help.is_empty() => Err(problem.message),
        (_, Some(problem)) => Err(format!("{}; {}", problem.message, problem.help)),
        (None, None) => Err("it does not say enough".to_owned()),
    }
}

/// A value as a scenario file would have it: quotes make a text of what would be a number or a flag.
fn node(text: &str, names: &[String]) -> Node {
    let numbered = |text: &str| {
        let place = text.strip_prefix('#').and_then(|number| number.parse::<usize>().ok());
        place.and_then(|place| names.get(place)).map_or_else(|| text.to_owned(), String::clone)
    };
    let bare = |text: &str| Value::Text(numbered(text.trim_matches('"')));
    let value = match text {
        "true" | "false" => Value::Flag(text == "true"),
        _ if text.contains(',') => {
            Value::List(text.split(',').map(|text| Node { span: 0..0, value: bare(text) }).collect())
        }
        _ => text.parse().map_or_else(|_| bare(text), Value::Integer),
    };
    Node { span: 0..0, value }
}
