//! One number for one question.

use super::latency::Latencies;
use super::outcomes::{Counts, NOWHERE, Second, Series};
use super::{Metric, Query, Recorder};
use crate::names::Names;
use crate::trace::{ErrorKind, OperationKind, What, control};
use engine::Time;

impl Recorder {
    /// The metric's number in its unit; `None` if there was nothing to measure. What is counted by the second is counted over
    /// the seconds that begin in the query's window and are over. Filters that the metric does not know are ignored: see
    /// [`super::MetricInfo::filters`].
    pub(crate) fn measure(&self, query: &Query, names: &Names) -> Option<f64> {
        let seconds = self.window(query);
        let counts = || seconds.iter().flat_map(|second| &second.series).filter(|(series, _)| matches(query, series));
        let total = |count: fn(&Counts) -> u32| counts().map(|(_, c)| u64::from(count(c))).sum::<u64>() as f64;
        let succeeded = || total(|c| c.succeeded);
        match query.metric {
            Metric::Offered => Some(
                seconds
                    .iter()
                    .flat_map(|second| &second.series)
                    .filter(|(series, _)| matches_anywhere(query, series))
                    .map(|(_, c)| f64::from(c.offered))
                    .sum(),
            ),
            Metric::Succeeded => Some(succeeded()),
            Metric::Failed => Some(total(Counts::failed)),
            Metric::TimedOut => Some(total(|c| c.errors(ErrorKind::Timeout))),
            Metric::Overloaded => Some(total(|c| c.errors(ErrorKind::Overloaded))),
            Metric::NoLeader => Some(total(|c| c.errors(ErrorKind::NoLeader))),
            Metric::ServerErrors => Some(total(|c| c.errors(ErrorKind::ServerError))),
            Metric::OutcomeUnknown => Some(total(|c| c.errors(ErrorKind::Unknown))),
            Metric::Availability => ratio(succeeded(), succeeded() + total(Counts::failed)),
            Metric::LatencyMean => ratio(counts().map(|(_, c)| c.sum.as_secs_f64()).sum(), succeeded()),
            Metric::LatencyMin => counts().filter_map(|(_, c)| c.shortest).min().map(engine::Span::as_secs_f64),
            Metric::LatencyMax => {
                counts().filter(|(_, c)| c.succeeded > 0).map(|(_, c)| c.longest).max().map(engine::Span::as_secs_f64)
            }
            Metric::LatencyP50 => Latencies::of(counts().map(|(_, c)| c)).quantile(0.5),
            Metric::LatencyP99 => Latencies::of(counts().map(|(_, c)| c)).quantile(0.99),
            Metric::LatencyP999 => Latencies::of(counts().map(|(_, c)| c)).quantile(0.999),
            Metric::Retries => Some(
                seconds
                    .iter()
                    .flat_map(|second| &second.series)
                    .filter(|(series, _)| query.population.is_none_or(|population| population == series.population))
                    .filter(|(series, _)| query.region.is_none_or(|region| region == series.region))
                    .map(|(_, c)| f64::from(c.retries))
                    .sum(),
            ),
            Metric::StaleReads => Some(total(|c| c.stale)),
            Metric::StaleShare => {
                let reads = counts().filter(|(series, _)| series.kind == OperationKind::Read);
                ratio(total(|c| c.stale), reads.map(|(_, c)| f64::from(c.succeeded)).sum())
            }
            Metric::LostWrites => Some(self.lost(query).map(|lost| f64::from(lost.writes)).sum()),
            Metric::Rpo => Some(self.rpo(query)),
            Metric::Rto => self.rto(query),
            Metric::Detection => self.detection(query),
            Metric::DuplicateWrites => Some(per_dataset(query, seconds, |second| &second.doubled)),
            Metric::SplitBrainWrites => Some(per_dataset(query, seconds, |second| &second.outdated)),
            Metric::Fenced => Some(per_dataset(query, seconds, |second| &second.fenced)),
            Metric::Leaders => {
                let leaders = seconds.iter().flat_map(|second| of_dataset(query, &second.leaders));
                leaders.max().map(|most| f64::from(*most))
            }
            Metric::Failovers => {
                Some(self.decisions(query, |what| matches!(what, What::Control(control::Fact::FailoverDecided { .. }))))
            }
            Metric::Failbacks => {
                Some(self.decisions(query, |what| matches!(what, What::Control(control::Fact::FailbackDecided { .. }))))
            }
            Metric::LagMax | Metric::LagEntriesMax | Metric::LagBytesMax | Metric::LagEnd => self.lag(query, seconds),
            Metric::QueueMax | Metric::Utilisation | Metric::UtilisationMax => self.load(query, seconds),
            Metric::Bytes => Some(self.links(query, seconds, |link| link.bytes)),
            Metric::PacketsLost => Some(self.links(query, seconds, |link| u64::from(link.lost))),
            Metric::NotLinearizable | Metric::OwnWriteMissed | Metric::WentBackwards => Some(self.broken(query, names)),
        }
    }

