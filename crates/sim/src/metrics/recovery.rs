//! Outages and their ends: when operations began that were not served, when that was noticed, and when they were served again
//! for good.

use super::begun::{Begun, Group, KNOWN_AFTER, LONG, Trouble};
use super::detection::{Judgement, judgements};
use super::metric::{Filter, Metric, Query, Unit};
use super::record::Record;
use super::waiting::{begun, hangs};
use crate::sites::Sites;
use crate::summary::Recovery;
use crate::trace::{OperationKind, What, data};
use engine::{Span, Time};
use protocol::Fact;
use std::ops::Range;

/// Longest time from the beginning of the first operation that was not served to the first answer that lasted, of all that are asked about
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
    let wanted = together(wanted).into_iter().filter(|outage| outage.meets(query));
    // An outage that is not over has no recovery time that could be called small.
    wanted.map(|outage| outage.rto().map_or(f64::INFINITY, Span::as_secs_f64)).reduce(f64::max)
}

/// Outages that touch, as one.
pub(super) struct Outage {
    /// When the first operation began that was not served.
    pub(super) failed: Time,
    /// The one that was over last; of those that are not over the first.
    pub(super) last: Recovery,
    /// Whether all of them are of one population.
    pub(super) alone: bool,
}

impl Outage {
    /// Whether a part of it is in the query's window: who asks from a fault on means what it met, which began before it.
    fn meets(&self, query: &Query) -> bool {
        self.failed < query.until && self.last.recovered.is_none_or(|recovered| recovered >= query.from)
    }

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

/// Success must last so long, in seconds, before an outage counts as over, and for so many seconds in which any began.
const SUSTAINED: usize = 5;
const ASKED: usize = 2;

/// Outages by population, dataset and kind, judged by when operations began and whether they were served: answered before they had waited
/// for [`LONG`]. So nobody's patience makes an outage longer, and what hangs for good is one. An outage begins when more are not served than
/// are, in two seconds in a row (of those in which any began), or when those who are not served wait for long, and nobody begins anything
/// meanwhile. It is over in the first second from which on at least 95 % are served, or nearly as many as before it, for five seconds from the
/// first answer on, all of them together, and in two in which any began, none of which is bad: at the first answer to those that began after
/// the last that was not served. Where fewer are computed, or too many who began in them still wait, that is still open. Who is told no is
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
    let begun = begun(record, group);
    // The last is under way.
    let whole = begun.len().saturating_sub(1);
    let hangs = hangs(record, group);
    let mut before: Vec<Range<usize>> = Vec::new();
    let mut second = 0;
    while second < begun.len() {
        if !begins(&begun, second, hangs) {
            second += 1;
            continue;
        }
        let usually = usually(&begun, second, &before);
        let ends = (second + 1..begun.len()).find_map(|at| Some((at, Served::from(&begun, at, &usually, whole)?)));
        let until = ends.as_ref().map_or(begun.len(), |(end, _)| *end);
        let during = &begun[second..until];
        let failed = first_unserved(&begun, second);
        let (again, success) = ends.as_ref().map_or((None, 0), |(_, served)| (Some(served.since), served.success));
        let regions = during.iter().filter_map(|second| Some(second.trouble.as_ref()?.regions));
        let regions = regions.fold(leading(record, group.dataset, failed), Sites::with);
        let detected = judged_unhealthy(judged, regions, failed, again);
        let lasted = ends.is_some_and(|(_, served)| served.lasted);
        let (recovered, succeeds) = if lasted { (again, None) } else { (None, again) };
        let last = begun.iter().rposition(Begun::asked).unwrap_or(0);
        let silent = again.is_none() && last + 1 + KNOWN_AFTER < whole;
        let last_asked = silent.then(|| Time::from_secs(last as u64 + 1));
        let pauses = during.split(Begun::asked).map(<[Begun]>::len);
        let unasked = pauses.filter(|pause| *pause >= KNOWN_AFTER).sum::<usize>() as u32;
        let Group { population, dataset, kind } = group;
        let of =
            Recovery { population, dataset, kind, failed, detected, recovered, succeeds, success, last_asked, unasked };
        recoveries.push(of);
        before.push(second..until);
        second = until;
    }
}

