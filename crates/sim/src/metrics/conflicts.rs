//! Changes that did not know each other, and those of them that are lost although they were acknowledged. D1.

use super::ledger::Ledger;
use super::metric::{Filter, Metric, Unit};

const FILTERS: &[Filter] = &[Filter::Dataset, Filter::Window];

pub(super) const METRICS: &[Metric] = &[
    // Writes that met one that had not known them and that they had not known, and lost against it: each once.
    Metric {
        id: "conflicts",
        title: "conflicting writes",
        unit: Unit::Count,
        filters: FILTERS,
        of: |record, query| {
            let found = query.seconds::<Ledger>(record).iter().flat_map(|second| query.of_dataset(second));
            Some(found.map(|found| f64::from(found.conflicts)).sum())
        },
    },
    // Thrown away for another, by the order of stamps, and nobody with power has them or one that knew them any more. The others that
    // are lost are in `lost-writes`, so that no write is in both.
    Metric {
        id: "lost-updates",
        title: "acknowledged updates thrown away",
        unit: Unit::Count,
        filters: FILTERS,
        of: |record, query| {
            let datasets =
                (0..record.facts().placement.len() as u16).filter(|of| query.dataset.is_none_or(|it| it == *of));
            let lost = datasets.map(|of| {
                let updates = record.live::<Ledger>().into_iter().flat_map(move |ledger| ledger.lost_updates(of));
                updates.filter(|update| query.covers(update.at)).count()
            });
            Some(lost.sum::<usize>() as f64)
        },
    },
];
