//! `cargo xtask pbs`: the published staleness of quorums, with as many trials as three percent take.

use crate::shell::{self, cargo};
use anyhow::Result;

/// Prints each row beside what is published.
pub(crate) fn run() -> Result<()> {
    let suite = ["test", "--profile", "conformance", "--package", "scenario", "--test", "suite"];
    let all: Vec<&str> = suite.into_iter().chain(["--", "--ignored", "--nocapture", "pbs::"]).collect();
    shell::run(cargo(&all)?)
}
