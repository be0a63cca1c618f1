//! Replicas driven by hand: what they say to each other when logs part, disks go and links are cut.

mod disks;
mod leases;
mod streams;

use super::*;
use crate::shipping::Stream;
use engine::{Span, Time};
use protocol::{Effect, RequestId, Seen, StreamView, Version, WriteId};
use std::collections::VecDeque;

const KEYS: u32 = 100;

/// Replicas and what is under way between them; everything arrives in order, or not at all.
struct Cluster {
    config: Config,
    peers: Vec<NodeId>,
    replicas: Vec<LeaderFollower>,
    wire: VecDeque<(NodeId, NodeId, Message)>,
    replies: Vec<(RequestId, Response)>,
    facts: Vec<(u16, Fact)>,
    clock: Time,
    requests: u64,
}

impl Cluster {
    fn new(config: Config, regions: u16) -> Cluster {
        let config = Config { keys: KEYS, ..config };
        let peers: Vec<NodeId> = (0..regions).map(NodeId).collect();
        let mut cluster = Cluster {
            config: config.clone(),
            peers,
            replicas: Vec::new(),
            wire: VecDeque::new(),
            replies: Vec::new(),
            facts: Vec::new(),
            clock: Time::from_secs(1),
            requests: 0,
        };
        for region in 0..regions {
            let env = Env {
                node: NodeId(region),
                peers: &cluster.peers,
                clock: cluster.clock,
                steady: cluster.clock,
                ticks: cluster.clock,
            };
            cluster.replicas.push(LeaderFollower::start(&config, &env, Durable::default(), &mut Effects::default()));
        }
        cluster.lead(0, 1, regions);
        cluster
    }

    fn call(&mut self, region: u16, call: impl FnOnce(&mut LeaderFollower, &Env, &mut Effects)) {
        let mut effects = Effects::default();
        let env =
            Env { node: NodeId(region), peers: &self.peers, clock: self.clock, steady: self.clock, ticks: self.clock };
        call(&mut self.replicas[usize::from(region)], &env, &mut effects);
        for effect in effects.drain() {
            match effect {
                Effect::Send { to, message } => self.wire.push_back((NodeId(region), to, message)),
                Effect::Reply { request, response, .. } => self.replies.push((request, response)),
                Effect::Note(fact) => self.facts.push((region, fact)),
                _ => {}
            }
        }
    }

    /// The control plane tells the first `regions` regions who leads.
    fn lead(&mut self, leader: u16, epoch: u32, regions: u16) {
        for region in 0..regions {
            let command = match region == leader {
                true => Command::Lead(Epoch(epoch)),
                false => Command::Follow(NodeId(leader), Epoch(epoch)),
            };
            self.command(region, command);
        }
    }

    fn command(&mut self, region: u16, command: Command) {
        self.call(region, |replica, env, effects| replica.on_command(env, command, effects));
    }

    fn request(&mut self, region: u16, key: u32, operation: Operation) -> Option<Response> {
        self.requests += 1;
        let id = RequestId(self.requests);
        let request = Request { id, key: Key(key), operation, epoch: Epoch(0), clock: Time::ZERO, seen: Seen::UNKNOWN };
        self.call(region, |replica, env, effects| replica.on_request(env, request, effects));
        self.reply_to(id)
    }

    fn reply_to(&self, id: RequestId) -> Option<Response> {
        self.replies.iter().find(|(request, _)| *request == id).map(|(_, response)| *response)
    }

    /// Write so many times, each time another key; what each write replied is not waited for.
    fn write(&mut self, region: u16, writes: u64) {
        for _ in 0..writes {
            let write = WriteId(self.requests + 1);
            self.request(region, (write.0 % u64::from(KEYS)) as u32, Operation::put(write, 100));
        }
    }

    /// Let everything arrive except what `lost` takes, until nothing is under way; what arrived or was lost, in order.
    fn deliver(&mut self, lost: impl Fn(u16, u16, &Message) -> bool) -> Vec<Message> {
        let mut sent = Vec::new();
        while let Some((from, to, message)) = self.wire.pop_front() {
            assert!(sent.len() < 20_000, "the replicas never come to rest");
            sent.push(message.clone());
            if !lost(from.0, to.0, &message) {
                self.call(to.0, |replica, env, effects| replica.on_message(env, from, message, effects));
            }
        }
        sent
    }

