//! The rules by which reads are answered, C3 and C4: what they cost, and what they keep.

use crate::design::*;
use engine::{Distribution, Span, Time};
use protocol::ReadFrom;
use protocols::leader_follower::Acknowledge;
use sim::config::{Arrival, RoutingPolicy, Step};
use sim::faults::{Direction, FaultKind, Partition, Plane, RegionLoss};
use sim::metrics::Query;
use sim::trace::{OperationKind, What, users};
use std::collections::{BTreeMap, BTreeSet};

/// How long a leader gathers writes before it ships them.
const SHIP: Span = Span::from_millis(500);

/// One user far from the leader, who does this again and again.
fn alone(steps: Vec<Step>) -> TestRun {
    let mut config = design(3, Acknowledge::Async, 1.0);
    config.protocols[0].ship = SHIP;
    config.populations = vec![config.populations[1].clone()];
    let think = Distribution::Constant(Span::from_secs(1).as_nanos() as f64);
    config.populations[0].arrival = Arrival::Closed { users: 1, think };
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
    readers.arrival = Arrival::Closed { users: 9, think };
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
