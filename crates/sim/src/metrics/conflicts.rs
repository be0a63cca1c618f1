//! Changes that did not know each other, those of them that are lost although they were acknowledged, and those that wait for a person. D1, D7.

use super::ledger::Ledger;
use super::metric::{Filter, Metric, Query, Unit};
use super::record::{Facts, Family, Record};
use crate::trace::data;
use engine::Time;
use protocol::Fact;

const FILTERS: &[Filter] = &[Filter::Dataset, Filter::Window];

pub(super) const METRICS: &[Metric] = &[
    // Writes that met one that had not known them and that they had not known, and lost against it, or stand beside it: each once. They meet on the disk of a
    // replica: what was replaced before both were on one did not meet. Where versions stand side by side who had read a version has known it, and nobody
    // else (Dynamo): two writes of one client by way of two coordinators, who has read nothing in between, did not know each other, and a write that was
    // tried again by way of another coordinator is two versions, of which who has read the one has not read the other.
    Metric {
        id: "conflicts",
        title: "conflicting writes",
        unit: Unit::Count,
        filters: FILTERS,
        of: |record, query| {
            let found = query.seconds::<Ledger>(record).iter().flat_map(|second| query.of_dataset(second));
            Some(found.map(|found| f64::from(found.conflicts)).sum())
        },
    },
    Metric {
        id: "conflicts-confirmed",
        title: "conflicting writes that had been confirmed",
        unit: Unit::Count,
        filters: FILTERS,
        of: |record, query| {
            let found = query.seconds::<Ledger>(record).iter().flat_map(|second| query.of_dataset(second));
            Some(found.map(|found| f64::from(found.confirmed)).sum())
        },
    },
    // Thrown away for another, by the order of stamps or by a policy, and nobody with power has them or one that knew them any more. The others that
    // are lost are in `lost-writes`, so that no write is in both.
    Metric {
        id: "lost-updates",
        title: "acknowledged updates thrown away",
        unit: Unit::Count,
        filters: FILTERS,
        of: |record, query| {
            let datasets = (0..record.facts().placement.len() as u16).filter(|of| query.asks_about(*of));
            let lost = datasets.map(|of| {
                let updates = record.live::<Ledger>().into_iter().flat_map(move |ledger| ledger.lost_updates(of));
                updates.filter(|update| query.covers(update.lost)).count()
            });
            Some(lost.sum::<usize>() as f64)
        },
    },
    // In the second in which it is most: of each desk the most that waited at the same time, of several what these come to.
    Metric {
        id: "conflicts-waiting",
        title: "conflicts waiting for a person, at most",
        unit: Unit::Count,
        filters: FILTERS,
        of: |record, query| {
            let all = query.seconds::<Conflicts>(record).iter();
            let waiting = all.map(|second| query.of_dataset(second).map(|desk| f64::from(desk.waiting)).sum());
            Some(waiting.fold(0.0, f64::max))
        },
    },
    Metric {
        id: "conflicts-decided",
        title: "versions that people decided against",
        unit: Unit::Count,
        filters: FILTERS,
        of: |record, query| Some(seconds(record, query).map(|second| f64::from(second.decided)).sum()),
    },
    // Too many were waiting, so that the later stamp stayed.
    Metric {
        id: "conflicts-unseen",
        title: "versions dropped because too many waited",
        unit: Unit::Count,
        filters: FILTERS,
        of: |record, query| Some(seconds(record, query).map(|second| f64::from(second.unseen)).sum()),
    },
];

/// Conflicts that people are to decide on, by dataset.
#[derive(Clone, Debug)]
pub(crate) struct Conflicts(Vec<Desk>);

/// What came of one dataset's conflicts in a second.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Desk {
    /// The most keys that waited at the same time.
    waiting: u32,
    /// Those that wait now.
    left: u32,
    decided: u32,
    unseen: u32,
}

impl Family for Conflicts {
    /// By dataset.
    type Second = Box<[Desk]>;

    fn new(facts: &Facts) -> Conflicts {
        Conflicts(vec![Desk::default(); facts.placement.len()])
    }

    fn data(&mut self, _: Time, _: u64, fact: &data::Fact) {
        let data::Fact::Replica { dataset, fact, .. } = *fact else { return };
        let desk = &mut self.0[usize::from(dataset)];
        match fact {
            Fact::Waiting { keys } => (desk.left, desk.waiting) = (keys, desk.waiting.max(keys)),
            Fact::Settled { looked_at: true, .. } => desk.decided += 1,
            Fact::Settled { looked_at: false, .. } => desk.unseen += 1,
            _ => {}
        }
    }

    fn end_second(&mut self) -> Box<[Desk]> {
        let second = self.0.clone().into_boxed_slice();
        for desk in &mut self.0 {
            *desk = Desk { waiting: desk.left, left: desk.left, ..Desk::default() };
        }
        second
    }
}

/// What came of the conflicts that are asked about, second by second.
fn seconds<'a>(record: &'a dyn Record, query: &'a Query) -> impl Iterator<Item = &'a Desk> {
    query.seconds::<Conflicts>(record).iter().flat_map(|second| query.of_dataset(second))
}
