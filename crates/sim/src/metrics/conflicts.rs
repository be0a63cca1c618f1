//! Changes that did not know each other, and those of them that were thrown away although they were acknowledged. D1.

use super::folds::Numbers;
use super::metric::{Filter, Metric, Query, Unit};
use super::record::{Facts, Family, Record};
use crate::trace::{OperationKind, data, users};
use engine::Time;
use protocol::Fact;
use std::collections::BTreeMap;

const FILTERS: &[Filter] = &[Filter::Dataset, Filter::Window];

pub(super) const METRICS: &[Metric] = &[
    Metric {
        id: "conflicts",
        title: "conflicting writes",
        unit: Unit::Count,
        filters: FILTERS,
        of: |record, query| Some(total(record, query, |counts| counts.conflicts)),
    },
    // Acknowledged, and thrown away for another that did not know it.
    Metric {
        id: "lost-updates",
        title: "acknowledged updates thrown away",
        unit: Unit::Count,
        filters: FILTERS,
        of: |record, query| Some(total(record, query, |counts| counts.lost)),
    },
];

fn total(record: &dyn Record, query: &Query, count: fn(&Counts) -> u32) -> f64 {
    let counts = query.seconds::<Conflicts>(record).iter().flat_map(|second| query.of_dataset(second));
    counts.map(|counts| f64::from(count(counts))).sum()
}

/// By dataset: what was found in a second.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counts {
    /// Writes first thrown away for another when neither of the two knew the other.
    conflicts: u32,
    /// Acknowledged writes first known to be thrown away.
    lost: u32,
}

/// What was thrown away so far.
#[derive(Clone, Debug)]
pub(crate) struct Conflicts {
    sets: Vec<Option<Set>>,
}

/// Of a dataset that nobody leads.
#[derive(Clone, Debug, Default)]
struct Set {
    acknowledged: Numbers,
    discarded: BTreeMap<u64, Discarded>,
    counts: Counts,
}

/// A write that a replica threw away.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Discarded {
    /// When that happened first.
    pub(crate) at: Time,
    /// For which.
    pub(crate) kept: u64,
    pub(crate) key: u32,
    /// Whether its author had been shown the one that was kept.
    pub(crate) knew: bool,
    pub(crate) acknowledged: bool,
}

impl Family for Conflicts {
    type Second = Vec<Counts>;

    fn new(facts: &Facts) -> Conflicts {
        Conflicts { sets: facts.leaderless.iter().map(|leaderless| leaderless.then(Set::default)).collect() }
    }

    fn users(&mut self, _: Time, _: u64, fact: &users::Fact) {
        let users::Fact::OperationEnded(info, ending) = fact else { return };
        if info.kind != OperationKind::Write || ending.error.is_some() {
            return;
        }
        let set = info.dataset.and_then(|dataset| self.sets[usize::from(dataset)].as_mut());
        let Some(set) = set else { return };
        set.acknowledged.add(info.write);
        if let Some(discarded) = set.discarded.get_mut(&info.write) {
            discarded.acknowledged = true;
            set.counts.lost += 1;
        }
    }

    fn data(&mut self, at: Time, fact: &data::Fact) {
        let data::Fact::Replica { dataset, fact: Fact::Discarded { key, write, kept, knew }, .. } = fact else {
            return;
        };
        let Some(set) = &mut self.sets[usize::from(*dataset)] else { return };
        if set.discarded.contains_key(&write.0) {
            return;
        }
        let acknowledged = set.acknowledged.contain(write.0);
        set.discarded.insert(write.0, Discarded { at, kept: kept.0, key: key.0, knew: *knew, acknowledged });
        set.counts.conflicts += u32::from(!knew);
        set.counts.lost += u32::from(acknowledged);
    }

    fn end_second(&mut self) -> Vec<Counts> {
        self.sets
            .iter_mut()
            .map(|set| set.as_mut().map_or_else(Counts::default, |set| std::mem::take(&mut set.counts)))
            .collect()
    }

    fn weight(&self) -> usize {
        let sets = self.sets.iter().flatten();
        sets.map(|set| set.acknowledged.weight() + set.discarded.len() * size_of::<(u64, Discarded)>()).sum()
    }
}

impl Conflicts {
    /// The acknowledged writes of a dataset that were thrown away, by number.
    pub(crate) fn lost_updates(&self, dataset: u16) -> impl Iterator<Item = (u64, &Discarded)> {
        let all = self.sets[usize::from(dataset)].iter().flat_map(|set| &set.discarded);
        all.filter(|(_, discarded)| discarded.acknowledged).map(|(write, discarded)| (*write, discarded))
    }
}
