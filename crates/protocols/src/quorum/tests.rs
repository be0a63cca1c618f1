//! Replicas driven by hand: what is asked of them, what they say to each other, and what they wake up for.

mod beside;
mod sessions;
mod timestamps;
mod tombstones;

use super::config::{Config, ReadRepair};
use super::message::{Message, Timer};
use super::{Durable, Quorum};
use crate::by_key::Timestamps;
use engine::{Span, Time};
use protocol::{
    Effect, Effects, Env, Epoch, Fact, Key, NodeId, Operation, Protocol, Refusal, Request, RequestId, Response, Seen,
    Version, WriteId,
};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

const KEY: Key = Key(0);

fn config(replicas: u16, write_quorum: u16, read_quorum: u16) -> Config {
    Config {
        kind: values::Kind::Register,
        siblings: false,
        timestamps: Timestamps::Replica,
        keys: 300,
        replicas,
        write_quorum,
        read_quorum,
        coordinators: Vec::new(),
        read_repair: ReadRepair::Off,
        hints: false,
        stand_in: None,
        anti_entropy: None,
        grace: None,
        hand_off: Span::from_secs(1),
        patience: Span::from_secs(1),
        disk: [None, None],
    }
}

/// Replicas and what is under way between them. Who is away hears nothing.
struct Ring {
    replicas: Vec<Quorum>,
    peers: Vec<NodeId>,
    under_way: VecDeque<(NodeId, NodeId, Message)>,
    timers: BTreeMap<(NodeId, Timer), ()>,
    replies: Vec<(RequestId, Response)>,
    /// What was seen with the last of them.
    seen: Seen,
    facts: Vec<(NodeId, Fact)>,
    away: Vec<NodeId>,
    clocks: Vec<Time>,
    steady: Time,
    asked: u64,
}

impl Ring {
    fn new(config: &Config, nodes: u16) -> Ring {
        let peers: Vec<NodeId> = (0..nodes).map(NodeId).collect();
        let mut ring = Ring {
            replicas: Vec::new(),
            under_way: VecDeque::new(),
            timers: BTreeMap::new(),
            replies: Vec::new(),
            seen: Seen::UNKNOWN,
            facts: Vec::new(),
            away: Vec::new(),
            clocks: vec![Time::from_secs(1); peers.len()],
            steady: Time::ZERO,
            asked: 0,
            peers: peers.clone(),
        };
        for node in peers {
            let mut effects = Effects::default();
            let env = Env { node, peers: &ring.peers, clock: Time::ZERO, steady: Time::ZERO, ticks: Time::ZERO };
            let replica = Quorum::start(config, &env, Durable::default(), &mut effects);
            ring.replicas.push(replica);
            ring.carry_out(node, effects);
        }
        ring
    }

    fn hand(&mut self, node: NodeId, input: impl FnOnce(&mut Quorum, &Env, &mut Effects<Message, Timer>)) {
        let mut effects = Effects::default();
        let clock = self.clocks[node.index()];
        let env = Env { node, peers: &self.peers, clock, steady: self.steady, ticks: self.steady };
        input(&mut self.replicas[node.index()], &env, &mut effects);
        self.carry_out(node, effects);
    }

    fn carry_out(&mut self, node: NodeId, mut effects: Effects<Message, Timer>) {
        for effect in effects.drain() {
            match effect {
                Effect::Send { to, message } => self.under_way.push_back((node, to, message)),
                Effect::Reply { request, response, seen } => {
                    self.replies.push((request, response));
                    self.seen = seen;
                }
                Effect::SetTimer { timer, .. } | Effect::DiskTimer { timer, .. } => {
                    self.timers.insert((node, timer), ());
                }
                Effect::CancelTimer(timer) => {
                    self.timers.remove(&(node, timer));
                }
                Effect::Note(fact) => self.facts.push((node, fact)),
                Effect::AskLease(_) => panic!("nobody leads"),
            }
        }
    }

    /// Let everything under way arrive, and what follows from it.
    fn settle(&mut self) {
        while let Some((from, to, message)) = self.under_way.pop_front() {
            if !self.away.contains(&to) && !self.away.contains(&from) {
                self.hand(to, |replica, env, effects| replica.on_message(env, from, message, effects));
            }
        }
    }

