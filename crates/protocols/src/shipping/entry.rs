//! One entry of a log, and what becomes of it.

use engine::Time;
use protocol::{Accepted, Epoch, Fact, Key, Response, Version, WriteId};
use values::{Change, Declined, Verb};

/// One entry of a log: a write, or what holds a place without being one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Entry {
    /// The leadership under which it was appended.
    pub epoch: Epoch,
    /// The write; 0, which no write is, for an entry that is none.
    pub write: WriteId,
    /// The key it changes; past all keys for an entry that changes none.
    pub key: Key,
    /// What it does to the value.
    pub change: Change,
    /// Size of the change.
    pub bytes: u32,
    /// The leader's clock when it was appended.
    pub at: Time,
}

impl Entry {
    /// An entry that writes nothing.
    pub(crate) fn no_op(epoch: Epoch, at: Time) -> Entry {
        Entry { epoch, write: WriteId(0), key: Key(u32::MAX), change: Change::new(Verb::Set), bytes: 0, at }
    }

    /// The write, if it is one.
    pub(crate) fn write(&self) -> Option<WriteId> {
        (self.write != WriteId(0)).then_some(self.write)
    }

    /// What is stated when it enters a log at this place. One whose value does not take it writes nothing.
    pub(super) fn appended(&self, version: Version, taken: bool) -> Fact {
        let Entry { write, key, .. } = *self;
        let written = self.write().filter(|_| taken);
        written.map_or(Fact::AppendedNoOp { version }, |_| Fact::Appended { write, key, version })
    }

    /// What is stated when it leaves a log from this place.
    pub(super) fn truncated(&self, version: Version, taken: bool) -> Fact {
        let Entry { write, key, .. } = *self;
        let written = self.write().filter(|_| taken);
        written.map_or(Fact::TruncatedNoOp { version }, |_| Fact::Truncated { write, key, version })
    }
}

/// What has become of an entry that entered a log.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Appended {
    /// Its place.
    pub(crate) version: Version,
    /// What is to be stated.
    pub(crate) fact: Fact,
    /// How much of its value it gave away; below zero, so much was put in.
    pub(crate) gave: i64,
    /// Why its value does not take it, if it does not.
    pub(crate) declined: Option<Declined>,
}

impl Appended {
    /// What whoever makes this change for a client states besides.
    pub(crate) fn made(&self, change: Change) -> Option<Fact> {
        let Appended { version, fact: Fact::Appended { write, key, .. }, gave, .. } = *self else { return None };
        Fact::made(Accepted { write, version }, key, change, gave)
    }

    /// The answer to whoever asked for it, once it is acknowledged.
    pub(crate) fn answer(&self) -> Response {
        self.declined.map_or(Response::Written(self.version), Response::Declined)
    }
}
