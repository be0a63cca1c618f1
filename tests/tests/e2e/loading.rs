//! The texts of the gallery come from beside the page, whenever they come.

use crate::stage::{SOON, Stage};
use anyhow::{Context, Result};
use scenario::{Link, LinkScenario};
use std::fs;
use std::path::{Path, PathBuf};
use system_tests::{Browser, Meridian, StaticServer, Window, dist, meridian};

const ELSEWHERE: &str = "ghost-read";

fn link_elsewhere() -> String {
    let scenario = LinkScenario::BuiltIn { id: ELSEWHERE.to_owned(), digest: None };
    let variant = Some("session-token".to_owned());
    Link { scenario, seed: None, variant, actions: Vec::new(), playhead: Default::default(), outcome: None }.encode()
}

#[test]
fn a_link_to_another_scenario_opens_it_and_runs_as_in_the_terminal() -> Result<()> {
    let stage = Stage::set()?;
    let link = link_elsewhere();
    let page = stage.open(&format!("#{link}"))?;
    let finished = page.finish()?;
    assert_eq!((finished.scenario.as_str(), finished.variant.as_deref()), (ELSEWHERE, Some("session-token")));
    let printed = meridian(&link)?;
    assert_eq!((finished.digest, finished.events), (Some(printed.digest), printed.events));
    page.page.assert_console_clean()
}

#[test]
fn every_text_is_there_soon_after_the_first_frame() -> Result<()> {
    let stage = Stage::set()?;
    let page = stage.open("")?;
    let all = scenario::built_in().len() - 1;
    let fetched = "performance.getEntriesByType('resource').filter((it) => it.name.includes('/scenarios/') && it.responseEnd > 0)";
    page.page.wait_until(&format!("{fetched}.length === {all}"), SOON)?;
    page.page.assert_console_clean()
}

#[test]
fn a_text_that_cannot_be_had_is_said_and_asked_for_again() -> Result<()> {
    let folder = Copy::of(&dist()?, "texts")?;
    let text = folder.0.join("scenarios").join(ELSEWHERE).with_extension("toml");
    let kept = fs::read(&text)?;
    fs::remove_file(&text)?;
    let server = StaticServer::start(&folder.0, "/a/path/")?;
    let browser = Browser::start()?;
    let link = link_elsewhere();
    let page = Meridian::open(browser.open(Window::DESKTOP)?, &format!("{}#{link}", server.address()))?;
    let says = |what: &str| format!("document.querySelector('.notices').innerText.includes('{what}')");
    page.page.wait_until(&says("could not be loaded: the server answers 404"), SOON)?;
    assert_eq!(page.state()?.scenario, "first-look", "the default is open instead");
    assert_eq!(page.page.eval::<String>("location.hash")?, format!("#{link}"), "the link is not lost");
    fs::write(&text, b"version = 1")?;
    page.page.click("Try again")?;
    page.page.wait_until(&says("another edition"), SOON)?;
    fs::write(&text, kept)?;
    page.page.click("Try again")?;
    page.wait_for(&format!("state().scenario === '{ELSEWHERE}'"))?;
    assert_eq!(page.state()?.variant.as_deref(), Some("session-token"), "it is the link that is tried again");
    Ok(())
}

#[test]
fn the_run_plays_without_what_comes_later_which_is_asked_for_again() -> Result<()> {
    let folder = Copy::of(&dist()?, "later")?;
    let files = fs::read_dir(&folder.0)?.filter_map(|entry| Some(entry.ok()?.path()));
    let ends = |file: &PathBuf| file.to_string_lossy().ends_with("-later.wasm");
    let later = files.into_iter().find(ends).context("the page is in two parts")?;
    let kept = fs::read(&later)?;
    fs::remove_file(&later)?;
    let server = StaticServer::start(&folder.0, "/a/path/")?;
    let browser = Browser::start()?;
    let page = Meridian::open(browser.open(Window::DESKTOP)?, server.address())?;
    assert!(page.finish()?.digest.is_some(), "the run needs nothing of it");
    page.page.click("Gallery")?;
    page.page.wait_until("document.querySelector('#gallery').innerText.includes('could not be loaded')", SOON)?;
    fs::write(&later, kept)?;
    page.page.click("Try again")?;
    page.page.wait_until("document.querySelector('#gallery [data-scenario]')", SOON)
}

#[test]
fn a_server_that_does_not_know_what_wasm_is_serves_both_parts() -> Result<()> {
    let server = StaticServer::start_without_wasm(&dist()?, "/a/path/")?;
    let browser = Browser::start()?;
    let page = Meridian::open(browser.open(Window::DESKTOP)?, server.address())?;
    assert!(page.finish()?.digest.is_some());
    page.page.click("Gallery")?;
    page.page.wait_until("document.querySelector('#gallery [data-scenario]')", SOON)
}

/// A copy of the built page, removed at the end.
struct Copy(PathBuf);

impl Copy {
    fn of(page: &Path, what_for: &str) -> Result<Copy> {
        let copy = Copy(std::env::temp_dir().join(format!("meridian-{what_for}-{}", std::process::id())));
        for folder in ["", "scenarios"] {
            fs::create_dir_all(copy.0.join(folder))?;
            for entry in fs::read_dir(page.join(folder)).context("the page has its scenarios beside it")? {
                let entry = entry?;
                if entry.file_type()?.is_file() {
                    fs::copy(entry.path(), copy.0.join(folder).join(entry.file_name()))?;
                }
            }
        }
        Ok(copy)
    }
}

impl Drop for Copy {
    fn drop(&mut self) {
        // What is left in the folder for temporary files harms nobody.
        let _ = fs::remove_dir_all(&self.0);
    }
}
