//! Keys of which every version is kept that nobody replaced who knew it.

use super::cell::{Cell, Content};
use super::cells::Cells;
use super::policy::Choice;
use super::sibling::{Sibling, Siblings, latest, weight};
use protocol::{Accepted, Effects, Fact, Key, Version};
use std::sync::Arc;
use values::Author;

/// What taking in another copy has changed.
struct Met {
    /// What is new: of each author up to which write.
    news: Vec<(Author, u64)>,
    before: Siblings,
    after: Arc<Siblings>,
    /// Which is shown; none where all are.
    shown: Option<Sibling>,
}

impl Cells {
    /// All versions of a key.
    pub(crate) fn siblings(&self, key: Key) -> Siblings {
        self.at(key).and_then(Cell::siblings).cloned().unwrap_or_default()
    }

    /// Store what came of writes of the replica's own, in their order: the last is in the place of those before it. Where all versions are shown,
    /// those that the key has then are stamped with `version`.
    pub(crate) fn write<M, T>(
        &mut self,
        key: Key,
        (author, writes): (Author, &[Cell]),
        (made, choice): (&Siblings, &Choice),
        version: Version,
        effects: &mut Effects<M, T>,
    ) {
        let last = writes.last().map(Cell::accepted);
        let Some(met) = self.meet(key, made, choice, last, Some(version)) else { return };
        for cell in writes.iter().filter(|cell| !met.before.past().has(author, cell.version.lsn)) {
            let Cell { write, version: at, over, .. } = *cell;
            effects.note(match met.shown {
                None => Fact::Changed { write, key, author, at, version },
                Some(shown) if Some(shown.accepted) == last => Fact::Stored { write, key, version: at, over },
                Some(shown) => Fact::Ignored { write, key, version: at, over, kept: shown.accepted },
            });
        }
        met.state_conflicts(key, choice, effects);
    }

    /// Take in another copy of a key. Returns the authors of whom it knew more.
    pub(crate) fn take_in_siblings<M, T>(
        &mut self,
        key: Key,
        (theirs, choice): (&Siblings, &Choice),
        version: Version,
        effects: &mut Effects<M, T>,
    ) -> Vec<Author> {
        let was = self.at(key).map(Cell::accepted);
        let Some(met) = self.meet(key, theirs, choice, was, Some(version)) else { return Vec::new() };
        let Some(shown) = met.shown else {
            for (author, upto) in &met.news {
                let upto = Version { lsn: *upto, ..Version::NONE };
                effects.note(Fact::Merged { key, version, author: *author, upto });
            }
            met.state_conflicts(key, choice, effects);
            return met.authors();
        };
        if was != Some(shown.accepted) {
            let Accepted { write, version } = shown.accepted;
            effects.note(Fact::Stored { write, key, version, over: shown.over });
        }
        // What waits for a person is not thrown away.
        for of in met.came().filter(|of| choice.decides() && **of != shown) {
            let Sibling { accepted: Accepted { write, version }, over, .. } = *of;
            effects.note(Fact::Ignored { write, key, version, over, kept: shown.accepted });
        }
        met.state_conflicts(key, choice, effects);
        met.authors()
    }

    /// Take in versions as a coordinator has sent them, all of which are shown.
    pub(crate) fn put_beside<M, T>(&mut self, key: Key, theirs: &Siblings, effects: &mut Effects<M, T>) {
        let Some(met) = self.meet(key, theirs, &Choice::Siblings, None, None) else { return };
        for (author, upto) in &met.news {
            let upto = Version { lsn: *upto, ..Version::NONE };
            effects.note(Fact::Merged { key, version: Version::NONE, author: *author, upto });
        }
        met.state_company(key, effects);
    }

    /// Take in what another copy knows; nothing if there is nothing new in it. `prefer` is what would be shown if all were alike,
    /// `version` the stamp of the result where all are shown; none is that of the latest.
    fn meet(
        &mut self,
        key: Key,
        theirs: &Siblings,
        choice: &Choice,
        prefer: Option<Accepted>,
        version: Option<Version>,
    ) -> Option<Met> {
        let before = self.siblings(key);
        let news: Vec<(Author, u64)> = before.past().news(theirs.past()).collect();
        if news.is_empty() {
            return None;
        }
        let mut after = before.clone();
        after.merge(theirs);
        let (bytes, after) = (weight(&after), Arc::new(after));
        let shown = choice.shown(&after, prefer);
        let of = shown.or(latest(&after).copied())?;
        let version = version.filter(|_| shown.is_none()).unwrap_or(of.accepted.version);
        let over = shown.and_then(|shown| shown.over);
        let (write, content) = (of.accepted.write, Content::Siblings(Arc::clone(&after)));
        let deleted = shown.map_or_else(|| after.iter().all(|of| of.deleted), |shown| shown.deleted);
        let seen = self.seen(key);
        self.replace(key, Cell { write, version, over, bytes, deleted, content, seen });
        Some(Met { news, before, after, shown })
    }
}

impl Met {
    fn authors(self) -> Vec<Author> {
        self.news.into_iter().map(|(author, _)| author).collect()
    }

    fn is_new(&self, of: &Sibling) -> bool {
        self.before.iter().all(|old| old.accepted != of.accepted)
    }

    /// Versions that were not there before.
    fn came(&self) -> impl Iterator<Item = &Sibling> {
        self.after.iter().filter(|of| self.is_new(of))
    }

    /// Say which versions did not know each other, two by two.
    fn state_conflicts<M, T>(&self, key: Key, choice: &Choice, effects: &mut Effects<M, T>) {
        let Some(one) = self.shown.or(latest(&self.after).copied()) else { return };
        for other in self.after.iter().filter(|other| **other != one) {
            if self.is_new(&one) || self.is_new(other) {
                let (one, other, decided) = (one.accepted, other.accepted, choice.decides());
                effects.note(Fact::Conflicted { key, one, other, decided });
            }
        }
    }

    /// Say of each version that is new which are next to it by the stamp: neither knew the other. Of many that is not said of each with each.
    fn state_company<M, T>(&self, key: Key, effects: &mut Effects<M, T>) {
        let is_new = |(author, count): (Author, u64)| !self.before.past().has(author, count);
        let mut versions: Vec<(Accepted, bool)> =
            self.after.dots().map(|(dot, of)| (of.accepted, is_new(dot))).collect();
        engine::sort_by_key(&mut versions, |(of, _)| *of);
        for pair in versions.windows(2) {
            let [(other, older), (one, newer)] = *pair else { continue };
            // One that was tried again may stand beside itself.
            if (older || newer) && one.write != other.write {
                effects.note(Fact::Conflicted { key, one, other, decided: false });
            }
        }
    }
}
