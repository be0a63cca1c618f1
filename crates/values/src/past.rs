//! Which changes a copy knows.

use crate::by_author::ByAuthor;
use crate::change::{At, Author};
use engine::Time;

/// Which changes a copy of a key knows: of each author up to which. A version vector (Parker et al. 1983, Detection of mutual inconsistency in
/// distributed systems, TSE 9).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Past(pub(crate) ByAuthor<u64>);

impl Default for Past {
    fn default() -> Past {
        Past(ByAuthor::new())
    }
}

impl Past {
    /// Adds a change.
    pub fn add(&mut self, at: &At) {
        *self.0.count(at) = at.write;
    }

    /// Adds all changes of an author up to this one, whatever they were.
    pub(crate) fn reach(&mut self, author: Author, count: u64) {
        if !self.has(author, count) {
            self.add(&At { write: 0, author, count, now: Time::ZERO });
        }
    }

    /// Of each author up to which change.
    pub fn iter(&self) -> impl Iterator<Item = (Author, u64)> {
        self.0.lines().map(|(author, count, _)| (author, count))
    }

    /// Whether it knows a change of an author.
    pub fn has(&self, author: Author, count: u64) -> bool {
        self.0.has(author, count)
    }

    /// What another copy knows beyond this one: of each such author up to which change.
    pub fn news<'a>(&'a self, other: &'a Past) -> impl Iterator<Item = (Author, u64)> + 'a {
        other.iter().filter(|(author, count)| !self.0.has(*author, *count))
    }

    /// Whether it knows all that another copy does.
    pub fn covers(&self, other: &Past) -> bool {
        self.news(other).next().is_none()
    }

    /// The author with the highest count of all, and that: where counts are stamps, who made the latest change.
    pub fn last(&self) -> Option<(Author, u64)> {
        self.0.lines().map(|(author, count, _)| (author, count)).max_by_key(|(author, count)| (*count, *author))
    }

    /// Takes in what another copy knows.
    pub fn merge(&mut self, other: &Past) {
        self.0.merge(&other.0);
    }

    /// The write with the highest count of all, whoever made it: where counts are stamps, the latest.
    pub fn latest(&self) -> Option<u64> {
        let (_, _, write) = self.0.lines().max_by_key(|(author, count, _)| (*count, *author))?;
        Some(*write)
    }

    /// What it would weigh if it were sent, bytes.
    pub fn bytes(&self) -> u32 {
        self.0.bytes(0)
    }
}
