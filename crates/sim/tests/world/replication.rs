//! What each way of acknowledging promises, and what it costs when it cannot be kept.

use crate::design::*;
use engine::{Probability, Span, Time};
use protocol::{Channel, Despite, Leadership, Promise};
use protocols::leader_follower::Acknowledge;
use sim::config::{ReadFrom, Step};
use sim::faults::{ClockSkew, DegradedLink, Direction, FaultKind, Partition, Plane, RegionLoss};
use sim::metrics::Query;
use sim::trace::{OperationKind, Place, What, data, network, users};
use sim::{Property, Standing};
use std::collections::BTreeSet;

fn cut(left: &[u16], right: &[u16], plane: Plane) -> FaultKind {
    FaultKind::Partition(Partition { left: left.to_vec(), right: right.to_vec(), direction: Direction::Both, plane })
}

fn lose(region: u16, disks: bool) -> FaultKind {
    FaultKind::RegionLoss(RegionLoss { sites: vec![region], disks })
}

#[test]
fn a_run_without_faults_loses_nothing_and_fails_nothing() {
    for acknowledge in [Acknowledge::Async, Acknowledge::SemiSync(1), Acknowledge::Sync] {
        let run = run(design(3, acknowledge, 20.0));
        assert!(measure(&run, "succeeded") > 3000.0);
        for metric in ["failed", "lost-writes", "duplicate-writes", "failovers", "packets-lost"] {
            assert_eq!(measure(&run, metric), 0.0, "{metric:?} with {acknowledge:?}");
        }
        assert_eq!(measure(&run, "leaders"), 1.0);
    }
}

#[test]
fn async_leader_loss_loses_exactly_the_acknowledged_writes_no_follower_had() {
    let mut config = design(3, Acknowledge::Async, 30.0);
    config.protocols[0].ship = Span::from_millis(700);
    fault(&mut config, 20, None, lose(0, false));
    let run = run(config);
    // By hand, from the trace: acknowledged to a client, appended by no surviving replica.
    let (mut acknowledged, mut survived) = (Vec::new(), BTreeSet::new());
    for event in run.trace(Time::ZERO, Time::from_secs(60)) {
        match event.what {
            What::Users(users::Fact::OperationEnded(info, ending))
                if info.kind == OperationKind::Write && ending.error.is_none() =>
            {
                acknowledged.push(info.write);
            }
            What::Data(data::Fact::Replica { region, fact: protocol::Fact::Appended { write, .. }, .. })
                if region != 0 =>
            {
                survived.insert(write.0);
            }
            _ => {}
        }
    }
    let expected: Vec<u64> = acknowledged.into_iter().filter(|write| !survived.contains(write)).collect();
    let listed: Vec<u64> = run.lost_writes().iter().map(|lost| lost.write).collect();
    assert!(!expected.is_empty());
    assert_eq!(listed, expected);
}

#[test]
fn an_async_leader_on_a_saturated_link_loses_what_had_not_left() {
    let mut config = design(2, Acknowledge::Async, 40.0);
    config.links[0][1].bandwidth = Some(30_000);
    // Answers to probes are late on it, too: users must not be sent away from the leader for that.
    config.routing.health_checked = false;
    fault(&mut config, 20, None, lose(0, false));
    let lost = measure(&run(config), "lost-writes");
    assert!(lost > 50.0, "{lost} lost");
}

#[test]
fn semi_sync_and_sync_lose_nothing_with_the_leader() {
    for acknowledge in [Acknowledge::SemiSync(1), Acknowledge::Sync] {
        let mut config = design(3, acknowledge, 30.0);
        fault(&mut config, 20, None, lose(0, true));
        assert_eq!(measure(&run(config), "lost-writes"), 0.0, "{acknowledge:?}");
    }
}

