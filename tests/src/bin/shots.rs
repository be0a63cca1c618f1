//! Photographs the built page: into `shots/`, and the README's picture into `web/readme.png`.

use anyhow::Result;
use std::path::Path;
use std::time::Duration;
use system_tests::{Browser, Meridian, StaticServer, Window, dist, root};

/// In the default scenario: well into the cut of the Atlantic, with something to see on every chart.
const AT_MS: u64 = 45_000;

/// Guards against hanging, measures nothing.
const PATIENCE: Duration = Duration::from_secs(60);

fn main() -> Result<()> {
    let server = StaticServer::start(&dist()?, "/")?;
    let browser = Browser::start()?;
    for (window, name) in [
        (Window::DESKTOP, "desktop-light"),
        (Window::DESKTOP.dark(), "desktop-dark"),
        (Window::NARROW, "narrow-light"),
        (Window::NARROW.dark(), "narrow-dark"),
    ] {
        let picture = root().join("shots").join(name).with_extension("png");
        photograph(&browser, server.address(), window, &picture)?;
    }
    let readme = root().join("web/readme.png");
    std::fs::copy(root().join("shots/desktop-light.png"), &readme)?;
    println!("{}", readme.display());
    Ok(())
}

fn photograph(browser: &Browser, address: &str, window: Window, picture: &Path) -> Result<()> {
    let meridian = Meridian::open(browser.open(window)?, address)?;
    meridian.wait_for(&format!("state().computed_ms >= {AT_MS}"))?;
    meridian.seek(AT_MS)?;
    // Panels follow a moment later than the map.
    let told = format!("document.getElementById('timeline').getAttribute('aria-valuenow') === '{}.000'", AT_MS / 1_000);
    meridian.page.wait_until(&told, PATIENCE)?;
    meridian.settle()?;
    meridian.page.screenshot(picture)?;
    println!("{}", picture.display());
    meridian.page.assert_console_clean()
}
