//! Regions driven by hand: what is asked of them, what they say to each other, and what they wake up for.

mod coming_back;
mod compensation;
mod policies;
mod sessions;
mod timestamps;

use super::config::{Compensation, Config, Policy, Timestamps, Topology};
use super::message::{Message, Timer};
use super::{Durable, MultiLeader};
use engine::{Span, Time};
use protocol::{
    Effect, Effects, Env, Epoch, Fact, Key, NodeId, Operation, Protocol, Request, RequestId, Response, Seen, WriteId,
};
use std::collections::VecDeque;
use values::{Change, Kind, Verb};

fn config(topology: Topology) -> Config {
    Config {
        keys: 10,
        kind: values::Kind::Register,
        policy: Policy::LastWriter,
        timestamps: Timestamps::Replica,
        people: None,
        compensation: None,
        refuse_after: None,
        topology,
        window: 4,
        retain: 1_000,
        heartbeat: Span::from_secs(1),
        disk: None,
    }
}

/// Regions and what is under way between them. Nothing passes a cut.
struct Regions {
    config: Config,
    peers: Vec<NodeId>,
    regions: Vec<MultiLeader>,
    under_way: VecDeque<(NodeId, NodeId, Message)>,
    cut_off: Vec<NodeId>,
    clocks: Vec<Time>,
    /// The time, whatever the clocks read.
    now: Time,
    facts: Vec<Fact>,
    confirmed: u64,
    /// The last answer, and what was seen with it.
    told: Option<(Response, Seen)>,
    /// Messages with entries that have arrived, and copies.
    arrived: (usize, usize),
}

impl Regions {
    fn new(count: u16, config: Config) -> Regions {
        let peers: Vec<NodeId> = (0..count).map(NodeId).collect();
        let mut all = Regions {
            config,
            regions: Vec::new(),
            under_way: VecDeque::new(),
            cut_off: Vec::new(),
            clocks: vec![Time::from_secs(1); peers.len()],
            now: Time::from_secs(1),
            facts: Vec::new(),
            confirmed: 0,
            told: None,
            arrived: (0, 0),
            peers: peers.clone(),
        };
        for node in peers {
            let region = all.started(node, Durable::default());
            all.regions.push(region);
        }
        all
    }

    fn started(&mut self, node: NodeId, durable: Durable) -> MultiLeader {
        let mut effects = Effects::default();
        let clock = self.clocks[node.index()];
        let env = Env { node, peers: &self.peers, clock, steady: self.now, ticks: self.now };
        let region = MultiLeader::start(&self.config, &env, durable, &mut effects);
        self.carry_out(node, effects);
        region
    }

    fn hand(&mut self, node: NodeId, input: impl FnOnce(&mut MultiLeader, &Env, &mut Effects<Message, Timer>)) {
        let mut effects = Effects::default();
        let clock = self.clocks[node.index()];
        let env = Env { node, peers: &self.peers, clock, steady: self.now, ticks: self.now };
        input(&mut self.regions[node.index()], &env, &mut effects);
        self.carry_out(node, effects);
    }

    fn carry_out(&mut self, node: NodeId, mut effects: Effects<Message, Timer>) {
        for effect in effects.drain() {
            match effect {
                Effect::Send { to, message } => self.under_way.push_back((node, to, message)),
                Effect::Reply { response, seen, .. } => {
                    self.confirmed += u64::from(matches!(response, Response::Written(_)));
                    self.told = Some((response, seen));
                }
                Effect::Note(fact) => self.facts.push(fact),
                _ => {}
            }
        }
    }

    fn settle(&mut self) {
        while let Some((from, to, message)) = self.under_way.pop_front() {
            if self.cut_off.contains(&to) || self.cut_off.contains(&from) {
                continue;
            }
            match &message {
                Message::Entries { entries, .. } => self.arrived.0 += entries.len(),
                Message::Copy { .. } => self.arrived.1 += 1,
                _ => {}
            }
            self.hand(to, |region, env, effects| region.on_message(env, from, message, effects));
        }
    }

    fn write(&mut self, node: u16, key: u32, write: u64) {
        let operation = Operation::put(WriteId(write), 10);
        let request = Request {
            id: RequestId(write),
            key: Key(key),
            operation,
            epoch: Epoch(0),
            clock: Time::ZERO,
            seen: Seen::UNKNOWN,
        };
        self.hand(NodeId(node), |region, env, effects| region.on_request(env, request, effects));
    }