    fn ask(&mut self, node: u16, operation: Operation) -> RequestId {
        self.ask_of(node, (KEY, operation), Seen::UNKNOWN)
    }

    /// Somebody asks who has seen so much.
    fn ask_of(&mut self, node: u16, (key, operation): (Key, Operation), seen: Seen) -> RequestId {
        self.asked += 1;
        let id = RequestId(self.asked);
        let request = Request { id, key, operation, epoch: Epoch(0), clock: Time::ZERO, seen };
        self.hand(NodeId(node), |replica, env, effects| replica.on_request(env, request, effects));
        id
    }

    fn write(&mut self, node: u16, write: u64) -> RequestId {
        self.ask(node, Operation::put(WriteId(write), 10))
    }

    /// All timers of a kind run out, a minute later.
    fn run_out(&mut self, kind: impl Fn(Timer) -> bool) {
        self.steady += Span::from_secs(60);
        let due: Vec<(NodeId, Timer)> = self.timers.keys().copied().filter(|(_, timer)| kind(*timer)).collect();
        for (node, timer) in due {
            self.timers.remove(&(node, timer));
            self.hand(node, |replica, env, effects| replica.on_timer(env, timer, effects));
        }
        self.settle();
    }

    fn answer(&self, request: RequestId) -> Option<Response> {
        let mut answers = self.replies.iter().filter(|(of, _)| *of == request);
        let answer = answers.next().map(|(_, response)| *response);
        assert!(answers.next().is_none(), "a request is answered once");
        answer
    }

    /// What is read through a replica.
    fn read(&mut self, node: u16) -> Option<u64> {
        let request = self.ask(node, Operation::ReadLocal);
        self.settle();
        match self.answer(request) {
            Some(Response::Read(stored)) => stored.write.map(|write| write.0),
            other => panic!("not read: {other:?}"),
        }
    }

    fn held(&self, node: u16) -> Option<u64> {
        self.replicas[usize::from(node)].stored(KEY).write.map(|write| write.0)
    }

    /// Every write of which anything was stated, with the one over which it was accepted.
    fn accepted(&self) -> BTreeSet<(u64, Option<u64>)> {
        let of = |(_, fact): &(NodeId, Fact)| match *fact {
            Fact::Stored { write, over, .. } | Fact::Ignored { write, over, .. } | Fact::Hinted { write, over, .. } => {
                Some((write.0, over.map(|over| over.write.0)))
            }
            _ => None,
        };
        self.facts.iter().filter_map(of).collect()
    }

    /// What was not stored, where, and for what.
    fn ignored(&self) -> BTreeSet<(u16, u64, u64)> {
        let of = |(node, fact): &(NodeId, Fact)| match fact {
            Fact::Ignored { write, kept, .. } => Some((node.0, write.0, kept.write.0)),
            _ => None,
        };
        self.facts.iter().filter_map(of).collect()
    }
}

fn gives_up(timer: Timer) -> bool {
    timer == Timer::GiveUp
}

#[test]
fn a_write_waits_for_as_many_as_it_must_and_a_read_shows_the_newest_of_as_many_as_answer() {
    let mut ring = Ring::new(&config(3, 2, 2), 3);
    let write = ring.write(0, 7);
    assert_eq!(ring.answer(write), None, "one of three is not enough");
    ring.settle();
    assert!(matches!(ring.answer(write), Some(Response::Written(_))));
    assert_eq!([ring.held(0), ring.held(1), ring.held(2)], [Some(7); 3], "all are sent it");
    assert_eq!(ring.read(2), Some(7));
}

#[test]
fn what_was_confirmed_is_read_whoever_is_away_if_quorums_overlap_and_may_be_missed_if_not() {
    let read_elsewhere = |write_quorum, read_quorum| {
        let mut ring = Ring::new(&config(3, write_quorum, read_quorum), 3);
        ring.away = vec![NodeId(2)];
        let write = ring.write(0, 7);
        ring.settle();
        assert!(ring.answer(write).is_some());
        ring.away = if read_quorum == 1 { Vec::new() } else { vec![NodeId(0)] };
        ring.read(2)
    };
    assert_eq!(read_elsewhere(2, 2), Some(7));
    assert_eq!(read_elsewhere(2, 1), None, "whoever reads here has its own answer at once, and it is an old one");
}

