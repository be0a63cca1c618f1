//! What is committed, and when reads are answered.

use super::*;

#[test]
fn a_write_is_acknowledged_when_a_majority_holds_it_and_shown_nowhere_before() {
    let mut cluster = Cluster::new(Config::default(), 5);
    let write = cluster.write(0, 1);
    let acks_of = |many: u16| move |from: u16, to: u16, _: &Message| to == 0 && from > many;
    cluster.deliver(acks_of(1));
    assert_eq!(cluster.reply(write), None, "two of five have said that they hold it");
    assert!((0..5).all(|region| cluster.contents(region)[1].write.is_none()));
    cluster.heartbeat(0, acks_of(2));
    assert!(cluster.is_written(write));
    let shown = |cluster: &Cluster, region: usize| cluster.contents(region as u16)[1].write == Some(WriteId(write.0));
    assert!(shown(&cluster, 0) && !shown(&cluster, 1), "followers hear of it with the next sign of life");
    (0..2).for_each(|_| drop(cluster.heartbeat(0, nothing)));
    assert!((0..5).all(|region| shown(&cluster, region)));
}

#[test]
fn an_entry_of_an_earlier_term_is_not_committed_by_counting_replicas() {
    let mut cluster = Cluster::new(Config { pre_vote: false, check_quorum: false, ..Config::default() }, 5);
    // Only the second holds the first leader's write; it is elected, and its own first entry goes nowhere.
    let write = cluster.write(0, 1);
    cluster.deliver(|from, to, message| without(&[0, 1])(from, to, message) || to == 0);
    cluster.stand(1);
    cluster.deliver(|_, to, message| to == 0 || matches!(message, Message::Shipment { .. }));
    assert_eq!(cluster.role(1), (Role::Leader, 2));
    // A majority gets the write, but not the entry with which the leader begins.
    let first = |message: &Message| match message {
        Message::Shipment { shipment: Shipment::Append { previous, .. }, .. } => previous.lsn >= 2,
        _ => false,
    };
    (0..4).for_each(|_| drop(cluster.heartbeat(1, |_, to, message| to == 0 || first(message))));
    let holders = cluster.ends().iter().filter(|end| end.lsn >= 2).count();
    assert!(holders >= 4, "{:?}", cluster.ends());
    assert!((0..5).all(|region| cluster.contents(region)[1].write.is_none()), "somebody else could still be elected");
    (0..8).for_each(|_| drop(cluster.heartbeat(1, |_, to, _| to == 0)));
    assert_eq!(cluster.contents(1)[1].write, Some(WriteId(write.0)));
}

#[test]
fn what_an_old_leader_alone_had_is_taken_back_and_logs_agree_again() {
    let mut cluster = Cluster::new(Config::default(), 3);
    let kept = cluster.write(0, 1);
    cluster.deliver(nothing);
    for key in 2..20 {
        cluster.write(0, key);
    }
    cluster.deliver(without(&[0]));
    cluster.fire(2, Timer::Silence, cluster.config.election_timeout);
    cluster.stand(1);
    cluster.deliver(without(&[0]));
    assert_eq!(cluster.role(1), (Role::Leader, 2));
    let write = cluster.write(1, 5);
    cluster.deliver(without(&[0]));
    assert!(cluster.is_written(write));
    (0..3).for_each(|_| drop(cluster.heartbeat(1, nothing)));
    let ends = cluster.ends();
    assert!(ends.iter().all(|end| *end == ends[1]), "{ends:?}");
    assert!((0..3).all(|region| cluster.contents(region) == cluster.contents(1)));
    assert_eq!(cluster.contents(0)[1].write, Some(WriteId(kept.0)));
    let taken_back = |(region, fact): &&(u16, Fact)| *region == 0 && matches!(fact, Fact::Truncated { .. });
    assert_eq!(cluster.facts.iter().filter(taken_back).count(), 18);
}