    fn change(&mut self, node: u16, key: u32, write: u64, change: Change) {
        let operation = Operation::Write { write: WriteId(write), change, bytes: 10 };
        let request = Request {
            id: RequestId(write),
            key: Key(key),
            operation,
            epoch: Epoch(0),
            clock: Time::ZERO,
            seen: Seen::UNKNOWN,
        };
        self.hand(NodeId(node), |region, env, effects| region.on_request(env, request, effects));
    }

    fn sums(&self) -> Vec<i64> {
        self.regions.iter().map(MultiLeader::sum).collect()
    }

    fn heartbeat(&mut self) {
        for node in self.peers.clone() {
            self.hand(node, |region, env, effects| region.on_timer(env, Timer::Heartbeat, effects));
        }
        self.settle();
    }

    /// Power is lost and comes back.
    fn restart(&mut self, node: u16, disk: bool) {
        self.now += Span::from_secs(1);
        let kept = self.regions[usize::from(node)].clone().into_durable();
        self.regions[usize::from(node)] = self.started(NodeId(node), if disk { kept } else { Durable::default() });
    }

    fn held(&self, key: u32) -> Vec<Option<u64>> {
        self.regions.iter().map(|region| region.stored(Key(key)).write.map(|write| write.0)).collect()
    }

    fn lag(&self, from: u16) -> Vec<u64> {
        let env = Env {
            node: NodeId(from),
            peers: &self.peers,
            clock: Time::ZERO,
            steady: Time::from_secs(9),
            ticks: Time::from_secs(9),
        };
        self.regions[usize::from(from)].view(&env).streams.iter().map(|stream| stream.lag_entries).collect()
    }
}

const TOPOLOGIES: [Topology; 3] = [Topology::Mesh, Topology::Ring, Topology::Hub(NodeId(1))];

#[test]
fn a_write_is_confirmed_at_once_and_comes_to_all_by_any_topology_once() {
    // In a ring it comes back to its author.
    for (topology, messages) in TOPOLOGIES.into_iter().zip([3, 4, 3]) {
        let mut all = Regions::new(4, config(topology));
        all.write(0, 0, 7);
        assert_eq!((all.confirmed, all.held(0)), (1, vec![Some(7), None, None, None]));
        all.settle();
        assert_eq!(all.held(0), [Some(7); 4], "{topology:?}");
        assert_eq!(all.arrived, (messages, 0), "{topology:?}");
    }
}

#[test]
fn the_number_of_streams_is_that_of_the_topology() {
    let streams = |topology| {
        let all = Regions::new(5, config(topology));
        all.regions.iter().map(|region| region.streams.len()).sum::<usize>()
    };
    assert_eq!(TOPOLOGIES.map(streams), [20, 5, 8]);
}

#[test]
fn after_a_cut_both_sides_are_sent_what_they_missed_and_the_later_stamp_wins() {
    for topology in TOPOLOGIES {
        let mut all = Regions::new(3, config(topology));
        all.cut_off = vec![NodeId(2)];
        for write in 0..10 {
            all.write(0, write, u64::from(write) + 10);
        }
        all.clocks[2] = Time::from_secs(2);
        all.write(2, 0, 7);
        all.settle();
        (0..100).for_each(|_| all.heartbeat());
        assert_eq!(all.held(9)[2], None);
        all.cut_off.clear();
        (0..10).for_each(|_| all.heartbeat());
        assert_eq!((all.held(0), all.held(9)), (vec![Some(7); 3], vec![Some(19); 3]), "{topology:?}");
        assert_eq!((all.lag(0).iter().sum::<u64>(), all.lag(2).iter().sum::<u64>()), (0, 0));
        let over_nothing = |fact: &&Fact| matches!(fact, Fact::Stored { write: WriteId(7 | 10), over: None, .. });
        assert!(all.facts.iter().filter(over_nothing).count() >= 4, "they did not know each other, and all say so");
    }
}

#[test]
fn no_more_is_under_way_than_the_window_holds() {
    let mut all = Regions::new(2, config(Topology::Mesh));
    (0..10).for_each(|write| all.write(0, write, u64::from(write) + 1));
    assert_eq!(all.under_way.len(), 4);
    all.settle();
    assert_eq!((all.arrived.0, all.held(9)), (10, vec![Some(10); 2]));
}

#[test]
fn whoever_comes_back_with_its_disk_is_sent_the_rest_and_without_it_everything() {
    for (disk, copies) in [(true, 0), (false, 1)] {
        let mut all = Regions::new(2, config(Topology::Mesh));
        all.write(0, 0, 7);
        all.settle();
        all.cut_off = vec![NodeId(1)];
        all.write(0, 1, 8);
        all.settle();
        all.restart(1, disk);
        all.cut_off.clear();
        (0..3).for_each(|_| all.heartbeat());
        assert_eq!((all.held(0), all.held(1), all.arrived.1), (vec![Some(7); 2], vec![Some(8); 2], copies));
    }
}

