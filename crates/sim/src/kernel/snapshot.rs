//! What faults make of a region at one instant, as a picture needs it.

use super::Kernel;
use engine::Time;
use serde::{Deserialize, Serialize};

/// A region at one instant, as a place: its power, who reaches it, its machines and its clock.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SiteState {
    /// It has power.
    pub up: bool,
    /// Users cannot reach it.
    pub users_cut: bool,
    /// No other region can reach it.
    pub isolated: bool,
    /// Factor on its service time.
    pub slowness: f32,
    /// Share of requests that end in an error, 0 to 1.
    pub errors: f32,
    /// Factor on the time its disks take.
    pub disk_slowness: f32,
    /// How far its clock is ahead, nanoseconds; negative is behind.
    pub clock_offset: i64,
}

impl SiteState {
    /// Nothing wrong.
    pub const GOOD: SiteState = SiteState {
        up: true,
        users_cut: false,
        isolated: false,
        slowness: 1.0,
        errors: 0.0,
        disk_slowness: 1.0,
        clock_offset: 0,
    };
}

impl Kernel {
    /// How a region is at an instant not before this state's, with nothing between.
    pub(crate) fn show(&self, region: u16, at: Time) -> SiteState {
        let (index, conditions) = (usize::from(region), self.conditions());
        let condition = &conditions.regions[index];
        let others = (0..conditions.regions.len()).filter(|other| *other != index);
        let reachable =
            |other: usize| !conditions.links[index][other].data_cut || !conditions.links[other][index].data_cut;
        SiteState {
            up: condition.up,
            users_cut: condition.users_cut,
            isolated: conditions.regions.len() > 1 && !others.into_iter().any(reachable),
            slowness: condition.slowness as f32,
            errors: condition.errors.as_f64() as f32,
            disk_slowness: condition.disk_slowness as f32,
            clock_offset: self.clock_ahead(region, at),
        }
    }
}
