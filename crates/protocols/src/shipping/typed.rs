//! The values that a log amounts to, where its keys hold more than what was written last.

use super::Entry;
use engine::{Chunks, Time};
use protocol::Version;
use values::{At, Declined, Kind, Value};

/// Values by key, and what takes each change of them back. All copies of a log apply the same changes in the same order, so that they hold and
/// decline the same.
#[derive(Clone, Debug)]
pub(super) struct Typed {
    values: Vec<Value>,
    /// By entry kept: what its key held before, where it has changed that.
    before: Chunks<Option<Value>>,
    /// What all values come to.
    sum: i64,
}

impl Typed {
    /// What so many keys begin with; nothing for registers, which the entries themselves are the values of.
    pub(super) fn new(kind: &Kind, keys: u32) -> Option<Box<Typed>> {
        let values = vec![Value::new(kind); keys as usize];
        let typed = Typed { sum: sum(&values), values, before: Chunks::default() };
        (*kind != Kind::Register).then(|| Box::new(typed))
    }

    pub(super) fn sum(&self) -> i64 {
        self.sum
    }

    /// Make the change of an entry that enters the log here, if its value takes it. How large the value is then.
    pub(super) fn append(&mut self, entry: &Entry, version: Version) -> Result<u32, Declined> {
        // An entry that writes nothing has no key.
        let Some(value) = self.values.get_mut(entry.key.0 as usize) else {
            self.before.push_back(None);
            return Ok(0);
        };
        let held = value.clone();
        // One log is one author.
        let at = At { write: entry.write.0, author: 0, count: version.lsn as u32, now: entry.at };
        let taken = value.apply(entry.change, &at);
        self.sum += shown(value) - shown(&held);
        let bytes = value.bytes();
        self.before.push_back(taken.is_ok().then_some(held));
        taken.map(|()| bytes)
    }

    /// Take the last entry back, which is of this key. Whether it had changed a value.
    pub(super) fn take_back(&mut self, key: usize) -> bool {
        let Some(Some(held)) = self.before.pop_back() else { return false };
        if let Some(value) = self.values.get_mut(key) {
            self.sum += shown(&held) - shown(value);
            *value = held;
        }
        true
    }

    /// The first entry kept is dropped.
    pub(super) fn drop_first(&mut self) {
        self.before.pop_front();
    }

    /// What a key holds once the entry kept at this place and all after it are taken back, if that one has changed it.
    pub(super) fn held_before(&self, place: usize) -> Option<&Value> {
        self.before.get(place)?.as_ref()
    }

    /// What a key holds.
    pub(super) fn value(&self, key: usize) -> Option<&Value> {
        self.values.get(key)
    }

    /// The values of another log, in place of these.
    pub(super) fn restored(values: Vec<Value>) -> Option<Box<Typed>> {
        let typed = Typed { sum: sum(&values), values, before: Chunks::default() };
        (!typed.values.is_empty()).then(|| Box::new(typed))
    }
}

/// What a value comes to, whatever the time.
fn shown(value: &Value) -> i64 {
    value.show(Time::ZERO).sum()
}

fn sum(values: &[Value]) -> i64 {
    values.iter().map(shown).sum()
}