    /// Another heartbeat of a leader, and all that follows.
    fn heartbeat(&mut self, leader: u16, lost: impl Fn(u16, u16, &Message) -> bool) -> Vec<Message> {
        self.clock += self.config.heartbeat;
        self.call(leader, |replica, env, effects| replica.on_timer(env, Timer::Heartbeat, effects));
        self.deliver(lost)
    }

    fn lose_disk(&mut self, region: u16) {
        let env =
            Env { node: NodeId(region), peers: &self.peers, clock: self.clock, steady: self.clock, ticks: self.clock };
        self.replicas[usize::from(region)] =
            LeaderFollower::start(&self.config, &env, Durable::default(), &mut Effects::default());
    }

    /// How a leader sees its stream of this number.
    fn lag(&self, leader: u16, stream: usize) -> StreamView {
        let env =
            Env { node: NodeId(leader), peers: &self.peers, clock: self.clock, steady: self.clock, ticks: self.clock };
        self.replicas[usize::from(leader)].view(&env).streams[stream]
    }

    fn ends(&self) -> Vec<Version> {
        self.replicas.iter().map(|replica| replica.log.last()).collect()
    }

    fn contents(&self, region: u16) -> Vec<Stored> {
        (0..KEYS).map(|key| self.replicas[usize::from(region)].stored(Key(key))).collect()
    }
}

fn nothing(_: u16, _: u16, _: &Message) -> bool {
    false
}

fn carries_data(message: &Message) -> bool {
    matches!(message, Message::Shipment(Shipment::Append { .. } | Shipment::Base { .. }))
}

fn version(epoch: u32, lsn: u64) -> Version {
    Version { epoch: Epoch(epoch), lsn }
}

#[test]
fn a_follower_restored_beyond_the_new_leaders_log_is_brought_back_onto_it() {
    let mut cluster = Cluster::new(Config::default(), 3);
    cluster.deliver(nothing);
    cluster.write(0, 400);
    cluster.deliver(nothing);
    let without_1 = |from: u16, to: u16, _: &Message| from == 1 || to == 1;
    cluster.write(0, 400);
    cluster.deliver(without_1);
    cluster.lose_disk(2);
    cluster.command(2, Command::Follow(NodeId(0), Epoch(1)));
    cluster.heartbeat(0, without_1);
    assert_eq!(cluster.ends(), [version(1, 800), version(1, 400), version(1, 800)]);
    // The leader is gone; the one that lacks its last writes takes over.
    let without_0 = |from: u16, to: u16, _: &Message| from == 0 || to == 0;
    cluster.command(1, Command::Lead(Epoch(2)));
    cluster.command(2, Command::Follow(NodeId(1), Epoch(2)));
    cluster.deliver(without_0);
    cluster.write(1, 10);
    cluster.deliver(without_0);
    assert_eq!(cluster.ends()[1..], [version(2, 410), version(2, 410)]);
    assert_eq!(cluster.contents(1), cluster.contents(2));
    // And so is the old leader when it comes back, entry by entry: what it takes back, it says.
    cluster.command(0, Command::Follow(NodeId(1), Epoch(2)));
    cluster.deliver(nothing);
    assert_eq!(cluster.contents(0), cluster.contents(1));
    let taken_back = |(region, fact): &&(u16, Fact)| *region == 0 && matches!(fact, Fact::Truncated { .. });
    assert_eq!(cluster.facts.iter().filter(taken_back).count(), 400);
}

#[test]
fn a_late_copy_replaces_nothing() {
    let mut cluster = Cluster::new(Config::default(), 2);
    cluster.deliver(nothing);
    cluster.write(0, 5);
    cluster.deliver(nothing);
    cluster.lose_disk(1);
    cluster.command(1, Command::Follow(NodeId(0), Epoch(1)));
    let copies: Vec<Message> = cluster
        .heartbeat(0, nothing)
        .into_iter()
        .filter(|message| matches!(message, Message::Shipment(Shipment::Base { .. })))
        .collect();
    cluster.write(0, 5);
    cluster.deliver(nothing);
    assert_eq!(copies.len(), 1);
    for copy in copies {
        cluster.wire.push_back((NodeId(0), NodeId(1), copy));
    }
    cluster.deliver(nothing);
    assert_eq!(cluster.ends(), [version(1, 10), version(1, 10)]);
}

