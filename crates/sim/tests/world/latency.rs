//! Latencies are sums of the link delays and the service time, to the microsecond when jitter is off.

use crate::design::*;
use engine::Span;
use protocols::leader_follower::Acknowledge;
use sim::config::{ReadFrom, Step};
use sim::trace::OperationKind::{Read, Write};

fn micros(span: Span) -> f64 {
    span.as_secs_f64() * 1e6
}

/// The shortest and the longest latency must both be the sum, to the microsecond.
fn check(config: TestConfig, population: u16, kind: sim::trace::OperationKind, expected: Span) {
    let mut config = config;
    // A tenth of a request per second never queues; the first second of a run still introduces the replicas to each other.
    config.populations.iter_mut().for_each(|users| {
        users.arrival = sim::config::Arrival::Constant(vec![(engine::Time::from_secs(2), 2.0)]);
    });
    let run = run(config);
    for metric in ["latency.min", "latency.max"] {
        let measured = of(&run, metric, population, kind) * 1e6;
        assert!((measured - micros(expected)).abs() < 1.0, "{metric:?}: {measured} µs, expected {}", micros(expected));
    }
}

#[test]
fn a_local_read_costs_the_access_and_one_service() {
    check(design(3, Acknowledge::Async, 1.0), 1, Read, ACCESS * 2 + SERVICE);
}

#[test]
fn a_read_from_the_leader_costs_a_round_trip_and_a_second_service() {
    let mut config = design(3, Acknowledge::Async, 1.0);
    config.requests[0].steps = vec![Step::read(0, ReadFrom::Leader)];
    check(config, 1, Read, ACCESS * 2 + SERVICE * 2 + ONE_WAY * 2);
}

#[test]
fn an_asynchronous_write_at_the_leader_costs_no_round_trip() {
    check(design(3, Acknowledge::Async, 1.0), 0, Write, ACCESS * 2 + SERVICE);
}

#[test]
fn an_asynchronous_write_from_afar_costs_the_round_trip_to_the_leader() {
    check(design(3, Acknowledge::Async, 1.0), 2, Write, ACCESS * 2 + SERVICE * 2 + ONE_WAY * 2);
}

#[test]
fn a_semi_synchronous_write_waits_for_the_nearest_follower() {
    let mut config = design(3, Acknowledge::SemiSync(1), 1.0);
    for (from, to) in [(0, 1), (1, 0)] {
        config.links[from][to] = link(Span::from_millis(10));
    }
    check(config, 0, Write, ACCESS * 2 + SERVICE + Span::from_millis(20));
}

#[test]
fn a_synchronous_write_waits_for_the_slowest_follower() {
    let mut config = design(3, Acknowledge::Sync, 1.0);
    for (from, to) in [(0, 1), (1, 0)] {
        config.links[from][to] = link(Span::from_millis(10));
    }
    check(config, 0, Write, ACCESS * 2 + SERVICE + ONE_WAY * 2);
}
