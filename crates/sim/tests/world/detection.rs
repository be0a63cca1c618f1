//! How long a failure goes unnoticed, and how long it is felt.

use crate::design::*;
use engine::{Probability, Span, Time};
use protocols::leader_follower::Acknowledge;
use sim::config::Failover;
use sim::faults::{ClockSkew, DegradedLink, Direction, FaultKind, Partition, Plane, RegionLoss, SlowRegion};
use sim::metrics::Query;
use sim::trace::{OperationKind, users};

#[test]
fn a_dead_leader_is_detected_after_three_probes_and_replaced() {
    let mut config = automatic(Acknowledge::Async);
    lose_leader(&mut config, 20, None);
    let run = run(config);
    // Three failed rounds, 2 s apart, each noticed 1 s after its probe; the first may be nearly 2 s after the fault.
    let detection = measure(&run, "detection");
    assert!((5.0..7.5).contains(&detection), "detected after {detection} s");
    assert_eq!(measure(&run, "failovers"), 1.0);
    let writes = Query { kind: Some(OperationKind::Write), ..Query::whole("rto") };
    let rto = run.measure(&writes).unwrap_or(f64::NAN);
    assert!(rto > detection && rto < 20.0, "recovered after {rto} s");
}

#[test]
fn a_probe_waited_for_until_the_next_one_still_detects_a_dead_leader() {
    let mut config = automatic(Acknowledge::Async);
    config.control.timeout = config.control.interval;
    lose_leader(&mut config, 20, None);
    let run = run(config);
    // Three failed rounds, 2 s apart, each noticed 2 s after its probe.
    let detection = measure(&run, "detection");
    assert!((6.0..8.5).contains(&detection), "detected after {detection} s");
    assert_eq!(measure(&run, "failovers"), 1.0);
}

#[test]
fn detection_counts_from_the_fault_that_hid_the_region() {
    let mut config = automatic(Acknowledge::Async);
    lose_leader(&mut config, 20, None);
    let alone = measure(&run(config.clone()), "detection");
    fault(&mut config, 24, None, FaultKind::ClockSkew(ClockSkew { sites: vec![0], offset: 0, drift_ppm: 10 }));
    fault(&mut config, 24, None, FaultKind::ClockSkew(ClockSkew { sites: vec![2], offset: 0, drift_ppm: 10 }));
    assert_eq!(measure(&run(config), "detection"), alone);
}

#[test]
fn detection_counts_from_the_fault_that_is_detected_and_not_from_a_later_one() {
    let mut config = automatic(Acknowledge::Async);
    config.control.vantages = vec![2];
    lose_leader(&mut config, 20, None);
    let alone = measure(&run(config.clone()), "detection");
    let cut = Partition { left: vec![0], right: vec![1], direction: Direction::Both, plane: Plane::All };
    fault(&mut config, 24, None, FaultKind::Partition(cut));
    assert_eq!(measure(&run(config), "detection"), alone);
}

#[test]
fn a_region_hidden_by_two_faults_one_after_the_other_is_detected_from_the_one_in_force() {
    let mut config = automatic(Acknowledge::Async);
    lose_leader(&mut config, 20, Some(5));
    let mut again = config.config.faults[0].clone();
    (again.id, again.at, again.lasts) = ("again".to_owned(), Time::from_nanos(25_100_000_000), None);
    config.control.threshold = 5;
    config.faults.push(again);
    let run = run(config);
    let marks = run.marks();
    let judged = marks.iter().find(|mark| mark.title == "region-0 judged unhealthy").map(|mark| mark.at.as_secs_f64());
    assert!((measure(&run, "detection") - (judged.unwrap_or(0.0) - 25.1)).abs() < 1e-6, "judged at {judged:?}");
}

#[test]
fn a_short_fault_within_a_long_one_does_not_make_detection_shorter() {
    let mut config = automatic(Acknowledge::Async);
    lose_leader(&mut config, 20, None);
    let alone = measure(&run(config.clone()), "detection");
    let cut = Partition { left: vec![0], right: vec![1, 2], direction: Direction::Both, plane: Plane::All };
    fault(&mut config, 23, Some(2), FaultKind::Partition(cut));
    assert_eq!(measure(&run(config), "detection"), alone);
}

#[test]
fn what_is_found_out_when_it_is_over_is_not_detected() {
    let mut config = automatic(Acknowledge::Async);
    config.control.timeout = config.control.interval;
    config.control.vantages = vec![2];
    // The third probe in a row is lost, and the fault ends before it is given up.
    lose_leader(&mut config, 20, Some(5));
    let run = run(config);
    assert!(run.marks().iter().any(|mark| mark.title == "region-0 judged unhealthy" && mark.at > Time::from_secs(25)));
    assert_eq!(run.measure(&Query::whole("detection")), None);
}

