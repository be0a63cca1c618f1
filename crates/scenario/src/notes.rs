//! What is noted while a text is read.

use crate::problem::{Lines, Problem, suggest};
use crate::scenario::ValueLine;
use std::cell::RefCell;
use std::ops::Range;

/// More problems than anybody looks through. It bounds the work that a text full of them can cause.
pub(crate) const NOTED_MAX: usize = 300;

/// What reading a text leads to, beside the scenario: problems, and the numbers in force.
pub(crate) struct Notes<'t> {
    lines: Lines<'t>,
    problems: RefCell<Vec<Problem>>,
    values: RefCell<Vec<ValueLine>>,
}

impl<'t> Notes<'t> {
    pub(crate) fn new(text: &'t str) -> Notes<'t> {
        Notes { lines: Lines::new(text), problems: RefCell::default(), values: RefCell::default() }
    }

    pub(crate) fn problem(&self, span: &Range<usize>, message: impl Into<String>, help: impl Into<String>) {
        if !self.full() {
            self.problems.borrow_mut().push(self.lines.problem(span, message, help));
        }
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

    pub(crate) fn into_parts(self) -> (Vec<Problem>, Vec<ValueLine>) {
        (self.problems.into_inner(), self.values.into_inner())
    }

    fn full(&self) -> bool {
        self.problems.borrow().len() >= NOTED_MAX
    }
}
