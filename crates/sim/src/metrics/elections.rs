//! Who was elected, and for how long nobody led where leaders are elected.

use super::metric::{Filter, Metric, Query, Unit};
use super::outcomes::Outcomes;
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
    // No replica with power leads; one that leads without a majority counts as leading until it steps down. Of each such time counts what lies
    // in the window, up to where the run is computed.
    Metric {
        id: "without-leader",
        title: "longest time without a leader",
        unit: Unit::Seconds,
        filters: FILTERS,
        of: |record, query| {
            let all = leaderless(record.notable(), &record.facts().electing);
            let computed = Time::from_secs(record.seconds::<Outcomes>().len() as u64);
            let counts = |gap: &&Leaderless| query.asks_about(gap.dataset);
            let within = (query.from, query.until.min(computed));
            let longest = all.iter().filter(counts).map(|gap| gap.lasted(within)).max();
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
                && query.asks_about(*dataset)
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
    /// How much of it lies between two instants.
    fn lasted(&self, (from, until): (Time, Time)) -> Span {
        let (from, until) = (self.from.max(from), self.until.unwrap_or(until).min(until));
        until.max(from) - from
    }
}

/// The times without a leader of those datasets that elect theirs, in the order in which they began.
pub(super) fn leaderless(events: &[TraceEvent], electing: &[bool]) -> Vec<Leaderless> {
    let mut leading = vec![Sites::NONE; electing.len()];
    let mut all: Vec<Leaderless> = Vec::new();
    for event in events {
        let (of, region, leads) = match event.what {
            What::Data(data::Fact::Replica { dataset, region, fact: Fact::Leads(_) }) => (Some(dataset), region, true),
            What::Data(data::Fact::Replica { dataset, region, fact: Fact::SteppedDown(_) }) => {
                (Some(dataset), region, false)
            }
            What::Faults(faults::Fact::RegionDown { region, .. }) => (None, region, false),
            _ => continue,
        };
        for ((dataset, electing), leading) in (0..).zip(electing).zip(&mut leading) {
            if of.is_some_and(|of| of != dataset) {
                continue;
            }
            let before = *leading;
            if leads {
                leading.insert(region);
            } else {
                leading.remove(region);
            }
            match (before == Sites::NONE, *leading == Sites::NONE) {
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

    #[test]
    fn of_a_time_without_a_leader_counts_what_lies_in_the_window() {
        let gap = |until: Option<u64>| {
            let until = until.map(Time::from_secs);
            Leaderless { dataset: 0, event: 1, from: Time::from_secs(10), until }
        };
        let lasted = |until, from, to| gap(until).lasted((Time::from_secs(from), Time::from_secs(to))).as_secs_f64();
        assert_eq!(lasted(Some(12), 0, 60), 2.0);
        assert_eq!(lasted(None, 0, 60), 50.0, "a run that ends without a leader");
        assert_eq!((lasted(None, 11, 60), lasted(Some(30), 15, 20)), (49.0, 5.0), "it began before the window");
        assert_eq!((lasted(Some(12), 0, 5), lasted(Some(12), 20, 60)), (0.0, 0.0), "it lies outside");
    }
}
