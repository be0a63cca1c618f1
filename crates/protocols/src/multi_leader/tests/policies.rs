//! Registers of which versions are kept side by side: who is shown what, and what is said of it.

use super::super::config::{Choice, People};
use super::*;
use engine::Distribution;
use protocol::{Accepted, Refusal};
use std::collections::BTreeSet;

fn keeping(choice: Choice, topology: Topology) -> Config {
    let people = People { at: NodeId(0), room: 2, takes: Span::from_secs(60) };
    let people = (choice == Choice::Suspended).then_some(people);
    Config { policy: Policy::Keep(choice), people, ..config(topology) }
}

/// Three regions write the same key, each cut off from the others, the last one first by the clock, and then hear of each other.
fn written_apart(config: Config) -> Regions {
    let mut all = Regions::new(3, config);
    all.write(0, 0, 1);
    all.settle();
    all.cut_off = (0..3).map(NodeId).collect();
    for (node, second) in [(2, 10), (1, 20), (0, 30)] {
        all.clocks[usize::from(node)] = Time::from_secs(second);
        all.write(node, 0, 10 + u64::from(node));
        all.settle();
    }
    all.cut_off.clear();
    (0..6).for_each(|_| all.heartbeat());
    all
}

impl Regions {
    /// All writes that a region shows under a key.
    fn versions(&self, node: u16, key: u32) -> BTreeSet<u64> {
        let siblings = self.regions[usize::from(node)].kept.cells.siblings(Key(key));
        siblings.iter().map(|sibling| sibling.accepted.write.0).collect()
    }

    fn conflicts(&self) -> BTreeSet<(u64, u64, bool)> {
        let conflict = |fact: &Fact| match fact {
            Fact::Conflicted { one, other, decided, .. } => Some((one.write.0, other.write.0, *decided)),
            _ => None,
        };
        self.facts.iter().filter_map(conflict).collect()
    }

    fn settled(&self) -> Vec<(u64, u64, bool)> {
        let settled = |fact: &Fact| match fact {
            Fact::Settled { kept, dropped, looked_at, .. } => Some((kept.write.0, dropped.write.0, *looked_at)),
            _ => None,
        };
        self.facts.iter().filter_map(settled).collect()
    }

    fn waiting(&self) -> Option<u32> {
        self.facts.iter().rev().find_map(|fact| if let Fact::Waiting { keys } = fact { Some(*keys) } else { None })
    }

    fn decide(&mut self) {
        self.hand(NodeId(0), |region, env, effects| region.on_timer(env, Timer::Decided, effects));
        self.settle();
    }
}

#[test]
fn every_region_comes_to_show_what_the_policy_says() {
    for topology in TOPOLOGIES {
        let by_list = Choice::Priority(vec![NodeId(1), NodeId(0)]);
        for (choice, shown) in [(Choice::FirstWriter, 12), (by_list, 11), (Choice::Siblings, 10)] {
            let mut all = written_apart(keeping(choice.clone(), topology));
            assert_eq!(all.held(0), [Some(shown); 3], "{choice:?} {topology:?}");
            assert_eq!(all.versions(2, 0), [10, 11, 12].into(), "all are kept");
            all.write(1, 0, 20);
            (0..4).for_each(|_| all.heartbeat());
            assert_eq!(all.held(0), [Some(20); 3], "{choice:?} {topology:?}");
            assert_eq!(all.versions(0, 0), [20].into(), "who writes replaces also what was passed over");
        }
    }
}

#[test]
fn a_conflict_is_stated_with_both_writes_and_what_becomes_of_them() {
    let all = written_apart(keeping(Choice::FirstWriter, Topology::Mesh));
    assert!(all.conflicts().is_superset(&[(12, 10, true), (12, 11, true)].into()), "{:?}", all.conflicts());
    let ignored =
        |fact: &&Fact| matches!(fact, Fact::Ignored { write, kept, .. } if (write.0, kept.write.0) == (10, 12));
    assert!(all.facts.iter().any(|fact| ignored(&fact)), "the first one's own region ignores the others");
    let all = written_apart(keeping(Choice::Siblings, Topology::Mesh));
    assert!(all.conflicts().contains(&(10, 12, false)), "{:?}", all.conflicts());
    let mut alone = Regions::new(2, keeping(Choice::Siblings, Topology::Mesh));
    (1..5).for_each(|write| {
        alone.write((write % 2) as u16, 0, write);
        alone.settle();
    });
    assert_eq!(alone.conflicts(), [].into(), "one after the other is no conflict");
}

