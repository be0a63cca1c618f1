//! "Why?" leads back to the fault.

use crate::design::*;
use engine::{Distribution, Span, Time};
use protocols::leader_follower::Acknowledge;
use sim::config::Failover;
use sim::faults::{Direction, FaultKind, Partition, Plane, RegionLoss};
use sim::trace::{Health, OperationKind, TraceEvent, What, control, faults, users};
use sim::{Action, ExplainedLine, LoggedAction};

fn mentions(chain: &[ExplainedLine], words: &str) -> bool {
    assert!(chain.is_sorted_by_key(|line| line.at), "{chain:#?}");
    chain.iter().any(|line| line.text.contains(words))
}

/// The last operation of a population that timed out.
fn timed_out(run: &TestRun, population: u16, kind: OperationKind) -> (u64, Time) {
    let trace = run.trace(Time::ZERO, Time::from_secs(60));
    let found = trace.iter().rev().find_map(|event| match event.what {
        What::Users(users::Fact::OperationEnded(info, ending))
            if info.population == population
                && info.kind == kind
                && ending.error == Some(sim::trace::ErrorKind::Timeout) =>
        {
            Some((info.operation, event.at))
        }
        _ => None,
    });
    found.expect("an operation times out")
}

fn cut() -> FaultKind {
    let (direction, plane) = (Direction::Both, Plane::All);
    FaultKind::Partition(Partition { left: vec![0], right: vec![1, 2], direction, plane })
}

#[test]
fn a_write_that_timed_out_across_a_cut_is_owed_to_the_cut() {
    let mut config = design(3, Acknowledge::Async, 20.0);
    // It began long before.
    fault(&mut config, 5, Some(40), cut());
    let run = run(config);
    let (operation, at) = timed_out(&run, 1, OperationKind::Write);
    assert!(at > Time::from_secs(40));
    let chain = run.explain_operation(operation, at);
    assert!(
        mentions(&chain, "fault: no traffic between region-0 on one side and region-1, region-2 on the other"),
        "{chain:#?}"
    );
    let lost = "is lost on the way: the link is cut, and nobody sends it again before its timeout";
    assert!(mentions(&chain, lost), "{chain:#?}");
}

#[test]
fn a_cut_by_hand_is_owed_to_the_hand() {
    let action = LoggedAction { at: Time::from_secs(20), action: Action::Start(cut()) };
    let mut run: TestRun = design(3, Acknowledge::Async, 20.0).run(vec![action]);
    run.finish();
    let (operation, at) = timed_out(&run, 1, OperationKind::Write);
    let chain = run.explain_operation(operation, at);
    assert!(
        mentions(&chain, "no traffic between region-0 on one side and region-1, region-2 on the other, by hand"),
        "{chain:#?}"
    );
    assert!(!mentions(&chain, "fault: by hand"), "no step says less than the one before it: {chain:#?}");
}

#[test]
fn a_read_from_a_region_that_went_dark_is_owed_to_the_loss_of_the_region() {
    let mut config = design(2, Acknowledge::Async, 20.0);
    config.routing.health_checked = false;
    fault(&mut config, 20, Some(10), FaultKind::RegionLoss(RegionLoss { sites: vec![1], disks: false }));
    let run = run(config);
    let (operation, at) = timed_out(&run, 1, OperationKind::Read);
    let chain = run.explain_operation(operation, at);
    assert!(mentions(&chain, "fault: region-1 lost") && mentions(&chain, "nobody is there"), "{chain:#?}");
}

#[test]
fn a_failover_is_owed_to_what_the_probes_met_also_when_a_person_took_long() {
    for failover in [Failover::Automatic, Failover::Manual(Distribution::Constant(15e9))] {
        let mut config = design(3, Acknowledge::Async, 20.0);
        config.control.failover = failover;
        fault(&mut config, 20, None, FaultKind::RegionLoss(RegionLoss { sites: vec![0], disks: false }));
        let run = run(config);
        let marks = run.marks();
        let decided = marks.iter().find(|mark| mark.title.starts_with("failover of")).expect("there is a failover");
        let chain = run.explain_event(decided.event, decided.at);
        assert!(mentions(&chain, "fault: region-0 lost") && mentions(&chain, "nobody is there"), "{chain:#?}");
    }
}

