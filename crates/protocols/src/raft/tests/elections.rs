//! Who is elected, and whom nobody disturbs.

use super::*;

#[test]
fn whoever_hears_of_no_leader_for_its_timeout_is_elected_by_a_majority_under_the_next_term() {
    let mut cluster = Cluster::new(Config::default(), 3);
    assert_eq!(cluster.role(0), (Role::Leader, 1));
    let half = cluster.config.election_timeout / 2;
    cluster.clock += half;
    cluster.heartbeat(0, without(&[1]));
    cluster.fire(1, Timer::Silence, half);
    cluster.fire(1, Timer::Stand, Span::ZERO);
    cluster.deliver(without(&[0]));
    assert_eq!(cluster.role(1), (Role::Candidate, 1), "the third has heard of the leader: it would not vote");
    cluster.fire(1, Timer::Stand, cluster.config.election_timeout);
    cluster.deliver(without(&[0]));
    assert_eq!((cluster.role(1), cluster.role(2)), ((Role::Leader, 2), (Role::Follower, 2)));
    assert!(
        cluster.facts.contains(&(1, Fact::Stands(Epoch(2)))) && cluster.facts.contains(&(1, Fact::Leads(Epoch(2))))
    );
    // The old leader finds out by its own next sign of life.
    cluster.heartbeat(0, nothing);
    assert_eq!(cluster.role(0), (Role::Waiting, 2));
    assert!(cluster.facts.contains(&(0, Fact::SteppedDown(Epoch(1)))));
}

#[test]
fn votes_that_are_split_elect_nobody_and_the_next_to_stand_wins() {
    let mut cluster = Cluster::new(Config { pre_vote: false, check_quorum: false, ..Config::default() }, 5);
    let without_0 = without(&[0]);
    cluster.stand(1);
    cluster.stand(2);
    // Each of the two reaches one of the others first, and nobody reaches the old leader.
    let split = |from: u16, to: u16, _: &Message| {
        without_0(from, to, &Message::Outdated { term: Epoch(0) }) || (from == 1 && to == 4) || (from == 2 && to == 3)
    };
    cluster.deliver(split);
    assert_eq!((cluster.role(1), cluster.role(2)), ((Role::Candidate, 2), (Role::Candidate, 2)));
    cluster.fire(2, Timer::Stand, cluster.config.election_timeout);
    cluster.deliver(without_0);
    assert_eq!((cluster.role(1), cluster.role(2)), ((Role::Follower, 3), (Role::Leader, 3)));
}

#[test]
fn nobody_votes_twice_in_a_term_also_after_a_restart() {
    let mut cluster = Cluster::new(Config { pre_vote: false, check_quorum: false, ..Config::default() }, 3);
    cluster.stand(1);
    // The vote is given and lost on the way.
    cluster.deliver(|from, to, _| from == 0 || to == 0 || to == 1);
    cluster.restart(2, false);
    let ask = Message::Ask { term: Epoch(2), last: version(1, 9), ballot: Ballot::Vote };
    cluster.call(2, |replica, env, effects| replica.on_message(env, NodeId(0), ask, effects));
    let refused = |(_, to, message): &(NodeId, NodeId, Message)| {
        *to == NodeId(0) && matches!(message, Message::Vote { granted: false, .. })
    };
    assert!(cluster.wire.iter().any(refused), "{:?}", cluster.wire);
}

#[test]
fn nobody_is_elected_whose_log_lacks_what_a_majority_holds() {
    let mut cluster = Cluster::new(Config { pre_vote: false, check_quorum: false, ..Config::default() }, 3);
    let write = cluster.write(0, 7);
    cluster.deliver(without(&[2]));
    assert!(cluster.is_written(write));
    cluster.stand(2);
    cluster.deliver(without(&[0]));
    assert_eq!(cluster.role(2), (Role::Candidate, 2), "the second holds a write that it lacks");
    cluster.fire(1, Timer::Stand, Span::ZERO);
    cluster.deliver(without(&[0]));
    assert_eq!(cluster.role(1), (Role::Leader, 3));
    assert_eq!(cluster.contents(1)[7].write, Some(WriteId(write.0)));
}

