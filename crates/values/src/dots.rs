//! Things that can be taken away again.

use crate::by_author::ByAuthor;
use crate::change::{At, Author};
use crate::data::{COUNT, SHORT};
use engine::FlatMap;

/// The change that brought something: an author and its count (a dot: Almeida et al. 2014, Scalable and accurate causality tracking for
/// eventually consistent stores, DAIS).
type Dot = (Author, u64);

/// Things, each under the change that brought it. What is taken away leaves no marker: a copy that has counted the change and lacks the thing has
/// seen it go. Merging keeps what both have, and what one has and the other has never seen: so taking something away
/// takes away what was seen, and nothing that is brought at the same time (Bieniusa et al. 2012, An optimized conflict-free replicated set, INRIA RR-8083).
///
/// Whose changes were counted stands beside it, in a [`ByAuthor`] that may be there for more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Dots<T>(FlatMap<Dot, T>);

impl<T> Default for Dots<T> {
    fn default() -> Dots<T> {
        Dots(FlatMap::new())
    }
}

impl<T: Clone> Dots<T> {
    /// Nothing.
    pub(crate) fn new() -> Dots<T> {
        Dots::default()
    }

    /// What this change brings.
    pub(crate) fn insert(&mut self, at: &At, thing: T) {
        self.0.insert((at.author, at.count), thing);
    }

    /// Takes this thing away.
    pub(crate) fn remove(&mut self, dot: Dot) {
        self.0.remove(&dot);
    }

    /// Takes away all but such things, each with who brought it.
    pub(crate) fn retain(&mut self, keep: impl Fn(Author, &T) -> bool) {
        self.0.retain(|(author, _), thing| keep(*author, thing));
    }

    /// Takes away what came with an author's changes up to this one.
    pub(crate) fn forget(&mut self, author: Author, upto: u64) {
        self.0.retain(|(by, count), _| *by != author || *count > upto);
    }

    /// All things, in the order of their authors and of the author's changes.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (Dot, &T)> {
        self.0.iter().map(|(dot, thing)| (*dot, thing))
    }

    /// Takes in what another copy has, given which changes this one has counted, and which that one.
    pub(crate) fn merge<A>(&mut self, mine: &ByAuthor<A>, other: &Dots<T>, theirs: &ByAuthor<A>)
    where
        A: Clone + Default,
    {
        self.0.retain(|dot, _| other.0.contains_key(dot) || !theirs.has(dot.0, dot.1));
        let unseen = other.0.iter().filter(|(dot, _)| !mine.has(dot.0, dot.1));
        self.0.extend(unseen.map(|(dot, thing)| (*dot, thing.clone())));
    }

    /// Bytes, of which `thing` for each thing.
    pub(crate) fn bytes(&self, thing: u32) -> u32 {
        self.0.len() as u32 * (SHORT + COUNT + thing)
    }
}
