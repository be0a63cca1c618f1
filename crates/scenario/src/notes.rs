//! What is noted while a text is read.

use crate::problem::Problem;
use crate::scenario::ValueLine;
use std::cell::RefCell;
use std::ops::Range;

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
