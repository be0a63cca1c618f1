//! Outages and their ends: when operations began to fail, when the failure was noticed, and when they succeeded again for
//! good.

use super::counts::{Counts, Failures, NOWHERE, Series};
use super::detection::{Judgement, judgements};
use super::metric::{Filter, Metric, Query, Unit};
use super::outcomes::Outcomes;
use super::record::Record;
use crate::sites::Sites;
use crate::summary::Recovery;
use crate::trace::{OperationKind, What, data};
use engine::{Span, Time};
use protocol::Fact;

/// Longest time from the beginning of the first operation that failed to the first success that lasted, of all that are asked about
/// together: outages that touch are one.
pub(super) const METRICS: &[Metric] = &[Metric {
    id: "rto",
    title: "recovery time (RTO)",
    unit: Unit::Seconds,
    filters: &[Filter::Population, Filter::Dataset, Filter::Kind, Filter::Window],
    of: rto,
}];

fn rto(record: &dyn Record, query: &Query) -> Option<f64> {
    let wanted = recoveries(record).into_iter().filter(|recovery| {
        query.asks_of(recovery.dataset)
            && query.population.is_none_or(|population| population == recovery.population)
            && query.kind.is_none_or(|kind| kind == recovery.kind)
    });
    let wanted = together(wanted).into_iter().filter(|outage| query.covers(outage.failed));
    // An outage that is not over has no recovery time that could be called small.
    wanted.map(|outage| outage.rto().map_or(f64::INFINITY, Span::as_secs_f64)).reduce(f64::max)
}

/// Outages that touch, as one.
pub(super) struct Outage {
    /// When the earliest operation that failed had begun.
    pub(super) failed: Time,
    /// The one that was over last; of those that are not over the first.
    pub(super) last: Recovery,
    /// Whether all of them are of one population.
    pub(super) alone: bool,
}

impl Outage {
    /// The recovery time, if it is over.
    pub(super) fn rto(&self) -> Option<Span> {
        self.last.recovered.map(|at| at - self.failed)
    }
}

/// Outages, in the order in which they began, with those that touch as one. What begins after one that is not over touches it.
pub(super) fn together(recoveries: impl IntoIterator<Item = Recovery>) -> Vec<Outage> {
    let mut outages: Vec<Outage> = Vec::new();
    for next in recoveries {
        let touches = |outage: &&mut Outage| outage.last.recovered.is_none_or(|until| next.failed <= until);
        let Some(outage) = outages.last_mut().filter(touches) else {
            outages.push(Outage { failed: next.failed, last: next, alone: true });
            continue;
        };
        outage.alone &= next.population == outage.last.population;
        if outage.last.recovered.is_some_and(|until| next.recovered.is_none_or(|later| later > until)) {
            outage.last = next;
        }
    }
    outages
}

/// Success must last so long, in seconds, before an outage counts as over.
const SUSTAINED: usize = 5;

/// Operations that fail and recover together.
#[derive(Clone, Copy)]
struct Group {
    population: u16,
    /// None for calls, which touch no data.
    dataset: Option<u16>,
    kind: OperationKind,
}

/// Outages by population, dataset and kind. An outage begins when more operations fail than succeed in two seconds in a
/// row (of those in which any ended). It is over in the first second from which on at least 95 % succeed, for five
/// seconds: at the first success after the last failure before that. Where fewer than five are computed that is still open. Who is told no is
/// served: that is an answer, and counts as success here.
pub(super) fn recoveries(record: &dyn Record) -> Vec<Recovery> {
    let mut recoveries = Vec::new();
    let judged = judgements(record);
    for population in 0..record.facts().populations as u16 {
        let on_data = (0..record.facts().placement.len() as u16).map(Some);
        let on_data =
            on_data.flat_map(|dataset| [OperationKind::Read, OperationKind::Write].map(|kind| (dataset, kind)));
        for (dataset, kind) in on_data.chain([(None, OperationKind::Call)]) {
            outages(record, &judged, Group { population, dataset, kind }, &mut recoveries);
        }
    }
    engine::sort_by_key(&mut recoveries, |of| (of.failed, of.population, of.dataset.is_none(), of.dataset, of.kind));
    recoveries
}