#[test]
fn with_pre_vote_who_was_cut_off_disturbs_nobody_and_without_it_the_leader_steps_down() {
    for (pre_vote, term) in [(true, 1), (false, 4)] {
        let mut cluster = Cluster::new(Config { pre_vote, ..Config::default() }, 3);
        for _ in 0..3 {
            cluster.stand(2);
            cluster.deliver(without(&[2]));
        }
        // The others have heard their leader all the time.
        cluster.heartbeat(0, nothing);
        let (leader, _) = cluster.role(0);
        assert_eq!((leader == Role::Leader, cluster.role(2).1), (pre_vote, term));
    }
}

#[test]
fn a_leader_that_no_majority_answers_for_an_election_timeout_steps_down_if_it_checks() {
    for (check_quorum, steps_down) in [(true, true), (false, false)] {
        let mut cluster = Cluster::new(Config { check_quorum, ..Config::default() }, 5);
        cluster.clock += Span::from_millis(1);
        let write = cluster.write(0, 1);
        let read = cluster.request(0, 1, Operation::ReadLeader);
        cluster.deliver(without(&[0, 1]));
        assert_eq!(cluster.reply(write), None, "two of five hold it");
        if check_quorum {
            cluster.fire(0, Timer::Quorum, cluster.config.election_timeout);
        }
        assert_eq!(cluster.role(0).0 == Role::Waiting, steps_down);
        if steps_down {
            assert_eq!(cluster.reply(write), Some(Response::Unknown));
            assert_eq!(cluster.reply(read), Some(Response::Refused(Refusal::NoLeader)));
            let later = cluster.write(0, 2);
            assert_eq!(cluster.reply(later), Some(Response::Refused(Refusal::NoLeader)), "a minority refuses");
        }
    }
}

#[test]
fn a_leader_that_is_answered_goes_on() {
    let mut cluster = Cluster::new(Config::default(), 3);
    for _ in 0..9 {
        cluster.heartbeat(0, without(&[2]));
    }
    cluster.fire(0, Timer::Quorum, cluster.config.heartbeat);
    assert_eq!(cluster.role(0), (Role::Leader, 1));
    assert_eq!(cluster.timers[&(0, Timer::Quorum)], cluster.config.election_timeout - cluster.config.heartbeat);
}

#[test]
fn a_transfer_leads_to_an_election_that_the_wished_for_wins_without_waiting() {
    let mut cluster = Cluster::new(Config::default(), 3);
    let early = cluster.write(0, 1);
    // Asked of the one that is to lead, which tells its leader.
    cluster.command(2, Command::HandOver { to: NodeId(2), epoch: Epoch(0) });
    cluster.deliver(|_, _, message| matches!(message, Message::TakeOver { .. }));
    assert!(cluster.is_written(early));
    let during = cluster.write(0, 2);
    assert_eq!(cluster.reply(during), Some(Response::Refused(Refusal::HandingOver)));
    // It does not come about: the leader goes on.
    cluster.fire(0, Timer::Transfer, cluster.config.election_timeout);
    let after = cluster.write(0, 3);
    cluster.deliver(nothing);
    assert!(cluster.is_written(after));
    cluster.command(2, Command::HandOver { to: NodeId(2), epoch: Epoch(0) });
    cluster.deliver(nothing);
    assert_eq!(
        (cluster.role(0), cluster.role(2)),
        ((Role::Follower, 2), (Role::Leader, 2)),
        "though all hear their leader"
    );
    let write = cluster.write(2, 4);
    cluster.deliver(nothing);
    assert!(cluster.is_written(write));
}

#[test]
fn a_successor_that_lags_is_waited_for() {
    let mut cluster = Cluster::new(Config::default(), 3);
    let missed = cluster.write(0, 1);
    cluster.deliver(without(&[2]));
    assert!(cluster.is_written(missed));
    cluster.command(0, Command::HandOver { to: NodeId(2), epoch: Epoch(0) });
    assert!(cluster.wire.is_empty(), "it is not told before it holds everything");
    while cluster.role(2).0 != Role::Leader {
        cluster.heartbeat(0, nothing);
    }
    assert_eq!(cluster.contents(2)[1].write, Some(WriteId(missed.0)));
}

