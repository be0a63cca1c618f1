//! The rules by which reads are answered, C3 and C4: what they cost, and what they keep.

use crate::design::*;
use engine::{Distribution, Span, Time};
use protocol::{ReadFrom, Version};
use protocols::leader_follower::Acknowledge;
use sim::config::{Arrival, PeopleConfig, RoutingPolicy, Step};
use sim::faults::{ClockSkew, Direction, FaultKind, Partition, Plane, RegionLoss};
use sim::metrics::Query;
use sim::trace::{OperationKind, What, users};
use std::collections::{BTreeMap, BTreeSet};

/// How long a leader gathers writes before it ships them.
const SHIP: Span = Span::from_millis(500);

/// Time between a leader's signs of life.
const HEARTBEAT: Span = Span::from_millis(100);

/// One user far from the leader, who does this again and again.
fn alone(steps: Vec<Step>) -> TestRun {
    lonely(steps, SHIP)
}

/// The same, where the leader gathers writes for so long.
fn lonely(steps: Vec<Step>, ship: Span) -> TestRun {
    let mut config = design(3, Acknowledge::Async, 1.0);
    config.protocols[0].ship = ship;
    config.protocols[0].heartbeat = HEARTBEAT;
    config.populations = vec![config.populations[1].clone()];
    let think = Distribution::Constant(Span::from_secs(1).as_nanos() as f64);
    config.populations[0].arrival = Arrival::Closed { think };
    config.populations[0].people = Some(PeopleConfig::new(1));
    config.populations[0].mix = vec![(0, 1)];
    config.requests[0].steps = steps;
    config.datasets[0].sampled_keys = 50;
    run(config)
}

/// The shortest and the longest latency of reads.
fn latencies(run: &TestRun) -> [Span; 2] {
    ["latency.min", "latency.max"].map(|id| {
        let query = Query { kind: Some(OperationKind::Read), ..Query::whole(id) };
        Span::from_secs_f64(run.measure(&query).expect("somebody reads"))
    })
}

fn within(from: ReadFrom, within: Span) -> Step {
    Step::Read { dataset: 0, from, within }
}

/// To the own region and back, and the work there.
fn near() -> Span {
    ACCESS * 2 + SERVICE
}

/// To the leader and back besides, and the work there.
fn far() -> Span {
    near() + ONE_WAY * 2 + SERVICE
}

#[test]
fn a_session_read_that_waits_takes_until_the_write_is_there_and_one_that_goes_to_the_leader_the_way_there() {
    let read = |step| latencies(&alone(vec![Step::put(0, 100), step]));
    assert_eq!(read(Step::read(0, ReadFrom::Session)), [far(); 2]);
    // The write is shipped when the leader has gathered; its answer took the way that it takes then.
    assert_eq!(read(within(ReadFrom::SessionWait, Span::from_secs(1))), [SHIP; 2]);
    let patience = Span::from_millis(200);
    assert_eq!(read(within(ReadFrom::SessionWait, patience)), [far() + patience; 2]);
}

#[test]
fn a_client_reads_from_the_leader_for_as_long_as_it_is_pinned_after_a_write_of_its_own() {
    let pinned = within(ReadFrom::Pinned, Span::from_secs(5));
    let wait = |seconds| Step::Wait(Span::from_secs(seconds));
    let steps = |first: Step| vec![Step::put(0, 100), first, pinned.clone(), wait(5), pinned.clone()];
    let run = alone(steps(Step::Wait(Span::from_millis(1))));
    assert_eq!(latencies(&run), [near(), far()]);
    assert_eq!(latencies(&alone(steps(wait(6)))), [near(); 2], "the pin is off by then");
    assert_eq!(measure(&run, "own-write-missed"), 0.0);
    let too_short = |span| vec![Step::put(0, 100), Step::Wait(Span::from_millis(10)), within(ReadFrom::Pinned, span)];
    assert_eq!(measure(&alone(too_short(SHIP)), "own-write-missed"), 0.0);
    assert!(measure(&alone(too_short(Span::from_millis(5))), "own-write-missed") > 10.0, "a pin shorter than the lag");
}

/// Users everywhere who write, and others who read again and again, from regions drawn anew for each request.
fn readers(from: ReadFrom) -> TestConfig {
    let mut config = design(3, Acknowledge::Async, 20.0);
    config.routing.policy = RoutingPolicy::Spread;
    config.protocols[0].ship = SHIP;
    // One follower is farther behind than the other.
    config.links[0][2].one_way = Span::from_secs(2);
    config.requests[0].steps = vec![Step::read(0, from)];
    config.datasets[0].keys = 4;
    config.protocols[0].keys = 4;
    config.populations.iter_mut().for_each(|users| users.mix = vec![(1, 1)]);
    let mut readers = config.populations[0].clone();
    readers.id = "readers".to_owned();
    let think = Distribution::Constant(Span::from_millis(100).as_nanos() as f64);
    readers.arrival = Arrival::Closed { think };
    readers.people = Some(PeopleConfig::new(9));
    readers.mix = vec![(0, 1)];
    config.populations.push(readers);
    config
}

/// By client: the regions whose replicas answered its reads up to then.
fn answered(run: &TestRun, until: Time) -> BTreeMap<u64, BTreeSet<u16>> {
    let mut by_client: BTreeMap<u64, BTreeSet<u16>> = BTreeMap::new();
    for event in run.trace(Time::ZERO, until) {
        if let What::Users(users::Fact::OperationEnded(info, ending)) = event.what
            && (info.kind, ending.error) == (OperationKind::Read, None)
        {
            by_client.entry(info.process).or_default().insert(ending.served_by);
        }
    }
    by_client
}

