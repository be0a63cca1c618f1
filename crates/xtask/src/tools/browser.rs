//! A real browser and the program that drives it.

use super::apt_install;
use crate::shell::{ask, find};
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};

/// Where a browser may be: by name on PATH, or where macOS keeps what a person installed.
const BROWSERS: [&str; 6] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/// A browser and the program that drives it.
pub(crate) struct Browser {
    /// Chromium or Chrome.
    pub(crate) chromium: PathBuf,
    /// Its WebDriver server.
    pub(crate) chromedriver: PathBuf,
}

/// Chromium and its driver: from PATH, else by apt, else a sentence that says what to install.
pub(crate) fn browser() -> Result<Browser> {
    if let Some(browser) = found() {
        return of_one_version(browser);
    }
    // Without a font the page's text would be boxes.
    apt_install(&["chromium", "chromium-driver", "fonts-dejavu-core"])?;
    let browser = found().context(
        "the browser tests need Chromium and ChromeDriver on PATH, of the same version, and they could not be installed \
         from here: on Debian run `apt-get install chromium chromium-driver`, on macOS `brew install chromium chromedriver`, \
         elsewhere install Chrome and its ChromeDriver; then run this again",
    )?;
    of_one_version(browser)
}

fn found() -> Option<Browser> {
    let chromium = BROWSERS.iter().find_map(|name| find(name))?;
    let named = std::env::var_os("CHROMEDRIVER").map(PathBuf::from).filter(|path| path.is_file());
    Some(Browser { chromium, chromedriver: named.or_else(|| find("chromedriver"))? })
}

/// A driver refuses browsers of another major version, with less help than this.
fn of_one_version(browser: Browser) -> Result<Browser> {
    let version = |program: &Path| major_version(&ask(program.to_str()?, &["--version"])?);
    let (chromium, driver) = (version(&browser.chromium), version(&browser.chromedriver));
    match (chromium, driver) {
        (Some(chromium), Some(driver)) if chromium != driver => bail!(
            "{} is of version {chromium} but {} of version {driver}: install the two of one version, or name the right driver \
             in CHROMEDRIVER; then run this again",
            browser.chromium.display(),
            browser.chromedriver.display(),
        ),
        _ => Ok(browser),
    }
}

/// The 120 of "Google Chrome 120.0.6099.224 unknown".
fn major_version(answer: &str) -> Option<u32> {
    let number = |word: &str| word.split_once('.')?.0.parse().ok();
    answer.split_whitespace().find_map(number)
}

#[cfg(test)]
mod tests {
    use super::major_version;

    #[test]
    fn the_versions_of_browser_and_driver_are_understood_as_they_print_them() {
        assert_eq!(major_version("Chromium 120.0.6099.224 built on Debian 12.4, running on Debian 12.4"), Some(120));
        assert_eq!(major_version("Google Chrome 131.0.6778.85 "), Some(131));
        assert_eq!(major_version("ChromeDriver 120.0.6099.224 (3587067c-refs/branch-heads/6099@{#1})"), Some(120));
        assert_eq!(major_version("no version at all."), None);
    }
}