#[test]
fn without_a_quorum_a_read_is_refused_and_what_became_of_a_write_is_unknown() {
    let mut ring = Ring::new(&config(3, 2, 2), 3);
    ring.away = vec![NodeId(1), NodeId(2)];
    let (write, read) = (ring.write(0, 7), ring.ask(0, Operation::ReadLocal));
    ring.settle();
    assert_eq!((ring.answer(write), ring.answer(read)), (None, None));
    ring.run_out(gives_up);
    assert_eq!(ring.answer(write), Some(Response::Unknown));
    assert_eq!(ring.answer(read), Some(Response::Refused(Refusal::NoQuorum)));
    assert_eq!(ring.held(0), Some(7), "it has happened all the same");
    assert_eq!(
        ring.replicas[0]
            .view(&Env {
                node: NodeId(0),
                peers: &ring.peers,
                clock: Time::ZERO,
                steady: Time::ZERO,
                ticks: Time::ZERO
            })
            .waiting,
        0
    );
}

#[test]
fn of_two_writes_that_did_not_know_each_other_the_later_stamp_wins_everywhere_and_each_says_what_it_knew() {
    let mut ring = Ring::new(&config(3, 1, 1), 3);
    ring.clocks[1] = Time::from_secs(2);
    let (first, second) = (ring.write(1, 8), ring.write(0, 7));
    ring.settle();
    assert!(ring.answer(first).is_some() && ring.answer(second).is_some());
    assert_eq!([ring.held(0), ring.held(1), ring.held(2)], [Some(8); 3]);
    assert_eq!(ring.ignored().first(), Some(&(1, 7, 8)), "it came where the later one was");
    ring.clocks[0] = Time::from_secs(3);
    ring.write(0, 9);
    ring.settle();
    assert_eq!((ring.held(2), ring.accepted()), (Some(9), [(7, None), (8, None), (9, Some(8))].into()));
}

#[test]
fn by_a_slow_clock_nobody_stores_what_was_to_replace_a_newer_value() {
    let mut ring = Ring::new(&config(3, 3, 1), 3);
    ring.write(1, 8);
    ring.settle();
    ring.clocks[0] = Time::from_millis(1);
    let write = ring.write(0, 9);
    ring.settle();
    assert!(matches!(ring.answer(write), Some(Response::Written(_))), "it is confirmed, and nobody will see it");
    assert_eq!((ring.read(0), ring.accepted()), (Some(8), [(8, None), (9, Some(8))].into()));
    assert_eq!(ring.ignored(), [(0, 9, 8), (1, 9, 8), (2, 9, 8)].into());
}

#[test]
fn a_read_mends_those_that_are_behind_afterwards_or_before_it_answers() {
    for (read_repair, mended) in [
        (ReadRepair::Off, [None, None]),
        (ReadRepair::Background, [None, Some(7)]),
        (ReadRepair::Blocking, [Some(7), Some(7)]),
    ] {
        let mut ring = Ring::new(&Config { read_repair, ..config(3, 1, 2) }, 3);
        ring.away = vec![NodeId(2)];
        ring.write(0, 7);
        ring.settle();
        ring.away = vec![NodeId(1)];
        let read = ring.ask(2, Operation::ReadLocal);
        let mut when_answered = None;
        while ring.answer(read).is_none() {
            let (from, to, message) = ring.under_way.pop_front().expect("it is answered");
            if to != NodeId(1) {
                ring.hand(to, |replica, env, effects| replica.on_message(env, from, message, effects));
            }
            when_answered = ring.held(2);
        }
        ring.settle();
        ring.run_out(gives_up);
        assert_eq!([when_answered, ring.held(2)], mended, "{read_repair:?}");
    }
}

