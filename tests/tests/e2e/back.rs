//! Ways back: undoing, the browser's history. And a nearer look at the timeline.

use crate::stage::{SOON, Stage};
use anyhow::Result;
use system_tests::{Meridian, Point};

fn kill_the_leader(page: &Meridian) -> Result<String> {
    page.wait_for("state().computed_ms >= 20000")?;
    page.seek(20_000)?;
    page.settle()?;
    page.page.click_at("canvas#map", page.region_at("us-east-1")?)?;
    page.page.wait_until("document.querySelector('#inspector')?.innerText.includes('us-east-1')", SOON)?;
    page.page.click("Kill")?;
    page.wait_for("state().branch === 1")?;
    Ok(page.finish()?.digest.unwrap_or_default())
}

/// The digest of a run that is not this one.
fn other_than(page: &Meridian, digest: &str) -> Result<String> {
    page.wait_for(&format!("state().digest && window.meridian.state().digest !== '{digest}'"))?;
    Ok(page.finish()?.digest.unwrap_or_default())
}

#[test]
fn what_was_done_is_undone_and_done_again_and_found_by_going_back() -> Result<()> {
    let stage = Stage::set()?;
    let page = stage.open("")?;
    let planned = page.finish()?.digest.unwrap_or_default();
    let killed = kill_the_leader(&page)?;
    assert_ne!(planned, killed);
    page.page.click("Undo")?;
    assert_eq!(other_than(&page, &killed)?, planned);
    page.page.click("Redo")?;
    assert_eq!(other_than(&page, &planned)?, killed);
    // Each of them is an entry of the browser's history, and going back loses no branch.
    page.page.eval::<()>("history.back()")?;
    assert_eq!(other_than(&page, &killed)?, planned);
    assert_eq!(page.state()?.branches, 2);
    page.page.eval::<()>("history.forward()")?;
    assert_eq!(other_than(&page, &planned)?, killed);
    page.page.assert_console_clean()
}

#[test]
fn going_back_leads_from_one_scenario_to_the_one_before() -> Result<()> {
    let stage = Stage::set()?;
    let page = stage.open("")?;
    page.finish()?;
    page.page.choose("select[name=variant]", "semi-sync")?;
    page.wait_for("state().variant === 'semi-sync'")?;
    page.page.click("Gallery")?;
    page.page.wait_until("document.querySelectorAll('#gallery button, .gallery button').length > 3", SOON)?;
    page.page.eval::<()>(
        "[...document.querySelectorAll('button')].find((button) => button.textContent.includes('Ghost read')).click()",
    )?;
    page.wait_for("state().scenario === 'ghost-read'")?;
    page.page.eval::<()>("history.back()")?;
    page.wait_for("state().scenario === 'first-look' && window.meridian.state().variant === 'semi-sync'")?;
    page.page.eval::<()>("history.back()")?;
    page.page.wait_until("!window.meridian.state().variant", SOON)?;
    page.page.assert_console_clean()
}

#[test]
fn whoever_rests_on_something_on_the_map_is_told_what_it_is() -> Result<()> {
    let stage = Stage::set()?;
    let page = stage.open("")?;
    page.finish()?;
    page.page.click_at("canvas#map", page.region_at("eu-west-1")?)?;
    page.page.wait_until("document.querySelector('#map').title.includes('Ireland') && document.querySelector('#map').title.includes('follows')", SOON)?;
    page.page.click_at("canvas#map", Point { x: 5.0, y: 300.0 })?;
    page.page.wait_until("document.querySelector('#map').title === ''", SOON)?;
    page.page.assert_console_clean()
}

#[test]
fn the_timeline_is_looked_at_from_nearer_by_keyboard() -> Result<()> {
    let stage = Stage::set()?;
    let page = stage.open("")?;
    page.finish()?;
    page.seek(0)?;
    let right: Point = page.page.eval("(() => { const box = document.querySelector('#timeline').getBoundingClientRect(); return { x: box.width - 36, y: box.height - 8 }; })()")?;
    page.page.eval::<()>("document.querySelector('#timeline').focus()")?;
    for _ in 0..3 {
        page.page.press("+")?;
    }
    page.page.click_at("#timeline", right)?;
    page.wait_for("state().playhead_ms > 14000 && window.meridian.state().playhead_ms <= 15000")?;
    page.page.press("0")?;
    page.page.click_at("#timeline", right)?;
    page.wait_for("state().playhead_ms > 118000")?;
    page.page.assert_console_clean()
}
