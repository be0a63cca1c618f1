//! What would change nothing is known before it is done.

mod sample;

use engine::Probability;
use sim::faults::{ClockSkew, Direction, FaultKind, Isolation, Partition, Plane, RegionLoss, SlowRegion};
use sim::{Action, FaultName, FaultState, Snapshot};
use view::in_vain;

#[track_caller]
fn check(snapshot: &Snapshot, act: Action, why: Option<&str>) {
    let stage = sample::stage(sample::EIGHT, 4);
    assert_eq!(in_vain(&stage, snapshot, &act).as_deref(), why, "{act:?}");
}

fn kill(region: u16, disks: bool) -> Action {
    Action::Start(FaultKind::RegionLoss(RegionLoss { region, disks }))
}

fn slow(region: u16, slowness: f64) -> Action {
    Action::Start(FaultKind::SlowRegion(SlowRegion { region, slowness, errors: Probability::NEVER }))
}

fn cut(left: u16, right: u16) -> Action {
    let partition =
        Partition { left: vec![left], right: vec![right], direction: Direction::LeftToRight, plane: Plane::All };
    Action::Start(FaultKind::Partition(partition))
}

#[test]
fn where_all_is_well_everything_can_break_and_nothing_be_mended() {
    let well = sample::calm(&sample::stage(sample::EIGHT, 4), 4);
    for act in [kill(0, false), slow(1, 2.0), cut(0, 3), Action::Promote(1)] {
        check(&well, act, None);
    }
    check(&well, Action::Promote(0), Some("N. Virginia leads all that it holds"));
    check(&well, Action::RestoreRegion(1), Some("nothing is wrong with Oregon and its links"));
    check(&well, Action::HealLink(0, 3), Some("nothing is wrong with this link"));
    check(&well, Action::HealAll, Some("no fault is in force"));
    check(&well, slow(1, 1.0), Some("it does nothing as it is set"));
    let skew = ClockSkew { region: 1, offset: 0, drift_ppm: 0 };
    check(&well, Action::Start(FaultKind::ClockSkew(skew)), Some("it does nothing as it is set"));
    check(&well, Action::DropPacket(well.packets[0].name()), None);
}

#[test]
fn what_is_broken_breaks_no_more_and_can_be_mended() {
    // The third region has no power, the last is isolated, and nothing passes from the first to the fourth.
    let troubled = sample::troubled(&sample::stage(sample::EIGHT, 4), 4);
    check(&troubled, kill(2, false), Some("that is so already: São Paulo lost"));
    check(&troubled, kill(2, true), None);
    check(&troubled, Action::Promote(2), Some("São Paulo has no power"));
    check(&troubled, Action::RestoreRegion(2), None);
    let isolate = |users| Action::Start(FaultKind::Isolation(Isolation { region: 7, users }));
    check(&troubled, isolate(false), Some("that is so already: Tokyo isolated"));
    check(&troubled, isolate(true), None);
    check(&troubled, cut(0, 3), Some("that is so already: no traffic from N. Virginia to Ireland"));
    check(&troubled, cut(3, 0), None);
    check(&troubled, Action::HealLink(3, 0), None);
    let mut gone = troubled.packets[0].name();
    gone.number = 4_711;
    check(&troubled, Action::DropPacket(gone), Some("the message is no longer under way"));
}

#[test]
fn what_a_planned_fault_breaks_may_be_broken_beyond_its_end() {
    let mut troubled = sample::troubled(&sample::stage(sample::EIGHT, 4), 4);
    let planned = FaultState {
        name: FaultName::Planned("dark".to_owned()),
        title: "São Paulo lost".to_owned(),
        since: troubled.at,
    };
    troubled.faults.push(planned);
    check(&troubled, kill(2, false), None);
}