#[test]
fn a_sticky_session_reads_from_one_replica_from_request_to_request_and_never_backwards() {
    let sticky = run(readers(ReadFrom::Sticky));
    let regions = answered(&sticky, Time::from_secs(60));
    assert_eq!(regions.len(), 9);
    assert!(regions.values().all(|regions| regions.len() == 1), "{regions:?}");
    assert!(regions.values().flatten().collect::<BTreeSet<_>>().len() > 1, "{regions:?}");
    assert_eq!(measure(&sticky, "went-backwards"), 0.0);
    assert!(measure(&run(readers(ReadFrom::Local)), "went-backwards") > 100.0);
}

#[test]
fn a_sticky_session_whose_region_is_lost_goes_on_elsewhere_and_may_go_back_there() {
    let mut config = readers(ReadFrom::Sticky);
    // The other follower hears nothing from the leader meanwhile.
    let (plane, direction) = (Plane::Data, Direction::LeftToRight);
    let cut = Partition { left: vec![0], right: vec![2], direction, plane };
    fault(&mut config, 15, Some(30), FaultKind::Partition(cut));
    fault(&mut config, 20, None, FaultKind::RegionLoss(RegionLoss { sites: vec![1], disks: false }));
    let run = run(config);
    let before = answered(&run, Time::from_secs(20));
    let of_lost = before.iter().filter(|(_, regions)| regions.contains(&1)).map(|(client, _)| *client);
    let of_lost: Vec<u64> = of_lost.collect();
    assert!(!of_lost.is_empty());
    let after = answered(&run, Time::from_secs(60));
    assert!(of_lost.iter().all(|client| after[client].len() > 1), "{after:?}");
    assert!(after.iter().all(|(client, regions)| of_lost.contains(client) || regions.len() == 1), "{after:?}");
    assert!(measure(&run, "went-backwards") > 0.0, "its successor is farther behind");
}

#[test]
fn a_replica_knows_how_far_back_it_lies_by_its_leaders_last_sign_of_life() {
    let steps = |bound| vec![Step::put(0, 100), Step::Wait(Span::from_secs(1)), within(ReadFrom::Bounded, bound)];
    let read = |bound| latencies(&lonely(steps(bound), Span::ZERO));
    // What it hears is as old as the way is long, and the next sign of life a heartbeat younger.
    assert_eq!(read(ONE_WAY - Span::from_millis(1)), [far(); 2]);
    assert_eq!(read(ONE_WAY + HEARTBEAT), [near(); 2]);
}

/// How far back a bounded read may lie.
const BOUND: Span = Span::from_secs(5);
/// A follower is cut off from its leader from then on.
const CUT: u64 = 20;

/// Users at the leader who write, and others at a follower who read what may lie back for a while, and the follower hears nothing from the leader for a
/// time. Its clock is behind by so much.
fn bounded(behind: Span) -> TestRun {
    let mut config = design(2, Acknowledge::Async, 20.0);
    config.protocols[0].heartbeat = HEARTBEAT;
    config.requests[0].steps = vec![within(ReadFrom::Bounded, BOUND)];
    config.populations[0].mix = vec![(1, 1)];
    config.populations[1].mix = vec![(0, 1)];
    let (plane, direction) = (Plane::Data, Direction::LeftToRight);
    let cut = Partition { left: vec![0], right: vec![1], direction, plane };
    fault(&mut config, CUT, Some(30), FaultKind::Partition(cut));
    let skew = ClockSkew { sites: vec![1], offset: -(behind.as_nanos() as i64), drift_ppm: 0 };
    fault(&mut config, 10, None, FaultKind::ClockSkew(skew));
    run(config)
}

/// When the follower itself last answered while it was cut off, and how many of all reads lay back too far.
fn last_answer_and_too_old(run: &TestRun) -> (Time, usize) {
    let (mut last, mut too_old) = (Time::ZERO, 0);
    let mut confirmed: Vec<(Time, u32, Version)> = Vec::new();
    for event in run.trace(Time::ZERO, Time::from_secs(60)) {
        let What::Users(users::Fact::OperationEnded(info, ending)) = event.what else { continue };
        match (info.kind, ending.error) {
            (OperationKind::Write, None) => confirmed.push((event.at, info.key, ending.version)),
            (OperationKind::Read, None) => {
                let missed = |(at, key, version): &&(Time, u32, Version)| {
                    *at + BOUND <= info.invoked && *key == info.key && *version > ending.version
                };
                too_old += usize::from(confirmed.iter().any(|write| missed(&write)));
                if ending.served_by == 1 && event.at < Time::from_secs(CUT + 30) {
                    last = ending.answered;
                }
            }
            _ => {}
        }
    }
    (last, too_old)
}

#[test]
fn a_follower_that_hears_nothing_answers_for_as_long_as_the_bound_and_no_read_lies_back_farther() {
    let (last, too_old) = last_answer_and_too_old(&bounded(Span::ZERO));
    // The last sign of life that came through was sent no later than the way before the cut, and no earlier than a heartbeat before that.
    let latest = Time::from_secs(CUT) + BOUND - ONE_WAY;
    assert!(last <= latest && last + HEARTBEAT + Span::from_millis(500) > latest, "{last} of {latest}");
    assert_eq!(too_old, 0);
}

#[test]
fn a_follower_whose_clock_is_behind_takes_what_it_shows_for_younger_than_it_is() {
    let behind = Span::from_secs(3);
    let (last, too_old) = last_answer_and_too_old(&bounded(behind));
    assert!(last > Time::from_secs(CUT) + BOUND + behind - Span::from_secs(1), "{last}");
    assert!(too_old > 10, "{too_old}");
}
