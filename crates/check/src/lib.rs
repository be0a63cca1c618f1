//! Histories and their verdicts: was what the clients saw possible?
//!
//! This crate knows no simulator, no clock and no network: a [`History`] is what clients asked and were answered, recorded by anyone.
//! Start with [`linearizable_register`], [`session_violations`] and [`differences`].

mod convergence;
mod history;
mod linear;
mod recorder;
mod session;
mod verdict;
mod witness;
mod words;
mod zones;

pub use convergence::{Difference, differences};
pub use history::{Call, Clock, History, KvCall, Operation};
pub use linear::linearizable_register;
pub use recorder::{RecordError, Recorder};
pub use session::{
    Guarantee, SessionViolation, monotonic_reads, read_your_writes, session_violations,
};
pub use verdict::{Verdict, Witness};
pub use witness::let_go;