    fn window(&self, query: &Query) -> &[Second] {
        let end = self.tapes.seconds.len();
        let from = (query.from.whole_seconds() as usize).min(end);
        let until =
            if query.until == Time::MAX { end } else { (query.until.whole_seconds() as usize).clamp(from, end) };
        &self.tapes.seconds[from..until]
    }

    /// Acknowledged writes lost in the query's window: how many together, when, and when the oldest of them was acknowledged.
    fn lost<'a>(&'a self, query: &'a Query) -> impl Iterator<Item = Lost> + 'a {
        let wanted = move |dataset, population, lost| {
            query.dataset.is_none_or(|wanted| wanted == dataset)
                && query.population.is_none_or(|wanted| wanted == population)
                && in_window(query, lost)
        };
        let single = self.live.ledger.lost_writes().into_iter();
        let single = single.filter(move |of| wanted(of.dataset, of.population, of.lost));
        let single = single.map(|of| Lost { writes: 1, oldest: of.acknowledged, at: of.lost });
        let ranges = self.live.ledger.lost_ranges().into_iter();
        let ranges = ranges.filter(move |of| wanted(of.dataset, of.population, of.lost));
        single.chain(ranges.map(|of| Lost { writes: of.writes, oldest: of.first, at: of.lost }))
    }

    /// How far back the worst loss reaches: from the loss to the acknowledgement of the oldest write lost by it; zero when
    /// nothing is.
    fn rpo(&self, query: &Query) -> f64 {
        self.lost(query).map(|lost| (lost.at - lost.oldest).as_secs_f64()).fold(0.0, f64::max)
    }

    fn rto(&self, query: &Query) -> Option<f64> {
        let recoveries = self.recoveries().into_iter().filter(|recovery| {
            (query.dataset.is_none() || query.dataset == recovery.dataset)
                && query.population.is_none_or(|population| population == recovery.population)
                && query.kind.is_none_or(|kind| kind == recovery.kind)
                && in_window(query, recovery.failed)
        });
        // An outage that never ended has no recovery time that could be called small.
        recoveries.map(|recovery| recovery.rto().map_or(f64::INFINITY, engine::Span::as_secs_f64)).reduce(f64::max)
    }

    fn detection(&self, query: &Query) -> Option<f64> {
        let detections = self
            .detections()
            .into_iter()
            .filter(|(region, at, _)| query.region.is_none_or(|wanted| wanted == *region) && in_window(query, *at));
        detections.map(|(_, _, after)| after.as_secs_f64()).reduce(f64::max)
    }

