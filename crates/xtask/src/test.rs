//! `cargo xtask test`: every test there is, from the quickest to answer to the slowest.

use crate::dist;
use crate::shell::{self, cargo, find, root};
use crate::tools::{self, Browser, WASM};
use anyhow::{Context, Result};
use std::process::Command;

/// Gets what is missing and runs everything.
pub(crate) fn run() -> Result<()> {
    tools::for_sending()?;
    tools::node()?;
    let browser = tools::browser()?;
    native()?;
    wasm(&browser)?;
    dist::run()?;
    whole_system(&browser)
}

/// Unit, property and conformance tests on this machine.
fn native() -> Result<()> {
    shell::run(cargo(&["test", "--workspace", "--exclude", "web", "--exclude", "system-tests"])?)
}

/// The page's own tests: those configured for a browser run in headless Chromium, the others in Node.
fn wasm(browser: &Browser) -> Result<()> {
    let runner = find("wasm-bindgen-test-runner").context("wasm-bindgen came without its test runner")?;
    let mut tests = cargo(&["test", "--package", "web", "--target", WASM])?;
    tests.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", runner);
    tests.env("CHROMEDRIVER", &browser.chromedriver);
    tests.env("WASM_BINDGEN_TEST_TIMEOUT", "600");
    shell::run(tests)
}

/// The journeys in a real browser, against the built page and the built command line, as both are handed out. What walks them only
/// waits for them, so whole-program optimisation of it would take a minute and gain nothing.
fn whole_system(browser: &Browser) -> Result<()> {
    shell::run(cargo(&["build", "--release", "--package", "cli"])?)?;
    let mut tests = cargo(&["test", "--package", "system-tests"])?;
    with_page(&mut tests, browser);
    shell::run(tests)
}

/// Tells a program of `system-tests` where the page, the command line and the browser are.
pub(crate) fn with_page(program: &mut Command, browser: &Browser) {
    let target =
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |folder| root().join(folder));
    let meridian = target.join("release").join(format!("meridian{}", std::env::consts::EXE_SUFFIX));
    program.env("MERIDIAN_DIST", dist::folder());
    program.env("MERIDIAN_CLI", meridian);
    // A failed journey says what it saw; where in the harness it failed is noise.
    program.env("RUST_LIB_BACKTRACE", "0");
    program.env("CHROMIUM", &browser.chromium);
    program.env("CHROMEDRIVER", &browser.chromedriver);
}

/// Runs one of the programs of `system-tests` against a freshly built page.
pub(crate) fn page_program(name: &str) -> Result<()> {
    let browser = tools::browser()?;
    dist::run()?;
    let mut program = cargo(&["run", "--package", "system-tests", "--bin", name])?;
    with_page(&mut program, &browser);
    shell::run(program)
}
