//! A leader that needs a lease.

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
