//! Histories as text: in EDN, as Jepsen and Knossos write them, or in JSON, as an array or one event on each line.
//!
//! Start with `history.rs`; `event.rs` is one event of it, `call.rs` and `values.rs` what the events speak of, `edn.rs` and `json.rs` know only their
//! notations.

mod call;
mod edn;
mod event;
mod history;
mod initial;
mod json;
mod node;
mod values;

pub use call::{Model, TextCall};
pub use history::{Imported, from_text, to_edn};
pub use initial::Initial;
pub use node::TextError;
