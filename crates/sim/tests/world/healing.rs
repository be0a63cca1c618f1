//! What a person puts right, and what goes on.

use crate::design::{TestRun, design};
use engine::{Probability, Span, Time};
use protocols::leader_follower::Acknowledge;
use sim::faults::{DegradedLink, Direction, FaultKind, Isolation, Partition, Plane, RegionLoss};
use sim::{Action, FaultName, LoggedAction, Snapshot};

fn partition(left: &[u16], right: &[u16]) -> Action {
    let (left, right) = (left.to_vec(), right.to_vec());
    Action::Start(FaultKind::Partition(Partition { left, right, direction: Direction::Both, plane: Plane::All }))
}

fn degraded(from: u16, to: u16) -> Action {
    let [loss, duplication, reordering] = [Probability::NEVER; 3];
    let (one_way, slowness, extra, bandwidth) = (true, 3.0, Span::ZERO, None);
    let link = DegradedLink {
        from: vec![from],
        to: vec![to],
        one_way,
        slowness,
        extra,
        loss,
        duplication,
        reordering,
        bandwidth,
    };
    Action::Start(FaultKind::DegradedLink(link))
}

/// Three regions, and these actions from second to second.
fn acted(actions: Vec<Action>) -> TestRun {
    let at = |second: usize| Time::from_secs(1 + second as u64);
    let log = actions.into_iter().enumerate().map(|(second, action)| LoggedAction { at: at(second), action }).collect();
    let mut run = design(3, Acknowledge::Async, 5.0).run(log);
    run.advance(Time::from_secs(20), u64::MAX);
    run
}

fn after(actions: Vec<Action>) -> Snapshot {
    acted(actions).snapshot(Time::from_secs(20))
}

/// The links that are cut or degraded.
fn bad(snapshot: &Snapshot) -> Vec<(u16, u16)> {
    let bad = snapshot.links.iter().filter(|link| link.data_cut || link.control_cut || link.degraded);
    bad.map(|link| (link.from, link.to)).collect()
}

#[test]
fn restoring_a_region_reconnects_it_whatever_cuts_it_off() {
    for cut in [
        partition(&[0], &[1, 2]),
        Action::Start(FaultKind::Isolation(Isolation { sites: vec![0], users: true })),
        degraded(0, 1),
        degraded(2, 0),
    ] {
        let snapshot = after(vec![cut, Action::RestoreRegion(0)]);
        assert_eq!((bad(&snapshot), snapshot.faults), (vec![], vec![]));
        assert!(!snapshot.regions[0].site.users_cut);
    }
}

#[test]
fn restoring_one_of_several_regions_leaves_the_others_cut_off() {
    let snapshot = after(vec![partition(&[0, 1], &[2]), Action::RestoreRegion(0)]);
    assert_eq!(bad(&snapshot), [(1, 2), (2, 1)]);
    assert_eq!(
        snapshot.faults[0].title,
        "no traffic between region-0, region-1 on one side and region-2 on the other, region-0 restored, by hand"
    );
    let isolated = Action::Start(FaultKind::Isolation(Isolation { sites: vec![0], users: false }));
    assert_eq!(bad(&after(vec![isolated, Action::RestoreRegion(1)])).len(), 4, "nothing is wrong with region 1");
}

#[test]
fn healing_a_link_heals_that_link() {
    let snapshot = after(vec![partition(&[0], &[1, 2]), Action::HealLink(1, 0)]);
    assert_eq!(bad(&snapshot), [(0, 2), (2, 0)]);
    let isolated = Action::Start(FaultKind::Isolation(Isolation { sites: vec![0], users: true }));
    let snapshot = after(vec![isolated, Action::HealLink(0, 1), Action::HealLink(0, 2)]);
    assert_eq!(bad(&snapshot), []);
    assert!(snapshot.regions[0].site.users_cut, "users still cannot reach it");
    let both = after(vec![partition(&[0], &[1, 2]), Action::HealLink(0, 1), Action::HealLink(0, 2)]);
    assert_eq!((bad(&both), both.faults), (vec![], vec![]), "a fault of which nothing is left is over");
}

#[test]
fn a_fault_ends_by_its_number_and_the_others_go_on() {
    let lost = Action::Start(FaultKind::RegionLoss(RegionLoss { sites: vec![1], disks: false }));
    let mut run = acted(vec![
        lost,
        partition(&[0], &[2]),
        Action::EndFault(FaultName::Begun(0)),
        Action::EndFault(FaultName::Begun(7)),
    ]);
    let snapshot = run.snapshot(Time::from_secs(20));
    assert!(snapshot.regions[1].site.up);
    assert_eq!(snapshot.faults.iter().map(|fault| fault.name.clone()).collect::<Vec<_>>(), [FaultName::ByHand(2)]);
    assert_eq!(snapshot.faults[0].title, "no traffic between region-0 and region-2, by hand");
    let mut by_hand = acted(vec![
        partition(&[0], &[2]),
        Action::Start(FaultKind::RegionLoss(RegionLoss { sites: vec![1], disks: false })),
        Action::EndFault(FaultName::ByHand(2)),
    ]);
    assert!(by_hand.snapshot(Time::from_secs(20)).regions[1].site.up);
    for run in [run, by_hand] {
        let titles: Vec<String> = run.marks().into_iter().map(|mark| mark.title).collect();
        assert!(titles.contains(&"end of region-1 lost, by hand".to_owned()), "{titles:?}");
    }
}