/// It no longer keeps what all have heard, and does not know any more that they have until they say so.
#[test]
fn whoever_comes_back_and_whom_nobody_lacks_anything_of_sends_no_copies() {
    let mut all = Regions::new(3, config(Topology::Mesh));
    all.write(0, 0, 7);
    all.settle();
    all.heartbeat();
    let before = all.arrived;
    all.restart(0, true);
    all.settle();
    (0..3).for_each(|_| all.heartbeat());
    assert_eq!(all.arrived, before);
    all.write(0, 1, 8);
    all.settle();
    assert_eq!(all.held(1), [Some(8); 3]);
}

#[test]
fn what_a_region_had_lost_of_its_own_comes_home_and_goes_on_to_those_who_never_had_it() {
    let mut all = Regions::new(3, config(Topology::Mesh));
    all.heartbeat();
    all.cut_off = vec![NodeId(2)];
    all.write(0, 0, 7);
    all.settle();
    assert_eq!(all.held(0), [Some(7), Some(7), None]);
    all.clocks[0] = Time::from_secs(5);
    all.restart(0, false);
    all.cut_off.clear();
    (0..5).for_each(|_| all.heartbeat());
    assert_eq!(all.held(0), [Some(7); 3]);
}

#[test]
fn a_region_that_is_dead_holds_up_those_behind_it_in_a_ring_and_nobody_in_a_mesh() {
    let reached = |topology| {
        let mut all = Regions::new(3, config(topology));
        all.cut_off = vec![NodeId(1)];
        all.write(0, 0, 7);
        all.settle();
        (0..5).for_each(|_| all.heartbeat());
        all.held(0)[2]
    };
    assert_eq!((reached(Topology::Ring), reached(Topology::Mesh)), (None, Some(7)));
}

#[test]
fn what_nobody_lacks_is_not_kept_and_of_what_somebody_lacks_no_more_than_is_to_be() {
    let mut all = Regions::new(2, Config { retain: 3, ..config(Topology::Mesh) });
    all.write(0, 0, 1);
    all.settle();
    assert_eq!(all.regions[0].kept.log.floor(), 1);
    all.cut_off = vec![NodeId(1)];
    (0..8).for_each(|write| all.write(0, write, u64::from(write) + 2));
    let log = &all.regions[0].kept.log;
    assert_eq!(log.last() - log.floor(), 3);
    all.under_way.clear();
    all.cut_off.clear();
    (0..3).for_each(|_| all.heartbeat());
    assert_eq!((all.held(7), all.arrived.1), (vec![Some(9); 2], 1), "it is sent a copy");
}

fn merging(kind: Kind, topology: Topology) -> Config {
    Config { kind, policy: Policy::Merge, ..config(topology) }
}

fn add(amount: i32) -> Change {
    Change::by(Verb::Add, amount)
}

fn sell(amount: i32) -> Change {
    Change::by(Verb::Sell, amount)
}

#[test]
fn what_both_sides_of_a_cut_counted_is_added_up_where_copies_are_merged() {
    for topology in TOPOLOGIES {
        let mut all = Regions::new(3, merging(Kind::Counter, topology));
        all.change(0, 0, 1, add(5));
        (0..3).for_each(|_| all.heartbeat());
        assert_eq!(all.sums(), [5; 3]);
        all.cut_off = vec![NodeId(2)];
        for write in 0..10 {
            all.change(0, 0, 10 + write, add(1));
            all.change(2, 0, 30 + write, add(100));
        }
        all.settle();
        (0..3).for_each(|_| all.heartbeat());
        assert_eq!((all.sums()[0], all.sums()[2]), (15, 1005));
        all.cut_off.clear();
        (0..10).for_each(|_| all.heartbeat());
        assert_eq!(all.sums(), [1015; 3], "{topology:?}");
    }
}

#[test]
fn a_region_without_its_disk_gets_back_what_others_had_of_it_and_adds_to_that() {
    let mut all = Regions::new(3, merging(Kind::Counter, Topology::Mesh));
    (1..=4).for_each(|write| all.change(0, 0, write, add(1)));
    all.settle();
    all.heartbeat();
    all.cut_off = vec![NodeId(1), NodeId(2)];
    all.change(0, 0, 5, add(10));
    // Its clock was set back to what it showed when the run began: what it stamps now is what it stamped before.
    all.clocks[0] = Time::from_secs(1);
    all.restart(0, false);
    all.change(0, 0, 6, add(100));
    assert_eq!(all.sums(), [100, 4, 4], "the 10 are gone with the disk");
    all.under_way.clear();
    all.cut_off.clear();
    (0..10).for_each(|_| all.heartbeat());
    assert_eq!(all.sums(), [104; 3]);
}

