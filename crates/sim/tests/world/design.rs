//! Small designs for tests: regions 40 ms apart one way, users in the middle of the first, no jitter, constant service.

use engine::{Distribution, Probability, Span, Time};
use proptest::test_runner::{Config as ProptestConfig, RngSeed};
use protocol::Leadership;
use protocols::leader_follower::{Acknowledge, Config as Protocol, Fencing, LeaderFollower};
use sim::config::*;
use sim::faults::{FaultKind, RegionLoss};
use sim::metrics::Query;
use sim::trace::OperationKind;
use sim::{Config, LoggedAction, Run};

pub type TestRun = Run<LeaderFollower>;
/// A configuration with the settings of the protocols.
#[derive(Clone)]
pub struct TestConfig {
    pub config: Config,
    pub protocols: Vec<Protocol>,
}

impl std::ops::Deref for TestConfig {
    type Target = Config;

    fn deref(&self) -> &Config {
        &self.config
    }
}

impl std::ops::DerefMut for TestConfig {
    fn deref_mut(&mut self) -> &mut Config {
        &mut self.config
    }
}

impl TestConfig {
    /// A run of it in which people do this.
    pub fn run(self, actions: Vec<LoggedAction>) -> TestRun {
        Run::new(self.config, self.protocols, actions)
    }
}

/// One way between any two regions.
pub const ONE_WAY: Span = Span::from_millis(40);
/// One way between users and their own region; other regions are `ONE_WAY` farther.
pub const ACCESS: Span = Span::from_millis(5);
/// A worker's time for a call.
pub const SERVICE: Span = Span::from_millis(2);

pub fn link(one_way: Span) -> LinkConfig {
    LinkConfig {
        one_way,
        estimated: false,
        jitter: Distribution::Constant(1.0),
        bandwidth: None,
        buffer: 1_500_000,
        loss: Probability::NEVER,
        duplication: Probability::NEVER,
        reordering: Probability::NEVER,
    }
}

/// So many regions, one dataset led by the first, users of each region reading and writing `rate` times a second.
pub fn design(regions: usize, acknowledge: Acknowledge, rate: f64) -> TestConfig {
    let region = |index: usize| RegionConfig {
        id: format!("region-{index}"),
        title: format!("region-{index}"),
        lat: 0.0,
        lon: index as f64 * 10.0,
        workers: 64,
        queue: 1000,
        service: Distribution::Constant(SERVICE.as_nanos() as f64),
    };
    let way = |from: usize, to: usize| link(if from == to { Span::from_micros(250) } else { ONE_WAY });
    let population = |home: usize| PopulationConfig {
        id: format!("users-{home}"),
        title: format!("Users {home}"),
        lat: 0.0,
        lon: home as f64 * 10.0,
        stands_for: 1,
        arrival: Arrival::Poisson(vec![(Time::ZERO, rate)]),
        people: None,
        access: (0..regions).map(|to| link(if to == home { ACCESS } else { ACCESS + ONE_WAY })).collect(),
        mix: vec![(0, 1), (1, 1)],
        preference: (0..regions).map(|step| (home + step) % regions).collect(),
        ignores_ttl: false,
        clocks: ClocksConfig::default(),
        defences: Defences::default(),
    };
    let request = |id: &str, step| RequestConfig {
        id: id.to_owned(),
        steps: vec![step],
        key: KeyOf::Popularity,
        timeout: Span::from_secs(2),
        retry: Retry { attempts: 1, pause: Span::ZERO, factor: 1.0, longest: Span::from_secs(1), jitter: false },
    };
    let config = Config {
        seed: 7,
        until: Time::from_secs(60),
        regions: (0..regions).map(region).collect(),
        zoned: Vec::new(),
        sharded: Vec::new(),
        links: (0..regions).map(|from| (0..regions).map(|to| way(from, to)).collect()).collect(),
        populations: (0..regions).map(population).collect(),
        datasets: vec![DatasetConfig {
            id: "orders".to_owned(),
            title: "Orders".to_owned(),
            placement: (0..regions).collect(),
            leader: 0,
            leadership: Leadership::Granted,
            witness: None,
            apart: protocol::Apart::TheLater,
            kind: values::Kind::Register,
            keys: 50,
            cancel_cost: 0,
            zipf: 0.9,
            sampled_keys: 10,
            lease: None,
            disk: false,
            client_stamps: false,
            contexts: false,
            awaits: acknowledge != Acknowledge::Async,
            blank_leader: BlankLeader::Deposed,
            unread: Vec::new(),
            says_every: Span::ZERO,
            promises: Vec::new(),
        }],
        requests: vec![request("read", Step::read(0, ReadFrom::Local)), request("write", Step::put(0, 1000))],
        routing: RoutingConfig {
            policy: RoutingPolicy::Nearest,
            ttl: Span::from_secs(5),
            health_checked: true,
            client_failover: false,
            drain: None,
        },
        control: ControlConfig {
            home: regions - 1,
            vantages: (0..regions).collect(),
            interval: Span::from_secs(2),
            timeout: Span::from_secs(1),
            threshold: 3,
            degraded_above: Span::from_millis(100),
            failover: Failover::Off,
            choose: Choose::Preferred,
            promote: Promote::Any,
            preference: (0..regions).collect(),
            failback: None,
        },
        faults: Vec::new(),
        acts: Vec::new(),
    };
    TestConfig { config, protocols: vec![Protocol { keys: 50, acknowledge, ..Protocol::default() }] }
}

