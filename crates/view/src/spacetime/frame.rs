//! What the picture depends on besides the run, and where times lie in it.

use super::key;
use crate::geometry::{Rect, Size};
use crate::palette::Theme;
use crate::stage::Stage;
use engine::{Span, Time};
use sim::spacetime::{SpaceTime, Thing};

/// All that the picture depends on besides the run.
#[derive(Clone, Debug, PartialEq)]
pub struct SpaceTimeView {
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
    /// What is picked.
    pub picked: Option<Picked>,
}

/// A message or an operation, by its number, so that it stays picked whatever is looked at beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Picked {
    /// A message; if the network doubled it, both.
    Message(u64),
    /// An operation.
    Operation(u64),
}

impl Picked {
    /// What this is in the list of all that was seen.
    pub fn of(thing: Thing, seen: &SpaceTime) -> Option<Picked> {
        match thing {
            Thing::Message(place) => seen.messages.get(place as usize).map(|it| Picked::Message(it.packet)),
            Thing::Operation(place) => seen.operations.get(place as usize).map(|it| Picked::Operation(it.operation)),
        }
    }

    /// Its place in the lists, if it was seen.
    pub fn among(self, seen: &SpaceTime) -> Option<Thing> {
        match self {
            Picked::Message(packet) => {
                seen.messages.iter().position(|it| it.packet == packet).map(|place| Thing::Message(place as u32))
            }
            Picked::Operation(number) => {
                seen.operations.iter().position(|it| it.operation == number).map(|place| Thing::Operation(place as u32))
            }
        }
    }
}

/// The shortest axis: a tick for each millisecond.
const SHORTEST: Span = Span::from_millis(10);
/// The longest one.
const LONGEST: Span = Span::from_secs(300);
/// As the picture opens it shows so many round trips between the regions that are farthest apart.
const ROUND_TRIPS: u64 = 3;
/// And the playhead at this share of the axis; there it goes, too, when it leaves the part that it is kept in.
const AHEAD: f64 = 0.35;
const KEPT_IN: (f64, f64) = (0.05, 0.85);

/// The height of the row of faults, and of the row of ticks.
pub(super) const FAULTS: f32 = 16.0;
const TICKS: f32 = 22.0;
/// The width right of the axis.
const RIGHT: f32 = 8.0;

impl SpaceTimeView {
    /// A few round trips around the playhead.
    pub fn around(stage: &Stage, size: Size, theme: Theme, playhead: Time) -> SpaceTimeView {
        let ways = stage.regions.iter().flat_map(|region| &region.one_way);
        let farthest = ways.copied().max().unwrap_or(Span::ZERO);
        let length = (farthest * (2 * ROUND_TRIPS)).clamp(Span::from_millis(100), LONGEST);
        let mut view = SpaceTimeView { size, theme, from: Time::ZERO, to: Time::ZERO + length, playhead, picked: None };
        view.begin_at(playhead - length.scale(AHEAD), stage.until);
        view
    }

    /// Where a moment lies, CSS pixels from the left; moments outside of the axis lie outside of the plot.
    pub fn x_from_time(&self, at: Time) -> f32 {
        let plot = self.plot();
        let share = (at.as_secs_f64() - self.from.as_secs_f64()) / self.length().as_secs_f64();
        plot.x + plot.width * share as f32
    }

    /// Which moment lies at a place, kept within the axis.
    pub fn time_from_x(&self, x: f32) -> Time {
        let plot = self.plot();
        self.from + self.length().scale(f64::from(((x - plot.x) / plot.width).clamp(0.0, 1.0)))
    }

    /// Whether there is little room: names are shorter then.
    pub(super) fn narrow(&self) -> bool {
        self.size.width < 560.0
    }

    /// The part of the canvas with the lanes, between their names and the right edge, from the row of faults to the ticks.
    pub fn plot(&self) -> Rect {
        let left = if self.narrow() { 92.0 } else { 148.0 };
        let top = key::height(self.size.width) + FAULTS;
        let width = (self.size.width - left - RIGHT).max(1.0);
        Rect::new(left, top, width, (self.size.height - top - TICKS).max(1.0))
    }

    /// How long the axis is; never zero.
    pub fn length(&self) -> Span {
        self.to.since(self.from).max(Span::from_millis(1))
    }

    /// Show `factor` times less of a run that ends at `until`, so that what lies at a place stays there: at the playhead, if no place is
    /// named and it is to be seen.
    pub fn zoom(&mut self, factor: f64, around: Option<f32>, until: Time) {
        let seen = (self.from..=self.to).contains(&self.playhead);
        let middle = self.from + self.length() / 2;
        let at = around.map_or(if seen { self.playhead } else { middle }, |x| self.time_from_x(x));
        let before = at.since(self.from).as_secs_f64() / self.length().as_secs_f64();
        let longest = LONGEST.min(until - Time::ZERO).max(SHORTEST);
        let length = self.length().scale(1.0 / factor).clamp(SHORTEST, longest);
        self.to = self.from + length;
        self.begin_at(at - length.scale(before), until);
    }

    /// Move what is shown so many pixels to the right.
    pub fn pan(&mut self, pixels: f32, until: Time) {
        let moved = self.length().scale(f64::from(pixels.abs() / self.plot().width));
        self.begin_at(if pixels > 0.0 { self.from - moved } else { self.from + moved }, until);
    }

    /// Have the playhead in the picture; whether that moved anything.
    pub fn follow(&mut self, playhead: Time, until: Time) -> bool {
        let share = (playhead.as_secs_f64() - self.from.as_secs_f64()) / self.length().as_secs_f64();
        let before = self.from;
        if !(KEPT_IN.0..=KEPT_IN.1).contains(&share) {
            self.begin_at(playhead - self.length().scale(AHEAD), until);
        }
        self.from != before
    }

    /// Begin the axis there, within the run, and keep its length.
    fn begin_at(&mut self, from: Time, until: Time) {
        let length = self.length();
        self.from = from.min(until - length);
        self.to = self.from + length;
    }
}
