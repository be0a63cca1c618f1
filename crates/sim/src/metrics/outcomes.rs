//! How operations end: counts and latencies by the second, population, answering region, dataset and kind.

use super::absent::Absent;
use super::counts::{Answers, Counts, NOWHERE, Series};
use super::knowledge::Knowledge;
use super::latency::Latencies;
use super::metric::Filter::{self, Dataset, Kind, Population, Region, Window};
use super::metric::{Metric, Query, Unit, joined, ratio};
use super::record::{Facts, Family, Record};
use super::replaced::Replaced;
use crate::trace::users::Fact;
use crate::trace::{Ending, ErrorKind, OperationInfo, OperationKind, data, faults};
use engine::{Span, Time};
use protocol::Version;

/// From here on a successful operation counts as slow in outcome charts.
pub const SLOW: Span = Span::from_millis(300);

/// Kinds of operations.
const KINDS: usize = 3;

const OFFERED: &[Filter] = &[Population, Dataset, Kind, Window];
const ENDED: &[Filter] = &[Population, Region, Dataset, Kind, Window];
const READS: &[Filter] = &[Population, Region, Dataset, Window];
const RETRIES: &[Filter] = &[Population, Region, Window];

const FIRST: &[Metric] = &[
    Metric { id: "offered", title: "operations offered", unit: Unit::Count, filters: OFFERED, of: offered },
    Metric {
        id: "succeeded",
        title: "operations succeeded",
        unit: Unit::Count,
        filters: ENDED,
        of: |record, query| Some(total(record, query, |counts| counts.succeeded)),
    },
    Metric {
        id: "failed",
        title: "operations failed",
        unit: Unit::Count,
        filters: ENDED,
        of: |record, query| Some(total(record, query, Counts::failed)),
    },
];

/// The same of each way not to get what was asked for.
const FAILURES: [Metric; ErrorKind::ALL.len()] = {
    let mut all = [FIRST[0]; ErrorKind::ALL.len()];
    let mut place = 0;
    while place < all.len() {
        let row = ErrorKind::ALL[place].row();
        all[place] = Metric { id: row.metric, title: row.counted, unit: Unit::Count, filters: ENDED, of: ended_so };
        place += 1;
    }
    all
};

const LAST: &[Metric] = &[
    // Of the operations that ended. Latencies are of those that ended well.
    Metric { id: "availability", title: "availability", unit: Unit::Share, filters: ENDED, of: availability },
    Metric { id: "latency.mean", title: "latency, mean", unit: Unit::Seconds, filters: ENDED, of: mean },
    Metric {
        id: "latency.min",
        title: "latency, shortest",
        unit: Unit::Seconds,
        filters: ENDED,
        of: |record, query| succeeded(record, query).map(|answers| answers.shortest).min().map(Span::as_secs_f64),
    },
    Metric {
        id: "latency.p50",
        title: "latency, median",
        unit: Unit::Seconds,
        filters: ENDED,
        of: |record, query| Latencies::of(ended(record, query)).quantile(0.5),
    },
    Metric {
        id: "latency.p99",
        title: "latency, 99th percentile",
        unit: Unit::Seconds,
        filters: ENDED,
        of: |record, query| Latencies::of(ended(record, query)).quantile(0.99),
    },
    Metric {
        id: "latency.p999",
        title: "latency, 99.9th percentile",
        unit: Unit::Seconds,
        filters: ENDED,
        of: |record, query| Latencies::of(ended(record, query)).quantile(0.999),
    },
    Metric { id: "latency.max", title: "latency, longest", unit: Unit::Seconds, filters: ENDED, of: longest },
    // Attempts beyond the first.
    Metric { id: "retries", title: "retries", unit: Unit::Count, filters: RETRIES, of: retries },
    // They returned a value older than the latest acknowledged when they began.
    Metric {
        id: "stale-reads",
        title: "stale reads",
        unit: Unit::Count,
        filters: READS,
        of: |record, query| Some(total(record, query, |counts| counts.stale)),
    },
    Metric {
        id: "stale-share",
        title: "share of reads that were stale",
        unit: Unit::Share,
        filters: READS,
        of: stale_share,
    },
];

pub(super) const METRICS: &[Metric] =
    &joined::<{ FIRST.len() + FAILURES.len() + LAST.len() }>([FIRST, &FAILURES, LAST]);

/// Counts the second under way.
#[derive(Clone, Debug)]
pub(crate) struct Outcomes {
    regions: usize,
    datasets: usize,
    /// In the order in which they occurred in this second.
    series: Vec<(Series, Counts)>,
    /// Where each series that there can be stands in `series`, counted from 1; 0 if it has not occurred.
    places: Vec<u32>,
    /// By dataset and key: the latest version that a client was told of.
    latest: Vec<Vec<Version>>,
    /// By slot: the latest version of its key that was acknowledged when an operation under way began.
    expected: Vec<Version>,
    absent: Absent,
    /// What is known of datasets whose copies are merged, for which versions say nothing.
    knowledge: Knowledge,
    /// What is old in datasets of which a policy says what is shown, for which versions say nothing either.
    replaced: Replaced,
    /// Whether the operation that ended last had read something old.
    stale: bool,
}

