//! The worker: it owns a [`session::Session`], which computes ahead in slices short enough that messages are answered between them, and posts
//! bytes. It never sees the page.

mod host;
pub mod wire;

pub use host::worker_main;