fn outages(record: &dyn Record, judged: &[Judgement], group: Group, recoveries: &mut Vec<Recovery>) {
    let ended: Vec<Ended> = record.seconds::<Outcomes>().iter().map(|second| Ended::of(second, group)).collect();
    let mut second = 0;
    while second < ended.len() {
        let goes_on = || ended[second + 1..].iter().find(|next| next.any()).is_some_and(Ended::badly);
        let Some(failed) = ended[second].failed_since.filter(|_| ended[second].badly() && goes_on()) else {
            second += 1;
            continue;
        };
        let well = |at: &usize| ended[*at].answered > 0 && ended[*at..].iter().take(SUSTAINED).all(Ended::well);
        let end = (second..ended.len()).find(well);
        let success = end.map(|end| {
            let before = end.checked_sub(1).and_then(|before| ended[before].succeeds_since);
            before.or(ended[end].first_success).unwrap_or((Time::from_secs(end as u64), 0))
        });
        let (succeeds, success) = (success.map(|success| success.0), success.map_or(0, |success| success.1));
        let during = &ended[second..end.unwrap_or(ended.len())];
        // What fails at once ends before what was begun earlier and waited in vain; and the second of the last success may
        // have more successes than failures after it.
        let served = ended[..second].iter().rposition(|before| before.answered > 0);
        let after = served.and_then(|served| ended[served].failed_since_success);
        let begun_since = Time::from_secs(served.unwrap_or(0) as u64);
        let vain = during.iter().filter_map(|second| second.failed_since).chain(after);
        let failed = vain.filter(|at| *at >= begun_since).fold(failed, Time::min);
        let regions =
            during.iter().fold(leading(record, group.dataset, failed), |all, second| all.with(second.regions));
        let detected = judged_unhealthy(judged, regions, failed, succeeds);
        let lasted = end.is_some_and(|end| ended.len() - end >= SUSTAINED);
        let (recovered, succeeds) = if lasted { (succeeds, None) } else { (None, succeeds) };
        let Group { population, dataset, kind } = group;
        recoveries.push(Recovery { population, dataset, kind, failed, detected, recovered, succeeds, success });
        second = end.unwrap_or(ended.len());
    }
}

/// The region that was the latest to lead a dataset at an instant, if any has.
fn leading(record: &dyn Record, dataset: Option<u16>, at: Time) -> Sites {
    let until = record.notable().iter().take_while(|event| event.at <= at);
    let leads = until.filter_map(|event| match event.what {
        What::Data(data::Fact::Replica { dataset: of, region, fact: Fact::Leads(_) }) if Some(of) == dataset => {
            Some(Sites::one(region))
        }
        _ => None,
    });
    leads.last().unwrap_or_default()
}

/// When one of these regions was first judged unhealthy in an outage, by what went on then: a judgement that comes when its fault is over tells
/// nothing of the fault that the outage met.
fn judged_unhealthy(judged: &[Judgement], regions: Sites, failed: Time, recovered: Option<Time>) -> Option<Time> {
    let within = |of: &&Judgement| of.at >= failed && recovered.is_none_or(|recovered| of.at <= recovered);
    judged.iter().filter(within).find(|of| regions.contains(of.region)).map(|of| of.at)
}

/// What ended in a second.
#[derive(Clone, Copy, Default)]
struct Ended {
    /// Those that succeeded, and those that were told no: the service works that says so.
    answered: u32,
    failed: u32,
    failed_since: Option<Time>,
    /// When the first operation succeeded that no failure followed within the second, and the number of that event.
    succeeds_since: Option<(Time, u64)>,
    first_success: Option<(Time, u64)>,
    /// When the earliest operation had begun that failed since the last success.
    failed_since_success: Option<Time>,
    /// Where operations failed.
    regions: Sites,
}

impl Ended {
    fn of(second: &[(Series, Counts)], group: Group) -> Ended {
        let mut ended = Ended::default();
        let mut failed_last: Option<&Failures> = None;
        let wanted = (group.population, group.dataset, group.kind);
        let counted = || second.iter().filter(|(series, _)| (series.population, series.dataset, series.kind) == wanted);
        let last_success = counted().filter_map(|(_, counts)| Some(counts.answers.as_ref()?.last)).max();
        for (series, counts) in counted() {
            ended.answered += counts.succeeded + counts.declined;
            ended.failed += counts.failed();
            let failed_since = counts.failures.as_ref().map(|failures| failures.since);
            ended.failed_since = ended.failed_since.into_iter().chain(failed_since).min();
            let since = counts.answers.as_ref().and_then(|answers| answers.since);
            ended.succeeds_since = ended.succeeds_since.into_iter().chain(since).min();
            failed_last =
                failed_last.into_iter().chain(counts.failures.as_deref()).max_by_key(|failures| failures.last);
            if counts.failed() > 0 && series.region != NOWHERE {
                ended.regions.insert(series.region);
            }
        }
        ended.first_success = ended.succeeds_since;
        // Of several regions the one that failed last decides.
        ended.succeeds_since = ended
            .succeeds_since
            .map(|(since, event)| (failed_last.map_or(since, |failures| since.max(failures.last)), event));
        let after = failed_last.filter(|failures| Some(failures.last) > last_success);
        ended.failed_since_success = after.map(|failures| failures.since_success);
        ended
    }

    fn any(&self) -> bool {
        self.answered + self.failed > 0
    }

    /// More failed than were answered.
    fn badly(&self) -> bool {
        self.failed > self.answered
    }

    /// At least 95 % were answered; a second without anything says nothing against it.
    fn well(&self) -> bool {
        u64::from(self.failed) * 19 <= u64::from(self.answered)
    }
}
