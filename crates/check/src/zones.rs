//! Linearizability of a register whose written values are all different, in O(n log n).
//!
//! Every answer then names the write it comes from. A value, its write and its reads form a cluster; a successful
//! compare-and-set welds the cluster it found to the cluster it left, nothing can come between. What remains are blocks, each of
//! which must stand in one piece in any explaining order. With `first` the earliest completion in a block and `last` its latest
//! invocation, block A must come before block B exactly if `A.first < B.last`. If these demands contradict each other at all, then
//! two blocks already contradict each other: take a shortest circle and the block in it whose `first` is earliest; it must
//! come before its predecessor too. So it suffices to look for pairs, and sorting finds them.
//!
//! After Gibbons & Korach, "Testing shared memories", SIAM J. Comput. 26(4), 1997, section 4 ("zones"); the blocks extend it to
//! compare-and-set and to operations of unknown outcome.

use crate::history::{Call, Operation, observed, written};

/// Why the operations cannot be explained. Operations are named by their place in the slice that was checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Conflict {
    /// The observed value was never written.
    Unwritten { observer: usize },
    /// The observer was over before the value it found could have been there.
    Early { observer: usize, source: usize },
    /// Two compare-and-sets found the one write of the same value.
    Twice { one: usize, other: usize },
    /// Every value of the circle was written only by replacing another one of it.
    Circle { operations: Vec<usize> },
    /// Each of two blocks must come before the other.
    Order(Box<Order>),
}

/// `one_first` was over before `other_last` began, and `other_first` was over before `one_last` began. No `one_first`: the block of
/// the initial value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Order {
    pub(crate) one_first: Option<usize>,
    pub(crate) one_last: usize,
    pub(crate) other_first: usize,
    pub(crate) other_last: usize,
}

/// Whether every write and every compare-and-set leaves a value that no other one leaves.
pub(crate) fn all_values_differ(operations: &[Operation]) -> bool {
    let mut values: Vec<u64> = operations.iter().filter_map(|operation| written(&operation.call)).collect();
    let written = values.len();
    values.sort_unstable();
    values.dedup();
    values.len() == written
        && operations.iter().all(|operation| !matches!(operation.call, Call::Cas { from, to } if from == to))
}

/// An operation that found what nobody ever wrote.
pub(crate) fn unwritten(operations: &[Operation]) -> Option<usize> {
    let mut values: Vec<u64> = operations.iter().filter_map(|operation| written(&operation.call)).collect();
    values.sort_unstable();
    operations.iter().position(|operation| {
        let found = observed(&operation.call).flatten().filter(|_| operation.completed().is_some());
        found.is_some_and(|value| values.binary_search(&value).is_err())
    })
}

/// The first conflict found, or none if the operations can be explained. All written values must differ.
pub(crate) fn conflict(operations: &[Operation]) -> Option<Conflict> {
    let clusters = match Clusters::of(operations) {
        Ok(clusters) => clusters,
        Err(conflict) => return Some(conflict),
    };
    let mut blocks = Vec::new();
    let mut placed = vec![false; clusters.all.len()];
    for start in clusters.starts(operations) {
        match clusters.block(operations, start, &mut placed) {
            Ok(block) => blocks.push(block),
            Err(conflict) => return Some(conflict),
        }
    }
    if let Some(outside) = clusters.needed().find(|&cluster| !placed[cluster]) {
        return Some(clusters.circle(operations, outside));
    }
    contradiction(&blocks)
}

/// The operations that the conflict names.
pub(crate) fn named(conflict: &Conflict) -> Vec<usize> {
    match conflict {
        Conflict::Unwritten { observer } => vec![*observer],
        Conflict::Early { observer, source } => vec![*observer, *source],
        Conflict::Twice { one, other } => vec![*one, *other],
        Conflict::Circle { operations } => operations.clone(),
        Conflict::Order(order) => {
            order.one_first.into_iter().chain([order.one_last, order.other_first, order.other_last]).collect()
        }
    }
}