#[test]
fn semi_sync_serves_on_with_one_follower_cut_off_and_sync_does_not() {
    let during = |acknowledge| {
        let mut config = design(3, acknowledge, 20.0);
        fault(&mut config, 20, Some(20), cut(&[0], &[2], Plane::All));
        let run = run(config);
        let (from, until) = (Time::from_secs(24), Time::from_secs(39));
        let query =
            Query { kind: Some(OperationKind::Write), population: Some(0), from, until, ..Query::whole("succeeded") };
        (run.measure(&query).unwrap_or(0.0), measure(&run, "lost-writes"))
    };
    let (semi, _) = during(Acknowledge::SemiSync(1));
    let (sync, lost) = during(Acknowledge::Sync);
    assert!(semi > 100.0, "{semi} semi-synchronous writes");
    assert_eq!((sync, lost), (0.0, 0.0));
}

#[test]
fn a_follower_cut_off_falls_behind_and_catches_up() {
    let mut config = design(3, Acknowledge::Async, 40.0);
    fault(&mut config, 20, Some(10), cut(&[0], &[2], Plane::All));
    let mut run = run(config);
    let lag = |from, until, metric| {
        let query =
            Query { to: Some(2), from: Time::from_secs(from), until: Time::from_secs(until), ..Query::whole(metric) };
        run.measure(&query).unwrap_or(f64::NAN)
    };
    // Users of region 2 cannot write while it is cut off: two populations write half of 40 a second for 10 s.
    let entries = lag(28, 30, "lag.entries");
    assert!((300.0..500.0).contains(&entries), "{entries} entries behind");
    let behind = lag(29, 30, "lag.max");
    assert!((9.0..10.5).contains(&behind), "{behind} s behind");
    assert!(lag(36, 60, "lag.max") < 0.2);
    let end = run.snapshot(Time::from_secs(60));
    let lengths: BTreeSet<u64> = end.datasets[0].replicas.iter().flatten_last().collect();
    assert!(lengths.last().zip(lengths.first()).is_some_and(|(most, least)| most - least < 20), "{lengths:?}");
}

trait FlattenLast<'a> {
    fn flatten_last(self) -> Box<dyn Iterator<Item = u64> + 'a>;
}

impl<'a, I: Iterator<Item = &'a sim::ReplicaState> + 'a> FlattenLast<'a> for I {
    fn flatten_last(self) -> Box<dyn Iterator<Item = u64> + 'a> {
        Box::new(self.filter_map(|replica| replica.view.as_ref().map(|view| view.last.lsn)))
    }
}

#[test]
fn a_lossy_doubling_reordering_link_still_brings_followers_level() {
    let mut config = design(3, Acknowledge::Async, 30.0);
    let bad = DegradedLink {
        from: vec![0],
        to: vec![1],
        one_way: false,
        slowness: 1.0,
        extra: Span::ZERO,
        loss: Probability::from_f64(0.1),
        duplication: Probability::from_f64(0.1),
        reordering: Probability::from_f64(0.3),
        bandwidth: None,
    };
    fault(&mut config, 5, Some(35), FaultKind::DegradedLink(bad));
    config.links[0][1].jitter = engine::Distribution::Uniform { low: 1.0, high: 1.5 };
    let run = run(config);
    assert!(measure(&run, "packets-lost") > 50.0);
    assert_eq!(measure(&run, "lost-writes"), 0.0);
    assert!(measure(&run, "lag.end") < 0.3, "lag at the end {}", measure(&run, "lag.end"));
}

/// How far behind region 1 or 2 was at most, seconds.
fn lag(run: &TestRun, to: u16, from: u64, until: u64) -> f64 {
    let query =
        Query { to: Some(to), from: Time::from_secs(from), until: Time::from_secs(until), ..Query::whole("lag.max") };
    run.measure(&query).unwrap_or(f64::NAN)
}

/// Writes of the leader, and how often entries of them were sent to region 1.
fn writes_and_sendings(run: &TestRun) -> (usize, usize) {
    let (mut writes, mut sendings) = (0, 0);
    for event in run.trace(Time::ZERO, Time::from_secs(60)) {
        match event.what {
            What::Data(data::Fact::Replica { region: 0, fact: protocol::Fact::Appended { .. }, .. }) => writes += 1,
            What::Network(network::Fact::PacketSent { channel: Channel::Replication, from, to, bytes, .. })
                if (from, to) == (Place::region(0), Place::region(1)) =>
            {
                sendings += usize::from(bytes > 1000)
            }
            _ => {}
        }
    }
    (writes, sendings)
}

