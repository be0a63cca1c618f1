//! A scenario text as a tree in which every key and value knows where it stands.

use crate::keys;
use crate::notes::Notes;
use crate::problem::{Lines, Problem, nearest};
use crate::quantity::clipped;
use std::borrow::Cow;
use std::ops::Range;
use toml::de::{DeTable, DeValue};

/// Longer texts are no scenarios. It bounds the work that a text out of a link can cause.
pub(crate) const TEXT_MAX: usize = 256 * 1024;

/// A value and where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) span: Range<usize>,
    pub(crate) value: Value,
}

/// A value.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    Text(String),
    Integer(i64),
    Float(f64),
    Flag(bool),
    List(Vec<Node>),
    Table(Table),
    /// Something no key takes: dates and integers beyond 64 bits.
    Strange(&'static str),
}

/// Keys and values, in the order of the text.
pub(crate) type Table = Vec<Entry>;

/// A key and its value.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) key: String,
    pub(crate) span: Range<usize>,
    pub(crate) node: Node,
}

impl Value {
    /// What kind of value it is, for messages.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Value::Text(_) => "a text",
            Value::Integer(_) | Value::Float(_) => "a number",
            Value::Flag(_) => "true or false",
            Value::List(_) => "a list",
            Value::Table(_) => "a table",
            Value::Strange(kind) => kind,
        }
    }
}

/// Read a text as TOML.
///
/// # Errors
/// What makes it no TOML first, with its place: what comes after may be wrong for that reason alone.
pub(crate) fn parse(text: &str) -> Result<Node, Vec<Problem>> {
    if text.len() > TEXT_MAX {
        let message = format!("the text has {} bytes", text.len());
        return Err(vec![Problem { line: 1, column: 1, message, help: format!("a scenario has at most {TEXT_MAX}") }]);
    }
    let (table, errors) = DeTable::parse_recoverable(text);
    let place = |error: &toml::de::Error| error.span().unwrap_or(0..0);
    match errors.iter().min_by_key(|error| place(error).start) {
        None => Ok(Node { span: table.span(), value: Value::Table(entries(table.into_inner())) }),
        Some(first) => {
            let message = first.message().trim();
            Err(vec![Lines::new(text).problem(&place(first), message, "the text is not TOML here")])
        }
    }
}

fn entries(table: DeTable<'_>) -> Table {
    let mut entries: Table = table
        .into_iter()
        .map(|(key, value)| {
            let span = key.span();
            Entry { key: key.into_inner().into_owned(), span, node: node(value.span(), value.into_inner()) }
        })
        .collect();
    engine::sort_by_key(&mut entries, |entry| entry.span.start);
    entries
}

fn node(span: Range<usize>, value: DeValue<'_>) -> Node {
    let value = match value {
        DeValue::String(text) => Value::Text(Cow::into_owned(text)),
        DeValue::Integer(number) => match i64::from_str_radix(number.as_str(), number.radix()) {
            Ok(number) => Value::Integer(number),
            Err(_) => Value::Strange("a number beyond 64 bits"),
        },
        DeValue::Float(number) => number.as_str().parse().map_or(Value::Strange("no number"), Value::Float),
        DeValue::Boolean(flag) => Value::Flag(flag),
        DeValue::Datetime(_) => Value::Strange("a date"),
        DeValue::Array(list) => {
            Value::List(list.into_iter().map(|item| node(item.span(), item.into_inner())).collect())
        }
        DeValue::Table(table) => Value::Table(entries(table)),
    };
    Node { span, value }
}

