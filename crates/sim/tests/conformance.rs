//! What every protocol of the catalog must pass: the same run twice is the same run, clones go on alike, crashed replicas come
//! back, everything converges once all is healed and the users are gone, and nothing is lost that the protocol promised to keep.

#[path = "world/design.rs"]
#[expect(dead_code, reason = "the other tests of the world use the rest")]
mod design;

use design::{TestConfig, design};
use engine::{Probability, Span, Time};
use proptest::prelude::*;
use protocol::{Fields, Offer, Shape};
use protocols::leader_follower::Acknowledge;
use protocols::{Any, AnyConfig, PROTOCOLS};
use sim::config::{Arrival, Failover, FaultConfig};
use sim::fault::{Direction, FaultKind, Isolation, Partition, Plane, RegionLoss};
use sim::metrics::{Metric, Query};
use sim::{Config, Run};
use std::ops::RangeInclusive;

/// Every protocol of the catalog by its id, as it is with these settings, and whether it promises to keep what it acknowledged
/// when one region is lost for good without its disks and nobody is promoted.
fn subjects() -> Vec<(&'static str, AnyConfig, bool)> {
    let shape = Shape { keys: 50, replicas: 3 };
    let subject =
        |offer: &Offer<AnyConfig>| (offer.info.id, (offer.read)(&Settings, shape).config, offer.info.survives_a_region);
    PROTOCOLS.iter().map(subject).collect()
}

/// What is set of every protocol that has such a setting; of others the least or the first that it takes.
struct Settings;

impl Fields for Settings {
    fn region(&self, _: &str) -> Option<u16> {
        Some(0)
    }

    fn regions(&self, _: &str) -> Option<Vec<u16>> {
        Some(vec![0])
    }

    fn choice(&self, key: &str, words: &[&str]) -> usize {
        let chosen = if key == "fencing" { "token" } else { "" };
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

    fn period(&self, _: &str) -> Span {
        Span::from_millis(500)
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

    fn problem(&self, key: &str, message: &str, _: &str) {
        panic!("{key}: {message}");
    }
}

fn with_any(config: TestConfig, protocol: AnyConfig) -> Config<AnyConfig> {
    let datasets = config.datasets.into_iter().map(|set| sim::config::DatasetConfig {
        protocol: protocol.clone(),
        id: set.id,
        title: set.title,
        placement: set.placement,
        leader: set.leader,
        keys: set.keys,
        zipf: set.zipf,
        sampled_keys: set.sampled_keys,
        lease: set.lease,
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
fn subject(protocol: AnyConfig, seed: u64) -> Config<AnyConfig> {
    let mut config = design(3, Acknowledge::Async, 15.0);
    config.seed = seed;
    for users in &mut config.populations {
        users.arrival = Arrival::Constant(vec![(Time::ZERO, 15.0), (Time::from_secs(40), 0.0)]);
    }
    with_any(config, protocol)
}

fn run(config: &Config<AnyConfig>) -> Run<Any> {
    let mut run = Run::new(config.clone(), Vec::new());
    run.finish();
    run
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
    let one = (2_000..20_000_u64, 100..15_000_u64, any_fault());
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
    fn replicas_converge_once_all_is_healed_and_replay_is_exact(plan in any_plan(), seed in any::<u64>(), automatic in any::<bool>()) {
        for (id, protocol, _) in subjects() {
            let mut config = subject(protocol, seed);
            config.faults = plan.clone();
            if automatic {
                config.control.failover = Failover::Automatic;
            }
            let blank_leader = plan.iter().any(|fault| matches!(&fault.kind, FaultKind::RegionLoss(loss) if loss.disks));
            let first = run(&config);
            prop_assert_eq!(first.digest(), run(&config).digest(), "{} replays", id);
            // Without anybody to promote another, a leader that lost its disk leaves the dataset without one.
            if automatic || !blank_leader {
                prop_assert_eq!(differences(&first), vec![], "{} converges", id);
            }
        }
    }

    #[test]
    fn what_a_protocol_promises_to_keep_survives_the_loss_of_any_region(region in 0..3_u16, at in 3_000..30_000_u64, seed in any::<u64>()) {
        for (id, protocol, keeps) in subjects() {
            let mut config = subject(protocol, seed);
            let kind = FaultKind::RegionLoss(RegionLoss { region, disks: true });
            config.faults = vec![FaultConfig { id: "loss".to_owned(), at: Time::from_millis(at), lasts: None, kind }];
            let lost = run(&config).measure(&Query::whole(Metric::LostWrites)).unwrap_or(f64::NAN);
            if keeps || region != 0 {
                prop_assert_eq!(lost, 0.0, "{} loses acknowledged writes", id);
            }
        }
    }
}