/// What led the outcome of an unknown operation to be known: those that observed its value, back to one that completed.
pub(crate) fn reasons(operations: &[Operation], of: usize) -> Vec<usize> {
    let mut chain = Vec::new();
    let mut current = of;
    while operations[current].completed().is_none() {
        let value = written(&operations[current].call);
        let known = |place: &usize| operations[*place].completed().is_some();
        let mut observers =
            (0..operations.len()).filter(|&place| value.is_some() && observed(&operations[place].call) == Some(value));
        let Some(next) = observers.clone().find(known).or_else(|| observers.next()) else {
            break;
        };
        if chain.contains(&next) {
            break;
        }
        chain.push(next);
        current = next;
    }
    chain
}

/// One value: who wrote it, who read it, and the compare-and-set that replaced it.
#[derive(Clone, Copy, Debug, Default)]
struct Cluster {
    /// None for the initial value.
    source: Option<usize>,
    /// The first and the last of its readers; each names the next in [`Clusters::readers`].
    readers: Option<(usize, usize)>,
    replaced_by: Option<usize>,
    /// Its write completed or its value was observed: it must be explained.
    needed: bool,
}

/// The place of the initial value's cluster.
const INITIAL: usize = 0;

/// The clusters: that of the initial value, then those of the written values in ascending order. Lists are threaded through the
/// operations, so that a long history costs a handful of allocations.
struct Clusters {
    values: Vec<u64>,
    all: Vec<Cluster>,
    /// By operation: the reader after it of the same value.
    readers: Vec<Option<usize>>,
}

impl Clusters {
    fn of(operations: &[Operation]) -> Result<Self, Conflict> {
        let mut values: Vec<u64> = operations.iter().filter_map(|operation| written(&operation.call)).collect();
        values.sort_unstable();
        let all = vec![Cluster::default(); values.len() + 1];
        let mut clusters = Self { values, all, readers: vec![None; operations.len()] };
        clusters.all[INITIAL].needed = true;
        for (place, operation) in operations.iter().enumerate() {
            if let Some(cluster) = written(&operation.call).and_then(|value| clusters.of_value(Some(value))) {
                clusters.all[cluster].source = Some(place);
            }
        }
        for place in (0..operations.len()).filter(|&place| operations[place].completed().is_some()) {
            clusters.need(operations, place)?;
        }
        Ok(clusters)
    }

    /// The cluster of a value, if anybody wrote it.
    fn of_value(&self, value: Option<u64>) -> Option<usize> {
        let Some(value) = value else { return Some(INITIAL) };
        self.values.binary_search(&value).ok().map(|place| place + 1)
    }

    /// The cluster of the value that an operation leaves, if it leaves one.
    fn left_by(&self, operation: &Operation) -> Option<usize> {
        self.of_value(Some(written(&operation.call)?))
    }

    /// Enters an operation that took effect, and with what it found the operations of unknown outcome that must have, too.
    fn need(&mut self, operations: &[Operation], place: usize) -> Result<(), Conflict> {
        let mut next = Some(place);
        while let Some(place) = next.take() {
            if let Some(cluster) = self.left_by(&operations[place]) {
                if self.all[cluster].needed {
                    return Ok(());
                }
                self.all[cluster].needed = true;
            }
            let call = &operations[place].call;
            let Some(found) = observed(call) else {
                return Ok(());
            };
            let Some(cluster) = self.of_value(found) else {
                return Err(Conflict::Unwritten { observer: place });
            };
            if matches!(call, Call::Cas { .. }) {
                if let Some(other) = self.all[cluster].replaced_by.replace(place) {
                    return Err(Conflict::Twice { one: other, other: place });
                }
            } else {
                self.add_reader(cluster, place);
            }
            if !self.all[cluster].needed {
                next = self.all[cluster].source;
            }
        }
        Ok(())
    }

    fn add_reader(&mut self, cluster: usize, place: usize) {
        let readers = &mut self.all[cluster].readers;
        match readers {
            Some((_, last)) => {
                self.readers[*last] = Some(place);
                *last = place;
            }
            None => *readers = Some((place, place)),
        }
    }

