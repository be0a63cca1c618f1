//! The frame of the timeline: what its picture depends on, and where everything lies in it.

use crate::geometry::{Rect, Size};
use crate::palette::Theme;
use engine::{Span, Time};

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
    /// How many rows the bars of faults would take, [`super::fault_rows`].
    pub fault_rows: usize,
    /// Only these users; `None` is all.
    pub population: Option<u16>,
    /// Only this region; `None` is all.
    pub region: Option<u16>,
}

/// The height of one row of faults, and of each where there are several: a line of text.
const FAULTS: f32 = 16.0;
const FAULTS_EACH: f32 = 13.0;
/// From the foot of the faults to the middle of the row of flags and diamonds, and to the foot of the lane of marks.
const FLAGS: f32 = 12.0;
const LANE: f32 = 22.0;
/// The height of a chart that one line tells, and the least height of any other.
const QUIET: f32 = 20.0;
const LOUD: f32 = 33.0;
/// The height of the row of ticks.
const TICKS: f32 = 18.0;
/// The width left of the axis, where the charts' scales stand.
const LEFT: f32 = 48.0;
/// The width right of the axis, where the percentiles have their names.
const RIGHT: f32 = 34.0;
/// The height above a chart where its name stands.
pub(super) const TITLE: f32 = 14.0;

impl TimelineView {
    /// Where a moment lies, CSS pixels from the left; moments outside of the axis lie outside of the plot.
    pub fn x_from_time(&self, at: Time) -> f32 {
        let plot = self.plot();
        let share = (at.as_secs_f64() - self.from.as_secs_f64()) / self.length().as_secs_f64();
        plot.x + plot.width * share as f32
    }

    /// Which moment lies at a place, kept within the axis.
    pub fn time_from_x(&self, x: f32) -> Time {
        let plot = self.plot();
        let share = f64::from(((x - plot.x) / plot.width).clamp(0.0, 1.0));
        self.from + self.length().scale(share)
    }

    /// The axis looked at from nearer by this factor, `about` staying where it is, of a run that lasts until `whole`: never beyond its ends, and
    /// never shorter than [`NEAREST`].
    #[must_use]
    pub fn zoomed(&self, whole: Time, about: Time, factor: f64) -> (Time, Time) {
        let whole = whole.since(Time::ZERO);
        let wanted = Span::from_secs_f64(self.length().as_secs_f64() / factor.max(1e-6));
        let length = wanted.max(NEAREST.min(whole)).min(whole);
        let share = about.since(self.from).as_secs_f64() / self.length().as_secs_f64();
        let before = length.scale(share.clamp(0.0, 1.0));
        place(about.since(Time::ZERO).as_nanos().saturating_sub(before.as_nanos()), length, whole)
    }

    /// The axis moved by so many pixels of the canvas to the right.
    #[must_use]
    pub fn moved(&self, whole: Time, pixels: f32) -> (Time, Time) {
        let by = self.length().as_secs_f64() * f64::from(pixels / self.plot().width);
        let from = (self.from.as_secs_f64() + by).max(0.0);
        place(Span::from_secs_f64(from).as_nanos(), self.length(), whole.since(Time::ZERO))
    }

    /// The axis moved no further than it takes to have this moment on it; where it was not, it comes to be near the left end.
    #[must_use]
    pub fn with(&self, whole: Time, moment: Time) -> (Time, Time) {
        if (self.from..=self.to).contains(&moment) {
            return (self.from, self.to);
        }
        let before = self.length().scale(0.1);
        place(
            moment.since(Time::ZERO).as_nanos().saturating_sub(before.as_nanos()),
            self.length(),
            whole.since(Time::ZERO),
        )
    }

    /// The part of the canvas between the scales on the left and the right edge, from the lane of marks to the ticks.
    pub fn plot(&self) -> Rect {
        let width = (self.size.width - LEFT - RIGHT).max(1.0);
        Rect::new(LEFT, 0.0, width, (self.size.height - TICKS).max(1.0))
    }

