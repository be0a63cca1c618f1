//! What every protocol of the catalog must pass: the same run twice is the same run, clones go on alike, crashed replicas come
//! back, everything converges once all is healed and the users are gone, nothing is lost that the protocol promised to keep,
//! and what users read is what it promised to show.

#[path = "world/design.rs"]
#[expect(dead_code, reason = "the other tests of the world use the rest")]
mod design;

use design::{TestConfig, design};
use engine::{Probability, Span, Time};
use proptest::prelude::*;
use protocol::{Despite, Fields, Offer, Promise, Property, Setup, Shape};
use protocols::leader_follower::Acknowledge;
use protocols::{Any, AnyConfig, PROTOCOLS};
use sim::config::{Arrival, Choose, Failover, FaultConfig, ReadFrom, Step};
use sim::fault::{Direction, FaultKind, Isolation, Partition, Plane, RegionLoss};
use sim::metrics::{Metric, Query};
use sim::{Action, Config, LoggedAction, Run};
use std::ops::RangeInclusive;

/// The ways to fence, as scenarios call them.
const FENCINGS: [&str; 3] = ["off", "token", "lease"];

/// Every protocol of the catalog by its id, as it is with these settings and this fencing, and whether it promises to keep what
/// it acknowledged when one region is lost for good with its disks.
fn subjects(fencing: &'static str) -> Vec<(&'static str, Setup<AnyConfig>, bool)> {
    let shape = Shape { keys: 50, replicas: 3 };
    let subject = |offer: &Offer<AnyConfig>| {
        let setup = (offer.read)(&Settings { fencing }, shape);
        let keeps = |promise: &Promise| {
            promise.property == Property::NothingLost
                && matches!(promise.despite, Despite::LossOfARegion | Despite::LossOfARegionWithTheBestSuccessor)
        };
        let keeps = setup.promises.iter().any(keeps);
        (offer.info.id, setup, keeps)
    };
    PROTOCOLS.iter().map(subject).collect()
}

/// What is set of every protocol that has such a setting; of others the least or the first that it takes.
struct Settings {
    fencing: &'static str,
}

impl Fields for Settings {
    fn region(&self, _: &str) -> Option<u16> {
        Some(0)
    }

    fn regions(&self, _: &str) -> Option<Vec<u16>> {
        Some(vec![0])
    }

    fn choice(&self, key: &str, words: &[&str]) -> usize {
        let chosen = if key == "fencing" { self.fencing } else { "" };
        words.iter().position(|word| *word == chosen).unwrap_or(0)
    }

    fn flag(&self, _: &str) -> bool {
        false
    }

    fn count(&self, key: &str, range: RangeInclusive<u64>) -> u64 {
        if key == "window" { 512 } else { *range.start() }
    }

    fn share(&self, _: &str) -> Probability {
        Probability::NEVER
    }

    fn factor(&self, _: &str) -> f64 {
        1.0
    }

    fn span(&self, key: &str) -> Span {
        if key == "ship" { Span::from_millis(300) } else { Span::ZERO }
    }

    fn period(&self, key: &str) -> Span {
        if key == "lease" { Span::from_secs(6) } else { Span::from_millis(500) }
    }

    fn signed_nanos(&self, _: &str) -> i64 {
        0
    }

    fn drift(&self, _: &str) -> i32 {
        0
    }

    fn bandwidth(&self, _: &str) -> Option<u64> {
        None
    }

    fn users(&self, _: &str) -> Option<u16> {
        None
    }

    fn name(&self, _: &str) -> Option<String> {
        None
    }

    fn problem(&self, key: &str, message: &str, _: &str) {
        panic!("{key}: {message}");
    }
}

fn with_any(config: TestConfig, setup: Setup<AnyConfig>) -> Config<AnyConfig> {
    let datasets = config.datasets.into_iter().map(|set| sim::config::DatasetConfig {
        protocol: setup.config.clone(),
        id: set.id,
        title: set.title,
        placement: set.placement,
        leader: set.leader,
        keys: set.keys,
        zipf: set.zipf,
        sampled_keys: set.sampled_keys,
        lease: setup.lease,
        promises: setup.promises.clone(),
    });
    Config {
        datasets: datasets.collect(),
        seed: config.seed,
        until: config.until,
        regions: config.regions,
        links: config.links,
        populations: config.populations,
        requests: config.requests,
        routing: config.routing,
        control: config.control,
        faults: config.faults,
    }
}

