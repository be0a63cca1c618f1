//! The metrics a scenario can put an expectation on, a scorecard can list and a sweep can plot: one line each.

use crate::trace::OperationKind;
use engine::Time;
use serde::{Deserialize, Serialize};

/// A metric. Its id, unit and meaning stand in [`METRICS`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Metric {
    /// Operations started.
    Offered,
    /// Operations that ended well.
    Succeeded,
    /// Operations that ended in any error.
    Failed,
    /// Operations that timed out.
    TimedOut,
    /// Operations refused because a queue was full.
    Overloaded,
    /// Operations refused because there was no leader.
    NoLeader,
    /// Operations that a region's service failed.
    ServerErrors,
    /// Writes whose leader stepped down before it could tell what became of them.
    OutcomeUnknown,
    /// Share of ended operations that ended well.
    Availability,
    /// Mean latency of the operations that ended well.
    LatencyMean,
    /// Shortest.
    LatencyMin,
    /// Median.
    LatencyP50,
    /// 99th percentile.
    LatencyP99,
    /// 99.9th percentile.
    LatencyP999,
    /// Longest.
    LatencyMax,
    /// Attempts beyond the first.
    Retries,
    /// Reads that returned a value older than the latest acknowledged when they began.
    StaleReads,
    /// Share of successful reads that were stale.
    StaleShare,
    /// Acknowledged writes that no replica with power holds any more.
    LostWrites,
    /// Acknowledged writes executed more than once.
    DuplicateWrites,
    /// Longest time from the acknowledgement of a write to its loss, of the writes lost: how far back the data went.
    Rpo,
    /// Longest time from the first failure to the first success that lasted.
    Rto,
    /// Longest time from a fault that took a region's power or hurt its links to its being judged unhealthy.
    Detection,
    /// Promotions.
    Failovers,
    /// Returns of leadership to a recovered region.
    Failbacks,
    /// Most replicas of one dataset that led at the same time.
    Leaders,
    /// Writes acknowledged by a replica after another had begun to lead under a later epoch.
    SplitBrainWrites,
    /// Requests or messages refused for an outdated epoch.
    Fenced,
    /// Longest replication lag at the end of any second.
    LagMax,
    /// Most entries a follower lagged by at the end of any second.
    LagEntriesMax,
    /// Most bytes a follower lagged by at the end of any second.
    LagBytesMax,
    /// Longest replication lag at the end.
    LagEnd,
    /// Longest queue at the end of any second.
    QueueMax,
    /// Mean share of worker time used.
    Utilisation,
    /// Highest share of worker time used in any second.
    UtilisationMax,
    /// Bytes sent between regions.
    Bytes,
    /// Packets lost between regions.
    PacketsLost,
    /// Recorded keys whose history is not linearizable.
    NotLinearizable,
    /// Reads that missed an own earlier write.
    OwnWriteMissed,
    /// Reads that returned an older value than an earlier read of the same client.
    WentBackwards,
}

/// What a metric's number means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Unit {
    /// A number of things.
    Count,
    /// Seconds; shown in a fitting unit.
    Seconds,
    /// A share, 0 to 1; shown in per cent.
    Share,
    /// Bytes.
    Bytes,
}

/// A line of the metric catalog.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MetricInfo {
    /// The metric.
    pub metric: Metric,
    /// The name in a scenario file.
    pub id: &'static str,
    /// The name a person reads.
    pub title: &'static str,
    /// The unit of its number.
    pub unit: Unit,
    /// What a question about it may be narrowed to. The other filters of a [`Query`] say nothing about it.
    pub filters: &'static [Filter],
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

use Filter::{Dataset, Kind, Population, Region, To, Window};

const OFFERED: &[Filter] = &[Population, Dataset, Kind, Window];
const ENDED: &[Filter] = &[Population, Region, Dataset, Kind, Window];
const READS: &[Filter] = &[Population, Region, Dataset, Window];
const RETRIES: &[Filter] = &[Population, Region, Window];
const LOST: &[Filter] = &[Population, Dataset, Window];
const OUTAGES: &[Filter] = &[Population, Dataset, Kind, Window];
const REGIONS: &[Filter] = &[Region, Window];
const DATASETS: &[Filter] = &[Dataset, Window];
const STREAMS: &[Filter] = &[Region, To, Dataset, Window];
const LINKS: &[Filter] = &[Region, To, Window];
const HISTORY: &[Filter] = &[Dataset];

const fn line(
    metric: Metric,
    id: &'static str,
    title: &'static str,
    unit: Unit,
    filters: &'static [Filter],
) -> MetricInfo {
    MetricInfo { metric, id, title, unit, filters }
}

