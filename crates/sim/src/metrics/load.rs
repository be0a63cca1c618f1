//! How busy regions are, second by second.

use super::metric::{Filter, Metric, Query, Unit, ratio};
use super::record::{Facts, Family, Record};
use crate::trace::services::Fact;
use engine::{Span, Time};

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
    /// When in this second the first and the last of them were, nanoseconds.
    rejections: (u32, u32),
}

/// Counts the second under way, by region.
#[derive(Clone, Debug)]
pub(crate) struct Load(Vec<RegionSecond>);

impl Family for Load {
    type Second = Vec<RegionSecond>;

    fn new(facts: &Facts) -> Load {
        Load(vec![RegionSecond::default(); facts.regions])
    }

    fn services(&mut self, at: Time, fact: &Fact) {
        match *fact {
            Fact::Served { region, .. } => self.0[usize::from(region)].served += 1,
            Fact::Rejected { region, .. } => self.0[usize::from(region)].reject(at),
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

impl RegionSecond {
    fn reject(&mut self, at: Time) {
        let nanos = at.since(Time::from_secs(at.whole_seconds())).as_nanos() as u32;
        let first = if self.rejected == 0 { nanos } else { self.rejections.0 };
        (self.rejected, self.rejections) = (self.rejected + 1, (first, nanos));
    }
}

/// A time in which a region refused requests since its queue was full.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Overflow {
    pub(super) region: u16,
    /// The first refusal.
    pub(super) from: Time,
    /// The last.
    pub(super) last: Time,
    /// Requests refused.
    pub(super) refused: u64,
    /// Whether none followed for as long as ends one.
    pub(super) over: bool,
}

/// A queue that refuses nobody for so many seconds is no longer full: as long as success must last for an outage to be over.
const PAUSE: u64 = 5;
/// A region's are so many at most: where there would be more, longer pauses are passed over.
const OVERFLOWS: usize = 20;

/// The times in which queues were full, region by region.
pub(super) fn overflows(seconds: &[Vec<RegionSecond>], regions: usize) -> Vec<Overflow> {
    (0..regions as u16).flat_map(|region| of_region(seconds, region)).collect()
}

fn of_region(seconds: &[Vec<RegionSecond>], region: u16) -> Vec<Overflow> {
    let computed = Time::from_secs(seconds.len() as u64);
    let full = (0..).zip(seconds).filter_map(|(second, regions)| {
        let RegionSecond { rejected, rejections: (first, last), .. } = *regions.get(usize::from(region))?;
        let at = |nanos: u32| Time::from_secs(second) + Span::from_nanos(nanos.into());
        let (from, last) = (at(first), at(last));
        (rejected > 0).then_some(Overflow { region, from, last, refused: rejected.into(), over: false })
    });
    let mut all: Vec<Overflow> = full.collect();
    let mut pause = Span::from_secs(PAUSE);
    loop {
        // Without what is joined to the one before it.
        all.dedup_by(|next, before| {
            let joins = next.from - before.last < pause;
            if joins {
                (before.last, before.refused) = (next.last, before.refused + next.refused);
            }
            joins
        });
        if all.len() <= OVERFLOWS {
            break;
        }
        pause = pause + pause;
    }
    all.iter_mut().for_each(|it| it.over = computed - it.last >= Span::from_secs(PAUSE));
    all
}

fn regions<'a>(record: &'a dyn Record, query: &Query) -> impl Iterator<Item = &'a RegionSecond> {
    let wanted = query.region.map(usize::from);
    let all = query.seconds::<Load>(record).iter().flat_map(|second| second.iter().enumerate());
    all.filter(move |(region, _)| wanted.is_none_or(|wanted| wanted == *region)).map(|(_, second)| second)
}

fn busy(record: &dyn Record, query: &Query) -> impl Iterator<Item = f64> {
    regions(record, query).map(|region| f64::from(region.busy_permille) / 1000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One region that refuses so many in these seconds, half a second after they begin.
    fn refusing(seconds: u64, when: impl Fn(u64) -> u32) -> Vec<Vec<RegionSecond>> {
        let second = |second: u64| {
            let mut region = RegionSecond::default();
            (0..when(second)).for_each(|_| region.reject(Time::from_millis(1_000 * second + 500)));
            vec![RegionSecond::default(), region]
        };
        (0..seconds).map(second).collect()
    }

    #[test]
    fn a_queue_is_full_from_the_first_refusal_to_the_last_before_a_pause() {
        let seconds = refusing(60, |second| match second {
            20..40 if second % 4 != 0 => 3,
            50 => 1,
            _ => 0,
        });
        let full = |from, last, refused, over| {
            let (from, last) = (Time::from_millis(from), Time::from_millis(last));
            Overflow { region: 1, from, last, refused, over }
        };
        assert_eq!(overflows(&seconds, 2), [full(21_500, 39_500, 45, true), full(50_500, 50_500, 1, true)]);
        assert_eq!(overflows(&seconds[..43], 2), [full(21_500, 39_500, 45, false)], "whether it is over is open");
    }

    #[test]
    fn a_queue_that_is_full_again_and_again_is_told_a_bounded_number_of_times() {
        let seconds = refusing(10_000, |second| u32::from(second % 10 == 0));
        let all = overflows(&seconds, 2);
        assert!((1..=OVERFLOWS).contains(&all.len()), "{}", all.len());
        assert_eq!(all.iter().map(|it| it.refused).sum::<u64>(), 1_000, "no refusal is left out");
    }
}
