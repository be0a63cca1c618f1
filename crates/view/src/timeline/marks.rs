//! The lane of marks: faults as bars, decisions as flags, verdicts as diamonds, of which only the broken ones are red.

use super::axis::clock;
use super::frame::TimelineView;
use crate::geometry::{Point, Rect};
use crate::measure;
use crate::palette::Palette;
use crate::scene::{Kind, Paint, Scene, Symbol, TextSize, TextStyle, Weight};
use engine::Time;
use sim::{Lane, Mark};

/// Faults at the same time stand in rows; with more than so many at once some share a row.
const TRACKS_MAX: usize = 3;
/// Above the first row.
const TOP: f32 = 2.0;

/// A mark on the canvas.
struct Placed {
    index: usize,
    lane: Lane,
    /// A fault's bar, or the square around a flag or a diamond.
    rect: Rect,
}

/// Where every mark in view stands, in the order of the marks.
fn place(marks: &[Mark], view: &TimelineView) -> Vec<Placed> {
    let tracks = tracks(marks);
    let rows = view.fault_rows.max(1);
    let height = view.faults() / rows as f32;
    let plot = view.plot();
    let mut placed = Vec::new();
    for (index, mark) in marks.iter().enumerate() {
        let end = if mark.lane == Lane::Fault { mark.until.unwrap_or(view.to) } else { mark.at };
        if mark.at > view.to || end < view.from {
            continue;
        }
        let x = view.x_from_time(mark.at);
        let rect = match tracks[index] {
            Some(track) => {
                let (left, right) = (x.max(plot.x), view.x_from_time(end).min(plot.right()));
                Rect::new(left, TOP + height * track.min(rows - 1) as f32, (right - left).max(3.0), height - 1.0)
            }
            None => Rect::around(Point::new(x, view.flags()), 5.5),
        };
        placed.push(Placed { index, lane: mark.lane, rect });
    }
    placed
}

/// How many rows it takes that faults which last at the same time do not lie on each other.
pub fn fault_rows(marks: &[Mark]) -> usize {
    tracks(marks).into_iter().flatten().max().map_or(1, |last| last + 1)
}

/// The row of each fault among those that last at the same time; none for other marks.
fn tracks(marks: &[Mark]) -> Vec<Option<usize>> {
    let mut free: [Time; TRACKS_MAX] = [Time::ZERO; TRACKS_MAX];
    let tracks = marks.iter().map(|mark| {
        if mark.lane != Lane::Fault {
            return None;
        }
        let track = free.iter().position(|&until| until <= mark.at).unwrap_or(TRACKS_MAX - 1);
        free[track] = free[track].max(mark.until.unwrap_or(Time::MAX));
        Some(track)
    });
    tracks.collect()
}

/// The mark at a place, by its index. Diamonds and flags come before bars, narrow bars before wide ones.
pub fn hit(marks: &[Mark], view: &TimelineView, at: Point) -> Option<usize> {
    let mut found = place(marks, view);
    found.retain(|it| grown(&it.rect).has(at));
    let nearest = |it: &Placed| (it.lane == Lane::Fault, it.rect.width, (it.rect.x + it.rect.width / 2.0 - at.x).abs());
    let first = found.iter().min_by(|a, b| {
        let (a, b) = (nearest(a), nearest(b));
        a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)).then(a.2.total_cmp(&b.2))
    });
    first.map(|it| it.index)
}

/// A little larger, so that it can be hit.
fn grown(rect: &Rect) -> Rect {
    Rect::new(rect.x - 3.0, rect.y - 2.0, rect.width + 6.0, rect.height + 4.0)
}

pub(super) fn draw(marks: &[Mark], view: &TimelineView, palette: &Palette, scene: &mut Scene) {
    let placed = place(marks, view);
    let faults = || placed.iter().filter(|it| it.lane == Lane::Fault);
    let fault = palette.healths[2];
    let batch = scene.batch(Kind::Areas, Paint::fill(fault.fade(22)));
    faults().for_each(|it| batch.rect(it.rect));
    scene.drop_empty();
    let batch = scene.batch(Kind::Lines, Paint::line(fault, 2.0));
    for it in faults() {
        batch.path([Point::new(it.rect.x, it.rect.y), Point::new(it.rect.x, it.rect.bottom())]);
        if marks[it.index].until.is_some() {
            batch.path([Point::new(it.rect.right(), it.rect.y), Point::new(it.rect.right(), it.rect.bottom())]);
        }
    }
    scene.drop_empty();
    flags(&placed, view, palette, scene);
    diamonds(marks, &placed, palette, scene);
    titles(marks, &placed, view, palette, scene);
}

/// Outlines the mark under the pointer and says what it is, on a plate beside it, whether or not there was room to say it.
pub(super) fn pointed_at(marks: &[Mark], view: &TimelineView, palette: &Palette, scene: &mut Scene) {
    let Some(mark) = view.mark.and_then(|index| marks.get(index)) else { return };
    let Some(it) = place(marks, view).into_iter().find(|it| Some(it.index) == view.mark) else { return };
    scene.batch(Kind::Areas, Paint::line(palette.accent, 1.5)).rect(grown(&it.rect));
    let text = format!("{} {}", clock(mark.at), mark.words());
    let width = measure::width(&text, TextSize::Small, Weight::Regular) + 12.0;
    let left = (it.rect.x.max(0.0) + 4.0).min(view.size.width - width - 2.0).max(0.0);
    let plate = Rect::new(left, view.lane() + 4.0, width, 18.0);
    let paint = Paint::fill(palette.background).with_line(palette.faint, 1.0);
    scene.batch(Kind::Areas, paint).rect(plate);
    scene.text(TextStyle::new(TextSize::Small, palette.ink), Point::new(left + 6.0, plate.y + 9.0), &text);
}

