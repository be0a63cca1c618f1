//! The timeline: marks and small charts on one time axis.
//!
//! [`timeline`] draws the charts, [`cursor`] the playhead and what is pointed at on top of them, so that a moving playhead
//! repaints only the latter. [`readout`] gives the numbers under the crosshair.

mod axis;
mod beside;
mod bins;
mod charts;
mod frame;
pub(crate) mod grain;
mod key;
mod labels;
mod lines;
pub(crate) mod marks;
mod placing;
mod readout;

pub(crate) use axis::clock;
pub use frame::{Chart, NEAREST, TimelineView};
pub use marks::{hit, lane_title};
pub use placing::fault_rows;
pub use readout::{Reading, readout};

use crate::geometry::{Point, Rect};
use crate::measure;
use crate::palette::Palette;
use crate::scene::{Kind, Paint, Scene, Symbol, Text, TextStyle};
use crate::stage::Stage;
use bins::Bins;
use engine::Time;
use sim::{Mark, SecondSummary};

/// The charts and marks. `seconds` is what has been computed, in order.
pub fn timeline(stage: &Stage, seconds: &[SecondSummary], all: &[Mark], view: &TimelineView, scene: &mut Scene) {
    timeline_beside(stage, seconds, &[], all, view, scene);
}

/// The same with what has been computed of the run `beside` laid over it.
pub fn timeline_beside(
    stage: &Stage,
    seconds: &[SecondSummary],
    beside: &[SecondSummary],
    all: &[Mark],
    view: &TimelineView,
    scene: &mut Scene,
) {
    scene.clear(view.size);
    let palette = Palette::of(view.theme);
    axis::grid(view, palette, scene);
    let runs = [seconds, beside].map(|seconds| Bins::new(seconds, view));
    for (chart, rect) in view.rows(|chart| charts::is_quiet(chart, stage, &runs)) {
        charts::draw(chart, rect, stage, &runs, view, palette, scene);
    }
    ghost(view, palette, scene);
    marks::draw(all, view, palette, scene);
    axis::ticks(view, palette, scene);
}

/// The playhead, the crosshair, and the mark under the pointer with its name. What is `written` on the charts stays readable where the
/// playhead crosses it.
pub fn cursor(all: &[Mark], written: &[Text], view: &TimelineView, scene: &mut Scene) {
    scene.clear(view.size);
    let palette = Palette::of(view.theme);
    let plot = view.plot();
    let inside = |at: Time| (view.from..=view.to).contains(&at);
    let line = |at: Time| [Point::new(view.x_from_time(at), 0.0), Point::new(view.x_from_time(at), plot.bottom())];
    if let Some(hover) = view.hover.filter(|&at| inside(at)) {
        scene.batch(Kind::Lines, Paint::dashed(palette.muted, 1.0, 3.0, 3.0)).path(line(hover));
    }
    if inside(view.playhead) {
        scene.batch(Kind::Lines, Paint::line(palette.accent, 1.5)).path(line(view.playhead));
        let handle = Paint::fill(palette.accent);
        let foot = Point::new(view.x_from_time(view.playhead), plot.bottom() + 2.0);
        scene.batch(Kind::Marks(Symbol::Triangle), handle).mark(foot, 4.5);
    }
    let x = view.x_from_time(view.playhead);
    for text in written.iter().filter(|_| view.mark.is_none()) {
        let (left, right) = measure::extent(text);
        if (left - 2.0..right + 2.0).contains(&x) && text.at.y < plot.bottom() {
            let style =
                TextStyle { align: text.align, size: text.size, weight: text.weight, color: text.color, halo: None };
            scene.text(style.halo(palette.background), text.at, &text.text);
        }
    }
    marks::pointed_at(all, view, palette, scene);
}

/// What has not been computed yet.
fn ghost(view: &TimelineView, palette: &Palette, scene: &mut Scene) {
    if view.computed >= view.to {
        return;
    }
    let plot = view.plot();
    let start = view.x_from_time(view.computed).clamp(plot.x, plot.right());
    let rest = Rect::new(start, view.lane(), plot.right() - start, plot.height - view.lane());
    scene.batch(Kind::Areas, Paint::fill(palette.land.fade(60))).rect(rest);
    // Slanting lines say "not yet" without colour.
    let batch = scene.batch(Kind::Lines, Paint::line(palette.faint.fade(50), 1.0));
    let mut foot = rest.x - rest.height;
    while foot < rest.right() {
        let clip = |along: f32| Point::new(foot + along, rest.bottom() - along);
        let (low, high) = ((rest.x - foot).max(0.0), (rest.right() - foot).min(rest.height));
        if low < high {
            batch.path([clip(low), clip(high)]);
        }
        foot += 12.0;
    }
    scene.drop_empty();
}
