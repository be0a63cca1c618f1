//! Histories as text: in EDN, as Jepsen and Knossos write them, or in JSON, as an array or one event on each line.
//!
//! Start with `history.rs`; `event.rs` is one event of it, `call.rs`, `typed.rs` and `values.rs` what the events speak of, `edn.rs` and `json.rs` know only their
//! notations.

mod call;
mod edn;
mod event;
mod history;
mod initial;
mod json;
mod model;
mod node;
mod recognise;
mod typed;
mod values;

pub use call::TextCall;
pub use history::{Imported, from_text, to_edn};
pub use initial::Initial;
pub use model::Model;
pub use node::TextError;
pub(crate) use recognise::recognised;
