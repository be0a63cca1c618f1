//! Journeys through the built page: what a person does, and what must come of it.

use crate::stage::{SOON, Stage};
use anyhow::{Context, Result};
use scenario::{Link, LinkScenario};
use system_tests::{Meridian, State, Window, meridian};

/// What the journeys find on the page, in one place.
mod on_the_page {
    pub(super) const MAP: &str = "canvas#map";
    pub(super) const INSPECTOR: &str = "#inspector";
    pub(super) const VARIANTS: &str = "select[name=variant]";
    pub(super) const BRANCHES: &str = "select[name=branch]";
    pub(super) const LOST_WRITES: &str = "#lost-count";
    pub(super) const FIRST_LOST_WRITE: &str = "#lost tbody tr";
    pub(super) const LINK: &str = "#link";
    pub(super) const NOTICES: &str = ".notices";
}

/// The scenario that opens by itself, and what the journeys do to it.
const LEADER: &str = "us-east-1";
const SAFE_VARIANT: &str = "semi-sync";
const KILL_AT_MS: u64 = 20_000;
const DURING_THE_CUT_MS: u64 = 33_000;

#[test]
fn the_default_page_opens_with_traffic_and_a_clean_console() -> Result<()> {
    let stage = Stage::set()?;
    let meridian = stage.open("")?;
    meridian.wait_for("state().events > 1000")?;
    assert_eq!(meridian.state()?.scenario, "first-look");
    meridian.page.assert_console_clean()
}

#[test]
fn a_stranger_kills_the_leader_sees_orders_vanish_and_sends_the_link() -> Result<()> {
    let stage = Stage::set()?;
    let stranger = stage.open("")?;
    stranger.wait_for("state().events > 1000")?;

    kill_the_leader(&stranger)?;
    let lossy = stranger.finish()?;
    assert!(lossy.lost_writes > 0, "asynchronous replication loses what the leader had not sent: {lossy:?}");
    stranger.page.click("Scorecard")?;
    let count = stranger.page.text(on_the_page::LOST_WRITES)?;
    let digits: String = count.chars().filter(char::is_ascii_digit).collect();
    assert_eq!(digits, lossy.lost_writes.to_string(), "the scorecard says how many writes are lost: {count}");
    assert!(!stranger.page.text(on_the_page::FIRST_LOST_WRITE)?.is_empty(), "and lists them");
    let scorecard = stranger.page.text("#scorecard")?;
    assert!(scorecard.contains("as planned") && !scorecard.contains("not met"), "nobody has failed: {scorecard}");

    scrub_back_and_forth(&stranger)?;
    assert_eq!(stranger.finish()?.digest, lossy.digest, "looking at the past changes nothing");

    stranger.page.choose(on_the_page::VARIANTS, SAFE_VARIANT)?;
    stranger.wait_for(&format!("state().variant === '{SAFE_VARIANT}'"))?;
    let safe = stranger.finish()?;
    assert_eq!(safe.lost_writes, 0, "a semi-synchronous leader acknowledges nothing that it alone holds: {safe:?}");

    send_the_link(&stage, &stranger, &safe)?;
    stranger.page.assert_console_clean()
}

#[test]
fn the_count_of_verdicts_opens_the_first_of_them() -> Result<()> {
    let stage = Stage::set()?;
    let page = stage.open("")?;
    page.finish()?;
    // Who reads locally from an asynchronous follower was promised no fresh values, so nothing of it is red.
    page.page.wait_until("!document.querySelector('.outcome .bad-text')", SOON)?;
    page.page.click("1 violated, not promised")?;
    page.page.wait_until("document.activeElement.closest('#verdict-0-Linearizable')", SOON)?;
    let said = page.page.text("#verdict-0-Linearizable")?;
    assert!(said.contains("A user in") && said.contains("violated on") && said.contains("not promised"), "{said}");
    assert!(!said.contains("nil") && !said.contains("process"), "{said}");
    // What happened comes before what it is called.
    let order = ["old value read", "A user in", "Not linearizable", "as if there were one copy"];
    let places: Option<Vec<usize>> = order.iter().map(|words| said.find(words)).collect();
    assert!(places.is_some_and(|places| places.is_sorted()), "{said}");
    page.page.assert_console_clean()
}

