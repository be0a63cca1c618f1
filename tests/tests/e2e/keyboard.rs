//! The page without a pointer: where the focus goes, and what the keys do.

use crate::stage::{SOON, Stage};
use anyhow::Result;
use system_tests::{Meridian, Window};

/// Keys in WebDriver's numbering.
const ENTER: &str = "\u{E007}";
const ESCAPE: &str = "\u{E00C}";
const LEFT: &str = "\u{E012}";

/// What the focus is on.
const FOCUS: &str = "document.activeElement";

fn focus(page: &Meridian, selector: &str) -> Result<()> {
    page.page.eval(&format!("document.querySelector('{selector}').focus()"))
}

fn wait_for_focus(page: &Meridian, selector: &str) -> Result<()> {
    page.page.wait_until(&format!("{FOCUS}.matches('{selector}')"), SOON)
}

#[test]
fn the_focus_goes_to_what_is_picked_and_back_to_its_row() -> Result<()> {
    let stage = Stage::set()?;
    let page = stage.open("")?;
    page.seek(1_000)?;
    page.page.click("Lists")?;
    for leave in [ESCAPE, ENTER] {
        focus(&page, "#row-region-1")?;
        page.page.press(ENTER)?;
        wait_for_focus(&page, "#inspector h2")?;
        if leave == ENTER {
            focus(&page, "#inspector .heading button")?;
        }
        page.page.press(leave)?;
        wait_for_focus(&page, "#row-region-1")?;
    }
    page.page.assert_console_clean()
}

#[test]
fn a_scenario_opened_by_key_gets_the_focus() -> Result<()> {
    let stage = Stage::set()?;
    let page = stage.open("")?;
    page.page.click("Gallery")?;
    focus(&page, "#gallery li:last-child button")?;
    page.page.press(ENTER)?;
    wait_for_focus(&page, "#story h1")
}

#[test]
fn arrow_keys_move_the_map_and_escape_gives_up_a_lasso() -> Result<()> {
    let stage = Stage::set()?;
    let page = stage.open("")?;
    page.seek(1_000)?;
    let before = page.region_at("us-east-1")?;
    focus(&page, "#map")?;
    page.page.press(LEFT)?;
    page.settle()?;
    assert!(page.region_at("us-east-1")?.x > before.x, "what lies to the left comes into view");
    page.page.press("l")?;
    page.page.wait_until("document.querySelector('.map.lasso')", SOON)?;
    page.page.press(ESCAPE)?;
    page.page.wait_until("!document.querySelector('.map.lasso')", SOON)
}

#[test]
fn the_keys_are_listed_and_can_be_switched_off() -> Result<()> {
    let stage = Stage::set()?;
    let page = stage.open("")?;
    page.seek(1_000)?;
    focus(&page, "input[type=range]")?;
    page.page.press("?")?;
    page.page.wait_until("document.querySelector('dialog').open", SOON)?;
    page.page.eval::<()>("document.querySelector('dialog input').click()")?;
    page.page.press(ESCAPE)?;
    page.page.wait_until("!document.querySelector('dialog').open", SOON)?;
    page.page.press(".")?;
    page.settle()?;
    assert_eq!(page.state()?.playhead_ms, 1_000.0, "a sign is no command any more");
    page.page.press(" ")?;
    page.wait_for("state().playing")
}

#[test]
fn seed_and_variant_can_be_reached_on_a_telephone() -> Result<()> {
    let stage = Stage::set()?;
    let page = stage.open_in(Window::NARROW, "")?;
    for control in ["input[name=seed]", "select[name=variant]"] {
        let visible = format!("[...document.querySelectorAll('{control}')].some((it) => it.checkVisibility())");
        assert!(page.page.eval::<bool>(&visible)?, "{control}");
    }
    page.page.assert_console_clean()
}