#[test]
fn a_follower_behind_a_narrow_link_catches_up_after_a_cut() {
    let mut config = design(3, Acknowledge::Async, 13.0);
    // Twenty writes a second fill two thirds of it; what is waiting for it takes far longer than a few heartbeats.
    config.links[0][2].bandwidth = Some(32_000);
    config.routing.health_checked = false;
    fault(&mut config, 5, Some(12), cut(&[0], &[2], Plane::All));
    let run = run(config);
    assert!(lag(&run, 2, 5, 17) > 11.0);
    assert!(lag(&run, 2, 40, 60) < 0.5, "{} s behind", lag(&run, 2, 40, 60));
}

#[test]
fn a_lost_entry_holds_up_a_stream_for_a_round_trip_and_is_sent_again_alone() {
    for acknowledge in [Acknowledge::Async, Acknowledge::SemiSync(1)] {
        let mut config = design(2, acknowledge, 100.0);
        for (from, to) in [(0, 1), (1, 0)] {
            config.links[from][to].loss = Probability::from_f64(0.01);
        }
        let run = run(config);
        // Clients' packets between the regions are lost, too, and nobody tries again.
        let availability = measure(&run, "availability");
        assert!(availability > 0.98, "{availability} available with {acknowledge:?}");
        let behind = lag(&run, 1, 0, 60);
        assert!(behind < 0.5, "{behind} s behind with {acknowledge:?}");
        let (writes, sendings) = writes_and_sendings(&run);
        assert!((writes..writes + writes / 50).contains(&sendings), "{writes} writes, {sendings} entries sent");
    }
}

#[test]
fn what_is_overtaken_is_not_sent_again() {
    let mut config = design(2, Acknowledge::SemiSync(1), 20.0);
    config.links[0][1].reordering = Probability::from_f64(1.0);
    let run = run(config);
    let (writes, sendings) = writes_and_sendings(&run);
    assert!(writes > 1000 && sendings < writes + writes / 100, "{writes} writes, {sendings} entries sent");
    // The longest path is half as long again.
    let longest = of(&run, "latency.max", 0, OperationKind::Write);
    let path = ONE_WAY.scale(2.5) + ACCESS * 2 + Span::from_millis(40);
    assert!(longest < path.as_secs_f64(), "{longest} s");
}

#[test]
fn a_region_that_comes_back_says_up_to_where_its_disk_holds_each_dataset() {
    let at = |disks| {
        let mut config = design(3, Acknowledge::Async, 30.0);
        fault(&mut config, 20, Some(10), lose(1, disks));
        let trace = run(config).trace(Time::ZERO, Time::from_secs(60));
        let stated = |region| {
            move |what: &What| match what {
                What::Data(data::Fact::Replica { region: at, fact, .. }) if *at == region => Some(*fact),
                _ => None,
            }
        };
        let facts: Vec<_> = trace.iter().filter_map(|event| Some((event.at, stated(1)(&event.what)?))).collect();
        let recovered = facts.iter().filter_map(|(at, fact)| match fact {
            protocol::Fact::Recovered { upto } => Some((*at, *upto)),
            _ => None,
        });
        let kept = facts.iter().filter_map(|(at, fact)| match fact {
            protocol::Fact::Appended { version, .. } if *at < Time::from_secs(20) => Some(*version),
            _ => None,
        });
        (recovered.collect::<Vec<_>>(), kept.max())
    };
    let (recovered, kept) = at(false);
    assert_eq!(recovered, vec![(Time::from_secs(30), kept.expect("it had followed for twenty seconds"))]);
    assert_eq!(at(true).0, vec![], "an empty disk recovers nothing");
}

