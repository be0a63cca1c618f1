//! Two runs side by side.

use crate::stage::{SOON, Stage};
use anyhow::Result;
use system_tests::Meridian;

/// What the two maps are called.
fn names(page: &Meridian) -> Result<String> {
    page.page.eval("[...document.querySelectorAll('.which')].map((name) => name.textContent).join(' | ')")
}

/// How many pixels of the second map are of another colour than its corner.
const DRAWN: &str = "(() => { const all = [...document.querySelectorAll('.map.beside canvas')]; \
    return all.reduce((sum, canvas) => { const data = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data; \
    let drawn = 0; for (let at = 0; at < data.length; at += 4) drawn += data[at] !== data[0] || data[at + 3] !== data[3]; return sum + drawn; }, 0); })()";

#[test]
fn whoever_acts_sees_what_would_have_happened_beside_it() -> Result<()> {
    let stage = Stage::set()?;
    let page = stage.open("")?;
    page.wait_for("state().events > 1000")?;
    page.page.click("Side by side")?;
    page.page.wait_until("document.querySelectorAll('.which').length === 2", SOON)?;
    assert_eq!(names(&page)?, "A: As written | B: Semi-synchronous");
    page.page.wait_until(&format!("{DRAWN} > 1000"), SOON)?;

    page.seek(20_000)?;
    page.page.click_at("canvas#map", page.region_at("us-east-1")?)?;
    page.page.click("Kill")?;
    page.page.wait_until("document.querySelector('.which')?.textContent.includes('lost')", SOON)?;
    let names = names(&page)?;
    assert!(names.ends_with("| B: As planned"), "{names}");
    page.page.click("Scorecard")?;
    page.page.wait_until(
        "document.querySelector('#scorecard').textContent.includes('Below the numbers of As planned')",
        SOON,
    )?;

    page.page.click("One map")?;
    page.page.wait_until("!document.querySelector('#map-beside')", SOON)?;
    page.page.assert_console_clean()
}
