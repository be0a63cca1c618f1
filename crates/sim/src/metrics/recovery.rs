//! Outages and their ends: when operations on a dataset began to fail, and when they succeeded again for good.

use super::Recorder;
use super::outcomes::Second;
use crate::summary::Recovery;
use crate::trace::{Health, OperationKind, What};
use engine::Time;

/// Success must last so long, in seconds, before an outage counts as over.
const SUSTAINED: usize = 5;

impl Recorder {
    /// Outages by population, dataset and kind. An outage begins when more operations fail than succeed in two seconds
    /// in a row (of those in which any ended); it is over at the first second from which on at least 95 % succeed, for
    /// five seconds.
    pub(crate) fn recoveries(&self) -> Vec<Recovery> {
        let mut recoveries = Vec::new();
        for population in 0..self.facts.populations as u16 {
            for dataset in 0..self.facts.placement.len() as u16 {
                for kind in [OperationKind::Read, OperationKind::Write] {
                    self.outages(population, dataset, kind, &mut recoveries);
                }
            }
        }
        recoveries.sort_by_key(|recovery| (recovery.failed, recovery.population));
        recoveries
    }

    fn outages(&self, population: u16, dataset: u16, kind: OperationKind, recoveries: &mut Vec<Recovery>) {
        let of = |second| Ended::of(second, population, dataset, kind);
        let ended: Vec<Ended> = self.tapes.seconds.iter().map(of).collect();
        let mut second = 0;
        while second < ended.len() {
            let goes_on = || ended[second + 1..].iter().find(|next| next.any()).is_some_and(Ended::badly);
            let Some(failed) = ended[second].failed_since.filter(|_| ended[second].badly() && goes_on()) else {
                second += 1;
                continue;
            };
            let well = |at: &usize| {
                let next = ended[*at..].iter().take(SUSTAINED);
                ended[*at].succeeded > 0 && next.len() == SUSTAINED && next.clone().all(Ended::well)
            };
            let end = (second..ended.len()).find(well);
            let recovered = end.map(|end| Time::from_secs(end as u64));
            let detected = self.tapes.notable.iter().find(|event| {
                let unhealthy = matches!(event.what, What::Judged { health: Health::Unhealthy, .. });
                unhealthy && event.at >= failed && recovered.is_none_or(|recovered| event.at <= recovered)
            });
            let detected = detected.map(|event| event.at);
            recoveries.push(Recovery { population, dataset, kind, failed, detected, recovered });
            second = end.unwrap_or(ended.len());
        }
    }
}

/// What ended in a second.
#[derive(Clone, Copy, Default)]
struct Ended {
    succeeded: u32,
    failed: u32,
    failed_since: Option<Time>,
}

impl Ended {
    fn of(second: &Second, population: u16, dataset: u16, kind: OperationKind) -> Ended {
        let mut ended = Ended::default();
        for (series, counts) in &second.series {
            if (series.population, series.dataset, series.kind) == (population, Some(dataset), kind) {
                ended.succeeded += counts.succeeded;
                ended.failed += counts.failed();
                ended.failed_since = [ended.failed_since, counts.failed_since].into_iter().flatten().min();
            }
        }
        ended
    }

    fn any(&self) -> bool {
        self.succeeded + self.failed > 0
    }

    /// More failed than succeeded.
    fn badly(&self) -> bool {
        self.failed > self.succeeded
    }

    /// At least 95 % succeeded; a second without anything says nothing against it.
    fn well(&self) -> bool {
        u64::from(self.failed) * 19 <= u64::from(self.succeeded)
    }
}
