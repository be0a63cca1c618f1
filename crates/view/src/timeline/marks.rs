//! The lane of marks: faults as bars, what happened and was decided as flags, verdicts as diamonds, of which only the broken ones are red.

use super::axis::clock;
use super::frame::TimelineView;
use super::labels;
use super::placing::{Placed, centre, place};
use crate::geometry::{Point, Rect};
use crate::measure;
use crate::palette::Palette;
use crate::scene::{Kind, Paint, Scene, Symbol, TextSize, TextStyle, Weight};
use crate::words;
use sim::{Lane, Mark};

/// What a person calls the marks of a lane.
pub const fn lane_title(lane: Lane) -> &'static str {
    match lane {
        Lane::Fault => "Fault",
        // Also what nobody decided: that users are served again, that a log came back from its disk.
        Lane::Decision => "Event",
        Lane::Verdict => "Verdict",
    }
}

/// The mark at a place, by its index. Diamonds and flags come before bars, narrow bars before wide ones; of faults that share a bar the
/// last that had begun. Where there is none, that whose title is there: it may be cut short, and whoever touches it is told the whole.
pub fn hit(marks: &[Mark], view: &TimelineView, at: Point) -> Option<usize> {
    let placed = place(marks, view);
    let nearest = |it: &Placed| (it.lane == Lane::Fault, it.rect.width, (it.rect.x + it.rect.width / 2.0 - at.x).abs());
    let first = placed.iter().filter(|it| grown(&it.rect).has(at)).min_by(|a, b| {
        let (a, b) = (nearest(a), nearest(b));
        a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)).then(a.2.total_cmp(&b.2))
    });
    let Some(first) = first else { return titled(marks, &placed, view, at) };
    let begun = first.all().filter(|&index| view.x_from_time(marks[index].at) <= at.x);
    begun.last().or(Some(first.index))
}

/// The mark whose title is at a place.
fn titled(marks: &[Mark], placed: &[Placed], view: &TimelineView, at: Point) -> Option<usize> {
    const HEIGHT: f32 = 14.0;
    if at.y > view.lane() {
        return None;
    }
    let moments = labels::of_moments(marks, placed, view).titles;
    let mut titles = labels::of_faults(marks, placed, view).into_iter().chain(moments);
    let (place, ..) = titles.find(|(place, start, text)| {
        let width = measure::width(text, TextSize::Small, Weight::Regular);
        Rect::new(*start, centre(&placed[*place].rect).y - HEIGHT / 2.0, width, HEIGHT).has(at)
    })?;
    Some(placed[place].index)
}

/// A little larger, so that it can be hit.
fn grown(rect: &Rect) -> Rect {
    Rect::new(rect.x - 3.0, rect.y - 2.0, rect.width + 6.0, rect.height + 4.0)
}

pub(super) fn draw(marks: &[Mark], view: &TimelineView, palette: &Palette, scene: &mut Scene) {
    let placed = place(marks, view);
    let bars: Vec<(Rect, bool)> = placed
        .iter()
        .filter(|it| it.lane == Lane::Fault)
        .map(|it| (it.rect, it.all().all(|index| marks[index].until.is_some())))
        .collect();
    draw_bars(&bars, palette, scene);
    let said = labels::of_moments(marks, &placed, view);
    let at = |lane: Lane, broken: bool| {
        let is_broken = move |it: &Placed| marks[it.index].verdict.is_some_and(|verdict| verdict.broken);
        let shown = placed.iter().enumerate().filter(|(place, _)| !said.covered.contains(place)).map(|(_, it)| it);
        shown
            .filter(move |it| it.lane == lane && is_broken(it) == broken)
            .map(|it| centre(&it.rect))
            .collect::<Vec<_>>()
    };
    draw_flags(&at(Lane::Decision, false), view.lane(), palette, scene);
    for broken in [false, true] {
        draw_diamonds(&at(Lane::Verdict, broken), broken, palette, scene);
    }
    // What lies below the words of something weightier is a tick at the foot of the lane.
    let batch = scene.batch(Kind::Lines, Paint::line(palette.muted, 1.5));
    for &place in &said.covered {
        let x = centre(&placed[place].rect).x;
        batch.path([Point::new(x, view.lane() - 3.0), Point::new(x, view.lane())]);
    }
    scene.drop_empty();
    let style = TextStyle::new(TextSize::Small, palette.ink);
    for (place, start, text) in labels::of_faults(marks, &placed, view).into_iter().chain(said.titles) {
        scene.text(style, Point::new(start, centre(&placed[place].rect).y), &text);
    }
}