#[test]
fn the_controls_stand_still_in_one_row_whatever_the_speed() -> Result<()> {
    let stage = Stage::set()?;
    for width in [1280, 1440] {
        let page = stage.open_in(Window { width, ..Window::DESKTOP }, "")?;
        kill_the_leader(&page)?;
        page.finish()?;
        page.seek(KILL_AT_MS + 3_000)?;
        let rights =
            "JSON.stringify([...document.querySelectorAll('.top > *')].map((it) => it.getBoundingClientRect().right))";
        let before: String = page.page.eval(rights)?;
        // The space bar plays where nothing has the focus that it would press.
        page.page.eval::<bool>("(document.activeElement.blur(), true)")?;
        page.page.press(" ")?;
        page.page.wait_until("document.querySelector('.check .pace').textContent.endsWith('×')", SOON)?;
        let during: String = page.page.eval(rights)?;
        assert_eq!(during, before, "at {width}");
        assert!(page.page.eval::<f64>("document.querySelector('.top').offsetHeight")? < 60.0, "at {width}");
        assert_eq!(page.page.eval::<u32>("document.documentElement.scrollWidth")?, width);
    }
    Ok(())
}

#[test]
fn acting_in_the_past_begins_a_branch_and_keeps_the_old_future() -> Result<()> {
    let stage = Stage::set()?;
    let page = stage.open("")?;
    let planned = page.finish()?;
    assert_eq!((planned.branch, planned.branches), (0, 1));
    kill_the_leader(&page)?;
    page.wait_for("state().branch === 1")?;
    let forked = page.finish()?;
    assert_eq!(forked.branches, 2);
    assert_ne!(forked.digest, planned.digest, "without its leader the shop has another day");
    page.page.choose(on_the_page::BRANCHES, "0")?;
    page.wait_for("state().branch === 0")?;
    let returned = page.finish()?;
    assert_eq!((returned.digest, returned.lost_writes), (planned.digest, planned.lost_writes));
    page.page.assert_console_clean()
}

#[test]
fn a_damaged_link_says_so_opens_the_default_and_stays_in_the_address() -> Result<()> {
    let stage = Stage::set()?;
    let page = stage.open("#this-is-no-link")?;
    assert_eq!(page.state()?.scenario, "first-look");
    let said = format!("/link/i.test(document.querySelector('{}').innerText)", on_the_page::NOTICES);
    page.page.wait_until(&said, SOON)?;
    page.finish()?;
    page.settle()?;
    assert_eq!(page.page.eval::<String>("location.hash")?, "#this-is-no-link", "it can be mended");
    page.seek(KILL_AT_MS)?;
    page.page.wait_until("location.hash === '#' + window.meridian.state().link", SOON)?;
    page.page.assert_console_clean()
}

#[test]
fn a_link_that_has_become_the_query_is_opened_and_gets_its_hash_back() -> Result<()> {
    let stage = Stage::set()?;
    let page = stage.open("")?;
    page.finish()?;
    page.seek(KILL_AT_MS)?;
    page.settle()?;
    let link = page.state()?.link;
    let sent = stage.open(&format!("?x=1%23{link}"))?;
    sent.finish()?;
    sent.wait_for(&format!("state().playhead_ms === {KILL_AT_MS}"))?;
    assert_eq!(sent.page.eval::<String>("location.search")?, "");
    sent.page.wait_until("location.hash === '#' + window.meridian.state().link", SOON)?;
    sent.page.assert_console_clean()
}

