//! Histories and their verdicts: was what the clients saw possible?
//!
//! This crate knows no simulator, no clock and no network: a [`History`] is what clients asked and were answered, recorded by anyone.
//! Start with [`linearizable_register`], [`session_violations`] and [`differences`].

mod bits;
mod convergence;
mod history;
mod linear;
mod model;
mod recorder;
mod search;
mod session;
mod verdict;
mod witness;
mod words;
mod zones;

pub use convergence::{Difference, differences};
pub use history::{Call, Clock, History, KvCall, Operation, Words};
pub use linear::{linearizable_kv, linearizable_kv_within, linearizable_register, linearizable_register_within};
pub use recorder::{RecordError, Recorder};
pub use session::{Guarantee, SessionViolation, monotonic_reads, read_your_writes, session_violations};
pub use verdict::{Verdict, Witness};