/// Faults: bars, with a stroke where they begin and where they end, if they do.
pub(crate) fn draw_bars(bars: &[(Rect, bool)], palette: &Palette, scene: &mut Scene) {
    let fault = palette.healths[2];
    let batch = scene.batch(Kind::Areas, Paint::fill(fault.fade(22)));
    bars.iter().for_each(|(rect, _)| batch.rect(*rect));
    scene.drop_empty();
    let batch = scene.batch(Kind::Lines, Paint::line(fault, 2.0));
    for (rect, ends) in bars {
        batch.path([Point::new(rect.x, rect.y), Point::new(rect.x, rect.bottom())]);
        if *ends {
            batch.path([Point::new(rect.right(), rect.y), Point::new(rect.right(), rect.bottom())]);
        }
    }
    scene.drop_empty();
}

/// Lines of the plate that says what a mark is, at most.
const LINES: usize = 7;

/// Outlines the mark under the pointer and says what it is, on a plate beside it, whether or not there was room to say it; of faults that
/// share a bar all of them.
pub(super) fn pointed_at(marks: &[Mark], view: &TimelineView, palette: &Palette, scene: &mut Scene) {
    const LINE: f32 = 15.0;
    let Some(it) =
        view.mark.and_then(|mark| place(marks, view).into_iter().find(|it| it.all().any(|index| index == mark)))
    else {
        return;
    };
    scene.batch(Kind::Areas, Paint::line(palette.accent, 1.5)).rect(grown(&it.rect));
    let room = view.size.width - 16.0;
    let told = it.all().map(|index| format!("{} {}", clock(marks[index].at), marks[index].words()));
    let mut lines: Vec<String> = told.flat_map(|text| measure::lines(&text, TextSize::Small, room)).collect();
    if lines.len() > LINES {
        let left_out = lines.len() - LINES + 1;
        lines.truncate(LINES - 1);
        lines.push(words::counted(left_out as u64, "more line"));
    }
    let widths = lines.iter().map(|line| measure::width(line, TextSize::Small, Weight::Regular));
    let size = (widths.fold(0.0, f32::max) + 12.0, LINE * lines.len() as f32 + 3.0);
    let left = (it.rect.x.max(0.0) + 4.0).min(view.size.width - size.0 - 2.0).max(0.0);
    let top = (view.lane() + 4.0).min(view.size.height - size.1 - 1.0).max(0.0);
    let paint = Paint::fill(palette.background).with_line(palette.faint, 1.0);
    scene.batch(Kind::Areas, paint).rect(Rect::new(left, top, size.0, size.1));
    for (number, line) in lines.iter().enumerate() {
        let at = Point::new(left + 6.0, top + 9.0 + LINE * number as f32);
        scene.text(TextStyle::new(TextSize::Small, palette.ink), at, line);
    }
}

/// Poles with a pennant; the pole's foot is the moment.
pub(crate) fn draw_flags(flags: &[Point], foot: f32, palette: &Palette, scene: &mut Scene) {
    let color = palette.channels[3];
    let batch = scene.batch(Kind::Lines, Paint::line(color, 1.5));
    for at in flags {
        batch.path([Point::new(at.x, at.y - 6.0), Point::new(at.x, foot)]);
    }
    scene.drop_empty();
    let batch = scene.batch(Kind::Areas, Paint::fill(color));
    for at in flags {
        batch.path([(0.0, -6.0), (8.0, -3.0), (0.0, 0.0)].map(|(x, y)| Point::new(at.x + x, at.y + y)));
    }
    scene.drop_empty();
}

/// Filled for what was promised and broken; an outline for what nobody promised.
pub(crate) fn draw_diamonds(diamonds: &[Point], broken: bool, palette: &Palette, scene: &mut Scene) {
    let paint = match broken {
        false => Paint::fill(palette.background).with_line(palette.muted, 1.5),
        true => Paint::fill(palette.healths[2]),
    };
    let batch = scene.batch(Kind::Marks(Symbol::Diamond), paint);
    diamonds.iter().for_each(|at| batch.mark(*at, 4.5));
    scene.drop_empty();
}
