//! The first minute of somebody new: the scenario that opens by itself, and the first thing that everybody does in it.

use engine::Time;
use protocols::Any;
use scenario::{built_in, load};
use sim::faults::{FaultKind, RegionLoss};
use sim::metrics::Query;
use sim::{Action, LoggedAction, Run};

const KILL: Time = Time::from_secs(15);

fn killed() -> Run<Any> {
    let scenario = load(built_in()[0].text(), None, None).unwrap();
    assert_eq!(scenario.config.regions[0].id, "us-east-1");
    let kill = Action::Start(FaultKind::RegionLoss(RegionLoss { sites: vec![0], disks: false }));
    let mut run = scenario.run(vec![LoggedAction { at: KILL, action: kill }]);
    while !run.advance(Time::MAX, 1_000_000) {}
    run
}

fn successes_of_new_york(run: &Run<Any>, from: u64, until: u64) -> f64 {
    let window = (Time::from_secs(from), Time::from_secs(until));
    let query = Query { population: Some(0), from: window.0, until: window.1, ..Query::whole("availability") };
    run.measure(&query).unwrap()
}

#[test]
fn who_kills_the_leader_sees_it_judged_another_promoted_orders_lost_and_users_served_again() {
    let run = killed();
    assert_eq!(run.config().populations[0].id, "new-york");
    let marks = run.marks();
    let when = |title: &str| {
        let mark = marks.iter().find(|mark| mark.title.starts_with(title));
        mark.unwrap_or_else(|| panic!("no {title:?} in {marks:?}")).at
    };
    let story = [when("N. Virginia judged unhealthy"), when("failover of orders"), when("Ireland leads orders")];
    assert!(story.is_sorted() && story[0] > KILL && story[2] < Time::from_secs(21), "{story:?}");
    assert!(!run.lost_writes().is_empty(), "Virginia had acknowledged what it had not shipped");
    assert!(successes_of_new_york(&run, 16, 19) < 0.5, "nobody is there for New York at first");
    assert_eq!(successes_of_new_york(&run, 27, 120), 1.0, "then another region is");
    let again: Vec<_> = marks.iter().filter(|mark| mark.title.contains("served again")).collect();
    let [end] = again[..] else { panic!("one outage, one end: {again:?}") };
    assert!(end.title.starts_with("users are served again, the last in "), "{}", end.title);
    assert!(end.at > story[2] && end.at < Time::from_secs(27), "{end:?}");
    let latest = run.recoveries().iter().map(|recovery| recovery.recovered.expect("all of them recover")).max();
    assert_eq!(Some(end.at), latest, "nobody's outage goes on");
    let why = run.explain_event(end.event, end.at);
    assert!(why.last().is_some_and(|line| line.text.contains("succeeds")), "{why:?}");
}

#[test]
fn nobody_is_served_again_who_was_served_all_the_time_or_who_still_is_not() {
    let again = |text, actions| {
        let mut run: Run<Any> = load(text, None, None).unwrap().run(actions);
        while !run.advance(Time::MAX, 1_000_000) {}
        run.marks().into_iter().filter(|mark| mark.title.contains("served again")).count()
    };
    let well = built_in().iter().find(|scenario| scenario.id == "ghost-read").expect("nothing fails in it");
    assert_eq!(again(well.text(), Vec::new()), 0);
    let lost = |region| {
        let action = Action::Start(FaultKind::RegionLoss(RegionLoss { sites: vec![region], disks: false }));
        LoggedAction { at: KILL, action }
    };
    assert_eq!(again(built_in()[0].text(), (0..3).map(lost).collect()), 0, "all regions are lost for good");
}