#[test]
fn a_follower_that_lost_its_disk_is_restored_though_its_leader_is_idle() {
    let mut cluster = Cluster::new(Config::default(), 2);
    cluster.deliver(nothing);
    cluster.write(0, 50);
    cluster.deliver(nothing);
    // It comes back before the control plane has noticed: nobody tells it anything but the leader's heartbeat.
    cluster.lose_disk(1);
    cluster.replicas[1].part = Part::Follower(Follower::of(Some(NodeId(0))));
    cluster.replicas[1].epoch = Epoch(1);
    cluster.heartbeat(0, nothing);
    assert_eq!(cluster.ends(), [version(1, 50), version(1, 50)]);
}

#[test]
fn a_new_leader_shows_no_inherited_write_before_enough_followers_hold_it() {
    let semi_sync = Config { acknowledge: Acknowledge::SemiSync(1), ..Config::default() };
    let mut cluster = Cluster::new(semi_sync, 3);
    cluster.deliver(nothing);
    let old = cluster.request(0, 7, Operation::put(WriteId(70), 100));
    cluster.deliver(nothing);
    assert_eq!((old, cluster.replies.len()), (None, 1), "acknowledged once a follower holds it");
    cluster.heartbeat(0, nothing);
    // Only region 1 gets the next write, and its acknowledgement is lost with the leader.
    cluster.request(0, 8, Operation::put(WriteId(80), 100));
    cluster.deliver(|_, to, _| to != 1);
    let alone = |_: u16, _: u16, _: &Message| true;
    cluster.command(1, Command::Lead(Epoch(2)));
    cluster.deliver(alone);
    assert_eq!(cluster.request(1, 8, Operation::ReadLeader), Some(Response::Refused(Refusal::Unsettled)));
    let written = |response| matches!(response, Some(Response::Read(Stored { write: Some(_), .. })));
    assert!(written(cluster.request(1, 7, Operation::ReadLeader)), "what the old leader said is settled is shown");
    assert!(written(cluster.request(1, 8, Operation::ReadLocal)), "any follower shows what it has");
    // Its own writes are not shown before they are acknowledged, nor do they uncover what lies below.
    assert_eq!(cluster.request(1, 8, Operation::put(WriteId(81), 100)), None);
    cluster.deliver(alone);
    assert_eq!(cluster.request(1, 8, Operation::ReadLeader), Some(Response::Refused(Refusal::Unsettled)));
    cluster.command(2, Command::Follow(NodeId(1), Epoch(2)));
    (0..4).for_each(|_| drop(cluster.heartbeat(1, |from, to, _| from == 0 || to == 0)));
    let read = cluster.request(1, 8, Operation::ReadLeader);
    assert!(matches!(read, Some(Response::Read(Stored { write: Some(WriteId(81)), .. }))), "{read:?}");
}

#[test]
fn a_leader_that_hands_over_serves_until_its_successor_keeps_up() {
    let mut cluster = Cluster::new(Config::default(), 2);
    cluster.deliver(nothing);
    let all = |_: u16, _: u16, _: &Message| true;
    let acknowledged = |cluster: &mut Cluster, write: u64| {
        let response = cluster.request(0, 1, Operation::put(WriteId(write), 100));
        matches!(response, Some(Response::Written(_)))
    };
    let order = Command::HandOver { to: NodeId(1), epoch: Epoch(2) };
    (0..3).for_each(|_| drop(cluster.heartbeat(0, all)));
    cluster.command(0, order);
    for write in 0..40 {
        cluster.heartbeat(0, all);
        assert!(acknowledged(&mut cluster, 1000 + write), "the successor does not answer: the leader goes on");
    }
    cluster.heartbeat(0, nothing);
    cluster.heartbeat(0, nothing);
    assert_eq!(cluster.replicas[1].epoch, Epoch(2));
    assert!(
        matches!(cluster.replicas[1].part, Part::Leader(_)) && matches!(cluster.replicas[0].part, Part::Follower(_))
    );
    assert_eq!(cluster.contents(0), cluster.contents(1));
}

