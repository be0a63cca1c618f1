//! The values that a log amounts to, where its keys hold more than what was written last.

use super::entry::Entry;
use engine::{Chunks, Time};
use protocol::Version;
use values::{At, Author, Declined, Kind, Value};

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

    /// Make the change of an entry that enters the log here, if its value takes it. How large the value is then, and how much was given away.
    pub(super) fn append(&mut self, entry: &Entry, version: Version) -> Result<(u32, i64), Declined> {
        // An entry that writes nothing has no key.
        let Some(value) = self.values.get_mut(entry.key.0 as usize) else {
            self.before.push_back(None);
            return Ok((0, 0));
        };
        let held = value.clone();
        // One log is one author.
        let at = At { write: entry.write.0, author: Author::default(), count: version.lsn, now: entry.at };
        let taken = value.apply(entry.change, &at);
        self.sum += shown(value) - shown(&held);
        let (bytes, gave) = (value.bytes(), value.given() - held.given());
        self.before.push_back(taken.is_ok().then_some(held));
        taken.map(|()| (bytes, gave))
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

#[cfg(test)]
mod tests {
    use crate::shipping::{Entry, Log};
    use engine::Time;
    use protocol::{Epoch, Fact, Key, Response, Version, WriteId};
    use values::{Change, Declined, Kind, Verb};

    fn sells(log: &mut Log, write: u64, amount: i32) -> Response {
        let change = Change::by(Verb::Sell, amount);
        let (epoch, key, at) = (Epoch(1), Key(0), Time::from_secs(write));
        log.append(Entry { epoch, write: WriteId(write), key, change, bytes: 32, at }).answer()
    }

    fn stock(initial: i32) -> Log {
        Log::new(2, &Kind::Stock { initial, quotas: None })
    }

    fn version(lsn: u64) -> Version {
        Version { epoch: Epoch(1), lsn }
    }

    #[test]
    fn what_is_declined_has_its_place_and_changes_nothing() {
        let mut log = stock(5);
        assert_eq!(sells(&mut log, 1, 4), Response::Written(version(1)));
        assert_eq!(sells(&mut log, 2, 2), Response::Declined(Declined::SoldOut));
        assert_eq!(sells(&mut log, 3, 1), Response::Written(version(3)));
        assert_eq!((log.sum(), log.last()), (5, version(3)));
        assert_eq!(log.state_at(Key(0), 2).write, Some(WriteId(1)), "what was declined is not what is there");
    }

    #[test]
    fn what_is_taken_back_can_be_sold_again() {
        let mut log = stock(5);
        (1..=3).for_each(|write| _ = sells(&mut log, write, 2));
        assert_eq!(log.take_back_beyond(1), Some(Fact::TruncatedNoOp { version: version(3) }), "it was declined");
        let truncated = Fact::Truncated { write: WriteId(2), key: Key(0), version: version(2) };
        assert_eq!(log.take_back_beyond(1), Some(truncated));
        assert_eq!(log.sum(), 2);
        assert_eq!(sells(&mut log, 4, 3), Response::Written(version(2)));
        assert_eq!(sells(&mut log, 5, 1), Response::Declined(Declined::SoldOut));
    }

    #[test]
    fn a_copy_has_the_values_of_its_place_and_goes_on_from_there() {
        let mut log = stock(5);
        (1..=4).for_each(|write| _ = sells(&mut log, write, 1));
        log.trim(1);
        let copy = log.copy_upto(2, Version::NONE, 0);
        let mut other = stock(5);
        other.restore(copy);
        assert_eq!((other.sum(), other.last()), (2, version(2)));
        assert_eq!(sells(&mut other, 9, 4), Response::Declined(Declined::SoldOut));
        assert_eq!(sells(&mut other, 10, 3), Response::Written(version(4)));
    }

    #[test]
    fn registers_keep_nothing_more() {
        let mut log = Log::new(1, &Kind::Register);
        let (epoch, key, at) = (Epoch(1), Key(0), Time::ZERO);
        log.append(Entry { epoch, write: WriteId(1), key, change: Change::new(Verb::Set), bytes: 100, at });
        assert_eq!(log.sum(), 0);
        assert!(log.copy_upto(1, Version::NONE, 0).values.is_empty());
    }
}
