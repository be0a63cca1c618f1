//! What is wrong with a scenario file, where, and what would be right.

use std::fmt;
use std::ops::Range;

/// Something wrong with a scenario text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// What is wrong.
    pub message: String,
    /// What would be accepted; empty when the message says it all.
    pub help: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}:{}: {}", self.line, self.column, self.message)?;
        if !self.help.is_empty() {
            write!(out, "; {}", self.help)?;
        }
        Ok(())
    }
}

/// Where the lines of a text begin, so that naming the place of a problem does not take reading the text anew.
pub(crate) struct Lines<'t> {
    text: &'t str,
    starts: Vec<usize>,
}

impl<'t> Lines<'t> {
    pub(crate) fn new(text: &'t str) -> Lines<'t> {
        let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Lines { text, starts }
    }

    /// A problem at a byte range of the text.
    pub(crate) fn problem(&self, span: &Range<usize>, message: impl Into<String>, help: impl Into<String>) -> Problem {
        let (line, column) = self.position(span.start);
        Problem { line, column, message: message.into(), help: help.into() }
    }

    /// What is written at a byte range of the text; nothing where it is none of its.
    pub(crate) fn written(&self, span: &Range<usize>) -> &'t str {
        self.text.get(span.clone()).unwrap_or("")
    }

    /// Line and column of a byte, both from 1; a byte within a character counts as that character.
    pub(crate) fn position(&self, byte: usize) -> (usize, usize) {
        let mut at = byte.min(self.text.len());
        while !self.text.is_char_boundary(at) {
            at -= 1;
        }
        let line = self.starts.partition_point(|start| *start <= at);
        (line, self.text[self.starts[line - 1]..at].chars().count() + 1)
    }
}

/// The candidate a person most likely meant, if any is near: at most a third of its letters differ.
pub(crate) fn nearest<'a>(written: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // Long enough for any name there is; what is longer is not a misspelt name.
    if written.len() > 64 {
        return None;
    }
    let near = candidates.into_iter().map(|candidate| (distance(written, candidate), candidate));
    let (distance, candidate) = near.min_by_key(|(distance, _)| *distance)?;
    (distance * 3 <= candidate.chars().count().max(3)).then_some(candidate)
}

/// "did you mean `x`?" if something is near, otherwise the whole list, as far as it is short enough to read.
pub(crate) fn suggest<'a>(written: &str, candidates: impl IntoIterator<Item = &'a str>) -> String {
    const LISTED: usize = 24;
    // Sections of several kinds may share a key.
    let once = |mut names: Vec<&'a str>, name| {
        if !names.contains(&name) {
            names.push(name);
        }
        names
    };
    let candidates = candidates.into_iter().fold(Vec::new(), once);
    match nearest(written, candidates.iter().copied()) {
        Some(candidate) => format!("did you mean `{candidate}`?"),
        None if candidates.is_empty() => "there is none to choose from".to_owned(),
        None if candidates.len() > LISTED => {
            let alike = |name: &&&str| name.split(['-', '.']).any(|word| word.len() > 3 && written.contains(word));
            let alike: Vec<&str> = candidates.iter().filter(alike).copied().collect();
            match alike.is_empty() {
                true => format!("one of {}, …", quoted(&candidates[..LISTED])),
                false => format!("did you mean one of {}?", quoted(&alike[..alike.len().min(LISTED)])),
            }
        }
        None => format!("one of {}", quoted(&candidates)),
    }
}

fn quoted(names: &[&str]) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    names.join(", ")
}

/// Letters to change, add, remove or swap with their neighbour to get from one word to the other.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows = vec![(0..=b.len()).collect::<Vec<usize>>()];
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let change = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut best = change.min(rows[i - 1][j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(rows[i - 2][j - 2] + 1);
            }
            row.push(best);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_word_finds_its_neighbour_and_a_strange_one_does_not() {
        let known = ["protocol", "placement", "keys", "zipf"];
        assert_eq!(nearest("protcol", known), Some("protocol"));
        assert_eq!(nearest("plaecment", known), Some("placement"));
        assert_eq!(nearest("kyes", known), Some("keys"));
        assert_eq!(nearest("colour", known), None);
        assert_eq!(nearest(&"k".repeat(1000), known), None);
    }

    #[test]
    fn columns_count_characters_and_survive_any_offset() {
        let text = "a\nµb = 1";
        let lines = Lines::new(text);
        assert_eq!(lines.position(text.find('b').unwrap()), (2, 2));
        assert_eq!(lines.position(3), (2, 1));
        assert_eq!(lines.position(10_000), (2, 7));
    }
}
