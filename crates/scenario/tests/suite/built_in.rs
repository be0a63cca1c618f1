//! The scenarios that ship: they hold together, do what they promise, and come to their goldens.

use engine::Time;
use scenario::{FIRST_TEXT, Scenario, built_in, evaluate, goldens, load};
use sim::Run;

fn variants(scenario: &Scenario) -> impl Iterator<Item = Option<&str>> {
    std::iter::once(None).chain(scenario.variants.iter().map(|variant| Some(variant.id.as_str())))
}

#[test]
fn every_expectation_of_every_variant_holds() {
    for built_in in built_in() {
        let base =
            load(built_in.text(), None, None).unwrap_or_else(|problems| panic!("{}: {}", built_in.id, problems[0]));
        assert_eq!(base.id.as_deref(), Some(built_in.id));
        for variant in variants(&base) {
            let scenario = load(built_in.text(), variant, None).unwrap();
            let mut run = scenario.run(Vec::new());
            while !run.advance(Time::MAX, 1_000_000) {}
            let results = evaluate(&scenario, &run);
            assert!(!results.is_empty(), "{} {variant:?} expects nothing", built_in.id);
            for result in results {
                assert!(result.met, "{} {variant:?}: {}: {:?}", built_in.id, result.text, result.measured);
            }
        }
    }
}

#[test]
fn every_run_comes_to_its_golden() {
    for built_in in built_in() {
        goldens::verify(built_in).unwrap_or_else(|error| panic!("{}: {error}", built_in.id));
    }
}

#[test]
fn the_gallery_lists_what_the_texts_say() {
    for built_in in built_in() {
        let story = load(built_in.text(), None, None).unwrap().story;
        assert_eq!(story.title, built_in.title);
        let line =
            built_in.line.strip_suffix('.').unwrap_or_else(|| panic!("{} ends its line in no stop", built_in.id));
        assert!(story.summary.starts_with(line), "{} begins otherwise: {}", built_in.id, story.summary);
    }
}

#[test]
fn a_built_in_scenario_is_known_by_its_text_to_the_letter() {
    assert_eq!(FIRST_TEXT, built_in()[0].text());
    for built_in in built_in() {
        assert!(built_in.is(built_in.text()), "{}", built_in.id);
        let with_a_space = format!("{} ", built_in.text());
        assert!(!built_in.is(&with_a_space), "{}", built_in.id);
        assert_eq!(load(&with_a_space, None, None).unwrap().id, None, "{}", built_in.id);
    }
}

#[test]
fn every_story_asks_and_answers() {
    for built_in in built_in() {
        let story = load(built_in.text(), None, None).unwrap().story;
        let question = story.question.unwrap_or_else(|| panic!("{} asks nothing", built_in.id));
        assert_eq!(question.choices.iter().filter(|choice| choice.correct).count(), 1, "{}", built_in.id);
        assert!(question.choices.len() >= 3 && story.watch.len() >= 3, "{}", built_in.id);
    }
}

#[test]
fn every_number_in_force_is_listed_with_its_default_or_source() {
    let scenario = load(built_in()[0].text(), None, None).unwrap();
    let line = |place: &str, name: &str| {
        let found = scenario.values.iter().find(|line| line.place == place && line.name == name);
        found.unwrap_or_else(|| panic!("{place} {name} is not listed"))
    };
    assert_eq!((line("control", "threshold").value.as_str(), line("control", "threshold").set), ("3", false));
    assert_eq!((line("dataset orders", "ship").value.as_str(), line("dataset orders", "ship").set), ("500ms", true));
    let written = built_in()[0].text().lines().position(|line| line.starts_with("ship = ")).unwrap() + 1;
    assert_eq!(line("dataset orders", "ship").source, format!("line {written} of this scenario"));
    assert!(line("link us-east-1 → eu-west-1", "rtt").source.contains("AWS inter-region P50, July 2025"));
    assert!(line("population london → us-east-1", "rtt").source.starts_with("estimate"));
    assert!(line("links", "jitter").source.contains("Bailis"));
}

#[test]
fn a_region_that_leads_loses_acknowledged_orders_only_without_a_waiting_follower() {
    let lost = |variant| {
        let scenario = load(built_in()[0].text(), variant, None).unwrap();
        let kill = sim::Action::Start(sim::faults::FaultKind::RegionLoss(sim::faults::RegionLoss {
            sites: vec![0],
            disks: false,
        }));
        let mut run: Run<protocols::Any> =
            scenario.run(vec![sim::LoggedAction { at: Time::from_secs(20), action: kill }]);
        while !run.advance(Time::MAX, 1_000_000) {}
        run.lost_writes().len()
    };
    assert!(lost(None) > 0);
    assert_eq!((lost(Some("semi-sync")), lost(Some("sync"))), (0, 0));
}
