//! What the page offers to automation, `window.meridian`, with types.

use crate::page::{Page, Point};
use anyhow::Result;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;

/// How long anything may take before a test calls it broken. Generous: it guards against hanging, it measures nothing.
const PATIENCE: Duration = Duration::from_secs(180);

/// Meridian's page.
pub struct Meridian {
    /// The page itself, for looking and clicking.
    pub page: Page,
}

/// What the page says of itself.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct State {
    /// Where the person looks, milliseconds of simulated time.
    pub playhead_ms: f64,
    /// How far the run is computed, milliseconds of simulated time.
    pub computed_ms: f64,
    /// Whether the playhead moves by itself.
    pub playing: bool,
    /// Simulated seconds per second.
    pub speed: f64,
    /// The seed.
    pub seed: u64,
    /// The id of the variant, if one is chosen.
    pub variant: Option<String>,
    /// The id of the scenario.
    pub scenario: String,
    /// The number of the branch shown; 0 is the run as planned.
    pub branch: u32,
    /// How many branches there are.
    pub branches: usize,
    /// The digest of the finished run, hexadecimal.
    pub digest: Option<String>,
    /// The events of the run.
    pub events: u64,
    /// The fragment that makes a link to this very run.
    pub link: String,
    /// Acknowledged writes that no surviving replica holds.
    pub lost_writes: u64,
    /// What the checks found.
    pub verdicts: Vec<Value>,
    /// Whether the run has been computed to its end.
    pub finished: bool,
}

impl Meridian {
    /// Opens the page at an address, with or without a link's fragment, and waits for its first useful frame.
    ///
    /// # Errors
    /// If the page does not get ready.
    pub fn open(page: Page, address: &str) -> Result<Meridian> {
        page.goto(address)?;
        let meridian = Meridian { page };
        meridian.wait_for("ready()")?;
        Ok(meridian)
    }

    /// Waits until an expression about the page holds, such as `state().finished`.
    ///
    /// # Errors
    /// If it does not come to hold.
    pub fn wait_for(&self, expression: &str) -> Result<()> {
        self.page.wait_until(&format!("window.meridian.{expression}"), PATIENCE)
    }

    /// What the page says of itself.
    ///
    /// # Errors
    /// If it does not say all of it.
    pub fn state(&self) -> Result<State> {
        self.page.eval("window.meridian.state()")
    }

    /// Where a region is on the map, from the canvas's top left corner.
    ///
    /// # Errors
    /// If there is no such region.
    pub fn region_at(&self, id: &str) -> Result<Point> {
        self.page.call("window.meridian.regionAt(arguments[0])", &[json!(id)])
    }

    /// Moves the playhead, milliseconds of simulated time.
    ///
    /// # Errors
    /// If it does not get there.
    pub fn seek(&self, to_ms: u64) -> Result<()> {
        self.page.eval::<Value>(&format!("window.meridian.seek({to_ms})"))?;
        self.wait_for(&format!("state().playhead_ms === {to_ms}"))
    }

    /// Waits until what was last drawn is on the screen.
    ///
    /// # Errors
    /// If the browser is gone.
    pub fn settle(&self) -> Result<()> {
        let two_frames = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))";
        self.page.eval::<bool>(two_frames).map(drop)
    }

    /// Waits until the run has been computed to its end, and says what came out.
    ///
    /// # Errors
    /// If it does not end.
    pub fn finish(&self) -> Result<State> {
        self.wait_for("state().finished && window.meridian.state().digest")?;
        self.state()
    }

    /// The page's own measurements, by name.
    ///
    /// # Errors
    /// If the page cannot measure itself.
    pub fn bench(&self) -> Result<BTreeMap<String, f64>> {
        self.page.eval("window.meridian.bench()")
    }
}
