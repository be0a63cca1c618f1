//! Faults, and which regions and links each of them hits.

use super::seen::FaultTime;
use crate::action::Action;
use crate::faults::{Conditions, FaultKind, LinkCondition, RegionCondition};
use crate::run::Run;
use crate::summary::Mark;
use crate::trace::faults::Fact;
use crate::trace::{TraceEvent, What};
use engine::Time;
use protocol::Protocol;

/// Those in force at some time between two.
pub(super) fn in_force<P: Protocol>(run: &Run<P>, from: Time, until: Time) -> Vec<FaultTime> {
    let marks = run.marks().into_iter();
    let among = |mark: &Mark| mark.at <= until && mark.until.is_none_or(|end| end >= from);
    let time = |mark: Mark| {
        let (regions, links) = hit(kind(run, run.notable(mark.event)?)?, run.config().regions.len());
        Some(FaultTime { from: mark.at, until: mark.until, title: mark.title, regions, links })
    };
    marks.filter(|mark| mark.fault.is_some() && among(mark)).filter_map(time).collect()
}

/// What began with this event.
fn kind<P: Protocol>(run: &Run<P>, began: TraceEvent) -> Option<&FaultKind> {
    let What::Faults(Fact::FaultStarted { planned, .. }) = began.what else { return None };
    if let Some(planned) = planned {
        return run.config().faults.get(usize::from(planned)).map(|plan| &plan.kind);
    }
    let names = run.names();
    match run.notable(began.cause)?.what.action(&names)? {
        Action::Start(kind) => Some(kind),
        _ => None,
    }
}

/// The regions and the links that are not as they should be while nothing else is wrong.
fn hit(kind: &FaultKind, regions: usize) -> (Vec<u16>, Vec<(u16, u16)>) {
    let mut conditions = Conditions::good(regions);
    kind.apply(&mut conditions);
    let (all, links) = (0..regions as u16, &conditions.links);
    let bad = |a: u16, b: u16| links[usize::from(a)][usize::from(b)] != LinkCondition::GOOD;
    let pairs = all.clone().flat_map(|a| (a + 1..regions as u16).map(move |b| (a, b)));
    let here = all.filter(|region| conditions.regions[usize::from(*region)] != RegionCondition::GOOD);
    (here.collect(), pairs.filter(|&(a, b)| bad(a, b) || bad(b, a)).collect())
}
