//! Raft across sites: what a commit and a read cost, how long an election takes, and what becomes of a minority.

use crate::design::*;
use engine::{Distribution, Span, Time};
use protocol::{Despite, Fact, Leadership, Promise, Property};
use protocols::leader_follower::Acknowledge;
use protocols::raft::{Config as Protocol, Raft, Reads};
use protocols::shipping::{Durability, Storage};
use sim::config::{Arrival, Failover, ReadFrom, Step};
use sim::faults::{ClockSkew, FaultKind, Isolation, RegionLoss};
use sim::metrics::Query;
use sim::trace::OperationKind::{self, Read, Write};
use sim::trace::{What, data};
use sim::{Action, Lane, LoggedAction, Run};

type Consensus = Run<Raft>;

/// So many regions that elect who leads; the first does at the start. Reads are the leader's.
fn elected(regions: usize) -> (TestConfig, Protocol) {
    let mut config = design(regions, Acknowledge::Async, 10.0);
    config.datasets[0].leadership = Leadership::Elected;
    config.requests[0].steps = vec![Step::read(0, ReadFrom::Leader)];
    (config, Protocol { keys: 50, ..Protocol::default() })
}

fn run_of((config, protocol): (TestConfig, Protocol), actions: Vec<LoggedAction>) -> Consensus {
    let mut run = Consensus::new(config.config, vec![protocol], actions);
    run.finish();
    run
}

fn whole(run: &Consensus, metric: &str) -> f64 {
    run.measure(&Query::whole(metric)).unwrap_or(f64::NAN)
}

/// One way between the first region and each of the others, milliseconds.
fn distances(config: &mut TestConfig, millis: &[u64]) {
    for (to, millis) in (1..).zip(millis) {
        config.links[0][to] = link(Span::from_millis(*millis));
        config.links[to][0] = link(Span::from_millis(*millis));
    }
}

/// The shortest and the longest latency must both be the sum, to the microsecond.
fn check(design: (TestConfig, Protocol), population: u16, kind: OperationKind, expected: Span) {
    let (mut config, protocol) = design;
    // Seldom enough that none waits for another.
    config.populations.iter_mut().for_each(|users| users.arrival = Arrival::Constant(vec![(Time::from_secs(2), 2.0)]));
    let run = run_of((config, protocol), Vec::new());
    for metric in ["latency.min", "latency.max"] {
        let query = Query { population: Some(population), kind: Some(kind), ..Query::whole(metric) };
        let measured = run.measure(&query).unwrap_or(f64::NAN) * 1e6;
        let expected = expected.as_secs_f64() * 1e6;
        assert!((measured - expected).abs() < 1.0, "{metric}: {measured} µs, expected {expected}");
    }
}

#[test]
fn a_commit_at_the_leader_costs_the_round_trip_to_the_nearest_of_two_followers() {
    let (mut config, protocol) = elected(3);
    distances(&mut config, &[10, 90]);
    check((config, protocol), 0, Write, ACCESS * 2 + SERVICE + Span::from_millis(20));
}

#[test]
fn a_commit_at_the_leader_costs_the_round_trip_to_the_second_nearest_of_four_followers() {
    let (mut config, protocol) = elected(5);
    distances(&mut config, &[90, 10, 70, 33]);
    check((config, protocol), 0, Write, ACCESS * 2 + SERVICE + Span::from_millis(66));
}

#[test]
fn a_commit_from_elsewhere_costs_the_round_trip_to_the_leader_besides() {
    let (mut config, protocol) = elected(3);
    distances(&mut config, &[10, 90]);
    let to_leader = SERVICE + Span::from_millis(180);
    check((config, protocol), 2, Write, ACCESS * 2 + SERVICE + Span::from_millis(20) + to_leader);
}

#[test]
fn a_commit_waits_for_the_disk_of_the_nearest_follower_and_the_leaders_own_is_done_meanwhile() {
    for (durability, waits) in [(Durability::Synced, 10), (Durability::Buffered, 0)] {
        let (mut config, protocol) = elected(3);
        distances(&mut config, &[10, 90]);
        let storage = Storage { sync: Some(Distribution::Constant(10e6)), delay: Span::ZERO, durability };
        let expected = ACCESS * 2 + SERVICE + Span::from_millis(20 + waits);
        // Only the leader's own users, so that no two writes meet.
        config.populations.truncate(1);
        check((config, Protocol { storage, ..protocol }), 0, Write, expected);
    }
}

