//! Who was elected, and for how long nobody led where leaders are elected.

use super::metric::{Filter, Metric, Query, Unit};
use super::record::Record;
use crate::sites::Sites;
use crate::trace::{TraceEvent, What, data, faults};
use engine::{Span, Time};
use protocol::Fact;

const FILTERS: &[Filter] = &[Filter::Dataset, Filter::Window];

pub(super) const METRICS: &[Metric] = &[
    Metric {
        id: "elections",
        title: "leaders elected",
        unit: Unit::Count,
        filters: FILTERS,
        of: |record, query| Some(counted(record, query, |fact| matches!(fact, Fact::Leads(_)))),
    },
    // Each takes a term; one that does not lead to a leader was lost or split. A poll before it is none.
    Metric {
        id: "candidacies",
        title: "candidacies for leadership",
        unit: Unit::Count,
        filters: FILTERS,
        of: |record, query| Some(counted(record, query, |fact| matches!(fact, Fact::Stands(_)))),
    },
    // No replica with power leads; one that leads without a majority counts as leading until it steps down.
    Metric {
        id: "without-leader",
        title: "longest time without a leader",
        unit: Unit::Seconds,
        filters: FILTERS,
        of: |record, query| {
            let all = leaderless(record.notable(), &record.facts().electing);
            let counts =
                |gap: &&Leaderless| query.dataset.is_none_or(|wanted| wanted == gap.dataset) && query.covers(gap.from);
            let longest = all.iter().filter(counts).map(|gap| gap.lasted(query.until)).max();
            Some(longest.unwrap_or(Span::ZERO).as_secs_f64())
        },
    },
];

/// How often replicas have stated something since the start, where leaders are elected.
fn counted(record: &dyn Record, query: &Query, what: fn(&Fact) -> bool) -> f64 {
    let electing = &record.facts().electing;
    let counts = |event: &&TraceEvent| match &event.what {
        What::Data(data::Fact::Replica { dataset, fact, .. }) => {
            what(fact)
                && event.at > Time::ZERO
                && electing[usize::from(*dataset)]
                && query.covers(event.at)
                && query.dataset.is_none_or(|wanted| wanted == *dataset)
        }
        _ => false,
    };
    record.notable().iter().filter(counts).count() as f64
}

/// A time in which no replica of a dataset led.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Leaderless {
    pub(super) dataset: u16,
    /// The number of the event with which it began.
    pub(super) event: u64,
    pub(super) from: Time,
    /// When somebody was elected, if anybody was.
    pub(super) until: Option<Time>,
}

impl Leaderless {
    fn lasted(&self, end: Time) -> Span {
        self.until.unwrap_or(end).min(end) - self.from
    }
}

/// The times without a leader of those datasets that elect theirs, in the order in which they began.
pub(super) fn leaderless(events: &[TraceEvent], electing: &[bool]) -> Vec<Leaderless> {
    let mut leading = vec![Sites::NONE; electing.len()];
    let mut all: Vec<Leaderless> = Vec::new();
    for event in events {
        let before = leading.clone();
        match event.what {
            What::Data(data::Fact::Replica { dataset, region, fact: Fact::Leads(_) }) => {
                leading[usize::from(dataset)].insert(region);
            }
            What::Data(data::Fact::Replica { dataset, region, fact: Fact::SteppedDown(_) }) => {
                leading[usize::from(dataset)].remove(region);
            }
            What::Faults(faults::Fact::RegionDown { region, .. }) => {
                leading.iter_mut().for_each(|leading| leading.remove(region));
            }
            _ => continue,
        }
        for (dataset, electing) in (0..).zip(electing) {
            match (before[usize::from(dataset)] == Sites::NONE, leading[usize::from(dataset)] == Sites::NONE) {
                (false, true) if *electing => {
                    all.push(Leaderless { dataset, event: event.id, from: event.at, until: None });
                }
                (true, false) => {
                    let open = all.iter_mut().rev().find(|gap| gap.dataset == dataset && gap.until.is_none());
                    open.into_iter().for_each(|gap| gap.until = Some(event.at));
                }
                _ => {}
            }
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::Epoch;

    #[test]
    fn nobody_leads_from_the_loss_of_the_only_leader_until_somebody_is_elected() {
        let event = |id, seconds, what| TraceEvent { id, cause: 0, at: Time::from_secs(seconds), what };
        let stated = |region, fact| What::Data(data::Fact::Replica { dataset: 0, region, fact });
        let down = What::Faults(faults::Fact::RegionDown { region: 0, disks_lost: false });
        let events = [
            event(1, 0, stated(0, Fact::Leads(Epoch(1)))),
            event(2, 5, down),
            event(3, 7, stated(1, Fact::Leads(Epoch(2)))),
            event(4, 8, stated(2, Fact::Leads(Epoch(3)))),
            event(5, 9, stated(1, Fact::SteppedDown(Epoch(2)))),
            event(6, 11, stated(2, Fact::SteppedDown(Epoch(3)))),
        ];
        let gap = |event, from, until: Option<u64>| {
            let until = until.map(Time::from_secs);
            Leaderless { dataset: 0, event, from: Time::from_secs(from), until }
        };
        assert_eq!(leaderless(&events, &[true]), [gap(2, 5, Some(7)), gap(6, 11, None)]);
        assert_eq!(leaderless(&events, &[false]), []);
    }
}
