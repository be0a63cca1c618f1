//! What the control plane may act on: not what it knew before it lost its power, nor what has expired or was overtaken.

use crate::design::*;
use engine::{Distribution, Probability, Span, Time};
use protocol::Role;
use protocols::leader_follower::{Acknowledge, Fencing};
use sim::config::{Failover, FaultConfig};
use sim::faults::{ClockSkew, DegradedLink, Direction, FaultKind, Partition, Plane, RegionLoss};
use sim::metrics::Query;
use sim::trace::Health;
use sim::{Action, LoggedAction};

/// Three regions, the last of which watches and decides.
fn watched(failover: Failover) -> TestConfig {
    let mut config = design(3, Acknowledge::Async, 5.0);
    config.control.failover = failover;
    config.routing.health_checked = false;
    config
}

fn dark(config: &mut TestConfig, region: u16, from: u64, until: u64) {
    fault(config, from, Some(until - from), FaultKind::RegionLoss(RegionLoss { sites: vec![region], disks: false }));
}

fn marked(run: &TestRun, words: &str) -> usize {
    run.marks().iter().filter(|mark| mark.title.starts_with(words)).count()
}

#[test]
fn a_watcher_that_was_dark_blames_nobody_for_the_answers_it_missed() {
    let mut config = watched(Failover::Automatic);
    config.control.vantages = vec![2];
    config.control.threshold = 1;
    // Between a probe and its answer.
    config.faults.push(FaultConfig {
        id: "blink".to_owned(),
        at: Time::from_millis(20_055),
        lasts: Some(Span::from_millis(200)),
        kind: FaultKind::RegionLoss(RegionLoss { sites: vec![2], disks: false }),
    });
    let run = run(config);
    assert_eq!(measure(&run, "failovers"), 0.0);
    assert!(!run.marks().iter().any(|mark| mark.title.contains("judged")), "nobody is judged");
}

#[test]
fn a_dark_region_is_not_acquitted_because_its_witnesses_die() {
    let mut config = design(4, Acknowledge::Async, 5.0);
    config.until = Time::from_secs(180);
    dark(&mut config, 1, 10, 100);
    dark(&mut config, 0, 40, 120);
    dark(&mut config, 2, 40, 120);
    let mut run = run(config);
    for at in [20, 60, 99] {
        assert_eq!(run.snapshot(Time::from_secs(at)).regions[1].judged.health, Health::Unhealthy, "at {at} s");
    }
    assert_eq!(
        run.snapshot(Time::from_secs(118)).regions[1].judged.health,
        Health::Healthy,
        "who is left sees it answer"
    );
    assert_eq!(marked(&run, "region-1 judged unhealthy"), 1, "who comes back has no old verdict");
    let detection = run.measure(&Query { region: Some(1), ..Query::whole("detection") });
    assert!(detection.is_some_and(|detection| detection < 8.0), "detected after {detection:?} s");
}

#[test]
fn a_leader_that_was_cut_off_is_not_deposed_once_everybody_reaches_it() {
    // However the heal falls among the probes.
    for eighth in 0..16 {
        let mut config = watched(Failover::Automatic);
        config.control.home = 0;
        let cut = Partition { left: vec![0], right: vec![1, 2], direction: Direction::Both, plane: Plane::All };
        config.faults.push(FaultConfig {
            id: "cut".to_owned(),
            at: Time::from_secs(20),
            lasts: Some(Span::from_secs(15) + Span::from_millis(125) * eighth),
            kind: FaultKind::Partition(cut),
        });
        assert_eq!(measure(&run(config), "failovers"), 0.0, "healed {eighth} eighths of a second later");
    }
}

#[test]
fn a_leader_that_answers_again_is_not_deposed_while_it_proves_itself() {
    // Called at about 26 s; the leader is back at 40 s and judged healthy after three answers, 46 s at the earliest.
    let mut config = watched(Failover::Manual(Distribution::Constant(17.5e9)));
    dark(&mut config, 0, 20, 40);
    let run = run(config);
    let at =
        |words: &str| run.marks().iter().find(|mark| mark.title.starts_with(words)).map(|mark| mark.at.as_secs_f64());
    let (stood_down, well) = (at("no failover").unwrap_or(f64::NAN), at("region-0 judged healthy").unwrap_or(f64::NAN));
    assert!(stood_down > 42.1 && stood_down < well, "stood down at {stood_down} s, well at {well} s");
    assert_eq!(measure(&run, "failovers"), 0.0);
}

