//! What stands in a region's name, and the room that it takes.

use super::label::{Row, Subject};
use super::pills;
use crate::geometry::{Point, Rect};
use crate::measure;
use crate::scene::{Align, TextSize, Weight};
use crate::stage::Stage;

/// The room for a lag: a bar of 28 pixels, a gap, a number.
pub(crate) const LAG: f32 = 84.0;
pub(super) const ROW: f32 = 15.0;
pub(super) const PAD: f32 = 2.0;

/// How much a region's block says.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Detail {
    /// Title, id, lag, and of several datasets what it is of each, below one another.
    Full,
    /// Title, what it is of each of several datasets, and lag below one another.
    Pills,
    /// Title and lag below one another.
    Title,
    /// Title and lag side by side, a row for each region.
    List,
}

/// The size of a region's block.
pub(super) struct Block {
    detail: Detail,
    pub(super) width: f32,
    pub(super) height: f32,
}

impl Block {
    pub(super) fn of(stage: &Stage, members: &[usize], detail: Detail) -> Block {
        let mut block = Block { detail, width: 0.0, height: 0.0 };
        for &index in members {
            let (title, id) = stage.name(index);
            let title = measure::width(title, TextSize::Medium, Weight::Bold);
            let id = measure::width(id, TextSize::Small, Weight::Regular);
            let lag = if holds_replica(stage, index) { LAG } else { 0.0 };
            let (width, height) = match detail {
                Detail::Full => {
                    let pills = pills::width(stage, index);
                    let rows = 2 + usize::from(lag > 0.0) + usize::from(pills > 0.0);
                    (title.max(id).max(lag).max(pills), ROW * rows as f32)
                }
                Detail::Pills => {
                    let pills = pills::width(stage, index);
                    let rows = 1 + usize::from(lag > 0.0) + usize::from(pills > 0.0);
                    (title.max(lag).max(pills), ROW * rows as f32)
                }
                Detail::Title => (title.max(lag), ROW * if lag > 0.0 { 2.0 } else { 1.0 }),
                Detail::List => (title + if lag > 0.0 { 8.0 + lag } else { 0.0 }, ROW),
            };
            block.width = block.width.max(width + 2.0 * PAD);
            block.height += height;
        }
        block
    }

    pub(super) fn rows(&self, stage: &Stage, members: &[usize], rect: Rect, align: Align) -> Vec<Row> {
        let line = |number: usize| rect.y + ROW * (number as f32 + 0.5);
        let room = |width: f32, y: f32| {
            let at = anchor(rect, align, y);
            let x = match align {
                Align::Start => at.x,
                Align::Middle => at.x - width / 2.0,
                Align::End => at.x - width,
            };
            Point::new(x, y)
        };
        let slot = |y: f32| room(LAG, y);
        let rows = members.iter().enumerate().map(|(number, &index)| {
            let (title, id) = stage.name(index);
            let replica = holds_replica(stage, index);
            let below =
                |number: usize| pills::below(stage, index, room(pills::width(stage, index), line(number) - 1.0));
            let pills = match self.detail {
                Detail::Full => below(2),
                Detail::Pills => below(1),
                Detail::Title | Detail::List => Vec::new(),
            };
            let (at, id, lag) = match self.detail {
                Detail::Full => {
                    let id = (id.to_owned(), anchor(rect, align, line(1) - 1.0));
                    (
                        anchor(rect, align, line(0)),
                        Some(id),
                        replica.then(|| slot(line(2 + usize::from(!pills.is_empty())) - 1.0)),
                    )
                }
                Detail::Pills | Detail::Title => {
                    let lag = slot(line(1 + usize::from(!pills.is_empty())));
                    (anchor(rect, align, line(0)), None, replica.then_some(lag))
                }
                Detail::List => {
                    // In a list titles start at the left and lags at the right, whichever side the list stands on.
                    let at = Point::new(rect.x + PAD, line(number));
                    (at, None, replica.then(|| Point::new(rect.right() - PAD - LAG, line(number))))
                }
            };
            Row { subject: Subject::Region(index as u16), title: title.to_owned(), at, id, lag, pills }
        });
        rows.collect()
    }
}

fn holds_replica(stage: &Stage, region: usize) -> bool {
    let zones = stage.zones_beside(region);
    stage.datasets.iter().any(|dataset| dataset.placement.iter().any(|place| zones.contains(place)))
}

/// The anchor of a text in a block.
pub(super) fn anchor(rect: Rect, align: Align, y: f32) -> Point {
    let x = match align {
        Align::Start => rect.x + PAD,
        Align::Middle => rect.x + rect.width / 2.0,
        Align::End => rect.right() - PAD,
    };
    Point::new(x, y)
}
