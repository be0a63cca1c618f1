//! How far followers are behind, second by second.

use super::metric::{Filter, Metric, Query, Unit};
use super::record::{Facts, Family, Record};
use crate::trace::data::Fact;
use engine::{Span, Time};

const FILTERS: &[Filter] = &[Filter::Region, Filter::To, Filter::Dataset, Filter::Window];

pub(super) const METRICS: &[Metric] = &[
    Metric {
        id: "lag.max",
        title: "replication lag, longest",
        unit: Unit::Seconds,
        filters: FILTERS,
        of: |record, query| most(query.seconds::<Lag>(record), query, |stream| stream.lag.as_secs_f64()),
    },
    Metric {
        id: "lag.entries",
        title: "replication lag, most entries",
        unit: Unit::Count,
        filters: FILTERS,
        of: |record, query| most(query.seconds::<Lag>(record), query, |stream| stream.entries as f64),
    },
    Metric {
        id: "lag.bytes",
        title: "replication lag, most bytes",
        unit: Unit::Bytes,
        filters: FILTERS,
        of: |record, query| most(query.seconds::<Lag>(record), query, |stream| stream.bytes as f64),
    },
    Metric {
        id: "lag.end",
        title: "replication lag at the end",
        unit: Unit::Seconds,
        filters: FILTERS,
        of: at_the_end,
    },
];

/// A stream at the end of one second.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StreamGauge {
    pub(crate) dataset: u16,
    pub(crate) from: u16,
    pub(crate) to: u16,
    pub(crate) entries: u64,
    pub(crate) bytes: u64,
    pub(crate) lag: Span,
}

/// The streams at the end of the second that is about to be over.
#[derive(Clone, Debug)]
pub(crate) struct Lag(Vec<StreamGauge>);

impl Family for Lag {
    type Second = Vec<StreamGauge>;

    fn new(_: &Facts) -> Lag {
        Lag(Vec::new())
    }

    fn data(&mut self, _: Time, _: u64, fact: &Fact) {
        if let Fact::StreamGauge { dataset, from, to, entries, bytes, lag } = *fact {
            self.0.push(StreamGauge { dataset, from, to, entries, bytes, lag });
        }
    }

    fn end_second(&mut self) -> Vec<StreamGauge> {
        std::mem::take(&mut self.0)
    }
}

fn most(seconds: &[Vec<StreamGauge>], query: &Query, number: fn(&StreamGauge) -> f64) -> Option<f64> {
    let streams = seconds.iter().flatten().filter(|stream| {
        query.asks_about(stream.dataset)
            && query.region.is_none_or(|region| region == stream.from)
            && query.to.is_none_or(|to| to == stream.to)
    });
    streams.map(number).reduce(f64::max)
}

fn at_the_end(record: &dyn Record, query: &Query) -> Option<f64> {
    let seconds = query.seconds::<Lag>(record);
    most(&seconds[seconds.len().saturating_sub(1)..], query, |stream| stream.lag.as_secs_f64())
}
