//! The command line, run as a colleague would run it.

use crate::root;
use anyhow::{Context, Result};
use serde::Deserialize;
use std::path::PathBuf;
use std::process::Command;

/// What `meridian run … --format json` prints, as far as the tests read it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Printed {
    /// The events of the run.
    pub events: u64,
    /// The digest of the run, hexadecimal.
    pub digest: String,
}

/// Runs a file, an id or a link: the program named by `MERIDIAN_CLI`, else the release build.
///
/// # Errors
/// If there is no such program, or it prints no result. Whether its expectations held is not looked at.
pub fn meridian(what: &str) -> Result<Printed> {
    let built = root().join(format!("target/release/meridian{}", std::env::consts::EXE_SUFFIX));
    let program = std::env::var_os("MERIDIAN_CLI").map_or(built, PathBuf::from);
    let output = Command::new(&program).args(["run", what, "--format", "json"]).output().with_context(|| {
        format!("{} could not be started: run `cargo xtask test`, which builds it", program.display())
    })?;
    let errors = String::from_utf8_lossy(&output.stderr);
    serde_json::from_slice(&output.stdout)
        .with_context(|| format!("`meridian run {what}` printed no result; it said: {errors}"))
}
