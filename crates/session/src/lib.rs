//! What the page's worker does, without the worker: one open scenario, its run, its branches, the run beside it, and what page and worker
//! say to each other of them. Start reading at [`Session`].
//!
//! A run is generic over its protocol and is compiled where that is named, as optimised as whoever names it. Here is where the page does, so that
//! the page around it can be built for size and its runs for speed.

pub mod messages;
pub mod questions;
mod session;

pub use session::{Compared, Session};
