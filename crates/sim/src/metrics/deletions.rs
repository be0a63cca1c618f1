//! What was deleted: what is kept of it, and what came back although it had been deleted. D15.

use super::metric::{Filter, Metric, Query, Unit};
use super::record::{Facts, Family, Record, When};
use crate::trace::{Ending, OperationInfo, OperationKind, data, users};
use engine::Time;
use protocol::Fact;

const FILTERS: &[Filter] = &[Filter::Dataset, Filter::Window];

pub(super) const METRICS: &[Metric] = &[
    // Keys of which a replica stores again what it had a tombstone for, which it has collected since: each once for each deletion later than those before.
    Metric {
        id: "resurrected",
        title: "deleted keys that came back",
        unit: Unit::Count,
        filters: FILTERS,
        of: |record, query| Some(seconds(record, query).map(|counts| f64::from(counts.keys)).sum()),
    },
    // Of what some replica had a tombstone for, which it has collected: also by way of one that never had the tombstone.
    Metric {
        id: "zombie-reads",
        title: "reads of what was deleted and forgotten",
        unit: Unit::Count,
        filters: FILTERS,
        of: |record, query| Some(seconds(record, query).map(|counts| f64::from(counts.reads)).sum()),
    },
    // In the second and the replica in which it is most; of several datasets what these come to.
    Metric {
        id: "tombstones",
        title: "tombstones that a replica keeps, at most",
        unit: Unit::Count,
        filters: &[Filter::Dataset, Filter::Region, Filter::Window],
        of: |record, query| {
            let kept = query.seconds::<Deletions>(record).iter().map(|second| {
                let sets = query.of_dataset(second).map(|counts| counts.most(query.region));
                f64::from(sets.sum::<u32>())
            });
            Some(kept.fold(0.0, f64::max))
        },
    },
];

/// By dataset.
#[derive(Clone, Debug)]
pub(crate) struct Deletions(Vec<Set>);

/// What is known of a dataset.
#[derive(Clone, Debug, Default)]
struct Set {
    /// By key: the stamp of the latest deletion that a replica has forgotten; 0 is none.
    forgotten: Vec<u64>,
    /// By key: the stamp of the deletion for which it is counted as back.
    back: Vec<u64>,
    keys: u32,
    first: Option<Back>,
    counts: Counts,
}

/// What was found in a second.
#[derive(Clone, Debug, Default)]
pub(crate) struct Counts {
    keys: u32,
    reads: u32,
    /// By region that keeps any, at the end of the second.
    tombstones: Vec<(u16, u32)>,
}

/// A deleted value that came back.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Back {
    pub(crate) when: When,
    /// To which replica.
    pub(crate) region: u16,
    pub(crate) key: u32,
    /// The deletion, and the older write that is back.
    pub(crate) deletion: u64,
    pub(crate) write: u64,
}

impl Family for Deletions {
    type Second = Box<[Counts]>;

    fn new(facts: &Facts) -> Deletions {
        Deletions(vec![Set::default(); facts.placement.len()])
    }

    fn users(&mut self, _: Time, _: u64, fact: &users::Fact) {
        if let users::Fact::OperationEnded(info, ending) = fact
            && let Some(dataset) = info.dataset
        {
            self.0[usize::from(dataset)].on_ended(info, ending);
        }
    }

    fn data(&mut self, at: Time, event: u64, fact: &data::Fact) {
        match *fact {
            data::Fact::TombstoneGauge { dataset, region, tombstones } => {
                self.0[usize::from(dataset)].counts.tombstones.push((region, tombstones));
            }
            data::Fact::Replica { dataset, fact: Fact::Collected { key, version, .. }, .. } => {
                let forgotten = at_key(&mut self.0[usize::from(dataset)].forgotten, key.0);
                *forgotten = version.lsn.max(*forgotten);
            }
            data::Fact::Replica { dataset, region, fact: Fact::Resurrected { write, key, deleted, .. } } => {
                let (when, deletion) = (When { at, event }, deleted.write.0);
                let back = Back { when, region, key: key.0, deletion, write: write.0 };
                self.0[usize::from(dataset)].on_back(deleted.version.lsn, back);
            }
            _ => {}
        }
    }

    fn end_second(&mut self) -> Box<[Counts]> {
        self.0.iter_mut().map(|set| std::mem::take(&mut set.counts)).collect()
    }

    fn weight(&self) -> usize {
        self.0.iter().map(|set| (set.forgotten.len() + set.back.len()) * size_of::<u64>()).sum()
    }
}

impl Deletions {
    /// How many keys of a dataset came back, and the first that did.
    pub(super) fn back(&self, dataset: u16) -> (u32, Option<Back>) {
        let set = &self.0[usize::from(dataset)];
        (set.keys, set.first)
    }
}

impl Set {
    fn on_ended(&mut self, info: &OperationInfo, ending: &Ending) {
        let read = info.kind == OperationKind::Read && ending.error.is_none() && ending.read != 0 && !ending.deleted;
        let forgotten = self.forgotten.get(info.key as usize).copied().unwrap_or(0);
        self.counts.reads += u32::from(read && ending.version.lsn < forgotten);
    }

    fn on_back(&mut self, stamp: u64, back: Back) {
        let counted = at_key(&mut self.back, back.key);
        if *counted < stamp {
            *counted = stamp;
            self.keys += 1;
            self.counts.keys += 1;
            self.first.get_or_insert(back);
        }
    }
}

impl Counts {
    /// Of all regions, or of one.
    fn most(&self, region: Option<u16>) -> u32 {
        let wanted = self.tombstones.iter().filter(|(of, _)| region.is_none_or(|region| region == *of));
        wanted.map(|(_, tombstones)| *tombstones).max().unwrap_or(0)
    }
}

/// What stands at a key, where what is not there yet is 0.
fn at_key(stamps: &mut Vec<u64>, key: u32) -> &mut u64 {
    let place = key as usize;
    if stamps.len() <= place {
        stamps.resize(place + 1, 0);
    }
    &mut stamps[place]
}

/// What was found in the seconds that are asked about.
fn seconds<'a>(record: &'a dyn Record, query: &'a Query) -> impl Iterator<Item = &'a Counts> {
    query.seconds::<Deletions>(record).iter().flat_map(|second| query.of_dataset(second))
}
