//! Deletions: what is kept of them, for how long, and what comes back when it is kept no longer.

use super::*;
use values::{Change, Verb};

const GRACE: Span = Span::from_secs(100);
const ANTI_ENTROPY: Option<Span> = Some(Span::from_secs(10));

fn deletion(write: u64) -> Operation {
    Operation::Write { write: WriteId(write), change: Change::new(Verb::Delete), bytes: 32 }
}

fn collects(timer: Timer) -> bool {
    timer == Timer::Collect
}

/// Of three replicas the last is away when what all have, write 7, is deleted by write 8 at second 2.
fn deleted_without_the_last(config: &Config) -> Ring {
    let mut ring = Ring::new(config, 3);
    ring.write(0, 7);
    ring.settle();
    ring.clocks = vec![Time::from_secs(2); 3];
    ring.away = vec![NodeId(2)];
    let deletion = ring.ask(0, deletion(8));
    ring.settle();
    assert!(matches!(ring.answer(deletion), Some(Response::Written(_))));
    ring
}

/// All clocks show this, and everybody collects what is due and then is there.
fn all_are_back_at(ring: &mut Ring, at: Time) {
    ring.clocks = vec![at; 3];
    ring.run_out(collects);
    ring.away.clear();
}

/// A replica compares what it has with the next of the others.
fn compare(ring: &mut Ring, node: u16) {
    ring.hand(NodeId(node), |replica, env, effects| replica.on_timer(env, Timer::Compare, effects));
    ring.settle();
}

fn came_back(ring: &Ring) -> Vec<u16> {
    let back = |(node, fact): &(NodeId, Fact)| match fact {
        Fact::Resurrected { write: WriteId(7), deleted, .. } if deleted.write == WriteId(8) => Some(node.0),
        _ => None,
    };
    ring.facts.iter().filter_map(back).collect()
}

fn tombstones(ring: &Ring) -> [u32; 3] {
    [0, 1, 2].map(|node: usize| ring.replicas[node].cells.tombstones())
}

#[test]
fn a_deletion_is_a_write_that_leaves_nothing_and_wins_by_its_stamp() {
    let mut ring = Ring::new(&config(3, 2, 2), 3);
    ring.write(0, 7);
    ring.settle();
    ring.clocks[1] = Time::from_secs(2);
    ring.ask(1, deletion(8));
    ring.settle();
    let read = ring.ask(2, Operation::ReadLocal);
    ring.settle();
    let Some(Response::Read(found)) = ring.answer(read) else { panic!("it is read") };
    assert_eq!((found.deleted, found.write, found.bytes), (true, Some(WriteId(8)), 32));
    assert_eq!(tombstones(&ring), [1; 3]);
    ring.clocks[0] = Time::from_millis(1_500);
    ring.write(0, 9);
    ring.settle();
    assert_eq!(ring.held(2), Some(8), "what is older by its stamp does not come back");
    ring.clocks[0] = Time::from_secs(3);
    ring.write(0, 10);
    ring.settle();
    assert_eq!((ring.read(2), tombstones(&ring)), (Some(10), [0; 3]));
}

#[test]
fn a_tombstone_is_kept_until_its_grace_is_over_by_the_clock_of_the_replica_and_for_good_without_one() {
    let mut ring = deleted_without_the_last(&Config { grace: Some(GRACE), ..config(3, 2, 1) });
    let due = Time::from_secs(2) + GRACE;
    ring.clocks = vec![due - Span::from_micros(1), due, due];
    ring.run_out(collects);
    assert_eq!(tombstones(&ring), [1, 0, 0]);
    let collected: Vec<u16> =
        ring.facts.iter().filter_map(|(node, fact)| matches!(fact, Fact::Collected { .. }).then_some(node.0)).collect();
    assert_eq!(collected, [1]);
    let mut ring = deleted_without_the_last(&config(3, 2, 1));
    ring.clocks = vec![Time::from_secs(1_000_000); 3];
    ring.run_out(collects);
    assert_eq!(tombstones(&ring), [1, 1, 0]);
}