/// Change a value named by its path, such as `dataset.orders.protocol`: in a list of tables an element is named by its `id`.
/// Tables are merged, everything else is replaced. A path that names nothing is noted.
pub(crate) fn set(root: &mut Node, notes: &Notes<'_>, entry: &Entry) {
    const HELP: &str = "write the section, the id and the key, such as `dataset.orders.protocol` or `routing.ttl`";
    let mut parts: Vec<&str> = entry.key.split('.').collect();
    let last = parts.pop().unwrap_or_default();
    open_section(root, &parts, entry);
    let mut here = root;
    for (depth, part) in parts.iter().enumerate() {
        let listed = depth == 1 && !keys::SINGLE.contains(&parts[0]);
        let legible = !listed || all_named(here);
        let single = keys::SINGLE.contains(&parts[0]);
        if depth > usize::from(!single) {
            open_table(here, part, entry);
        }
        here = match child(here, part) {
            Ok(child) => child,
            // What is misspelt in the text is noted there.
            Err(known) if !legible || is_misspelt(part, &known) => return,
            Err(known) => {
                let message = format!("`{}` names nothing: there is no `{}`", clipped(&entry.key), clipped(part));
                let help = notes.suggest(part, known.iter().map(String::as_str));
                return notes.problem(&entry.span, message, help);
            }
        };
    }
    match &mut here.value {
        Value::Table(table) => put(table, last, entry),
        _ => notes.problem(&entry.span, format!("`{}` names no key", clipped(&entry.key)), HELP),
    }
}

/// A table that is the value of a key need not be there, and a variant may still fill it.
fn open_table(section: &mut Node, key: &str, entry: &Entry) {
    if let Value::Table(table) = &mut section.value
        && !table.iter().any(|entry| entry.key == key)
    {
        let node = Node { span: entry.span.clone(), value: Value::Table(Table::new()) };
        table.push(Entry { key: key.to_owned(), span: entry.span.clone(), node });
    }
}

/// Whether it is a list of sections each of which has an id.
fn all_named(node: &Node) -> bool {
    matches!(&node.value, Value::List(items) if items.iter().all(|item| id_of(item).is_some()))
}

fn id_of(item: &Node) -> Option<&str> {
    let Value::Table(table) = &item.value else { return None };
    match &table.iter().find(|entry| entry.key == "id")?.node.value {
        Value::Text(id) => Some(id),
        _ => None,
    }
}

/// Whether a part of a path is a kind of section that has been misspelt in the text.
fn is_misspelt(part: &str, written: &[String]) -> bool {
    let is_kind = |name: &str| keys::of("").any(|info| info.name == name);
    is_kind(part) && nearest(part, written.iter().map(String::as_str)).is_some_and(|near| !is_kind(near))
}

/// A section that stands once may be left out of the text, and a variant may still set its keys.
fn open_section(root: &mut Node, path: &[&str], entry: &Entry) {
    if let (Value::Table(table), Some(first)) = (&mut root.value, path.first())
        && keys::SINGLE.contains(first)
        && !table.iter().any(|entry| entry.key == *first)
    {
        let node = Node { span: entry.span.clone(), value: Value::Table(Table::new()) };
        table.push(Entry { key: (*first).to_owned(), span: entry.span.clone(), node });
    }
}

fn put(table: &mut Table, key: &str, from: &Entry) {
    match table.iter_mut().find(|entry| entry.key == key) {
        None => table.push(Entry { key: key.to_owned(), span: from.span.clone(), node: from.node.clone() }),
        Some(old) => match (&mut old.node.value, &from.node.value) {
            (Value::Table(old), Value::Table(new)) => new.iter().for_each(|entry| put(old, &entry.key, entry)),
            _ => {
                old.span = from.span.clone();
                old.node = from.node.clone();
            }
        },
    }
}

/// The part of this name, or the names there are.
fn child<'a>(node: &'a mut Node, name: &str) -> Result<&'a mut Node, Vec<String>> {
    let (names, places): (Vec<String>, Vec<&mut Node>) = match &mut node.value {
        Value::Table(table) => table.iter_mut().map(|entry| (entry.key.clone(), &mut entry.node)).unzip(),
        Value::List(items) => items.iter_mut().filter_map(|item| Some((id_of(item)?.to_owned(), item))).unzip(),
        _ => (Vec::new(), Vec::new()),
    };
    match names.iter().position(|known| known == name) {
        Some(place) => places.into_iter().nth(place).ok_or(names),
        None => Err(names),
    }
}
