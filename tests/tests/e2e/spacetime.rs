//! Messages in space and time, in the place of the map.

use crate::stage::{SOON, Stage};
use anyhow::Result;
use system_tests::{Meridian, Point, Window};

const ESCAPE: &str = "\u{E00C}";
const DOWN: &str = "\u{E015}";
const RIGHT: &str = "\u{E014}";

const SAID: &str = "(document.querySelector('#space-said')?.textContent ?? '')";
const OPEN: &str = "!!document.querySelector('#space-time')?.checkVisibility()";
const MAP: &str = "document.querySelector('#map').checkVisibility()";

/// How many messages are to be seen, by what is said of the picture.
const MESSAGES: &str = "Number(((document.querySelector('#space-drawn')?.textContent ?? '').match(/([0-9\u{2009}]+) messages?/)?.[1] ?? '0').replaceAll('\u{2009}', ''))";

/// The page with the picture of the fifth second, opened by a key.
fn opened(stage: &Stage, window: Window) -> Result<Meridian> {
    let page = stage.open_in(window, "")?;
    page.seek(5_000)?;
    page.page.eval::<bool>("(document.activeElement.blur(), true)")?;
    page.page.press("x")?;
    page.page.wait_until(OPEN, SOON)?;
    page.page.wait_until(&format!("{MESSAGES} > 10"), SOON)?;
    Ok(page)
}

#[test]
fn by_keys_alone_one_opens_it_zooms_hears_of_a_message_and_comes_back() -> Result<()> {
    let stage = Stage::set()?;
    let page = opened(&stage, Window::DESKTOP)?;
    assert!(!page.page.eval::<bool>(MAP)?, "it lies in the place of the map");
    let before = page.page.eval::<f64>(MESSAGES)?;
    page.page.press("+")?;
    page.page.press("+")?;
    page.page.wait_until(&format!("{MESSAGES} < {before}"), SOON)?;
    page.page.press(DOWN)?;
    let told = format!("/(sent|began) 5(\\.[0-9]+)? s/.test({SAID})");
    page.page.wait_until(&told, SOON)?;
    let first = page.page.eval::<String>(SAID)?;
    page.page.press(DOWN)?;
    page.page.wait_until(&format!("{told} && {SAID} !== {first:?}"), SOON)?;
    page.page.eval::<bool>("(document.querySelector('.space-told .why button').click(), true)")?;
    page.page.wait_until("document.querySelectorAll('.space-told .causes li').length > 0", SOON)?;
    // Moving through time, it no longer follows the playhead.
    page.page.eval::<()>("document.querySelector('#space-time').focus()")?;
    page.page.press(RIGHT)?;
    page.page.wait_until("!document.querySelector('[name=follows]').checked", SOON)?;
    page.page.press(ESCAPE)?;
    page.page.wait_until(&format!("!({OPEN}) && {MAP}"), SOON)?;
    page.page.wait_until("document.activeElement.id === 'to-space-time'", SOON)?;
    page.region_at("us-east-1")?;
    page.page.assert_console_clean()
}

#[test]
fn what_is_in_the_picture_is_listed_and_what_is_listed_can_be_picked() -> Result<()> {
    let stage = Stage::set()?;
    let page = opened(&stage, Window::DESKTOP)?;
    page.page.eval::<bool>("(document.querySelector('.space-told summary').click(), true)")?;
    page.page.wait_until("document.querySelectorAll('#space-list button').length === 40", SOON)?;
    let words = page.page.eval::<String>("document.querySelectorAll('#space-list button')[3].textContent")?;
    page.page.eval::<bool>("(document.querySelectorAll('#space-list button')[3].click(), true)")?;
    page.page.wait_until(&format!("{SAID} === {words:?}"), SOON)?;
    // A click beside everything lets go of it.
    page.page.click_at("#space-time", Point { x: 4.0, y: 40.0 })?;
    page.page.wait_until(&format!("{SAID}.startsWith('Pick')"), SOON)?;
    page.page.assert_console_clean()
}

#[test]
fn on_a_telephone_it_has_the_room_of_a_sheet_and_nothing_is_cut_off() -> Result<()> {
    let stage = Stage::set()?;
    let page = opened(&stage, Window::NARROW)?;
    assert!(page.page.eval::<f64>("document.querySelector('#space-time').offsetHeight")? > 250.0);
    assert!(page.page.eval::<bool>("document.documentElement.scrollWidth <= innerWidth")?);
    page.page.click("Map")?;
    page.page.wait_until(MAP, SOON)?;
    page.page.assert_console_clean()
}
