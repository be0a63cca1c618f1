//! Words of which one is chosen, and names that refer to something with an id.

use super::{Found, Section};
use crate::document::Value;
use crate::quantity::clipped;
use std::ops::Range;

impl Section<'_> {
    /// One of some words: its index, 0 if it is wrong.
    pub(crate) fn choice(&self, key: &str, words: &[&str]) -> usize {
        self.word(key, words).unwrap_or(0)
    }

    /// One of some words on which depends what else is read: its index.
    pub(crate) fn word(&self, key: &str, words: &[&str]) -> Option<usize> {
        let (text, span, set) = self.words(key, "one of its words")?;
        let place = words.iter().position(|word| *word == text);
        match place {
            Some(_) => self.record(key, &text, set),
            None => {
                let message = format!("`{key}` cannot be `{}`", clipped(&text));
                self.notes.problem(&span, message, self.notes.suggest(&text, words.iter().copied()));
            }
        }
        place
    }

    /// A reference to something with an id: its index.
    pub(crate) fn reference(&self, key: &str, what: &str, names: &[String]) -> Option<usize> {
        let (text, span, set) = self.words(key, &format!("a {what}"))?;
        let place = self.resolve(&text, &span, what, names)?;
        self.record(key, &text, set);
        Some(place)
    }

    /// References to things with ids, each once: a list, or a single one. `None` if the key is not written, or not as it
    /// must be.
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
        (!places.is_empty() && places.len() == items.len()).then_some(places)
    }

    pub(super) fn resolve(&self, text: &str, span: &Range<usize>, what: &str, names: &[String]) -> Option<usize> {
        let place = names.iter().position(|name| name == text);
        if place.is_none() && self.notes.knows_all(what) {
            let help = self.notes.suggest(text, names.iter().map(String::as_str));
            self.notes.problem(span, format!("there is no {what} `{}`", clipped(text)), help);
        }
        place
    }

    /// Texts with their places: a list of them, or a single one. `None` if the key is not written, or with something else.
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
        (texts.len() == items.len()).then_some(texts)
    }
}
