//! `cargo xtask bench`: the speed of kernel, world and checker on this machine, and of the page in headless Chromium.

use crate::shell::{self, cargo};
use crate::{test, tools};
use anyhow::Result;

/// Measures, prints and fails if a budget is missed, but not before everything is measured.
pub(crate) fn run() -> Result<()> {
    // The kernel is measured as wasm, too.
    tools::wasm_target()?;
    tools::node()?;
    let kernel = shell::run(cargo(&["run", "--release", "--package", "bench"])?);
    test::page_program("page-bench")?;
    kernel
}
