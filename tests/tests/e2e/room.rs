//! How the room of the page is divided.

use crate::stage::{SOON, Stage};
use anyhow::Result;
use system_tests::{Meridian, Window};

const ESCAPE: &str = "\u{E00C}";
const UP: &str = "\u{E013}";

/// The share of the window that is map.
const MAP: &str = "(() => { const map = document.querySelector('#map').getBoundingClientRect(); return map.width * map.height / (innerWidth * innerHeight); })()";

fn wide(width: u32, height: u32) -> Window {
    Window { width, height, ..Window::DESKTOP }
}

/// Nothing lies beyond the right edge of the window, and every tab is whole.
fn nothing_is_cut_off(page: &Meridian) -> Result<()> {
    let beyond = "document.documentElement.scrollWidth <= innerWidth";
    page.page.wait_until(beyond, SOON)?;
    let cut = "[...document.querySelectorAll('[role=tab]')].filter((tab) => tab.scrollWidth > tab.clientWidth + 1).map((tab) => tab.textContent).join()";
    assert_eq!(page.page.eval::<String>(cut)?, "", "every tab can be read");
    Ok(())
}

#[test]
fn as_the_page_opens_half_of_the_screen_is_map_and_nothing_is_cut_off() -> Result<()> {
    let stage = Stage::set()?;
    for (width, height) in [(1440, 900), (1280, 720), (1024, 768)] {
        let page = stage.open_in(wide(width, height), "")?;
        let share = page.page.eval::<f64>(MAP)?;
        assert!(share >= 0.5 || width < 1280, "{share} at {width} by {height}");
        page.page.click("Scorecard")?;
        page.page.wait_until("document.querySelector('#scorecard').checkVisibility()", SOON)?;
        nothing_is_cut_off(&page)?;
        page.page.assert_console_clean()?;
    }
    Ok(())
}

#[test]
fn panels_fold_away_and_stay_so_until_they_are_asked_for() -> Result<()> {
    let stage = Stage::set()?;
    let page = stage.open("")?;
    let visible = |id: &str| format!("!!document.querySelector('#{id}')?.checkVisibility()");
    assert!(page.page.eval::<bool>(&visible("story"))? && !page.page.eval::<bool>(&visible("inspector"))?);
    let before = page.page.eval::<f64>(MAP)?;
    page.page.click("Fold away: Scenario")?;
    page.page.wait_until(&format!("!({})", visible("story")), SOON)?;
    page.page.wait_until(&format!("{MAP} > {before} + 0.05"), SOON)?;
    page.page.eval::<bool>("(location.reload(), true)")?;
    page.page.wait_until("window.meridian && window.meridian.ready()", SOON)?;
    assert!(!page.page.eval::<bool>(&visible("story"))?, "as at the last visit");
    page.page.click("Story")?;
    page.page.wait_until(&visible("story"), SOON)?;
    // Details come with what is picked.
    let at = page.region_at("us-east-1")?;
    page.page.click_at("#map", at)?;
    page.page.wait_until(&visible("inspector"), SOON)?;
    page.page.assert_console_clean()
}

#[test]
fn the_timeline_takes_as_much_room_as_one_likes() -> Result<()> {
    let stage = Stage::set()?;
    let page = stage.open("")?;
    let height = "document.querySelector('.time').offsetHeight";
    let before = page.page.eval::<f64>(height)?;
    page.page.eval::<()>("document.querySelector('.divider').focus()")?;
    page.page.press(UP)?;
    page.page.press(UP)?;
    page.page.wait_until(&format!("{height} >= {before} + 30"), SOON)?;
    page.page.eval::<bool>(
        "(document.querySelector('.divider').dispatchEvent(new MouseEvent('dblclick', { bubbles: true })), true)",
    )?;
    page.page.wait_until(&format!("{height} === {before}"), SOON)
}

#[test]
fn presenting_leaves_the_map_and_the_timeline_in_large_type() -> Result<()> {
    let stage = Stage::set()?;
    let page = stage.open("")?;
    page.page.eval::<bool>("(document.activeElement.blur(), true)")?;
    page.page.press("f")?;
    page.page.wait_until("!document.querySelector('#play').checkVisibility()", SOON)?;
    assert!(
        page.page.eval::<bool>("document.querySelector('#playhead').checkVisibility()")?,
        "what time it is is told"
    );
    assert!(page.page.eval::<f64>(MAP)? > 0.5);
    let type_size = "parseFloat(getComputedStyle(document.documentElement).fontSize)";
    assert!(page.page.eval::<f64>(type_size)? > 20.0);
    page.page.press(ESCAPE)?;
    page.page.wait_until("document.querySelector('#play').checkVisibility()", SOON)?;
    page.page.assert_console_clean()
}
