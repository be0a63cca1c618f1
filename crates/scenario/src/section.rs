//! Reading a section of a scenario: known keys, units, ranges, references. Whatever is wrong is noted and a harmless value goes
//! on, so that one reading finds every problem.

use crate::distribution;
use crate::document::{Entry, Node, Table, Value};
use crate::keys::{self, Fallback, KeyInfo};
use crate::problem::{Problem, suggest};
use crate::quantity::{self, Quantity, clipped};
use crate::scenario::ValueLine;
use engine::{Distribution, Probability, Span, Time};
use std::cell::RefCell;
use std::ops::{Range, RangeInclusive};

/// What reading a text leads to, beside the scenario: problems, and the numbers in force.
pub(crate) struct Notes<'t> {
    pub(crate) text: &'t str,
    problems: RefCell<Vec<Problem>>,
    values: RefCell<Vec<ValueLine>>,
}

impl<'t> Notes<'t> {
    pub(crate) fn new(text: &'t str) -> Notes<'t> {
        Notes { text, problems: RefCell::default(), values: RefCell::default() }
    }

    pub(crate) fn problem(&self, span: &Range<usize>, message: impl Into<String>, help: impl Into<String>) {
        self.problems.borrow_mut().push(Problem::at(self.text, span, message, help));
    }

    pub(crate) fn push(&self, problem: Problem) {
        self.problems.borrow_mut().push(problem);
    }

    pub(crate) fn value(&self, line: ValueLine) {
        self.values.borrow_mut().push(line);
    }

    pub(crate) fn into_parts(self) -> (Vec<Problem>, Vec<ValueLine>) {
        (self.problems.into_inner(), self.values.into_inner())
    }
}

/// A table of the text that is read by known keys.
pub(crate) struct Section<'a> {
    pub(crate) notes: &'a Notes<'a>,
    /// Names in the table of keys.
    kinds: Vec<&'static str>,
    /// What a person calls it: "region us-east-1".
    pub(crate) place: String,
    table: &'a [Entry],
    pub(crate) span: Range<usize>,
}

