//! The first minute of somebody new: the scenario that opens by itself, and the first thing that everybody does in it.

use engine::Time;
use protocols::Any;
use scenario::{built_in, load};
use sim::faults::{FaultKind, RegionLoss};
use sim::metrics::Query;
use sim::{Action, LoggedAction, Run};

const KILL: Time = Time::from_secs(15);

fn killed() -> Run<Any> {
    let scenario = load(built_in()[0].text, None, None).unwrap();
    assert_eq!(scenario.config.regions[0].id, "us-east-1");
    let kill = Action::Start(FaultKind::RegionLoss(RegionLoss { region: 0, disks: false }));
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
}
