//! Decisions, split brain and what prevents it, failback.

use crate::design::*;
use engine::{Distribution, Span, Time};
use protocols::leader_follower::{Acknowledge, Fencing};
use sim::config::{Choose, Failover, Promote, ReadFrom, Step};
use sim::faults::{ClockSkew, Direction, FaultKind, Isolation, Partition, Plane, RegionLoss};
use sim::metrics::Query;
use sim::trace::OperationKind;
use sim::{Action, LoggedAction};

/// The leader's region and the others do not see each other's control plane; data flows.
fn blind(config: &mut TestConfig, at: u64, lasts: u64, plane: Plane) {
    let cut = Partition { left: vec![0], right: vec![1, 2], direction: Direction::Both, plane };
    fault(config, at, Some(lasts), FaultKind::Partition(cut));
    // The name service must not move the users away from the old leader, who is well.
    config.routing.health_checked = false;
}

#[test]
fn nobody_decides_when_failover_is_off_and_a_person_takes_time() {
    let mut off = design(3, Acknowledge::Async, 20.0);
    lose_leader(&mut off, 20, None);
    let off = run(off);
    assert_eq!(measure(&off, "failovers"), 0.0);
    assert_eq!(measure(&off, "rto"), f64::INFINITY);

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
    assert_eq!(measure(&run, "failovers"), 0.0);
    assert!(run.marks().iter().any(|mark| mark.title.starts_with("no failover")));
}

#[test]
fn automatic_failover_under_a_blind_control_plane_gives_two_leaders_without_fencing() {
    let mut config = automatic(Acknowledge::Async);
    blind(&mut config, 20, 25, Plane::Control);
    let run = run(config);
    assert_eq!(measure(&run, "leaders"), 2.0);
    let split = measure(&run, "split-brain-writes");
    assert!(split > 50.0, "{split} writes acknowledged by the old leader");
    assert!(measure(&run, "lost-writes") > 50.0, "they are lost when the old leader is put right");
    assert!(run.lost_writes().is_sorted_by_key(|lost| lost.acknowledged));
    let decided = run.marks().iter().find(|mark| mark.title.starts_with("failover of")).map(|mark| mark.at);
    let outdated = run.verdicts().into_iter().find(|line| line.property == protocol::Property::NoOutdatedLeader);
    let (decided, first) = (decided.unwrap_or_default(), outdated.and_then(|line| line.at).unwrap_or_default());
    assert!(first > decided && first < decided + Span::from_secs(1), "of the write itself: {first}, {decided}");
}

#[test]
fn fencing_tokens_end_the_split_brain_within_a_round_trip() {
    let mut config = automatic(Acknowledge::Async);
    fencing(&mut config, Fencing::Token);
    blind(&mut config, 20, 25, Plane::Control);
    let run = run(config);
    let split = measure(&run, "split-brain-writes");
    assert!(split <= 5.0, "{split} writes acknowledged by the old leader");
    assert_eq!(measure(&run, "failovers"), 1.0);
}

