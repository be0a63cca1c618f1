//! The same start and the same actions give the same run; looking, seeking and forking change nothing.

use crate::design::*;
use engine::{Probability, Span, Time};
use proptest::prelude::*;
use protocols::leader_follower::Acknowledge;
use sim::config::Failover;
use sim::faults::{Direction, FaultKind, Isolation, Partition, Plane, RegionLoss, SlowRegion};
use sim::trace::users;
use sim::{Action, LoggedAction};

fn eventful() -> TestConfig {
    let mut config = design(3, Acknowledge::SemiSync(1), 20.0);
    config.until = Time::from_secs(30);
    config.control.failover = Failover::Automatic;
    config.links.iter_mut().flatten().for_each(|link| {
        link.jitter = engine::Distribution::LogNormal { median: 1.0, sigma: 0.2 };
        link.loss = Probability::from_f64(0.01);
    });
    fault(&mut config, 8, Some(8), FaultKind::RegionLoss(RegionLoss { sites: vec![0], disks: false }));
    config
}

#[test]
fn the_same_run_has_the_same_digest_whatever_the_slices() {
    let whole = run(eventful());
    let mut sliced: TestRun = eventful().run(Vec::new());
    while !sliced.finished() {
        sliced.advance(Time::MAX, 37);
    }
    assert_eq!((whole.digest(), whole.events()), (sliced.digest(), sliced.events()));
    assert_eq!(whole.digests(), sliced.digests());
}

#[test]
fn a_run_to_measure_is_the_same_run_and_can_be_looked_at_anywhere() {
    let (mut whole, mut measured) = (run(eventful()), eventful().run(Vec::new()).to_measure());
    measured.finish();
    assert_eq!((whole.digest(), whole.verdicts()), (measured.digest(), measured.verdicts()));
    for at in [25, 3] {
        let at = Time::from_secs(at);
        assert_eq!(whole.snapshot(at).datasets, measured.snapshot(at).datasets);
    }
}

#[test]
fn another_seed_is_another_run() {
    let mut config = eventful();
    config.seed += 1;
    assert_ne!(run(eventful()).digest(), run(config).digest());
}

#[test]
fn looking_changes_nothing() {
    let whole = run(eventful());
    let mut watched: TestRun = eventful().run(Vec::new());
    for second in 0..=30 {
        watched.advance(Time::from_secs(second), u64::MAX);
        watched.snapshot(Time::from_millis(second * 777));
        watched.verdicts();
        watched.trace(Time::from_secs(second / 2), Time::from_secs(second / 2 + 1));
    }
    assert_eq!(whole.digest(), watched.digest());
}

/// The same design with one more region at the head of the list, which holds and watches nothing and whom nobody prefers.
fn with_another_region(mut config: TestConfig) -> TestConfig {
    let regions = config.regions.len();
    let another = sim::config::RegionConfig { id: "another".to_owned(), ..config.regions[0].clone() };
    config.regions.insert(0, another);
    config.links.insert(0, vec![link(ONE_WAY); regions]);
    config.links.iter_mut().for_each(|links| links.insert(0, link(ONE_WAY)));
    for users in &mut config.populations {
        users.access.insert(0, link(ONE_WAY));
        users.preference = users.preference.iter().map(|region| region + 1).chain([0]).collect();
    }
    for set in &mut config.datasets {
        set.leader += 1;
        set.placement.iter_mut().for_each(|region| *region += 1);
    }
    let control = &mut config.control;
    control.home += 1;
    control.vantages.iter_mut().chain(&mut control.preference).for_each(|region| *region += 1);
    config.faults[0].kind = FaultKind::RegionLoss(RegionLoss { sites: vec![1], disks: false });
    config
}

#[test]
fn a_region_more_reshuffles_nobodys_draws() {
    let endings = |config: TestConfig| {
        let run = run(config);
        let trace = run.trace(Time::ZERO, Time::from_secs(30));
        let ending = |event: sim::trace::TraceEvent| match event.what {
            sim::trace::What::Users(users::Fact::OperationEnded(info, ending)) => {
                Some((event.at, info.process, info.key, ending.error))
            }
            _ => None,
        };
        trace.into_iter().filter_map(ending).collect::<Vec<_>>()
    };
    let ended = endings(eventful());
    assert!(ended.iter().any(|(.., error)| error.is_some()) && ended.len() > 1000);
    assert_eq!(ended, endings(with_another_region(eventful())));
}