impl Family for Outcomes {
    type Second = Vec<(Series, Counts)>;

    fn new(facts: &Facts) -> Outcomes {
        let (regions, datasets) = (facts.regions, facts.placement.len());
        Outcomes {
            regions,
            datasets,
            series: Vec::new(),
            places: vec![0; facts.populations * (regions + 1) * (datasets + 1) * KINDS],
            latest: facts.keys.iter().map(|(keys, _)| vec![Version::NONE; *keys as usize]).collect(),
            expected: Vec::new(),
            absent: Absent::new(facts),
            knowledge: Knowledge::new(facts),
            replaced: Replaced::new(facts),
            stale: false,
        }
    }

    fn users(&mut self, at: Time, _: u64, fact: &Fact) {
        match fact {
            Fact::OperationStarted(info) => self.on_started(info),
            Fact::AttemptSent { attempt, population, region, .. } if *attempt > 1 => {
                let (population, region) = (*population, *region);
                let series = Series { population, region, dataset: None, kind: OperationKind::Call };
                self.counts(series).retries += 1;
            }
            Fact::OperationEnded(info, ending) => self.on_ended(at, info, ending),
            Fact::SessionBegan { process, user, device, .. } => self.knowledge.on_session(*process, *user, *device),
            _ => {}
        }
    }

    fn data(&mut self, at: Time, _: u64, fact: &data::Fact) {
        self.knowledge.on_data(at, fact);
        self.replaced.on_data(fact);
    }

    fn faults(&mut self, at: Time, _: u64, fact: &faults::Fact) {
        if let faults::Fact::RegionDown { region, disks_lost: true } = *fact {
            self.knowledge.on_disk_lost(at, region);
        }
    }

    fn end_second(&mut self) -> Vec<(Series, Counts)> {
        self.knowledge.end_second();
        let mut series = std::mem::take(&mut self.series);
        self.places.fill(0);
        engine::sort_by_key(&mut series, |(series, _)| *series);
        for (_, counts) in &mut series {
            let Some(answers) = &mut counts.answers else { continue };
            answers.latencies.sort_unstable();
            // From here on they are only kept.
            answers.latencies.shrink_to_fit();
        }
        series.shrink_to_fit();
        series
    }

    fn weight(&self) -> usize {
        let versions = self.expected.len() + self.latest.iter().map(Vec::len).sum::<usize>();
        let known = self.absent.weight() + self.knowledge.weight();
        self.places.len() * size_of::<u32>() + versions * size_of::<Version>() + known
    }
}

impl Outcomes {
    /// What is known of datasets whose copies are merged.
    pub(super) fn knowledge(&self) -> &Knowledge {
        &self.knowledge
    }

    /// Whether the operation that ended last had read something old.
    pub(crate) fn last_was_stale(&self) -> bool {
        self.stale
    }

    /// Whether a client was told of a deletion.
    pub(super) fn deleted(&self, dataset: u16) -> bool {
        self.absent.any(dataset)
    }

    /// Whether a read found nothing and the latest change when it began was a deletion. Nobody can tell one nothing from another, so that it is not old
    /// whatever it was.
    fn found_what_is_deleted(&self, info: &OperationInfo, ending: &Ending) -> bool {
        let found_nothing = ending.error.is_none() && (ending.read == 0 || ending.deleted);
        info.kind == OperationKind::Read && found_nothing && self.absent.expected(info)
    }

    /// The counts of a series in this second.
    fn counts(&mut self, series: Series) -> &mut Counts {
        let regions = self.regions;
        let region = if series.region == NOWHERE { regions } else { usize::from(series.region) };
        let dataset = series.dataset.map_or(self.datasets, usize::from);
        let users = usize::from(series.population) * (regions + 1) + region;
        let place = &mut self.places[(users * (self.datasets + 1) + dataset) * KINDS + series.kind as usize];
        if *place == 0 {
            self.series.push((series, Counts::default()));
            *place = self.series.len() as u32;
        }
        &mut self.series[*place as usize - 1].1
    }

    fn on_started(&mut self, info: &OperationInfo) {
        self.knowledge.on_started(info);
        let slot = info.slot as usize;
        if self.expected.len() <= slot {
            self.expected.resize(slot + 1, Version::NONE);
        }
        self.expected[slot] =
            info.dataset.map_or(Version::NONE, |dataset| self.latest[usize::from(dataset)][info.key as usize]);
        self.absent.on_started(info);
        let series = Series { population: info.population, region: NOWHERE, dataset: info.dataset, kind: info.kind };
        self.counts(series).offered += 1;
    }

