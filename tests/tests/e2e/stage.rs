//! The built page, served and opened in fresh browsers.

use anyhow::Result;
use std::time::Duration;
use system_tests::{Browser, Meridian, State, StaticServer, Window, dist};

/// For what the page does at once. Generous: it guards against hanging.
pub(crate) const SOON: Duration = Duration::from_secs(20);

/// The page on a server of its own, under a path that is not the root.
pub(crate) struct Stage {
    server: StaticServer,
    browser: Browser,
}

impl Stage {
    pub(crate) fn set() -> Result<Stage> {
        Ok(Stage { server: StaticServer::start(&dist()?, "/some/where/")?, browser: Browser::start()? })
    }

    /// A fresh browser, with the page open at a fragment.
    pub(crate) fn open(&self, fragment: &str) -> Result<Meridian> {
        self.open_in(Window::DESKTOP, fragment)
    }

    /// The same in a window of another size.
    pub(crate) fn open_in(&self, window: Window, fragment: &str) -> Result<Meridian> {
        Meridian::open(self.browser.open(window)?, &format!("{}{fragment}", self.address()))
    }

    /// Where the page is served.
    pub(crate) fn address(&self) -> &str {
        self.server.address()
    }

    /// The address a person would send.
    pub(crate) fn link(&self, state: &State) -> String {
        format!("{}#{}", self.address(), state.link.trim_start_matches('#'))
    }
}
