//! Detection, decisions, split brain and what prevents it, failback.

use crate::design::*;
use engine::{Distribution, Span, Time};
use protocols::leader_follower::{Acknowledge, Fencing};
use sim::config::{Choose, Failover};
use sim::fault::{ClockSkew, Direction, FaultKind, Isolation, Partition, Plane, RegionLoss};
use sim::metrics::{Metric, Query};
use sim::trace::OperationKind;
use sim::{Action, LoggedAction, Run};

fn lose_leader(config: &mut TestConfig, at: u64, lasts: Option<u64>) {
    fault(config, at, lasts, FaultKind::RegionLoss(RegionLoss { region: 0, disks: false }));
}

/// The leader's region and the others do not see each other's control plane; data flows.
fn blind(config: &mut TestConfig, at: u64, lasts: u64, plane: Plane) {
    let cut = Partition { left: vec![0], right: vec![1, 2], direction: Direction::Both, plane };
    fault(config, at, Some(lasts), FaultKind::Partition(cut));
    // The name service must not move the users away from the old leader, who is well.
    config.routing.health_checked = false;
}

fn automatic(acknowledge: Acknowledge) -> TestConfig {
    let mut config = design(3, acknowledge, 20.0);
    config.control.failover = Failover::Automatic;
    config
}

#[test]
fn a_dead_leader_is_detected_after_three_probes_and_replaced() {
    let mut config = automatic(Acknowledge::Async);
    lose_leader(&mut config, 20, None);
    let run = run(config);
    // Three failed rounds, 2 s apart, each noticed 1 s after its probe; the first may be nearly 2 s after the fault.
    let detection = measure(&run, Metric::Detection);
    assert!((5.0..7.5).contains(&detection), "detected after {detection} s");
    assert_eq!(measure(&run, Metric::Failovers), 1.0);
    let writes = Query { kind: Some(OperationKind::Write), ..Query::whole(Metric::Rto) };
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
    let detection = measure(&run, Metric::Detection);
    assert!((6.0..8.5).contains(&detection), "detected after {detection} s");
    assert_eq!(measure(&run, Metric::Failovers), 1.0);
}

#[test]
fn detection_counts_from_the_fault_that_hid_the_region() {
    let mut config = automatic(Acknowledge::Async);
    lose_leader(&mut config, 20, None);
    let alone = measure(&run(config.clone()), Metric::Detection);
    fault(&mut config, 24, None, FaultKind::ClockSkew(ClockSkew { region: 0, offset: 0, drift_ppm: 10 }));
    fault(&mut config, 24, None, FaultKind::ClockSkew(ClockSkew { region: 2, offset: 0, drift_ppm: 10 }));
    assert_eq!(measure(&run(config), Metric::Detection), alone);
}

