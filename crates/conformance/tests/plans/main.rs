//! The first plans of every protocol, so that nobody has to remember to look; and that they are worth running: everything that
//! can be set is drawn, and a protocol that lies is found out.

mod forgetful;
mod hasty;

use conformance::{Found, Plan, Search, attempt, draw, search, statements};
use forgetful::Forgetful;
use hasty::Hasty;
use protocols::{Any, PROTOCOLS};
use scenario::ValueLine;
use settings::Setting;
use sim::config::DEFENCES;
use sim::faults::FAULTS;
use sim::{ACTS, Action};
use std::collections::BTreeSet;

const PLANS: u64 = 500;
/// Sections that say around what a plan happens.
const AROUND: [&str; 4] = ["control", "links", "routing", "request"];

fn first(plans: u64) -> Search {
    Search { seed: 1, from: 0, plans, failures_at_most: 1 }
}

#[test]
fn every_protocol_keeps_what_must_be_so_under_any_plan() {
    for offer in PROTOCOLS {
        let tally = search::<Any>(offer, first(PLANS));
        if let Some(found) = tally.found.first() {
            panic!("{found}");
        }
        for statement in statements(&offer.info) {
            assert!(tally.statements.contains_key(statement), "no plan of {} says: {statement}", offer.info.id);
        }
    }
}

#[test]
fn every_fault_and_every_setting_is_drawn() {
    let mut drawn: BTreeSet<(String, String)> = BTreeSet::new();
    let (mut by_hand, mut by_plan) = (BTreeSet::new(), BTreeSet::new());
    for offer in PROTOCOLS {
        for plan in (0..PLANS).map(|number| draw(offer, 1, number)) {
            let scenario = plan.load().unwrap_or_else(|problems| panic!("{problems:?} in\n{}", plan.text()));
            by_hand.extend(plan.acts().iter().map(|act| act.action.id()));
            by_plan.extend(scenario.config.acts.iter().map(|act| act.action.id()));
            let set = scenario.values.iter().filter(|line| line.set);
            let section = |place: &str| place.split(' ').next().unwrap_or_default().to_owned();
            // Of a table each entry is a line of its own.
            let name = |line: &ValueLine| line.name.split('.').next().unwrap_or_default().to_owned();
            drawn.extend(set.clone().map(|line| (section(&line.place), name(line))));
            drawn.extend(set.map(|line| (line.place.clone(), name(line))));
            let kinds = plan.text();
            for section in kinds.split("\n\n").filter(|section| section.starts_with("[[fault]]")) {
                let kind = section.lines().find_map(|line| line.strip_prefix("kind = ")).expect("a fault has a kind");
                let keys = section.lines().filter_map(|line| Some(line.split_once(" = ")?.0.to_owned()));
                drawn.extend(keys.map(|key| (kind.trim_matches('"').to_owned(), key)));
            }
        }
    }
    // A setting that one protocol alone hears is drawn for that one.
    for Setting { name, .. } in PROTOCOLS.iter().flat_map(|offer| offer.settings) {
        assert!(drawn.contains(&("dataset orders".to_owned(), (*name).to_owned())), "{name} is never drawn");
    }
    assert!(drawn.contains(&("dataset orders".to_owned(), "blank-leader".to_owned())));
    for key in scenario::keys().iter().filter(|key| AROUND.contains(&key.section.as_str())) {
        let here = drawn.contains(&(key.section.clone(), key.name.to_owned()));
        assert!(here || ["id", "steps"].contains(&key.name), "{} of [{}] is never drawn", key.name, key.section);
    }
    for Setting { name, .. } in DEFENCES.iter().copied().flatten() {
        assert!(drawn.contains(&("population".to_owned(), (*name).to_owned())), "{name} of users is never drawn");
    }
    for line in FAULTS {
        for Setting { name, .. } in line.info.settings {
            let key = (line.info.id.to_owned(), (*name).to_owned());
            assert!(drawn.contains(&key), "{name} of {} is never drawn", line.info.id);
        }
    }
    assert!(Action::ids().all(|id| by_hand.contains(id)), "{by_hand:?}");
    assert!(ACTS.iter().all(|line| by_plan.contains(line.id)), "{by_plan:?}");
}

#[test]
fn a_plan_is_made_by_its_number_alone_and_is_a_link() {
    for offer in PROTOCOLS {
        let plan = draw(offer, 1, 7);
        assert_eq!(plan, draw(offer, 1, 7));
        assert_ne!(plan, draw(offer, 1, 8));
        assert_ne!(plan, draw(offer, 2, 7));
        let (scenario, acts) = scenario::Link::decode(&plan.link()).unwrap().open().unwrap();
        assert_eq!((scenario.config, acts.as_slice()), (plan.load().unwrap().config, plan.acts()));
    }
}

#[test]
fn a_protocol_that_acknowledges_before_it_replicates_is_found_out_by_a_small_plan() {
    let sync = PROTOCOLS.iter().find(|offer| offer.info.id == "sync").expect("there is a synchronous protocol");
    let tally = search::<Hasty>(sync, first(PLANS));
    // A leader that waits for nobody does not even show what it acknowledged: nothing has to go wrong for that to be seen.
    let seen_without = [
        "reads of the only leader are linearizable",
        "a session sees its own writes and never goes back under a leader whom nobody relieves",
        "nothing that is promised is broken",
    ];
    let unseen = |found: &&Found| seen_without.contains(&found.failure.statement);
    let found = tally.found.iter().find(unseen).expect("a lie is found out");
    let least = found.plan.as_ref().expect("it was drawn");
    let whole = draw(sync, 1, found.number);
    let pieces = |plan: &Plan, name: &str| plan.text().matches(name).count();
    assert_eq!((pieces(least, "[[fault]]"), least.acts().len(), pieces(least, "[[population]]")), (0, 0, 1), "{found}");
    assert!(least.text().lines().count() < whole.text().lines().count(), "{found}");
    assert!(found.to_string().contains(&least.link()), "{found}");
}

#[test]
fn consensus_that_acknowledges_before_it_syncs_is_found_out() {
    let raft = PROTOCOLS.iter().find(|offer| offer.info.id == "raft").expect("there is consensus");
    let failure = (0..PLANS).find_map(|number| attempt::<Forgetful>(&draw(raft, 1, number)).err());
    let statement = failure.expect("a lie is found out").statement;
    // It promises what it does not keep, which is seen as soon as it is at rest.
    assert!(
        ["nothing is lost where a majority holds it and elects who leads", "nothing that is promised is broken"]
            .contains(&statement),
        "{statement}"
    );
}
