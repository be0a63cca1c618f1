//! What is known of the panels that load later: how they are made, once they are here. That knows no panel.

use crate::picture::{Describe, DrawCharts};
use leptos::prelude::*;

/// How the panels that come later are made.
#[derive(Clone, Copy)]
pub(super) struct Makers {
    /// How the charts are drawn.
    pub(super) charts: DrawCharts,
    /// How what is pointed at is told.
    pub(super) describe: Describe,
    pub(super) gallery: Make,
    pub(super) text: Make,
    pub(super) numbers: Make,
    pub(super) scorecard: Make,
    pub(super) verdicts: Make,
    pub(super) lists: Make,
    pub(super) inspector: Make,
    pub(super) signs: Make,
    pub(super) help: Make,
    pub(super) space_time: Make,
}

/// How one is made.
pub(super) type Make = fn() -> AnyView;

/// How far that has come.
#[derive(Clone, Copy)]
pub(super) enum Later {
    /// Nobody has asked for it yet.
    Unasked,
    /// It is on its way.
    Loading,
    /// It did not come.
    Failed,
    /// It is there.
    Here(Makers),
}
