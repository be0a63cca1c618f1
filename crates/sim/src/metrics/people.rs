//! Requests that nobody was free to make: of so many people each waits for one answer at a time.

use super::metric::Filter::{Population, Window};
use super::metric::{Metric, Unit};
use super::record::{Facts, Family};
use crate::trace::users::Fact;
use engine::Time;

pub(super) const METRICS: &[Metric] = &[Metric {
    id: "nobody-free",
    title: "requests not made, since everybody waited for an answer",
    unit: Unit::Count,
    filters: &[Population, Window],
    of: |record, query| {
        let told = record.facts().tells_people;
        let asked = query.seconds::<People>(record).iter().flatten();
        let asked = asked.filter(|(population, _)| query.population.is_none_or(|of| of == *population));
        told.then(|| asked.map(|(_, count)| f64::from(*count)).sum())
    },
}];

/// The requests of this second that nobody was free to make, by population.
#[derive(Clone, Debug)]
pub(crate) struct People(Vec<u32>);

impl Family for People {
    /// Of whom there were any.
    type Second = Vec<(u16, u32)>;

    fn new(facts: &Facts) -> People {
        People(vec![0; facts.populations])
    }

    fn users(&mut self, _: Time, _: u64, fact: &Fact) {
        if let Fact::NobodyFree { population } = fact {
            self.0[usize::from(*population)] += 1;
        }
    }

    fn end_second(&mut self) -> Vec<(u16, u32)> {
        let counts = self.0.iter_mut().map(std::mem::take);
        (0..).zip(counts).filter(|(_, count)| *count > 0).collect()
    }
}
