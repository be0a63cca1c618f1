//! What was decided about who leads.

use super::metric::{Filter, Metric, Query, Unit};
use super::record::Record;
use crate::trace::What;
use crate::trace::control::Fact;

const FILTERS: &[Filter] = &[Filter::Dataset, Filter::Window];

pub(super) const METRICS: &[Metric] = &[
    Metric {
        id: "failovers",
        title: "failovers",
        unit: Unit::Count,
        filters: FILTERS,
        of: |record, query| {
            Some(decided(record, query, |fact| match fact {
                Fact::FailoverDecided { dataset, .. } => Some(*dataset),
                _ => None,
            }))
        },
    },
    Metric {
        id: "failbacks",
        title: "failbacks",
        unit: Unit::Count,
        filters: FILTERS,
        of: |record, query| {
            Some(decided(record, query, |fact| match fact {
                Fact::FailbackDecided { dataset, .. } => Some(*dataset),
                _ => None,
            }))
        },
    },
];

/// How often it was decided so; `about` says about which dataset.
fn decided(record: &dyn Record, query: &Query, about: fn(&Fact) -> Option<u16>) -> f64 {
    let in_time = record.notable().iter().filter(|event| query.covers(event.at));
    let datasets = in_time.filter_map(|event| match &event.what {
        What::Control(fact) => about(fact),
        _ => None,
    });
    datasets.filter(|dataset| query.dataset.is_none_or(|wanted| wanted == *dataset)).count() as f64
}