/// All metrics, in the order of the scorecard.
pub const METRICS: &[MetricInfo] = &[
    line(Metric::Offered, "offered", "operations offered", Unit::Count, OFFERED),
    line(Metric::Succeeded, "succeeded", "operations succeeded", Unit::Count, ENDED),
    line(Metric::Failed, "failed", "operations failed", Unit::Count, ENDED),
    line(Metric::TimedOut, "timed-out", "operations timed out", Unit::Count, ENDED),
    line(Metric::Overloaded, "overloaded", "operations refused, queue full", Unit::Count, ENDED),
    line(Metric::NoLeader, "no-leader", "operations refused, no leader", Unit::Count, ENDED),
    line(Metric::ServerErrors, "server-errors", "operations failed by the service", Unit::Count, ENDED),
    line(Metric::OutcomeUnknown, "outcome-unknown", "operations of unknown outcome", Unit::Count, ENDED),
    line(Metric::Availability, "availability", "availability", Unit::Share, ENDED),
    line(Metric::LatencyMean, "latency.mean", "latency, mean", Unit::Seconds, ENDED),
    line(Metric::LatencyMin, "latency.min", "latency, shortest", Unit::Seconds, ENDED),
    line(Metric::LatencyP50, "latency.p50", "latency, median", Unit::Seconds, ENDED),
    line(Metric::LatencyP99, "latency.p99", "latency, 99th percentile", Unit::Seconds, ENDED),
    line(Metric::LatencyP999, "latency.p999", "latency, 99.9th percentile", Unit::Seconds, ENDED),
    line(Metric::LatencyMax, "latency.max", "latency, longest", Unit::Seconds, ENDED),
    line(Metric::Retries, "retries", "retries", Unit::Count, RETRIES),
    line(Metric::StaleReads, "stale-reads", "stale reads", Unit::Count, READS),
    line(Metric::StaleShare, "stale-share", "share of reads that were stale", Unit::Share, READS),
    line(Metric::LostWrites, "lost-writes", "acknowledged writes lost", Unit::Count, LOST),
    line(
        Metric::DuplicateWrites,
        "duplicate-writes",
        "acknowledged writes executed more than once",
        Unit::Count,
        DATASETS,
    ),
    line(Metric::Rpo, "rpo", "recovery point (RPO)", Unit::Seconds, LOST),
    line(Metric::Rto, "rto", "recovery time (RTO)", Unit::Seconds, OUTAGES),
    line(Metric::Detection, "detection", "time to detection", Unit::Seconds, REGIONS),
    line(Metric::Failovers, "failovers", "failovers", Unit::Count, DATASETS),
    line(Metric::Failbacks, "failbacks", "failbacks", Unit::Count, DATASETS),
    line(Metric::Leaders, "leaders", "leaders at the same time, most", Unit::Count, DATASETS),
    line(
        Metric::SplitBrainWrites,
        "split-brain-writes",
        "writes acknowledged by an outdated leader",
        Unit::Count,
        DATASETS,
    ),
    line(Metric::Fenced, "fenced", "refusals by fencing token", Unit::Count, DATASETS),
    line(Metric::LagMax, "lag.max", "replication lag, longest", Unit::Seconds, STREAMS),
    line(Metric::LagEntriesMax, "lag.entries", "replication lag, most entries", Unit::Count, STREAMS),
    line(Metric::LagBytesMax, "lag.bytes", "replication lag, most bytes", Unit::Bytes, STREAMS),
    line(Metric::LagEnd, "lag.end", "replication lag at the end", Unit::Seconds, STREAMS),
    line(Metric::QueueMax, "queue.max", "queue, longest", Unit::Count, REGIONS),
    line(Metric::Utilisation, "utilisation", "utilisation, mean", Unit::Share, REGIONS),
    line(Metric::UtilisationMax, "utilisation.max", "utilisation, highest second", Unit::Share, REGIONS),
    line(Metric::Bytes, "bytes", "bytes between regions", Unit::Bytes, LINKS),
    line(Metric::PacketsLost, "packets-lost", "packets lost between regions", Unit::Count, LINKS),
    line(Metric::NotLinearizable, "not-linearizable", "keys not linearizable", Unit::Count, HISTORY),
    line(Metric::OwnWriteMissed, "own-write-missed", "reads that missed an own write", Unit::Count, HISTORY),
    line(Metric::WentBackwards, "went-backwards", "reads that went backwards", Unit::Count, HISTORY),
];

impl Metric {
    /// Its line in the catalog.
    pub fn info(self) -> &'static MetricInfo {
        &METRICS[self as usize]
    }

    /// The metric of this name.
    pub fn from_id(id: &str) -> Option<Metric> {
        METRICS.iter().find(|line| line.id == id).map(|line| line.metric)
    }
}

/// Which part of the run a metric is asked about; `None` is all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Query {
    /// The metric.
    pub metric: Metric,
    /// Operations of this population.
    pub population: Option<u16>,
    /// Operations answered by this region; queues and utilisation of it; packets and streams from it.
    pub region: Option<u16>,
    /// Packets and streams to this region.
    pub to: Option<u16>,
    /// Operations, streams and verdicts of this dataset.
    pub dataset: Option<u16>,
    /// Operations of this kind.
    pub kind: Option<OperationKind>,
    /// From this second on: operations that end, writes lost, outages that begin, judgements and decisions.
    pub from: Time,
    /// Up to this second, exclusive.
    pub until: Time,
}

impl Query {
    /// The metric over the whole run.
    pub fn whole(metric: Metric) -> Query {
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
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_catalog_lists_every_metric_at_its_own_place() {
        for (place, line) in METRICS.iter().enumerate() {
            assert_eq!(line.metric as usize, place, "{} stands at the wrong place", line.id);
            assert_eq!(Metric::from_id(line.id), Some(line.metric), "{} is named twice", line.id);
        }
        assert_eq!(METRICS.len(), Metric::WentBackwards as usize + 1);
    }
}
