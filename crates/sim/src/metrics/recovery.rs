//! Outages and their ends: when operations began that were not served, when that was noticed, and when they were served again
//! for good.

use super::begun::{Group, Told};
use super::detection::{Judgement, judgements};
use super::metric::{Filter, Metric, Query, Unit};
use super::outages::LONG;
use super::outages::Outage;
use super::record::{Facts, Record};
use super::waiting::{now, outages};
use crate::sites::Sites;
use crate::summary::Recovery;
use crate::trace::{OperationKind, What, data};
use engine::{Span, Time};
use protocol::Fact;

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
pub(super) struct Together {
    /// When the first operation began that was not served.
    pub(super) failed: Time,
    /// The one that was over last; of those that are not over the first.
    pub(super) last: Recovery,
    /// Whether all of them are of one population.
    pub(super) alone: bool,
}

impl Together {
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
pub(super) fn together(recoveries: impl IntoIterator<Item = Recovery>) -> Vec<Together> {
    let mut outages: Vec<Together> = Vec::new();
    for next in recoveries {
        let touches = |outage: &&mut Together| outage.last.recovered.is_none_or(|until| next.failed <= until);
        let Some(outage) = outages.last_mut().filter(touches) else {
            outages.push(Together { failed: next.failed, last: next, alone: true });
            continue;
        };
        outage.alone &= next.population == outage.last.population;
        if outage.last.recovered.is_some_and(|until| next.recovered.is_none_or(|later| later > until)) {
            outage.last = next;
        }
    }
    outages
}

/// Outages by population, dataset and kind, judged by the operations in the order in which they began and by whether they were served: answered
/// before they had waited for [`LONG`]. So nobody's patience makes an outage longer, and what hangs for good is one. Who is told no is served:
/// that is an answer, and counts as success here.
///
/// Who is not served raises a balance by three, and who is lowers it by two, to nothing at least, and it is never higher than what answers to all who
/// began in the last two seconds would bring to nothing, or five in a row would raise it to. An outage began with the first that raised it from
/// nothing where it comes to its highest and nobody who began later has an answer before two seconds from that first one on; or to four in a row
/// and nobody has one for five; or one hangs while nobody begins anything. From then on each who is not served raises it by eight, and five
/// seconds bound it. It is over at the first answer after it was last at its highest, once five seconds have passed since then, somebody was
/// served who began later, and it is at nothing again; five seconds in which nobody fails bring it there, too.
///
/// What is told is told of the oldest of which it is not known whether they were served, whatever becomes of them, and so is never taken back.
pub(super) fn recoveries(record: &dyn Record) -> Vec<Recovery> {
    let (judged, now) = (judgements(record), now(record));
    let recovery = |Told { group, outage, asked, unasked }: Told| {
        let Group { population, dataset, kind } = group;
        let Outage { failed, again, .. } = outage;
        let others = dataset.map_or(Sites::NONE, |dataset| awaited(record.facts(), dataset, kind));
        let blamed = [leading(record, dataset, failed).with(outage.regions), others];
        let detected = noticed(&judged, blamed, failed, again.map(|(at, _)| at));
        // Of what has not lasted yet no event is told.
        let (recovered, succeeds) = match again {
            Some((at, 0)) => (None, Some(at)),
            again => (again.map(|(at, _)| at), None),
        };
        let silent = again.is_none() && now.since(asked) > LONG + Span::from_secs(1);
        let last_asked = silent.then(|| Time::from_secs(asked.whole_seconds() + 1));
        let success = again.map_or(0, |(_, event)| event);
        Recovery { population, dataset, kind, failed, detected, recovered, succeeds, success, last_asked, unasked }
    };
    let mut recoveries: Vec<Recovery> = outages(record).into_iter().map(recovery).collect();
    engine::sort_by_key(&mut recoveries, |of| (of.failed, of.population, of.dataset.is_none(), of.dataset, of.kind));
    recoveries
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

/// For whom an operation may have to wait beside the one that serves it.
fn awaited(facts: &Facts, dataset: u16, kind: OperationKind) -> Sites {
    let set = usize::from(dataset);
    let waits = kind == OperationKind::Write || facts.leaderless[set] || facts.electing[set];
    if facts.awaits[set] && waits { facts.holders[set] } else { Sites::NONE }
}

/// When it was noticed that one of these regions was ill that did not serve or led, or else one that is waited for: when it was judged so before the
/// outage, if it still was, or else in it. A judgement that is owed to a fault that was over before the outage tells nothing of that.
fn noticed(judged: &[Judgement], blamed: [Sites; 2], failed: Time, again: Option<Time>) -> Option<Time> {
    let tells = |of: &&Judgement| of.over.is_none_or(|over| over > failed);
    let within = |of: &&Judgement| of.at >= failed && again.is_none_or(|again| of.at <= again);
    let still = |of: &&Judgement| of.at < failed && of.until.is_none_or(|until| until > failed);
    blamed.into_iter().find_map(|regions| {
        let of_these = || judged.iter().filter(|of| regions.contains(of.region)).filter(tells);
        let within = || of_these().find(within);
        of_these().find(still).or_else(within).map(|of| of.at)
    })
}