#[test]
fn a_hand_over_that_does_not_close_is_an_outage_of_heartbeats_only() {
    let mut cluster = Cluster::new(Config::default(), 2);
    cluster.deliver(nothing);
    let all = |_: u16, _: u16, _: &Message| true;
    // The successor keeps up, then the link is cut in the moment of the order.
    cluster.heartbeat(0, nothing);
    cluster.write(0, 1);
    cluster.command(0, Command::HandOver { to: NodeId(1), epoch: Epoch(2) });
    let mut refused = 0;
    for write in 0..20 {
        let response = cluster.request(0, 1, Operation::put(WriteId(1000 + write), 100));
        refused += u32::from(response == Some(Response::Refused(Refusal::HandingOver)));
        let read = cluster.request(0, 1, Operation::ReadLeader);
        assert!(matches!(read, Some(Response::Read(_))), "reads go on while the last writes are on their way");
        cluster.heartbeat(0, all);
    }
    assert_eq!(refused, leader::CLOSING + 1);
}

#[test]
fn a_leader_that_has_passed_its_leadership_on_serves_again_only_under_a_later_epoch() {
    let mut cluster = Cluster::new(Config::default(), 2);
    cluster.deliver(nothing);
    cluster.heartbeat(0, nothing);
    cluster.command(0, Command::HandOver { to: NodeId(1), epoch: Epoch(2) });
    cluster.deliver(|_, _, message| matches!(message, Message::TakeOver { .. }));
    let serves =
        |cluster: &mut Cluster| matches!(cluster.request(0, 1, Operation::ReadLeader), Some(Response::Read(_)));
    assert!(!serves(&mut cluster), "the other may lead by now");
    cluster.command(0, Command::Lead(Epoch(1)));
    assert!(!serves(&mut cluster));
    cluster.command(0, Command::Lead(Epoch(3)));
    assert!(serves(&mut cluster));
}

/// A leader with writes that nobody else has is relieved by another, which goes on without them; then it follows. What the
/// new leader tells it to take back is returned.
fn brought_back(cluster: &mut Cluster) -> Vec<Message> {
    cluster.deliver(nothing);
    cluster.write(0, 5);
    cluster.deliver(nothing);
    cluster.write(0, 3);
    cluster.deliver(|_, _, _| true);
    cluster.command(1, Command::Lead(Epoch(2)));
    cluster.deliver(|_, _, _| true);
    cluster.write(1, 10);
    cluster.deliver(|_, _, _| true);
    cluster.command(0, Command::Follow(NodeId(1), Epoch(2)));
    let sent = cluster.heartbeat(1, nothing);
    sent.into_iter().filter(|message| matches!(message, Message::Shipment(Shipment::Rewind { .. }))).collect()
}

#[test]
fn a_late_order_to_go_back_takes_nothing_back() {
    let mut cluster = Cluster::new(Config { fencing: Fencing::Token, ..Config::default() }, 2);
    let orders = brought_back(&mut cluster);
    assert_eq!(cluster.ends(), [version(2, 15), version(2, 15)]);
    assert!(!orders.is_empty());
    for late in orders {
        cluster.call(0, |replica, env, effects| replica.on_message(env, NodeId(1), late, effects));
        assert_eq!(cluster.ends()[0], version(2, 15), "the leader counts on what the follower has acknowledged");
    }
}