    fn on_ended(&mut self, at: Time, info: &OperationInfo, ending: &Ending) {
        let series =
            Series { population: info.population, region: ending.region, dataset: info.dataset, kind: info.kind };
        if let (OperationKind::Write, Some(dataset), None) = (info.kind, info.dataset, ending.error) {
            let latest = &mut self.latest[usize::from(dataset)][info.key as usize];
            if ending.version > *latest {
                *latest = ending.version;
                self.absent.on_written(info, dataset);
            }
        }
        let older = info.kind == OperationKind::Read && ending.version < self.expected[info.slot as usize];
        let known = self.knowledge.on_ended(at, info, ending);
        let stale = known.or_else(|| self.replaced.on_ended(at, info, ending)).unwrap_or(older);
        let stale = stale && !self.found_what_is_deleted(info, ending);
        self.stale = stale;
        let counts = self.counts(series);
        if let Some(error) = ending.error.filter(|error| !error.is_answer()) {
            counts.errors.get_or_insert_default()[error as usize] += 1;
            return;
        }
        let answers = counts.answered();
        if ending.error.is_some() {
            counts.declined += 1;
            return;
        }
        let latency = at - info.invoked;
        answers.succeeded(latency);
        counts.succeeded += 1;
        counts.stale += u32::from(stale);
        counts.slow += u32::from(!stale && latency >= SLOW);
    }
}

/// The counts of all seconds in the query's window whose series is `wanted`.
fn counts<'a>(
    record: &'a dyn Record,
    query: &Query,
    wanted: impl Fn(&Series) -> bool,
) -> impl Iterator<Item = &'a Counts> {
    let all = query.seconds::<Outcomes>(record).iter().flatten();
    all.filter(move |(series, _)| wanted(series)).map(|(_, counts)| counts)
}

fn asked_about(query: &Query, series: &Series) -> bool {
    query.population.is_none_or(|population| population == series.population)
        && query.asks_of(series.dataset)
        && query.kind.is_none_or(|kind| kind == series.kind)
}

/// Of operations that ended.
fn ended<'a>(record: &'a dyn Record, query: &Query) -> impl Iterator<Item = &'a Counts> {
    let of = *query;
    let answered = move |region| region != NOWHERE && of.region.is_none_or(|wanted| wanted == region);
    counts(record, query, move |series| asked_about(&of, series) && answered(series.region))
}

/// Of those that succeeded.
fn succeeded<'a>(record: &'a dyn Record, query: &Query) -> impl Iterator<Item = &'a Answers> {
    ended(record, query).filter(|counts| counts.succeeded > 0).filter_map(|counts| counts.answers.as_deref())
}

fn total(record: &dyn Record, query: &Query, count: impl Fn(&Counts) -> u32) -> f64 {
    ended(record, query).map(|counts| u64::from(count(counts))).sum::<u64>() as f64
}

fn offered(record: &dyn Record, query: &Query) -> Option<f64> {
    Some(counts(record, query, |series| asked_about(query, series)).map(|counts| f64::from(counts.offered)).sum())
}

/// Of the operations that ended in the way whose metric it is.
fn ended_so(record: &dyn Record, query: &Query) -> Option<f64> {
    let kind = ErrorKind::ALL.into_iter().find(|kind| kind.row().metric == query.metric.id)?;
    let count = |counts: &Counts| if kind.is_answer() { counts.declined } else { counts.errors(kind) };
    Some(total(record, query, count))
}

fn availability(record: &dyn Record, query: &Query) -> Option<f64> {
    let succeeded = total(record, query, |counts| counts.succeeded + counts.declined);
    ratio(succeeded, succeeded + total(record, query, Counts::failed))
}

fn mean(record: &dyn Record, query: &Query) -> Option<f64> {
    let sum = succeeded(record, query).map(|answers| answers.sum.as_secs_f64()).sum();
    ratio(sum, total(record, query, |counts| counts.succeeded))
}

fn longest(record: &dyn Record, query: &Query) -> Option<f64> {
    succeeded(record, query).map(|answers| answers.longest).max().map(Span::as_secs_f64)
}

/// Retries are of no dataset and no kind.
fn retries(record: &dyn Record, query: &Query) -> Option<f64> {
    let wanted = |series: &Series| {
        query.population.is_none_or(|population| population == series.population)
            && query.region.is_none_or(|region| region == series.region)
    };
    Some(counts(record, query, wanted).map(|counts| f64::from(counts.retries)).sum())
}

fn stale_share(record: &dyn Record, query: &Query) -> Option<f64> {
    let reads = Query { kind: Some(OperationKind::Read), ..*query };
    ratio(total(record, &reads, |counts| counts.stale), total(record, &reads, |counts| counts.succeeded))
}
