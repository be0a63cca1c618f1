//! What a replica stores of each key.

use super::cell::{Cell, Content, Held, stored};
use engine::Time;
use protocol::{Accepted, Effects, Fact, Key, Seen, Stored, Version, WriteId};
use std::sync::Arc;
use values::{Author, Kind, Value};

/// All keys of a replica.
#[derive(Clone, Debug)]
pub(crate) struct Cells {
    by_key: Vec<Option<Cell>>,
    kind: Kind,
    /// The latest stamp of all.
    last: Version,
    /// What all values come to, where keys hold more than what was written last.
    sum: i64,
    /// What one comes to before its first change.
    each: i64,
    /// How many keys hold a deletion and nothing else.
    tombstones: u32,
}

impl Cells {
    pub(crate) fn new(keys: u32, kind: &Kind) -> Cells {
        let each = Value::new(kind).show(Time::ZERO).sum();
        Cells {
            by_key: vec![None; keys as usize],
            kind: kind.clone(),
            last: Version::NONE,
            sum: each * i64::from(keys),
            each,
            tombstones: 0,
        }
    }

    pub(crate) fn get(&self, key: Key) -> Option<Cell> {
        self.at(key).cloned()
    }

    /// What all values come to.
    pub(crate) fn sum(&self) -> i64 {
        self.sum
    }

    /// What is on each account of the ledger that the first key holds.
    pub(crate) fn balances(&self) -> Vec<i64> {
        let held = self.at(Key(0)).and_then(Cell::held);
        held.map_or_else(|| Value::new(&self.kind).balances(), |held| held.value.balances())
    }

    /// Whether the value of a key has this element.
    pub(crate) fn has(&self, key: Key, element: u16) -> bool {
        self.at(key).and_then(Cell::held).is_some_and(|held| held.value.has(element))
    }

    /// How many keys hold a deletion and nothing else.
    pub(crate) fn tombstones(&self) -> u32 {
        self.tombstones
    }

    pub(crate) fn last(&self) -> Version {
        self.last
    }

    pub(crate) fn stored(&self, key: Key) -> Stored {
        stored(self.get(key).as_ref())
    }

    /// Every key that holds anything, if only a tombstone.
    pub(crate) fn all(&self) -> impl Iterator<Item = (Key, Cell)> {
        let held = |cell: &Option<Cell>| cell.clone().filter(|cell| !cell.is_collected());
        (0..).map(Key).zip(&self.by_key).filter_map(move |(key, cell)| Some((key, held(cell)?)))
    }

    /// Store a write, if it is later than what is there. Returns whether it is stored. Of two of which neither knew the other that is said, as far as it
    /// can be told here: a write knew nothing later than what it replaced knowingly, and may have known what is older than that.
    pub(crate) fn put<M, T>(&mut self, key: Key, cell: Cell, effects: &mut Effects<M, T>) -> bool {
        let Some(place) = self.by_key.get(key.0 as usize) else { return false };
        let Cell { write, version, over, deleted, .. } = cell;
        let later = place.as_ref().filter(|kept| kept.accepted() >= cell.accepted());
        // Whoever has collected a tombstone takes what is older for new, but for other tombstones: those leave as much as there is.
        let forgotten = later.filter(|kept| kept.is_collected() && !deleted).map(Cell::accepted);
        let there = place.as_ref().filter(|there| !there.is_collected()).map(|there| (there.accepted(), there.over));
        let this = (cell.accepted(), over);
        if let Some(kept) = later.filter(|_| forgotten.is_none()).map(Cell::accepted) {
            ignore(key, &cell, kept, effects);
            there.into_iter().for_each(|there| state_conflict(key, there, this, effects));
            return false;
        }
        self.replace(key, cell);
        effects.note(Fact::Stored { write, key, version, over });
        there.into_iter().for_each(|there| state_conflict(key, this, there, effects));
        // Who knew of the deletion has written anew.
        if let Some(deleted) = forgotten.filter(|of| over.is_none_or(|over| over.version < of.version)) {
            effects.note(Fact::Resurrected { write, key, version, deleted });
        }
        true
    }

    /// Collect the tombstone of a key, if this is it.
    pub(crate) fn collect<M, T>(&mut self, key: Key, version: Version, effects: &mut Effects<M, T>) {
        let Some(cell) = self.get(key).filter(|cell| cell.is_tombstone() && cell.version == version) else { return };
        let write = cell.write;
        self.replace(key, Cell { bytes: 0, content: Content::Collected, ..cell });
        effects.note(Fact::Collected { write, key, version });
    }

    /// What whoever is shown a key has seen with it.
    pub(crate) fn seen(&self, key: Key) -> Seen {
        self.at(key).map_or(Seen::UNKNOWN, |cell| cell.seen.clone())
    }

    /// With what a key holds this is seen, too.
    pub(crate) fn see(&mut self, key: Key, seen: &Seen) {
        let place = self.by_key.get_mut(key.0 as usize).and_then(Option::as_mut);
        place.into_iter().for_each(|cell| cell.seen.merge(seen));
    }