#[test]
fn a_version_weighs_what_was_written_and_what_keeping_it_apart_takes() {
    let weight = |all: &Regions| all.regions[0].stored(Key(0)).bytes;
    let mut one = Regions::new(3, keeping(Choice::Siblings, Topology::Mesh));
    one.write(0, 0, 1);
    let one = weight(&one);
    assert!(one > 10, "{one}");
    let three = weight(&written_apart(keeping(Choice::Siblings, Topology::Mesh)));
    assert_eq!(three, 3 * one, "an author each");
}

#[test]
fn what_is_suspended_waits_while_each_region_goes_on_and_is_decided_by_a_person() {
    for topology in TOPOLOGIES {
        let mut all = written_apart(keeping(Choice::Suspended, topology));
        assert_eq!(all.held(0), [Some(10), Some(11), Some(12)], "{topology:?}");
        assert_eq!((all.waiting(), all.settled()), (Some(1), vec![]));
        all.write(2, 0, 22);
        (0..4).for_each(|_| all.heartbeat());
        assert_eq!(all.held(0), [Some(10), Some(11), Some(22)], "{topology:?}: a write replaces its own region's");
        all.decide();
        (0..4).for_each(|_| all.heartbeat());
        assert_eq!(all.held(0), [Some(10); 3], "{topology:?}: the later by the clocks of their regions");
        assert_eq!((all.waiting(), all.settled().len()), (Some(0), 2));
        assert!(all.settled().contains(&(10, 22, true)), "{:?}", all.settled());
    }
}

#[test]
fn a_decision_knows_nothing_of_what_is_on_its_way_to_the_disk() {
    let disk = Some(Distribution::Constant(1e6));
    let mut all = Regions::new(2, Config { disk, ..keeping(Choice::Suspended, Topology::Mesh) });
    let done = |all: &mut Regions, node, work| {
        all.hand(NodeId(node), |region, env, effects| region.on_timer(env, Timer::Disk(work), effects));
    };
    all.cut_off = vec![NodeId(0), NodeId(1)];
    for node in [0, 1] {
        all.write(node, 0, 1 + u64::from(node));
        done(&mut all, node, 1);
    }
    all.cut_off.clear();
    (0..4).for_each(|_| all.heartbeat());
    assert_eq!(all.waiting(), Some(1));
    all.write(0, 0, 3);
    all.decide();
    done(&mut all, 0, 2);
    (0..4).for_each(|_| all.heartbeat());
    assert_eq!((all.confirmed, all.held(0)[0]), (3, Some(3)), "it is no version that was decided against");
}

#[test]
fn a_queue_that_is_full_leaves_the_decision_to_the_stamps() {
    let mut all = Regions::new(2, keeping(Choice::Suspended, Topology::Mesh));
    all.cut_off = vec![NodeId(0), NodeId(1)];
    for key in 0..4 {
        all.write(0, key, 100 + u64::from(key));
        all.clocks[1] += Span::from_secs(1);
        all.write(1, key, 200 + u64::from(key));
        all.settle();
    }
    all.cut_off.clear();
    (0..6).for_each(|_| all.heartbeat());
    assert_eq!((all.waiting(), all.settled()), (Some(2), vec![(202, 102, false), (203, 103, false)]));
    assert_eq!((all.held(0), all.held(3)), (vec![Some(100), Some(200)], vec![Some(203); 2]));
    all.restart(0, true);
    assert_eq!(all.waiting(), Some(2), "what is to be decided is on the disk");
    (0..2).for_each(|_| all.decide());
    (0..4).for_each(|_| all.heartbeat());
    assert_eq!((all.held(0), all.held(1), all.waiting()), (vec![Some(200); 2], vec![Some(201); 2], Some(0)));
}

