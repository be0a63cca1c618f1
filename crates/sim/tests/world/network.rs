//! Links: bandwidth, one-way cuts, loss; a slow region; a person's meddling with a packet.

use crate::design::*;
use engine::{Probability, Span, Time};
use protocol::Channel;
use protocols::leader_follower::Acknowledge;
use sim::config::PopulationConfig;
use sim::faults::{DegradedLink, Direction, FaultKind, Isolation, Partition, Plane, SlowRegion};
use sim::metrics::Query;
use sim::trace::{Loss, OperationKind, Place, What, network};
use sim::{Action, FaultName, LoggedAction, PacketName};

#[test]
fn a_narrow_link_makes_the_stream_queue() {
    let lag = |bandwidth| {
        let mut config = design(2, Acknowledge::Async, 40.0);
        config.links[0][1].bandwidth = bandwidth;
        measure(&run(config), "lag.max")
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
                What::Network(network::Fact::PacketArrived { channel, from: a, to: b, .. }) => {
                    (a, b) == (Place::region(from), Place::region(to)) && channel != protocol::Channel::Control
                }
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
        1.0 - measure(&run(config), "availability")
    };
    // Lost there or back: 1 − 0.9², and all three attempts: its third power.
    let (once, thrice) = (failed(1), failed(3));
    assert!((once - 0.19).abs() < 0.02, "{once}");
    assert!((thrice - 0.0069).abs() < 0.004, "{thrice}");
}

#[test]
fn a_slow_region_takes_longer_and_still_looks_healthy() {
    let mut config = design(2, Acknowledge::Async, 20.0);
    let slow = SlowRegion { sites: vec![0], slowness: 10.0, errors: Probability::from_f64(0.2) };
    fault(&mut config, 30, None, FaultKind::SlowRegion(slow));
    let run = run(config);
    let reads = Query { population: Some(0), kind: Some(OperationKind::Read), ..Query::whole("latency.p50") };
    let before = run.measure(&Query { until: Time::from_secs(30), ..reads }).unwrap_or(0.0);
    let after = run.measure(&Query { from: Time::from_secs(31), ..reads }).unwrap_or(0.0);
    let added = (after - before) - SERVICE.as_secs_f64() * 9.0;
    assert!(added.abs() < 0.001, "median went from {before} s to {after} s");
    let errors = Query { metric: Query::whole("availability").metric, from: Time::from_secs(31), ..reads };
    assert!((run.measure(&errors).unwrap_or(0.0) - 0.8).abs() < 0.05);
    assert!(!run.marks().iter().any(|mark| mark.title.contains("unhealthy")));
    assert_eq!(measure(&run, "server-errors"), measure(&run, "failed"));
    assert!(measure(&run, "lag.bytes") >= 1000.0);
}

#[test]
fn an_isolated_region_is_unreachable_and_the_others_serve_on() {
    let mut config = design(3, Acknowledge::Async, 20.0);
    fault(&mut config, 20, Some(20), FaultKind::Isolation(Isolation { sites: vec![1], users: true }));
    let run = run(config);
    let availability = |population, from, until| {
        let query = Query {
            population: Some(population),
            from: Time::from_secs(from),
            until: Time::from_secs(until),
            ..Query::whole("availability")
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
        What::Network(network::Fact::PacketSent { packet, from, .. }) if from.as_users().is_some() => {
            Some((packet, event.at))
        }
        _ => None,
    });
    let (number, sent) = write.expect("users send something in ten seconds");
    let packet = numbered(number);
    let with = |action| {
        let mut run: TestRun = config.clone().run(vec![LoggedAction { at: sent + Span::from_millis(1), action }]);
        run.finish();
        run
    };
    let dropped = with(Action::DropPacket(packet));
    assert_eq!(measure(&dropped, "timed-out"), 1.0);
    let delayed = with(Action::DelayPacket(packet, Span::from_millis(500)));
    assert_eq!(measure(&delayed, "failed"), 0.0);
    assert!(measure(&delayed, "latency.max") > 0.5);
}

/// A packet by its number among all.
fn numbered(number: u64) -> PacketName {
    PacketName { way: None, number }
}

