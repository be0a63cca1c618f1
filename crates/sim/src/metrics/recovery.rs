//! Outages and their ends: when operations on a dataset began to fail, and when they succeeded again for good.

use super::Recorder;
use super::outcomes::Second;
use crate::summary::Recovery;
use crate::trace::{Health, OperationKind, What};
use engine::Time;

/// Success must last so long, in seconds, before an outage counts as over.
const SUSTAINED: usize = 5;

impl Recorder {
    /// Outages by dataset and kind. An outage begins with the first of the failures that make up more than half of what
    /// ended in a second; it is over at the first second from which on at least 95 % succeed, for five seconds.
    pub(crate) fn recoveries(&self) -> Vec<Recovery> {
        let mut recoveries = Vec::new();
        for dataset in 0..self.facts.placement.len() as u16 {
            for kind in [OperationKind::Read, OperationKind::Write] {
                self.outages(dataset, kind, &mut recoveries);
            }
        }
        recoveries
    }

    fn outages(&self, dataset: u16, kind: OperationKind, recoveries: &mut Vec<Recovery>) {
        let ended: Vec<Ended> = self.tapes.seconds.iter().map(|second| Ended::of(second, dataset, kind)).collect();
        let mut second = 0;
        while second < ended.len() {
            let Some(failed) = ended[second].failed_since.filter(|_| ended[second].failed > ended[second].succeeded)
            else {
                second += 1;
                continue;
            };
            let well = |at: &usize| {
                let next = ended[*at..].iter().take(SUSTAINED);
                ended[*at].succeeded > 0 && next.clone().all(Ended::well) && next.count() == SUSTAINED
            };
            let end = (second..ended.len()).find(well);
            let recovered = end.map(|end| Time::from_secs(end as u64));
            let detected = self.tapes.notable.iter().find(|event| {
                let unhealthy = matches!(event.what, What::Judged { health: Health::Unhealthy, .. });
                unhealthy && event.at >= failed && recovered.is_none_or(|recovered| event.at <= recovered)
            });
            recoveries.push(Recovery { dataset, kind, failed, detected: detected.map(|event| event.at), recovered });
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
    fn of(second: &Second, dataset: u16, kind: OperationKind) -> Ended {
        let mut ended = Ended::default();
        for (series, counts) in &second.series {
            if series.dataset == Some(dataset) && series.kind == kind {
                ended.succeeded += counts.succeeded;
                ended.failed += counts.failed();
                ended.failed_since = [ended.failed_since, counts.failed_since].into_iter().flatten().min();
            }
        }
        ended
    }

    /// At least 95 % succeeded; a second without anything says nothing against it.
    fn well(&self) -> bool {
        u64::from(self.failed) * 19 <= u64::from(self.succeeded)
    }
}
