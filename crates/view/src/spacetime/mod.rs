//! Space and time: places as lanes from west to east, time to the right, each message a slanted line from where and when it was sent to
//! where and when it arrived.
//!
//! [`Picture`] is where everything lies; it draws what rests and what moves, and finds what is pointed at. [`words`] says the same.

mod draw;
mod frame;
mod key;
mod lanes;
mod picture;
mod related;
pub mod words;

pub use draw::playhead;
pub use frame::{Picked, SpaceTimeView};
pub use lanes::{Lane, Lanes, whose};
pub use picture::{Bar, Line, Picture};
