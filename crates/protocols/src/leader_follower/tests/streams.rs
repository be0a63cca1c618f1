//! What is sent when something was lost, was overtaken or is behind a cut.

use super::*;
use std::cell::Cell;

#[test]
fn nothing_is_sent_again_across_a_cut_and_everything_after_it() {
    let mut cluster = Cluster::new(Config::default(), 2);
    cluster.deliver(nothing);
    cluster.write(0, 300);
    let all = |_: u16, _: u16, _: &Message| true;
    cluster.deliver(all);
    let repeated: usize =
        (0..60).map(|_| cluster.heartbeat(0, all).iter().filter(|message| carries_data(message)).count()).sum();
    assert_eq!(repeated, 0, "a heartbeat is probe enough");
    // The first heartbeat that is answered tells the leader what to send.
    cluster.heartbeat(0, nothing);
    assert_eq!(cluster.ends()[1], version(1, 300));
}

#[test]
fn what_a_follower_lacks_is_sent_again_ever_more_seldom() {
    let mut cluster = Cluster::new(Config::default(), 2);
    cluster.deliver(nothing);
    cluster.write(0, 10);
    // Heartbeats get through, entries do not.
    let data = |_: u16, _: u16, message: &Message| carries_data(message);
    cluster.deliver(data);
    let repetitions: Vec<usize> = (1..=64).filter(|_| cluster.heartbeat(0, data).iter().any(carries_data)).collect();
    assert_eq!(repetitions, [2, 6, 14, 30, 62]);
    // One that arrives ends it.
    (0..64).for_each(|_| drop(cluster.heartbeat(0, nothing)));
    assert_eq!(cluster.ends()[1], version(1, 10));
}

/// The LSNs of the entries among what was sent.
fn lsns(sent: &[Message]) -> Vec<u64> {
    let lsn = |message: &Message| match message {
        Message::Shipment(Shipment::Append { previous, .. }) => Some(previous.lsn + 1),
        _ => None,
    };
    sent.iter().filter_map(lsn).collect()
}

fn is_entry(message: &Message, numbers: &[u64]) -> bool {
    lsns(std::slice::from_ref(message)).iter().any(|lsn| numbers.contains(lsn))
}

#[test]
fn only_what_is_missing_is_sent_again_and_once() {
    let mut cluster = Cluster::new(Config::default(), 2);
    cluster.deliver(nothing);
    cluster.write(0, 12);
    let first_time = Cell::new(2);
    let sent = cluster.deliver(|_, _, message| {
        let lost = first_time.get() > 0 && is_entry(message, &[4, 7]);
        first_time.set(first_time.get() - u32::from(lost));
        lost
    });
    assert_eq!(lsns(&sent), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 4, 7]);
    assert_eq!(cluster.ends()[1], version(1, 12));
}

#[test]
fn what_was_overtaken_by_two_is_not_taken_for_lost() {
    let mut cluster = Cluster::new(Config::default(), 2);
    cluster.deliver(nothing);
    cluster.write(0, 3);
    cluster.wire.rotate_left(1);
    assert_eq!(lsns(&cluster.deliver(nothing)), [2, 3, 1]);
    assert_eq!(cluster.ends()[1], version(1, 3));
}

#[test]
fn the_end_of_a_burst_is_not_lost_for_good_though_nothing_comes_after_it() {
    let mut cluster = Cluster::new(Config::default(), 2);
    cluster.deliver(nothing);
    cluster.write(0, 10);
    cluster.deliver(|_, _, message| is_entry(message, &[9, 10]));
    assert_eq!(cluster.ends()[1], version(1, 8));
    let again: Vec<u64> = (0..Stream::PATIENCE).flat_map(|_| lsns(&cluster.heartbeat(0, nothing))).collect();
    assert_eq!((again, cluster.ends()[1]), (vec![9, 10], version(1, 10)));
}

#[test]
fn what_came_early_from_a_leader_is_not_appended_under_the_next() {
    let mut cluster = Cluster::new(Config::default(), 3);
    cluster.deliver(nothing);
    // Nobody but its leader has the fifth; the third region keeps what came after it.
    cluster.write(0, 9);
    cluster
        .deliver(|_, to, message| is_entry(message, &[5]) || to == 0 || (to == 1 && is_entry(message, &[6, 7, 8, 9])));
    cluster.lead(1, 2, 3);
    let without_0 = |from: u16, to: u16, _: &Message| from == 0 || to == 0;
    cluster.deliver(without_0);
    cluster.write(1, 1);
    cluster.deliver(without_0);
    assert_eq!(cluster.ends()[1..], [version(2, 5), version(2, 5)]);
    assert_eq!(cluster.contents(1), cluster.contents(2));
}

