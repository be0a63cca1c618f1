//! Replicas that keep no values, and replicas that have lost their disks.

use super::*;

#[test]
fn a_witness_makes_a_majority_and_is_sent_no_values() {
    let mut cluster = Cluster::new(Config { witness: Some(NodeId(2)), ..Config::default() }, 3);
    let write = cluster.write(0, 1);
    let sent = cluster.deliver(without(&[1]));
    assert!(cluster.is_written(write));
    let bytes = |message: &Message| match message {
        Message::Shipment { shipment: Shipment::Append { entry, .. }, .. } => Some(entry.bytes),
        _ => None,
    };
    assert_eq!(sent.iter().filter_map(bytes).collect::<Vec<_>>(), [100, 0]);
    assert_eq!(cluster.role(2).0, Role::Witness);
    assert!(cluster.facts.iter().all(|(region, _)| *region != 2), "it states nothing of what it holds");
    let asked = cluster.request(2, 1, Operation::ReadLocal);
    assert_eq!(cluster.reply(asked), Some(Response::NotLeader(NodeId(0))));
}

#[test]
fn a_witness_elects_others_never_itself_and_nobody_who_lacks_what_it_acknowledged() {
    let config = Config { witness: Some(NodeId(2)), pre_vote: false, check_quorum: false, ..Config::default() };
    let mut cluster = Cluster::new(config, 3);
    cluster.stand(2);
    assert!(cluster.wire.is_empty(), "it does not stand");
    cluster.stand(1);
    cluster.deliver(without(&[0]));
    assert_eq!(cluster.role(1), (Role::Leader, 2));
    (0..3).for_each(|_| drop(cluster.heartbeat(1, nothing)));
    // A write that the leader and the witness alone hold is not to be lost by electing the third.
    let write = cluster.write(1, 1);
    cluster.deliver(without(&[0]));
    assert!(cluster.is_written(write));
    cluster.stand(0);
    cluster.deliver(without(&[1]));
    assert_eq!(cluster.role(0).0, Role::Candidate);
    cluster.heartbeat(1, nothing);
    cluster.stand(1);
    cluster.deliver(nothing);
    (0..3).for_each(|_| drop(cluster.heartbeat(1, nothing)));
    assert!(cluster.ends().iter().all(|end| end.lsn >= 3), "{:?}", cluster.ends());
}

#[test]
fn whoever_has_lost_its_disk_neither_votes_nor_counts_before_the_others_have_readmitted_it() {
    let mut cluster = Cluster::new(Config { pre_vote: false, check_quorum: false, ..Config::default() }, 3);
    // The first two hold a write; the second forgets it.
    let write = cluster.write(0, 1);
    cluster.deliver(without(&[2]));
    assert!(cluster.is_written(write));
    cluster.clock += Span::from_secs(1);
    cluster.restart(1, true);
    cluster.stand(2);
    cluster.deliver(without(&[0]));
    assert_eq!(cluster.role(2).0, Role::Candidate, "with its vote the write would be lost");
    // Until the third holds the entry that readmits it, it does not count for commits either.
    cluster.heartbeat(0, without(&[1]));
    cluster.stand(0);
    cluster.deliver(without(&[1]));
    assert_eq!(cluster.role(0).0, Role::Leader);
    let alone = cluster.write(0, 2);
    (0..6).for_each(|_| drop(cluster.heartbeat(0, without(&[2]))));
    assert_eq!(cluster.ends()[1], cluster.ends()[0], "it is sent all");
    assert_eq!(cluster.reply(alone), None);
    (0..8).for_each(|_| drop(cluster.heartbeat(0, nothing)));
    assert!(cluster.is_written(alone));
    let counted = cluster.write(0, 3);
    cluster.deliver(without(&[2]));
    assert!(cluster.is_written(counted), "and then it counts");
    assert!(cluster.replicas[1].disk.member.counts);
}

#[test]
fn an_acknowledgement_from_before_the_disk_was_lost_counts_no_more() {
    let mut cluster = Cluster::new(Config::default(), 3);
    let write = cluster.write(0, 1);
    let held_up: Vec<Message> = cluster
        .deliver(|from, to, _| from == 2 || to == 2 || to == 0)
        .into_iter()
        .filter(|message| matches!(message, Message::Ack { .. }))
        .collect();
    cluster.clock += Span::from_millis(50);
    cluster.restart(1, true);
    let appends = |message: &Message| matches!(message, Message::Shipment { shipment: Shipment::Append { .. }, .. });
    cluster.heartbeat(0, |from, to, message| from == 2 || to == 2 || appends(message));
    for late in held_up {
        cluster.call(0, |replica, env, effects| replica.on_message(env, NodeId(1), late, effects));
    }
    assert_eq!(cluster.reply(write), None, "nobody but the leader holds it");
}

#[test]
fn a_witness_far_behind_is_sent_where_entries_are_and_no_copy_of_values() {
    let config = Config { witness: Some(NodeId(2)), retain: 5, ..Config::default() };
    let mut cluster = Cluster::new(config, 3);
    for key in 0..30 {
        cluster.write(0, key);
        cluster.deliver(without(&[2]));
    }
    let copies: Vec<usize> = (0..4)
        .flat_map(|_| cluster.heartbeat(0, nothing))
        .filter_map(|message| match message {
            Message::Shipment { shipment: Shipment::Base { copy, .. }, .. } => Some(copy.state.len()),
            _ => None,
        })
        .collect();
    assert_eq!((copies, cluster.ends()[2]), (vec![0], cluster.ends()[0]));
    let write = cluster.write(0, 1);
    cluster.deliver(without(&[1]));
    assert!(cluster.is_written(write), "and acknowledges what comes then");
}

#[test]
fn whoever_has_lost_its_disk_votes_once_its_own_log_holds_what_readmits_it() {
    let mut cluster = Cluster::new(Config::default(), 3);
    cluster.clock += Span::from_secs(1);
    cluster.restart(1, true);
    assert!(cluster.facts.contains(&(1, Fact::Excluded)));
    // It is heard and sent nothing of the log: the other two hold the entry.
    let logs = |_: u16, to: u16, message: &Message| match message {
        Message::Shipment { shipment: Shipment::Hello { .. }, .. } => false,
        Message::Shipment { .. } => to == 1,
        _ => false,
    };
    (0..6).for_each(|_| drop(cluster.heartbeat(0, logs)));
    assert!(!cluster.replicas[1].disk.member.counts);
    (0..8).for_each(|_| drop(cluster.heartbeat(0, nothing)));
    assert!(cluster.replicas[1].disk.member.counts);
    assert_eq!(cluster.facts.iter().filter(|fact| **fact == (1, Fact::Readmitted)).count(), 1);
}
