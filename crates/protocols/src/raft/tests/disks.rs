//! What is said before a disk has it, and what after.

use super::*;
use crate::shipping::{Durability, Storage};
use engine::Distribution;

fn on_disks(durability: Durability) -> Cluster {
    let storage = Storage { sync: Some(Distribution::Constant(1e6)), delay: Span::ZERO, durability };
    let mut cluster = Cluster::new(Config { storage, pre_vote: false, ..Config::default() }, 3);
    // The leader's first entry.
    (0..3).for_each(|region| cluster.sync(region));
    cluster.deliver(nothing);
    cluster.heartbeat(0, nothing);
    cluster
}

impl Cluster {
    /// A disk is done.
    fn sync(&mut self, region: u16) {
        self.fire(region, Timer::Sync, Span::from_millis(1));
    }

    fn sent(&self, from: u16, is: impl Fn(&Message) -> bool) -> usize {
        self.wire.iter().filter(|(sender, _, message)| sender.0 == from && is(message)).count()
    }
}

fn is_vote(message: &Message) -> bool {
    matches!(message, Message::Vote { granted: true, poll: false, .. })
}

fn is_ask(message: &Message) -> bool {
    matches!(message, Message::Ask { .. })
}

#[test]
fn a_leader_sends_what_its_disk_has_yet_to_take_and_counts_itself_afterwards() {
    let mut cluster = on_disks(Durability::Synced);
    let write = cluster.write(0, 1);
    cluster.deliver(nothing);
    assert_eq!(cluster.ends(), [version(1, 2); 3], "it waits for no disk to send it");
    cluster.sync(1);
    cluster.deliver(nothing);
    assert!(!cluster.is_written(write), "one disk of three has it");
    cluster.sync(0);
    assert!(cluster.is_written(write), "its own is the second");
    let next = cluster.write(0, 2);
    cluster.deliver(nothing);
    (1..3).for_each(|follower| cluster.sync(follower));
    cluster.deliver(nothing);
    assert!(!cluster.is_written(next), "one of the two was at work with what came before");
    cluster.sync(2);
    cluster.deliver(nothing);
    assert!(cluster.is_written(next), "two others have it");
}

#[test]
fn what_is_only_in_memory_is_acknowledged_if_a_scenario_says_so_and_forgotten_with_the_power() {
    for (durability, acknowledged) in [(Durability::Synced, false), (Durability::Buffered, true)] {
        let mut cluster = on_disks(durability);
        let write = cluster.write(0, 1);
        cluster.deliver(nothing);
        assert_eq!(cluster.is_written(write), acknowledged);
        (0..3).for_each(|region| cluster.restart(region, false));
        assert_eq!(cluster.ends(), [version(1, 1); 3]);
    }
}

#[test]
fn a_vote_is_asked_for_and_given_once_it_is_on_a_disk() {
    for durability in [Durability::Synced, Durability::Buffered] {
        let mut cluster = on_disks(durability);
        cluster.stand(1);
        assert_eq!(cluster.sent(1, is_ask), 0);
        cluster.sync(1);
        assert_eq!(cluster.sent(1, is_ask), 2);
        cluster.clock += cluster.config.election_timeout;
        cluster.deliver(without(&[0]));
        assert_eq!((cluster.role(1).0, cluster.sent(2, is_vote)), (Role::Candidate, 0));
        cluster.sync(2);
        assert_eq!(cluster.sent(2, is_vote), 1);
        cluster.deliver(without(&[0]));
        assert_eq!(cluster.role(1), (Role::Leader, 2));
    }
}

#[test]
fn a_vote_that_was_not_on_the_disk_was_never_given() {
    let mut cluster = on_disks(Durability::Synced);
    cluster.clock += cluster.config.election_timeout;
    let ask = Message::Ask { term: Epoch(2), last: version(1, 1), ballot: Ballot::Vote };
    cluster.hand(1, 2, ask.clone());
    assert_eq!(cluster.sent(2, is_vote), 0);
    cluster.restart(2, false);
    assert_eq!(cluster.replicas[2].disk.vote, Some(NodeId(0)), "that of the first term");
    cluster.clock += cluster.config.election_timeout;
    cluster.hand(0, 2, ask);
    cluster.sync(2);
    cluster.restart(2, false);
    assert_eq!((cluster.replicas[2].disk.term, cluster.replicas[2].disk.vote), (Epoch(2), Some(NodeId(0))));
}
