//! How users find a region that serves them, and how soon they leave one that does not.

use crate::design::*;
use engine::{Probability, Span, Time};
use protocols::leader_follower::Acknowledge;
use sim::config::DrainConfig;
use sim::config::{ReadFrom, Step};
use sim::faults::{FaultKind, Isolation, RegionLoss, SlowRegion};
use sim::metrics::Query;
use sim::trace::{What, control, users};

#[test]
fn a_client_that_found_another_region_stays_there_for_the_ttl() {
    let mut config = design(2, Acknowledge::Async, 20.0);
    config.requests[1].steps = vec![Step::read(0, ReadFrom::Local)];
    config.requests.iter_mut().for_each(|request| request.retry.attempts = 2);
    config.routing.client_failover = true;
    config.routing.health_checked = false;
    config.routing.ttl = Span::from_secs(20);
    config.until = Time::from_secs(70);
    fault(&mut config, 20, Some(30), FaultKind::Isolation(Isolation { sites: vec![0], users: true }));
    let run = run(config);
    let failed = |what: &What| matches!(what, What::Users(users::Fact::AttemptFailed { population: 0, region: 0, .. }));
    let from = Time::from_secs(24);
    let attempts = run.trace(from, Time::from_secs(49)).iter().filter(|event| failed(&event.what)).count();
    // Of 500 requests only those that each of 16 resolvers' clients send while they find out, 2 s out of 22.
    assert!((1..120).contains(&attempts), "{attempts} attempts failed");
    let query = Query { population: Some(0), from, until: Time::from_secs(50), ..Query::whole("availability") };
    assert_eq!(run.measure(&query), Some(1.0));
    // The name service's answer counts again when the memory has run out.
    let home = |what: &What| matches!(what, What::Users(users::Fact::AttemptSent { population: 0, region: 0, .. }));
    let back = run.trace(Time::from_secs(66), Time::from_secs(70)).iter().filter(|event| home(&event.what)).count();
    assert!(back > 0);
}

fn draining(config: &mut TestConfig) {
    let every = Span::from_secs(4);
    config.routing.drain =
        Some(DrainConfig { every, errors: Probability::from_f64(0.05), latency: Span::from_millis(500) });
    // The users' own region does not lead: only their way to the data goes through it.
    config.datasets[0].leader = 1;
    config.until = Time::from_secs(160);
}

/// The shares that a region was given, in order.
fn shares(run: &TestRun, region: u16) -> Vec<u8> {
    let events = run.trace(Time::ZERO, Time::from_secs(160));
    let share = |what: &What| match what {
        What::Control(control::Fact::ShareChanged { region: of, percent }) if *of == region => Some(*percent),
        _ => None,
    };
    events.iter().filter_map(|event| share(&event.what)).collect()
}

#[test]
fn a_region_that_serves_badly_is_drained_step_by_step_and_its_users_come_back_so() {
    let failed = |drained: bool| {
        let mut config = design(3, Acknowledge::Async, 40.0);
        draining(&mut config);
        if !drained {
            config.routing.drain = None;
        }
        let errors = Probability::from_f64(0.2);
        fault(&mut config, 20, Some(60), FaultKind::SlowRegion(SlowRegion { sites: vec![0], slowness: 10.0, errors }));
        let run = run(config);
        let failed = Query { population: Some(0), ..Query::whole("failed") };
        (run.measure(&failed).unwrap_or(f64::NAN), run)
    };
    let (without, plain) = failed(false);
    let (with, run) = failed(true);
    assert!(without > 400.0 && with < without / 2.0, "{with} failed, without draining {without}");
    assert_eq!(shares(&plain, 0), []);
    let steps = shares(&run, 0);
    assert_eq!(steps[..4], [50, 25, 0, 25]);
    assert_eq!(steps[steps.len() - 3..], [25, 50, 100]);
    assert!(shares(&run, 1).is_empty() && shares(&run, 2).is_empty(), "whoever takes the users in serves well");
    assert!(run.marks().iter().any(|mark| mark.title == "region-0 gets 50 % of its users"));
    assert_eq!(measure(&run, "failovers"), 0.0, "its probes are answered all the time");
}

#[test]
fn users_of_a_region_that_was_lost_come_back_gradually() {
    let mut config = design(3, Acknowledge::Async, 40.0);
    draining(&mut config);
    fault(&mut config, 20, Some(30), FaultKind::RegionLoss(RegionLoss { sites: vec![0], disks: false }));
    assert_eq!(shares(&run(config), 0), [0, 25, 50, 100]);
}

#[test]
fn a_controller_that_was_cut_off_drains_nobody_by_what_happened_meanwhile() {
    let mut config = design(3, Acknowledge::Async, 40.0);
    draining(&mut config);
    fault(&mut config, 20, Some(60), FaultKind::Isolation(Isolation { sites: vec![2], users: true }));
    let errors = Probability::from_f64(0.5);
    fault(&mut config, 25, Some(35), FaultKind::SlowRegion(SlowRegion { sites: vec![0], slowness: 10.0, errors }));
    assert_eq!(shares(&run(config), 0), []);
}