#[test]
fn a_read_is_answered_once_a_majority_has_heard_the_leader_since_it_came() {
    let mut cluster = Cluster::new(Config::default(), 3);
    let write = cluster.write(0, 1);
    cluster.deliver(nothing);
    cluster.clock += Span::from_millis(1);
    let read = cluster.request(0, 1, Operation::ReadLeader);
    assert_eq!(cluster.reply(read), None);
    cluster.deliver(without(&[0]));
    assert_eq!(cluster.reply(read), None, "it may have been replaced");
    cluster.heartbeat(0, without(&[2]));
    assert_eq!(cluster.found(read), Some(write.0));
}

#[test]
fn reads_that_come_while_others_are_confirmed_share_the_next_round() {
    let mut cluster = Cluster::new(Config::default(), 3);
    let greetings = |cluster: &mut Cluster| {
        cluster.clock += Span::from_millis(1);
        cluster.request(0, 1, Operation::ReadLeader);
        cluster.wire.len()
    };
    assert_eq!([greetings(&mut cluster), greetings(&mut cluster), greetings(&mut cluster)], [2, 2, 2]);
    cluster.deliver(nothing);
    assert_eq!(cluster.replies.len(), 3);
}

#[test]
fn a_new_leader_answers_no_read_before_it_has_committed_something_itself() {
    let mut cluster = Cluster::new(Config { pre_vote: false, check_quorum: false, ..Config::default() }, 3);
    let write = cluster.write(0, 1);
    // The second holds the write, and nobody has told it that it is committed.
    cluster.deliver(|_, to, _| to == 2);
    cluster.stand(1);
    cluster
        .deliver(|from, to, message| without(&[0])(from, to, message) || matches!(message, Message::Shipment { .. }));
    assert_eq!(cluster.role(1), (Role::Leader, 2));
    let read = cluster.request(1, 1, Operation::ReadLeader);
    let appends = |message: &Message| matches!(message, Message::Shipment { shipment: Shipment::Append { .. }, .. });
    cluster.deliver(|from, to, message| without(&[0])(from, to, message) || appends(message));
    assert_eq!(cluster.reply(read), None, "a majority hears it, but it does not know what is committed");
    (0..8).for_each(|_| drop(cluster.heartbeat(1, without(&[0]))));
    assert_eq!(cluster.found(read), Some(write.0));
}

#[test]
fn a_leader_with_a_lease_answers_at_once_and_a_slow_clock_has_it_answer_for_too_long() {
    let mut cluster = Cluster::new(Config { reads: Reads::Lease, ..Config::default() }, 3);
    let write = cluster.write(0, 1);
    cluster.deliver(nothing);
    let reads = |cluster: &mut Cluster| {
        let read = cluster.request(0, 1, Operation::ReadLeader);
        cluster.found(read)
    };
    assert_eq!(reads(&mut cluster), Some(write.0));
    assert_eq!(cluster.timers[&(0, Timer::Lease)], Span::from_millis(900));
    // Cut off, it goes on as long as its timer runs, whatever others' clocks read by then.
    cluster.clock += Span::from_secs(5);
    assert_eq!(reads(&mut cluster), Some(write.0));
    cluster.fire(0, Timer::Lease, Span::ZERO);
    assert_eq!(reads(&mut cluster), None, "from now on a majority is asked");
    cluster.deliver(nothing);
    assert_eq!(reads(&mut cluster), Some(write.0), "whose answer is a lease again");
}