/// The first packet of replication that leaves the first region after ten seconds, a millisecond later: what an action calls it
/// by, its number among all, and when that is.
fn replicated_at_ten(run: &mut TestRun) -> (PacketName, u64, Time) {
    let ends = (Place::region(0), Place::region(1));
    let sent = run.trace(Time::from_secs(10), Time::from_secs(20)).into_iter().find_map(|event| match event.what {
        What::Network(network::Fact::PacketSent { packet, channel: Channel::Replication, from, to, .. })
            if (from, to) == ends =>
        {
            Some((packet, event.at + Span::from_millis(1)))
        }
        _ => None,
    });
    let (number, at) = sent.expect("something is replicated");
    let packets = run.snapshot(at).packets;
    let name = packets.iter().find(|packet| packet.packet == number).expect("it is under way").name();
    (name, number, at)
}

#[test]
fn a_packet_is_found_by_its_number_on_its_way_whatever_goes_on_elsewhere() {
    let config = design(2, Acknowledge::Async, 5.0);
    let (name, number, at) = replicated_at_ten(&mut run(config.clone()));
    let mut busier = config.clone();
    let callers = PopulationConfig { id: "callers".to_owned(), mix: vec![(0, 1)], ..config.populations[1].clone() };
    busier.populations.push(callers);
    let other = replicated_at_ten(&mut run(busier.clone()));
    assert!(other.1 != number && (other.0, other.2) == (name, at), "only the number among all is another");
    for config in [config, busier] {
        let mut run: TestRun = config.run(vec![LoggedAction { at, action: Action::DropPacket(name) }]);
        run.finish();
        let dropped = run.trace(Time::ZERO, Time::from_secs(60)).into_iter().find_map(|event| match event.what {
            What::Network(network::Fact::PacketLost { channel, from, to, loss: Loss::Dropped, .. }) => {
                Some((channel, from, to))
            }
            _ => None,
        });
        assert_eq!(dropped, Some((Channel::Replication, Place::region(0), Place::region(1))));
    }
}

#[test]
fn an_act_on_what_is_not_there_says_so() {
    let not_there = [
        Action::DropPacket(PacketName { way: None, number: u64::MAX }),
        Action::DelayPacket(PacketName { way: None, number: 1 }, Span::from_secs(1)),
        Action::EndFault(FaultName::Planned("cut".to_owned())),
    ];
    for action in not_there {
        let log = vec![LoggedAction { at: Time::from_secs(20), action }];
        let mut run: TestRun = design(2, Acknowledge::Async, 5.0).run(log);
        run.finish();
        let mark = run.marks().into_iter().find(|mark| mark.at == Time::from_secs(20)).expect("the act is told");
        assert!(mark.title.ends_with("not there, so nothing changes"), "{}", mark.title);
        let after = run.trace(Time::from_secs(20), Time::from_secs(21));
        assert!(after.iter().any(|event| event.what == What::InVain));
    }
}

/// Ten writes of about ten kilobytes a second between two regions, in one direction.
fn heavy() -> TestConfig {
    let mut config = design(2, Acknowledge::Async, 10.0);
    config.until = Time::from_secs(120);
    config.populations.truncate(1);
    config.populations[0].mix = vec![(1, 1)];
    config.requests[1].steps = vec![sim::config::Step::put(0, 10_000)];
    config
}

/// How long a packet sent at this second from the first region to the second would wait.
fn backlog(run: &mut TestRun, second: u64) -> f64 {
    let snapshot = run.snapshot(Time::from_secs(second));
    snapshot
        .links
        .iter()
        .find(|link| (link.from, link.to) == (0, 1))
        .map_or(f64::NAN, |link| link.backlog.as_secs_f64())
}

fn degraded(bandwidth: u64) -> DegradedLink {
    DegradedLink {
        from: vec![0],
        to: vec![1],
        one_way: true,
        slowness: 1.0,
        extra: Span::ZERO,
        loss: Probability::NEVER,
        duplication: Probability::NEVER,
        reordering: Probability::NEVER,
        bandwidth: Some(bandwidth),
    }
}

