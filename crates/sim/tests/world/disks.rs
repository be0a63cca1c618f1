//! Disks that take time: what a sync adds to a write, how many writes it lets through, and what is lost with the power.

use crate::design::*;
use engine::{Distribution, Span, Time, math};
use protocols::leader_follower::Acknowledge;
use protocols::shipping::{Durability, Storage};
use sim::WriteState;
use sim::config::Arrival;
use sim::faults::{FaultKind, RegionLoss, SlowDisk};
use sim::metrics::Query;
use sim::trace::OperationKind::Write;

const SYNC: Span = Span::from_millis(10);

fn storage(sync: Distribution, delay: Span, durability: Durability) -> Storage {
    Storage { sync: Some(sync), delay, durability }
}

fn constant(span: Span) -> Distribution {
    Distribution::Constant(span.as_nanos() as f64)
}

/// The first users write at this rate, nobody else does anything.
fn writing(regions: usize, acknowledge: Acknowledge, rate: f64, storage: Storage) -> TestConfig {
    let mut config = design(regions, acknowledge, 0.0);
    config.populations.truncate(1);
    config.populations[0].arrival = Arrival::Poisson(vec![(Time::ZERO, rate)]);
    config.populations[0].mix = vec![(1, 1)];
    config.protocols[0].storage = storage;
    config
}

fn latency(run: &TestRun, metric: &str) -> Span {
    let query = Query { kind: Some(Write), ..Query::whole(metric) };
    Span::from_secs_f64(run.measure(&query).expect("somebody wrote"))
}

/// Without a disk, at the leader.
const BARE: Span = Span::from_millis(12);

#[test]
fn a_write_takes_the_syncs_on_its_way_longer() {
    assert_eq!(BARE, ACCESS * 2 + SERVICE);
    let there_and_back = ONE_WAY * 2;
    for (acknowledge, durability, expected) in [
        (Acknowledge::Async, Durability::Synced, BARE + SYNC),
        (Acknowledge::Async, Durability::Buffered, BARE),
        // It leaves once the leader's disk has it.
        (Acknowledge::SemiSync(1), Durability::Synced, BARE + SYNC + there_and_back + SYNC),
        (Acknowledge::SemiSync(1), Durability::Buffered, BARE + SYNC + there_and_back),
        (Acknowledge::Sync, Durability::Synced, BARE + SYNC + there_and_back + SYNC),
    ] {
        let mut config = writing(3, acknowledge, 0.0, storage(constant(SYNC), Span::ZERO, durability));
        // Seldom enough that none waits for another.
        config.populations[0].arrival = Arrival::Constant(vec![(Time::from_secs(2), 2.0)]);
        let run = run(config);
        for metric in ["latency.min", "latency.max"] {
            assert_eq!(latency(&run, metric), expected, "{acknowledge:?} {durability:?} {metric}");
        }
    }
}

#[test]
fn a_disk_bounds_how_long_a_write_takes_and_not_how_many_there_are() {
    let mut config = writing(1, Acknowledge::Async, 2000.0, storage(constant(SYNC), Span::ZERO, Durability::Synced));
    config.regions[0].workers = 1_000;
    config.until = Time::from_secs(20);
    let run = run(config);
    let syncs = 1.0 / SYNC.as_secs_f64();
    let served = measure(&run, "succeeded") / 20.0;
    assert!(served > 19.0 * syncs, "{served} a second, and {syncs} syncs at most");
    assert_eq!(measure(&run, "failed"), 0.0);
    // Whoever comes while a sync runs waits for the rest of it, half of one on average, and for the next.
    assert!(latency(&run, "latency.min") >= BARE + SYNC && latency(&run, "latency.max") <= BARE + SYNC * 2);
    let mean = latency(&run, "latency.mean").as_millis_f64();
    let expected = (BARE + SYNC).as_millis_f64() + SYNC.as_millis_f64() / 2.0;
    assert!((mean - expected).abs() < 0.1, "{mean} ms, not {expected}");
}

#[test]
fn a_sync_that_varies_shows_in_the_percentiles() {
    let mean = 5e6;
    let mut config = writing(
        1,
        Acknowledge::Async,
        0.0,
        storage(Distribution::Exponential { mean }, Span::ZERO, Durability::Synced),
    );
    config.populations[0].arrival = Arrival::Constant(vec![(Time::ZERO, 5.0)]);
    config.until = Time::from_secs(4_000);
    let run = run(config);
    for (metric, part) in [("latency.p50", 0.5), ("latency.p99", 0.01), ("latency.mean", 1.0 / std::f64::consts::E)] {
        let waited = (latency(&run, metric) - BARE).as_nanos() as f64;
        let expected = -mean * math::ln(part);
        assert!((waited / expected - 1.0).abs() < 0.05, "{metric}: {waited} ns, not {expected}");
    }
}

#[test]
fn entries_are_gathered_before_they_are_synced() {
    let delay = Span::from_millis(30);
    let mut config = writing(1, Acknowledge::Async, 0.0, storage(constant(SYNC), delay, Durability::Synced));
    config.populations[0].arrival = Arrival::Constant(vec![(Time::from_secs(2), 2.0)]);
    let run = run(config);
    assert_eq!(latency(&run, "latency.min"), BARE + delay + SYNC);
    assert_eq!(latency(&run, "latency.max"), BARE + delay + SYNC);
}

/// All regions lose their power at once, in the midst of writes, and have it back ten seconds later.
fn power_cut(acknowledge: Acknowledge, durability: Durability) -> TestConfig {
    let delay = Span::from_millis(200);
    let mut config = writing(3, acknowledge, 100.0, storage(constant(SYNC), delay, durability));
    lose(&mut config, &[0, 1, 2], 20, Some(10));
    config
}

