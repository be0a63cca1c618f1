//! Plans drawn from the catalogs, run on every protocol, and held against what must always be so.
//!
//! A plan is a scenario file and an action log, so a plan that fails is a link. What may go wrong is not listed here: every
//! fault and every protocol is drawn by its own way of being read (`drawer`), those to come as well. `draw` makes a plan,
//! `statements` is what is held of it, `shrink` takes away what a failure does not need. Start reading at [`search`].

mod draw;
mod drawer;
mod facts;
mod plan;
mod search;
mod shrink;
mod statements;
mod trial;
mod typed;

pub use draw::draw;
pub use plan::Plan;
pub use search::{Found, Search, Tally, search};
pub use shrink::shrink;
pub use statements::statements;
pub use trial::{Failure, Passed, attempt};