#[test]
fn an_acknowledgement_from_before_the_disk_was_lost_counts_no_more() {
    let semi_sync = Config { acknowledge: Acknowledge::SemiSync(1), ..Config::default() };
    let mut cluster = Cluster::new(semi_sync, 3);
    let without_2 = |from: u16, to: u16, _: &Message| from == 2 || to == 2;
    cluster.deliver(without_2);
    cluster.write(0, 5);
    cluster.deliver(without_2);
    // What the follower says of three more is held up; meanwhile it loses its disk, comes back and is heard from.
    cluster.write(0, 3);
    let said = cluster.deliver(|from, to, message| without_2(from, to, message) || to == 0);
    cluster.lose_disk(1);
    cluster.command(1, Command::Follow(NodeId(0), Epoch(1)));
    cluster.heartbeat(0, |from, to, message| without_2(from, to, message) || carries_data(message));
    for late in said.into_iter().filter(|message| matches!(message, Message::Ack { .. })) {
        cluster.call(0, |replica, env, effects| replica.on_message(env, NodeId(1), late, effects));
    }
    assert_eq!(cluster.replies.len(), 5, "nobody but the leader holds the other three");
    (0..8).for_each(|_| drop(cluster.heartbeat(0, without_2)));
    assert_eq!((cluster.replies.len(), cluster.ends()[1]), (8, version(1, 8)));
}

#[test]
fn whoever_has_lost_the_log_it_was_to_take_over_does_not_lead() {
    let mut cluster = Cluster::new(Config::default(), 2);
    cluster.deliver(nothing);
    cluster.write(0, 20);
    cluster.deliver(nothing);
    cluster.command(0, Command::HandOver { to: NodeId(1), epoch: Epoch(2) });
    cluster.deliver(|_, _, message| matches!(message, Message::TakeOver { .. }));
    cluster.lose_disk(1);
    cluster.command(1, Command::Follow(NodeId(0), Epoch(1)));
    // The order is repeated until the successor is heard from.
    (0..8).for_each(|_| drop(cluster.heartbeat(0, nothing)));
    assert!(matches!(cluster.replicas[1].part, Part::Leader(_)), "once it holds the log again, it leads");
    assert_eq!(cluster.ends(), [version(1, 20), version(1, 20)]);
}

#[test]
fn a_log_does_not_grow_for_a_follower_that_is_away() {
    let mut cluster = Cluster::new(Config { retain: 50, ..Config::default() }, 3);
    cluster.deliver(nothing);
    cluster.write(0, 20);
    cluster.deliver(nothing);
    let first_lacked = cluster.clock + Span::from_secs(1);
    cluster.clock = first_lacked;
    let without_2 = |from: u16, to: u16, _: &Message| from == 2 || to == 2;
    for _ in 0..10 {
        cluster.write(0, 100);
        cluster.deliver(without_2);
        cluster.clock += Span::from_secs(1);
    }
    for region in [0, 1] {
        let log = &cluster.replicas[region].log;
        assert!(log.last().lsn - log.floor() <= 51, "region {region} keeps {} entries", log.last().lsn - log.floor());
    }
    let lag = cluster.lag(0, 1);
    assert_eq!((lag.lag_entries, lag.lag_bytes), (1_000, 100_000), "how far it lags is known all the same");
    assert_eq!(lag.lag, cluster.clock - first_lacked);
    for _ in 0..Stream::PATIENCE + 1 {
        cluster.heartbeat(0, nothing);
    }
    assert!(cluster.contents(2) == cluster.contents(0), "it is sent a copy");
    let lag = cluster.lag(0, 1);
    assert_eq!((lag.lag_entries, lag.lag_bytes, lag.lag), (0, 0, Span::ZERO));
}

#[test]
fn an_orphaned_log_that_ends_before_what_is_kept_is_replaced_by_a_copy() {
    let mut cluster = Cluster::new(Config { retain: 50, ..Config::default() }, 3);
    cluster.deliver(nothing);
    cluster.write(0, 20);
    cluster.deliver(nothing);
    cluster.write(0, 7);
    cluster.deliver(|_, _, _| true);
    let without_0 = |from: u16, to: u16, _: &Message| from == 0 || to == 0;
    cluster.lead(1, 2, 3);
    cluster.deliver(without_0);
    for _ in 0..10 {
        cluster.write(1, 100);
        cluster.deliver(without_0);
    }
    cluster.command(0, Command::Follow(NodeId(1), Epoch(2)));
    cluster.deliver(nothing);
    cluster.heartbeat(1, nothing);
    assert!(cluster.contents(0) == cluster.contents(1));
    assert_eq!(cluster.ends()[0], cluster.ends()[1]);
}
