//! The state of regions and links that faults change.

use engine::{Probability, Span};

/// What the faults in force make of the world.
#[derive(Clone, Debug, PartialEq)]
pub struct Conditions {
    /// By region.
    pub regions: Vec<RegionCondition>,
    /// By region from, then region to.
    pub links: Vec<Vec<LinkCondition>>,
}

/// What the faults in force make of a region.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RegionCondition {
    /// It has power.
    pub up: bool,
    /// Its disks are gone.
    pub disks_lost: bool,
    /// Users cannot reach it.
    pub users_cut: bool,
    /// Factor on its service time.
    pub slowness: f64,
    /// Share of served requests that end in an error.
    pub errors: Probability,
    /// Factor on the time its disks take.
    pub disk_slowness: f64,
    /// How far its clock is ahead, nanoseconds; negative is behind.
    pub clock_offset: i64,
    /// How much faster its clock runs, parts per million; negative is slower.
    pub clock_drift_ppm: i32,
}

/// What the faults in force make of one direction of a link.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LinkCondition {
    /// Nothing of replicas and clients gets through.
    pub data_cut: bool,
    /// Nothing of the control plane gets through.
    pub control_cut: bool,
    /// Factor on the delay.
    pub slowness: f64,
    /// Added to the delay.
    pub extra: Span,
    /// Share of packets lost, beside the link's own.
    pub loss: Probability,
    /// Share of packets doubled, beside the link's own.
    pub duplication: Probability,
    /// Share of packets that may be overtaken, beside the link's own.
    pub reordering: Probability,
    /// Bytes per second left, if fewer than the link's own.
    pub bandwidth: Option<u64>,
}

impl RegionCondition {
    /// Nothing wrong.
    pub const GOOD: RegionCondition = RegionCondition {
        up: true,
        disks_lost: false,
        users_cut: false,
        slowness: 1.0,
        errors: Probability::NEVER,
        disk_slowness: 1.0,
        clock_offset: 0,
        clock_drift_ppm: 0,
    };
}

impl LinkCondition {
    /// Nothing wrong.
    pub const GOOD: LinkCondition = LinkCondition {
        data_cut: false,
        control_cut: false,
        slowness: 1.0,
        extra: Span::ZERO,
        loss: Probability::NEVER,
        duplication: Probability::NEVER,
        reordering: Probability::NEVER,
        bandwidth: None,
    };

    /// Whether the link still carries everything, but badly.
    pub fn degraded(&self) -> bool {
        LinkCondition { data_cut: false, control_cut: false, ..*self } != LinkCondition::GOOD
    }
}

impl Conditions {
    /// Nothing wrong anywhere.
    pub fn good(regions: usize) -> Conditions {
        Conditions {
            regions: vec![RegionCondition::GOOD; regions],
            links: vec![vec![LinkCondition::GOOD; regions]; regions],
        }
    }
}