#[test]
fn what_waited_for_a_narrow_link_is_through_as_soon_as_it_heals() {
    let mut config = heavy();
    fault(&mut config, 10, Some(60), FaultKind::DegradedLink(degraded(10_000)));
    let mut run = run(config);
    assert!(backlog(&mut run, 69) > 60.0, "{}", backlog(&mut run, 69));
    assert_eq!(backlog(&mut run, 71), 0.0);
    let late = Query { from: Time::from_secs(72), ..Query::whole("lag.max") };
    let lag = run.measure(&late).unwrap_or(f64::NAN);
    assert!(lag < 0.5, "two seconds after healing followers lag by {lag} s");
}

#[test]
fn what_waits_goes_on_at_half_the_rate_when_half_the_bandwidth_is_left() {
    let mut config = heavy();
    config.links[0][1].bandwidth = Some(50_000);
    fault(&mut config, 60, None, FaultKind::DegradedLink(degraded(25_000)));
    let mut run = run(config);
    let at = Time::from_secs(60);
    let just_before = run.snapshot(at - Span::from_nanos(1));
    let waiting = |snapshot: &sim::Snapshot| snapshot.links[0].backlog.as_secs_f64();
    let (before, after) = (waiting(&just_before), waiting(&run.snapshot(at)));
    assert!(before > 5.0 && (after / before - 2.0).abs() < 0.01, "{before} s before, {after} s after");
}

#[test]
fn replication_keeps_its_order_when_what_waits_is_sent_anew() {
    let mut config = heavy();
    config.links[0][1].jitter = engine::Distribution::LogNormal { median: 1.0, sigma: 0.5 };
    fault(&mut config, 10, Some(20), FaultKind::DegradedLink(degraded(20_000)));
    let run = run(config);
    let arrived: Vec<u64> = run
        .trace(Time::ZERO, Time::from_secs(60))
        .iter()
        .filter_map(|event| match event.what {
            What::Network(network::Fact::PacketArrived { packet, channel: protocol::Channel::Replication, .. }) => {
                Some(packet)
            }
            _ => None,
        })
        .collect();
    assert!(arrived.len() > 100 && arrived.is_sorted());
}

#[test]
fn what_is_sent_into_a_cut_never_takes_the_link() {
    let mut config = heavy();
    // 1 Mbit/s carries the load, but not what thirty seconds of repeated sending would add to it.
    config.links[0][1].bandwidth = Some(125_000);
    let cut = Partition { left: vec![0], right: vec![1], direction: Direction::LeftToRight, plane: Plane::Data };
    fault(&mut config, 20, Some(30), FaultKind::Partition(cut));
    let mut run = run(config);
    let longest = (22..50).map(|second| backlog(&mut run, second)).fold(0.0, f64::max);
    assert!(longest < 0.01, "only probes pass, and they wait {longest} s");
}

#[test]
fn a_full_buffer_drops_what_comes_last() {
    let mut config = heavy();
    config.links[0][1].bandwidth = Some(20_000);
    config.links[0][1].buffer = 100_000;
    let mut run = run(config);
    let longest = (1..120).map(|second| backlog(&mut run, second)).fold(0.0, f64::max);
    assert!((4.0..6.0).contains(&longest), "100 kB take 5 s at 20 kB/s, and a packet more: {longest} s");
    assert!(measure(&run, "packets-lost") > 100.0);
    let overflow = |event: &sim::trace::TraceEvent| {
        matches!(event.what, What::Network(network::Fact::PacketLost { loss: Loss::Overflow, .. }))
    };
    assert!(run.trace(Time::from_secs(30), Time::from_secs(40)).iter().any(overflow));
}

#[test]
fn a_packet_on_a_longer_path_is_overtaken_without_jitter() {
    let overtaken = |reordering| {
        let mut config = heavy();
        config.links[0][1].reordering = Probability::from_f64(reordering);
        let trace = run(config).trace(Time::ZERO, Time::from_secs(60));
        let arrived = trace.iter().filter_map(|event| match event.what {
            What::Network(network::Fact::PacketArrived { packet, channel: protocol::Channel::Replication, .. }) => {
                Some(packet)
            }
            _ => None,
        });
        !arrived.is_sorted()
    };
    assert!(overtaken(0.2) && !overtaken(0.0));
}