#[test]
fn what_would_change_nothing_says_so_and_is_not_done() -> Result<()> {
    let stage = Stage::set()?;
    let page = stage.open("")?;
    kill_the_leader(&page)?;
    page.finish()?;
    page.settle()?;
    let killed = page.state()?.link;
    page.page.wait_until("document.querySelector('#inspector .danger').ariaDisabled === 'true'", SOON)?;
    page.page.click("Kill")?;
    let said = format!("document.querySelector('{}').innerText.includes('Nothing was done')", on_the_page::NOTICES);
    page.page.wait_until(&said, SOON)?;
    assert_eq!(page.state()?.link, killed);
    // Another fault, planned and soon over, has no say in it.
    page.seek(DURING_THE_CUT_MS)?;
    page.page.wait_until("document.querySelector('#inspector .danger').ariaDisabled === 'true'", SOON)?;
    page.page.assert_console_clean()
}

#[test]
fn the_controls_stand_still_when_the_first_hour_is_over() -> Result<()> {
    const HOUR_MS: u64 = 3_600_000;
    let quiet = r#"version = 1
[story]
title = "Two hours"
[run]
duration = "2h"
[[region]]
id = "us-east-1"
[[request]]
id = "ask"
steps = ["call"]
[[population]]
id = "new-york"
rate = "1/s"
"#;
    let stage = Stage::set()?;
    let first = Link::decode(&stage.open("")?.state()?.link)?;
    let long = Link { scenario: LinkScenario::Packed(quiet.to_owned()), outcome: None, ..first };
    let page = stage.open_in(Window { width: 1280, ..Window::DESKTOP }, &format!("#{}", long.encode()))?;
    assert_eq!(page.finish()?.scenario, "edited");
    let places = |at: u64, clock: &str| {
        page.seek(at)?;
        page.page.wait_until(&format!("document.querySelector('#playhead').textContent === '{clock}'"), SOON)?;
        page.settle()?;
        page.page.eval::<String>(
            "JSON.stringify([...document.querySelectorAll('.top *')].filter((it) => it.id !== 'playhead') \
             .map((it) => it.getBoundingClientRect()))",
        )
    };
    let before = places(HOUR_MS - 1, "59:59.999")?;
    assert_eq!(places(HOUR_MS, "1:00:00.000")?, before);
    assert_eq!(places(0, "0:00.000")?, before);
    page.page.assert_console_clean()
}

#[test]
fn a_notice_hides_no_caption_and_leaves_the_map_as_it_was() -> Result<()> {
    let stage = Stage::set()?;
    let page = stage.open("")?;
    page.finish()?;
    page.seek(KILL_AT_MS)?;
    let height = "document.querySelector('canvas#map').clientHeight";
    let before = page.page.eval::<u32>(height)?;
    kill_the_leader(&page)?;
    page.page.wait_until("document.querySelector('#caption').innerText.includes('N. Virginia lost, by hand')", SOON)?;
    page.page.click("Share")?;
    page.page.wait_until("document.querySelector('.notice') !== null", SOON)?;
    assert_eq!(page.page.eval::<u32>(height)?, before);
    let edge = |of: &str, edge: &str| format!("document.querySelector('{of}').getBoundingClientRect().{edge}");
    let apart = format!("{} <= {} + 1", edge(".caption", "bottom"), edge(".notice", "top"));
    assert!(page.page.eval::<bool>(&apart)?, "the caption is above the notice, and the map above both");
    page.page.assert_console_clean()
}

#[test]
fn what_to_do_for_a_partition_is_said_below_the_map_and_swallows_no_stroke() -> Result<()> {
    let stage = Stage::set()?;
    let page = stage.open_in(Window::NARROW, "")?;
    page.page.click("Partition")?;
    page.page.wait_until("document.querySelector('#caption').innerText.includes('Draw round regions')", SOON)?;
    let foot = "(() => { const map = document.querySelector('canvas#map').getBoundingClientRect(); \
                return document.elementFromPoint(map.x + map.width / 2, map.bottom - 8).id })()";
    assert_eq!(page.page.eval::<String>(foot)?, "map");
    page.page.click("Cancel")?;
    page.page.wait_until("!document.querySelector('#caption').innerText.includes('Draw round regions')", SOON)?;
    page.page.assert_console_clean()
}

