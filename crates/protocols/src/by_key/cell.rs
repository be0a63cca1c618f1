//! A write as it is stored, sent and kept.

use super::sales::Sales;
use super::sibling::{Siblings, latest, weight};
use engine::Time;
use protocol::{Accepted, Seen, Stored, Version, WriteId};
use std::sync::Arc;
use values::{Kind, Past, Value};

/// A copy of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// The write that made it; of a merged one the latest in it, of several versions the one that is shown.
    pub(crate) write: WriteId,
    /// Its stamp: the latest wins. Copies of which all is shown are stamped by whoever merges them, each time anew.
    pub(crate) version: Version,
    /// What its coordinator would have shown of the key when it accepted it; none where all is shown.
    pub(crate) over: Option<Accepted>,
    /// Size of all that the key holds, bytes.
    pub(crate) bytes: u32,
    /// Whether a read finds nothing: what is shown was deleted by the write, which is kept as a tombstone.
    pub(crate) deleted: bool,
    /// What the key holds with this write.
    pub(crate) content: Content,
    /// What those had seen who wrote what it holds, and that itself, where account is kept of that.
    pub(crate) seen: Seen,
}

/// What a key holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Content {
    /// The write, and nothing else.
    Last,
    /// Nothing at all: the tombstone was collected. To whoever stores and compares the key is empty; that it is kept all the same is for the trace, which
    /// tells how old the nothing is that a read finds, and what came back.
    Collected,
    /// A value with the write in it.
    Value(Arc<Held>),
    /// The write beside others that did not know it.
    Siblings(Arc<Siblings>),
}

/// A value that is more than what was written last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Held {
    pub(crate) value: Value,
    /// Which changes are in it; of none where the later stamp wins.
    pub(crate) past: Past,
    /// The sales in it, where some may be called off.
    pub(crate) sales: Sales,
}

impl Held {
    /// What a key holds before its first change.
    pub(crate) fn new(kind: &Kind) -> Held {
        Held { value: Value::new(kind), past: Past::default(), sales: Sales::default() }
    }

    /// What there is once another copy of the same region is stored: whichever knows all that the other does, so that what was taken back in it stays so, or
    /// both merged.
    pub(crate) fn then(mut self, other: &Held) -> Held {
        if other.past.covers(&self.past) && !self.past.covers(&other.past) {
            return other.clone();
        }
        if !self.past.covers(&other.past) {
            self.merge(other);
        }
        self
    }

    /// Takes in what another copy knows.
    pub(crate) fn merge(&mut self, other: &Held) {
        self.value.merge(&other.value);
        self.past.merge(&other.past);
        self.sales.merge(&other.sales);
        self.value.taken_back_again(self.sales.called_off_again());
    }

    /// What it would weigh if it were sent, bytes.
    pub(crate) fn bytes(&self) -> u32 {
        self.value.bytes() + self.past.bytes()
    }
}

impl Cell {
    /// Versions side by side, of which this is the latest.
    pub(crate) fn beside(versions: Arc<Siblings>, Accepted { write, version }: Accepted) -> Cell {
        let (bytes, deleted) = (weight(&versions), versions.iter().all(|of| of.deleted));
        let content = Content::Siblings(versions);
        Cell { write, version, over: None, bytes, deleted, content, seen: Seen::UNKNOWN }
    }

    /// The same with what another copy has beside it, if versions are kept side by side: those that neither has replaced.
    pub(crate) fn with(self, other: &Cell) -> Cell {
        match (&self.content, &other.content) {
            (Content::Siblings(mine), Content::Siblings(theirs)) if mine.lacks(theirs) => {
                let mut versions = Siblings::clone(mine);
                versions.merge(theirs);
                let latest = latest(&versions).map_or(self.accepted(), |latest| latest.accepted);
                Cell::beside(Arc::new(versions), latest)
            }
            _ => self,
        }
    }

    /// Whether another copy has something that this one has not.
    pub(crate) fn lacks(&self, other: &Cell) -> bool {
        match (self.siblings(), other.siblings()) {
            (Some(mine), Some(theirs)) => mine.lacks(theirs),
            _ => self.accepted() < other.accepted(),
        }
    }

    /// What its value comes to.
    pub(crate) fn sum(&self) -> i64 {
        self.held().map_or(0, |held| held.value.show(Time::ZERO).sum())
    }

    /// The value, if the key holds one.
    pub(crate) fn held(&self) -> Option<&Held> {
        if let Content::Value(held) = &self.content { Some(held) } else { None }
    }

    /// The versions, if the key holds more than what was written last.
    pub(crate) fn siblings(&self) -> Option<&Siblings> {
        if let Content::Siblings(siblings) = &self.content { Some(siblings) } else { None }
    }

    /// Whether it is there only for the trace.
    pub(crate) fn is_collected(&self) -> bool {
        self.content == Content::Collected
    }

    /// Whether it keeps a deletion, and nothing else.
    pub(crate) fn is_tombstone(&self) -> bool {
        self.deleted && !self.is_collected()
    }

    pub(crate) fn accepted(&self) -> Accepted {
        Accepted { write: self.write, version: self.version }
    }
}

/// What a read shows of a cell.
pub(crate) fn stored(cell: Option<&Cell>) -> Stored {
    cell.map_or(Stored::default(), |cell| Stored {
        write: Some(cell.write),
        version: cell.version,
        bytes: cell.bytes,
        deleted: cell.deleted,
    })
}
