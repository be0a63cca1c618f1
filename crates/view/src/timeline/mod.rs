//! The timeline: marks and small charts on one time axis.
//!
//! [`timeline`] draws the charts, [`cursor`] the playhead and the crosshair on top of them, so that a moving playhead repaints
//! only the latter. [`readout`] gives the numbers under the crosshair.

use crate::geometry::{Point, Size};
use crate::palette::Theme;
use crate::scene::Scene;
use crate::stage::Stage;
use engine::Time;
use sim::{Mark, SecondSummary};

/// All that the timeline's picture depends on besides the run.
#[derive(Clone, Debug, PartialEq)]
pub struct TimelineView {
    /// The canvas, CSS pixels.
    pub size: Size,
    /// Light or dark.
    pub theme: Theme,
    /// The left end of the axis.
    pub from: Time,
    /// The right end of the axis, later than `from`.
    pub to: Time,
    /// The moment shown on the map.
    pub playhead: Time,
    /// How far the run has been computed; what is later is ghosted.
    pub computed: Time,
    /// The moment under the pointer.
    pub hover: Option<Time>,
    /// The mark under the pointer or the keyboard's focus, by its index.
    pub mark: Option<usize>,
    /// Only these users; `None` is all.
    pub population: Option<u16>,
    /// Only this region; `None` is all.
    pub region: Option<u16>,
}

impl TimelineView {
    /// Where a moment lies, CSS pixels from the left.
    pub fn x_from_time(&self, at: Time) -> f32 {
        let _ = at;
        0.0
    }

    /// Which moment lies at a place, kept within the axis.
    pub fn time_from_x(&self, x: f32) -> Time {
        let _ = x;
        self.from
    }
}

/// The charts and marks. `seconds` is what has been computed, in order.
pub fn timeline(stage: &Stage, seconds: &[SecondSummary], marks: &[Mark], view: &TimelineView, scene: &mut Scene) {
    let _ = (stage, seconds, marks);
    scene.clear(view.size);
}

/// The playhead and the crosshair.
pub fn cursor(view: &TimelineView, scene: &mut Scene) {
    scene.clear(view.size);
}

/// The mark at a place, by its index.
pub fn hit(marks: &[Mark], view: &TimelineView, at: Point) -> Option<usize> {
    let _ = (marks, view, at);
    None
}

/// A number under the crosshair.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// What it is.
    pub label: String,
    /// How much, with its unit.
    pub value: String,
}

/// The numbers of the second under a moment; empty if it has not been computed.
pub fn readout(stage: &Stage, seconds: &[SecondSummary], view: &TimelineView, at: Time) -> Vec<Reading> {
    let _ = (stage, seconds, view, at);
    Vec::new()
}