/// Numbers and arrivals of what replication sends from the first region to the second, in the order of arrival.
fn replicated(run: &TestRun) -> Vec<(u64, Time)> {
    let arrived = |event: &sim::trace::TraceEvent| match event.what {
        What::Network(network::Fact::PacketArrived { packet, channel: protocol::Channel::Replication, .. }) => {
            Some((packet, event.at))
        }
        _ => None,
    };
    run.trace(Time::ZERO, Time::from_secs(60)).iter().filter_map(arrived).collect()
}

#[test]
fn what_keeps_its_order_waits_behind_a_packet_that_is_held_up_and_says_why() {
    let plain = replicated(&run(heavy()));
    let (packet, at) = plain[plain.len() / 2];
    let hold = |action| {
        let at = at - Span::from_millis(20);
        let mut run: TestRun = heavy().run(vec![LoggedAction { at, action }]);
        run.finish();
        run
    };
    let run = hold(Action::DelayPacket(numbered(packet), Span::from_secs(3)));
    let arrived = replicated(&run);
    assert!(arrived.is_sorted(), "nothing overtakes it");
    let late: Vec<u64> =
        arrived.iter().filter(|(_, arrival)| *arrival == at + Span::from_secs(3)).map(|(packet, _)| *packet).collect();
    assert!(late.len() > 10 && late[0] == packet, "{late:?}");
    let whole = run.trace(at, at + Span::from_secs(4));
    let arrival = whole.iter().find(
        |event| matches!(event.what, What::Network(network::Fact::PacketArrived { packet: of, .. }) if of == packet),
    );
    let chain = run.explain_event(arrival.expect("it arrives").id, at + Span::from_secs(3));
    assert!(chain.iter().any(|line| line.text.contains("is held up until")), "{chain:?}");
    assert!(
        chain.iter().all(|line| !line.text.contains("leaves")),
        "the hand is the reason, not the sending: {chain:?}"
    );
    // What a lost packet held up goes on as if it had never been.
    let lost = replicated(&hold(Action::DropPacket(numbered(packet))));
    assert!(!lost.iter().any(|(number, _)| *number == packet) && lost.is_sorted());
}

#[test]
fn what_a_held_packet_holds_up_goes_on_once_it_is_lost() {
    let plain = replicated(&run(heavy()));
    let (packet, arrival) = plain[plain.len() / 2];
    let at = arrival - Span::from_millis(20);
    let hold = LoggedAction { at, action: Action::DelayPacket(numbered(packet), Span::from_secs(20)) };
    let lose = LoggedAction { at: at + Span::from_secs(1), action: Action::DropPacket(numbered(packet)) };
    let mut run: TestRun = heavy().run(vec![hold, lose]);
    run.finish();
    let arrived = replicated(&run);
    let longest = arrived.windows(2).map(|pair| pair[1].1 - pair[0].1).max().unwrap_or_default();
    assert!(arrived.is_sorted() && longest < Span::from_secs(2), "nothing arrives for {longest}");
}

#[test]
fn order_is_kept_when_what_waits_comes_both_later_and_sooner() {
    let mut config = heavy();
    config.links[0][1].jitter = engine::Distribution::LogNormal { median: 1.0, sigma: 1.5 };
    config.populations[0].arrival = sim::config::Arrival::Poisson(vec![(Time::ZERO, 40.0)]);
    config.requests[1].steps = vec![sim::config::Step::put(0, 1000)];
    for start in [10, 20, 30, 40] {
        let hurried = DegradedLink { slowness: 0.1, ..degraded(20_000) };
        fault(&mut config, start, Some(5), FaultKind::DegradedLink(hurried));
    }
    let arrived = replicated(&run(config));
    assert!(arrived.len() > 1000 && arrived.is_sorted_by_key(|(packet, _)| *packet));
}

#[test]
fn both_copies_of_a_doubled_packet_are_bytes_that_left() {
    let bytes = |duplication| {
        let mut config = heavy();
        config.links[0][1].duplication = Probability::from_f64(duplication);
        let query = Query { region: Some(0), to: Some(1), ..Query::whole("bytes") };
        run(config).measure(&query).unwrap_or(f64::NAN)
    };
    let (once, twice) = (bytes(0.0), bytes(1.0));
    assert!((twice / once - 2.0).abs() < 0.01, "{once} bytes once, {twice} doubled");
}
