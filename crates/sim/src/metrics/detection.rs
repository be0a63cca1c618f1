//! When faults were noticed.

use super::metric::{Filter, Metric, Unit};
use super::record::Record;
use crate::sites::Sites;
use crate::trace::{Health, What, control, faults};
use engine::{Span, Time};
use std::collections::BTreeMap;

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
    /// When the fault began that hid it, and whether that is the first judgement of the region by it; none where it is owed to no fault.
    hidden: Option<(Time, bool)>,
}

/// All judgements that a region is unhealthy, in order. One that is owed to a fault that was over when it was made tells of nothing
/// that goes on, and is left out.
pub(super) fn judgements(record: &dyn Record) -> Vec<Judgement> {
    // By the event of its beginning: a fault in force, and which regions were judged by it.
    let mut in_force: BTreeMap<u64, InForce> = BTreeMap::new();
    let mut judgements = Vec::new();
    for event in record.notable() {
        match event.what {
            What::Faults(faults::Fact::FaultStarted { fault, .. }) => {
                in_force.insert(event.id, InForce { fault, since: event.at, detected: Sites::NONE });
            }
            What::Faults(faults::Fact::FaultEnded { fault: ended }) => {
                in_force.retain(|_, active| active.fault != ended)
            }
            What::Control(control::Fact::Judged { region, health: Health::Unhealthy, fault }) => {
                let hidden = in_force.get_mut(&fault).map(|active| {
                    let first = !active.detected.contains(region);
                    active.detected.insert(region);
                    (active.since, first)
                });
                if hidden.is_some() || fault == 0 {
                    judgements.push(Judgement { region, at: event.at, hidden });
                }
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