#[test]
fn what_could_not_be_delivered_is_handed_over_when_its_replica_is_back_also_by_one_who_stood_in() {
    let hinted = Config { hints: true, ..config(3, 2, 2) };
    let sloppy = Config { stand_in: Some(Span::from_millis(100)), ..config(2, 2, 1) };
    for (config, nodes, keeper) in [(hinted, 3, 0), (sloppy, 3, 2)] {
        let mut ring = Ring::new(&config, nodes);
        ring.away = vec![NodeId(1)];
        let write = ring.write(0, 7);
        ring.settle();
        ring.run_out(|timer| timer == Timer::StandIn);
        assert!(matches!(ring.answer(write), Some(Response::Written(_))));
        ring.run_out(gives_up);
        assert_eq!((ring.held(1), ring.replicas[keeper].hints.count()), (None, 1));
        let hands_over = |timer| timer == Timer::HandOff;
        ring.run_out(hands_over);
        assert_eq!(ring.replicas[keeper].hints.count(), 1, "nobody is there to take it");
        ring.away.clear();
        ring.run_out(hands_over);
        assert_eq!((ring.held(1), ring.replicas[keeper].hints.count()), (Some(7), 0));
        let of_hints = ring.facts.iter().filter_map(|(node, fact)| match fact {
            Fact::Hinted { to, write, .. } => Some((usize::from(node.0), to.0, Some(write.0))),
            Fact::HandedOff { to, key: KEY } => Some((usize::from(node.0), to.0, None)),
            _ => None,
        });
        assert_eq!(of_hints.collect::<Vec<_>>(), [(keeper, 1, Some(7)), (keeper, 1, None)], "it says so");
    }
}

#[test]
fn hints_and_what_is_stored_outlive_a_loss_of_power_and_what_is_under_way_does_not() {
    let config = Config { hints: true, ..config(2, 1, 1) };
    let mut ring = Ring::new(&config, 2);
    ring.away = vec![NodeId(1)];
    ring.write(0, 7);
    ring.run_out(gives_up);
    let disk = ring.replicas[0].clone().into_durable();
    let env = Env { node: NodeId(0), peers: &ring.peers, clock: Time::ZERO, steady: Time::ZERO, ticks: Time::ZERO };
    let mut effects = Effects::default();
    let back = Quorum::start(&config, &env, disk, &mut effects);
    assert_eq!((back.hints.count(), back.stored(KEY).write), (1, Some(WriteId(7))));
    assert!(effects.drain().any(|effect| matches!(effect, Effect::SetTimer { timer: Timer::HandOff, .. })));
    assert!(back.operations.stamp > Version::NONE, "no stamp is given twice");
    assert_eq!(back.operations.waiting(), 0);
}

#[test]
fn an_answer_to_an_operation_of_before_a_loss_of_power_is_none_to_a_later_one() {
    let config = config(2, 2, 2);
    let mut ring = Ring::new(&config, 2);
    ring.ask(0, Operation::ReadLocal);
    let late = Message::Got { number: 1, cell: None };
    let disk = ring.replicas[0].clone().into_durable();
    let env = Env { node: NodeId(0), peers: &ring.peers, clock: Time::ZERO, steady: Time::ZERO, ticks: Time::ZERO };
    ring.replicas[0] = Quorum::start(&config, &env, disk, &mut Effects::default());
    let read = ring.ask(0, Operation::ReadLocal);
    ring.hand(NodeId(0), |replica, env, effects| replica.on_message(env, NodeId(1), late, effects));
    assert_eq!(ring.answer(read), None);
}

#[test]
fn a_doubled_answer_does_not_stand_for_a_second_replica_that_was_mended() {
    let mut ring = Ring::new(&Config { read_repair: ReadRepair::Blocking, ..config(3, 1, 3) }, 3);
    ring.away = vec![NodeId(1), NodeId(2)];
    ring.write(0, 7);
    ring.settle();
    ring.away = vec![NodeId(2)];
    let read = ring.ask(0, Operation::ReadLocal);
    for node in [1, 2] {
        let got = Message::Got { number: read.0, cell: None };
        ring.hand(NodeId(0), |replica, env, effects| replica.on_message(env, NodeId(node), got, effects));
    }
    for _ in 0..2 {
        let stored = Message::Stored { number: read.0 };
        ring.hand(NodeId(0), |replica, env, effects| replica.on_message(env, NodeId(1), stored, effects));
    }
    assert_eq!(ring.answer(read), None, "one of the two is not mended yet");
}

