//! What is noted while a text is read.

use crate::problem::{Lines, Problem, suggest};
use std::cell::RefCell;
use std::ops::Range;

/// More problems than anybody looks through. It bounds the work that a text full of them can cause.
pub(crate) const NOTED_MAX: usize = 300;

/// What reading a text leads to, beside the scenario: problems, and the numbers in force.
pub(crate) struct Notes<'t> {
    lines: Lines<'t>,
    problems: RefCell<Vec<Problem>>,
    /// Where the problems are, in bytes.
    places: RefCell<Vec<usize>>,
    /// Kinds of sections of which not all could be read, so that nobody knows whether a name is one of theirs.
    unread: RefCell<Vec<String>>,
    hearings: RefCell<Vec<Hearing>>,
    values: RefCell<Vec<ValueLine>>,
}

/// A number in force: hidden parameters mislead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValueLine {
    /// Where it belongs: "region us-east-1".
    pub place: String,
    /// Its key.
    pub name: String,
    /// The value with its unit.
    pub value: String,
    /// Whether the scenario sets it; otherwise it is the default or comes from reference data.
    pub set: bool,
    /// What it means.
    pub meaning: String,
    /// Where it comes from; empty for a default that is a choice.
    pub source: String,
}

/// A key that is heard only where the rest of its section asks for it.
pub(crate) struct Hearing {
    /// What is wrong with it where nobody hears it.
    pub(crate) unheard: Problem,
    /// Whether it is heard in this reading of the text: in another variant it may be.
    pub(crate) heard: bool,
}

/// What a reading leads to, in parts.
pub(crate) struct Parts {
    pub(crate) problems: Vec<Problem>,
    pub(crate) hearings: Vec<Hearing>,
    pub(crate) values: Vec<ValueLine>,
}

impl<'t> Notes<'t> {
    /// What is written at a place of the text.
    pub(crate) fn written(&self, span: &Range<usize>) -> &'t str {
        self.lines.written(span)
    }

    pub(crate) fn new(text: &'t str) -> Notes<'t> {
        Notes {
            lines: Lines::new(text),
            problems: RefCell::default(),
            places: RefCell::default(),
            unread: RefCell::default(),
            hearings: RefCell::default(),
            values: RefCell::default(),
        }
    }

    pub(crate) fn problem(&self, span: &Range<usize>, message: impl Into<String>, help: impl Into<String>) {
        if !self.full() {
            self.places.borrow_mut().push(span.start);
            self.problems.borrow_mut().push(self.lines.problem(span, message, help));
        }
    }

    /// Note that a section of this kind could not be read: what is wrong with it is said there, and not again wherever it is named.
    pub(crate) fn leave_unread(&self, kind: &str) {
        self.unread.borrow_mut().push(kind.to_owned());
    }

    /// Whether all sections of this kind could be read.
    pub(crate) fn knows_all(&self, kind: &str) -> bool {
        !self.unread.borrow().iter().any(|unread| unread == kind)
    }

    /// Whether a problem was noted within a byte range.
    pub(crate) fn is_wrong(&self, span: &Range<usize>) -> bool {
        let within = span.start..span.end.max(span.start + 1);
        self.places.borrow().iter().any(|place| within.contains(place))
    }

    /// Note whether a key is heard, and what is wrong with it if nowhere.
    pub(crate) fn hearing(&self, span: &Range<usize>, heard: bool, message: String, help: String) {
        self.hearings.borrow_mut().push(Hearing { unheard: self.lines.problem(span, message, help), heard });
    }

    /// What was most likely meant; see [`suggest`]. Nothing once nobody would read it.
    pub(crate) fn suggest<'a>(&self, written: &str, candidates: impl IntoIterator<Item = &'a str>) -> String {
        if self.full() { String::new() } else { suggest(written, candidates) }
    }

    /// The line of a byte, from 1.
    pub(crate) fn line(&self, byte: usize) -> usize {
        self.lines.position(byte).0
    }

    pub(crate) fn value(&self, line: ValueLine) {
        self.values.borrow_mut().push(line);
    }

    pub(crate) fn into_problems(self) -> Vec<Problem> {
        self.problems.into_inner()
    }

    pub(crate) fn into_parts(self) -> Parts {
        let Notes { problems, hearings, values, .. } = self;
        Parts { problems: problems.into_inner(), hearings: hearings.into_inner(), values: values.into_inner() }
    }

    fn full(&self) -> bool {
        self.problems.borrow().len() >= NOTED_MAX
    }
}
