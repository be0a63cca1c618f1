//! Histories and their verdicts: was what the clients saw possible?
//!
//! This crate knows no simulator, no clock and no network: a [`History`] is what clients asked and were answered, recorded by anyone.
//! Start with [`linearizable_register`], [`session_violations`], [`differences`] and, for files, [`check_text`].

mod aborted;
mod bits;
mod causal;
mod closure;
mod convergence;
mod history;
mod linear;
mod model;
mod nothing;
#[cfg(test)]
mod proofs;
mod recorder;
mod report;
mod search;
mod session;
mod teller;
mod text;
mod typed;
mod verdict;
mod witness;
mod words;
mod zones;

pub use causal::{CausalViolations, causal_violations};
pub use convergence::{Difference, differences};
pub use history::{Call, Clock, History, KvCall, Operation, ValueNames, Words};
pub use linear::{linearizable_kv, linearizable_register, register_holds, register_verdict};
pub use nothing::{Deletion, Nothings};
pub use recorder::{RecordError, Recorder};
pub use report::{Asked, Finding, KeyReport, Report, check_text, recognise};
pub use session::{Guarantee, SessionViolation, monotonic_reads, read_your_writes, session_violations};
pub use text::{Imported, Initial, Model, TextCall, TextError, from_text, to_edn};
pub use typed::{Answer, Contents, TypedCall, TypedRules, ValueType, Verb, typed_holds, typed_verdict};
pub use verdict::{Past, Verdict, Witness};