#[test]
fn a_region_hidden_by_two_faults_at_once_is_detected_from_the_one_that_goes_on() {
    let mut config = automatic(Acknowledge::Async);
    config.control.timeout = config.control.interval;
    config.control.vantages = vec![2];
    // As above; but from then on nobody would have heard of the region anyway, or does all the same.
    lose_leader(&mut config, 20, Some(5));
    let after = |at: u64, kind: FaultKind| {
        let mut config = config.clone();
        fault(&mut config, at, None, kind);
        let run = run(config);
        let marks = run.marks();
        let judged = marks.iter().find(|mark| mark.title == "region-0 judged unhealthy").expect("it is").at;
        assert!(judged > Time::from_secs(25), "{judged}");
        (run.measure(&Query::whole("detection")), Some((judged - Time::from_secs(at)).as_secs_f64()))
    };
    let dark = || FaultKind::RegionLoss(RegionLoss { sites: vec![0], disks: false });
    let cut_off_from = |region| {
        let (left, right) = (vec![0], vec![region]);
        FaultKind::Partition(Partition { left, right, direction: Direction::Both, plane: Plane::All })
    };
    for goes_on in [dark(), cut_off_from(2)] {
        let (detection, since) = after(23, goes_on);
        assert_eq!(detection, since);
    }
    // What began when the last of the probes was lost already, or cuts somebody else off, hid nothing.
    assert_eq!([after(25, dark()).0, after(23, cut_off_from(1)).0], [None, None]);
}

#[test]
fn a_region_whose_answers_come_too_late_is_detected_from_what_delays_them() {
    let mut config = automatic(Acknowledge::Async);
    config.control.vantages = vec![2];
    let late = DegradedLink {
        from: vec![0],
        to: vec![2],
        one_way: true,
        slowness: 1.0,
        extra: Span::from_secs(10),
        loss: Probability::NEVER,
        duplication: Probability::NEVER,
        reordering: Probability::NEVER,
        bandwidth: None,
    };
    fault(&mut config, 20, None, FaultKind::DegradedLink(late));
    let detection = measure(&run(config), "detection");
    assert!((5.0..7.5).contains(&detection), "detected after {detection} s");
}

#[test]
fn an_outage_is_detected_when_its_own_region_is_judged() {
    let mut config = design(4, Acknowledge::Async, 20.0);
    config.control.failover = Failover::Automatic;
    fault(&mut config, 17, None, FaultKind::RegionLoss(RegionLoss { sites: vec![1], disks: false }));
    lose_leader(&mut config, 20, None);
    let run = run(config);
    let marks = run.marks();
    let judged = marks.iter().find(|mark| mark.title == "region-0 judged unhealthy").map(|mark| mark.at);
    let recoveries = run.recoveries();
    let writes = recoveries.iter().find(|of| of.population == 3 && of.kind == OperationKind::Write);
    assert!(judged.is_some());
    assert_eq!(writes.and_then(|of| of.detected), judged);
}

#[test]
fn an_outage_is_not_detected_by_the_late_judgement_of_a_fault_that_was_over_before() {
    let mut config = automatic(Acknowledge::Async);
    config.control.failover = Failover::Off;
    config.control.timeout = config.control.interval;
    config.control.vantages = vec![2];
    // The leader is back before it is judged, and then users lose the region that serves them.
    lose_leader(&mut config, 20, Some(5));
    fault(&mut config, 25, None, FaultKind::RegionLoss(RegionLoss { sites: vec![1], disks: false }));
    let run = run(config);
    let marks = run.marks();
    let judged = |region| {
        let words = format!("region-{region} judged unhealthy");
        marks.iter().find(|mark| mark.title == words).map(|mark| mark.at).expect("it is judged")
    };
    let outage = |of: &sim::Recovery| of.population == 1 && of.failed > Time::from_secs(24);
    let outages: Vec<sim::Recovery> = run.recoveries().into_iter().filter(outage).collect();
    assert!(!outages.is_empty() && judged(0) > outages[0].failed && judged(0) < judged(1), "{outages:?}");
    assert!(outages.iter().all(|of| of.detected.is_none_or(|at| at == judged(1))), "{outages:?}");
    assert!(outages.iter().any(|of| of.detected == Some(judged(1))), "{outages:?}");
}

