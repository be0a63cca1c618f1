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
/// that fault began. A judgement made when the fault was over, or owed to no fault, detects nothing.
fn detections(record: &dyn Record) -> Vec<Detection> {
    // By the event of its beginning: a fault in force, and which regions were judged by it.
    let mut in_force: BTreeMap<u64, InForce> = BTreeMap::new();
    let mut detections = Vec::new();
    for event in record.notable() {
        match event.what {
            What::Faults(faults::Fact::FaultStarted { fault, .. }) => {
                in_force.insert(event.id, InForce { fault, since: event.at, detected: Sites::NONE });
            }
            What::Faults(faults::Fact::FaultEnded { fault: ended }) => {
                in_force.retain(|_, active| active.fault != ended)
            }
            What::Control(control::Fact::Judged { region, health: Health::Unhealthy, fault }) => {
                let active = in_force.get_mut(&fault).filter(|active| !active.detected.contains(region));
                if let Some(active) = active {
                    active.detected.insert(region);
                    detections.push(Detection { region, at: event.at, after: event.at - active.since });
                }
            }
            _ => {}
        }
    }
    detections
}

/// A fault in force.
struct InForce {
    fault: u32,
    since: Time,
    /// The regions that were judged unhealthy because of it.
    detected: Sites,
}
