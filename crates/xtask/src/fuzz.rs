//! `cargo xtask fuzz`: damaged inputs, for as long as one likes.

use crate::shell::{self, cargo};
use anyhow::Result;

/// Hands its arguments on; with overflow checks, which a release build leaves out.
pub(crate) fn run(arguments: &[String]) -> Result<()> {
    let arguments = arguments.iter().map(String::as_str);
    let all: Vec<&str> = ["run", "--package", "fuzz", "--"].into_iter().chain(arguments).collect();
    shell::run(cargo(&all)?)
}
