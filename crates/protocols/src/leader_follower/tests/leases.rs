//! When a leader serves no more: its lease has run out, or it has handed over.

use super::*;

/// What a leader of epoch 1 has stated of its lease.
fn stated(cluster: &Cluster) -> Vec<Fact> {
    let of_lease = |fact: &Fact| matches!(fact, Fact::LeaseHeld(_) | Fact::LeaseRanOut(_));
    cluster.facts.iter().map(|(_, fact)| *fact).filter(of_lease).collect()
}

#[test]
fn a_leader_states_when_it_has_a_lease_and_when_the_last_one_has_run_out() {
    let mut cluster = Cluster::new(Config { fencing: Fencing::Lease, ..Config::default() }, 2);
    let serves =
        |cluster: &mut Cluster| !matches!(cluster.request(0, 0, Operation::ReadLeader), Some(Response::Refused(_)));
    let time_passes = |cluster: &mut Cluster, span: Span| {
        cluster.clock += span;
        cluster.call(0, |replica, env, effects| replica.on_timer(env, Timer::Lease, effects));
    };
    let term = Span::from_secs(3);
    assert!(!serves(&mut cluster), "to lead is not to have a lease");
    for _ in 0..2 {
        let asked = cluster.clock;
        cluster.command(0, Command::LeaseGranted { asked, term });
        time_passes(&mut cluster, Span::from_secs(2));
    }
    let held = Fact::LeaseHeld(Epoch(1));
    assert_eq!((stated(&cluster), serves(&mut cluster)), (vec![held], true), "it goes on with the second");
    time_passes(&mut cluster, Span::from_secs(1));
    assert_eq!((stated(&cluster), serves(&mut cluster)), (vec![held, Fact::LeaseRanOut(Epoch(1))], false));
}

#[test]
fn a_leader_hands_over_when_its_successor_has_everything_and_no_write_waits_for_others() {
    let semi_sync = Config { acknowledge: Acknowledge::SemiSync(2), ..Config::default() };
    let mut cluster = Cluster::new(semi_sync, 3);
    cluster.deliver(nothing);
    cluster.write(0, 1);
    let without_2 = |from: u16, to: u16, _: &Message| from == 2 || to == 2;
    cluster.command(0, Command::HandOver { to: NodeId(1), epoch: Epoch(2) });
    cluster.deliver(without_2);
    let handed_over = |cluster: &Cluster| cluster.facts.contains(&(0, Fact::HandedOver(Epoch(1))));
    assert_eq!(cluster.ends()[1], cluster.ends()[0], "the successor has it all");
    assert!(!handed_over(&cluster), "the write that waits for the other would be acknowledged by an outdated leader");
    for _ in 0..10 {
        cluster.heartbeat(0, nothing);
    }
    assert!(handed_over(&cluster) && cluster.facts.contains(&(1, Fact::Leads(Epoch(2)))), "{:?}", cluster.facts);
}

#[test]
fn who_has_handed_over_goes_on_only_if_its_successor_is_gone_and_who_follows_never() {
    let leads = |cluster: &Cluster, epoch| cluster.facts.contains(&(0, Fact::Leads(Epoch(epoch))));
    let mut cluster = Cluster::new(Config::default(), 2);
    cluster.deliver(nothing);
    cluster.command(0, Command::HandOver { to: NodeId(1), epoch: Epoch(2) });
    let take_over_lost = |_: u16, _: u16, message: &Message| matches!(message, Message::TakeOver { .. });
    cluster.deliver(take_over_lost);
    assert!(cluster.facts.contains(&(0, Fact::HandedOver(Epoch(1)))));
    cluster.command(0, Command::GoOn { epoch: Epoch(3), successor_gone: false });
    assert!(!leads(&cluster, 3), "its successor may lead");
    cluster.command(0, Command::GoOn { epoch: Epoch(3), successor_gone: true });
    assert!(leads(&cluster, 3));
    cluster.command(0, Command::Follow(NodeId(1), Epoch(4)));
    cluster.command(0, Command::GoOn { epoch: Epoch(5), successor_gone: true });
    assert!(!leads(&cluster, 5), "somebody leads it");
}
