//! `cargo xtask pbs`: the published staleness of quorums, with as many trials as three percent take.

use crate::shell::{self, cargo};
use anyhow::Result;

/// Prints each row beside what is published.
pub(crate) fn run() -> Result<()> {
    let test = ["test", "--profile", "conformance", "--package", "scenario", "--test", "pbs"];
    let all: Vec<&str> = test.into_iter().chain(["--", "--ignored", "--nocapture"]).collect();
    shell::run(cargo(&all)?)
}