/// A key as it holds: written, by default, or not at all.
enum Found<'a> {
    Written(&'a Node),
    Default(&'static str),
    Absent,
}

impl<'a> Section<'a> {
    /// Read a table with the keys of these kinds of sections. Unknown keys are noted.
    pub(crate) fn new(notes: &'a Notes<'a>, kinds: &[&'static str], node: &'a Node) -> Section<'a> {
        let kind = kinds.first().copied().unwrap_or_default();
        let table: &[Entry] = match &node.value {
            Value::Table(table) => table,
            other => {
                let what = if kind.is_empty() { "the file" } else { kind };
                notes.problem(&node.span, format!("`{what}` is {}", other.kind()), "it must be a section of keys");
                &[]
            }
        };
        let known = || kinds.iter().flat_map(|kind| keys::of(kind)).map(|key| key.name);
        for entry in table.iter().filter(|entry| !known().any(|name| name == entry.key)) {
            let message = format!("unknown key `{}`", clipped(&entry.key));
            notes.problem(&entry.span, message, suggest(&entry.key, known()));
        }
        let id = text_of(table, "id").map_or(String::new(), |id| format!(" {}", clipped(id)));
        let place = if kind.is_empty() { "scenario".to_owned() } else { format!("{kind}{id}") };
        Section { notes, kinds: kinds.to_vec(), place, table, span: node.span.clone() }
    }

    fn info(&self, key: &str) -> &'static KeyInfo {
        let mut known = self.kinds.iter().flat_map(|kind| keys::of(kind));
        known.find(|info| info.name == key).expect("the crate asks only for keys of its own table")
    }

    fn written(&self, key: &str) -> Option<&'a Node> {
        self.table.iter().find(|entry| entry.key == key).map(|entry| &entry.node)
    }

    /// Whether the key is written.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.written(key).is_some()
    }

    /// Where the key's value stands, or the section if it is not written.
    pub(crate) fn span_of(&self, key: &str) -> Range<usize> {
        self.written(key).map_or(self.span.clone(), |node| node.span.clone())
    }

    /// Note something wrong about a key.
    pub(crate) fn problem(&self, key: &str, message: impl Into<String>, help: impl Into<String>) {
        self.notes.problem(&self.span_of(key), message, help);
    }

    fn wrong(&self, key: &str, node: &Node, expected: &str) {
        let takes = self.info(key).takes;
        self.notes.problem(
            &node.span,
            format!("`{key}` is {}, not {expected}", node.value.kind()),
            format!("it takes {takes}"),
        );
    }

    fn find(&self, key: &str) -> Found<'a> {
        match (self.written(key), self.info(key).fallback) {
            (Some(node), _) => Found::Written(node),
            (None, Fallback::Value(text)) => Found::Default(text),
            (None, Fallback::Otherwise(_)) => Found::Absent,
            (None, Fallback::Required) => {
                let info = self.info(key);
                self.problem(key, format!("{} has no `{key}`", self.place), format!("it takes {}", info.takes));
                Found::Absent
            }
        }
    }

    fn record(&self, key: &str, value: &str, set: bool) {
        let info = self.info(key);
        self.notes.value(ValueLine {
            place: self.place.clone(),
            name: key.to_owned(),
            value: value.to_owned(),
            set,
            meaning: info.meaning.to_owned(),
            source: if set { "this scenario".to_owned() } else { info.source.to_owned() },
        });
    }

    /// Record a written value of a key that takes several kinds.
    pub(crate) fn record_value(&self, name: &str, value: &str) {
        let key = name.split('.').next().unwrap_or(name);
        self.notes.value(ValueLine {
            place: self.place.clone(),
            name: name.to_owned(),
            value: value.to_owned(),
            set: true,
            meaning: self.info(key).meaning.to_owned(),
            source: "this scenario".to_owned(),
        });
    }

    /// A text with its place; `None` if there is none.
    fn words(&self, key: &str, expected: &str) -> Option<(String, Range<usize>, bool)> {
        match self.find(key) {
            Found::Written(Node { value: Value::Text(text), span }) => Some((text.clone(), span.clone(), true)),
            Found::Written(node) => {
                self.wrong(key, node, expected);
                None
            }
            Found::Default(text) => Some((text.to_owned(), self.span.clone(), false)),
            Found::Absent => None,
        }
    }

    /// A text.
    pub(crate) fn text(&self, key: &str) -> Option<String> {
        let (text, span, _) = self.words(key, "a text")?;
        if text.len() > 8_000 {
            self.notes.problem(&span, format!("`{key}` has {} bytes", text.len()), "a text has at most 8000");
        }
        Some(text)
    }

    /// The id: what others refer to.
    pub(crate) fn id(&self) -> String {
        let Some((id, span, _)) = self.words("id", "a text") else { return String::new() };
        let sound =
            !id.is_empty() && id.len() <= 40 && id.chars().all(|c| c.is_ascii_alphanumeric() || "-/".contains(c));
        if !sound {
            let help = "an id has 1 to 40 letters, digits, hyphens and slashes";
            self.notes.problem(&span, format!("`{}` is no id", clipped(&id)), help);
        }
        id
    }

    /// A number with a unit, in the unit used within.
    fn quantity(&self, key: &str, quantity: &Quantity, range: RangeInclusive<f64>, ends: [&str; 2]) -> Option<f64> {
        let expected = quantity.accepted();
        if let Found::Written(Node { value: Value::Integer(_) | Value::Float(_), span }) = self.find(key) {
            self.notes.problem(span, format!("`{key}` is a number without a unit"), expected);
            return None;
        }
        let (text, span, set) = self.words(key, quantity.name)?;
        let value = self.measure(&text, &span, quantity)?;
        if !range.contains(&value) {
            let message = format!("`{key}` is {}", clipped(&text));
            let negative = if value < 0.0 { "it must not be negative: " } else { "" };
            self.notes.problem(&span, message, format!("{negative}it takes {} to {}", ends[0], ends[1]));
            return None;
        }
        self.record(key, &text, set);
        Some(value)
    }

    /// A text as a quantity, its problem noted if it is none.
    pub(crate) fn measure(&self, text: &str, span: &Range<usize>, quantity: &Quantity) -> Option<f64> {
        quantity.parse(text).map_err(|message| self.notes.problem(span, message, quantity.accepted())).ok()
    }

    /// A time from zero to a day.
    pub(crate) fn span(&self, key: &str) -> Option<Span> {
        self.quantity(key, &quantity::TIME, 0.0..=DAY, ["0ms", "24h"]).map(Span::from_nanos_f64)
    }

    /// A time above zero, at least a millisecond: for what happens again and again.
    pub(crate) fn period(&self, key: &str) -> Span {
        self.quantity(key, &quantity::TIME, 1e6..=DAY, ["1ms", "24h"]).map_or(Span::from_secs(1), Span::from_nanos_f64)
    }

    /// A time, or none if this word is written or holds by default.
    pub(crate) fn span_unless(&self, key: &str, word: &str) -> Option<Span> {
        match self.find(key) {
            Found::Written(Node { value: Value::Text(text), .. }) if text != word => self.span(key),
            Found::Written(Node { value: Value::Text(_), .. }) => {
                self.record(key, word, true);
                None
            }
            Found::Written(node) => {
                self.wrong(key, node, "a text");
                None
            }
            Found::Default(text) if text != word => self.span(key),
            Found::Default(_) | Found::Absent => {
                self.record(key, word, false);
                None
            }
        }
    }

    /// A point in time.
    pub(crate) fn time(&self, key: &str) -> Option<Time> {
        self.span(key).map(|span| Time::ZERO + span)
    }

    /// A time that may be negative, nanoseconds.
    pub(crate) fn signed_nanos(&self, key: &str) -> i64 {
        self.quantity(key, &quantity::TIME, -DAY..=DAY, ["-24h", "24h"]).map_or(0, |nanos| nanos as i64)
    }

    /// A drift in parts per million.
    pub(crate) fn drift(&self, key: &str) -> i32 {
        self.quantity(key, &quantity::DRIFT, -9e5..=9e5, ["-900000ppm", "900000ppm"]).map_or(0, |ppm| ppm as i32)
    }

    /// A share.
    pub(crate) fn share(&self, key: &str) -> Option<Probability> {
        self.quantity(key, &quantity::SHARE, 0.0..=1.0, ["0%", "100%"]).map(Probability::from_f64)
    }

    /// A factor above zero.
    pub(crate) fn factor(&self, key: &str) -> f64 {
        self.quantity(key, &quantity::FACTOR, 0.01..=10_000.0, ["0.01x", "10000x"]).unwrap_or(1.0)
    }

    /// A bandwidth, bytes per second.
    pub(crate) fn bandwidth(&self, key: &str) -> Option<u64> {
        self.quantity(key, &quantity::BANDWIDTH, 125.0..=125e9, ["1kbps", "1Tbps"]).map(|bytes| bytes as u64)
    }

    /// A number of bytes.
    pub(crate) fn bytes(&self, key: &str) -> u32 {
        self.quantity(key, &quantity::BYTES, 0.0..=16e6, ["0B", "16MB"]).map_or(0, |bytes| bytes as u32)
    }

    /// A distribution of times, nanoseconds.
    pub(crate) fn distribution(&self, key: &str) -> Distribution {
        let Some((text, span, set)) = self.words(key, "a distribution of times") else {
            return Distribution::Constant(0.0);
        };
        match distribution::parse(&text) {
            Ok(distribution) => {
                self.record(key, &text, set);
                distribution
            }
            Err(message) => {
                self.notes.problem(&span, message, distribution::ACCEPTED);
                Distribution::Constant(0.0)
            }
        }
    }

    /// A whole number in a range; the range's lower end if it is wrong.
    pub(crate) fn count(&self, key: &str, range: RangeInclusive<u64>) -> u64 {
        let (value, set) = match self.find(key) {
            Found::Written(Node { value: Value::Integer(number), span }) => {
                let Some(value) = u64::try_from(*number).ok().filter(|value| range.contains(value)) else {
                    let help = format!("it takes {} to {}", range.start(), range.end());
                    self.notes.problem(span, format!("`{key}` is {number}"), help);
                    return *range.start();
                };
                (value, true)
            }
            Found::Written(node) => {
                self.wrong(key, node, "a whole number");
                return *range.start();
            }
            Found::Default(text) => (text.parse().unwrap_or(*range.start()), false),
            Found::Absent => return *range.start(),
        };
        self.record(key, &value.to_string(), set);
        value
    }

    /// A plain number in a range.
    pub(crate) fn number(&self, key: &str, range: RangeInclusive<f64>) -> f64 {
        let (value, set) = match self.find(key) {
            Found::Written(Node { value: Value::Integer(number), .. }) => (*number as f64, true),
            Found::Written(Node { value: Value::Float(number), .. }) => (*number, true),
            Found::Written(node) => {
                self.wrong(key, node, "a number");
                return *range.start();
            }
            Found::Default(text) => (text.parse().unwrap_or(*range.start()), false),
            Found::Absent => return *range.start(),
        };
        if !range.contains(&value) {
            self.problem(key, format!("`{key}` is {value}"), format!("it takes {} to {}", range.start(), range.end()));
            return *range.start();
        }
        self.record(key, &value.to_string(), set);
        value
    }

    /// True or false.
    pub(crate) fn flag(&self, key: &str) -> bool {
        let (value, set) = match self.find(key) {
            Found::Written(Node { value: Value::Flag(flag), .. }) => (*flag, true),
            Found::Written(node) => {
                self.wrong(key, node, "true or false");
                return false;
            }
            Found::Default(text) => (text == "true", false),
            Found::Absent => return false,
        };
        self.record(key, if value { "true" } else { "false" }, set);
        value
    }

    /// One of some words: its index, 0 if it is wrong.
    pub(crate) fn choice(&self, key: &str, words: &[&str]) -> usize {
        let Some((text, span, set)) = self.words(key, "one of its words") else { return 0 };
        match words.iter().position(|word| *word == text) {
            Some(place) => {
                self.record(key, &text, set);
                place
            }
            None => {
                let message = format!("`{key}` cannot be `{}`", clipped(&text));
                self.notes.problem(&span, message, suggest(&text, words.iter().copied()));
                0
            }
        }
    }

    /// A reference to something with an id: its index.
    pub(crate) fn reference(&self, key: &str, what: &str, names: &[String]) -> Option<usize> {
        let (text, span, set) = self.words(key, &format!("a {what}"))?;
        let place = self.resolve(&text, &span, what, names)?;
        self.record(key, &text, set);
        Some(place)
    }

    /// References to things with ids, each once: a list, or a single one. `None` if the key is not written.
    pub(crate) fn references(&self, key: &str, what: &str, names: &[String]) -> Option<Vec<usize>> {
        let mut places = Vec::new();
        let items = self.texts(key)?;
        for (text, span) in &items {
            let Some(place) = self.resolve(text, span, what, names) else { continue };
            if places.contains(&place) {
                self.notes.problem(span, format!("`{}` stands in `{key}` twice", clipped(text)), "once is enough");
            } else {
                places.push(place);
            }
        }
        if items.is_empty() {
            self.problem(key, format!("`{key}` is empty"), format!("name at least one {what}"));
        }
        let shown: Vec<&str> = items.iter().map(|(text, _)| text.as_str()).collect();
        self.record(key, &shown.join(", "), true);
        Some(places)
    }

    fn resolve(&self, text: &str, span: &Range<usize>, what: &str, names: &[String]) -> Option<usize> {
        let place = names.iter().position(|name| name == text);
        if place.is_none() {
            let help = suggest(text, names.iter().map(String::as_str));
            self.notes.problem(span, format!("there is no {what} `{}`", clipped(text)), help);
        }
        place
    }

    /// Texts with their places: a list of them, or a single one. `None` if the key is not written.
    pub(crate) fn texts(&self, key: &str) -> Option<Vec<(String, Range<usize>)>> {
        let node = match self.find(key) {
            Found::Written(node) => node,
            Found::Default(_) | Found::Absent => return None,
        };
        let items = match &node.value {
            Value::List(items) => items.as_slice(),
            _ => std::slice::from_ref(node),
        };
        let mut texts = Vec::new();
        for item in items {
            match &item.value {
                Value::Text(text) => texts.push((text.clone(), item.span.clone())),
                _ => self.wrong(key, item, "a text"),
            }
        }
        Some(texts)
    }

    /// The value of a key as it stands, for keys that take several kinds. A missing required key is noted.
    pub(crate) fn raw(&self, key: &str) -> Option<&'a Node> {
        match self.find(key) {
            Found::Written(node) => Some(node),
            Found::Default(_) | Found::Absent => None,
        }
    }

    /// The table under a key.
    pub(crate) fn table(&self, key: &str) -> Option<&'a Table> {
        match self.raw(key)? {
            Node { value: Value::Table(table), .. } => Some(table),
            node => {
                self.wrong(key, node, "a table");
                None
            }
        }
    }

    /// The sections in a list of tables, at most so many.
    pub(crate) fn list(&self, key: &'static str, most: usize) -> &'a [Node] {
        let Some(node) = self.raw(key) else { return &[] };
        let Value::List(items) = &node.value else {
            let help = format!("write [[{key}]] with double brackets");
            self.notes.problem(&node.span, format!("`{key}` is {}, not a list of sections", node.value.kind()), help);
            return &[];
        };
        if items.len() > most {
            self.notes.problem(
                &items[most].span,
                format!("there are {} of `{key}`", items.len()),
                format!("at most {most} are allowed"),
            );
        }
        &items[..items.len().min(most)]
    }
}

/// A day in nanoseconds: the longest run, and so the longest time there is.
pub(crate) const DAY: f64 = 86_400e9;

/// The text under a key, if there is one.
pub(crate) fn text_of<'a>(table: &'a [Entry], key: &str) -> Option<&'a str> {
    table.iter().find(|entry| entry.key == key).and_then(|entry| match &entry.node.value {
        Value::Text(text) => Some(text.as_str()),
        _ => None,
    })
}

/// Note every id that stands twice.
pub(crate) fn unique(sections: &[Section<'_>], ids: &[String]) {
    for (place, id) in ids.iter().enumerate().filter(|(_, id)| !id.is_empty()) {
        if ids[..place].contains(id) {
            sections[place].problem(
                "id",
                format!("the id `{}` stands twice", clipped(id)),
                "each needs an id of its own",
            );
        }
    }
}
