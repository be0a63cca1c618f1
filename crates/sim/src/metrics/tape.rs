//! The recorded history, key by key, and packed: a long run has many operations, and what follows on another of its key differs little
//! from it. Most take some twenty bytes.

use super::bytes::{Bytes, number};
use super::recorded::Recorded;
use engine::{Time, TreeMap};
use std::sync::Arc;

/// So many are packed together.
const PACKED: usize = 128;

/// What was recorded of all keys of all datasets.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tape {
    /// By dataset and key ([`lane`]).
    lanes: TreeMap<Lane>,
}

/// What was recorded of one key, in the order in which operations ended.
#[derive(Clone, Debug)]
struct Lane {
    /// From which the first of what is packed together differs.
    before: Recorded,
    /// What is packed never changes, so that all clones share it.
    packed: Vec<Packed>,
    /// Fewer than are packed together.
    latest: Vec<Recorded>,
}

/// Operations that are packed together, each by how it differs from the one before it.
#[derive(Clone, Debug)]
struct Packed {
    /// When the last of them ended.
    last: Time,
    bytes: Arc<[u8]>,
}

/// The number of a lane.
fn lane(dataset: u16, key: u32) -> u64 {
    u64::from(dataset) << 32 | u64::from(key)
}

impl Tape {
    /// Records an operation that ended no earlier than those before it.
    pub(crate) fn push(&mut self, dataset: u16, key: u32, recorded: Recorded) {
        let new = || Lane { before: Recorded::before_all(dataset, key), packed: Vec::new(), latest: Vec::new() };
        let lane = self.lanes.get_or_insert_with(lane(dataset, key), new);
        lane.latest.push(recorded);
        if lane.latest.len() == PACKED {
            lane.packed.push(Packed::of(&lane.before, &lane.latest));
            lane.latest.clear();
        }
    }

    /// All of it, key by key.
    pub(crate) fn iter(&self) -> impl Iterator<Item = Recorded> {
        self.lanes.values().flat_map(Lane::iter)
    }

    /// What is recorded of a dataset, key by key.
    pub(crate) fn of_dataset(&self, dataset: u16) -> impl Iterator<Item = Recorded> {
        self.lanes.range(lane(dataset, 0)..=lane(dataset, u32::MAX)).flat_map(|(_, lane)| lane.iter())
    }

    /// What is recorded of a key.
    pub(crate) fn of_key(&self, dataset: u16, key: u32) -> impl Iterator<Item = Recorded> {
        self.lanes.get(lane(dataset, key)).into_iter().flat_map(Lane::iter)
    }

    /// So many operations on a dataset that ended first, of all its keys.
    pub(crate) fn earliest(&self, dataset: u16, count: usize) -> Vec<Recorded> {
        let of_keys = self.keys(dataset).map(|key| self.of_key(dataset, key).peekable());
        let mut lanes: Vec<_> = of_keys.collect();
        let next = || {
            let ends = lanes.iter_mut().filter_map(|lane| Some((lane.peek()?.completed, lane)));
            ends.min_by_key(|(ends, _)| *ends)?.1.next()
        };
        std::iter::from_fn(next).take(count).collect()
    }

    /// The keys of a dataset of which something is recorded, ascending.
    pub(crate) fn keys(&self, dataset: u16) -> impl Iterator<Item = u32> {
        self.lanes.range(lane(dataset, 0)..=lane(dataset, u32::MAX)).map(|(lane, _)| lane as u32)
    }

    /// Forgets what ended at an instant or after it.
    pub(crate) fn cut(&mut self, at: Time) {
        self.lanes.change(0..=u64::MAX, |_, lane| lane.cut(at));
    }
}

impl Lane {
    fn iter(&self) -> impl Iterator<Item = Recorded> {
        let packed = self.packed.iter().flat_map(|packed| packed.unpacked(self.before));
        packed.chain(self.latest.iter().copied())
    }

    fn cut(&mut self, at: Time) {
        self.latest.retain(|recorded| recorded.completed < at);
        while let Some(packed) = self.packed.pop_if(|packed| packed.last >= at) {
            self.latest = packed.unpacked(self.before).filter(|recorded| recorded.completed < at).collect();
        }
    }
}

impl Packed {
    fn of(before: &Recorded, list: &[Recorded]) -> Packed {
        let (mut bytes, mut before) = (Bytes::default(), *before);
        for recorded in list {
            recorded.pack(&before, &mut bytes);
            before = *recorded;
        }
        Packed { last: before.completed, bytes: bytes.shared() }
    }

