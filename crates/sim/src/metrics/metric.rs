//! A metric, and a question about it.

use super::record::{Family, Record};
use crate::trace::OperationKind;
use engine::Time;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::ops::Range;

/// A metric: a line of its family's list.
#[derive(Clone, Copy)]
pub struct Metric {
    /// The name in a scenario file.
    pub id: &'static str,
    /// The name a person reads.
    pub title: &'static str,
    /// The unit of its number.
    pub unit: Unit,
    /// What a question about it may be narrowed to. The other filters of a [`Query`] say nothing about it.
    pub filters: &'static [Filter],
    /// Its number in its unit; `None` if there was nothing to measure.
    pub(super) of: fn(&dyn Record, &Query) -> Option<f64>,
}

/// A metric is what its id says.
impl PartialEq for Metric {
    fn eq(&self, other: &Metric) -> bool {
        self.id == other.id
    }
}

impl Eq for Metric {}

impl fmt::Debug for Metric {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id)
    }
}

/// What a metric's number means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Unit {
    /// A number of things.
    Count,
    /// The same, where it may be below zero.
    Signed,
    /// Seconds; shown in a fitting unit.
    Seconds,
    /// A share, 0 to 1; shown in per cent.
    Share,
    /// Bytes.
    Bytes,
}

/// A way to ask about a part of what a metric is made of; a field of a [`Query`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Filter {
    /// [`Query::population`].
    Population,
    /// [`Query::region`].
    Region,
    /// [`Query::to`].
    To,
    /// [`Query::dataset`].
    Dataset,
    /// [`Query::kind`].
    Kind,
    /// [`Query::from`] and [`Query::until`].
    Window,
}

/// Which part of the run a metric is asked about; `None` is all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Query {
    /// The metric.
    pub metric: &'static Metric,
    /// Operations of this population.
    pub population: Option<u16>,
    /// Operations answered by this region; queues and utilisation of it; packets and streams from it.
    pub region: Option<u16>,
    /// Packets and streams to this region.
    pub to: Option<u16>,
    /// Operations, streams and verdicts of this dataset.
    pub dataset: Option<Sets>,
    /// Operations of this kind.
    pub kind: Option<OperationKind>,
    /// From this second on: operations that end, writes lost, outages under way, judgements and decisions.
    pub from: Time,
    /// Up to this second, exclusive.
    pub until: Time,
}

/// A dataset, or all shards of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sets {
    /// The first.
    pub first: u16,
    /// How many stand in a row.
    pub count: u16,
}

impl Sets {
    /// A dataset that is not in shards, or one shard.
    pub fn one(dataset: u16) -> Sets {
        Sets { first: dataset, count: 1 }
    }

    /// Those in a row.
    pub fn of(range: Range<u16>) -> Sets {
        Sets { first: range.start, count: range.end - range.start }
    }

    /// Whether a dataset is one of them.
    pub fn contain(self, dataset: u16) -> bool {
        (self.first..self.first + self.count).contains(&dataset)
    }
}

impl Query {
    /// A metric over the whole run.
    pub fn of(metric: &'static Metric) -> Query {
        Query {
            metric,
            population: None,
            region: None,
            to: None,
            dataset: None,
            kind: None,
            from: Time::ZERO,
            until: Time::MAX,
        }
    }

    /// Whether an instant is in the window.
    pub(super) fn covers(&self, at: Time) -> bool {
        at >= self.from && at < self.until
    }

    /// Whether it asks about this dataset.
    pub(super) fn asks_about(&self, dataset: u16) -> bool {
        self.dataset.is_none_or(|sets| sets.contain(dataset))
    }

    /// The same of operations, some of which are of none.
    pub(super) fn asks_of(&self, dataset: Option<u16>) -> bool {
        self.dataset.is_none() || dataset.is_some_and(|dataset| self.asks_about(dataset))
    }

    /// What a family made of the seconds that begin in the window and are over.
    pub(super) fn seconds<'a, F: Family>(&self, record: &'a dyn Record) -> &'a [F::Second] {
        let seconds = record.seconds::<F>();
        let end = seconds.len();
        let from = (self.from.whole_seconds() as usize).min(end);
        let until = if self.until == Time::MAX { end } else { (self.until.whole_seconds() as usize).clamp(from, end) };
        &seconds[from..until]
    }

    /// Of what stands by dataset that which is asked about.
    pub(super) fn of_dataset<'a, T>(&self, by_dataset: &'a [T]) -> impl Iterator<Item = &'a T> + use<'a, T> {
        let query = *self;
        (0..).zip(by_dataset).filter(move |(set, _)| query.asks_about(*set)).map(|(_, of)| of)
    }
}

/// Three lists in a row, which together have so many metrics.
pub(super) const fn joined<const N: usize>(lists: [&[Metric]; 3]) -> [Metric; N] {
    let mut all = [lists[0][0]; N];
    let (mut list, mut place, mut at) = (0, 0, 0);
    while list < lists.len() {
        if at == lists[list].len() {
            (list, at) = (list + 1, 0);
        } else {
            all[place] = lists[list][at];
            (place, at) = (place + 1, at + 1);
        }
    }
    all
}

/// A share; `None` of nothing.
pub(super) fn ratio(part: f64, whole: f64) -> Option<f64> {
    (whole > 0.0).then(|| part / whole)
}