#[test]
fn a_program_that_asks_wrongly_is_told_so_and_changes_nothing() -> Result<()> {
    let stage = Stage::set()?;
    let page = stage.open("")?;
    page.seek(KILL_AT_MS)?;
    for wrong in ["regionAt(0)", "regionAt()", "seek('soon')", "seek()", "seek(NaN)", "seek({})"] {
        let said = page.page.eval::<String>(&format!("window.meridian.{wrong}.error"))?;
        assert!(said.contains(" takes "), "{wrong}: {said}");
    }
    assert!(page.page.eval::<bool>("window.meridian.regionAt('nowhere') == null")?);
    page.wait_for(&format!("state().playhead_ms === {KILL_AT_MS}"))?;
    page.page.assert_console_clean()
}

#[test]
fn a_link_whose_run_comes_out_otherwise_now_says_so() -> Result<()> {
    let stage = Stage::set()?;
    let page = stage.open("")?;
    page.finish()?;
    page.seek(KILL_AT_MS)?;
    let link = Link::decode(&page.state()?.link)?;
    let outcome = link.outcome.context("a link to what is computed says how it came out")?;
    let otherwise = Link { outcome: Some(outcome.map(|byte| !byte)), ..link.clone() };
    let says =
        format!("document.querySelector('{}').innerText.includes('comes out otherwise now')", on_the_page::NOTICES);
    let warned = stage.open(&format!("#{}", otherwise.encode()))?;
    warned.page.wait_until(&says, SOON)?;
    let trusted = stage.open(&format!("#{}", link.encode()))?;
    trusted.finish()?;
    assert!(!trusted.page.eval::<bool>(&says)?, "this one comes out as it did");
    warned.page.assert_console_clean()
}

#[test]
fn the_space_bar_stops_the_clock_and_starts_it_again() -> Result<()> {
    let stage = Stage::set()?;
    let page = stage.open("")?;
    let playing = page.state()?.playing;
    page.page.press(" ")?;
    page.wait_for(&format!("state().playing === {}", !playing))?;
    page.page.press(" ")?;
    page.wait_for(&format!("state().playing === {playing}"))
}

#[test]
fn nothing_scrolls_sideways_on_a_telephone() -> Result<()> {
    let stage = Stage::set()?;
    let page = stage.open_in(Window { width: 360, ..Window::NARROW }, "")?;
    assert_eq!(page.page.eval::<u32>("document.documentElement.scrollWidth")?, 360);
    page.page.assert_console_clean()
}

#[test]
fn on_a_telephone_no_region_lies_below_the_tools() -> Result<()> {
    let stage = Stage::set()?;
    let page = stage.open_in(Window::NARROW, "")?;
    for (scenario, region) in [
        ("first-look", "eu-west-1"),
        ("sync-across-the-ocean", "ap-southeast-2"),
        ("ghost-read", "ap-southeast-1"),
        ("quorums-that-overlap", "ap-northeast-1"),
    ] {
        page.page.click("Gallery")?;
        page.page.eval::<bool>(&format!("(document.querySelector('[data-scenario={scenario}]').click(), true)"))?;
        page.wait_for(&format!("state().scenario === '{scenario}'"))?;
        page.settle()?;
        let at = page.region_at(region)?;
        let foremost = format!(
            "(() => {{ const map = document.querySelector('{map}').getBoundingClientRect(); \
             return document.elementFromPoint(map.x + {}, map.y + {}).id }})()",
            at.x,
            at.y,
            map = on_the_page::MAP,
        );
        assert_eq!(page.page.eval::<String>(&foremost)?, "map", "{region} in {scenario}");
    }
    page.page.assert_console_clean()
}