/// Another dataset like the first, by this name.
pub fn second_dataset<'a>(config: &'a mut TestConfig, id: &str) -> &'a mut DatasetConfig {
    let first = (config.datasets[0].clone(), config.protocols[0].clone());
    config.protocols.push(first.1);
    config.datasets.push(DatasetConfig { id: id.to_owned(), ..first.0 });
    config.datasets.last_mut().unwrap()
}

/// Guard the leader.
pub fn fencing(config: &mut TestConfig, fencing: Fencing) {
    config.protocols[0].fencing = fencing;
    config.datasets[0].lease = (fencing == Fencing::Lease).then_some(Span::from_secs(6));
}

/// Plan a fault.
pub fn fault(config: &mut TestConfig, at: u64, lasts: Option<u64>, kind: FaultKind) {
    let id = format!("fault-{}", config.faults.len());
    config.faults.push(FaultConfig { id, at: Time::from_secs(at), lasts: lasts.map(Span::from_secs), kind });
}

/// Plan that the leader's region loses its power.
pub fn lose_leader(config: &mut TestConfig, at: u64, lasts: Option<u64>) {
    fault(config, at, lasts, FaultKind::RegionLoss(RegionLoss { sites: vec![0], disks: false }));
}

/// Three regions whose controller promotes at once.
pub fn automatic(acknowledge: Acknowledge) -> TestConfig {
    let mut config = design(3, acknowledge, 20.0);
    config.control.failover = Failover::Automatic;
    config
}

pub fn run(config: TestConfig) -> TestRun {
    let mut run = config.run(Vec::new());
    run.finish();
    run
}

pub fn measure(run: &TestRun, metric: &str) -> f64 {
    run.measure(&Query::whole(metric)).unwrap_or(f64::NAN)
}

/// A metric of one kind of operation of one population.
pub fn of(run: &TestRun, metric: &str, population: u16, kind: OperationKind) -> f64 {
    let query = Query { population: Some(population), kind: Some(kind), ..Query::whole(metric) };
    run.measure(&query).unwrap_or(f64::NAN)
}

/// So many cases, the same in every run; `PROPTEST_CASES` and `PROPTEST_RNG_SEED` look further.
pub fn cases(cases: u32) -> ProptestConfig {
    let seed = std::env::var("PROPTEST_RNG_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(1);
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(cases);
    ProptestConfig { cases, rng_seed: RngSeed::Fixed(seed), failure_persistence: None, ..ProptestConfig::default() }
}
