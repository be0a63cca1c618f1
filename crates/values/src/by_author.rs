//! What each author's changes came to.

use crate::change::{At, Author};
use crate::data::{COUNT, SHORT};
use engine::FlatMap;

/// What the changes of each author came to, and how many those were. An author makes its changes in one order, so of two copies that
/// know of different numbers of them the one that knows of more knows all that the other does. Merging takes that one, author by author,
/// and loses nothing.
///
/// The counts alone are a version vector. With a number for each author it is the counter of Cassandra, whose shards are an author, a logical
/// clock and a value, the later of two being kept; it counts up and down, as a PN-Counter does by two numbers that only grow (Shapiro et al. 2011, A
/// comprehensive study of convergent and commutative replicated data types, INRIA RR-7506, specification 7).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ByAuthor<T>(FlatMap<Author, Line<T>>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Line<T> {
    /// The author's last change.
    count: u64,
    /// What it and those before it came to.
    sum: T,
}

impl<T: Clone + Default> ByAuthor<T> {
    /// Nobody has changed anything.
    pub(crate) fn new() -> ByAuthor<T> {
        ByAuthor(FlatMap::new())
    }

    /// Whether this change is in it, or a later one of its author.
    pub(crate) fn has(&self, author: Author, count: u64) -> bool {
        self.0.get(&author).is_some_and(|line| line.count >= count)
    }

    /// What its author's changes come to, with this one counted. Whoever calls adds what it does.
    pub(crate) fn count(&mut self, at: &At) -> &mut T {
        debug_assert!(!self.has(at.author, at.count), "change {} of {:?} is counted", at.count, at.author);
        let line = self.0.get_or_insert_with(at.author, || Line { count: 0, sum: T::default() });
        line.count = at.count;
        &mut line.sum
    }

    /// What came of the changes of each author of a region.
    pub(crate) fn of_region(&self, region: u16) -> impl Iterator<Item = &T> {
        self.0.iter().filter(move |(author, _)| author.region == region).map(|(_, line)| &line.sum)
    }

    /// Each author with its last change, and what its changes came to.
    pub(crate) fn lines(&self) -> impl Iterator<Item = (Author, u64, &T)> {
        self.0.iter().map(|(author, line)| (*author, line.count, &line.sum))
    }

    /// What each author's changes came to, in the order of the authors.
    pub(crate) fn sums(&self) -> impl Iterator<Item = &T> {
        self.0.values().map(|line| &line.sum)
    }

    /// Takes in what another copy knows.
    pub(crate) fn merge(&mut self, other: &ByAuthor<T>) {
        for (author, theirs) in other.0.iter() {
            if !self.has(*author, theirs.count) {
                self.0.insert(*author, theirs.clone());
            }
        }
    }

    /// Bytes, of which `sum` for what an author's changes came to.
    pub(crate) fn bytes(&self, sum: u32) -> u32 {
        self.0.len() as u32 * (SHORT + COUNT + sum)
    }
}
