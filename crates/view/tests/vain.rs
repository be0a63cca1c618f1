//! What would change nothing is known before it is done.

mod sample;

use engine::{Probability, Span, Time};
use protocol::{Leadership, Role};
use sim::faults::{
    ClockSkew, DegradedLink, Direction, FaultKind, Isolation, Partition, Plane, RegionLoss, SlowDisk, SlowRegion,
    Spared,
};
use sim::{Action, FaultName, FaultState, Snapshot};
use view::in_vain;

#[track_caller]
fn check(snapshot: &Snapshot, act: Action, why: Option<&str>) {
    let stage = sample::stage(sample::EIGHT, 4);
    assert_eq!(in_vain(&stage, snapshot, &act).as_deref(), why, "{act:?}");
}

fn kill(region: u16, disks: bool) -> Action {
    Action::Start(FaultKind::RegionLoss(RegionLoss { sites: vec![region], disks }))
}

fn slow(region: u16, slowness: f64) -> Action {
    Action::Start(FaultKind::SlowRegion(SlowRegion { sites: vec![region], slowness, errors: Probability::NEVER }))
}

fn cut(left: u16, right: u16) -> Action {
    let partition =
        Partition { left: vec![left], right: vec![right], direction: Direction::LeftToRight, plane: Plane::All };
    Action::Start(FaultKind::Partition(partition))
}

#[test]
fn where_all_is_well_everything_can_break_and_nothing_be_mended() {
    let well = sample::calm(&sample::stage(sample::EIGHT, 4), 4);
    for act in [kill(0, false), slow(1, 2.0), cut(0, 3), Action::Promote(1, None)] {
        check(&well, act, None);
    }
    check(&well, Action::Promote(0, None), Some("N. Virginia leads all that it holds"));
    check(&well, Action::RestoreRegion(1), Some("nothing is wrong with Oregon and its links"));
    check(&well, Action::HealLink(0, 3), Some("nothing is wrong with this link"));
    check(&well, Action::HealAll, Some("no fault is in force"));
    check(&well, slow(1, 1.0), Some("it does nothing as it is set"));
    let disks = |region| Action::Start(FaultKind::SlowDisk(SlowDisk { sites: vec![region], slowness: 5.0 }));
    check(&well, disks(1), Some("no disk there takes time"));
    let skew = ClockSkew { sites: vec![1], offset: 0, drift_ppm: 0 };
    check(&well, Action::Start(FaultKind::ClockSkew(skew)), Some("it does nothing as it is set"));
    check(&well, Action::DropPacket(well.packets[0].name()), None);
}

/// A fault in force, begun by hand or planned until then.
fn in_force(kind: FaultKind, until: Option<u64>) -> FaultState {
    FaultState {
        name: FaultName::Begun(0),
        title: String::new(),
        since: Time::ZERO,
        until: until.map(Time::from_secs),
        kind,
        spared: Spared::default(),
    }
}

/// The eight regions with these faults in force.
fn broken(faults: impl IntoIterator<Item = (FaultKind, Option<u64>)>) -> Snapshot {
    let mut snapshot = sample::calm(&sample::stage(sample::EIGHT, 4), 4);
    snapshot.faults = faults.into_iter().map(|(kind, until)| in_force(kind, until)).collect();
    for fault in &snapshot.faults {
        if let FaultKind::RegionLoss(lost) = &fault.kind {
            snapshot.regions[usize::from(lost.sites[0])].site.up = false;
            snapshot.datasets.iter_mut().flat_map(|set| &mut set.replicas).for_each(|replica| {
                replica.view = replica.view.take().filter(|_| replica.region != lost.sites[0]);
            });
        }
    }
    snapshot
}

fn kind(act: Action) -> FaultKind {
    let Action::Start(kind) = act else { panic!("{act:?} starts no fault") };
    kind
}