#[test]
fn more_users_elsewhere_do_not_reshuffle_anybody_elses_draws() {
    let starts = |config: TestConfig| {
        let run = run(config);
        let trace = run.trace(Time::ZERO, Time::from_secs(30));
        let of_first = trace.into_iter().filter_map(|event| match event.what {
            sim::trace::What::Users(users::Fact::OperationStarted(info)) if info.population == 0 => {
                Some((event.at, info.key, info.kind))
            }
            _ => None,
        });
        of_first.collect::<Vec<_>>()
    };
    let mut more = eventful();
    more.populations[2].arrival = sim::config::Arrival::Poisson(vec![(Time::ZERO, 50.0)]);
    assert_eq!(starts(eventful()), starts(more));
}

#[test]
fn a_snapshot_is_the_same_from_either_side() {
    let mut forward: TestRun = eventful().run(Vec::new());
    forward.finish();
    let mut backward = forward.clone();
    let times: Vec<Time> = (0..60).map(|step| Time::from_millis(step * 500 + 13)).collect();
    let there: Vec<_> = times.iter().map(|at| forward.snapshot(*at)).collect();
    let mut back: Vec<_> = times.iter().rev().map(|at| backward.snapshot(*at)).collect();
    back.reverse();
    assert_eq!(there, back);
    assert!(there.iter().any(|snapshot| !snapshot.packets.is_empty()));
}

#[test]
fn acting_in_the_past_is_the_same_as_having_acted_then() {
    let actions = vec![
        LoggedAction {
            at: Time::from_millis(5250),
            action: Action::Start(FaultKind::Isolation(Isolation { sites: vec![1], users: true })),
        },
        LoggedAction { at: Time::from_millis(9750), action: Action::RestoreRegion(1) },
        LoggedAction { at: Time::from_millis(9750), action: Action::Promote(2, None) },
    ];
    let mut from_the_start: TestRun = eventful().run(actions.clone());
    from_the_start.finish();
    let mut later = run(eventful());
    let old = later.digest();
    later.set_actions(actions);
    later.finish();
    assert_eq!(later.digest(), from_the_start.digest());
    assert_eq!(later.digests(), from_the_start.digests());
    assert_eq!(measure(&later, "succeeded"), measure(&from_the_start, "succeeded"));
    later.set_actions(Vec::new());
    later.finish();
    assert_eq!(later.digest(), old, "the old future can be returned to");
}

fn any_fault() -> impl Strategy<Value = FaultKind> {
    prop_oneof![
        (0..3_u16, any::<bool>())
            .prop_map(|(region, disks)| FaultKind::RegionLoss(RegionLoss { sites: vec![region], disks })),
        (0..3_u16, any::<bool>())
            .prop_map(|(region, users)| FaultKind::Isolation(Isolation { sites: vec![region], users })),
        (0..3_u16, 0..3_u16, any::<bool>()).prop_map(|(a, b, both)| FaultKind::Partition(Partition {
            left: vec![a],
            right: vec![b],
            direction: if both { Direction::Both } else { Direction::LeftToRight },
            plane: if both { Plane::All } else { Plane::Control },
        })),
        (0..3_u16, 1..20_u8).prop_map(|(region, slowness)| FaultKind::SlowRegion(SlowRegion {
            sites: vec![region],
            slowness: f64::from(slowness),
            errors: Probability::from_f64(0.05),
        })),
    ]
}

proptest! {
    #![proptest_config(cases(12))]

    /// Whatever is done: replay gives the same digest, a clone goes on as the original does, nothing panics, and what
    /// promises to lose nothing with a minority of regions does not when only links and power fail.
    #[test]
    fn any_actions_replay_and_a_clone_goes_on_alike(
        plan in prop::collection::vec((0..25_000_u64, any_fault(), prop::option::of(0..10_000_u64)), 0..5),
        seed in any::<u64>(),
    ) {
        let mut config = eventful();
        config.seed = seed;
        config.faults.clear();
        for (at, kind, lasts) in plan {
            let id = "any".to_owned();
            config.faults.push(sim::config::FaultConfig { id, at: Time::from_millis(at), lasts: lasts.map(Span::from_millis), kind });
        }
        let mut first: TestRun = config.clone().run(Vec::new());
        first.advance(Time::from_secs(11), u64::MAX);
        let mut clone = first.clone();
        first.finish();
        clone.finish();
        let whole = run(config);
        prop_assert_eq!(first.digest(), whole.digest());
        prop_assert_eq!(clone.digest(), whole.digest());
    }
}