#[test]
fn who_was_away_for_longer_than_the_grace_brings_back_what_was_deleted_by_the_exchange_that_carries_it() {
    for (grace, at, back, held) in [
        (Some(GRACE), Time::from_secs(101), &[][..], Some(8)),
        (Some(GRACE), Time::from_secs(102), &[0, 1][..], Some(7)),
        (None, Time::from_secs(100_000), &[][..], Some(8)),
    ] {
        let mut ring = deleted_without_the_last(&Config { grace, anti_entropy: ANTI_ENTROPY, ..config(3, 2, 1) });
        all_are_back_at(&mut ring, at);
        assert_eq!(came_back(&ring), [], "nobody has heard of it yet");
        compare(&mut ring, 2);
        compare(&mut ring, 2);
        assert_eq!((came_back(&ring).as_slice(), ring.held(0), ring.held(2)), (back, held, held), "{grace:?}, {at}");
    }
}

#[test]
fn a_read_that_finds_what_was_forgotten_brings_it_back_and_one_within_the_grace_deletes_it() {
    for (at, shown, back) in [(101, 8, &[][..]), (102, 7, &[1][..])] {
        let config = Config { grace: Some(GRACE), read_repair: ReadRepair::Blocking, ..config(3, 2, 2) };
        let mut ring = deleted_without_the_last(&config);
        all_are_back_at(&mut ring, Time::from_secs(at));
        ring.away = vec![NodeId(0)];
        assert_eq!((ring.read(2), ring.held(1), came_back(&ring).as_slice()), (Some(shown), Some(shown), back));
    }
}

#[test]
fn replicas_that_have_collected_at_different_times_and_one_that_never_had_it_hold_the_same() {
    let config = Config { grace: Some(GRACE), anti_entropy: ANTI_ENTROPY, ..config(3, 2, 1) };
    let mut ring = Ring::new(&config, 3);
    ring.away = vec![NodeId(2)];
    ring.ask(0, deletion(8));
    ring.settle();
    all_are_back_at(&mut ring, Time::from_secs(200));
    compare(&mut ring, 2);
    assert_eq!(tombstones(&ring), [0; 3]);
    assert!(!ring.facts.iter().any(|(node, fact)| *node == NodeId(2) && matches!(fact, Fact::Stored { .. })));
    let read = ring.ask(1, Operation::ReadLocal);
    ring.settle();
    let Some(Response::Read(found)) = ring.answer(read) else { panic!("it is read") };
    assert!(found.deleted && found.bytes == 0, "what is told of it is that it was deleted");
    // Who has seen nothing where it was deleted brings nothing back.
    ring.write(0, 9);
    ring.settle();
    assert_eq!((ring.held(1), came_back(&ring)), (Some(9), vec![]));
    assert!(ring.accepted().contains(&(9, Some(8))), "it replaces that");
}

#[test]
fn hints_do_not_outlive_the_grace() {
    for (at, held, dropped) in [(101, Some(8), 0), (102, Some(7), 1)] {
        let config = Config { grace: Some(GRACE), hints: true, ..config(3, 2, 1) };
        let mut ring = deleted_without_the_last(&config);
        ring.run_out(gives_up);
        assert_eq!(ring.replicas[0].hints.count(), 1);
        all_are_back_at(&mut ring, Time::from_secs(at));
        ring.run_out(|timer| timer == Timer::HandOff);
        let drops = ring.facts.iter().filter(|(_, fact)| matches!(fact, Fact::HintDropped { to: NodeId(2), key: KEY }));
        assert_eq!((ring.held(2), drops.count()), (held, dropped));
        assert_eq!(ring.replicas[0].hints.count(), 0);
    }
}

#[test]
fn what_is_to_be_collected_is_known_after_a_loss_of_power() {
    let config = Config { grace: Some(GRACE), ..config(3, 2, 1) };
    let ring = deleted_without_the_last(&config);
    let disk = ring.replicas[0].clone().into_durable();
    let clock = Time::from_secs(50);
    let env = Env { node: NodeId(0), peers: &ring.peers, clock, steady: clock, ticks: clock };
    let mut effects = Effects::default();
    let back = Quorum::start(&config, &env, disk, &mut effects);
    assert_eq!(back.cells.tombstones(), 1);
    let due = Span::from_secs(52);
    let set = |effect| matches!(effect, Effect::SetTimer { timer: Timer::Collect, after } if after == (due..=due));
    assert!(effects.drain().any(set));
}