/// What is sent there takes a minute more.
fn late(from: u16, to: u16) -> DegradedLink {
    DegradedLink {
        from: vec![from],
        to: vec![to],
        one_way: true,
        slowness: 1.0,
        extra: Span::from_secs(60),
        loss: Probability::NEVER,
        duplication: Probability::NEVER,
        reordering: Probability::NEVER,
        bandwidth: None,
    }
}

#[test]
fn reports_that_are_long_under_way_condemn_nobody() {
    let mut config = watched(Failover::Automatic);
    config.until = Time::from_secs(120);
    config.control.vantages = vec![1];
    fault(&mut config, 5, None, FaultKind::DegradedLink(late(1, 2)));
    dark(&mut config, 0, 20, 35);
    let run = run(config);
    assert_eq!(marked(&run, "region-0 judged"), 0, "it has been well for 45 s when the first report of it arrives");
    assert_eq!(measure(&run, "failovers"), 0.0);
}

#[test]
fn a_clock_that_is_ahead_does_not_keep_late_reports_fresh() {
    let mut config = watched(Failover::Automatic);
    config.until = Time::from_secs(120);
    config.control.vantages = vec![1];
    let ahead = ClockSkew { sites: vec![1], offset: 3_600_000_000_000, drift_ppm: 0 };
    fault(&mut config, 5, None, FaultKind::ClockSkew(ahead));
    fault(&mut config, 12, None, FaultKind::DegradedLink(late(1, 2)));
    dark(&mut config, 0, 20, 35);
    let run = run(config);
    assert_eq!(marked(&run, "region-0 judged"), 0, "it has been well for a minute when the first report of it arrives");
    assert_eq!(measure(&run, "failovers"), 0.0);
}

#[test]
fn a_restarted_controller_deposes_nobody_by_what_it_knew_before() {
    let mut config = watched(Failover::Manual(Distribution::Constant(30e9)));
    config.until = Time::from_secs(90);
    dark(&mut config, 0, 20, 48);
    // The person would decide at about 56 s.
    dark(&mut config, 2, 47, 60);
    let run = run(config);
    assert_eq!(marked(&run, "person called"), 1);
    assert_eq!(measure(&run, "failovers"), 0.0, "the leader has been well for 12 s when the controller returns");
}

#[test]
fn a_restarted_controller_remembers_who_leads_and_learns_of_a_failure_anew() {
    let mut config = watched(Failover::Automatic);
    config.until = Time::from_secs(90);
    dark(&mut config, 0, 20, 90);
    dark(&mut config, 2, 23, 40);
    let run = run(config);
    let query = |from, until| {
        let (from, until) = (Time::from_secs(from), Time::from_secs(until));
        run.measure(&Query { from, until, ..Query::whole("failovers") })
    };
    // Three rounds, 2 s apart, count from when it can hear again.
    assert_eq!((query(0, 44), query(44, 90)), (Some(0.0), Some(1.0)));
    assert!(run.marks().iter().any(|mark| mark.title == "region-1 leads orders, epoch 2"));
}

#[test]
fn a_lease_outlives_the_controller_that_granted_it() {
    let mut config = watched(Failover::Automatic);
    fencing(&mut config, Fencing::Lease);
    config.until = Time::from_secs(90);
    let cut = Partition { left: vec![0], right: vec![1, 2], direction: Direction::Both, plane: Plane::All };
    fault(&mut config, 20, Some(40), FaultKind::Partition(cut));
    dark(&mut config, 2, 21, 22);
    let run = run(config);
    assert_eq!(measure(&run, "failovers"), 1.0);
    assert_eq!(measure(&run, "split-brain-writes"), 0.0);
}

