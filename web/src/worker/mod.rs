//! The worker: it owns the world, computes ahead in slices short enough that messages are answered between them, and posts
//! bytes. It never sees the page. Start reading at [`Session`].

mod host;
pub mod protocol;
pub mod questions;
pub mod session;

pub use host::worker_main;
pub use session::Session;
