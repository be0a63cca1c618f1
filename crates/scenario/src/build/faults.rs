//! `[[fault]]`: what goes wrong by plan.

use super::{Names, named_by};
use crate::document::{Node, Value};
use crate::section::{Section, text_of};
use engine::{Probability, Span, Time};
use sim::config::FaultConfig;
use sim::fault::{ClockSkew, DegradedLink, Direction, FaultKind, Isolation, Partition, Plane, RegionLoss, SlowRegion};

const FAULTS_MAX: usize = 64;

/// The kinds: what a scenario calls them, and their keys.
const KINDS: [(&str, [&str; 2]); 6] = [
    ("region-loss", ["fault", "fault region-loss"]),
    ("partition", ["fault", "fault partition"]),
    ("isolation", ["fault", "fault isolation"]),
    ("degraded-link", ["fault", "fault degraded-link"]),
    ("slow-region", ["fault", "fault slow-region"]),
    ("clock-skew", ["fault", "fault clock-skew"]),
];

pub(super) fn read(root: &Section<'_>, names: &Names, until: Time) -> Vec<FaultConfig> {
    let sections = named_by(root, "fault", FAULTS_MAX, kinds).into_iter();
    sections.filter_map(|(section, id)| fault(&section, id, names, until)).collect()
}

/// Which keys apply. Without a known kind any kind's key may be meant.
fn kinds(node: &Node) -> Vec<&'static str> {
    let written = match &node.value {
        Value::Table(table) => text_of(table, "kind"),
        _ => None,
    };
    match KINDS.iter().find(|(name, _)| Some(*name) == written) {
        Some((_, kinds)) => kinds.to_vec(),
        None => KINDS.iter().flat_map(|(_, kinds)| *kinds).collect(),
    }
}

fn fault(section: &Section<'_>, id: String, names: &Names, until: Time) -> Option<FaultConfig> {
    // A missing or unknown kind has its own problem.
    let kind = section.word("kind", &KINDS.map(|(name, _)| name))?;
    let at = section.time("at").unwrap_or(Time::ZERO);
    if at >= until {
        section.problem("at", "the fault begins after the end of the run", format!("the run lasts {until}"));
    }
    let lasts = section.span("for");
    let enabled = section.flag("enabled");
    let kind = match kind {
        0 => FaultKind::RegionLoss(RegionLoss {
            region: region(section, "region", names)?,
            disks: section.flag("disks-lost"),
        }),
        1 => FaultKind::Partition(partition(section, names)?),
        2 => {
            FaultKind::Isolation(Isolation { region: region(section, "region", names)?, users: section.flag("users") })
        }
        3 => FaultKind::DegradedLink(degraded(section, names)?),
        4 => FaultKind::SlowRegion(SlowRegion {
            region: region(section, "region", names)?,
            slowness: section.factor("slowness"),
            errors: share(section, "errors"),
        }),
        _ => FaultKind::ClockSkew(ClockSkew {
            region: region(section, "region", names)?,
            offset: section.signed_nanos("offset"),
            drift_ppm: section.drift("drift"),
        }),
    };
    enabled.then_some(FaultConfig { id, at, lasts, kind })
}

fn region(section: &Section<'_>, key: &str, names: &Names) -> Option<u16> {
    section.reference(key, "region", &names.regions).map(|region| region as u16)
}

fn share(section: &Section<'_>, key: &str) -> Probability {
    section.share(key).unwrap_or(Probability::NEVER)
}

fn partition(section: &Section<'_>, names: &Names) -> Option<Partition> {
    // Both sides are read before either is missed, so that both problems are noted.
    let side = |key| {
        section.raw(key)?;
        section.references(key, "region", &names.regions)
    };
    let (left, right) = (side("left"), side("right"));
    let direction = [Direction::Both, Direction::LeftToRight][section.choice("direction", &["both", "left-to-right"])];
    let plane = [Plane::All, Plane::Data, Plane::Control][section.choice("plane", &["all", "data", "control"])];
    let (left, right) = (left?, right?);
    if left.iter().any(|region| right.contains(region)) {
        section.problem("right", "a region stands on both sides", "each side has regions of its own");
    }
    let indices = |side: Vec<usize>| side.into_iter().map(|region| region as u16).collect();
    Some(Partition { left: indices(left), right: indices(right), direction, plane })
}

fn degraded(section: &Section<'_>, names: &Names) -> Option<DegradedLink> {
    let (from, to) = (region(section, "from", names), region(section, "to", names));
    let link = DegradedLink {
        from: from?,
        to: to?,
        one_way: section.flag("one-way"),
        slowness: section.factor("slowness"),
        extra: section.span("extra").unwrap_or(Span::ZERO),
        loss: share(section, "loss"),
        duplication: share(section, "duplication"),
        reordering: share(section, "reordering"),
        bandwidth: section.bandwidth("bandwidth"),
    };
    if link.from == link.to {
        section.problem("to", "both ends are the same region", "a link joins two");
    }
    Some(link)
}