#[test]
fn the_judgement_of_one_region_is_not_the_reason_of_anothers() {
    let mut config = design(5, Acknowledge::Async, 5.0);
    for region in [0, 1] {
        fault(&mut config, 20, None, FaultKind::RegionLoss(RegionLoss { sites: vec![region], disks: false }));
    }
    let trace = run(config).trace(Time::ZERO, Time::from_secs(60));
    let of = |number: u64| trace.iter().find(|event| event.id == number).map(|event| event.what);
    let unhealthy = |event: &&TraceEvent| {
        matches!(event.what, What::Control(control::Fact::Judged { health: Health::Unhealthy, .. }))
    };
    let judged: Vec<_> = trace.iter().filter(unhealthy).map(|event| (event.what, of(event.cause))).collect();
    assert_eq!(judged.len(), 2);
    for (judged, cause) in judged {
        let (
            What::Control(control::Fact::Judged { region, .. }),
            Some(What::Control(control::Fact::Probed { region: probed, .. })),
        ) = (judged, cause)
        else {
            panic!("{judged:?} because of {cause:?}")
        };
        assert_eq!(region, probed);
    }
}

#[test]
fn a_person_is_called_about_each_dataset_because_of_the_judgement() {
    let mut config = design(3, Acknowledge::Async, 5.0);
    second_dataset(&mut config, "likes");
    config.control.failover = Failover::Manual(Distribution::Constant(5e9));
    fault(&mut config, 20, None, FaultKind::RegionLoss(RegionLoss { sites: vec![0], disks: false }));
    let trace = run(config).trace(Time::ZERO, Time::from_secs(60));
    let judged = trace
        .iter()
        .find(|event| matches!(event.what, What::Control(control::Fact::Judged { .. })))
        .map(|event| event.id);
    let called = trace.iter().filter(|event| matches!(event.what, What::Control(control::Fact::HumanCalled { .. })));
    assert_eq!(called.map(|event| Some(event.cause)).collect::<Vec<_>>(), vec![judged; 2]);
}

#[test]
fn what_a_person_ends_all_at_once_ends_because_of_the_person() {
    let mut config = design(3, Acknowledge::Async, 5.0);
    fault(&mut config, 20, Some(10), FaultKind::RegionLoss(RegionLoss { sites: vec![1], disks: false }));
    fault(&mut config, 20, Some(20), FaultKind::RegionLoss(RegionLoss { sites: vec![2], disks: false }));
    let heal = LoggedAction { at: Time::from_secs(25) + Span::from_millis(1), action: Action::HealAll };
    let mut run: TestRun = config.run(vec![heal]);
    run.finish();
    let trace = run.trace(Time::from_secs(24), Time::from_secs(26));
    let acted = trace.iter().find(|event| matches!(event.what, What::Acted { .. })).map(|event| event.id);
    let up = trace.iter().filter(|event| {
        matches!(
            event.what,
            What::Faults(faults::Fact::RegionUp { .. }) | What::Faults(faults::Fact::FaultEnded { .. })
        )
    });
    let causes: Vec<_> = up.map(|event| Some(event.cause)).collect();
    assert_eq!(causes, vec![acted; 4]);
}

/// The causes of what is done about each of two datasets.
fn causes_for_two(config: &mut TestConfig, actions: Vec<LoggedAction>, done: fn(&What) -> bool) -> Vec<Option<What>> {
    second_dataset(config, "likes");
    let mut run: TestRun = config.clone().run(actions);
    run.finish();
    let trace = run.trace(Time::ZERO, config.until);
    let of = |number: u64| trace.iter().find(|event| event.id == number).map(|event| event.what);
    trace.iter().filter(|event| done(&event.what)).map(|event| of(event.cause)).collect()
}

#[test]
fn what_is_done_about_one_dataset_is_not_the_reason_of_what_is_done_about_another() {
    let mut config = design(3, Acknowledge::Async, 5.0);
    config.control.failover = Failover::Automatic;
    config.control.failback = Some(Span::from_secs(5));
    fault(&mut config, 20, Some(10), FaultKind::RegionLoss(RegionLoss { sites: vec![0], disks: false }));
    let back = causes_for_two(&mut config, Vec::new(), |what| {
        matches!(what, What::Control(control::Fact::FailbackDecided { .. }))
    });
    assert_eq!(back, vec![None; 2], "the clock is the reason of both");

    let hand = LoggedAction { at: Time::from_secs(20), action: Action::Promote(1, None) };
    let mut config = design(3, Acknowledge::Async, 5.0);
    let by_hand = causes_for_two(&mut config, vec![hand], |what| {
        matches!(what, What::Control(control::Fact::FailoverDecided { .. }))
    });
    assert_eq!(by_hand, vec![Some(What::Acted { index: 0 }); 2]);
}
