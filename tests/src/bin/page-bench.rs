//! Has the built page measure itself in headless Chromium, and prints its numbers beside their budgets.

use anyhow::{Result, ensure};
use system_tests::{Browser, Meridian, StaticServer, Window, dist};

/// The page's measurements that have a budget, with the budget.
const BUDGETS: [(&str, f64); 5] = [
    ("first_frame_ms", 1_000.0),
    ("frame_median_ms", 8.0),
    ("frame_p99_ms", 16.0),
    ("seek_median_ms", 150.0),
    ("worker_memory_bytes", 256.0 * 1024.0 * 1024.0),
];

fn main() -> Result<()> {
    let server = StaticServer::start(&dist()?, "/")?;
    let browser = Browser::start()?;
    let meridian = Meridian::open(browser.open(Window::DESKTOP)?, server.address())?;
    let measured = meridian.bench()?;
    println!("\n{:<28} {:>16} {:>16}", "page", "measured", "at most");
    let mut missed = Vec::new();
    for (name, value) in &measured {
        let budget = BUDGETS.iter().find(|(budgeted, _)| budgeted == name).map(|(_, budget)| *budget);
        let is_missed = budget.is_some_and(|budget| *value > budget);
        let word = if is_missed { "MISSED" } else { "met" };
        let shown = budget.map_or_else(String::new, |budget| format!("{budget:>16.0}  {word}"));
        println!("{name:<28} {value:>16.2} {shown}");
        if is_missed {
            missed.push(name.as_str());
        }
    }
    let unmeasured = BUDGETS.iter().map(|(name, _)| *name).filter(|name| !measured.contains_key(*name));
    missed.extend(unmeasured);
    ensure!(missed.is_empty(), "over budget or not measured: {}", missed.join(", "));
    Ok(())
}