    /// What a key holds, where copies are merged.
    pub(crate) fn held(&self, key: Key) -> Held {
        self.at(key).and_then(Cell::held).cloned().unwrap_or_else(|| Held::new(&self.kind))
    }

    /// How much of what there was is given away of a key.
    pub(crate) fn given(&self, key: Key) -> i64 {
        self.at(key).and_then(Cell::held).map_or(0, |held| held.value.given())
    }

    /// What is stored under a key.
    pub(super) fn at(&self, key: Key) -> Option<&Cell> {
        self.by_key.get(key.0 as usize)?.as_ref()
    }

    /// Store what came of changes of the replica's own, in their order. What the key holds then is stamped with `version`.
    pub(crate) fn change<M, T>(
        &mut self,
        key: Key,
        (author, changes): (Author, &[Cell]),
        made: &Held,
        version: Version,
        effects: &mut Effects<M, T>,
    ) {
        let held = self.held(key);
        if held.past.covers(&made.past) {
            return;
        }
        let past = held.past.clone();
        self.hold(key, held.then(made), version);
        for Accepted { write, version: at } in changes.iter().map(Cell::accepted) {
            if !past.has(author, at.lsn) {
                effects.note(Fact::Changed { write, key, author, at, version });
            }
        }
    }

    /// Whether a copy that knows all that is known here lacks something of what is here all the same: it was taken back there, and comes back from here.
    pub(crate) fn undoes(&self, key: Key, theirs: &Held) -> bool {
        let knows = |held: &&Held| self.kind.comes_back() && theirs.past.covers(&held.past);
        self.at(key).and_then(Cell::held).filter(knows).is_some_and(|held| held.value != theirs.value)
    }

    /// Merge another copy of a key into the one here, which is stamped with `version` then. Returns the authors of whom it knew more; of a type of which
    /// things come back, the last one also if it knew no more and something did.
    pub(crate) fn merge<M, T>(
        &mut self,
        key: Key,
        theirs: &Held,
        version: Version,
        effects: &mut Effects<M, T>,
    ) -> Vec<Author> {
        let news = self.take_in(key, theirs, version);
        for (author, upto) in &news {
            let upto = Version { lsn: *upto, ..Version::NONE };
            effects.note(Fact::Merged { key, version, author: *author, upto });
        }
        news.into_iter().map(|(author, _)| author).collect()
    }

    /// Take in what another copy knows. Returns what is new of it: of each such author up to which change.
    fn take_in(&mut self, key: Key, theirs: &Held, version: Version) -> Vec<(Author, u64)> {
        let mut held = self.held(key);
        let mut news: Vec<(Author, u64)> = held.past.news(&theirs.past).collect();
        if news.is_empty() && self.kind.comes_back() {
            let before = held.value.clone();
            held.value.merge(&theirs.value);
            news.extend(held.past.last().filter(|_| held.value != before));
        } else if !news.is_empty() {
            held.merge(theirs);
        }
        if !news.is_empty() {
            self.hold(key, held, version);
        }
        news
    }

    /// Store what a key holds now.
    fn hold(&mut self, key: Key, held: Held, version: Version) {
        let write = WriteId(held.past.latest().unwrap_or(0));
        let bytes = held.bytes();
        let content = Content::Value(Arc::new(held));
        let seen = self.seen(key);
        self.replace(key, Cell { write, version, over: None, bytes, deleted: false, content, seen });
    }

    pub(super) fn replace(&mut self, key: Key, cell: Cell) {
        let Some(place) = self.by_key.get_mut(key.0 as usize) else { return };
        self.sum += cell.sum() - place.as_ref().map_or(self.each, Cell::sum);
        self.last = self.last.max(cell.version);
        self.tombstones += u32::from(cell.is_tombstone());
        self.tombstones -= u32::from(place.as_ref().is_some_and(Cell::is_tombstone));
        *place = Some(cell);
    }
}

/// A write, and what it replaced knowingly.
type Known = (Accepted, Option<Accepted>);

/// Say that of two writes, of which the first stays, neither knew the other, if that is certain.
fn state_conflict<M, T>(key: Key, (one, over): Known, (other, under): Known, effects: &mut Effects<M, T>) {
    let unknown = |over: Option<Accepted>, of: Accepted| over.is_none_or(|over| over.version < of.version);
    if one.write != other.write && unknown(over, other) && unknown(under, one) {
        effects.note(Fact::Conflicted { key, one, other, decided: true });
    }
}

/// Say that a write is not stored because of another, if it is another. Of versions side by side none is: whoever has the one has heard of the other.
pub(crate) fn ignore<M, T>(key: Key, cell: &Cell, kept: Accepted, effects: &mut Effects<M, T>) {
    let Cell { write, version, over, .. } = *cell;
    if kept != cell.accepted() && cell.siblings().is_none() {
        effects.note(Fact::Ignored { write, key, version, over, kept });
    }
}
