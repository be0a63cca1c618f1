//! `cargo xtask conformance`: plans drawn from the catalogs, as many as one likes.

use crate::shell::{self, cargo};
use anyhow::Result;

/// Hands its arguments on; optimised, but with the assertions of a debug build.
pub(crate) fn run(arguments: &[String]) -> Result<()> {
    let arguments = arguments.iter().map(String::as_str);
    let begin = ["run", "--profile", "conformance", "--package", "conformance", "--"];
    let all: Vec<&str> = begin.into_iter().chain(arguments).collect();
    shell::run(cargo(&all)?)
}
