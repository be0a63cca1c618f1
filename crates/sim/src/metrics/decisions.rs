//! What was decided about who leads.

use super::metric::{Filter, Metric, Query, Unit};
use super::record::Record;
use crate::trace::What;
use crate::trace::control::Fact;
use crate::trace::data;
use engine::FlatSet;
use protocol::Epoch;

const FILTERS: &[Filter] = &[Filter::Dataset, Filter::Window];

pub(super) const METRICS: &[Metric] = &[
    Metric {
        id: "failovers",
        title: "failovers",
        unit: Unit::Count,
        filters: FILTERS,
        of: |record, query| {
            Some(taken_up(record, query, |fact| match fact {
                Fact::FailoverDecided { dataset, epoch, .. } => Some((*dataset, *epoch)),
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
            Some(taken_up(record, query, |fact| match fact {
                Fact::FailbackDecided { dataset, epoch, .. } => Some((*dataset, *epoch)),
                _ => None,
            }))
        },
    },
    Metric {
        id: "hand-overs",
        title: "hand-overs by order",
        unit: Unit::Count,
        filters: FILTERS,
        of: |record, query| {
            Some(taken_up(record, query, |fact| match fact {
                Fact::HandOverDecided { dataset, epoch, .. } => Some((*dataset, *epoch)),
                _ => None,
            }))
        },
    },
];

/// How many leaderships were decided and taken up: an order that is lost or given up moves nothing.
fn taken_up(record: &dyn Record, query: &Query, decided: fn(&Fact) -> Option<(u16, Epoch)>) -> f64 {
    let (mut awaited, mut taken_up) = (FlatSet::new(), 0);
    for event in record.notable() {
        match &event.what {
            What::Control(fact) => awaited.extend(decided(fact)),
            What::Data(data::Fact::Replica { dataset, fact: protocol::Fact::Leads(epoch), .. }) => {
                let counts = query.covers(event.at) && query.asks_about(*dataset);
                taken_up += u32::from(awaited.remove(&(*dataset, *epoch)) && counts);
            }
            _ => {}
        }
    }
    f64::from(taken_up)
}
