//! The harness itself, against a page of a few lines: a journey is only as true as what walks it.

use anyhow::Result;
use std::fs;
use std::path::PathBuf;
use std::time::Duration;
use system_tests::{Browser, Page, Point, StaticServer, Window};

const SOON: Duration = Duration::from_secs(10);

/// Remembers where its canvas was clicked, which button and which key was pressed, and answers after a while.
const HTML: &str = r#"<!doctype html><title>Small</title><link rel="icon" href="data:,">
<style>body { margin: 50px 0 0 70px } @media (prefers-color-scheme: dark) { body { background: rgb(1, 2, 3) } }</style>
<canvas width="300" height="150" style="width: 300px; height: 150px"></canvas>
<button>Kill</button><button hidden>Hidden</button>
<select><option value="a">A<option value="b">B</select>
<script type="module" src="page.js"></script>"#;

const SCRIPT: &str = r#"
window.seen = {};
document.querySelector('canvas').addEventListener('click', (e) => { seen.at = { x: e.offsetX, y: e.offsetY }; });
document.querySelector('button').addEventListener('click', () => { seen.button = true; });
document.querySelector('select').addEventListener('change', (e) => { seen.chosen = e.target.value; });
document.addEventListener('keydown', (e) => { seen.key = e.key; });
setTimeout(() => { seen.ready = true; }, 50);
"#;

/// A folder with the page in it, removed at the end.
struct Folder(PathBuf);

impl Folder {
    fn new(test: &str) -> Result<Folder> {
        let path = std::env::temp_dir().join(format!("meridian-page-{}-{test}", std::process::id()));
        fs::create_dir_all(&path)?;
        fs::write(path.join("index.html"), HTML)?;
        fs::write(path.join("page.js"), SCRIPT)?;
        Ok(Folder(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn with_page(test: &str, window: Window, look: impl FnOnce(&Page) -> Result<()>) -> Result<()> {
    let folder = Folder::new(test)?;
    let server = StaticServer::start(&folder.0, "/from/a/subpath/")?;
    let browser = Browser::start()?;
    let page = browser.open(window)?;
    page.goto(server.address())?;
    page.wait_until("seen.ready", SOON)?;
    look(&page)
}

#[test]
fn a_click_lands_where_it_was_aimed() -> Result<()> {
    with_page("click", Window::DESKTOP, |page| {
        let aimed = Point { x: 120.0, y: 33.0 };
        page.click_at("canvas", aimed)?;
        assert_eq!(page.eval::<Point>("seen.at")?, aimed);
        assert!(page.click_at("video", aimed).is_err(), "there is no video to click on");
        Ok(())
    })
}

#[test]
fn controls_are_found_by_the_name_a_person_reads() -> Result<()> {
    with_page("controls", Window::DESKTOP, |page| {
        page.click("Kill")?;
        assert!(page.eval::<bool>("seen.button")?);
        let refusal = page.click("Hidden").unwrap_err().to_string();
        assert!(refusal.contains("no control is called `Hidden`") && refusal.contains("Kill"), "{refusal}");
        page.choose("select", "b")?;
        assert_eq!(page.eval::<String>("seen.chosen")?, "b");
        assert!(page.choose("select", "c").is_err(), "the list has no option c");
        page.press("k")?;
        assert_eq!(page.eval::<String>("seen.key")?, "k");
        Ok(())
    })
}

#[test]
fn a_condition_that_never_holds_says_what_was_thrown() -> Result<()> {
    with_page("condition", Window::DESKTOP, |page| {
        let missed = page.wait_until("nobody.home", Duration::from_millis(100)).unwrap_err().to_string();
        assert!(missed.contains("`nobody.home` did not hold") && missed.contains("ReferenceError"), "{missed}");
        Ok(())
    })
}

#[test]
fn a_page_that_complains_has_no_clean_console() -> Result<()> {
    with_page("console", Window::DESKTOP, |page| {
        page.assert_console_clean()?;
        page.eval::<()>("console.warn('careful')")?;
        assert!(page.assert_console_clean().unwrap_err().to_string().contains("careful"));
        page.eval::<u32>("setTimeout(() => { seen.thrown = true; throw new Error('broken'); })")?;
        page.wait_until("seen.thrown", SOON)?;
        assert!(page.assert_console_clean().unwrap_err().to_string().contains("broken"));
        Ok(())
    })
}

#[test]
fn the_window_is_as_wide_and_as_dark_as_asked_and_its_picture_too() -> Result<()> {
    with_page("window", Window::NARROW.dark(), |page| {
        assert_eq!(page.eval::<(u32, u32)>("[innerWidth, innerHeight]")?, (390, 844));
        assert_eq!(page.eval::<String>("getComputedStyle(document.body).backgroundColor")?, "rgb(1, 2, 3)");
        let folder = Folder::new("picture")?;
        let picture = folder.0.join("picture.png");
        page.screenshot(&picture)?;
        let bytes = fs::read(&picture)?;
        let size: Vec<u32> = bytes[16..24].chunks(4).map(|n| u32::from_be_bytes([n[0], n[1], n[2], n[3]])).collect();
        assert_eq!(size, [390, 844], "the header of the PNG gives width and height");
        Ok(())
    })
}

#[test]
fn two_pages_share_no_profile() -> Result<()> {
    let folder = Folder::new("profile")?;
    let server = StaticServer::start(&folder.0, "/")?;
    let browser = Browser::start()?;
    let (one, other) = (browser.open(Window::DESKTOP)?, browser.open(Window::DESKTOP)?);
    for page in [&one, &other] {
        page.goto(server.address())?;
    }
    one.eval::<()>("localStorage.setItem('been', 'here')")?;
    assert_eq!(one.eval::<Option<String>>("localStorage.getItem('been')")?.as_deref(), Some("here"));
    assert_eq!(other.eval::<Option<String>>("localStorage.getItem('been')")?, None);
    Ok(())
}