    fn unpacked(&self, before: Recorded) -> Unpacked<'_> {
        Unpacked { rest: &self.bytes, before }
    }
}

/// What is packed, one after the other.
struct Unpacked<'a> {
    rest: &'a [u8],
    before: Recorded,
}

impl Iterator for Unpacked<'_> {
    type Item = Recorded;

    fn next(&mut self) -> Option<Recorded> {
        if self.rest.is_empty() {
            return None;
        }
        self.before = Recorded::unpack(&self.before, &mut || number(&mut self.rest));
        Some(self.before)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::recorded::Outcome;
    use crate::trace::{OperationInfo, OperationKind};
    use engine::{Span, Stream};
    use protocol::Version;

    /// Any operation on a key that ends a while after the one before it; its numbers are of any size.
    fn any(stream: &mut Stream, ended: &mut Time) -> Recorded {
        let size = 1 << stream.below(32);
        let mut number = |most: u64| stream.below(most.min(size).max(1));
        let kind = [OperationKind::Read, OperationKind::Write][number(2) as usize];
        let outcome = [Outcome::Done, Outcome::FoundDeleted, Outcome::Declined, Outcome::Unknown][number(4) as usize];
        *ended += Span::from_nanos(number(u64::MAX));
        let invoked = Time::from_nanos(number(ended.as_nanos() + 1));
        let info = OperationInfo {
            operation: number(1 << 32),
            slot: 0,
            process: number(1 << 32),
            population: number(256) as u16,
            request: 0,
            dataset: Some(3),
            kind,
            step: 0,
            key: 7,
            write: if kind == OperationKind::Write { number(1 << 32) } else { 0 },
            accounts: [number(256) as u8, number(256) as u8],
            invoked,
        };
        let version = Version { lsn: number(u64::MAX), ..Version::NONE };
        let step = (3, number(1 << 16) as u16);
        Recorded::new(&info, step, (version, number(1 << 32)), outcome, *ended)
    }

    fn tape(list: &[Recorded]) -> Tape {
        let mut tape = Tape::default();
        list.iter().for_each(|recorded| tape.push(3, 7, *recorded));
        tape
    }

    #[test]
    fn what_is_packed_is_what_was_recorded_whatever_its_numbers_are() {
        let (mut stream, mut ended) = (Stream::named(1, "tape", 0), Time::ZERO);
        let list: Vec<Recorded> = (0..PACKED * 20 + 5).map(|_| any(&mut stream, &mut ended)).collect();
        assert_eq!(tape(&list).of_key(3, 7).collect::<Vec<_>>(), list);
        assert_eq!(tape(&list).iter().count(), list.len());
    }

    #[test]
    fn what_is_cut_is_what_ended_at_an_instant_or_after_it() {
        let (mut stream, mut ended) = (Stream::named(2, "tape", 0), Time::ZERO);
        let list: Vec<Recorded> = (0..PACKED * 3 + 5).map(|_| any(&mut stream, &mut ended)).collect();
        for place in [0, 1, PACKED - 1, PACKED, PACKED + 1, PACKED * 2 + 9, PACKED * 3 + 4] {
            let at = list[place].completed;
            let mut tape = tape(&list);
            tape.cut(at);
            let kept = list.iter().copied().filter(|recorded| recorded.completed < at);
            assert_eq!(tape.of_key(3, 7).collect::<Vec<_>>(), kept.collect::<Vec<_>>());
            tape.push(3, 7, list[place]);
            assert_eq!(tape.of_key(3, 7).last(), Some(list[place]), "it goes on from there");
        }
    }

    #[test]
    fn a_dataset_has_the_keys_of_which_something_is_recorded_and_no_others() {
        let (mut stream, mut ended) = (Stream::named(3, "tape", 0), Time::ZERO);
        let mut tape = Tape::default();
        for (dataset, key) in [(0, 9), (1, 4), (1, 2), (1, 4), (2, 0)] {
            tape.push(dataset, key, any(&mut stream, &mut ended));
        }
        assert_eq!(tape.keys(1).collect::<Vec<_>>(), [2, 4]);
        let earliest: Vec<Time> = tape.earliest(1, 2).iter().map(|recorded| recorded.completed).collect();
        let all = || tape.of_key(1, 4).chain(tape.of_key(1, 2)).map(|recorded| recorded.completed);
        let mut ordered: Vec<Time> = all().collect();
        ordered.sort_unstable();
        assert_eq!(earliest, ordered[..2]);
        assert_eq!((tape.of_dataset(1).count(), tape.of_key(1, 4).count(), tape.of_key(2, 1).count()), (3, 2, 0));
    }
}
