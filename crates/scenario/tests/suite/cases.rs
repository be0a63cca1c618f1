//! Small scenarios that once came out wrong. Each file of `cases/` states in its expectations what must come out: a `.toml` is
//! run as written and in every variant, a `.link` beside it with what somebody did in it.

use engine::{Span, Time};
use protocol::Channel;
use protocols::Any;
use scenario::{Link, Scenario, evaluate, load};
use sim::trace::{Place, What, network};
use sim::{Action, LoggedAction, PacketName, Run};
use std::path::{Path, PathBuf};

/// Every file of the cases that ends so, by name.
fn files(extension: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let entries = std::fs::read_dir(folder).expect("the cases are beside this file");
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|found| found == extension));
    files.sort();
    files
}

fn finished(scenario: &Scenario, actions: Vec<LoggedAction>) -> Run<Any> {
    let mut run = scenario.run(actions);
    while !run.advance(Time::MAX, 1_000_000) {}
    run
}

/// What did not come out as expected, a line for each.
fn unmet(file: &Path, scenario: &Scenario, actions: Vec<LoggedAction>) -> Vec<String> {
    let run = finished(scenario, actions);
    let results = evaluate(scenario, &run).into_iter().filter(|result| !result.met);
    let place = format!("{} {}", file.display(), scenario.variant.as_deref().unwrap_or("as written"));
    results.map(|result| format!("{place}: {}: {:?}; {}", result.text, result.measured, result.because)).collect()
}

#[test]
fn every_case_comes_out_as_it_says() {
    let mut wrong = Vec::new();
    for file in files("toml") {
        let text = std::fs::read_to_string(&file).unwrap();
        let read = |variant: Option<&str>| {
            load(&text, variant, None).unwrap_or_else(|problems| panic!("{}: {}", file.display(), problems[0]))
        };
        let base = read(None);
        assert!(!base.expectations.is_empty(), "{} expects nothing", file.display());
        let variants = base.variants.iter().map(|variant| Some(variant.id.as_str()));
        for variant in std::iter::once(None).chain(variants) {
            wrong.extend(unmet(&file, &read(variant), Vec::new()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_case_with_a_hand_in_it_comes_out_as_it_says() {
    let mut wrong = Vec::new();
    for file in files("link") {
        let text = std::fs::read_to_string(&file).unwrap();
        let opened = Link::decode(&text).and_then(|link| link.open());
        let (scenario, actions) = opened.unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        assert!(!scenario.expectations.is_empty() && !actions.is_empty(), "{} shows nothing", file.display());
        wrong.extend(unmet(&file, &scenario, actions));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The old leader is told to go back just after it returned at 40 s. Whatever is held up of what it is told then, also past the
/// end of the new leader, it keeps what it has acknowledged since.
#[test]
fn nothing_held_up_on_its_way_to_a_follower_makes_it_forget_what_it_acknowledged() {
    let name = "order-to-go-back-held-up.toml";
    let file = files("toml").into_iter().find(|file| file.ends_with(name)).expect("the case is there");
    let scenario = load(&std::fs::read_to_string(&file).unwrap(), None, None).unwrap();
    let second = finished(&scenario, Vec::new()).trace(Time::from_secs(40), Time::from_secs(41));
    let told = second.iter().filter_map(|event| match event.what {
        What::Network(network::Fact::PacketSent { packet, channel: Channel::Replication, from, to, .. })
            if (from, to) == (Place::region(1), Place::region(0)) =>
        {
            Some((packet, event.at + Span::from_millis(1)))
        }
        _ => None,
    });
    let told: Vec<(u64, Time)> = told.collect();
    assert!(told.len() > 3, "the new leader brings the old one back: {told:?}");
    for (packet, at) in told {
        let action = Action::DelayPacket(PacketName { way: None, number: packet }, Span::from_secs(12));
        assert_eq!(unmet(&file, &scenario, vec![LoggedAction { at, action }]), Vec::<String>::new(), "{packet}");
    }
}