#[test]
fn a_follower_that_lost_its_disk_is_restored_from_a_copy() {
    let mut config = design(3, Acknowledge::Async, 30.0);
    fault(&mut config, 20, Some(10), lose(1, true));
    let mut run = run(config);
    let restored = |what: &What| {
        matches!(what, What::Data(data::Fact::Replica { region: 1, fact: protocol::Fact::Restored { .. }, .. }))
    };
    assert!(run.trace(Time::from_secs(30), Time::from_secs(60)).iter().any(|event| restored(&event.what)));
    let end = run.snapshot(Time::from_secs(60));
    let lengths: Vec<u64> = end.datasets[0].replicas.iter().flatten_last().collect();
    assert!(
        lengths.iter().max().zip(lengths.iter().min()).is_some_and(|(most, least)| most - least < 20),
        "{lengths:?}"
    );
    assert_eq!(measure(&run, "lost-writes"), 0.0);
}

#[test]
fn a_copy_of_a_lost_leaders_state_gives_way_to_the_log_of_the_next() {
    let mut config = design(3, Acknowledge::Async, 20.0);
    config.control.failover = sim::config::Failover::Automatic;
    config.routing.health_checked = false;
    // Region 1 falls behind; region 2 starts anew from a copy of what region 1 lacks; then the leader is gone.
    fault(&mut config, 10, None, cut(&[0], &[1], Plane::Data));
    fault(&mut config, 18, Some(2), lose(2, true));
    fault(&mut config, 30, None, lose(0, true));
    let mut run = run(config);
    let (mut acknowledged, mut survived) = (Vec::new(), BTreeSet::new());
    for event in run.trace(Time::ZERO, Time::from_secs(60)) {
        match event.what {
            What::Users(users::Fact::OperationEnded(info, ending))
                if info.kind == OperationKind::Write && ending.error.is_none() =>
            {
                acknowledged.push(info.write);
            }
            What::Data(data::Fact::Replica { region: 1, fact: protocol::Fact::Appended { write, .. }, .. }) => {
                survived.insert(write.0);
            }
            _ => {}
        }
    }
    let expected: Vec<u64> = acknowledged.into_iter().filter(|write| !survived.contains(write)).collect();
    let listed: Vec<u64> = run.lost_writes().iter().map(|lost| lost.write).collect();
    assert!(expected.len() > 200, "{} lost", expected.len());
    assert_eq!(listed, expected);
    let end = run.snapshot(Time::from_secs(60));
    let lengths: Vec<u64> = end.datasets[0].replicas.iter().flatten_last().collect();
    assert!(lengths.iter().max().zip(lengths.iter().min()).is_some_and(|(most, least)| most - least < 20));
}

#[test]
fn local_reads_are_stale_by_the_lag_and_leader_reads_never() {
    let stale = |from| {
        let mut config = design(3, Acknowledge::Async, 30.0);
        config.requests[0].steps = vec![Step::read(0, from)];
        let run = run(config);
        (measure(&run, "stale-reads"), measure(&run, "not-linearizable"))
    };
    let (local, broken) = stale(ReadFrom::Local);
    assert!(local > 10.0 && broken > 0.0, "{local} stale local reads, {broken} keys not linearizable");
    assert_eq!(stale(ReadFrom::Leader), (0.0, 0.0));
}

#[test]
fn a_session_token_lets_a_client_read_its_own_write_and_a_local_read_may_miss_it() {
    let missed = |from| {
        let mut config = design(3, Acknowledge::Async, 20.0);
        config.requests[0].steps = vec![Step::put(0, 500), Step::Wait(Span::from_millis(1)), Step::read(0, from)];
        config.datasets[0].sampled_keys = 50;
        config.protocols[0].ship = Span::from_millis(500);
        let run = run(config);
        measure(&run, "own-write-missed")
    };
    assert!(missed(ReadFrom::Local) > 10.0);
    assert_eq!(missed(ReadFrom::Session), 0.0);
}

