//! Histories as EDN text, as Jepsen, Knossos and others write them: one map for each event.
//!
//! Start with `history.rs`; `event.rs` is one map of it, `reader.rs` knows only the notation (github.com/edn-format/edn).

mod event;
mod history;
mod reader;

pub use history::{EdnCall, Imported, from_edn, to_edn};
pub use reader::EdnError;
