//! How busy regions are, second by second.

use super::metric::{Filter, Metric, Query, Unit, ratio};
use super::record::{Facts, Family, Record};
use crate::trace::services::Fact;
use engine::Time;

const FILTERS: &[Filter] = &[Filter::Region, Filter::Window];

pub(super) const METRICS: &[Metric] = &[
    Metric {
        id: "queue.max",
        title: "queue, longest",
        unit: Unit::Count,
        filters: FILTERS,
        of: |record, query| regions(record, query).map(|region| f64::from(region.queue)).reduce(f64::max),
    },
    Metric {
        id: "utilisation",
        title: "utilisation, mean",
        unit: Unit::Share,
        filters: FILTERS,
        of: |record, query| ratio(busy(record, query).sum(), busy(record, query).count() as f64),
    },
    Metric {
        id: "utilisation.max",
        title: "utilisation, highest second",
        unit: Unit::Share,
        filters: FILTERS,
        of: |record, query| busy(record, query).reduce(f64::max),
    },
];

/// One second of a region.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct RegionSecond {
    /// Requests waiting at its end.
    pub(crate) queue: u32,
    /// Share of worker time used, per mille.
    pub(crate) busy_permille: u16,
    pub(crate) served: u32,
    pub(crate) rejected: u32,
}

/// Counts the second under way, by region.
#[derive(Clone, Debug)]
pub(crate) struct Load(Vec<RegionSecond>);

impl Family for Load {
    type Second = Vec<RegionSecond>;

    fn new(facts: &Facts) -> Load {
        Load(vec![RegionSecond::default(); facts.regions])
    }

    fn services(&mut self, _: Time, fact: &Fact) {
        match *fact {
            Fact::Served { region, .. } => self.0[usize::from(region)].served += 1,
            Fact::Rejected { region, .. } => self.0[usize::from(region)].rejected += 1,
            Fact::RegionGauge { region, queue, busy_permille } => {
                let second = &mut self.0[usize::from(region)];
                (second.queue, second.busy_permille) = (queue, busy_permille);
            }
            _ => {}
        }
    }

    fn end_second(&mut self) -> Vec<RegionSecond> {
        let second = self.0.clone();
        for region in &mut self.0 {
            (region.served, region.rejected) = (0, 0);
        }
        second
    }
}

fn regions<'a>(record: &'a dyn Record, query: &Query) -> impl Iterator<Item = &'a RegionSecond> {
    let wanted = query.region.map(usize::from);
    let all = query.seconds::<Load>(record).iter().flat_map(|second| second.iter().enumerate());
    all.filter(move |(region, _)| wanted.is_none_or(|wanted| wanted == *region)).map(|(_, second)| second)
}

fn busy(record: &dyn Record, query: &Query) -> impl Iterator<Item = f64> {
    regions(record, query).map(|region| f64::from(region.busy_permille) / 1000.0)
}