#[test]
fn who_comes_back_with_its_disk_gives_a_copy_to_who_has_lost_its_own_meanwhile() {
    for topology in TOPOLOGIES {
        let mut all = Regions::new(2, merging(Kind::Counter, topology));
        all.change(0, 0, 1, add(7));
        (0..3).for_each(|_| all.heartbeat());
        all.cut_off = vec![NodeId(0), NodeId(1)];
        all.restart(0, false);
        all.restart(1, true);
        all.cut_off.clear();
        let log = all.regions[0].kept.log.id;
        // It learns of it, and loses power before it can send the copy.
        let hello = Message::Hello { log, number: 1, upto: 0, clock: Time::ZERO, has: Seen::UNKNOWN };
        all.hand(NodeId(1), |region, env, effects| region.on_message(env, NodeId(0), hello, effects));
        all.under_way.clear();
        all.restart(1, true);
        (0..5).for_each(|_| all.heartbeat());
        assert_eq!(all.sums(), [7; 2], "{topology:?}");
    }
}

#[test]
fn of_a_copy_that_changed_many_times_only_the_last_state_is_sent_after_a_cut() {
    for topology in TOPOLOGIES {
        let mut all = Regions::new(3, merging(Kind::Feed, topology));
        all.cut_off = vec![NodeId(2)];
        (1..=200).for_each(|write| all.change(0, 0, write, Change::new(Verb::Post)));
        all.change(1, 0, 201, Change::new(Verb::Post));
        all.settle();
        (0..40).for_each(|_| all.heartbeat());
        all.cut_off.clear();
        let before = all.arrived.0;
        (0..10).for_each(|_| all.heartbeat());
        assert_eq!(all.sums(), [201; 3], "{topology:?}");
        assert!(all.arrived.0 - before < 20, "{topology:?}: {} states", all.arrived.0 - before);
    }
}

#[test]
fn shares_of_a_stock_bound_what_is_sold_by_regions_that_know_nothing_of_each_other() {
    let sold = |quotas| {
        let mut all = Regions::new(2, merging(Kind::Stock { initial: 10, quotas }, Topology::Mesh));
        all.cut_off = vec![NodeId(1)];
        for write in 0..8 {
            all.change(0, 0, 1 + write, sell(1));
            all.change(1, 0, 21 + write, sell(1));
        }
        let confirmed = all.confirmed;
        all.under_way.clear();
        all.cut_off.clear();
        (0..10).for_each(|_| all.heartbeat());
        assert_eq!(all.sums(), [confirmed as i64; 2], "what was sold is in both copies");
        confirmed
    };
    assert_eq!(sold(None), 16);
    assert_eq!(sold(Some(vec![6, 4])), 10);
}

#[test]
fn what_is_on_its_way_to_the_disk_is_not_sold_again_and_merges_with_what_comes_meanwhile() {
    let disk = Some(engine::Distribution::Constant(1e6));
    let mut all =
        Regions::new(2, Config { disk, ..merging(Kind::Stock { initial: 10, quotas: None }, Topology::Mesh) });
    all.change(0, 0, 1, sell(6));
    all.change(0, 0, 2, sell(6));
    all.change(0, 0, 3, sell(4));
    all.hand(NodeId(1), |region, env, effects| {
        let other = Request {
            id: RequestId(4),
            key: Key(0),
            operation: Operation::Write { write: WriteId(4), change: sell(1), bytes: 10 },
            epoch: Epoch(0),
            clock: Time::ZERO,
            seen: Seen::UNKNOWN,
        };
        region.on_request(env, other, effects);
        region.on_timer(env, Timer::Disk(1), effects);
    });
    all.settle();
    assert_eq!(all.sums(), [1, 1]);
    let finish = |all: &mut Regions, work| {
        all.hand(NodeId(0), |region, env, effects| region.on_timer(env, Timer::Disk(work), effects));
    };
    let stored = |all: &Regions, of: u64| {
        all.facts.iter().filter(move |fact| matches!(fact, Fact::Changed { write, .. } if write.0 == of)).count()
    };
    finish(&mut all, 2);
    assert_eq!((all.confirmed, [1, 3].map(|of| stored(&all, of))), (2, [1, 1]), "the one before it is there with it");
    finish(&mut all, 1);
    all.settle();
    assert_eq!((all.confirmed, all.sums()), (3, vec![11; 2]));
    assert_eq!([1, 2, 3, 4].map(|of| stored(&all, of)), [1, 0, 1, 1]);
}