#[test]
fn what_is_on_its_way_to_the_disk_is_replaced_by_what_comes_after_it() {
    for choice in [Choice::Siblings, Choice::FirstWriter, Choice::Suspended] {
        let disk = Some(Distribution::Constant(1e6));
        let mut all = Regions::new(2, Config { disk, ..keeping(choice.clone(), Topology::Mesh) });
        all.write(0, 0, 1);
        all.write(0, 0, 2);
        for work in [2, 1] {
            all.hand(NodeId(0), |region, env, effects| region.on_timer(env, Timer::Disk(work), effects));
        }
        all.settle();
        assert_eq!((all.confirmed, all.held(0), all.conflicts()), (2, vec![Some(2); 2], [].into()), "{choice:?}");
        let over = |fact: &Fact| match fact {
            Fact::Stored { write: WriteId(2), over, .. } => over.map(|Accepted { write, .. }| write.0),
            _ => None,
        };
        let knew = all.facts.iter().find_map(over);
        assert_eq!(knew, (choice != Choice::Siblings).then_some(1));
    }
}

#[test]
fn a_disk_that_was_lost_is_given_every_version_again() {
    let mut all = written_apart(keeping(Choice::FirstWriter, Topology::Mesh));
    all.restart(2, false);
    assert_eq!(all.held(0)[2], None);
    (0..6).for_each(|_| all.heartbeat());
    assert_eq!((all.held(0), all.versions(2, 0)), (vec![Some(12); 3], [10, 11, 12].into()));
}

#[test]
fn who_hears_from_no_majority_takes_no_writes_and_goes_on_reading() {
    let refuse_after = Some(Span::from_secs(5));
    let mut all = Regions::new(3, Config { refuse_after, ..config(Topology::Mesh) });
    all.write(0, 0, 1);
    (0..3).for_each(|_| all.heartbeat());
    all.cut_off = vec![NodeId(2)];
    let asked = |all: &mut Regions, node: u16, operation| {
        let mut effects = Effects::default();
        let env = Env { node: NodeId(node), peers: &all.peers, clock: all.now, steady: all.now, ticks: all.now };
        let request = Request {
            id: RequestId(99),
            key: Key(0),
            operation,
            epoch: Epoch(0),
            clock: Time::ZERO,
            seen: Seen::UNKNOWN,
        };
        all.regions[usize::from(node)].on_request(&env, request, &mut effects);
        effects
            .drain()
            .find_map(|effect| if let Effect::Reply { response, .. } = effect { Some(response) } else { None })
    };
    let put = |write| Operation::put(WriteId(write), 10);
    all.now += Span::from_secs(5);
    (0..3).for_each(|_| all.heartbeat());
    assert!(matches!(asked(&mut all, 2, put(2)), Some(Response::Written(_))), "it may yet hear of them");
    all.now += Span::from_secs(1);
    assert_eq!(asked(&mut all, 2, put(3)), Some(Response::Refused(Refusal::NoQuorum)));
    assert!(matches!(asked(&mut all, 2, Operation::ReadLocal), Some(Response::Read(_))));
    assert!(matches!(asked(&mut all, 0, put(4)), Some(Response::Written(_))), "two of three are a majority");
    all.cut_off.clear();
    all.heartbeat();
    assert!(matches!(asked(&mut all, 2, put(5)), Some(Response::Written(_))));
}

#[test]
fn a_region_states_once_that_it_takes_no_writes_and_once_that_it_takes_them_again() {
    let silence = Span::from_secs(5);
    let mut all = Regions::new(3, Config { refuse_after: Some(silence), ..config(Topology::Mesh) });
    let stated = |all: &Regions| {
        let of = |fact: &&Fact| matches!(fact, Fact::Alone { .. } | Fact::AmongOthers);
        all.facts.iter().filter(of).copied().collect::<Vec<_>>()
    };
    all.heartbeat();
    all.cut_off = vec![NodeId(2)];
    all.now += silence;
    all.heartbeat();
    assert_eq!(stated(&all), [], "it may yet hear of them");
    all.now += Span::from_secs(1);
    (0..3).for_each(|_| all.heartbeat());
    assert_eq!(stated(&all), [Fact::Alone { silence }]);
    let env = Env { node: NodeId(2), peers: &all.peers, clock: all.now, steady: all.now, ticks: all.now };
    assert!(all.regions[2].view(&env).alone && !all.regions[0].view(&env).alone);
    all.cut_off.clear();
    (0..3).for_each(|_| all.heartbeat());
    assert_eq!(stated(&all), [Fact::Alone { silence }, Fact::AmongOthers]);
}