#[test]
fn nobody_votes_against_a_leader_that_it_heard_within_an_election_timeout_whatever_it_hears_of_later_terms() {
    let timeout = Config::default().election_timeout;
    for (check_quorum, early) in [(true, false), (false, true)] {
        let mut cluster = Cluster::new(Config { check_quorum, ..Config::default() }, 3);
        assert_eq!(cluster.votes(1, 2, 2, Ballot::Vote), early, "it hears the leader");
        // A later term, and a vote at the leader's own wish: the leader's lease goes on.
        cluster.hand(1, 2, Message::Outdated { term: Epoch(5) });
        assert_eq!(cluster.votes(1, 2, 6, Ballot::Vote), early);
        assert!(!cluster.votes(1, 2, 7, Ballot::Poll));
        assert!(cluster.votes(1, 2, 8, Ballot::Succession), "who is told to stand by the leader is voted for");
        assert_eq!(cluster.votes(0, 2, 9, Ballot::Vote), early);
        cluster.clock += timeout;
        assert!(cluster.votes(0, 2, 10, Ballot::Vote), "the leader has been silent");
    }
}

#[test]
fn whoever_comes_back_votes_for_nobody_for_an_election_timeout_since_it_may_have_heard_a_leader() {
    let mut cluster = Cluster::new(Config::default(), 3);
    cluster.clock += Span::from_secs(9);
    cluster.restart(2, false);
    assert!(!cluster.votes(1, 2, 2, Ballot::Poll) && !cluster.votes(1, 2, 2, Ballot::Vote));
    cluster.clock += cluster.config.election_timeout;
    assert!(cluster.votes(1, 2, 2, Ballot::Poll) && cluster.votes(1, 2, 2, Ballot::Vote));
}

#[test]
fn whoever_cannot_stand_names_no_leader_that_it_does_not_hear() {
    let mut cluster = Cluster::new(Config { witness: Some(NodeId(2)), ..Config::default() }, 4);
    cluster.clock += Span::from_secs(1);
    cluster.restart(1, true);
    cluster.heartbeat(0, nothing);
    let follows = |cluster: &Cluster| [1, 2].map(|region| cluster.replicas[region].summary().follows);
    assert_eq!(follows(&cluster), [Some(NodeId(0)); 2]);
    cluster.stand(1);
    cluster.stand(2);
    assert_eq!(follows(&cluster), [None; 2]);
    let asked = cluster.write(2, 1);
    assert_eq!(cluster.reply(asked), Some(Response::Refused(Refusal::NoLeader)));
}

/// Whether somebody is told to take over.
fn is_passed(cluster: &Cluster) -> bool {
    cluster.wire.iter().any(|(_, _, message)| matches!(message, Message::TakeOver { .. }))
}

#[test]
fn nobody_is_told_to_take_over_while_what_was_asked_before_the_order_waits() {
    let mut cluster = Cluster::new(Config::default(), 5);
    let order = Command::HandOver { to: NodeId(4), epoch: Epoch(0) };
    cluster.clock += Span::from_millis(1);
    let write = cluster.write(0, 1);
    // The successor holds it, and nobody else has said so.
    cluster.deliver(without(&[0, 4]));
    cluster.command(0, order);
    cluster.heartbeat(0, without(&[0, 4]));
    assert!(cluster.reply(write).is_none() && !is_passed(&cluster), "two of five are no majority");
    cluster.fire(0, Timer::Transfer, cluster.config.election_timeout);
    (0..4).for_each(|_| drop(cluster.heartbeat(0, nothing)));
    assert!(cluster.is_written(write));
    cluster.clock += Span::from_millis(1);
    let before = cluster.request(0, 1, Operation::ReadLeader);
    cluster.command(0, order);
    cluster.clock += Span::from_millis(1);
    let later = cluster.request(0, 1, Operation::ReadLeader);
    assert!(!is_passed(&cluster), "a read waits");
    let sent = cluster.deliver(|_, _, message| matches!(message, Message::TakeOver { .. }));
    assert!(sent.iter().any(|message| matches!(message, Message::TakeOver { .. })));
    assert_eq!([before, later].map(|read| cluster.found(read)), [Some(write.0); 2], "and later ones are answered yet");
}

#[test]
fn a_leader_whose_answers_take_long_goes_on_as_long_as_they_come() {
    let mut cluster = Cluster::new(Config::default(), 3);
    let timeout = cluster.config.election_timeout;
    cluster.fire(0, Timer::Heartbeat, Span::ZERO);
    cluster.clock += timeout - Span::from_millis(1);
    cluster.deliver(nothing);
    cluster.fire(0, Timer::Quorum, Span::from_millis(1));
    assert_eq!(cluster.role(0), (Role::Leader, 1), "the answers have come just now, to what was sent a timeout ago");
    cluster.fire(0, Timer::Quorum, timeout);
    assert_eq!(cluster.role(0).0, Role::Waiting);
}
