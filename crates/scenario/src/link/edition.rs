//! The edition of reference data in a packed scenario: a link means the measurements it was made with, also when there are newer ones.

use crate::document::{self, Node, Value};
use crate::reference::Edition;
use crate::section::text_of;

/// The text with the edition written in it. A text that names one, or that is no scenario, stays as it is.
pub(super) fn pinned(text: &str, edition: Edition) -> String {
    let line = format!("edition = \"{}\"", edition.id());
    let Ok(tree) = document::parse(text) else { return text.to_owned() };
    if edition_of(&tree).is_some() {
        return text.to_owned();
    }
    // Under its section if it has one with a heading; else as a section of its own; else where keys are written with dots.
    let heading = text.split_inclusive('\n').scan(0, |end, row| {
        *end += row.len();
        Some((*end, row))
    });
    let heading = heading.filter(|(_, row)| row.split('#').next().is_some_and(|row| row.trim() == "[links]"));
    let under = heading.map(|(end, _)| {
        let (before, after) = text.split_at(end);
        format!("{}\n{line}\n{after}", before.trim_end())
    });
    let otherwise = [format!("{}\n\n[links]\n{line}\n", text.trim_end()), format!("links.{line}\n{text}")];
    let written = |text: &String| document::parse(text).is_ok_and(|tree| edition_of(&tree).is_some());
    under.chain(otherwise).find(written).unwrap_or_else(|| text.to_owned())
}

fn edition_of(tree: &Node) -> Option<&str> {
    let Value::Table(root) = &tree.value else { return None };
    let Value::Table(links) = &root.iter().find(|entry| entry.key == "links")?.node.value else { return None };
    text_of(links, "edition")
}
