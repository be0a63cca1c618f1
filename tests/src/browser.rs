//! Starting ChromeDriver and fresh browsers.

use crate::page::Page;
use crate::profile::Profile;
use crate::webdriver::Session;
use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

/// What a headless Chromium needs to run as any user, in a container, without trying to reach the internet.
const ARGUMENTS: [&str; 8] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
];

/// Light or dark, as the operating system would tell the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// `prefers-color-scheme: light`.
    Light,
    /// `prefers-color-scheme: dark`.
    Dark,
}

/// The window a page is looked at through.
#[derive(Clone, Copy, Debug)]
pub struct Window {
    /// CSS pixels.
    pub width: u32,
    /// CSS pixels.
    pub height: u32,
    /// Light or dark.
    pub scheme: Scheme,
}

impl Window {
    /// A laptop.
    pub const DESKTOP: Window = Window { width: 1440, height: 900, scheme: Scheme::Light };
    /// A telephone held upright.
    pub const NARROW: Window = Window { width: 390, height: 844, scheme: Scheme::Light };

    /// The same window by night.
    #[must_use]
    pub fn dark(self) -> Window {
        Window { scheme: Scheme::Dark, ..self }
    }
}

/// A running ChromeDriver; every page opened through it is a new browser with an empty profile.
pub struct Browser {
    driver: Child,
    address: String,
}

impl Browser {
    /// Starts ChromeDriver on a free port: the one named by `CHROMEDRIVER`, else the one on PATH.
    ///
    /// # Errors
    /// If there is no ChromeDriver.
    pub fn start() -> Result<Browser> {
        let mut said = String::new();
        // ChromeDriver picks a port that is free for IPv6 and ends when somebody else has it for IPv4, so it is asked again.
        for _ in 0..5 {
            match Browser::try_start()? {
                Ok(browser) => return Ok(browser),
                Err(output) => said = output,
            }
        }
        bail!("ChromeDriver ended without saying on which port it listens; it said: {said}")
    }

    /// A running ChromeDriver, or what it said before it ended.
    fn try_start() -> Result<Result<Browser, String>> {
        let program = std::env::var_os("CHROMEDRIVER").unwrap_or_else(|| "chromedriver".into());
        let mut driver = Command::new(&program)
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("{} could not be started: run `cargo xtask test`", program.display()))?;
        let output = driver.stdout.take().context("ChromeDriver has no output")?;
        let mut browser = Browser { driver, address: String::new() };
        let mut lines = BufReader::new(output).lines();
        let mut said = String::new();
        for line in lines.by_ref() {
            let line = line?;
            if let Some((_, port)) = line.split_once("started successfully on port ") {
                browser.address = format!("http://127.0.0.1:{}", port.trim_end_matches('.'));
                // Reads on, so that ChromeDriver never writes into a closed pipe.
                std::thread::spawn(move || lines.for_each(drop));
                return Ok(Ok(browser));
            }
            said.push_str(&line);
            said.push('\n');
        }
        Ok(Err(said))
    }

    /// A new browser with an empty profile, showing a blank page.
    ///
    /// # Errors
    /// If Chromium does not start.
    pub fn open(&self, window: Window) -> Result<Page> {
        let profile = Profile::new()?;
        let mut arguments: Vec<String> = ARGUMENTS.map(str::to_owned).to_vec();
        arguments.push(format!("--user-data-dir={}", profile.folder.display()));
        let mut options = json!({ "args": arguments });
        if let Some(chromium) = std::env::var_os("CHROMIUM") {
            options["binary"] = Value::from(chromium.to_string_lossy());
        }
        let capabilities = json!({
            "browserName": "chrome",
            "goog:chromeOptions": options,
            "goog:loggingPrefs": { "browser": "ALL" },
            "timeouts": { "script": 600_000, "pageLoad": 60_000 },
        });
        let session = Session::new(&self.address, &capabilities)?;
        let size = json!({ "width": window.width, "height": window.height, "deviceScaleFactor": 1, "mobile": false });
        session.devtools("Emulation.setDeviceMetricsOverride", &size)?;
        let scheme = match window.scheme {
            Scheme::Light => "light",
            Scheme::Dark => "dark",
        };
        let media = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
        session.devtools("Emulation.setEmulatedMedia", &media)?;
        Ok(Page::new(session, profile))
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // It may have ended already, which is what is wanted.
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}