#[test]
fn a_power_cut_everywhere_takes_nothing_that_was_committed_unless_it_was_committed_in_memory() {
    for (durability, forgets) in [(Durability::Synced, false), (Durability::Buffered, true)] {
        let (mut config, protocol) = elected(3);
        config.populations.iter_mut().for_each(|users| users.mix = vec![(1, 1)]);
        let all = RegionLoss { sites: vec![0, 1, 2], disks: false };
        fault(&mut config, 20, Some(10), FaultKind::RegionLoss(all));
        let storage = Storage { sync: Some(Distribution::Constant(10e6)), delay: Span::from_millis(300), durability };
        let run = run_of((config, Protocol { storage, ..protocol }), Vec::new());
        assert_eq!(whole(&run, "lost-writes") > 0.0, forgets, "{durability:?}");
        assert!(run.lost_writes().iter().all(|write| write.state == sim::WriteState::Gone));
        assert_eq!(elections(&run).len(), 1, "another term begins");
    }
}

#[test]
fn a_read_of_the_leader_costs_the_round_trip_of_a_commit_and_with_a_lease_none() {
    for (reads, confirmed) in [(Reads::ReadIndex, Span::from_millis(20)), (Reads::Lease, Span::ZERO)] {
        let (mut config, protocol) = elected(3);
        distances(&mut config, &[10, 90]);
        // Only the leader's own users, so that no two reads meet.
        config.populations.truncate(1);
        check((config, Protocol { reads, ..protocol }), 0, Read, ACCESS * 2 + SERVICE + confirmed);
    }
}

/// When who was elected after the start.
fn elections(run: &Consensus) -> Vec<(Time, u16, u32)> {
    let elected = |event: &sim::trace::TraceEvent| match event.what {
        What::Data(data::Fact::Replica { region, fact: Fact::Leads(term), .. }) if event.at > Time::ZERO => {
            Some((event.at, region, term.0))
        }
        _ => None,
    };
    run.notable_events().iter().filter_map(elected).collect()
}

fn lost_at(second: u64, lasts: Option<u64>) -> (TestConfig, Protocol) {
    let (mut config, protocol) = elected(3);
    lose_leader(&mut config, second, lasts);
    (config, protocol)
}

#[test]
fn another_leader_is_elected_within_the_election_timeouts_and_two_round_trips_whatever_the_seed() {
    let mut at_once = 0;
    for seed in 0..20 {
        let (mut config, protocol) = lost_at(20, None);
        config.seed = seed;
        config.until = Time::from_secs(30);
        config.populations.clear();
        let run = run_of((config, protocol.clone()), Vec::new());
        let (at, region, term) = elections(&run)[0];
        let took = at - Time::from_secs(20);
        // The last sign of life may have been sent a heartbeat before. A poll takes a round trip, and so does a vote; where the two who
        // are left poll so close together that neither hears the other in time, they try again.
        let least = protocol.election_timeout - protocol.heartbeat + ONE_WAY * 4;
        let most = protocol.election_timeout * 2 + ONE_WAY * 5;
        assert!(region != 0 && took >= least, "seed {seed}: {took}");
        // Each term but the last went by with votes split: who stood waits for two timeouts at most, polls and asks again.
        let split = u64::from(term - 2);
        let again = protocol.election_timeout * 2 + ONE_WAY * 4;
        assert!(took <= most + again * split, "seed {seed}, term {term}: {took}");
        at_once += u32::from(split == 0);
        let longest = whole(&run, "without-leader");
        assert!((longest - took.as_secs_f64()).abs() < 1e-6, "{longest}");
        assert_eq!(whole(&run, "elections"), 1.0);
    }
    assert!(at_once >= 15, "of twenty: {at_once}");
}

#[test]
fn nobody_needs_the_control_plane_to_be_led_again() {
    let (mut config, protocol) = lost_at(20, Some(20));
    config.control.failover = Failover::Automatic;
    config.control.home = 0;
    let run = run_of((config, protocol), Vec::new());
    assert_eq!((whole(&run, "elections"), whole(&run, "failovers"), whole(&run, "lost-writes")), (1.0, 0.0, 0.0));
    let served = Query { from: Time::from_secs(24), population: Some(1), ..Query::whole("availability") };
    assert_eq!(run.measure(&served), Some(1.0));
    let marks = run.marks();
    let titled = |title: &str| marks.iter().find(|mark| mark.title.contains(title));
    assert!(titled("elected leader of orders, term ").is_some_and(|mark| mark.lane == Lane::Decision), "{marks:?}");
    assert!(titled("no leader of orders").is_some_and(|mark| mark.at == Time::from_secs(20) && mark.until.is_some()));
}

