//! Nothings: what there was at first, and what deletions left. No client can tell one from another, so that whoever found nothing may have found any that
//! there was by then. Something is broken only if it is so whichever of them it was.

use std::collections::BTreeMap;

use crate::history::{Call, History, Operation, written};

/// A deletion, as a nothing that may be found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deletion {
    /// The key that was deleted.
    pub key: u64,
    /// The value that says so: no other write leaves it.
    pub value: u64,
    /// The instant of its invocation.
    pub invoked: u64,
    /// Its place in the order of versions of its key, above 0; `None` if nobody knows whether and where it took effect.
    pub rank: Option<u64>,
}

/// The nothings of a history.
#[derive(Clone, Debug, Default)]
pub struct Nothings {
    keys: BTreeMap<u64, OfKey>,
    /// The values that are nothing, in ascending order.
    values: Vec<u64>,
}

/// The deletions of a key.
#[derive(Clone, Debug, Default)]
struct OfKey {
    /// In order of their places, each with the first invocation among it and those after it.
    placed: Vec<(Deletion, u64)>,
    /// Those of which nobody knows the place, in order of invocation.
    unplaced: Vec<Deletion>,
}

impl Nothings {
    /// The nothings that these deletions left.
    pub fn new(deletions: impl IntoIterator<Item = Deletion>) -> Nothings {
        let mut nothings = Nothings::default();
        for deletion in deletions {
            let key = nothings.keys.entry(deletion.key).or_default();
            nothings.values.push(deletion.value);
            match deletion.rank {
                Some(_) => key.placed.push((deletion, 0)),
                None => key.unplaced.push(deletion),
            }
        }
        nothings.values.sort_unstable();
        for key in nothings.keys.values_mut() {
            key.unplaced.sort_unstable_by_key(|deletion| deletion.invoked);
            key.placed.sort_unstable_by_key(|(deletion, _)| (deletion.rank, deletion.invoked));
            let mut first = u64::MAX;
            for (deletion, earliest) in key.placed.iter_mut().rev() {
                first = first.min(deletion.invoked);
                *earliest = first;
            }
        }
        nothings
    }

    /// Whether an operation is a read that found nothing.
    pub fn found_by(&self, operation: &Operation) -> bool {
        let nothing = |value: u64| self.values.binary_search(&value).is_ok();
        matches!(operation.call, Call::Read { value } if value.is_none_or(nothing))
    }

    /// Of the nothings that a read may have found the oldest that is no older than this place; 0 is what there was at first. It may always be the one
    /// at the place `own`.
    pub(crate) fn oldest(&self, read: &Operation, own: Option<u64>, at_least: u64) -> Option<u64> {
        if at_least == 0 {
            return Some(0);
        }
        let deletions = self.later(read, at_least).filter_map(|deletion| deletion.rank.or(Some(at_least)));
        deletions.chain(own.filter(|own| *own >= at_least)).min()
    }

    /// The deletion that a read found, if of all nothings no older than this place it can only have found that one.
    pub(crate) fn only(&self, read: &Operation, at_least: u64) -> Option<u64> {
        let mut deletions = self.later(read, at_least).filter(|_| at_least > 0);
        let first = deletions.next()?;
        deletions.next().is_none().then_some(first.value)
    }

    /// The deletions that began before a read was over, and are or may be no older than this place: the two oldest that have a place, and one that has
    /// none.
    fn later(&self, read: &Operation, at_least: u64) -> impl Iterator<Item = &Deletion> {
        let over = read.completed().unwrap_or(u64::MAX);
        let key = self.keys.get(&read.key);
        let placed = key.map_or(&[][..], |key| &key.placed);
        let from = placed.partition_point(|(deletion, _)| deletion.rank < Some(at_least));
        let placed = placed[from..].iter().take_while(move |(_, earliest)| *earliest <= over);
        let placed = placed.map(|(deletion, _)| deletion).filter(move |deletion| deletion.invoked <= over);
        let unplaced = key.into_iter().flat_map(|key| &key.unplaced).take_while(move |of| of.invoked <= over);
        placed.take(2).chain(unplaced.take(2))
    }

    /// The same operations on one key, in which no read found nothing that may have found another: where by what was over before what only one remains,
    /// it is that one; where several do, the read is left out.
    pub fn told_apart(&self, operations: &[Operation]) -> Vec<Operation> {
        let order = RealTime::of(self, operations);
        let told = operations.iter().filter_map(|operation| {
            if !self.found_by(operation) {
                return Some(operation.clone());
            }
            match order.may_have_found(operation)[..] {
                [] => Some(operation.clone()),
                [value] => Some(Operation { call: Call::Read { value }, ..operation.clone() }),
                _ => None,
            }
        });
        told.collect()
    }