#[test]
fn replicas_that_compare_trees_become_equal_and_exchange_only_the_leaves_that_differ() {
    let config = Config { anti_entropy: Some(Span::from_secs(10)), ..config(2, 1, 1) };
    let mut ring = Ring::new(&config, 2);
    let write = |ring: &mut Ring, key, write| {
        let operation = Operation::put(WriteId(write), 10);
        let request = Request {
            id: RequestId(write),
            key: Key(key),
            operation,
            epoch: Epoch(0),
            clock: Time::ZERO,
            seen: Seen::UNKNOWN,
        };
        ring.hand(NodeId(0), |replica, env, effects| replica.on_request(env, request, effects));
    };
    for key in 0..40 {
        write(&mut ring, key, u64::from(key) + 100);
    }
    ring.settle();
    ring.away = vec![NodeId(1)];
    ring.clocks[0] = Time::from_secs(2);
    write(&mut ring, 0, 7);
    ring.settle();
    ring.away.clear();
    let exchanged = |ring: &mut Ring| {
        ring.hand(NodeId(0), |replica, env, effects| replica.on_timer(env, Timer::Compare, effects));
        let mut cells = 0;
        while let Some((from, to, message)) = ring.under_way.pop_front() {
            cells += if let Message::Cells { cells, .. } = &message { cells.len() } else { 0 };
            ring.hand(to, |replica, env, effects| replica.on_message(env, from, message, effects));
        }
        cells
    };
    // The old and the new of one leaf, which has one key.
    assert_eq!((exchanged(&mut ring), ring.held(1)), (2, Some(7)));
    assert_eq!(exchanged(&mut ring), 0, "nothing differs any more");
}

#[test]
fn whoever_takes_long_to_answer_is_asked_to_compare_no_sooner_again() {
    let mut ring = Ring::new(&Config { anti_entropy: Some(Span::from_secs(1)), ..config(2, 1, 1) }, 2);
    let asks_after = |ring: &mut Ring, wait: u64| {
        ring.steady += Span::from_secs(wait);
        let before = ring.under_way.len();
        ring.hand(NodeId(0), |replica, env, effects| replica.on_timer(env, Timer::Compare, effects));
        ring.under_way.len() > before
    };
    assert_eq!([1, 1].map(|wait| asks_after(&mut ring, wait)), [true; 2], "how long it takes is not known");
    ring.steady += Span::from_secs(60);
    ring.settle();
    assert_eq!([1, 59, 1].map(|wait| asks_after(&mut ring, wait)), [true, false, true]);
    ring.settle();
    assert!(asks_after(&mut ring, 1), "also where nothing differs that is said, and it took no time");
}

#[test]
fn keys_go_round_the_ring_and_who_only_coordinates_stores_nothing() {
    let config = Config { coordinators: vec![NodeId(1)], ..config(2, 2, 1) };
    let mut ring = Ring::new(&config, 4);
    let homes = |key| config.ring(&ring.peers, key).into_iter().take(2).map(|node| node.0).collect::<Vec<_>>();
    assert_eq!([homes(0), homes(1), homes(2), homes(3)], [vec![0, 2], vec![2, 3], vec![3, 0], vec![0, 2]]);
    let write = ring.write(1, 7);
    ring.settle();
    assert!(ring.answer(write).is_some());
    assert_eq!([ring.held(0), ring.held(1), ring.held(2), ring.held(3)], [Some(7), None, Some(7), None]);
    assert_eq!(ring.read(1), Some(7));
}

#[test]
fn who_only_coordinates_knows_what_was_confirmed_or_read_through_it_and_nothing_else() {
    let config = Config { coordinators: vec![NodeId(0), NodeId(1)], ..config(2, 2, 1) };
    let mut ring = Ring::new(&config, 4);
    let mut through = |node: u16, write| {
        ring.clocks[usize::from(node)] = Time::from_secs(write);
        ring.write(node, write);
        ring.settle();
    };
    through(0, 7);
    through(1, 8);
    through(1, 9);
    assert_eq!(ring.read(0), Some(9));
    ring.clocks[0] = Time::from_secs(10);
    ring.write(0, 10);
    ring.settle();
    assert_eq!(ring.accepted(), [(7, None), (8, None), (9, Some(8)), (10, Some(9))].into());
}
