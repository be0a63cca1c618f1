//! What a person has written, done and seen is never lost without a word.

use crate::stage::{SOON, Stage};
use anyhow::Result;
use system_tests::Meridian;

const MINE: &str = "# mine";

/// Writes a comment below the scenario's text.
fn write(page: &Meridian) -> Result<()> {
    page.page.click("Text")?;
    page.page.eval(&format!(
        "(() => {{ const area = document.querySelector('textarea'); area.value += '\\n{MINE}\\n'; \
         area.dispatchEvent(new Event('input', {{ bubbles: true }})); }})()"
    ))
}

fn act(page: &Meridian, at_ms: u64, button: &str) -> Result<()> {
    let before = page.state()?.link;
    page.wait_for(&format!("state().computed_ms >= {at_ms}"))?;
    page.seek(at_ms)?;
    page.page.click("Lists")?;
    page.page.click("N. Virginia")?;
    page.page.click(button)?;
    page.wait_for(&format!("state().link !== {before:?}"))
}

#[test]
fn what_is_written_stays_until_it_is_run() -> Result<()> {
    let stage = Stage::set()?;
    let page = stage.open("")?;
    let written = format!("document.querySelector('textarea').value.includes('{MINE}')");
    write(&page)?;
    page.page.choose("select[name=variant]", "semi-sync")?;
    page.wait_for("state().variant === 'semi-sync'")?;
    page.page.wait_until(&written, SOON)?;
    page.page.click("Story")?;
    page.page.click("Text")?;
    page.page.wait_until(&written, SOON)?;
    page.page.click("Run this text")?;
    page.wait_for("state().scenario === 'edited'")?;
    assert_eq!(page.state()?.variant.as_deref(), Some("semi-sync"), "the variant is still there");
    page.page.wait_until(&written, SOON)?;
    page.page.assert_console_clean()
}

#[test]
fn the_open_scenario_chosen_again_is_as_it_ships_and_gives_what_was_written_back() -> Result<()> {
    let stage = Stage::set()?;
    let page = stage.open("")?;
    let written = format!("document.querySelector('textarea').value.includes('{MINE}')");
    write(&page)?;
    page.page.click("Gallery")?;
    page.page.eval::<bool>("(document.querySelector('[data-scenario=first-look]').click(), true)")?;
    page.page.click("Text")?;
    page.page.wait_until(&format!("!{written}"), SOON)?;
    page.page.click("Bring them back")?;
    page.page.wait_until(&written, SOON)?;
    page.page.wait_until("document.querySelector('.notice') === null", SOON)?;
    page.page.assert_console_clean()
}

#[test]
fn another_seed_and_another_text_keep_the_branches() -> Result<()> {
    let stage = Stage::set()?;
    let page = stage.open("")?;
    act(&page, 20_000, "Kill")?;
    // Until the branch begins, the run that is finished is still the one without it.
    page.wait_for("state().branch === 1")?;
    let killed = page.finish()?;
    page.seek(100_000)?;
    act(&page, 15_000, "Isolate")?;
    page.wait_for("state().branch === 2")?;
    page.page.choose("select[name=variant]", "semi-sync")?;
    page.wait_for("state().variant === 'semi-sync' && window.meridian.state().branches === 3")?;
    page.page.choose("select[name=variant]", "")?;
    page.wait_for("state().variant == null")?;
    page.page.wait_until("document.querySelector('select[name=branch]').options.length === 3", SOON)?;
    page.page.choose("select[name=branch]", "1")?;
    page.wait_for("state().branch === 1")?;
    assert_eq!(page.finish()?.digest, killed.digest, "the first branch has the future it had");
    act(&page, 30_000, "Restore")?;
    page.wait_for("state().branch === 3")?;
    write(&page)?;
    page.page.click("Run this text")?;
    page.wait_for("state().scenario === 'edited' && window.meridian.state().branches === 4")?;
    page.page.assert_console_clean()
}

#[test]
fn another_scenario_keeps_the_branches_and_a_text_of_ones_own() -> Result<()> {
    let stage = Stage::set()?;
    let page = stage.open("")?;
    let gallery = |id: &str| -> Result<()> {
        page.page.click("Gallery")?;
        page.page.eval::<bool>(&format!("(document.querySelector('[data-scenario={id}]').click(), true)"))?;
        page.wait_for(&format!("state().scenario === '{id}'"))
    };
    act(&page, 20_000, "Kill")?;
    page.wait_for("state().branch === 1")?;
    let killed = page.finish()?;
    gallery("ghost-read")?;
    assert_eq!(page.finish()?.branches, 1);
    gallery("first-look")?;
    page.wait_for("state().branch === 0 && window.meridian.state().branches === 2")?;
    page.page.choose("select[name=branch]", "1")?;
    page.wait_for("state().branch === 1")?;
    assert_eq!(page.finish()?.digest, killed.digest);
    write(&page)?;
    page.page.click("Run this text")?;
    page.wait_for("state().scenario === 'edited'")?;
    gallery("ghost-read")?;
    page.page.click("Gallery")?;
    page.page.eval::<bool>("(document.querySelector('.gallery button:not([data-scenario])').click(), true)")?;
    page.wait_for("state().scenario === 'edited' && window.meridian.state().branches === 2")?;
    page.page.assert_console_clean()
}

#[test]
fn where_one_wants_to_be_is_in_the_link_before_it_is_computed() -> Result<()> {
    let stage = Stage::set()?;
    let page = stage.open("")?;
    // In one go, so that the worker has no time to compute anything.
    let link: String = page.page.eval(
        "(() => { const list = document.querySelector('select[name=variant]'); list.value = 'sync'; \
         list.dispatchEvent(new Event('change', { bubbles: true })); window.meridian.seek(110000); \
         return window.meridian.state().link; })()",
    )?;
    page.finish()?;
    page.wait_for("state().playhead_ms === 110000")?;
    // It lacks only how the run came out there, which nobody knew yet.
    let sent = stage.open(&format!("#{}", link.trim_start_matches('#')))?;
    let opened = sent.finish()?;
    sent.wait_for("state().playhead_ms === 110000")?;
    assert_eq!((opened.digest, sent.state()?.link), (page.state()?.digest, page.state()?.link));
    Ok(())
}

#[test]
fn the_right_button_and_a_cancelled_lasso_do_nothing() -> Result<()> {
    let stage = Stage::set()?;
    let page = stage.open("")?;
    page.seek(30_000)?;
    let before = page.state()?;
    let pointer = |canvas: &str, kind: &str, button: i32, x: f64, y: f64| {
        page.page.eval::<bool>(&format!(
            "document.querySelector('#{canvas}').dispatchEvent(new PointerEvent('pointer{kind}', \
             {{ bubbles: true, pointerId: 7, button: {button}, clientX: {x}, clientY: {y}, shiftKey: true }}))"
        ))
    };
    pointer("timeline", "down", 2, 900.0, 800.0)?;
    // Round everything but one region, then taken away by the browser.
    pointer("map", "down", 0, 310.0, 100.0)?;
    for (x, y) in [(700.0, 100.0), (700.0, 500.0), (310.0, 500.0)] {
        pointer("map", "move", 0, x, y)?;
    }
    pointer("map", "cancel", 0, 310.0, 500.0)?;
    page.settle()?;
    let after = page.state()?;
    assert_eq!((after.playhead_ms, after.link), (before.playhead_ms, before.link));
    Ok(())
}
