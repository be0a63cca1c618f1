//! `cargo xtask shots`: screenshots of the page as it is, into shots/, and the picture in the README, web/readme.png.

use crate::test;
use anyhow::Result;

/// Builds the page and photographs it.
pub(crate) fn run() -> Result<()> {
    test::page_program("shots")
}
