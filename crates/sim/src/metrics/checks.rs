//! What the checkers found in the recorded history.

use super::metric::{Filter, Metric, Query, Unit};
use super::record::{Broken, Record};

const FILTERS: &[Filter] = &[Filter::Dataset];

pub(super) const METRICS: &[Metric] = &[
    Metric {
        id: "not-linearizable",
        title: "keys not linearizable",
        unit: Unit::Count,
        filters: FILTERS,
        of: |record, query| total(record, query, |broken| broken.not_linearizable),
    },
    Metric {
        id: "own-write-missed",
        title: "reads that missed an own write",
        unit: Unit::Count,
        filters: FILTERS,
        of: |record, query| total(record, query, |broken| Some(broken.own_write_missed)),
    },
    Metric {
        id: "own-write-missed-by-user",
        title: "reads that missed an own write, whichever session it was made in",
        unit: Unit::Count,
        filters: FILTERS,
        of: |record, query| {
            let told = record.facts().tells_people;
            if told { total(record, query, |broken| Some(broken.missed_by_user)) } else { None }
        },
    },
    Metric {
        id: "went-backwards",
        title: "reads that went backwards",
        unit: Unit::Count,
        filters: FILTERS,
        of: |record, query| total(record, query, |broken| Some(broken.went_backwards)),
    },
];

/// Of what can be judged.
fn total(record: &dyn Record, query: &Query, count: fn(&Broken) -> Option<usize>) -> Option<f64> {
    let counts: Vec<Option<usize>> = query.of_dataset(record.broken()).map(count).collect();
    let judged = counts.is_empty() || counts.iter().any(Option::is_some);
    judged.then(|| counts.into_iter().flatten().sum::<usize>() as f64)
}