/// That users are served from a second on.
struct Served {
    /// The first answer to those that began after the last that was not served.
    since: Time,
    /// The number of its event.
    success: u64,
    /// Whether it has lasted.
    lasted: bool,
}

impl Served {
    /// Whether they are served from a second on for five seconds and in two in which somebody asks, as far as so much is computed: of `whole`
    /// seconds. One in which more are not served than are ends it.
    fn from(begun: &[Begun], at: usize, usually: &Begun, whole: usize) -> Option<Served> {
        let this = &begun[at];
        let is_well = if this.open() == 0 { !this.badly() } else { this.at_worst().well(usually) };
        if this.served == 0 || !is_well {
            return None;
        }
        let (since, success) = first_answer(begun, at).unwrap_or((Time::from_secs(at as u64), 0));
        let asked = (at..begun.len()).filter(|second| begun[*second].asked()).nth(ASKED - 1);
        let five = (since + LONG).whole_seconds() as usize;
        let until = asked.map_or(usize::MAX, |asked| asked + 1).max(at + SUSTAINED).max(five);
        let window = &begun[at..until.min(begun.len())];
        let sum = |as_if: fn(&Begun) -> Begun| window.iter().fold(Begun::default(), |all, next| all.and(&as_if(next)));
        if window.iter().any(Begun::badly) || !sum(Begun::at_best).well(usually) {
            return None;
        }
        Some(Served { since, success, lasted: until <= whole && sum(Begun::at_worst).well(usually) })
    }
}

/// Whether an outage begins in a second, where the latest of those that have waited for long began then.
fn begins(begun: &[Begun], second: usize, hangs: Option<Time>) -> bool {
    let this = &begun[second];
    // Who waits begins nothing.
    let all_wait = this.trouble.as_deref().is_some_and(|trouble| trouble.first_after_served.is_some() && trouble.hung);
    let next = begun[second + 1..].iter().position(Begun::asked);
    match next {
        Some(pause) => pause >= KNOWN_AFTER && all_wait || this.badly() && begun[second + 1 + pause].badly(),
        None => all_wait || this.badly() && hangs.is_some_and(|began| began >= Time::from_secs(second as u64)),
    }
}

/// How many were served before, but for the last second, which the outage may have met, for earlier outages, and for those that were bad.
fn usually(begun: &[Begun], second: usize, outages: &[Range<usize>]) -> Begun {
    let usual = |at: &usize| !begun[*at].badly() && !outages.iter().any(|outage| outage.contains(at));
    (0..second.saturating_sub(1)).filter(usual).fold(Begun::default(), |all, at| all.and(&begun[at]))
}

/// When the first began that was not served in an outage that begins in a second: maybe in the second before.
fn first_unserved(begun: &[Begun], second: usize) -> Time {
    let of = |second: &Begun, which: fn(&Trouble) -> Option<Time>| second.trouble.as_deref().and_then(which);
    let after_served = |second: &Begun| of(second, |trouble| trouble.first_after_served);
    let this = &begun[second];
    if !this.badly() {
        return after_served(this).unwrap_or(Time::from_secs(second as u64));
    }
    let before = begun[..second].iter().rfind(|before| before.any()).and_then(after_served);
    before.or(of(this, |trouble| trouble.first)).unwrap_or(Time::from_secs(second as u64))
}

/// The first answer to those that began after the last that was not served before a second in which all is well again.
fn first_answer(begun: &[Begun], well: usize) -> Option<(Time, u64)> {
    let last_troubled = begun[..well].iter().rfind(|before| before.any());
    let answers = last_troubled.into_iter().chain([&begun[well]]);
    answers.filter_map(|second| second.trouble.as_ref()?.answer).min()
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
