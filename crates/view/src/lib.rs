//! What the page shows, as plain data: a [`Snapshot`](sim::Snapshot) and a [`ViewState`] become a [`Scene`] of lines, areas,
//! marks and texts in CSS pixels, which any painter can draw.
//!
//! Everything here is a pure function: no browser, no clock, no randomness. Where a message is drawn depends on the playhead
//! alone, so a snapshot that is a little older still gives smooth motion. Start reading at [`Map`], then [`timeline`];
//! [`describe`] says the same in words, for those who cannot see the canvas.

pub mod describe;
pub mod geometry;
pub mod map;
pub mod measure;
pub mod palette;
pub mod pixels;
pub mod projection;
pub mod scene;
pub mod spacetime;
pub mod stage;
pub mod state;
pub mod timeline;
mod vain;
mod words;

pub use geometry::{Point, Rect, Size};
pub use map::Map;
pub use palette::{Color, Palette, Theme};
pub use pixels::Pixels;
pub use scene::TextStyle;
pub use scene::{Align, Batch, Kind, Paint, Scene, Stroke, Symbol, Text, TextSize, Weight};
pub use stage::{Planned, Stage, StageDataset, StagePopulation, StageRegion};
pub use state::{Camera, Target, ViewState};
pub use timeline::TimelineView;
pub use vain::in_vain;
