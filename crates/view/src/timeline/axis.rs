//! The time axis: round steps, so that ticks fall on times a person would name.

use super::frame::TimelineView;
use crate::geometry::Point;
use crate::palette::Palette;
use crate::scene::{Align, Kind, Paint, Scene, TextSize, TextStyle};
use engine::Time;

/// Steps between ticks, milliseconds.
const STEPS: [u64; 18] = [
    1, 10, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000, 1_800_000,
    3_600_000, 21_600_000,
];

/// The moments that get a tick, at least 64 pixels apart.
pub(super) fn moments(view: &TimelineView) -> Vec<Time> {
    let most = (view.plot().width / 64.0).max(1.0);
    let length = view.length().as_millis_f64();
    let step = STEPS.iter().copied().find(|&step| length / step as f64 <= f64::from(most)).unwrap_or(86_400_000);
    let first = (view.from.as_nanos() / 1_000_000).div_ceil(step) * step;
    let last = view.to.as_nanos() / 1_000_000;
    (first..=last).step_by(step as usize).map(Time::from_millis).collect()
}

/// A moment as minutes and seconds, or seconds alone in the first minute: `0 s`, `45 s`, `1:30`, `0.2 s`, `1:02:00`.
pub(crate) fn clock(at: Time) -> String {
    let millis = at.as_nanos() / 1_000_000;
    let (seconds, rest) = (millis / 1_000, millis % 1_000);
    let fraction = if rest == 0 { String::new() } else { format!(".{rest:03}").trim_end_matches('0').to_owned() };
    match (seconds / 3_600, seconds / 60 % 60, seconds % 60) {
        (0, 0, seconds) => format!("{seconds}{fraction} s"),
        (0, minutes, seconds) => format!("{minutes}:{seconds:02}{fraction}"),
        (hours, minutes, seconds) => format!("{hours}:{minutes:02}:{seconds:02}{fraction}"),
    }
}

/// Upright lines through all charts.
pub(super) fn grid(view: &TimelineView, palette: &Palette, scene: &mut Scene) {
    let plot = view.plot();
    let batch = scene.batch(Kind::Lines, Paint::line(palette.graticule, 1.0));
    for at in moments(view) {
        let x = view.x_from_time(at);
        batch.path([Point::new(x, view.lane()), Point::new(x, plot.bottom())]);
    }
    scene.drop_empty();
}

/// The line below and its ticks.
pub(super) fn ticks(view: &TimelineView, palette: &Palette, scene: &mut Scene) {
    let plot = view.plot();
    let batch = scene.batch(Kind::Lines, Paint::line(palette.faint, 1.0));
    batch.path([Point::new(plot.x, plot.bottom()), Point::new(plot.right(), plot.bottom())]);
    let style = TextStyle::new(TextSize::Small, palette.muted);
    for at in moments(view) {
        let x = view.x_from_time(at);
        batch.path([Point::new(x, plot.bottom()), Point::new(x, plot.bottom() + 3.0)]);
    }
    for at in moments(view) {
        let x = view.x_from_time(at);
        let align = if x > plot.right() - 20.0 { Align::End } else { Align::Middle };
        let x = if align == Align::End { plot.right() } else { x };
        scene.text(style.align(align), Point::new(x, plot.bottom() + 11.0), &clock(at));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_written_as_a_person_would_say_them() {
        let check = |millis: u64, text: &str| assert_eq!(clock(Time::from_millis(millis)), text);
        check(0, "0 s");
        check(45_000, "45 s");
        check(200, "0.2 s");
        check(90_000, "1:30");
        check(61_500, "1:01.5");
        check(3_720_000, "1:02:00");
    }
}