    /// So many rows the bars of faults have: as many as they take, if that costs no chart its room.
    pub(super) fn rows_of_faults(&self) -> usize {
        let charts = |rows: usize| {
            let room = self.plot().height - FAULTS.max(FAULTS_EACH * rows as f32) - LANE;
            ((room / LOUD) as usize).min(Chart::ALL.len())
        };
        (1..=self.fault_rows).rev().find(|&rows| charts(rows) == charts(1)).unwrap_or(1)
    }

    /// The height of the bars of faults, all rows together.
    pub(super) fn faults(&self) -> f32 {
        FAULTS.max(FAULTS_EACH * self.rows_of_faults() as f32)
    }

    /// The middle of the row of flags and diamonds.
    pub(super) fn flags(&self) -> f32 {
        self.faults() + FLAGS
    }

    /// The foot of the lane of marks, which grows with the rows of faults so that each has room for its name.
    pub(super) fn lane(&self) -> f32 {
        self.faults() + LANE
    }

    /// The charts' rows from top to bottom. `quiet` says of which charts one line of text tells everything; the others share
    /// the rest of the room. A low canvas shows only the first ones.
    pub fn rows(&self, quiet: impl Fn(Chart) -> bool) -> Vec<(Chart, Rect)> {
        let plot = self.plot();
        let room = plot.height - self.lane();
        let least = |chart: &Chart| if quiet(*chart) { QUIET } else { LOUD };
        let mut taken = 0.0;
        let fits = |chart: &&Chart| {
            taken += least(chart);
            taken <= room
        };
        let charts = Chart::ALL.iter().take_while(fits).count().max(1);
        let charts = &Chart::ALL[..charts];
        let spare = room - charts.iter().map(least).sum::<f32>();
        let loud = charts.iter().filter(|chart| !quiet(**chart)).count().max(1);
        let mut top = self.lane();
        let row = |chart: &Chart| {
            let (above, height) =
                if quiet(*chart) { (6.0, QUIET) } else { (TITLE, (LOUD + spare / loud as f32).max(TITLE + 12.0)) };
            let rect = Rect::new(plot.x, top + above, plot.width, height - above - 4.0);
            top += height;
            (*chart, rect)
        };
        charts.iter().map(row).collect()
    }

    /// The same without what the charts do not show: playhead, pointer.
    pub fn still(&self) -> TimelineView {
        TimelineView { playhead: Time::ZERO, hover: None, mark: None, ..self.clone() }
    }

    /// How long the axis is; never zero.
    pub fn length(&self) -> Span {
        self.to.since(self.from).max(Span::from_millis(1))
    }
}

/// The axis is never shorter: the charts are by the second.
pub const NEAREST: Span = Span::from_secs(5);

/// An axis of a length from there on, within a run.
fn place(from: u64, length: Span, whole: Span) -> (Time, Time) {
    let last = whole.as_nanos().saturating_sub(length.as_nanos());
    let from = Time::from_nanos(from.min(last));
    (from, from + length)
}

/// What a row shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chart {
    /// Median and 99th percentile of the latency of operations that ended well, logarithmic. Of all users: the worst of the
    /// places, because percentiles of several places cannot be joined to one.
    Latency,
    /// Operations per second by outcome, stacked.
    Outcomes,
    /// The age of the oldest unacknowledged entry of each replication stream.
    Lag,
    /// Requests waiting; of all regions: the longest queue.
    Queue,
    /// Share of worker time used; of all regions: the busiest.
    Utilisation,
}

impl Chart {
    /// All, the most telling first.
    pub const ALL: [Chart; 5] = [Chart::Latency, Chart::Outcomes, Chart::Lag, Chart::Queue, Chart::Utilisation];

    /// The name a person reads.
    pub const fn title(self) -> &'static str {
        match self {
            Chart::Latency => "Latency",
            Chart::Outcomes => "Operations",
            Chart::Lag => "Lag",
            Chart::Queue => "Queue",
            Chart::Utilisation => "Busy",
        }
    }
}
