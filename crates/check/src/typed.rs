//! Values of a type: what clients ask of a counter, a set, a stock and the like, what they are answered, and whether that was possible.
//!
//! Start with `call.rs`; what each type does is in `model/`.

mod accounts;
mod answer;
mod call;
mod covered;
mod decide;
mod elements;
mod holds;
#[cfg(test)]
mod proofs;
mod sums;
mod totals;
mod verb;

pub(crate) use accounts::accounts;
pub use answer::{Answer, Contents};
pub use call::{TypedCall, ValueType};
pub(crate) use decide::typed;
pub use decide::{TypedRules, typed_holds, typed_verdict};
pub(crate) use verb::Takes;
pub use verb::Verb;
