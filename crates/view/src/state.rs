//! What a person has chosen to look at, and from where.

use crate::geometry::{Point, Rect, Size};
use crate::palette::Theme;
use serde::{Deserialize, Serialize};

/// Something on the map that can be pointed at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Target {
    /// A region, by index.
    Region(u16),
    /// The link between two regions, the smaller index first.
    Link(u16, u16),
    /// A population of users, by index.
    Users(u16),
    /// A packet under way, by number.
    Packet(u64),
}

/// Where the map is looked at from.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Camera {
    /// The point of the projected world in the middle of the canvas: x in radians east of the map's middle meridian.
    pub x: f64,
    /// Its y, north positive, in the same unit.
    pub y: f64,
    /// CSS pixels per unit.
    pub scale: f64,
}

/// All that a picture depends on besides the state of the world.
#[derive(Clone, Debug, PartialEq)]
pub struct ViewState {
    /// The canvas, CSS pixels. (Device pixels are the painter's business.)
    pub size: Size,
    /// Where the map is looked at from.
    pub camera: Camera,
    /// Light or dark.
    pub theme: Theme,
    /// What is being inspected.
    pub selection: Option<Target>,
    /// What the pointer is over.
    pub hover: Option<Target>,
    /// The dataset whose roles and lags are shown.
    pub dataset: u16,
    /// Whether single moving messages are replaced by streams that stand still.
    pub reduced_motion: bool,
    /// The corners of the lasso under way, if one is being drawn.
    pub lasso: Vec<Point>,
    /// Extra pixels around everything that can be hit: 0 for a mouse, about 8 for a finger.
    pub slack: f32,
    /// What lies over the canvas, such as its tools: names keep away from it where they can.
    pub covered: Vec<Rect>,
}