/// The leader's region is cut off from all other regions, and its users are not.
fn isolated(second: u64, lasts: u64) -> (TestConfig, Protocol) {
    let (mut config, protocol) = elected(3);
    fault(&mut config, second, Some(lasts), FaultKind::Isolation(Isolation { sites: vec![0], users: false }));
    (config, protocol)
}

#[test]
fn a_minority_acknowledges_nothing_and_the_majority_elects_another_leader() {
    let (mut config, protocol) = isolated(20, 20);
    // The users of the region that is cut off stay with it.
    config.routing.health_checked = false;
    config.datasets[0].promises = vec![Promise::to_all(Property::NothingLost, Despite::Minority)];
    let run = run_of((config, protocol), Vec::new());
    let served = |population| {
        // What was sent to the old leader before is waited for.
        let (from, until) = (Time::from_secs(25), Time::from_secs(39));
        run.measure(&Query { from, until, population: Some(population), ..Query::whole("availability") })
    };
    assert_eq!((served(0), served(1), served(2)), (Some(0.0), Some(1.0), Some(1.0)));
    assert_eq!((whole(&run, "lost-writes"), whole(&run, "split-brain-writes")), (0.0, 0.0));
    assert!(whole(&run, "no-leader") > 0.0, "who knows of no leader says so");
    let contents = run.contents(0);
    assert!(contents.iter().all(|(_, held)| *held == contents[0].1));
    assert_eq!(whole(&run, "not-linearizable"), 0.0);
}

#[test]
fn reads_by_lease_are_never_old_unless_the_leaders_clock_is_slow() {
    for (drift_ppm, old) in [(0, false), (-900_000, true)] {
        let (mut config, protocol) = isolated(20, 20);
        config.routing.health_checked = false;
        config.datasets[0].keys = 1;
        if drift_ppm != 0 {
            fault(&mut config, 10, Some(40), FaultKind::ClockSkew(ClockSkew { sites: vec![0], offset: 0, drift_ppm }));
        }
        let run = run_of((config, Protocol { keys: 1, reads: Reads::Lease, ..protocol }), Vec::new());
        assert_eq!(whole(&run, "not-linearizable") > 0.0, old, "drift {drift_ppm}");
    }
}

#[test]
fn a_region_without_a_replica_learns_from_answers_who_leads() {
    let (mut config, protocol) = elected(4);
    config.datasets[0].placement = vec![0, 1, 2];
    lose_leader(&mut config, 20, None);
    let run = run_of((config, protocol), Vec::new());
    let learned = |event: &sim::trace::TraceEvent| match event.what {
        What::Data(data::Fact::RouteLearned { region: 3, leader, .. }) => Some(leader.0),
        _ => None,
    };
    let learned: Vec<u16> = run.trace(Time::ZERO, Time::MAX).iter().filter_map(learned).collect();
    let (_, leader, _) = elections(&run)[0];
    assert_eq!(learned.last(), Some(&leader), "{learned:?}");
    let served = Query { from: Time::from_secs(40), population: Some(3), ..Query::whole("availability") };
    assert_eq!(run.measure(&served), Some(1.0));
}

#[test]
fn a_region_without_a_replica_finds_the_leader_though_the_two_nearest_are_lost_and_nobody_tells_it() {
    let (mut config, protocol) = elected(6);
    config.datasets[0].placement = vec![0, 1, 2, 3, 4];
    config.routing.health_checked = false;
    // The controller goes, too.
    config.control.home = 1;
    lose_leader(&mut config, 20, None);
    fault(&mut config, 20, None, FaultKind::RegionLoss(RegionLoss { sites: vec![1], disks: false }));
    let run = run_of((config, protocol), Vec::new());
    let served = Query { from: Time::from_secs(40), population: Some(5), ..Query::whole("availability") };
    assert_eq!(run.measure(&served), Some(1.0));
}

#[test]
fn a_run_that_ends_without_a_leader_was_without_one_until_its_end() {
    let (mut config, protocol) = elected(2);
    lose_leader(&mut config, 20, None);
    let run = run_of((config, protocol), Vec::new());
    assert_eq!(whole(&run, "without-leader"), 40.0);
    let later = Query { from: Time::from_secs(30), until: Time::from_secs(35), ..Query::whole("without-leader") };
    assert_eq!(run.measure(&later), Some(5.0));
}

