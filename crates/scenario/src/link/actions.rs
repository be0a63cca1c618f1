//! Whether the actions of a link are ones that a person could have done: a link comes from anyone.

use engine::{Span, Time};
use sim::fault::{ClockSkew, DegradedLink, FaultKind, Partition, SlowRegion};
use sim::{Action, LoggedAction};

const ACTIONS_MAX: usize = 10_000;
const LATEST: Time = Time::from_secs(86_400);
const SPAN_MAX: Span = Span::from_secs(86_400);

/// Says what is wrong with the first action that is.
pub(super) fn validate(actions: &[LoggedAction], regions: usize) -> Result<(), String> {
    if actions.len() > ACTIONS_MAX {
        return Err(format!("there are {} actions, and at most {ACTIONS_MAX} are allowed", actions.len()));
    }
    for (place, logged) in actions.iter().enumerate() {
        let number = place + 1;
        if logged.at > LATEST {
            return Err(format!("action {number} is at {}, beyond the longest run", logged.at));
        }
        if place > 0 && actions[place - 1].at > logged.at {
            return Err(format!("action {number} is earlier than the one before it"));
        }
        one(&logged.action, regions).map_err(|what| format!("action {number} {what}"))?;
    }
    Ok(())
}

fn one(action: &Action, regions: usize) -> Result<(), String> {
    let highest = match action {
        Action::Start(kind) => {
            fault(kind)?;
            kind.highest_region()
        }
        Action::RestoreRegion(region) | Action::Promote(region) => *region,
        Action::HealLink(a, b) => *a.max(b),
        Action::DelayPacket(_, span) => return require(*span <= SPAN_MAX, "holds a packet up for longer than a day"),
        Action::DropPacket(_) | Action::HealAll => return Ok(()),
    };
    let message = format!("names region number {highest}, but there are {regions}");
    require(usize::from(highest) < regions, &message)
}

fn fault(kind: &FaultKind) -> Result<(), String> {
    let factor = |factor: f64| (0.01..=10_000.0).contains(&factor);
    match kind {
        FaultKind::RegionLoss(_) | FaultKind::Isolation(_) => Ok(()),
        FaultKind::Partition(Partition { left, right, .. }) => {
            require(!left.is_empty() && !right.is_empty(), "cuts off an empty side")?;
            require(left.len() + right.len() <= 64, "names more regions than there can be")?;
            require(!left.iter().any(|region| right.contains(region)), "has a region on both sides")
        }
        FaultKind::DegradedLink(DegradedLink { from, to, slowness, extra, bandwidth, .. }) => {
            require(from != to, "degrades a link from a region to itself")?;
            require(factor(*slowness), "slows a link by a factor out of range")?;
            require(*extra <= SPAN_MAX, "delays a link by more than a day")?;
            require(bandwidth.is_none_or(|bytes| bytes > 0), "leaves a link no bandwidth")
        }
        FaultKind::SlowRegion(SlowRegion { slowness, .. }) => {
            require(factor(*slowness), "slows a region by a factor out of range")
        }
        FaultKind::ClockSkew(ClockSkew { offset, drift_ppm, .. }) => {
            require(offset.unsigned_abs() <= SPAN_MAX.as_nanos(), "sets a clock off by more than a day")?;
            require(drift_ppm.unsigned_abs() <= 900_000, "makes a clock drift by more than 900000 ppm")
        }
    }
}

fn require(holds: bool, otherwise: &str) -> Result<(), String> {
    if holds { Ok(()) } else { Err(otherwise.to_owned()) }
}
