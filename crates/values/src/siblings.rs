//! Versions that did not know each other, side by side.

use crate::change::{At, Author};
use crate::dots::Dots;
use crate::past::Past;

/// What was written under a key and replaced by nobody who knew it: mostly one version, and more where copies were written apart from each other.
/// Of two copies a version stays that both have, or that one has and the other has never heard of: so what replaces something replaces what it knew,
/// and nothing that was written at the same time (multi-value register: DeCandia et al. 2007, Dynamo, SOSP, section 4.4; Shapiro et al. 2011,
/// INRIA RR-7506, specification 10; with one version vector for all of them: Almeida et al. 2014, DAIS).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Siblings<T> {
    past: Past,
    versions: Dots<T>,
}

impl<T> Default for Siblings<T> {
    fn default() -> Siblings<T> {
        Siblings { past: Past::default(), versions: Dots::default() }
    }
}

impl<T: Clone> Siblings<T> {
    /// Which writes it has heard of.
    pub fn past(&self) -> &Past {
        &self.past
    }

    /// Each version, in the order of their authors.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.versions.iter().map(|(_, version)| version)
    }

    /// Each version with who wrote it and which of its writes that is.
    pub fn dots(&self) -> impl Iterator<Item = ((Author, u64), &T)> {
        self.versions.iter()
    }

    /// Whether another copy has heard of a write of which this one has not. Copies that have heard of the same have the same versions.
    pub fn lacks(&self, other: &Siblings<T>) -> bool {
        self.past.news(&other.past).next().is_some()
    }

    /// Takes away what an author wrote up to this write, since whoever is about to write has read it, here or elsewhere.
    pub fn forget(&mut self, author: Author, upto: u64) {
        self.past.reach(author, upto);
        self.versions.forget(author, upto);
    }

    /// Puts a version in the place of those that are to be replaced by it.
    pub fn put(&mut self, at: &At, version: T, replaces: &dyn Fn(&T) -> bool) {
        self.past.add(at);
        self.versions.retain(|_, other| !replaces(other));
        self.versions.insert(at, version);
    }

    /// Takes in what another copy of the same key knows. In which order, how often and by way of whom copies are merged makes no difference.
    pub fn merge(&mut self, other: &Siblings<T>) {
        self.versions.merge(&self.past.0, &other.versions, &other.past.0);
        self.past.merge(&other.past);
    }

    /// What merging takes beside the versions, if it were sent, bytes.
    pub fn overhead(&self) -> u32 {
        self.past.bytes() + self.versions.bytes(0)
    }
}