#[test]
fn a_property_has_one_verdict_with_its_count_its_first_place_and_a_witness() {
    let run = run(design(3, Acknowledge::Async, 40.0));
    let lines = run.verdicts();
    // Registers neither give anything away nor count, strangers have no other device, and nobody reads by what caused it.
    let of_others = |property: &Property| {
        matches!(
            property,
            Property::WithinBounds
                | Property::Accounted
                | Property::Conserved
                | Property::ReadYourWritesAcrossSessions
                | Property::Causal
        )
    };
    let applies = |property: &Property| property.applies(Leadership::Granted) && !of_others(property);
    let judged = Property::ALL.into_iter().filter(applies);
    assert!(lines.iter().map(|line| line.property).eq(judged));
    let line = lines.iter().find(|line| line.property == Property::Linearizable).expect("it is judged");
    assert!(line.count > 1 && f64::from(line.count) == measure(&run, "not-linearizable"), "{line:?}");
    // The first place on any key is known to be no later than that on the most popular one.
    let first = run.history(0).split().into_values().filter_map(|operations| {
        let verdict = check::register_verdict(&operations, check::Clock::Nanoseconds);
        verdict.witness()?.operations.iter().filter_map(|operation| operation.completed()).max()
    });
    assert_eq!(line.at.map(Time::as_nanos), first.min());
    assert!(line.text.contains("a user in") || line.text.starts_with("A user in"), "{}", line.text);
    assert!(line.witness.len() > 1 && line.witness.iter().all(|line| !line.text.contains("nil")), "{line:?}");
}

#[test]
fn nothing_is_kept_where_nothing_happened() {
    let standings = |config| run(config).verdicts().into_iter().map(|line| line.standing).collect::<Vec<_>>();
    let mut config = design(3, Acknowledge::Async, 40.0);
    assert!(!standings(config.clone()).contains(&Standing::Untested));
    config.until = Time::ZERO;
    assert!(standings(config.clone()).iter().all(|standing| *standing == Standing::Untested));
    for line in run(config).verdicts() {
        assert!(line.text.starts_with("No "), "nothing is said to hold: {}", line.text);
    }
}

#[test]
fn only_what_was_promised_is_broken() {
    let standing = |promises: Vec<Promise>| {
        let mut config = design(3, Acknowledge::Async, 40.0);
        config.datasets[0].promises = promises;
        let line = run(config).verdicts().into_iter().find(|line| line.property == Property::Linearizable);
        line.map(|line| (line.standing, line.words().split(' ').next().map(str::to_owned)))
    };
    let promise = |reads| vec![Promise::new(Property::Linearizable, reads, Despite::Cuts)];
    assert_eq!(standing(promise(&[ReadFrom::Local])), Some((Standing::Broken, Some("broken".to_owned()))));
    // Promised to those who read from the leader; these read from wherever they are.
    for promises in [Vec::new(), promise(&[ReadFrom::Leader])] {
        assert_eq!(standing(promises), Some((Standing::NotPromised, Some("violated".to_owned()))));
    }
}

#[test]
fn lag_is_how_long_ago_and_not_what_a_skewed_clock_makes_of_it() {
    let mut config = design(2, Acknowledge::Async, 20.0);
    fault(
        &mut config,
        20,
        None,
        FaultKind::ClockSkew(ClockSkew { sites: vec![0], offset: 3_600_000_000_000, drift_ppm: 0 }),
    );
    let lag = measure(&run(config), "lag.max");
    assert!(lag < 1.0, "{lag}");
}

#[test]
fn large_entries_catch_up_as_fast_as_the_link_carries_them_and_do_not_drown_in_its_buffer() {
    let mut config = design(2, Acknowledge::Async, 0.5);
    config.requests.iter_mut().for_each(|request| request.steps = vec![Step::put(0, 1_000_000)]);
    config.links.iter_mut().flatten().for_each(|link| link.bandwidth = Some(12_500_000));
    let cut = Partition { left: vec![0], right: vec![1], direction: Direction::Both, plane: Plane::Data };
    fault(&mut config, 5, Some(30), FaultKind::Partition(cut));
    let run = run(config);
    let query = Query { from: Time::from_secs(45), ..Query::whole("lag.max") };
    let lag = run.measure(&query).unwrap_or(f64::NAN);
    assert!(lag < 1.0, "{lag}");
}
