//! Seconds made ready to be drawn.

use super::counts::{Counts, Series};
use super::latency::Latencies;
use super::recorder::Recorder;
use super::snapshot::Endings;
use super::waiting::Late;
use crate::summary::{PopulationSecond, RegionSecond, SecondSummary, StreamSecond};

/// What is kept of a digest where a few bytes are enough to tell two runs apart.
pub fn short_digest(digest: u64) -> [u8; 4] {
    (digest as u32).to_le_bytes()
}

impl Recorder {
    /// A second that is over, ready to be drawn.
    pub(crate) fn summary(&self, second: u32) -> Option<SecondSummary> {
        let (all, second) = (&self.tapes.seconds, second as usize);
        let regions = all.load.get(second)?.iter().map(|counts| RegionSecond {
            queue: counts.queue,
            utilisation: f32::from(counts.busy_permille) / 1000.0,
            served: counts.served,
            rejected: counts.rejected,
        });
        let streams = all.lag.get(second)?.iter().map(|stream| StreamSecond {
            dataset: stream.dataset,
            from: stream.from,
            to: stream.to,
            entries: stream.entries,
            bytes: stream.bytes,
            lag: stream.lag.as_millis_f64() as f32,
        });
        let outcomes = all.outcomes.get(second)?;
        let late = |population: u16| self.late(second, population);
        Some(SecondSummary {
            second: second as u32,
            digest: short_digest(*self.tapes.digests.get(second)?),
            populations: (0..self.facts.populations as u16)
                .map(|index| population(outcomes, late(index), index))
                .collect(),
            regions: regions.collect(),
            streams: streams.collect(),
        })
    }
}

fn population(outcomes: &[(Series, Counts)], late: Late, population: u16) -> PopulationSecond {
    let mut summary = PopulationSecond { waiting: late.waiting, late: late.more, ..PopulationSecond::default() };
    let counts = || outcomes.iter().filter(|(series, _)| series.population == population).map(|(_, counts)| counts);
    for counts in counts() {
        let ends = Endings::of(counts);
        summary.offered += counts.offered;
        summary.fresh += ends.fresh;
        summary.slow += ends.slow;
        summary.stale += ends.stale;
        summary.declined += ends.declined;
        summary.refused += ends.refused;
        summary.timed_out += ends.timed_out;
        summary.retries += counts.retries;
    }
    let latencies = Latencies::of(counts());
    let millis = |quantile| latencies.quantile(quantile).map_or(0.0, |seconds| (seconds * 1e3) as f32);
    summary.p50 = millis(0.5);
    summary.p99 = millis(0.99);
    summary.p999 = millis(0.999);
    summary
}