fn lose(config: &mut TestConfig, sites: &[u16], at: u64, lasts: Option<u64>) {
    fault(config, at, lasts, FaultKind::RegionLoss(RegionLoss { sites: sites.to_vec(), disks: false }));
}

#[test]
fn a_power_cut_takes_what_was_acknowledged_and_is_on_no_disk_and_nothing_else() {
    let run_of = |acknowledge, durability| run(power_cut(acknowledge, durability));
    let run = run_of(Acknowledge::Async, Durability::Buffered);
    let (lost, at) = (run.lost_writes(), Time::from_secs(20));
    assert!(!lost.is_empty() && lost.iter().all(|write| (write.state, write.lost) == (WriteState::Gone, at)));
    // Since the last sync began that is over.
    let longest = Span::from_millis(200) + SYNC * 2;
    assert!(lost.iter().all(|write| write.lost - write.acknowledged <= longest), "{lost:?}");
    let oldest = lost.iter().map(|write| write.acknowledged).min().expect("some are lost");
    assert_eq!(measure(&run, "rpo"), (at - oldest).as_secs_f64());
    for acknowledge in [Acknowledge::Async, Acknowledge::SemiSync(1), Acknowledge::Sync] {
        assert_eq!(measure(&run_of(acknowledge, Durability::Synced), "lost-writes"), 0.0, "{acknowledge:?}");
    }
    // A leader ships what its disk has, so that what a follower has acknowledged is at least there.
    assert_eq!(measure(&run_of(Acknowledge::SemiSync(1), Durability::Buffered), "lost-writes"), 0.0);
}

#[test]
fn what_is_lost_stays_lost_though_its_place_in_the_log_has_become_anothers() {
    let lost = run(power_cut(Acknowledge::Async, Durability::Buffered)).lost_writes();
    let mut config = power_cut(Acknowledge::Async, Durability::Buffered);
    // Then everything is looked at once more.
    lose(&mut config, &[1], 50, Some(2));
    assert_eq!(run(config).lost_writes(), lost);
}

#[test]
fn what_a_dark_region_had_in_memory_alone_is_gone_and_what_it_had_synced_is_in_the_dark() {
    let mut config = power_cut(Acknowledge::Async, Durability::Buffered);
    config.faults.clear();
    // Shipped so seldom that the disk has some that nobody else has.
    config.protocols[0].ship = Span::from_secs(3);
    lose(&mut config, &[0], 20, None);
    let lost = run(config).lost_writes();
    let last_synced = lost.iter().filter(|write| write.state == WriteState::Dark).map(|write| write.acknowledged).max();
    let first_gone = lost.iter().filter(|write| write.state == WriteState::Gone).map(|write| write.acknowledged).min();
    assert!(last_synced.is_some() && first_gone.is_some() && last_synced < first_gone, "{lost:?}");
}

/// The disk of one region is five times as slow from 10 s to 40 s.
fn one_slow_disk(acknowledge: Acknowledge, region: u16) -> TestRun {
    let mut config = writing(3, acknowledge, 0.0, storage(constant(SYNC), Span::ZERO, Durability::Synced));
    config.populations[0].arrival = Arrival::Constant(vec![(Time::from_secs(2), 2.0)]);
    fault(&mut config, 10, Some(30), FaultKind::SlowDisk(SlowDisk { sites: vec![region], slowness: 5.0 }));
    run(config)
}

#[test]
fn whoever_waits_for_a_slow_disk_waits_for_as_long_as_it_takes() {
    let there_and_back = ONE_WAY * 2;
    for (acknowledge, region, before, meanwhile) in [
        (Acknowledge::Async, 0, BARE + SYNC, BARE + SYNC * 5),
        (Acknowledge::Async, 1, BARE + SYNC, BARE + SYNC),
        // Any of the followers will do.
        (Acknowledge::SemiSync(1), 1, BARE + SYNC * 2 + there_and_back, BARE + SYNC * 2 + there_and_back),
        (Acknowledge::SemiSync(1), 0, BARE + SYNC * 2 + there_and_back, BARE + SYNC * 6 + there_and_back),
        // Those that are waited for are waited for all.
        (Acknowledge::Sync, 1, BARE + SYNC * 2 + there_and_back, BARE + SYNC * 6 + there_and_back),
    ] {
        let run = one_slow_disk(acknowledge, region);
        let within = |from, until, metric| {
            let (from, until) = (Time::from_secs(from), Time::from_secs(until));
            let query = Query { from, until, kind: Some(Write), ..Query::whole(metric) };
            run.measure(&query).map(Span::from_secs_f64).expect("somebody wrote")
        };
        for metric in ["latency.min", "latency.max"] {
            assert_eq!(within(2, 9, metric), before, "{acknowledge:?}, {region}: {metric} before");
            assert_eq!(within(12, 39, metric), meanwhile, "{acknowledge:?}, {region}: {metric} meanwhile");
            assert_eq!(within(42, 60, metric), before, "{acknowledge:?}, {region}: {metric} afterwards");
        }
        assert_eq!(measure(&run, "failed"), 0.0);
    }
}

#[test]
fn a_slow_disk_is_not_seen_by_those_who_probe() {
    let run = one_slow_disk(Acknowledge::Async, 0);
    assert!(run.marks().iter().all(|mark| !mark.title.contains("unhealthy")), "{:?}", run.marks());
    assert!(run.marks().iter().any(|mark| mark.title.ends_with("disks slow ×5")), "{:?}", run.marks());
}