/// A pole with a pennant; the pole's foot is the moment.
fn flags(placed: &[Placed], view: &TimelineView, palette: &Palette, scene: &mut Scene) {
    let decisions = || placed.iter().filter(|it| it.lane == Lane::Decision).map(|it| centre(&it.rect));
    let color = palette.channels[3];
    let batch = scene.batch(Kind::Lines, Paint::line(color, 1.5));
    for at in decisions() {
        batch.path([Point::new(at.x, at.y - 6.0), Point::new(at.x, view.lane())]);
    }
    scene.drop_empty();
    let batch = scene.batch(Kind::Areas, Paint::fill(color));
    for at in decisions() {
        batch.path([(0.0, -6.0), (8.0, -3.0), (0.0, 0.0)].map(|(x, y)| Point::new(at.x + x, at.y + y)));
    }
    scene.drop_empty();
}

/// Filled for what was promised and broken; an outline for what nobody promised.
fn diamonds(marks: &[Mark], placed: &[Placed], palette: &Palette, scene: &mut Scene) {
    let paints = [
        (false, Paint::fill(palette.background).with_line(palette.muted, 1.5)),
        (true, Paint::fill(palette.healths[2])),
    ];
    for (broken, paint) in paints {
        let batch = scene.batch(Kind::Marks(Symbol::Diamond), paint);
        let is_broken = |it: &Placed| marks[it.index].verdict.is_some_and(|verdict| verdict.broken);
        for it in placed.iter().filter(|it| it.lane == Lane::Verdict && is_broken(it) == broken) {
            batch.mark(centre(&it.rect), 4.5);
        }
        scene.drop_empty();
    }
}

fn centre(rect: &Rect) -> Point {
    Point::new(rect.x + rect.width / 2.0, rect.y + rect.height / 2.0)
}

/// Marks nearer than this stand together, and one of them speaks for all.
const TOGETHER: f32 = 12.0;

/// What happened, where there is room to say it.
fn titles(marks: &[Mark], placed: &[Placed], view: &TimelineView, palette: &Palette, scene: &mut Scene) {
    let style = TextStyle::new(TextSize::Small, palette.ink);
    for (it, start, text) in fault_titles(marks, placed, view) {
        scene.text(style, Point::new(start, centre(&it.rect).y), &text);
    }
    let mut moments: Vec<&Placed> = placed.iter().filter(|it| it.lane != Lane::Fault).collect();
    moments.sort_unstable_by(|a, b| a.rect.x.total_cmp(&b.rect.x).then(a.index.cmp(&b.index)));
    while !moments.is_empty() {
        let reach = moments.windows(2).take_while(|pair| pair[1].rect.x - pair[0].rect.x < TOGETHER).count() + 1;
        let group: Vec<&Placed> = moments.drain(..reach).collect();
        let end = moments.first().map_or(view.plot().right(), |next| next.rect.x);
        let start = group.last().map_or(0.0, |last| last.rect.right() + 5.0);
        // Of equals the earliest.
        let weightiest = group.into_iter().rev().max_by_key(|it| marks[it.index].weight);
        if let Some(it) = weightiest.filter(|it| start + width(&marks[it.index]) <= end) {
            scene.text(style, Point::new(start, centre(&it.rect).y), &marks[it.index].words());
        }
    }
}

fn width(mark: &Mark) -> f32 {
    measure::width(&mark.words(), TextSize::Small, Weight::Regular)
}

/// Bars in rows that are nearer than this share a line of text.
const LINE: f32 = 10.0;

/// A bar with less room than this for its name has it beside it.
const NAME: f32 = 40.0;

/// The faults with room for their names, where these begin, and what of them there is room for. A name stands within its bar, behind those
/// it would lie on, shortened if need be; beside a bar that is too narrow for it, if no other bar is in the way.
fn fault_titles<'p>(marks: &[Mark], placed: &'p [Placed], view: &TimelineView) -> Vec<(&'p Placed, f32, String)> {
    let faults = || placed.iter().filter(|it| it.lane == Lane::Fault);
    let fitted = |words: &str, room| measure::fitted(words, TextSize::Small, Weight::Regular, room);
    let mut said: Vec<(&Placed, f32, String)> = Vec::new();
    for it in faults() {
        let nearby = |other: &Placed| (centre(&other.rect).y - centre(&it.rect).y).abs() < LINE;
        let (words, full) = (marks[it.index].words(), width(&marks[it.index]));
        let mut start = it.rect.x + 5.0;
        for (_, begin, text) in said.iter().filter(|(other, ..)| nearby(other)) {
            let end = begin + measure::width(text, TextSize::Small, Weight::Regular) + 8.0;
            if *begin < start + full && start < end {
                start = end;
            }
        }
        let room = it.rect.right() - 3.0 - start;
        if room >= full.min(NAME) {
            said.push((it, start, fitted(&words, room)));
            continue;
        }
        let start = start.max(it.rect.right() + 5.0);
        let others = faults().filter(|other| other.index != it.index && nearby(other) && other.rect.right() > start);
        let limit = others.map(|other| other.rect.x - 3.0).fold(view.plot().right(), f32::min);
        if start + full <= limit {
            said.push((it, start, words));
        }
    }
    said
}