/// Three regions; the users are gone after 40 of 60 seconds; everything that may happen is over by then.
fn subject(setup: Setup<AnyConfig>, from: ReadFrom, seed: u64) -> Config<AnyConfig> {
    let mut config = design(3, Acknowledge::Async, 15.0);
    config.seed = seed;
    config.requests[0].steps = match from {
        // A client has written before it reads what it wrote.
        ReadFrom::Session => vec![Step::Write { dataset: 0, bytes: 500 }, Step::Read { dataset: 0, from }],
        _ => vec![Step::Read { dataset: 0, from }],
    };
    for users in &mut config.populations {
        users.arrival = Arrival::Constant(vec![(Time::ZERO, 15.0), (Time::from_secs(40), 0.0)]);
    }
    with_any(config, setup)
}

fn run(config: &Config<AnyConfig>) -> Run<Any> {
    run_with(config, &[])
}

fn run_with(config: &Config<AnyConfig>, actions: &[LoggedAction]) -> Run<Any> {
    let mut run = Run::new(config.clone(), actions.to_vec());
    run.finish();
    run
}

fn measure(run: &Run<Any>, metric: Metric) -> f64 {
    run.measure(&Query::whole(metric)).unwrap_or(f64::NAN)
}

fn differences(run: &Run<Any>) -> Vec<check::Difference> {
    let replicas: Vec<_> = run.contents(0).into_iter().map(|(region, held)| (region.to_string(), held)).collect();
    assert_eq!(replicas.len(), 3, "every region has power at the end");
    check::differences(&replicas)
}

fn any_fault() -> impl Strategy<Value = FaultKind> {
    prop_oneof![
        (0..3_u16, any::<bool>()).prop_map(|(region, disks)| FaultKind::RegionLoss(RegionLoss { region, disks })),
        (0..3_u16, any::<bool>()).prop_map(|(region, users)| FaultKind::Isolation(Isolation { region, users })),
        (0..3_u16, any::<bool>(), any::<bool>()).prop_map(|(a, both, data)| FaultKind::Partition(Partition {
            left: vec![a],
            right: (0..3).filter(|b| *b != a).collect(),
            direction: if both { Direction::Both } else { Direction::LeftToRight },
            plane: if data { Plane::Data } else { Plane::Control },
        })),
    ]
}

fn any_plan() -> impl Strategy<Value = Vec<FaultConfig>> {
    plan_of(any_fault().boxed())
}

/// Any plan that takes no disk: each replica keeps what it has acknowledged.
fn plan_with_disks() -> impl Strategy<Value = Vec<FaultConfig>> {
    let kept = any_fault().prop_map(|kind| match kind {
        FaultKind::RegionLoss(loss) => FaultKind::RegionLoss(RegionLoss { disks: false, ..loss }),
        kind => kind,
    });
    plan_of(kept.boxed())
}

/// Up to two promotions by hand, of whatever region, at whatever time.
fn any_promotions() -> impl Strategy<Value = Vec<LoggedAction>> {
    let one = (2_000..30_000_u64, 0..3_u16);
    prop::collection::vec(one, 0..3).prop_map(|mut promotions| {
        promotions.sort_unstable();
        let act = |(at, region)| LoggedAction { at: Time::from_millis(at), action: Action::Promote(region) };
        promotions.into_iter().map(act).collect()
    })
}

fn any_fencing() -> impl Strategy<Value = &'static str> {
    prop::sample::select(&FENCINGS[..])
}

fn any_reading() -> impl Strategy<Value = ReadFrom> {
    prop::sample::select(&[ReadFrom::Leader, ReadFrom::Local, ReadFrom::Session][..])
}

fn plan_of(fault: BoxedStrategy<FaultKind>) -> impl Strategy<Value = Vec<FaultConfig>> {
    let one = (2_000..20_000_u64, 100..15_000_u64, fault);
    prop::collection::vec(one, 0..4).prop_map(|plan| {
        let fault = |(at, lasts, kind)| FaultConfig {
            id: "any".to_owned(),
            at: Time::from_millis(at),
            lasts: Some(Span::from_millis(lasts)),
            kind,
        };
        plan.into_iter().map(fault).collect()
    })
}