#[test]
fn who_does_not_count_since_its_disk_was_lost_says_so_and_who_counts_again_too() {
    let (mut config, protocol) = elected(3);
    fault(&mut config, 20, Some(5), FaultKind::RegionLoss(RegionLoss { sites: vec![2], disks: true }));
    let run = run_of((config, protocol), Vec::new());
    let titles: Vec<String> = run.marks().iter().map(sim::Mark::words).collect();
    for said in ["does not count in elections of orders", "counts again in elections of orders"] {
        assert_eq!(titles.iter().filter(|title| title.contains(said)).count(), 1, "{titles:?}");
    }
}

#[test]
fn what_reads_return_is_promised_also_where_most_lose_their_power_with_their_disks_intact() {
    for (disks, promised) in [(false, true), (true, false)] {
        let (mut config, protocol) = elected(3);
        config.datasets[0].promises =
            vec![Promise::new(Property::Linearizable, &[ReadFrom::Leader], Despite::MinorityOfDisks)];
        for region in [0, 1] {
            fault(&mut config, 20, Some(5), FaultKind::RegionLoss(RegionLoss { sites: vec![region], disks }));
        }
        let run = run_of((config, protocol), Vec::new());
        let verdicts = run.verdicts();
        let reads = verdicts.iter().find(|verdict| verdict.property == Property::Linearizable).expect("it is judged");
        assert_eq!(!reads.promise.contains("more happened"), promised, "{reads:?}");
    }
}

#[test]
fn a_leader_cut_off_steps_down_after_an_election_timeout_by_its_own_clock() {
    for (drift_ppm, by_its_clock) in [(0, 1.0), (1_000_000, 0.5), (-500_000, 2.0)] {
        let (mut config, protocol) = isolated(20, 20);
        if drift_ppm != 0 {
            fault(&mut config, 10, Some(40), FaultKind::ClockSkew(ClockSkew { sites: vec![0], offset: 0, drift_ppm }));
        }
        let run = run_of((config, protocol.clone()), Vec::new());
        let down = |event: &&sim::trace::TraceEvent| {
            matches!(event.what, What::Data(data::Fact::Replica { region: 0, fact: Fact::SteppedDown(_), .. }))
        };
        let at = run.notable_events().iter().find(down).expect("it steps down").at;
        // The last answer came within a heartbeat, by its clock, and a round trip.
        let took = (at - Time::from_secs(20)).as_secs_f64();
        let (timeout, heartbeat) = (protocol.election_timeout.as_secs_f64(), protocol.heartbeat.as_secs_f64());
        let (least, most) = ((timeout - heartbeat) * by_its_clock, timeout * by_its_clock);
        assert!(took > least - 2.0 * ONE_WAY.as_secs_f64() && took <= most + 1e-6, "drift {drift_ppm}: {took}");
    }
}

#[test]
fn leadership_is_handed_over_by_whoever_leads_without_losing_or_failing_what_was_asked_before() {
    let order = LoggedAction { at: Time::from_secs(20), action: Action::HandOver(2, None) };
    // The controller is not asked: it has no power.
    let (mut config, protocol) = elected(3);
    config.control.home = 1;
    fault(&mut config, 10, None, FaultKind::RegionLoss(RegionLoss { sites: vec![1], disks: false }));
    let run = run_of((config, protocol), vec![order]);
    let (at, region, term) = elections(&run)[0];
    assert_eq!((region, term), (2, 2));
    assert!(at - Time::from_secs(20) <= ONE_WAY * 8, "{at}");
    assert_eq!(
        (whole(&run, "lost-writes"), whole(&run, "leaders")),
        (0.0, 1.0),
        "the old one steps down when it is asked for its vote"
    );
}

#[test]
fn nobody_is_appointed_where_leaders_are_elected() {
    let by_hand = |action| LoggedAction { at: Time::from_secs(20), action };
    let run = run_of(elected(3), vec![by_hand(Action::Promote(1, None)), by_hand(Action::HandOver(0, None))]);
    assert_eq!(elections(&run), []);
    let titles: Vec<String> = run.marks().iter().map(sim::Mark::words).collect();
    for said in ["nobody is appointed to lead it", "it leads already"] {
        assert!(titles.iter().any(|title| title.contains(said)), "{titles:?}");
    }
}