#[test]
fn what_is_broken_breaks_no_more_and_can_be_mended() {
    let isolate = |users| Action::Start(FaultKind::Isolation(Isolation { sites: vec![7], users }));
    let troubled = broken([kill(2, false), isolate(false), cut(0, 3)].map(|act| (kind(act), None)));
    check(&troubled, kill(2, false), Some("“São Paulo lost” is in force already"));
    check(&troubled, kill(2, true), None);
    check(&troubled, slow(2, 2.0), Some("São Paulo has no power"));
    check(&troubled, Action::Promote(2, None), Some("São Paulo has no power"));
    check(&troubled, Action::RestoreRegion(2), None);
    check(&troubled, isolate(false), Some("“Tokyo isolated” is in force already"));
    check(&troubled, isolate(true), None);
    check(&troubled, cut(0, 3), Some("“no traffic from N. Virginia to Ireland” is in force already"));
    check(&troubled, cut(3, 0), None);
    check(&troubled, Action::HealLink(3, 0), None);
    check(&troubled, Action::HealLink(1, 2), Some("nothing is wrong with this link"));
    check(&troubled, Action::RestoreRegion(1), None);
    let lossy = |one_way| DegradedLink {
        from: vec![0],
        to: vec![3],
        one_way,
        slowness: 3.0,
        extra: Span::ZERO,
        loss: Probability::from_f64(0.1),
        duplication: Probability::NEVER,
        reordering: Probability::NEVER,
        bandwidth: None,
    };
    check(&troubled, Action::Start(FaultKind::DegradedLink(lossy(true))), Some("nothing gets through there"));
    check(&troubled, Action::Start(FaultKind::DegradedLink(lossy(false))), None);
    let mut gone = troubled.packets[0].name();
    gone.number = 4_711;
    check(&troubled, Action::DropPacket(gone), Some("the message is no longer under way"));
}

#[test]
fn what_a_planned_fault_breaks_may_be_broken_beyond_its_end_and_no_other_fault_has_a_say_in_it() {
    let (lost, link) = (kind(kill(2, false)), kind(cut(0, 3)));
    check(&broken([(lost.clone(), Some(60))]), kill(2, false), None);
    let again = Some("“São Paulo lost” is in force already");
    check(&broken([(lost.clone(), None), (link.clone(), Some(60))]), kill(2, false), again);
    check(&broken([(lost.clone(), None), (link, None)]), kill(2, false), again);
    check(&broken([(lost, Some(1_000_000))]), kill(2, false), again);
}

#[test]
fn leadership_is_handed_over_only_by_a_leader_and_a_controller_that_have_power() {
    let without = |region| broken([(kind(kill(region, false)), None)]);
    check(&without(2), Action::HandOver(1, None), None);
    // The first region leads, and is the controller's.
    let why = "the controller has no power, and hears of no order";
    check(&without(0), Action::HandOver(1, None), Some(why));
    check(&without(0), Action::Promote(1, None), None);
    let mut elsewhere = sample::stage(sample::EIGHT, 4);
    elsewhere.home = 4;
    let why = "nobody leads what Oregon holds and could hand it over";
    assert_eq!(in_vain(&elsewhere, &without(0), &Action::HandOver(1, None)).as_deref(), Some(why));
}

#[test]
fn who_leads_one_of_several_datasets_is_promoted_in_vain_for_that_one_alone() {
    let mut stage = sample::stage(sample::EIGHT, 4);
    let mut well = sample::calm(&stage, 4);
    stage.datasets.push(view::StageDataset { title: "Stock".to_owned(), ..stage.datasets[0].clone() });
    well.datasets.push(well.datasets[0].clone());
    for replica in &mut well.datasets[1].replicas {
        let leader = if replica.region == 1 { Role::Leader } else { Role::Follower };
        replica.view.iter_mut().for_each(|view| view.role = leader);
    }
    let why = |region, of| in_vain(&stage, &well, &Action::Promote(region, of));
    assert_eq!(why(1, Some(1..2)).as_deref(), Some("Oregon leads Stock"));
    assert_eq!([why(1, Some(0..1)), why(1, None), why(0, Some(1..2))], [None, None, None]);
    assert_eq!(why(0, Some(0..1)).as_deref(), Some("N. Virginia leads Orders"));
    stage.datasets[1].leadership = Leadership::Elected;
    let why = in_vain(&stage, &well, &Action::Promote(0, Some(1..2)));
    assert_eq!(why.as_deref(), Some("the leader of Stock is elected, not appointed"));
}

#[test]
fn nobody_is_promoted_where_nobody_is_appointed() {
    let name = "Oregon";
    for (leadership, why) in [
        (Leadership::Granted, None),
        (Leadership::Elected, Some(format!("the leaders of all that {name} holds are elected, not appointed"))),
        (Leadership::None, Some(format!("nobody leads what {name} holds: all its replicas are equals"))),
    ] {
        let mut stage = sample::stage(sample::EIGHT, 4);
        let well = sample::calm(&stage, 4);
        stage.datasets[0].leadership = leadership;
        assert_eq!(in_vain(&stage, &well, &Action::Promote(1, None)), why);
    }
}
