//! Reading a section of a scenario: known keys, units, ranges, references. Whatever is wrong is noted and a harmless value goes
//! on, so that one reading finds every problem. `values` reads numbers with and without units, `references` words and names, `sites` names of regions and zones, `plans`
//! and `phrases` what users do.

mod datasets;
mod fields;
mod ids;
mod phrases;
mod plans;
mod references;
mod sites;
mod values;

pub(crate) use fields::Named;
pub(crate) use ids::Ids;

use crate::document::{Entry, Node, Table, Value};
use crate::keys::{self, KeyInfo};
use crate::notes::{Notes, ValueLine};
use crate::problem::nearest;
use crate::quantity::{Quantity, clipped};
use settings::Fallback;
use std::ops::Range;

/// A table of the text that is read by known keys.
pub(crate) struct Section<'a> {
    pub(crate) notes: &'a Notes<'a>,
    /// The keys that may stand here.
    keys: Vec<&'static KeyInfo>,
    /// What a person calls it: "region us-east-1".
    pub(crate) place: String,
    table: &'a [Entry],
    /// The keys that misspelt ones were most likely meant to be.
    meant: Vec<&'static str>,
    pub(crate) span: Range<usize>,
}

/// A key as it holds: written, by default, or not at all.
enum Found<'a> {
    Written(&'a Node),
    Default(&'static str),
    Absent,
}

/// What a key takes, as a sentence: one thing of a kind has an article.
fn it_takes(takes: &str) -> String {
    const KINDS: [&str; 20] = [
        "account",
        "bandwidth",
        "city",
        "dataset",
        "distribution",
        "factor",
        "id",
        "list",
        "metric",
        "number",
        "population",
        "rate",
        "region",
        "section",
        "share",
        "text",
        "time",
        "value",
        "variant",
        "zone",
    ];
    let kind = takes.split([' ', ',']).next().unwrap_or_default();
    let article = if kind.starts_with(['a', 'i']) { "an " } else { "a " };
    let such = if kind == "distribution" { ", such as \"5ms\" or \"exponential 5ms\"" } else { "" };
    format!("it takes {}{takes}{such}", if KINDS.contains(&kind) { article } else { "" })
}

impl<'a> Section<'a> {
    /// Read a table with the keys of these kinds of sections. Unknown keys are noted.
    pub(crate) fn new(notes: &'a Notes<'a>, kinds: &[&str], node: &'a Node) -> Section<'a> {
        let kind = kinds.first().copied().unwrap_or_default();
        let table: &[Entry] = match &node.value {
            Value::Table(table) => table,
            other => {
                let what = if kind.is_empty() { "the file" } else { kind };
                notes.problem(&node.span, format!("`{what}` is {}", other.kind()), "it must be a section of keys");
                &[]
            }
        };
        let keys: Vec<&'static KeyInfo> = kinds.iter().flat_map(|kind| keys::of(kind)).collect();
        let known = || keys.iter().map(|key| key.name);
        let mut meant = Vec::new();
        for entry in table.iter().filter(|entry| !known().any(|name| name == entry.key)) {
            let message = format!("unknown key `{}`", clipped(&entry.key));
            notes.problem(&entry.span, message, notes.suggest(&entry.key, known()));
            meant.extend(nearest(&entry.key, known()));
        }
        if kind.is_empty() {
            meant.iter().for_each(|kind| notes.leave_unread(kind));
        }
        let id = text_of(table, "id").map_or(String::new(), |id| format!(" {}", clipped(id)));
        let place = if kind.is_empty() { "scenario".to_owned() } else { format!("{kind}{id}") };
        Section { notes, keys, place, table, meant, span: node.span.clone() }
    }

    fn info(&self, key: &str) -> &'static KeyInfo {
        self.keys.iter().find(|info| info.name == key).expect("only listed keys are asked for")
    }

    fn written(&self, key: &str) -> Option<&'a Node> {
        self.table.iter().find(|entry| entry.key == key).map(|entry| &entry.node)
    }

    /// Whether the key is written.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.written(key).is_some()
    }

    /// Whether there is anything to read under the key: it is written, or its fallback is a value.
    pub(crate) fn holds(&self, key: &str) -> bool {
        self.has(key) || self.fallback(key).is_some()
    }

    /// Where the key's value stands, or the section if it is not written.
    pub(crate) fn span_of(&self, key: &str) -> Range<usize> {
        self.written(key).map_or(self.span.clone(), |node| node.span.clone())
    }

    /// Note something wrong about a key.
    pub(crate) fn problem(&self, key: &str, message: impl Into<String>, help: impl Into<String>) {
        self.notes.problem(&self.span_of(key), message, help);
    }

    /// Note that what stands under a key does not fit the rest. Where a value is wrong by itself something else holds in its
    /// place, of which nothing is said.
    pub(crate) fn misfit(&self, key: &str, message: impl Into<String>, help: impl Into<String>) {
        if self.is_sound() {
            self.problem(key, message, help);
        }
    }

    /// Whether nothing is wrong with any value of it so far.
    pub(crate) fn is_sound(&self) -> bool {
        !self.table.iter().any(|entry| self.notes.is_wrong(&entry.node.span))
    }

    /// Say whether a key changes anything as the rest of the section is set, and what it takes to do so. One that is written
    /// and changes nothing, in no variant either, is a problem: whoever wrote it believes that it does.
    pub(crate) fn heard(&self, key: &str, heard: bool, takes: &str) {
        if let Some(node) = self.written(key) {
            let help = format!("set {takes}, here or in a variant, or leave `{key}` out");
            self.serves(&node.span, heard, &format!("`{key}` changes nothing"), &help);
        }
    }

    /// The same of anything that is written there. What is said of it must be the same in all variants. Where a value is wrong nobody knows
    /// what would hear of it.
    pub(crate) fn serves(&self, span: &Range<usize>, heard: bool, message: &str, help: &str) {
        self.notes.hearing(span, heard || !self.is_sound(), message.to_owned(), help.to_owned());
    }

    fn wrong(&self, key: &str, node: &Node, expected: &str) {
        let takes = &self.info(key).takes;
        self.notes.problem(&node.span, format!("`{key}` is {}, not {expected}", node.value.kind()), it_takes(takes));
    }

    /// What a key is read as where it is not written.
    fn fallback(&self, key: &str) -> Option<&'static str> {
        match self.info(key).fallback {
            Fallback::Value(text) => Some(text),
            Fallback::Required | Fallback::Otherwise(_) => None,
        }
    }

    fn find(&self, key: &str) -> Found<'a> {
        match (self.written(key), self.info(key).fallback) {
            (Some(node), _) => Found::Written(node),
            (None, Fallback::Value(text)) => Found::Default(text),
            (None, Fallback::Otherwise(_)) => Found::Absent,
            // What is misspelt is there, and has been noted.
            (None, Fallback::Required) if self.meant.contains(&key) => Found::Absent,
            (None, Fallback::Required) => {
                let info = self.info(key);
                self.problem(key, format!("{} has no `{key}`", self.place), it_takes(&info.takes));
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
            source: if set { self.line_of(key) } else { info.source.to_owned() },
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
            source: self.line_of(key),
        });
    }

    /// Where a written value stands, for a person who looks for it.
    fn line_of(&self, key: &str) -> String {
        format!("line {} of this scenario", self.notes.line(self.span_of(key).start))
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

    /// A text as a quantity, its problem noted if it is none.
    pub(crate) fn measure(&self, text: &str, span: &Range<usize>, quantity: &Quantity) -> Option<f64> {
        quantity.parse(text).map_err(|message| self.notes.problem(span, message, quantity.accepted())).ok()
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
            self.notes.leave_unread(key);
            return &[];
        };
        if items.is_empty() && self.info(key).fallback == Fallback::Required {
            self.notes.problem(&node.span, format!("`{key}` is empty"), "a scenario needs at least one");
        }
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
