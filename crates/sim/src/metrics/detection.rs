//! When faults were noticed.

use super::metric::{Filter, Metric, Unit};
use super::record::Record;
use crate::sites::Sites;
use crate::trace::{Health, What, control, faults};
use engine::{FlatMap, Span, Time};

/// Longest time from a fault that took a region's power or hurt its links to its being judged unhealthy.
pub(super) const METRICS: &[Metric] = &[Metric {
    id: "detection",
    title: "time to detection",
    unit: Unit::Seconds,
    filters: &[Filter::Region, Filter::Window],
    of: |record, query| {
        let wanted = |of: &Detection| query.region.is_none_or(|region| region == of.region) && query.covers(of.at);
        detections(record).into_iter().filter(wanted).map(|of| of.after.as_secs_f64()).reduce(f64::max)
    },
}];

/// A region was judged unhealthy by a fault.
struct Detection {
    region: u16,
    at: Time,
    /// Since the fault began.
    after: Span,
}

/// The first judgement that a region is unhealthy by each fault that hid it from those who probe it, with the time since
/// that fault began.
fn detections(record: &dyn Record) -> Vec<Detection> {
    let judged = judgements(record).into_iter();
    let detects = |of: Judgement| {
        let (since, true) = of.hidden? else { return None };
        Some(Detection { region: of.region, at: of.at, after: of.at - since })
    };
    judged.filter_map(detects).collect()
}

/// A region was judged unhealthy.
pub(super) struct Judgement {
    pub(super) region: u16,
    pub(super) at: Time,
    /// When it was judged otherwise, if it was.
    pub(super) until: Option<Time>,
    /// When the fault was over that it is owed to, before or later.
    pub(super) over: Option<Time>,
    /// The event with which that fault began.
    fault: u64,
    /// When the fault began that hid it, and whether that is the first judgement of the region by it; none where it is owed to no fault in force.
    hidden: Option<(Time, bool)>,
}

/// All judgements that a region is unhealthy, in order.
pub(super) fn judgements(record: &dyn Record) -> Vec<Judgement> {
    // By the event of its beginning: a fault in force, and which regions were judged by it; and when others ended.
    let mut in_force: FlatMap<u64, InForce> = FlatMap::new();
    let mut ended: FlatMap<u64, Time> = FlatMap::new();
    let mut judgements: Vec<Judgement> = Vec::new();
    for event in record.notable() {
        match event.what {
            What::Faults(faults::Fact::FaultStarted { fault, .. }) => {
                in_force.insert(event.id, InForce { fault, since: event.at, detected: Sites::NONE });
            }
            What::Faults(faults::Fact::FaultEnded { fault: over }) => {
                let of = |(id, active): (&u64, &InForce)| (active.fault == over).then_some(*id);
                let began: Vec<u64> = in_force.iter().filter_map(of).collect();
                for id in began {
                    in_force.remove(&id);
                    ended.insert(id, event.at);
                    judgements.iter_mut().filter(|of| of.fault == id).for_each(|of| of.over = Some(event.at));
                }
            }
            What::Control(control::Fact::Judged { region, health, fault }) => {
                let last = judgements.iter_mut().rfind(|of| of.region == region);
                last.into_iter().filter(|of| of.until.is_none()).for_each(|of| of.until = Some(event.at));
                if health != Health::Unhealthy {
                    continue;
                }
                let hidden = in_force.get_mut(&fault).map(|active| {
                    let first = !active.detected.contains(region);
                    active.detected.insert(region);
                    (active.since, first)
                });
                let over = ended.get(&fault).copied();
                judgements.push(Judgement { region, at: event.at, until: None, over, fault, hidden });
            }
            _ => {}
        }
    }
    judgements
}

/// A fault in force.
struct InForce {
    fault: u32,
    since: Time,
    /// The regions that were judged unhealthy because of it.
    detected: Sites,
}