#[test]
fn a_token_does_not_reach_a_leader_that_is_cut_off_and_a_lease_does() {
    let split = |guard| {
        let mut config = automatic(Acknowledge::Async);
        fencing(&mut config, guard);
        blind(&mut config, 20, 25, Plane::All);
        let run = run(config);
        (measure(&run, "split-brain-writes"), measure(&run, "leaders"), measure(&run, "failovers"))
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
    let slow = ClockSkew { sites: vec![0], offset: 0, drift_ppm: -666_667 };
    fault(&mut config, 10, None, FaultKind::ClockSkew(slow));
    let run = run(config);
    assert!(measure(&run, "split-brain-writes") > 10.0, "{}", measure(&run, "split-brain-writes"));
}

#[test]
fn the_most_caught_up_follower_saves_what_the_preferred_one_lacks() {
    let lost = |choose| {
        let mut config = automatic(Acknowledge::SemiSync(1));
        config.control.choose = choose;
        let late = sim::faults::DegradedLink {
            from: vec![0],
            to: vec![1],
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
        measure(&run(config), "lost-writes")
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
    assert_eq!(measure(&run, "failbacks"), 1.0);
    let end = run.snapshot(Time::from_secs(90));
    let leader = end.datasets[0]
        .replicas
        .iter()
        .find(|replica| replica.view.as_ref().is_some_and(|view| view.role == protocol::Role::Leader));
    assert_eq!(leader.map(|replica| replica.region), Some(0));
    // Only what the failure itself took is lost, nothing of the change back.
    let taken = run.lost_writes().into_iter().filter(|lost| lost.acknowledged > Time::from_secs(21)).count();
    assert_eq!(taken, 0);
    let late = Query { from: Time::from_secs(75), ..Query::whole("availability") };
    assert_eq!(run.measure(&late), Some(1.0));
}

#[test]
fn without_a_majority_of_vantage_points_nobody_is_judged() {
    let mut config = automatic(Acknowledge::Async);
    // The controller's own region is cut off: it must not take the rest of the world for dead.
    fault(&mut config, 20, Some(30), FaultKind::Isolation(Isolation { sites: vec![2], users: false }));
    let run = run(config);
    assert_eq!(measure(&run, "failovers"), 0.0);
}

#[test]
fn a_leader_whose_disk_is_lost_does_not_come_back_empty_over_its_followers() {
    let mut config = automatic(Acknowledge::SemiSync(1));
    fault(&mut config, 20, Some(2), FaultKind::RegionLoss(RegionLoss { sites: vec![0], disks: true }));
    let run = run(config);
    assert_eq!(measure(&run, "failovers"), 1.0);
    assert_eq!(measure(&run, "lost-writes"), 0.0);
}

#[test]
fn a_person_may_promote_at_any_time() {
    let config = design(3, Acknowledge::Async, 20.0);
    let mut run: TestRun = config.run(vec![LoggedAction { at: Time::from_secs(30), action: Action::Promote(1, None) }]);
    run.finish();
    let end = run.snapshot(Time::from_secs(60));
    let leaders = end.datasets[0]
        .replicas
        .iter()
        .filter(|replica| replica.view.as_ref().is_some_and(|view| view.role == protocol::Role::Leader));
    assert_eq!(leaders.map(|replica| replica.region).collect::<Vec<_>>(), vec![1]);
}

#[test]
fn a_person_may_promote_for_one_dataset_and_leave_the_others_to_who_leads_them() {
    let outcome = |of| {
        let mut config = design(3, Acknowledge::Async, 20.0);
        second_dataset(&mut config, "stock").promises = vec![];
        let action = Action::Promote(1, of);
        let mut run: TestRun = config.run(vec![LoggedAction { at: Time::from_secs(30), action }]);
        run.finish();
        let (orders, stock) = (leaders_of(&mut run, 60, 0), leaders_of(&mut run, 60, 1));
        let title = run.marks().into_iter().find(|mark| mark.title.contains("promoted")).expect("it was done").title;
        (orders, stock, title)
    };
    assert_eq!(outcome(Some(1..2)), (vec![0], vec![1], "region-1 promoted for stock, by hand".to_owned()));
    assert_eq!(outcome(None), (vec![1], vec![1], "region-1 promoted, by hand".to_owned()));
}

fn leaders(run: &mut TestRun, at: u64) -> Vec<u16> {
    leaders_of(run, at, 0)
}

fn leaders_of(run: &mut TestRun, at: u64, dataset: usize) -> Vec<u16> {
    let snapshot = run.snapshot(Time::from_secs(at));
    let leads =
        |view: &Option<protocol::NodeView>| view.as_ref().is_some_and(|view| view.role == protocol::Role::Leader);
    let replicas = snapshot.datasets[dataset].replicas.iter();
    replicas.filter(|replica| leads(&replica.view)).map(|replica| replica.region).collect()
}

fn promoted(config: TestConfig, at: u64, region: u16) -> TestRun {
    let action = LoggedAction { at: Time::from_secs(at), action: Action::Promote(region, None) };
    let mut run = config.run(vec![action]);
    run.finish();
    run
}

/// Share of writes that succeed, of one population or of all.
fn written(run: &TestRun, population: Option<u16>, from: u64, until: u64) -> f64 {
    let (from, until) = (Time::from_secs(from), Time::from_secs(until));
    let kind = Some(OperationKind::Write);
    run.measure(&Query { population, kind, from, until, ..Query::whole("availability") }).unwrap_or(f64::NAN)
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
    assert_eq!(measure(&run, "failbacks"), 1.0);
    assert_eq!(leaders(&mut run, 90), vec![0]);
    let failed = Query { from: Time::from_secs(42), ..Query::whole("failed") };
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
fn a_promotion_that_waits_for_a_lease_is_taken_back_when_the_leader_answers() {
    let mut config = design(3, Acknowledge::Async, 20.0);
    fencing(&mut config, Fencing::Lease);
    config.datasets[0].lease = Some(Span::from_secs(60));
    config.until = Time::from_secs(120);
    config.control.failover = Failover::Automatic;
    blind(&mut config, 20, 20, Plane::All);
    let run = run(config);
    let marked = |begins: &str| run.marks().into_iter().find(|mark| mark.title.starts_with(begins)).map(|mark| mark.at);
    let back = marked("no failover of orders").expect("it was decided");
    assert!(back > Time::from_secs(40) && back < Time::from_secs(45), "{back}: as soon as it answers");
    assert_eq!((measure(&run, "failovers"), marked("region-0's lease")), (0.0, None), "it is renewed again");
}

#[test]
fn an_order_to_lead_does_not_cross_a_cut() {
    let mut config = design(3, Acknowledge::Async, 20.0);
    config.control.home = 0;
    let cut = Partition { left: vec![0, 2], right: vec![1], direction: Direction::Both, plane: Plane::All };
    fault(&mut config, 20, Some(30), FaultKind::Partition(cut));
    let mut run = promoted(config, 30, 1);
    assert_eq!(leaders(&mut run, 49), vec![0, 1], "the old leader and its controller cannot know");
    assert!(measure(&run, "split-brain-writes") > 50.0);
    assert_eq!(leaders(&mut run, 60), vec![1], "they hear of it when the cut is healed");
}

#[test]
fn a_replica_without_its_data_cannot_be_promoted() {
    let mut config = design(3, Acknowledge::Async, 20.0);
    fault(&mut config, 20, Some(2), FaultKind::RegionLoss(RegionLoss { sites: vec![1], disks: true }));
    let cut = Partition { left: vec![0], right: vec![1], direction: Direction::Both, plane: Plane::Data };
    fault(&mut config, 20, Some(30), FaultKind::Partition(cut));
    let mut run = promoted(config, 30, 1);
    assert_eq!(leaders(&mut run, 60), vec![0]);
    assert_eq!(measure(&run, "failovers"), 0.0);
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
    fault(&mut config, 45, None, FaultKind::RegionLoss(RegionLoss { sites: vec![1], disks: false }));
    let run = run(config);
    let chosen: Vec<_> = run.marks().into_iter().filter(|mark| mark.title.starts_with("failover of")).collect();
    assert_eq!(chosen.iter().map(|mark| mark.regions[1]).collect::<Vec<_>>(), vec![1, 2]);
}

#[test]
fn what_a_person_promoted_goes_on_leading_when_nothing_had_failed() {
    let mut config = design(3, Acknowledge::Async, 20.0);
    config.control.failback = Some(Span::from_secs(10));
    let mut run = promoted(config, 30, 1);
    assert_eq!(leaders(&mut run, 60), vec![1]);
    assert_eq!(measure(&run, "failbacks"), 0.0);
}

#[test]
fn what_a_person_promoted_in_place_of_a_failed_leader_leads_for_as_long_as_failback_says() {
    let mut config = design(3, Acknowledge::Async, 20.0);
    config.control.failback = Some(Span::from_secs(15));
    config.until = Time::from_secs(90);
    lose_leader(&mut config, 15, Some(20));
    let mut run = promoted(config, 30, 1);
    assert_eq!(leaders(&mut run, 49), vec![1]);
    assert_eq!(leaders(&mut run, 70), vec![0]);
}

#[test]
fn a_leader_that_had_failed_is_owed_its_place_also_if_a_person_was_quicker_than_the_controller() {
    let mut config = design(3, Acknowledge::Async, 20.0);
    config.control.failback = Some(Span::from_secs(15));
    config.until = Time::from_secs(90);
    lose_leader(&mut config, 20, Some(15));
    let mut run = promoted(config, 21, 1);
    assert_eq!(leaders(&mut run, 49), vec![1]);
    assert_eq!(leaders(&mut run, 70), vec![0]);
}

#[test]
fn with_nobody_to_promote_it_is_said_once_and_again_when_there_is_somebody() {
    let mut config = automatic(Acknowledge::Async);
    config.control.vantages = vec![2];
    config.datasets[0].placement = vec![0, 1];
    config.until = Time::from_secs(120);
    lose_leader(&mut config, 20, None);
    fault(&mut config, 20, Some(60), FaultKind::RegionLoss(RegionLoss { sites: vec![1], disks: false }));
    let run = run(config);
    let count = |words: &str| run.marks().iter().filter(|mark| mark.title.starts_with(words)).count();
    let why = "no failover of orders from region-0: nobody is fit to lead";
    assert_eq!((count("no failover"), count(why), count("failover of")), (1, 1, 1));
}

/// A follower that missed the last acknowledged writes comes back first, and alone.
fn first_back(promote: Promote) -> TestRun {
    let mut config = design(4, Acknowledge::SemiSync(1), 5.0);
    config.datasets[0].placement = vec![0, 1, 2];
    config.requests[0].steps = vec![Step::read(0, ReadFrom::Leader)];
    config.until = Time::from_secs(120);
    config.control.failover = Failover::Automatic;
    config.control.promote = promote;
    for (region, at, lasts) in [(1, 10, 30), (0, 25, 55), (2, 25, 55)] {
        fault(&mut config, at, Some(lasts), FaultKind::RegionLoss(RegionLoss { sites: vec![region], disks: false }));
    }
    run(config)
}

#[test]
fn promoting_only_who_is_in_sync_loses_nothing_and_waits_instead() {
    let read = |run: &TestRun, from, until| {
        let (from, until) = (Time::from_secs(from), Time::from_secs(until));
        let kind = Some(OperationKind::Read);
        let query = Query { population: Some(1), kind, from, until, ..Query::whole("availability") };
        run.measure(&query).unwrap_or(f64::NAN)
    };
    let unclean = first_back(Promote::Any);
    assert_eq!(measure(&unclean, "failovers"), 1.0);
    assert!(measure(&unclean, "lost-writes") > 20.0, "{}", measure(&unclean, "lost-writes"));
    assert!(read(&unclean, 60, 80) > 0.7, "{}", read(&unclean, 60, 80));
    let clean = first_back(Promote::InSync);
    assert_eq!(measure(&clean, "failovers"), 0.0);
    let why = "no failover of orders from region-0: nobody is known to hold every confirmed write";
    assert!(clean.marks().iter().any(|mark| mark.title == why));
    assert_eq!(read(&clean, 60, 80), 0.0);
    // Lost is also what only disks without power hold: here nothing is, once they have it again.
    assert_eq!(clean.lost_writes().len(), 0);
    assert_eq!(read(&clean, 95, 120), 1.0, "the old leader is back and leads on");
}

#[test]
fn who_is_in_sync_is_promoted_though_another_is_preferred() {
    let mut config = automatic(Acknowledge::SemiSync(1));
    config.control.promote = Promote::InSync;
    let cut = Partition { left: vec![0], right: vec![1], direction: Direction::Both, plane: Plane::Data };
    fault(&mut config, 10, None, FaultKind::Partition(cut));
    lose_leader(&mut config, 20, None);
    let mut run = run(config);
    assert_eq!(leaders(&mut run, 60), vec![2]);
    assert_eq!(measure(&run, "lost-writes"), 0.0);
}

#[test]
fn a_region_without_a_replica_leaves_a_holder_it_was_told_is_unhealthy() {
    let mut config = design(3, Acknowledge::Async, 20.0);
    config.datasets[0].placement = vec![1, 2];
    config.datasets[0].leader = 2;
    fault(&mut config, 20, None, FaultKind::RegionLoss(RegionLoss { sites: vec![1], disks: false }));
    let run = run(config);
    let reads = |from, until| {
        let (from, until) = (Time::from_secs(from), Time::from_secs(until));
        let kind = Some(OperationKind::Read);
        run.measure(&Query { population: Some(0), kind, from, until, ..Query::whole("availability") })
    };
    assert_eq!(reads(21, 25), Some(0.0));
    assert_eq!(reads(32, 60), Some(1.0));
}

#[test]
fn a_clock_that_is_set_back_holds_no_lease_longer_than_one_that_was_always_behind() {
    let lost = |offset_seconds: i64| {
        let mut config = automatic(Acknowledge::Async);
        fencing(&mut config, Fencing::Lease);
        let skew = ClockSkew { sites: vec![0], offset: -offset_seconds * 1_000_000_000, drift_ppm: 0 };
        fault(&mut config, 1, None, FaultKind::ClockSkew(skew));
        fault(&mut config, 20, None, FaultKind::Isolation(Isolation { sites: vec![0], users: false }));
        measure(&run(config), "split-brain-writes")
    };
    assert_eq!([0, 10, 25, 3600].map(lost), [0.0; 4]);
}

/// When leadership goes back to a leader that was dead from 15 to 25 s and from 45 to 75 s, while the controller hears nothing
/// from 35 to 76 s because of this.
fn goes_back(unheard: FaultKind) -> Option<f64> {
    let mut config = automatic(Acknowledge::Async);
    config.until = Time::from_secs(130);
    config.control.failback = Some(Span::from_secs(30));
    lose_leader(&mut config, 15, Some(10));
    fault(&mut config, 35, Some(41), unheard);
    lose_leader(&mut config, 45, Some(30));
    let marks = run(config).marks();
    marks.iter().find(|mark| mark.title.starts_with("failback of")).map(|mark| mark.at.as_secs_f64())
}

#[test]
fn a_controller_that_heard_nothing_for_a_while_counts_anew_how_long_a_leader_was_well() {
    let (dark, isolated) = (RegionLoss { sites: vec![2], disks: false }, Isolation { sites: vec![2], users: false });
    for unheard in [FaultKind::RegionLoss(dark), FaultKind::Isolation(isolated)] {
        let at = goes_back(unheard.clone()).expect("it goes back in the end");
        assert!((106.0..112.0).contains(&at), "{unheard:?}: at {at} s");
    }
}

#[test]
fn a_failback_that_is_given_up_and_a_failover_nobody_hears_of_do_not_count() {
    let mut config = automatic(Acknowledge::Async);
    config.until = Time::from_secs(120);
    config.control.failback = Some(Span::from_secs(10));
    lose_leader(&mut config, 20, Some(20));
    let cut = Partition { left: vec![0], right: vec![1], direction: Direction::Both, plane: Plane::Data };
    fault(&mut config, 30, None, FaultKind::Partition(cut));
    let given_up = run(config);
    assert!(given_up.marks().iter().any(|mark| mark.title.contains("given up")));
    assert_eq!((measure(&given_up, "failovers"), measure(&given_up, "failbacks")), (1.0, 0.0));

    let mut config = automatic(Acknowledge::Async);
    let deaf = Partition { left: vec![2], right: vec![1], direction: Direction::LeftToRight, plane: Plane::Control };
    fault(&mut config, 5, None, FaultKind::Partition(deaf));
    lose_leader(&mut config, 20, None);
    let unheard = run(config);
    assert!(unheard.marks().iter().any(|mark| mark.title.starts_with("failover of")));
    assert_eq!(measure(&unheard, "failovers"), 0.0);
}

#[test]
fn writes_that_a_leader_refuses_for_want_of_a_lease_are_not_said_to_have_no_leader() {
    let mut config = design(3, Acknowledge::Async, 20.0);
    fencing(&mut config, Fencing::Lease);
    let cut = Partition { left: vec![0], right: vec![2], direction: Direction::Both, plane: Plane::Control };
    fault(&mut config, 20, None, FaultKind::Partition(cut));
    let run = run(config);
    assert!(measure(&run, "no-lease") > 100.0, "{}", measure(&run, "no-lease"));
    assert_eq!(measure(&run, "no-lease"), measure(&run, "failed"));
}