proptest! {
    #![proptest_config(design::cases(24))]

    #[test]
    fn replicas_converge_once_all_is_healed_and_replay_is_exact(plan in any_plan(), seed in any::<u64>(), automatic in any::<bool>(), fencing in any_fencing(), by_hand in any_promotions()) {
        for (id, setup, _) in subjects(fencing) {
            let mut config = subject(setup, ReadFrom::Local, seed);
            config.faults = plan.clone();
            if automatic {
                config.control.failover = Failover::Automatic;
            }
            let blank_leader = plan.iter().any(|fault| matches!(&fault.kind, FaultKind::RegionLoss(loss) if loss.disks));
            let first = run_with(&config, &by_hand);
            prop_assert_eq!(first.digest(), run_with(&config, &by_hand).digest(), "{} replays", id);
            // Without anybody to promote another, a leader that lost its disk leaves the dataset without one.
            if automatic || !blank_leader {
                prop_assert_eq!(differences(&first), vec![], "{} converges", id);
            }
        }
    }

    #[test]
    fn what_a_protocol_promises_to_keep_survives_the_loss_of_any_region(region in 0..3_u16, at in 3_000..30_000_u64, seed in any::<u64>(), promote in any::<bool>()) {
        for (id, setup, keeps) in subjects("token") {
            let mut config = subject(setup, ReadFrom::Local, seed);
            if promote {
                config.control.failover = Failover::Automatic;
                config.control.choose = Choose::MostCaughtUp;
            }
            let kind = FaultKind::RegionLoss(RegionLoss { region, disks: true });
            config.faults = vec![FaultConfig { id: "loss".to_owned(), at: Time::from_millis(at), lasts: None, kind }];
            let run = run(&config);
            let promoted = measure(&run, Metric::Failovers);
            // The controller runs in region 2.
            prop_assert_eq!(promoted, if promote && region == 0 { 1.0 } else { 0.0 }, "{} promotes", id);
            if keeps || region != 0 {
                prop_assert_eq!(measure(&run, Metric::LostWrites), 0.0, "{} loses acknowledged writes", id);
            }
        }
    }

    #[test]
    fn reads_of_the_only_leader_are_linearizable(plan in plan_with_disks(), seed in any::<u64>(), fencing in any_fencing()) {
        for (id, setup, _) in subjects(fencing) {
            let mut config = subject(setup, ReadFrom::Leader, seed);
            config.faults = plan.clone();
            let run = run(&config);
            prop_assert_eq!(measure(&run, Metric::NotLinearizable), 0.0, "{} with {:?}", id, fencing);
            prop_assert_eq!(measure(&run, Metric::LostWrites), 0.0, "{} with {:?}", id, fencing);
        }
    }

    #[test]
    fn a_session_misses_none_of_its_own_writes(plan in plan_with_disks(), seed in any::<u64>(), fencing in any_fencing()) {
        for (id, setup, _) in subjects(fencing) {
            let mut config = subject(setup, ReadFrom::Session, seed);
            config.faults = plan.clone();
            prop_assert_eq!(measure(&run(&config), Metric::OwnWriteMissed), 0.0, "{} with {:?}", id, fencing);
        }
    }

    #[test]
    fn synchronous_replication_is_linearizable_through_failover_and_failback(plan in plan_with_disks(), seed in any::<u64>(), fencing in any_fencing(), back in any::<bool>()) {
        // Of two leaders neither acknowledges anything: each lacks the other as a follower.
        let sync = subjects(fencing).into_iter().find(|(id, ..)| *id == "sync");
        let Some((_, setup, _)) = sync else { panic!("the catalog has a synchronous protocol") };
        let mut config = subject(setup, ReadFrom::Leader, seed);
        config.control.failover = Failover::Automatic;
        config.control.failback = back.then_some(Span::from_secs(4));
        config.faults = plan;
        let run = run(&config);
        for metric in [Metric::NotLinearizable, Metric::LostWrites] {
            prop_assert_eq!(measure(&run, metric), 0.0, "{:?} with {:?}", metric, fencing);
        }
    }
    #[test]
    fn nothing_that_is_promised_is_broken_whatever_happens(plan in any_plan(), seed in any::<u64>(), fencing in any_fencing(), automatic in any::<bool>(), best in any::<bool>(), by_hand in any_promotions(), from in any_reading()) {
        for (id, setup, _) in subjects(fencing) {
            let mut config = subject(setup, from, seed);
            config.faults = plan.clone();
            if automatic {
                config.control.failover = Failover::Automatic;
            }
            if best {
                config.control.choose = Choose::MostCaughtUp;
            }
            let broken = |line: &sim::VerdictLine| line.standing == sim::Standing::Broken;
            let broken: Vec<_> = run_with(&config, &by_hand).verdicts().into_iter().filter(broken).collect();
            prop_assert_eq!(broken, vec![], "{} with {:?}", id, fencing);
        }
    }
}