#[test]
fn on_a_telephone_a_notice_leaves_the_line_of_results_to_be_read() -> Result<()> {
    let stage = Stage::set()?;
    let page = stage.open_in(Window::NARROW, "")?;
    page.finish()?;
    page.page.click("Share")?;
    page.page.wait_until("document.querySelector('.notice') !== null", SOON)?;
    let edge = |of: &str, edge: &str| format!("document.querySelector('{of}').getBoundingClientRect().{edge}");
    let apart = format!("{} <= {} + 1", edge(".outcome", "bottom"), edge(".notice", "top"));
    assert!(page.page.eval::<bool>(&apart)?);
    page.page.assert_console_clean()
}

#[test]
fn on_a_telephone_a_text_leaves_the_map_room_for_its_names() -> Result<()> {
    let stage = Stage::set()?;
    let page = stage.open_in(Window::NARROW, "")?;
    page.page.click("Text")?;
    // On a map of this height every region has its name, as tests of the map hold.
    page.page.wait_until("document.querySelector('canvas#map').clientHeight >= 166", SOON)?;
    page.page.wait_until("document.querySelector('textarea').clientHeight >= 90", SOON)?;
    page.page.assert_console_clean()
}

#[test]
fn a_seed_can_be_typed_below_the_story_on_a_telephone() -> Result<()> {
    let stage = Stage::set()?;
    let page = stage.open_in(Window::NARROW, "")?;
    page.page.click("New")?;
    page.wait_for("state().seed !== 1")?;
    page.page.eval::<bool>("(document.querySelector('.story [name=seed]').select(), true)")?;
    page.page.press("7")?;
    page.page.press("\u{e007}")?;
    page.wait_for("state().seed === 7")?;
    page.page.press("\u{e004}")?;
    page.settle()?;
    page.page.assert_console_clean()
}

/// Goes to the moment, clicks the region on the map and takes the action that the inspector offers.
fn kill_the_leader(page: &Meridian) -> Result<()> {
    page.wait_for(&format!("state().computed_ms >= {KILL_AT_MS}"))?;
    page.seek(KILL_AT_MS)?;
    page.settle()?;
    page.page.click_at(on_the_page::MAP, page.region_at(LEADER)?)?;
    page.page.wait_until(
        &format!("document.querySelector('{}').innerText.includes('{LEADER}')", on_the_page::INSPECTOR),
        SOON,
    )?;
    let before = page.state()?;
    page.page.click("Kill")?;
    page.wait_for(&format!("state().link !== {:?}", before.link))
}

fn scrub_back_and_forth(page: &Meridian) -> Result<()> {
    for to_ms in [KILL_AT_MS + 15_000, 1_000, KILL_AT_MS - 1] {
        page.seek(to_ms)?;
    }
    Ok(())
}

/// The link gives the same run to a colleague with a fresh profile, and to one in a terminal.
fn send_the_link(stage: &Stage, from: &Meridian, sent: &State) -> Result<()> {
    from.page.click("Share")?;
    let shown = from.page.text(on_the_page::LINK)?;
    let link = stage.link(sent);
    assert!(shown.ends_with(&sent.link), "the link that is copied is the link of this run: {shown}");
    let fragment = link.strip_prefix(stage.address()).context("the link is to this page")?;
    let colleague = stage.open(fragment)?;
    let received = colleague.finish()?;
    assert_eq!((received.digest.as_ref(), received.events), (sent.digest.as_ref(), sent.events));
    assert_eq!((received.variant.as_ref(), received.lost_writes), (sent.variant.as_ref(), sent.lost_writes));
    colleague.page.assert_console_clean()?;

    let printed = meridian(&link)?;
    assert_eq!((Some(printed.digest), printed.events), (sent.digest.clone(), sent.events));
    Ok(())
}
