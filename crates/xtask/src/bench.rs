//! `cargo xtask bench`: the numbers of the kernel on this machine, and of the page in headless Chromium.

use crate::shell::{self, cargo};
use crate::{test, tools};
use anyhow::Result;

/// Measures and prints; judges nothing but what a benchmark itself calls a failure.
pub(crate) fn run() -> Result<()> {
    // The kernel is measured as wasm, too.
    tools::wasm_target()?;
    tools::node()?;
    shell::run(cargo(&["run", "--release", "--package", "bench"])?)?;
    test::page_program("page-bench")
}
