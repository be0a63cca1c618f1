//! Where marks stand in their lane: moments at their place, faults in rows of bars.

use super::frame::TimelineView;
use crate::geometry::{Point, Rect};
use engine::Time;
use sim::{Lane, Mark};

/// Faults at the same time stand in rows, at most so many.
const TRACKS_MAX: usize = 3;
/// Above the first row.
const TOP: f32 = 2.0;

/// A mark on the canvas, or several faults as one.
pub(super) struct Placed {
    /// The mark's index; of several, the first one's.
    pub(super) index: usize,
    /// The indices of the faults that have no row of their own and share its bar.
    more: Vec<usize>,
    pub(super) lane: Lane,
    /// A fault's bar, or the square around a flag or a diamond.
    pub(super) rect: Rect,
}

impl Placed {
    /// The indices of all its marks, in order.
    pub(super) fn all(&self) -> impl Iterator<Item = usize> + '_ {
        std::iter::once(self.index).chain(self.more.iter().copied())
    }

    /// What it says.
    pub(super) fn words(&self, marks: &[Mark]) -> String {
        let all: Vec<String> = self.all().map(|index| marks[index].words()).collect();
        if all.len() == 1 { all.concat() } else { format!("{} faults: {}", all.len(), all.join("; ")) }
    }
}

/// Where every mark in view stands, in the order of the marks.
pub(super) fn place(marks: &[Mark], view: &TimelineView) -> Vec<Placed> {
    let rows = view.rows_of_faults();
    let tracks = tracks(marks, rows);
    let height = view.faults() / rows as f32;
    let plot = view.plot();
    let mut placed: Vec<Placed> = Vec::new();
    let mut shared = None;
    for (index, mark) in marks.iter().enumerate() {
        let end = if mark.lane == Lane::Fault { mark.until.unwrap_or(view.to) } else { mark.at };
        if mark.at > view.to || end < view.from {
            continue;
        }
        let x = view.x_from_time(mark.at);
        let rect = match tracks[index] {
            Some(Track { row, .. }) => {
                let (left, right) = (x.max(plot.x), view.x_from_time(end).min(plot.right()));
                Rect::new(left, TOP + height * row as f32, (right - left).max(3.0), height - 1.0)
            }
            None => Rect::around(Point::new(x, view.flags()), 5.5),
        };
        let crowded = tracks[index].is_some_and(|track| track.crowded);
        if let Some(bar) = shared.filter(|_| crowded).and_then(|bar: usize| placed.get_mut(bar)) {
            bar.rect.width = bar.rect.width.max(rect.right() - bar.rect.x);
            bar.more.push(index);
            continue;
        }
        if tracks[index].is_some_and(|track| track.row + 1 == rows) {
            shared = Some(placed.len());
        }
        placed.push(Placed { index, more: Vec::new(), lane: mark.lane, rect });
    }
    placed
}

/// How many rows it takes that faults which last at the same time do not lie on each other, as far as there may be as many.
pub fn fault_rows(marks: &[Mark]) -> usize {
    tracks(marks, TRACKS_MAX).into_iter().flatten().map(|track| track.row + 1).max().unwrap_or(1)
}

/// Where a fault's bar is.
#[derive(Clone, Copy)]
struct Track {
    row: usize,
    /// Whether another's bar is there at its beginning, because no row was free.
    crowded: bool,
}

/// The row of each fault among those that last at the same time; none for other marks. What finds no row shares the last one.
fn tracks(marks: &[Mark], rows: usize) -> Vec<Option<Track>> {
    let mut free: Vec<Time> = vec![Time::ZERO; rows.max(1)];
    let tracks = marks.iter().map(|mark| {
        if mark.lane != Lane::Fault {
            return None;
        }
        let found = free.iter().position(|&until| until <= mark.at);
        let row = found.unwrap_or(free.len() - 1);
        free[row] = free[row].max(mark.until.unwrap_or(Time::MAX));
        Some(Track { row, crowded: found.is_none() })
    });
    tracks.collect()
}

pub(super) fn centre(rect: &Rect) -> Point {
    Point::new(rect.x + rect.width / 2.0, rect.y + rect.height / 2.0)
}