    fn decisions(&self, query: &Query, wanted: fn(&What) -> bool) -> f64 {
        let dataset_of = |what: &What| match what {
            What::Control(control::Fact::FailoverDecided { dataset, .. })
            | What::Control(control::Fact::FailbackDecided { dataset, .. }) => Some(*dataset),
            _ => None,
        };
        let fits = |what: &What| wanted(what) && (query.dataset.is_none() || dataset_of(what) == query.dataset);
        self.tapes.notable.iter().filter(|event| in_window(query, event.at) && fits(&event.what)).count() as f64
    }

    fn lag(&self, query: &Query, seconds: &[Second]) -> Option<f64> {
        let seconds =
            if query.metric == Metric::LagEnd { &seconds[seconds.len().saturating_sub(1)..] } else { seconds };
        let streams = seconds.iter().flat_map(|second| &second.streams).filter(|stream| {
            query.dataset.is_none_or(|dataset| dataset == stream.dataset)
                && query.region.is_none_or(|region| region == stream.from)
                && query.to.is_none_or(|to| to == stream.to)
        });
        let number = |stream: &super::outcomes::StreamGauge| match query.metric {
            Metric::LagEntriesMax => stream.entries as f64,
            Metric::LagBytesMax => stream.bytes as f64,
            _ => stream.lag.as_secs_f64(),
        };
        streams.map(number).reduce(f64::max)
    }

    fn load(&self, query: &Query, seconds: &[Second]) -> Option<f64> {
        let regions = || {
            let all = seconds.iter().flat_map(|second| second.regions.iter().enumerate());
            all.filter(|(region, _)| query.region.is_none_or(|wanted| usize::from(wanted) == *region)).map(|(_, c)| c)
        };
        let busy = || regions().map(|counts| f64::from(counts.busy_permille) / 1000.0);
        match query.metric {
            Metric::QueueMax => regions().map(|counts| f64::from(counts.queue)).reduce(f64::max),
            Metric::UtilisationMax => busy().reduce(f64::max),
            _ => ratio(busy().sum(), busy().count() as f64),
        }
    }

    fn links(&self, query: &Query, seconds: &[Second], number: fn(&super::outcomes::LinkCounts) -> u64) -> f64 {
        let regions = self.facts.regions;
        let all = seconds.iter().flat_map(|second| second.links.iter().enumerate());
        let wanted = all.filter(|(link, _)| {
            let (from, to) = (link / regions, link % regions);
            from != to
                && query.region.is_none_or(|region| usize::from(region) == from)
                && query.to.is_none_or(|wanted| usize::from(wanted) == to)
        });
        wanted.map(|(_, counts)| number(counts)).sum::<u64>() as f64
    }
}

/// Acknowledged writes lost together.
struct Lost {
    writes: u32,
    oldest: Time,
    at: Time,
}

fn in_window(query: &Query, at: Time) -> bool {
    at >= query.from && at < query.until
}

fn matches_anywhere(query: &Query, series: &Series) -> bool {
    query.population.is_none_or(|population| population == series.population)
        && (query.dataset.is_none() || query.dataset == series.dataset)
        && query.kind.is_none_or(|kind| kind == series.kind)
}

fn matches(query: &Query, series: &Series) -> bool {
    matches_anywhere(query, series)
        && series.region != NOWHERE
        && query.region.is_none_or(|region| region == series.region)
}

fn of_dataset<'a, T>(query: &Query, by_dataset: &'a [T]) -> impl Iterator<Item = &'a T> {
    let wanted = query.dataset.map(usize::from);
    by_dataset.iter().enumerate().filter(move |(set, _)| wanted.is_none_or(|wanted| wanted == *set)).map(|(_, t)| t)
}

fn per_dataset(query: &Query, seconds: &[Second], counts: fn(&Second) -> &Vec<u32>) -> f64 {
    let all = seconds.iter().flat_map(|second| of_dataset(query, counts(second)));
    all.map(|count| u64::from(*count)).sum::<u64>() as f64
}

fn ratio(part: f64, whole: f64) -> Option<f64> {
    (whole > 0.0).then(|| part / whole)
}