#[test]
fn a_leader_that_hands_over_counts_on_no_lease() {
    let mut cluster = Cluster::new(Config { reads: Reads::Lease, ..Config::default() }, 3);
    cluster.command(0, Command::HandOver { to: NodeId(1), epoch: Epoch(0) });
    cluster.clock += Span::from_millis(1);
    let read = cluster.request(0, 1, Operation::ReadLeader);
    assert_eq!(cluster.reply(read), None, "who is elected at its wish is elected while others hear it");
    // The summons does not arrive for now, and it goes on.
    cluster.deliver(|_, _, message| matches!(message, Message::TakeOver { .. }));
    assert_eq!(cluster.found(read), Some(0));
    cluster.fire(0, Timer::Transfer, cluster.config.election_timeout);
    cluster.heartbeat(0, nothing);
    cluster.clock += Span::from_millis(1);
    let late = cluster.request(0, 1, Operation::ReadLeader);
    assert_eq!(cluster.reply(late), None, "the summons may arrive yet");
    cluster.deliver(nothing);
    assert_eq!(cluster.found(late), Some(0));
}

#[test]
fn whoever_is_behind_a_trimmed_log_is_sent_what_is_committed_and_the_rest_entry_by_entry() {
    let mut cluster = Cluster::new(Config { retain: 20, ..Config::default() }, 3);
    for key in 0..90 {
        cluster.write(0, key);
        cluster.deliver(without(&[2]));
    }
    cluster.heartbeat(0, without(&[2]));
    let uncommitted = cluster.write(0, 95);
    cluster.deliver(|_, to, _| to != 9);
    let copies: Vec<Version> = (0..6)
        .flat_map(|_| cluster.heartbeat(0, |from, to, _| from == 1 || to == 1))
        .filter_map(|message| match message {
            Message::Shipment { shipment: Shipment::Base { copy, .. }, .. } => Some(copy.version),
            _ => None,
        })
        .collect();
    assert_eq!(copies, [version(1, 91)], "and not the one that only its leader holds");
    assert!(cluster.is_written(uncommitted));
    cluster.heartbeat(0, nothing);
    assert!((0..3).all(|region| cluster.contents(region) == cluster.contents(0)));
}

#[test]
fn a_follower_names_its_leader_and_one_that_knows_none_refuses() {
    let mut cluster = Cluster::new(Config::default(), 3);
    let sent_on = cluster.write(1, 1);
    assert_eq!(cluster.reply(sent_on), Some(Response::NotLeader(NodeId(0))));
    cluster.restart(1, false);
    let refused = cluster.write(1, 1);
    assert_eq!(cluster.reply(refused), Some(Response::Refused(Refusal::NoLeader)));
}

#[test]
fn an_old_leader_shows_nothing_that_it_alone_has_though_the_copy_that_replaces_it_is_lost() {
    let mut cluster = Cluster::new(Config { retain: 1, ..Config::default() }, 3);
    for key in 50..60 {
        cluster.write(0, key);
    }
    cluster.deliver(without(&[0]));
    cluster.stand(1);
    cluster.deliver(without(&[0]));
    assert_eq!(cluster.role(1), (Role::Leader, 2));
    for key in 0..30 {
        cluster.write(1, key);
        cluster.deliver(without(&[0]));
    }
    let copies = |_: u16, _: u16, message: &Message| {
        matches!(message, Message::Shipment { shipment: Shipment::Base { .. }, .. })
    };
    (0..6).for_each(|_| drop(cluster.heartbeat(1, copies)));
    assert!(cluster.contents(0)[50..60].iter().all(|stored| stored.write.is_none()), "the new leader has none of it");
    (0..8).for_each(|_| drop(cluster.heartbeat(1, nothing)));
    assert!((0..3).all(|region| cluster.contents(region) == cluster.contents(1)));
}

#[test]
fn a_lease_is_counted_from_when_what_is_answered_was_sent() {
    let mut cluster = Cluster::new(Config { reads: Reads::Lease, ..Config::default() }, 3);
    assert!(!cluster.timers.contains_key(&(0, Timer::Lease)), "what began the run lies too long back");
    cluster.fire(0, Timer::Heartbeat, Span::ZERO);
    cluster.clock += Span::from_millis(300);
    cluster.deliver(nothing);
    assert_eq!(cluster.timers[&(0, Timer::Lease)], cluster.config.lease() - Span::from_millis(300));
}