#[test]
fn calls_have_a_recovery_time_too_and_it_ends_with_a_success() {
    let mut config = design(2, Acknowledge::Async, 20.0);
    config.requests[0].steps = vec![sim::config::Step::Call];
    config.routing.health_checked = false;
    fault(&mut config, 20, Some(10), FaultKind::RegionLoss(RegionLoss { sites: vec![1], disks: false }));
    let run = run(config);
    let calls = run.recoveries().into_iter().find(|of| of.kind == OperationKind::Call).expect("calls fail");
    assert_eq!((calls.population, calls.dataset), (1, None));
    let recovered = calls.recovered.expect("the region returns");
    let trace = run.trace(recovered, recovered + Span::from_nanos(1));
    let succeeds = |event: &sim::trace::TraceEvent| matches!(event.what, sim::trace::What::Users(users::Fact::OperationEnded(_, ending)) if ending.error.is_none());
    assert!(trace.iter().any(|event| event.at == recovered && succeeds(event)), "recovered at {recovered}");
    assert!(recovered > Time::from_secs(30) && recovered < Time::from_secs(33), "recovered at {recovered}");
}

#[test]
fn a_region_that_refuses_everything_answers_probes_and_is_healthy() {
    let mut config = design(3, Acknowledge::Async, 20.0);
    let refuses = SlowRegion { sites: vec![0], slowness: 1.0, errors: Probability::ALWAYS };
    fault(&mut config, 20, None, FaultKind::SlowRegion(refuses));
    let run = run(config);
    let served = Query { region: Some(0), from: Time::from_secs(21), ..Query::whole("availability") };
    assert_eq!(run.measure(&served), Some(0.0));
    assert!(!run.marks().iter().any(|mark| mark.title.contains("judged")), "{:?}", run.marks());
}

#[test]
fn one_of_two_vantage_points_is_not_more_than_half() {
    let judged = |other_is_lost: bool| {
        let mut config = design(3, Acknowledge::Async, 20.0);
        config.control.vantages = vec![1, 2];
        if other_is_lost {
            fault(&mut config, 10, None, FaultKind::RegionLoss(RegionLoss { sites: vec![1], disks: false }));
        }
        lose_leader(&mut config, 20, None);
        let marks = run(config).marks();
        let said = |words: &str| marks.iter().filter(|mark| mark.title.starts_with(words)).map(|mark| mark.times).sum();
        (said("region-0 judged unhealthy"), said("region-0 not judged unhealthy: 1 of 2 vantage points"))
    };
    let (both, one): ((u32, u32), (u32, u32)) = (judged(false), judged(true));
    assert_eq!((both, one), ((1, 0), (0, 1)), "judged, and said not to be");
}

/// The writes of the first region's users in an outage that began in a second.
fn outage_of(run: &TestRun, second: u64) -> sim::Recovery {
    let of = |of: &&sim::Recovery| {
        of.population == 0 && of.kind == OperationKind::Write && of.failed.whole_seconds() + 1 >= second
    };
    *run.recoveries().iter().find(of).expect("there is one")
}

#[test]
fn an_outage_is_detected_where_the_region_is_judged_that_does_not_acknowledge() {
    let mut config = automatic(Acknowledge::Sync);
    fault(&mut config, 20, None, FaultKind::RegionLoss(RegionLoss { sites: vec![1], disks: false }));
    let run = run(config);
    let judged = run.marks().iter().find(|mark| mark.title == "region-1 judged unhealthy").map(|mark| mark.at);
    assert!(judged.is_some());
    assert_eq!(outage_of(&run, 20).detected, judged);
}

#[test]
fn an_outage_is_known_before_where_the_region_is_still_judged_ill() {
    let mut config = automatic(Acknowledge::Sync);
    fault(&mut config, 20, Some(60), FaultKind::RegionLoss(RegionLoss { sites: vec![1], disks: false }));
    config.populations[0].arrival = sim::config::Arrival::Constant(vec![(Time::from_secs(40), 20.0)]);
    let run = run(config);
    let outage = outage_of(&run, 40);
    assert!(outage.detected.is_some_and(|at| at < outage.failed), "{outage:?}");
    assert_eq!(outage.noticed(), "known before");
}

#[test]
fn an_outage_is_not_detected_by_the_failure_of_a_region_that_nobody_waits_for() {
    for lost in [5, 25] {
        let mut config = automatic(Acknowledge::Async);
        fault(&mut config, lost, None, FaultKind::RegionLoss(RegionLoss { sites: vec![1], disks: false }));
        config.requests[1].retry.attempts = 1;
        let errors = Probability::ALWAYS;
        let errs = SlowRegion { sites: vec![0], slowness: 1.0, errors };
        fault(&mut config, 20, Some(20), FaultKind::SlowRegion(errs));
        let run = run(config);
        assert!(run.measure(&Query { region: Some(1), ..Query::whole("detection") }).is_some(), "{:?}", run.marks());
        assert_eq!(outage_of(&run, 20).detected, None, "a follower is lost at {lost} s");
    }
}
