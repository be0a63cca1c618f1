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
        of: |record, query| Some(total(record, query, |broken| broken.not_linearizable)),
    },
    Metric {
        id: "own-write-missed",
        title: "reads that missed an own write",
        unit: Unit::Count,
        filters: FILTERS,
        of: |record, query| Some(total(record, query, |broken| broken.own_write_missed)),
    },
    Metric {
        id: "went-backwards",
        title: "reads that went backwards",
        unit: Unit::Count,
        filters: FILTERS,
        of: |record, query| Some(total(record, query, |broken| broken.went_backwards)),
    },
];

fn total(record: &dyn Record, query: &Query, count: fn(&Broken) -> usize) -> f64 {
    query.of_dataset(record.broken()).map(count).sum::<usize>() as f64
}
