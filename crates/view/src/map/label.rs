//! Names on the map, each with the room it takes.

use crate::geometry::{Point, Rect};
use crate::scene::Align;

/// How opaque the colour round letters is, per cent.
pub(crate) const HALO: u32 = 80;

/// Whose name it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Subject {
    /// A region, by index.
    Region(u16),
    /// A population, by index.
    Users(u16),
}

impl Subject {
    /// The region's index, if it is one.
    pub(super) fn region(self) -> Option<usize> {
        match self {
            Subject::Region(region) => Some(usize::from(region)),
            Subject::Users(_) => None,
        }
    }
}

/// One or several names in a block.
#[derive(Clone, Debug)]
pub(crate) struct Label {
    /// The room it takes.
    pub(crate) rect: Rect,
    /// Which end of its texts is anchored.
    pub(crate) align: Align,
    /// Its rows from top to bottom.
    pub(crate) rows: Vec<Row>,
    /// From the block to the place, where they do not touch.
    pub(crate) leaders: Vec<(Point, Point)>,
}

/// One name.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    /// Whose it is.
    pub(crate) subject: Subject,
    /// The name.
    pub(crate) title: String,
    /// Where its anchor is.
    pub(crate) at: Point,
    /// The provider's id and where, if there is room for it.
    pub(crate) id: Option<(String, Point)>,
    /// The left end of the room for the lag, if it holds a replica.
    pub(crate) lag: Option<Point>,
    /// Of several datasets what the region is of each.
    pub(crate) pills: Vec<Pill>,
}

/// What a region is of one dataset, or of all, as a pill.
#[derive(Clone, Debug)]
pub(crate) struct Pill {
    /// The dataset, and what stands for its title; none for all.
    pub(crate) dataset: Option<(u16, String)>,
    /// Its room.
    pub(crate) rect: Rect,
}