/// Regions promoted by hand, at so many milliseconds.
fn promoted(config: TestConfig, hands: &[(u64, u16)]) -> TestRun {
    let act =
        |(at, region): &(u64, u16)| LoggedAction { at: Time::from_millis(*at), action: Action::Promote(*region, None) };
    let mut run = config.run(hands.iter().map(act).collect());
    run.finish();
    run
}

fn leaders(run: &mut TestRun, at: u64) -> Vec<u16> {
    let snapshot = run.snapshot(Time::from_secs(at));
    let leads = |view: &Option<protocol::NodeView>| view.as_ref().is_some_and(|view| view.role == Role::Leader);
    snapshot.datasets[0].replicas.iter().filter(|replica| leads(&replica.view)).map(|replica| replica.region).collect()
}

#[test]
fn a_controller_that_missed_a_promotion_hears_of_it_from_whoever_knows() {
    // Its own region is promoted and loses its power at once: only the others have heard.
    for fence in [Fencing::Off, Fencing::Token, Fencing::Lease] {
        let mut config = watched(Failover::Off);
        fencing(&mut config, fence);
        dark(&mut config, 2, 10, 15);
        let mut run = promoted(config, &[(10_000, 2)]);
        assert_eq!(leaders(&mut run, 12), vec![], "the old leader has stepped down");
        assert_eq!(leaders(&mut run, 30), vec![2], "{fence:?}");
    }
}

#[test]
fn a_leader_that_a_person_promoted_and_that_died_is_replaced_once_the_controller_is_back() {
    let lost = |failover| {
        let mut config = watched(failover);
        dark(&mut config, 2, 10, 20);
        dark(&mut config, 1, 15, 60);
        promoted(config, &[(11_000, 1)])
    };
    let mut automatic = lost(Failover::Automatic);
    assert_eq!(leaders(&mut automatic, 19), vec![]);
    assert_eq!(leaders(&mut automatic, 40), vec![0]);
    let manual = lost(Failover::Manual(Distribution::Constant(60e9)));
    assert_eq!(marked(&manual, "person called: region-1 leads orders"), 1);
}

#[test]
fn news_of_the_regions_tell_the_controller_who_leads_when_the_word_to_it_is_lost() {
    // The promoted region reaches the others and not the controller, and then nobody, so that it contradicts nobody either.
    let mut config = watched(Failover::Automatic);
    let cut = Partition { left: vec![1], right: vec![2], direction: Direction::Both, plane: Plane::All };
    fault(&mut config, 10, Some(50), FaultKind::Partition(cut));
    dark(&mut config, 1, 12, 60);
    let mut run = promoted(config, &[(11_500, 1)]);
    assert_eq!(leaders(&mut run, 14), vec![]);
    assert_eq!(leaders(&mut run, 40), vec![0]);
}

#[test]
fn a_second_promotion_by_hand_before_the_first_is_known_is_carried_out() {
    let mut run = promoted(watched(Failover::Off), &[(20_000, 1), (20_010, 0)]);
    assert_eq!(measure(&run, "failovers"), 2.0);
    assert_eq!(leaders(&mut run, 30), vec![0]);
    assert_eq!(marked(&run, "region-0 is to lead orders anew, epoch 3"), 1);
}

#[test]
fn a_promotion_by_hand_that_changes_nothing_says_why() {
    let said = |disks, hand, words| {
        let mut config = watched(Failover::Off);
        fault(&mut config, 20, Some(5), FaultKind::RegionLoss(RegionLoss { sites: vec![1], disks }));
        let cut = Partition { left: vec![0], right: vec![1], direction: Direction::Both, plane: Plane::Data };
        fault(&mut config, 20, Some(30), FaultKind::Partition(cut));
        marked(&promoted(config, &[hand]), words)
    };
    assert_eq!(said(false, (10_000, 0), "region-0 leads orders already"), 1);
    assert_eq!(said(false, (22_000, 1), "region-1 cannot lead orders: it has no power"), 1);
    assert_eq!(said(true, (30_000, 1), "region-1 cannot lead orders: its disk is empty"), 1);
}
