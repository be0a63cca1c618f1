//! Outages and their ends: when they are over, when that is still open, and that one number is said of one thing.

use crate::design::*;
use engine::{Span, Time};
use protocols::leader_follower::Acknowledge;
use sim::Recovery;
use sim::config::Failover;

/// The leader is lost for ten seconds, and nobody else is promoted.
fn lost_for_a_while(failover: Failover) -> TestConfig {
    let mut config = design(3, Acknowledge::Async, 20.0);
    config.control.failover = failover;
    lose_leader(&mut config, 20, Some(10));
    config
}

fn served_again(run: &TestRun) -> Vec<(Time, String)> {
    let marks = run.marks().into_iter().filter(|mark| mark.title.contains("served again"));
    marks.map(|mark| (mark.at, mark.title)).collect()
}

#[test]
fn whether_an_outage_is_over_is_open_until_success_has_lasted_for_five_seconds() {
    let whole = run(lost_for_a_while(Failover::Off));
    let end = whole.recoveries().iter().filter_map(|outage| outage.recovered).max().expect("it ends");
    let mut shorter = lost_for_a_while(Failover::Off);
    shorter.until = Time::from_secs(end.whole_seconds() + 3);
    let cut = run(shorter);
    let last = cut.recoveries().into_iter().find(|outage| outage.succeeds == Some(end)).expect("it succeeds again");
    assert_eq!((last.recovered, last.rto()), (None, None));
    assert!(last.words(cut.computed()).ends_with(&format!("not yet for 5 s at {}", sim::moment(cut.computed()))));
    assert_eq!(measure(&cut, "rto"), f64::INFINITY);
    assert_eq!(served_again(&cut), [], "that is not known");
    assert!(whole.recoveries().iter().all(|outage| outage.succeeds.is_none()), "nothing is open");
}

#[test]
fn an_outage_that_is_not_over_is_said_to_be_so_by_the_end_and_not_for_ever() {
    let mut config = lost_for_a_while(Failover::Off);
    config.until = Time::from_secs(25);
    let cut = run(config);
    let open: Vec<Recovery> = cut.recoveries();
    assert!(!open.is_empty() && open.iter().all(|outage| outage.succeeds.or(outage.recovered).is_none()), "{open:?}");
    assert!(open[0].words(cut.computed()).ends_with("not served again by 0:25.000"));
}

#[test]
fn the_recovery_time_of_all_is_that_after_which_all_are_served_again() {
    let run = run(lost_for_a_while(Failover::Automatic));
    let rto = measure(&run, "rto");
    let [(at, title)] = &served_again(&run)[..] else { panic!("one outage, one end: {:?}", run.marks()) };
    assert!(title.ends_with(&format!("after {}", sim::duration(rto))), "{title}, but {rto} s");
    let outages = run.recoveries();
    assert_eq!(outages.iter().map(|outage| outage.failed).min(), Some(*at - Span::from_secs_f64(rto)));
    let longest = outages.iter().filter_map(Recovery::rto).max().map(Span::as_secs_f64);
    assert!(longest.is_some_and(|longest| longest < rto), "the first to be hit are not the last to be served");
}
