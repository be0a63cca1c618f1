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
    let (mut forward, mut backward) = (Vec::new(), Vec::new());
    let mut placed = vec![false; clusters.all.len()];
    for start in clusters.starts(operations) {
        let zone = match clusters.block(operations, start, &mut placed) {
            Ok(block) => block.zone(),
            Err(conflict) => return Some(conflict),
        };
        zone.into_iter().for_each(|zone| if zone.is_forward() { forward.push(zone) } else { backward.push(zone) });
    }
    if let Some(outside) = clusters.needed().find(|&cluster| !placed[cluster]) {
        return Some(clusters.circle(operations, outside));
    }
    contradiction(&mut forward, &backward)
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

/// One value: who wrote it, who read it, and the compare-and-set that replaced it. Of places half as wide as those of slices, since there are many:
/// four billion operations would not fit into memory.
#[derive(Clone, Copy, Debug, Default)]
struct Cluster {
    /// None for the initial value.
    source: Option<u32>,
    /// The first and the last of its readers; each names the next in [`Clusters::readers`].
    readers: Option<(u32, u32)>,
    replaced_by: Option<u32>,
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
    readers: Vec<Option<u32>>,
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
                clusters.all[cluster].source = Some(place as u32);
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
                if let Some(other) = self.all[cluster].replaced_by.replace(place as u32) {
                    return Err(Conflict::Twice { one: other as usize, other: place });
                }
            } else {
                self.add_reader(cluster, place as u32);
            }
            if !self.all[cluster].needed {
                next = self.source(cluster);
            }
        }
        Ok(())
    }

    fn add_reader(&mut self, cluster: usize, place: u32) {
        let readers = &mut self.all[cluster].readers;
        match readers {
            Some((_, last)) => {
                self.readers[*last as usize] = Some(place);
                *last = place;
            }
            None => *readers = Some((place, place)),
        }
    }

    fn readers_of(&self, cluster: usize) -> impl Iterator<Item = usize> + '_ {
        let first = self.all[cluster].readers.map(|(first, _)| first);
        std::iter::successors(first, |&place| self.readers[place as usize]).map(|place| place as usize)
    }

    /// Who left the value of a cluster; nobody did of the initial one.
    fn source(&self, cluster: usize) -> Option<usize> {
        self.all[cluster].source.map(|place| place as usize)
    }

    fn needed(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.all.len()).filter(|&cluster| self.all[cluster].needed)
    }

    /// The clusters that a block begins with: the initial one, and those of values written without regard to what was there.
    fn starts(&self, operations: &[Operation]) -> impl Iterator<Item = usize> {
        self.needed().filter(|&cluster| {
            self.source(cluster).is_none_or(|source| matches!(operations[source].call, Call::Write { .. }))
        })
    }

    /// Follows the compare-and-sets from a start. Within a block the order of the clusters is given; all that can go wrong is an
    /// operation that was over before one of an earlier cluster began.
    fn block(&self, operations: &[Operation], start: usize, placed: &mut [bool]) -> Result<Block, Conflict> {
        let mut block = Block::default();
        if start == INITIAL {
            block.first = Some(None);
        }
        let mut next = Some(start);
        while let Some(cluster) = next {
            placed[cluster] = true;
            let latest = block.last;
            if let Some(source) = self.source(cluster) {
                block.admit(operations, source, latest)?;
            }
            let latest = block.last;
            for reader in self.readers_of(cluster) {
                block.admit(operations, reader, latest)?;
            }
            next = self.all[cluster].replaced_by.and_then(|cas| self.left_by(&operations[cas as usize]));
        }
        Ok(block)
    }

    /// The circle of compare-and-sets that a cluster outside every block is in or comes from.
    fn circle(&self, operations: &[Operation], outside: usize) -> Conflict {
        let mut path: Vec<usize> = Vec::new();
        let mut next = Some(outside);
        while let Some(source) = next.and_then(|cluster| self.source(cluster)) {
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

/// The bounds of a block, with the operations that set them.
#[derive(Clone, Debug, Default)]
struct Block {
    /// Earliest completion, if there is any; of the initial write, which was before all others, nothing is said.
    first: Option<Option<(u64, usize)>>,
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
            if self.first.is_none_or(|first| first.is_some_and(|(first, _)| completed < first)) {
                self.first = Some(Some((completed, place)));
            }
        }
        if self.last.is_none_or(|(last, _)| invoked > last) {
            self.last = Some((invoked, place));
        }
        Ok(())
    }

    /// A block without a completion constrains nothing, nor does the initial value if nobody read it.
    fn zone(self) -> Option<Zone> {
        Some(Zone { first: self.first?, last: self.last? })
    }
}

/// The zone of a block: its earliest completion, none for the initial write, which was before all others, and its latest invocation.
struct Zone {
    first: Option<(u64, usize)>,
    last: (u64, usize),
}

/// Two blocks each of which must come before the other.
fn contradiction(forward: &mut [Zone], backward: &[Zone]) -> Option<Conflict> {
    forward.sort_unstable_by_key(|zone| (zone.first(), zone.last.1));
    if let Some(pair) = forward.windows(2).find(|pair| pair[1].first() < pair[0].last()) {
        return Some(pair[0].against(&pair[1]));
    }
    // Forward zones are disjoint now, so only the last one that begins before a backward zone can enclose it.
    backward.iter().find_map(|inner| {
        let begun = forward.partition_point(|outer| outer.first() < inner.last());
        let outer = forward[..begun].last()?;
        (inner.first() < outer.last()).then(|| outer.against(inner))
    })
}

impl Zone {
    /// The instant of the earliest completion; none is before all others.
    fn first(&self) -> Option<u64> {
        self.first.map(|(at, _)| at)
    }

    /// The instant of the latest invocation.
    fn last(&self) -> Option<u64> {
        Some(self.last.0)
    }

    fn is_forward(&self) -> bool {
        self.first() < self.last()
    }

    /// Only the initial zone lacks a first operation, and it comes first in order, so `other` has one.
    fn against(&self, other: &Zone) -> Conflict {
        let (one_first, other_first) = (self.first.map(|(_, place)| place), other.first.map(|(_, place)| place));
        Conflict::Order(Box::new(Order {
            one_first,
            one_last: self.last.1,
            other_first: other_first.unwrap_or(other.last.1),
            other_last: other.last.1,
        }))
    }
}
