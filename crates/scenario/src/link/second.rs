//! Links of version 2, as they are out there: actions as the types of the day, frozen here. Places in lists of variants are
//! their encoding, so nothing here may change.

use super::actions;
use super::edition::pinned;
use super::parts::{self, LinkScenario};
use crate::reference::Edition;
use crate::section::Ids;
use engine::{Probability, Span, Time};
use serde::Deserialize;
use sim::faults::{ClockSkew, DegradedLink, FaultKind, Isolation, Partition, RegionLoss, SlowRegion};
use sim::{FaultName, PacketName, faults};

#[derive(Deserialize)]
pub(super) struct Link {
    scenario: Scenario,
    seed: Option<u64>,
    variant: Option<String>,
    actions: Vec<LoggedAction>,
    playhead: Time,
}

#[derive(Deserialize)]
enum Scenario {
    BuiltIn { id: String, digest: Option<[u8; 4]> },
    Packed(String),
}

#[derive(Deserialize)]
pub(super) struct LoggedAction {
    at: Time,
    action: Action,
}

#[derive(Deserialize)]
enum Action {
    Start(Fault),
    RestoreRegion(u16),
    HealLink(u16, u16),
    HealAll,
    Promote(u16),
    DropPacket(u64),
    DelayPacket(u64, Span),
    EndFault(u32),
}

#[derive(Deserialize)]
enum Fault {
    RegionLoss { region: u16, disks: bool },
    Partition { left: Vec<u16>, right: Vec<u16>, direction: Direction, plane: Plane },
    Isolation { region: u16, users: bool },
    DegradedLink(Degraded),
    SlowRegion { region: u16, slowness: f64, errors: Probability },
    ClockSkew { region: u16, offset: i64, drift_ppm: i32 },
}

#[derive(Deserialize)]
struct Degraded {
    from: u16,
    to: u16,
    one_way: bool,
    slowness: f64,
    extra: Span,
    loss: Probability,
    duplication: Probability,
    reordering: Probability,
    bandwidth: Option<u64>,
}

#[derive(Deserialize)]
enum Direction {
    Both,
    LeftToRight,
}

#[derive(Deserialize)]
enum Plane {
    All,
    Data,
    Control,
}

impl From<Link> for parts::Link {
    fn from(link: Link) -> parts::Link {
        let Link { scenario, seed, variant, actions, playhead } = link;
        let scenario = match scenario {
            Scenario::BuiltIn { id, digest } => LinkScenario::BuiltIn { id, digest },
            Scenario::Packed(text) => LinkScenario::Packed(pinned(&text, Edition::June2020)),
        };
        parts::Link { scenario, seed, variant, actions: lines(actions), playhead, outcome: None }
    }
}

/// The log as text. Regions went by their numbers.
pub(super) fn lines(log: Vec<LoggedAction>) -> Vec<String> {
    let today = |LoggedAction { at, action }| sim::LoggedAction { at, action: action.into() };
    actions::write(&log.into_iter().map(today).collect::<Vec<_>>(), Ids::default())
}

impl From<Action> for sim::Action {
    fn from(action: Action) -> sim::Action {
        let packet = |number| PacketName { way: None, number };
        match action {
            Action::Start(fault) => sim::Action::Start(fault.into()),
            Action::RestoreRegion(region) => sim::Action::RestoreRegion(region),
            Action::HealLink(a, b) => sim::Action::HealLink(a, b),
            Action::HealAll => sim::Action::HealAll,
            Action::Promote(region) => sim::Action::Promote(region, None),
            Action::DropPacket(number) => sim::Action::DropPacket(packet(number)),
            Action::DelayPacket(number, by) => sim::Action::DelayPacket(packet(number), by),
            Action::EndFault(number) => sim::Action::EndFault(FaultName::Begun(number)),
        }
    }
}

impl From<Fault> for FaultKind {
    fn from(fault: Fault) -> FaultKind {
        match fault {
            Fault::RegionLoss { region, disks } => FaultKind::RegionLoss(RegionLoss { sites: vec![region], disks }),
            Fault::Partition { left, right, direction, plane } => {
                let direction = match direction {
                    Direction::Both => faults::Direction::Both,
                    Direction::LeftToRight => faults::Direction::LeftToRight,
                };
                let plane = match plane {
                    Plane::All => faults::Plane::All,
                    Plane::Data => faults::Plane::Data,
                    Plane::Control => faults::Plane::Control,
                };
                FaultKind::Partition(Partition { left, right, direction, plane })
            }
            Fault::Isolation { region, users } => FaultKind::Isolation(Isolation { sites: vec![region], users }),
            Fault::DegradedLink(link) => {
                let Degraded { from, to, one_way, slowness, extra, loss, duplication, reordering, bandwidth } = link;
                FaultKind::DegradedLink(DegradedLink {
                    from: vec![from],
                    to: vec![to],
                    one_way,
                    slowness,
                    extra,
                    loss,
                    duplication,
                    reordering,
                    bandwidth,
                })
            }
            Fault::SlowRegion { region, slowness, errors } => {
                FaultKind::SlowRegion(SlowRegion { sites: vec![region], slowness, errors })
            }
            Fault::ClockSkew { region, offset, drift_ppm } => {
                FaultKind::ClockSkew(ClockSkew { sites: vec![region], offset, drift_ppm })
            }
        }
    }
}