    /// Names in a history what was found where nothing was, as far as it can be told apart.
    pub fn name(&self, history: &mut History) {
        let told = history.split().into_values().flat_map(|operations| self.told_apart(&operations));
        let told: BTreeMap<u64, Call> = told.map(|operation| (operation.id, operation.call)).collect();
        for operation in &mut history.operations {
            operation.call = told.get(&operation.id).copied().unwrap_or(operation.call);
        }
    }
}

/// What was over before what on one key.
struct RealTime {
    /// Writes that were over, in the order in which they were: when, and the latest invocation among it and those before it.
    over: Vec<(u64, u64)>,
    /// Deletions in order of invocation: that, when they were over, the latest of that among it and those before it, and what they left.
    deletions: Vec<(u64, u64, u64, u64)>,
    /// Those that may take effect at any time, in order of invocation: that, and what they left.
    endless: Vec<(u64, u64)>,
}

impl RealTime {
    fn of(nothings: &Nothings, operations: &[Operation]) -> RealTime {
        let writes = || operations.iter().filter_map(|of| Some((of, written(&of.call)?)));
        let mut over: Vec<(u64, u64)> = writes().filter_map(|(of, _)| Some((of.completed()?, of.invoked))).collect();
        over.sort_unstable();
        let mut last = 0;
        over.iter_mut().for_each(|(_, invoked)| {
            last = last.max(*invoked);
            *invoked = last;
        });
        let deletions = || writes().filter(|(_, value)| nothings.values.binary_search(value).is_ok());
        let ended = deletions().filter_map(|(of, value)| Some((of.invoked, of.completed()?, 0, value)));
        let mut ended: Vec<(u64, u64, u64, u64)> = ended.collect();
        ended.sort_unstable();
        let mut last = 0;
        ended.iter_mut().for_each(|(_, completed, latest, _)| {
            last = last.max(*completed);
            *latest = last;
        });
        let endless = deletions().filter(|(of, _)| of.completed().is_none());
        let mut endless: Vec<(u64, u64)> = endless.map(|(of, value)| (of.invoked, value)).collect();
        endless.sort_unstable();
        RealTime { over, deletions: ended, endless }
    }

    /// What a read that found nothing may have found; of more than two, two. A deletion it cannot be after which a whole write lay before the read.
    fn may_have_found(&self, read: &Operation) -> Vec<Option<u64>> {
        let before = self.over.partition_point(|(completed, _)| *completed < read.invoked);
        let replaced = self.over[..before].last().map(|(_, invoked)| *invoked);
        let first = replaced.is_none().then_some(None);
        let replaced = replaced.unwrap_or(0);
        let read_over = read.completed().unwrap_or(u64::MAX);
        let begun = self.deletions.partition_point(|(invoked, ..)| *invoked <= read_over);
        let deletions = self.deletions[..begun].iter().rev().take_while(|(.., latest, _)| *latest >= replaced);
        let deletions = deletions.filter(|(_, completed, ..)| *completed >= replaced).map(|(.., value)| Some(*value));
        let endless = self.endless.iter().take_while(|(invoked, _)| *invoked <= read_over);
        first.into_iter().chain(deletions).chain(endless.map(|(_, value)| Some(*value))).take(2).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Clock, register_holds};

    /// Operations one after the other, or until the next but so many has begun.
    fn operation(id: u64, call: Call, lasts: u64) -> Operation {
        Operation { id, process: id, key: 0, call, invoked: id * 10, took: Some(5 + 10 * lasts) }
    }

    #[test]
    fn by_what_was_over_before_what_a_reader_of_nothing_is_told_which_it_was() {
        let (write, read) = (|value| Call::Write { value }, |value| Call::Read { value });
        let deletion = |value| Deletion { key: 0, value, invoked: value * 10, rank: Some(value) };
        let nothings = Nothings::new([2, 4].map(deletion));
        let found = |operations: &[Operation]| -> Vec<Option<u64>> {
            let reads = nothings.told_apart(operations).into_iter().filter_map(|of| match of.call {
                Call::Read { value } => Some(value),
                _ => None,
            });
            reads.collect()
        };
        let done = |id| operation(id, write(id), 0);
        let looks = |id| operation(id, read(None), 0);
        assert_eq!(found(&[looks(0), done(1), done(2), looks(3), done(4), looks(5)]), [None, Some(2), Some(4)]);
        // It may be what there was at first, or the deletion, which is under way.
        assert_eq!(found(&[operation(2, write(2), 3), looks(3)]), []);
        // It can be none, and stays what it was.
        let old = [done(1), looks(3)];
        assert_eq!(found(&old), [None]);
        assert!(!register_holds(&nothings.told_apart(&old), Clock::Nanoseconds));
    }
}
