//! Phrases such as "read orders from leader" or "sell 2 widgets": a verb, what it takes without a name, and more with it. Each is read as a section of its
//! own, of the kind "step VERB".

use super::Section;
use crate::document::{Entry, Node, Table, Value};
use crate::quantity::clipped;
use settings::Verb;
use std::ops::Range;

/// A phrase taken apart.
pub(super) struct Phrase {
    /// Which of the verbs.
    pub(super) verb: usize,
    /// What a person calls it: "request browse, step 2".
    pub(super) place: String,
    /// What it says, as a table of keys.
    pub(super) says: Node,
}

/// The phrases under a key, 1 to `most`.
pub(super) fn read(section: &Section<'_>, key: &str, most: usize, verbs: &[Verb]) -> Vec<Phrase> {
    let Some(texts) = section.texts(key) else { return Vec::new() };
    if texts.is_empty() || texts.len() > most {
        section.problem(key, format!("there are {} {key}", texts.len()), format!("it takes 1 to {most}"));
    }
    let taken = |(text, span): &(String, Range<usize>)| taken_apart(section, text, span, verbs);
    let place = |number: usize| format!("{}, step {number}", section.place);
    let phrases = (1..).zip(texts.iter().map(taken));
    phrases
        .filter_map(|(number, taken)| taken.map(|(verb, says)| Phrase { verb, says, place: place(number) }))
        .collect()
}

/// The verb of a phrase, and what it says as a table of keys.
fn taken_apart(section: &Section<'_>, text: &str, span: &Range<usize>, verbs: &[Verb]) -> Option<(usize, Node)> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let place = words.first().and_then(|first| verbs.iter().position(|verb| verb.word == *first));
    let verb = place.map(|place| &verbs[place]);
    let said = verb.map_or(&[][..], |verb| &verb.settings[..verb.own]);
    let rest = words.get(1..).unwrap_or_default();
    // What it cannot be without, and after it names with values.
    let (own, named) = rest.split_at(rest.len().min(said.len()));
    // Names only where there is something to be named.
    let may_name = named.is_empty() || verb.is_some_and(|verb| verb.settings.len() > verb.own);
    let is_whole = own.len() == said.len() && named.len() % 2 == 0;
    let (Some(place), true) = (place, may_name && is_whole) else {
        let forms: Vec<String> = verbs.iter().map(|verb| format!("\"{}\"", verb.form())).collect();
        section.notes.problem(
            span,
            format!("`{}` is no step", clipped(text)),
            format!("write one of {}", forms.join(", ")),
        );
        return None;
    };
    let entry = |key: &str, value: &str| Entry { key: key.to_owned(), span: span.clone(), node: node(value, span) };
    let mut table = Table::new();
    table.extend(said.iter().zip(own).map(|(setting, value)| entry(setting.name, value)));
    table.extend(named.chunks_exact(2).map(|pair| entry(pair[0], pair[1])));
    if let Some(twice) = (1..table.len()).find(|at| table[..*at].iter().any(|entry| entry.key == table[*at].key)) {
        let message = format!("`{}` stands twice in `{}`", clipped(&table[twice].key), clipped(text));
        section.notes.problem(span, message, "once is enough");
        return None;
    }
    Some((place, Node { span: span.clone(), value: Value::Table(table) }))
}

/// A word as the value it would be outside of a phrase.
fn node(word: &str, span: &Range<usize>) -> Node {
    let value = match word {
        "true" | "false" => Value::Flag(word == "true"),
        _ => word.parse().map_or_else(|_| Value::Text(word.to_owned()), Value::Integer),
    };
    Node { span: span.clone(), value }
}