    fn readers_of(&self, cluster: usize) -> impl Iterator<Item = usize> + '_ {
        let first = self.all[cluster].readers.map(|(first, _)| first);
        std::iter::successors(first, |&place| self.readers[place])
    }

    fn needed(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.all.len()).filter(|&cluster| self.all[cluster].needed)
    }

    /// The clusters that a block begins with: the initial one, and those of values written without regard to what was there.
    fn starts(&self, operations: &[Operation]) -> impl Iterator<Item = usize> {
        self.needed().filter(|&cluster| {
            let source = self.all[cluster].source;
            source.is_none_or(|source| matches!(operations[source].call, Call::Write { .. }))
        })
    }

    /// Follows the compare-and-sets from a start. Within a block the order of the clusters is given; all that can go wrong is an
    /// operation that was over before one of an earlier cluster began.
    fn block(&self, operations: &[Operation], start: usize, placed: &mut [bool]) -> Result<Block, Conflict> {
        let mut block = Block::default();
        if start == INITIAL {
            block.first = Some((BEFORE_ALL, None));
        }
        let mut next = Some(start);
        while let Some(cluster) = next {
            placed[cluster] = true;
            let latest = block.last;
            if let Some(source) = self.all[cluster].source {
                block.admit(operations, source, latest)?;
            }
            let latest = block.last;
            for reader in self.readers_of(cluster) {
                block.admit(operations, reader, latest)?;
            }
            next = self.all[cluster].replaced_by.and_then(|cas| self.left_by(&operations[cas]));
        }
        Ok(block)
    }

    /// The circle of compare-and-sets that a cluster outside every block is in or comes from.
    fn circle(&self, operations: &[Operation], outside: usize) -> Conflict {
        let mut path: Vec<usize> = Vec::new();
        let mut next = Some(outside);
        while let Some(source) = next.and_then(|cluster| self.all[cluster].source) {
            if let Some(begin) = path.iter().position(|&place| place == source) {
                path.drain(..begin);
                break;
            }
            path.push(source);
            next = self.of_value(observed(&operations[source].call).flatten());
        }
        Conflict::Circle { operations: path }
    }
}

/// The instant before all others.
const BEFORE_ALL: i128 = -1;

/// The zone of a block, with the operations that set its bounds.
#[derive(Clone, Debug, Default)]
struct Block {
    /// Earliest completion; `None` for the operation is the initial write.
    first: Option<(i128, Option<usize>)>,
    /// Latest invocation.
    last: Option<(u64, usize)>,
}

impl Block {
    /// Adds an operation that comes after those whose latest invocation is given.
    fn admit(&mut self, operations: &[Operation], place: usize, latest: Option<(u64, usize)>) -> Result<(), Conflict> {
        let invoked = operations[place].invoked;
        if let Some(completed) = operations[place].completed() {
            if let Some((_, source)) = latest.filter(|&(begun, _)| completed < begun) {
                return Err(Conflict::Early { observer: place, source });
            }
            if self.first.is_none_or(|(first, _)| i128::from(completed) < first) {
                self.first = Some((i128::from(completed), Some(place)));
            }
        }
        if self.last.is_none_or(|(last, _)| invoked > last) {
            self.last = Some((invoked, place));
        }
        Ok(())
    }
}

/// Two blocks each of which must come before the other.
fn contradiction(blocks: &[Block]) -> Option<Conflict> {
    let mut forward = Vec::new();
    let mut backward = Vec::new();
    for block in blocks {
        // A block without a completion constrains nothing, nor does the initial value if nobody read it.
        let (Some((first, first_place)), Some((last, last_place))) = (block.first, block.last) else {
            continue;
        };
        let zone = Zone { first, first_place, last: i128::from(last), last_place };
        if first < zone.last {
            forward.push(zone);
        } else {
            backward.push(zone);
        }
    }
    forward.sort_unstable_by_key(|zone| (zone.first, zone.last_place));
    if let Some(pair) = forward.windows(2).find(|pair| pair[1].first < pair[0].last) {
        return Some(pair[0].against(&pair[1]));
    }
    // Forward zones are disjoint now, so only the last one that begins before a backward zone can enclose it.
    backward.iter().find_map(|inner| {
        let begun = forward.partition_point(|outer| outer.first < inner.last);
        let outer = forward[..begun].last()?;
        (inner.first < outer.last).then(|| outer.against(inner))
    })
}

struct Zone {
    first: i128,
    first_place: Option<usize>,
    last: i128,
    last_place: usize,
}

impl Zone {
    /// Only the initial zone lacks a first operation, and it comes first in order, so `other` has one.
    fn against(&self, other: &Zone) -> Conflict {
        let other_first = other.first_place.unwrap_or(other.last_place);
        Conflict::Order(Box::new(Order {
            one_first: self.first_place,
            one_last: self.last_place,
            other_first,
            other_last: other.last_place,
        }))
    }
}
