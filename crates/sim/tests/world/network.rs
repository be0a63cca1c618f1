//! Links: bandwidth, one-way cuts, loss; a slow region; a person's meddling with a packet.

use crate::design::*;
use engine::{Probability, Span, Time};
use protocols::leader_follower::Acknowledge;
use sim::fault::{Direction, FaultKind, Isolation, Partition, Plane, SlowRegion};
use sim::metrics::{Metric, Query};
use sim::trace::{OperationKind, What};
use sim::{Action, LoggedAction, Run};

#[test]
fn a_narrow_link_makes_the_stream_queue() {
    let lag = |bandwidth| {
        let mut config = design(2, Acknowledge::Async, 40.0);
        config.links[0][1].bandwidth = bandwidth;
        measure(&run(config), Metric::LagMax)
    };
    // 40 writes of 1064 bytes a second need 43 kB/s beside the calls.
    let (wide, narrow) = (lag(None), lag(Some(30_000)));
    assert!(wide < 0.3 && narrow > 5.0, "lag {wide} s unlimited, {narrow} s through 30 kB/s");
}

#[test]
fn a_one_way_cut_stops_one_way_only() {
    let mut config = design(2, Acknowledge::Async, 20.0);
    let cut = Partition { left: vec![0], right: vec![1], direction: Direction::LeftToRight, plane: Plane::Data };
    fault(&mut config, 10, None, FaultKind::Partition(cut));
    let run = run(config);
    let arrived = |from: u16, to: u16| {
        let after = run.trace(Time::from_secs(11), Time::from_secs(30));
        after
            .iter()
            .filter(|event| match event.what {
                What::PacketArrived {
                    channel,
                    from: sim::trace::Place::Region(a),
                    to: sim::trace::Place::Region(b),
                    ..
                } => (a, b) == (from, to) && channel != protocol::Channel::Control,
                _ => false,
            })
            .count()
    };
    assert_eq!(arrived(0, 1), 0);
    assert!(arrived(1, 0) > 50);
}

#[test]
fn a_lossy_access_makes_clients_time_out_and_retries_cure_most_of_it() {
    let failed = |attempts| {
        let mut config = design(1, Acknowledge::Async, 50.0);
        config.populations[0].access[0].loss = Probability::from_f64(0.1);
        config.requests.iter_mut().for_each(|request| request.retry.attempts = attempts);
        1.0 - measure(&run(config), Metric::Availability)
    };
    // Lost there or back: 1 − 0.9², and all three attempts: its third power.
    let (once, thrice) = (failed(1), failed(3));
    assert!((once - 0.19).abs() < 0.02, "{once}");
    assert!((thrice - 0.0069).abs() < 0.004, "{thrice}");
}

#[test]
fn a_slow_region_takes_longer_and_still_looks_healthy() {
    let mut config = design(2, Acknowledge::Async, 20.0);
    let slow = SlowRegion { region: 0, slowness: 10.0, errors: Probability::from_f64(0.2) };
    fault(&mut config, 30, None, FaultKind::SlowRegion(slow));
    let run = run(config);
    let reads = Query { population: Some(0), kind: Some(OperationKind::Read), ..Query::whole(Metric::LatencyP50) };
    let before = run.measure(&Query { until: Time::from_secs(30), ..reads }).unwrap_or(0.0);
    let after = run.measure(&Query { from: Time::from_secs(31), ..reads }).unwrap_or(0.0);
    let added = (after - before) - SERVICE.as_secs_f64() * 9.0;
    assert!(added.abs() < 0.001, "median went from {before} s to {after} s");
    let errors = Query { metric: Metric::Availability, from: Time::from_secs(31), ..reads };
    assert!((run.measure(&errors).unwrap_or(0.0) - 0.8).abs() < 0.05);
    assert!(!run.marks().iter().any(|mark| mark.title.contains("unhealthy")));
}

#[test]
fn an_isolated_region_is_unreachable_and_the_others_serve_on() {
    let mut config = design(3, Acknowledge::Async, 20.0);
    fault(&mut config, 20, Some(20), FaultKind::Isolation(Isolation { region: 1, users: true }));
    let run = run(config);
    let availability = |population, from, until| {
        let query = Query {
            population: Some(population),
            from: Time::from_secs(from),
            until: Time::from_secs(until),
            ..Query::whole(Metric::Availability)
        };
        run.measure(&query).unwrap_or(0.0)
    };
    assert!(availability(1, 22, 27) < 0.1, "its users fail until the name service moves them");
    assert!(availability(1, 36, 40) > 0.95, "and are served elsewhere after that");
    assert_eq!(availability(0, 20, 40), 1.0);
}

#[test]
fn a_dropped_packet_is_lost_and_a_delayed_one_is_late() {
    let mut config = design(2, Acknowledge::Async, 5.0);
    config.requests[1].timeout = Span::from_secs(1);
    let plain = run(config.clone());
    let write = plain.trace(Time::from_secs(10), Time::from_secs(20)).into_iter().find_map(|event| match event.what {
        What::PacketSent { packet, from: sim::trace::Place::Users(_), .. } => Some((packet, event.at)),
        _ => None,
    });
    let (packet, sent) = write.expect("users send something in ten seconds");
    let with = |action| {
        let mut run: TestRun = Run::new(config.clone(), vec![LoggedAction { at: sent + Span::from_millis(1), action }]);
        run.finish();
        run
    };
    let dropped = with(Action::DropPacket(packet));
    assert_eq!(measure(&dropped, Metric::TimedOut), 1.0);
    let delayed = with(Action::DelayPacket(packet, Span::from_millis(500)));
    assert_eq!(measure(&delayed, Metric::Failed), 0.0);
    assert!(measure(&delayed, Metric::LatencyMax) > 0.5);
}
