//! `cargo xtask ci`: what a change must pass, cheapest first.

use crate::shell::{self, cargo};
use crate::tools::{self, WASM};
use crate::{test, tidy};
use anyhow::Result;

/// Format, lints, architecture, tests.
pub(crate) fn run() -> Result<()> {
    tools::components()?;
    shell::run(cargo(&["fmt", "--all", "--", "--check"])?)?;
    tidy::run()?;
    tools::wasm_target()?;
    let warnings = ["--", "-D", "warnings"];
    let native = ["clippy", "--workspace", "--exclude", "web", "--all-targets"];
    shell::run(cargo(&[&native[..], &warnings].concat())?)?;
    let page = ["clippy", "--package", "web", "--target", WASM, "--all-targets", "--features", "split"];
    shell::run(cargo(&[&page[..], &warnings].concat())?)?;
    test::run()
}
