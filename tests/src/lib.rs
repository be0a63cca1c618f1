//! What the whole-system tests share: a static web server, a real browser, and the page as a program sees it.
//!
//! Knows the product only from outside: files in a folder, the command line, and what the page offers to automation
//! (`window.meridian`). Start reading at [`Page`]; the journeys are in `tests/e2e/`.

mod browser;
mod command_line;
mod meridian;
mod page;
mod profile;
mod server;
mod webdriver;

pub use browser::{Browser, Scheme, Window};
pub use command_line::{Printed, meridian};
pub use meridian::{Meridian, State};
pub use page::{Entry, Page, Point};
pub use server::StaticServer;

use anyhow::{Result, ensure};
use std::path::{Path, PathBuf};

/// The root of the workspace.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().expect("this package lives in tests/").to_path_buf()
}

/// The built page: the folder named by `MERIDIAN_DIST`, else `dist/`.
///
/// # Errors
/// If the page has not been built.
pub fn dist() -> Result<PathBuf> {
    let folder = std::env::var_os("MERIDIAN_DIST").map_or_else(|| root().join("dist"), PathBuf::from);
    ensure!(
        folder.join("index.html").is_file(),
        "{} holds no page: run `cargo xtask test`, which builds it first",
        folder.display()
    );
    Ok(folder)
}
