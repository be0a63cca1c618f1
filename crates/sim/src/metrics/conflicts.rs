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
    /// Writes that were acknowledged, and those that were thrown away by some replica: by number.
    acknowledged: Numbers,
    discarded: Numbers,
    /// Those thrown away whose operation has not ended.
    open: BTreeMap<u64, Discarded>,
    /// Acknowledged and thrown away: how many, and the first.
    lost: u32,
    first: Option<(u64, Discarded)>,
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
}

impl Set {
    fn lose(&mut self, write: u64, discarded: Discarded) {
        self.lost += 1;
        self.counts.lost += 1;
        if self.first.is_none_or(|(_, first)| discarded.at < first.at) {
            self.first = Some((write, discarded));
        }
    }
}

impl Family for Conflicts {
    type Second = Vec<Counts>;

    fn new(facts: &Facts) -> Conflicts {
        Conflicts { sets: facts.leaderless.iter().map(|leaderless| leaderless.then(Set::default)).collect() }
    }

    fn users(&mut self, _: Time, _: u64, fact: &users::Fact) {
        let users::Fact::OperationEnded(info, ending) = fact else { return };
        let set = info.dataset.and_then(|dataset| self.sets[usize::from(dataset)].as_mut());
        let Some(set) = set.filter(|_| info.kind == OperationKind::Write) else { return };
        let discarded = set.open.remove(&info.write);
        if ending.error.is_none() {
            set.acknowledged.add(info.write);
            if let Some(discarded) = discarded {
                set.lose(info.write, discarded);
            }
        }
    }

    fn data(&mut self, at: Time, fact: &data::Fact) {
        let data::Fact::Replica { dataset, fact: Fact::Discarded { key, write, kept, knew }, .. } = *fact else {
            return;
        };
        let Some(set) = &mut self.sets[usize::from(dataset)] else { return };
        if set.discarded.contain(write.0) {
            return;
        }
        set.discarded.add(write.0);
        set.counts.conflicts += u32::from(!knew);
        let discarded = Discarded { at, kept: kept.0, key: key.0, knew };
        if set.acknowledged.contain(write.0) {
            set.lose(write.0, discarded);
        } else {
            set.open.insert(write.0, discarded);
        }
    }

    fn end_second(&mut self) -> Vec<Counts> {
        self.sets
            .iter_mut()
            .map(|set| set.as_mut().map_or_else(Counts::default, |set| std::mem::take(&mut set.counts)))
            .collect()
    }

    fn weight(&self) -> usize {
        let sets = self.sets.iter().flatten();
        sets.map(|set| set.acknowledged.weight() + set.discarded.weight()).sum()
    }
}

impl Conflicts {
    /// How many acknowledged writes of a dataset were thrown away, and the first of them by its number.
    pub(crate) fn lost_updates(&self, dataset: u16) -> (u32, Option<(u64, Discarded)>) {
        self.sets[usize::from(dataset)].as_ref().map_or((0, None), |set| (set.lost, set.first))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sites::Sites;
    use crate::trace::{Ending, ErrorKind, OperationInfo};
    use protocol::{Key, Version, WriteId};

    fn discard(conflicts: &mut Conflicts, write: u64, knew: bool) {
        let fact = Fact::Discarded { key: Key(0), write: WriteId(write), kept: WriteId(99), knew };
        conflicts.data(Time::from_secs(write), &data::Fact::Replica { dataset: 0, region: 0, fact });
    }

    fn end(conflicts: &mut Conflicts, write: u64, error: Option<ErrorKind>) {
        let info = OperationInfo {
            operation: write,
            slot: 0,
            process: 0,
            population: 0,
            request: 0,
            dataset: Some(0),
            kind: OperationKind::Write,
            step: 0,
            key: 0,
            write,
            invoked: Time::ZERO,
        };
        let (version, read, answered) = (Version::NONE, 0, Time::ZERO);
        let ending =
            Ending { error, may_have_happened: false, region: 0, served_by: 0, attempts: 1, version, read, answered };
        conflicts.users(Time::ZERO, 0, &users::Fact::OperationEnded(info, ending));
    }

    #[test]
    fn what_several_replicas_throw_away_counts_once_and_as_lost_if_it_is_confirmed_before_or_after() {
        let mut conflicts = Conflicts::new(&Facts {
            leased: vec![false],
            leaderless: vec![true],
            kinds: vec![values::Kind::Register],
            changes: Vec::new(),
            electing: vec![false],
            placement: vec![Sites::first(2)],
            holders: vec![Sites::first(2)],
            keys: vec![(1, 1)],
            regions: 2,
            populations: 1,
        });
        end(&mut conflicts, 1, None);
        for write in [1, 1, 2, 2, 3] {
            discard(&mut conflicts, write, write == 1);
        }
        end(&mut conflicts, 2, None);
        end(&mut conflicts, 3, Some(ErrorKind::Timeout));
        let Counts { conflicts: met, lost } = conflicts.end_second()[0];
        assert_eq!(
            (met, lost),
            (2, 2),
            "two knew nothing of each other, one was to replace the other; two were confirmed"
        );
        let (count, first) = conflicts.lost_updates(0);
        assert_eq!((count, first.map(|(write, of)| (write, of.knew))), (2, Some((1, true))));
        assert!(
            conflicts.sets[0].as_ref().is_some_and(|set| set.open.is_empty()),
            "nothing is kept of what is settled"
        );
    }
}