#[test]
fn an_outage_is_detected_when_its_own_region_is_judged() {
    let mut config = design(4, Acknowledge::Async, 20.0);
    config.control.failover = Failover::Automatic;
    fault(&mut config, 17, None, FaultKind::RegionLoss(RegionLoss { region: 1, disks: false }));
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
fn calls_have_a_recovery_time_too_and_it_ends_with_a_success() {
    let mut config = design(2, Acknowledge::Async, 20.0);
    config.requests[0].steps = vec![sim::config::Step::Call];
    config.routing.health_checked = false;
    fault(&mut config, 20, Some(10), FaultKind::RegionLoss(RegionLoss { region: 1, disks: false }));
    let run = run(config);
    let calls = run.recoveries().into_iter().find(|of| of.kind == OperationKind::Call).expect("calls fail");
    assert_eq!((calls.population, calls.dataset), (1, None));
    let recovered = calls.recovered.expect("the region returns");
    let trace = run.trace(recovered, recovered + Span::from_nanos(1));
    let succeeds = |event: &sim::trace::TraceEvent| matches!(event.what, sim::trace::What::OperationEnded(_, ending) if ending.error.is_none());
    assert!(trace.iter().any(|event| event.at == recovered && succeeds(event)), "recovered at {recovered}");
    assert!(recovered > Time::from_secs(30) && recovered < Time::from_secs(33), "recovered at {recovered}");
}

#[test]
fn nobody_decides_when_failover_is_off_and_a_person_takes_time() {
    let mut off = design(3, Acknowledge::Async, 20.0);
    lose_leader(&mut off, 20, None);
    let off = run(off);
    assert_eq!(measure(&off, Metric::Failovers), 0.0);
    assert_eq!(measure(&off, Metric::Rto), f64::INFINITY);

    let mut manual = design(3, Acknowledge::Async, 20.0);
    manual.control.failover = Failover::Manual(Distribution::Constant(15e9));
    lose_leader(&mut manual, 20, None);
    let manual = run(manual);
    let marks = manual.marks();
    let at = |words: &str| marks.iter().find(|mark| mark.title.contains(words)).map(|mark| mark.at.as_secs_f64());
    let (called, decided) = (at("person called").unwrap_or(0.0), at("failover of").unwrap_or(0.0));
    assert!((decided - called - 15.0).abs() < 0.001, "called at {called}, decided at {decided}");
}

#[test]
fn a_person_who_finds_the_region_well_again_stands_down() {
    let mut config = design(3, Acknowledge::Async, 20.0);
    config.control.failover = Failover::Manual(Distribution::Constant(20e9));
    lose_leader(&mut config, 20, Some(10));
    let run = run(config);
    assert_eq!(measure(&run, Metric::Failovers), 0.0);
    assert!(run.marks().iter().any(|mark| mark.title.starts_with("no failover")));
}

#[test]
fn automatic_failover_under_a_blind_control_plane_gives_two_leaders_without_fencing() {
    let mut config = automatic(Acknowledge::Async);
    blind(&mut config, 20, 25, Plane::Control);
    let run = run(config);
    assert_eq!(measure(&run, Metric::Leaders), 2.0);
    let split = measure(&run, Metric::SplitBrainWrites);
    assert!(split > 50.0, "{split} writes acknowledged by the old leader");
    assert!(measure(&run, Metric::LostWrites) > 50.0, "they are lost when the old leader is put right");
}

#[test]
fn fencing_tokens_end_the_split_brain_within_a_round_trip() {
    let mut config = automatic(Acknowledge::Async);
    fencing(&mut config, Fencing::Token);
    blind(&mut config, 20, 25, Plane::Control);
    let run = run(config);
    let split = measure(&run, Metric::SplitBrainWrites);
    assert!(split <= 5.0, "{split} writes acknowledged by the old leader");
    assert_eq!(measure(&run, Metric::Failovers), 1.0);
}

#[test]
fn a_token_does_not_reach_a_leader_that_is_cut_off_and_a_lease_does() {
    let split = |guard| {
        let mut config = automatic(Acknowledge::Async);
        fencing(&mut config, guard);
        blind(&mut config, 20, 25, Plane::All);
        let run = run(config);
        (measure(&run, Metric::SplitBrainWrites), measure(&run, Metric::Leaders), measure(&run, Metric::Failovers))
    };
    let (by_token, leaders, failovers) = split(Fencing::Token);
    assert!(by_token > 50.0 && leaders == 2.0 && failovers == 1.0, "{by_token} {leaders} {failovers}");
    let (by_lease, _, failovers) = split(Fencing::Lease);
    assert_eq!((by_lease, failovers), (0.0, 1.0));
}

#[test]
fn a_slow_clock_holds_on_to_its_lease_too_long() {
    let mut config = automatic(Acknowledge::Async);
    fencing(&mut config, Fencing::Lease);
    blind(&mut config, 20, 35, Plane::All);
    // The clock of the leader's region runs at a third of its rate: its six seconds last eighteen.
    let slow = ClockSkew { region: 0, offset: 0, drift_ppm: -666_667 };
    fault(&mut config, 10, None, FaultKind::ClockSkew(slow));
    let run = run(config);
    assert!(measure(&run, Metric::SplitBrainWrites) > 10.0, "{}", measure(&run, Metric::SplitBrainWrites));
}

#[test]
fn the_most_caught_up_follower_saves_what_the_preferred_one_lacks() {
    let lost = |choose| {
        let mut config = automatic(Acknowledge::SemiSync(1));
        config.control.choose = choose;
        let late = sim::fault::DegradedLink {
            from: 0,
            to: 1,
            one_way: true,
            slowness: 1.0,
            extra: Span::from_secs(10),
            loss: engine::Probability::NEVER,
            duplication: engine::Probability::NEVER,
            reordering: engine::Probability::NEVER,
            bandwidth: None,
        };
        fault(&mut config, 10, None, FaultKind::DegradedLink(late));
        lose_leader(&mut config, 20, Some(20));
        measure(&run(config), Metric::LostWrites)
    };
    assert!(lost(Choose::Preferred) > 10.0);
    assert_eq!(lost(Choose::MostCaughtUp), 0.0);
}

#[test]
fn a_recovered_leader_leads_again_after_catching_up_and_nothing_is_lost_by_it() {
    let mut config = automatic(Acknowledge::Async);
    fencing(&mut config, Fencing::Token);
    config.until = Time::from_secs(90);
    config.control.failback = Some(Span::from_secs(10));
    lose_leader(&mut config, 20, Some(20));
    let mut run = run(config);
    assert_eq!(measure(&run, Metric::Failbacks), 1.0);
    let end = run.snapshot(Time::from_secs(90));
    let leader = end.datasets[0]
        .replicas
        .iter()
        .find(|(_, view)| view.as_ref().is_some_and(|view| view.role == protocol::Role::Leader));
    assert_eq!(leader.map(|(region, _)| *region), Some(0));
    // Only what the failure itself took is lost, nothing of the change back.
    let taken = run.lost_writes().into_iter().filter(|lost| lost.acknowledged > Time::from_secs(21)).count();
    assert_eq!(taken, 0);
    let late = Query { from: Time::from_secs(75), ..Query::whole(Metric::Availability) };
    assert_eq!(run.measure(&late), Some(1.0));
}

#[test]
fn without_a_majority_of_vantage_points_nobody_is_judged() {
    let mut config = automatic(Acknowledge::Async);
    // The controller's own region is cut off: it must not take the rest of the world for dead.
    fault(&mut config, 20, Some(30), FaultKind::Isolation(Isolation { region: 2, users: false }));
    let run = run(config);
    assert_eq!(measure(&run, Metric::Failovers), 0.0);
}

#[test]
fn a_leader_whose_disk_is_lost_does_not_come_back_empty_over_its_followers() {
    let mut config = automatic(Acknowledge::SemiSync(1));
    fault(&mut config, 20, Some(2), FaultKind::RegionLoss(RegionLoss { region: 0, disks: true }));
    let run = run(config);
    assert_eq!(measure(&run, Metric::Failovers), 1.0);
    assert_eq!(measure(&run, Metric::LostWrites), 0.0);
}

#[test]
fn a_person_may_promote_at_any_time() {
    let config = design(3, Acknowledge::Async, 20.0);
    let mut run: TestRun = Run::new(config, vec![LoggedAction { at: Time::from_secs(30), action: Action::Promote(1) }]);
    run.finish();
    let end = run.snapshot(Time::from_secs(60));
    let leaders = end.datasets[0]
        .replicas
        .iter()
        .filter(|(_, view)| view.as_ref().is_some_and(|view| view.role == protocol::Role::Leader));
    assert_eq!(leaders.map(|(region, _)| *region).collect::<Vec<_>>(), vec![1]);
}

fn leaders(run: &mut TestRun, at: u64) -> Vec<u16> {
    let snapshot = run.snapshot(Time::from_secs(at));
    let leads =
        |view: &Option<protocol::NodeView>| view.as_ref().is_some_and(|view| view.role == protocol::Role::Leader);
    snapshot.datasets[0].replicas.iter().filter(|(_, view)| leads(view)).map(|(region, _)| *region).collect()
}

fn promoted(config: TestConfig, at: u64, region: u16) -> TestRun {
    let action = LoggedAction { at: Time::from_secs(at), action: Action::Promote(region) };
    let mut run = Run::new(config, vec![action]);
    run.finish();
    run
}

/// Share of writes that succeed, of one population or of all.
fn written(run: &TestRun, population: Option<u16>, from: u64, until: u64) -> f64 {
    let (from, until) = (Time::from_secs(from), Time::from_secs(until));
    let kind = Some(OperationKind::Write);
    run.measure(&Query { population, kind, from, until, ..Query::whole(Metric::Availability) }).unwrap_or(f64::NAN)
}

#[test]
fn a_failback_to_a_region_that_cannot_catch_up_costs_no_writes() {
    let mut config = automatic(Acknowledge::Async);
    fencing(&mut config, Fencing::Token);
    config.until = Time::from_secs(200);
    config.control.failback = Some(Span::from_secs(10));
    lose_leader(&mut config, 20, Some(10));
    // It is back for the control plane, and for nobody else.
    let cut = Partition { left: vec![0], right: vec![1, 2], direction: Direction::Both, plane: Plane::Data };
    fault(&mut config, 25, Some(95), FaultKind::Partition(cut));
    let mut run = run(config);
    let given_up = |run: &TestRun| run.marks().iter().filter(|mark| mark.title.contains("given up")).count();
    assert!((1..=2).contains(&given_up(&run)), "{} given up: each try waits longer", given_up(&run));
    assert_eq!(written(&run, Some(1), 40, 120), 1.0);
    assert_eq!(leaders(&mut run, 119), vec![1]);
    assert_eq!(leaders(&mut run, 200), vec![0]);
    assert!(written(&run, None, 125, 200) > 0.99);
}

#[test]
fn a_failback_with_leases_is_a_gap_of_round_trips() {
    let mut config = automatic(Acknowledge::Async);
    fencing(&mut config, Fencing::Lease);
    config.until = Time::from_secs(90);
    config.control.failback = Some(Span::from_secs(10));
    lose_leader(&mut config, 20, Some(10));
    let mut run = run(config);
    assert_eq!(measure(&run, Metric::Failbacks), 1.0);
    assert_eq!(leaders(&mut run, 90), vec![0]);
    let failed = Query { from: Time::from_secs(42), ..Query::whole(Metric::Failed) };
    // 30 writes a second: half a second's.
    assert!(run.measure(&failed).is_some_and(|failed| failed <= 15.0), "{:?} failed", run.measure(&failed));
}

#[test]
fn a_leader_keeps_its_lease_while_a_person_thinks() {
    let mut config = design(3, Acknowledge::Async, 20.0);
    fencing(&mut config, Fencing::Lease);
    config.until = Time::from_secs(120);
    config.control.failover = Failover::Manual(Distribution::Constant(120e9));
    blind(&mut config, 20, 20, Plane::Control);
    let run = run(config);
    assert!(run.marks().iter().any(|mark| mark.title.starts_with("person called")));
    assert!(written(&run, None, 28, 40) < 0.1, "without the controller a lease runs out");
    assert_eq!(written(&run, None, 45, 120), 1.0);
}

#[test]
fn an_order_to_lead_does_not_cross_a_cut() {
    let mut config = design(3, Acknowledge::Async, 20.0);
    config.control.home = 0;
    let cut = Partition { left: vec![0], right: vec![1], direction: Direction::Both, plane: Plane::All };
    fault(&mut config, 20, Some(30), FaultKind::Partition(cut));
    let mut run = promoted(config, 30, 1);
    assert_eq!(leaders(&mut run, 49), vec![0, 1], "the old leader and its controller cannot know");
    assert!(measure(&run, Metric::SplitBrainWrites) > 50.0);
    assert_eq!(leaders(&mut run, 60), vec![1], "they hear of it when the cut is healed");
}

#[test]
fn a_replica_without_its_data_cannot_be_promoted() {
    let mut config = design(3, Acknowledge::Async, 20.0);
    fault(&mut config, 20, Some(2), FaultKind::RegionLoss(RegionLoss { region: 1, disks: true }));
    let cut = Partition { left: vec![0], right: vec![1], direction: Direction::Both, plane: Plane::Data };
    fault(&mut config, 20, Some(30), FaultKind::Partition(cut));
    let mut run = promoted(config, 30, 1);
    assert_eq!(leaders(&mut run, 60), vec![0]);
    assert_eq!(measure(&run, Metric::Failovers), 0.0);
}

#[test]
fn a_longer_log_of_an_older_leadership_is_not_the_most_caught_up() {
    let mut config = automatic(Acknowledge::Async);
    config.control.choose = Choose::MostCaughtUp;
    config.control.preference = vec![1, 0, 2];
    // The old leader, cut off, goes on taking many writes; the others take few under a new one, which then dies.
    config.populations[0].arrival = sim::config::Arrival::Constant(vec![(Time::ZERO, 100.0)]);
    blind(&mut config, 10, 25, Plane::Control);
    let cut = Partition { left: vec![0], right: vec![1, 2], direction: Direction::Both, plane: Plane::Data };
    fault(&mut config, 10, None, FaultKind::Partition(cut));
    fault(&mut config, 45, None, FaultKind::RegionLoss(RegionLoss { region: 1, disks: false }));
    let run = run(config);
    let chosen: Vec<_> = run.marks().into_iter().filter(|mark| mark.title.starts_with("failover of")).collect();
    assert_eq!(chosen.iter().map(|mark| mark.regions[1]).collect::<Vec<_>>(), vec![1, 2]);
}

#[test]
fn what_a_person_promoted_leads_for_as_long_as_failback_says() {
    let mut config = design(3, Acknowledge::Async, 20.0);
    config.control.failback = Some(Span::from_secs(15));
    let mut run = promoted(config, 30, 1);
    assert_eq!(leaders(&mut run, 44), vec![1]);
    assert_eq!(leaders(&mut run, 55), vec![0]);
}

#[test]
fn a_region_without_a_replica_leaves_a_holder_it_was_told_is_unhealthy() {
    let mut config = design(3, Acknowledge::Async, 20.0);
    config.datasets[0].placement = vec![1, 2];
    config.datasets[0].leader = 2;
    fault(&mut config, 20, None, FaultKind::RegionLoss(RegionLoss { region: 1, disks: false }));
    let run = run(config);
    let reads = |from, until| {
        let (from, until) = (Time::from_secs(from), Time::from_secs(until));
        let kind = Some(OperationKind::Read);
        run.measure(&Query { population: Some(0), kind, from, until, ..Query::whole(Metric::Availability) })
    };
    assert_eq!(reads(21, 25), Some(0.0));
    assert_eq!(reads(32, 60), Some(1.0));
}
