//! Circuit breakers: clients that spare a region that fails, and come back when it is well.

use crate::design::*;
use engine::{Probability, Span, Time};
use protocols::leader_follower::Acknowledge;
use sim::config::Defences;
use sim::faults::{FaultKind, SlowRegion};
use sim::metrics::Query;
use sim::trace::users::defence::{Fact as Defence, breaker};
use sim::trace::{ErrorKind, What, users};

/// All calls of one region fail from 10 s to 30 s.
fn failing(breaker: Option<(u32, u64)>) -> TestConfig {
    let mut config = design(1, Acknowledge::Async, 50.0);
    config.until = Time::from_secs(60);
    let slow = SlowRegion { sites: vec![0], slowness: 1.0, errors: Probability::ALWAYS };
    fault(&mut config, 10, Some(20), FaultKind::SlowRegion(slow));
    let settings = |(failures, rest)| sim::config::BreakerConfig { failures, rest: Span::from_secs(rest) };
    config.populations[0].defences = Defences { breaker: breaker.map(settings) };
    config
}

/// In the seconds from 12 to 30: attempts sent, and operations that their clients held back; and those that failed from 40 s on.
fn counts(config: TestConfig) -> (usize, usize, usize) {
    let trace = run(config).trace(Time::ZERO, Time::from_secs(60));
    let meanwhile = |at: Time| at >= Time::from_secs(12) && at < Time::from_secs(30);
    let sent = trace
        .iter()
        .filter(|event| meanwhile(event.at) && matches!(event.what, What::Users(users::Fact::AttemptSent { .. })));
    let ended = |event: &&sim::trace::TraceEvent| match event.what {
        What::Users(users::Fact::OperationEnded(_, ending)) => ending.error,
        _ => None,
    };
    let failed = trace.iter().filter_map(|event| Some((event.at, ended(&event)?)));
    let held = failed.clone().filter(|(at, error)| meanwhile(*at) && *error == ErrorKind::HeldBack);
    (sent.count(), held.count(), failed.filter(|(at, _)| *at >= Time::from_secs(40)).count())
}

#[test]
fn a_breaker_spares_a_failing_region_all_but_one_attempt_each_rest_and_lets_users_back_when_it_is_well() {
    let (sent, held, late) = counts(failing(None));
    assert!(sent > 800 && held == 0 && late == 0, "{sent} {held} {late}");
    let (sent, held, late) = counts(failing(Some((5, 2))));
    assert!((8..=10).contains(&sent) && held > 800 && late == 0, "{sent} {held} {late}");
}

#[test]
fn a_breaker_that_never_opens_changes_nothing() {
    let digest = |breaker| run(failing(breaker)).digest();
    assert_eq!(digest(None), digest(Some((1_000_000, 2))));
}

#[test]
fn in_eighteen_seconds_of_an_outage_a_circuit_stands_open_for_eighteen_and_holds_back_all_but_the_trials() {
    let (sent, held, _) = counts(failing(Some((5, 2))));
    let run = run(failing(Some((5, 2))));
    let asked = |id, region, from, until| {
        let (from, until) = (Time::from_secs(from), Time::from_secs(until));
        run.measure(&Query { region, from, until, population: Some(0), ..Query::whole(id) }).expect("it is counted")
    };
    assert_eq!(asked("breaker.open", Some(0), 12, 30), 18.0);
    assert_eq!(asked("breaker.held-back", Some(0), 12, 30), held as f64);
    assert_eq!(asked("held-back", None, 12, 30), held as f64, "nobody tries again");
    let kinds = asked("held-back", None, 0, 60) + asked("server-errors", None, 0, 60);
    assert_eq!(asked("failed", None, 0, 60), kinds, "each failure is of some kind");
    assert_eq!(asked("breaker.openings", None, 0, 60), 1.0, "what fails a trial has not opened again");
    assert_eq!(asked("breaker.openings", None, 12, 60), 0.0);
    let open = asked("breaker.open", None, 0, 60);
    assert!((20.0..23.0).contains(&open), "from the fifth failure to the first trial that goes well: {open} s");
    assert_eq!(
        asked("breaker.open", None, 0, 60),
        asked("breaker.open", None, 0, 20) + asked("breaker.open", None, 20, 60)
    );
    assert_eq!(asked("breaker.open", Some(1), 0, 60) + asked("breaker.held-back", Some(1), 0, 60), 0.0);
    let stayed = run.trace(Time::from_secs(12), Time::from_secs(30));
    let tried = stayed.iter().filter(|event| {
        matches!(event.what, What::Users(users::Fact::Defended { fact: Defence::Breaker(breaker::Fact::Tries), .. }))
    });
    assert_eq!(tried.count(), sent, "only trials are sent");
}

#[test]
fn the_timeline_says_that_a_circuit_opened_and_that_it_closed() {
    let marks = run(failing(Some((5, 2)))).marks();
    let titles: Vec<&str> =
        marks.iter().map(|mark| mark.title.as_str()).filter(|title| title.contains("circuit")).collect();
    assert!(titles.len() == 2 && titles[0].ends_with("opens") && titles[1].ends_with("closes"), "{titles:?}");
}