#[test]
fn who_forgets_in_a_crash_what_came_early_is_sent_it_again() {
    let mut cluster = Cluster::new(Config::default(), 2);
    cluster.deliver(nothing);
    cluster.write(0, 9);
    cluster.deliver(|_, to, message| is_entry(message, &[5]) || to == 0);
    let durable = cluster.replicas[1].clone().into_durable();
    let env = Env {
        node: NodeId(1),
        peers: &cluster.peers,
        clock: cluster.clock,
        steady: cluster.clock,
        ticks: cluster.clock,
    };
    cluster.replicas[1] = LeaderFollower::start(&cluster.config, &env, durable, &mut Effects::default());
    cluster.command(1, Command::Follow(NodeId(0), Epoch(1)));
    (0..=Stream::PATIENCE).for_each(|_| drop(cluster.heartbeat(0, nothing)));
    assert_eq!(cluster.ends()[1], version(1, 9));
}

/// How often the leader has noted that its only follower caught up.
fn levels(cluster: &Cluster) -> usize {
    cluster.facts.iter().filter(|(_, fact)| matches!(fact, Fact::CaughtUp { .. })).count()
}

#[test]
fn who_comes_back_to_a_busy_leader_has_caught_up_once_it_holds_what_there_was_then() {
    let mut cluster = Cluster::new(Config::default(), 2);
    cluster.deliver(nothing);
    assert_eq!(levels(&cluster), 1, "a follower that begins holds everything at once");
    let away = |_: u16, to: u16, _: &Message| to == 1;
    for _ in 0..10 {
        cluster.write(0, 100);
        cluster.heartbeat(0, away);
    }
    // From now on there is always something under way: sixty entries are sent just before each answer comes.
    let busy = |cluster: &mut Cluster| {
        cluster.call(0, |replica, env, effects| replica.on_timer(env, Timer::Heartbeat, effects));
        cluster.write(0, 60);
        while let Some((from, to, message)) = cluster.wire.pop_front() {
            let entry = lsns(std::slice::from_ref(&message)).first().copied();
            if entry.is_some_and(|lsn| lsn + 60 > cluster.ends()[0].lsn) {
                cluster.wire.push_front((from, to, message));
                break;
            }
            cluster.call(to.0, |replica, env, effects| replica.on_message(env, from, message, effects));
        }
    };
    let mut noted = Vec::new();
    for _ in 0..12 {
        let had = cluster.ends()[0].lsn;
        busy(&mut cluster);
        noted.push((levels(&cluster), cluster.ends()[1].lsn >= had));
    }
    let level = noted.iter().position(|(levels, _)| *levels == 2).expect("it catches up");
    assert!(noted[level].1, "not before it is so: {noted:?}");
    assert!(noted.iter().all(|(levels, _)| *levels <= 2), "and once: {noted:?}");
}

#[test]
fn an_orphaned_log_that_ends_before_what_is_kept_is_not_taken_for_the_leaders_though_the_copy_is_lost() {
    let mut cluster = Cluster::new(Config { retain: 50, ..Config::default() }, 3);
    cluster.deliver(nothing);
    cluster.write(0, 7);
    cluster.deliver(|_, _, _| true);
    let without_0 = |from: u16, to: u16, _: &Message| from == 0 || to == 0;
    cluster.lead(1, 2, 3);
    cluster.deliver(without_0);
    for _ in 0..4 {
        cluster.write(1, 100);
        cluster.deliver(without_0);
    }
    cluster.command(0, Command::Follow(NodeId(1), Epoch(2)));
    let copies = |_: u16, _: u16, message: &Message| matches!(message, Message::Shipment(Shipment::Base { .. }));
    cluster.deliver(copies);
    let held: Vec<u64> = (0..4)
        .flat_map(|_| cluster.heartbeat(1, copies))
        .filter_map(|message| match message {
            Message::Shipment(Shipment::Hello { held, .. }) => Some(held),
            _ => None,
        })
        .filter(|held| *held > 0 && *held < 400)
        .collect();
    assert_eq!(held, [], "nothing is known of its log");
    (0..4).for_each(|_| drop(cluster.heartbeat(1, nothing)));
    assert_eq!(cluster.ends()[0], cluster.ends()[1]);
}
