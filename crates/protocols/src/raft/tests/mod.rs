//! Replicas driven by hand: who is elected, what is committed and when reads are answered.

mod disks;
mod elections;
mod members;
mod replication;

use super::*;
use engine::{Span, Time};
use protocol::{Effect, RequestId, Seen, WriteId};
use std::collections::{BTreeMap, VecDeque};

const KEYS: u32 = 100;

/// Replicas, what is under way between them and what they wait for; everything arrives in order, or not at all.
struct Cluster {
    config: Config,
    peers: Vec<NodeId>,
    replicas: Vec<Raft>,
    wire: VecDeque<(NodeId, NodeId, Message)>,
    /// By replica and timer: the least time it was set for.
    timers: BTreeMap<(u16, Timer), Span>,
    replies: Vec<(RequestId, Response)>,
    facts: Vec<(u16, Fact)>,
    clock: Time,
    requests: u64,
}

impl Cluster {
    /// All follow the first.
    fn new(config: Config, regions: u16) -> Cluster {
        let config = Config { keys: KEYS, ..config };
        let mut cluster = Cluster {
            config,
            peers: (0..regions).map(NodeId).collect(),
            replicas: Vec::new(),
            wire: VecDeque::new(),
            timers: BTreeMap::new(),
            replies: Vec::new(),
            facts: Vec::new(),
            clock: Time::ZERO,
            requests: 0,
        };
        for region in 0..regions {
            let replica = cluster.started(region, Durable::default());
            cluster.replicas.push(replica);
        }
        for region in 0..regions {
            let command = if region == 0 { Command::Lead(Epoch(1)) } else { Command::Follow(NodeId(0), Epoch(1)) };
            cluster.command(region, command);
        }
        cluster.clock = Time::from_secs(1);
        cluster.deliver(nothing);
        cluster
    }

    fn started(&mut self, region: u16, disk: Durable) -> Raft {
        let env =
            Env { node: NodeId(region), peers: &self.peers, clock: self.clock, steady: self.clock, ticks: self.clock };
        let mut effects = Effects::default();
        let replica = Raft::start(&self.config, &env, disk, &mut effects);
        self.carry_out(region, effects);
        replica
    }

    /// Power is lost and comes back.
    fn restart(&mut self, region: u16, disk_lost: bool) {
        self.timers.retain(|(of, _), _| *of != region);
        let durable = self.replicas[usize::from(region)].clone().into_durable();
        let replica = self.started(region, if disk_lost { Durable::default() } else { durable });
        self.replicas[usize::from(region)] = replica;
    }

    fn call(&mut self, region: u16, call: impl FnOnce(&mut Raft, &Env, &mut Effects)) {
        let mut effects = Effects::default();
        let env =
            Env { node: NodeId(region), peers: &self.peers, clock: self.clock, steady: self.clock, ticks: self.clock };
        call(&mut self.replicas[usize::from(region)], &env, &mut effects);
        let view = self.replicas[usize::from(region)].view(&env);
        let follows = view.leader.filter(|leader| *leader != env.node);
        let brief = Summary { role: view.role, epoch: view.epoch, follows, last: view.last };
        assert_eq!(self.replicas[usize::from(region)].summary(), brief);
        self.carry_out(region, effects);
    }

    fn carry_out(&mut self, region: u16, mut effects: Effects) {
        for effect in effects.drain() {
            match effect {
                Effect::Send { to, message } => self.wire.push_back((NodeId(region), to, message)),
                Effect::Reply { request, response, .. } => self.replies.push((request, response)),
                Effect::Note(fact) => self.facts.push((region, fact)),
                Effect::SetTimer { timer, after } => drop(self.timers.insert((region, timer), *after.start())),
                Effect::CancelTimer(timer) => drop(self.timers.remove(&(region, timer))),
                Effect::DiskTimer { timer, .. } => drop(self.timers.insert((region, timer), Span::ZERO)),
                Effect::AskLease(_) => panic!("nobody else has a say in it"),
            }
        }
    }

    fn command(&mut self, region: u16, command: Command) {
        self.call(region, |replica, env, effects| replica.on_command(env, command, effects));
    }

    /// Time passes, and a timer that was set runs out.
    fn fire(&mut self, region: u16, timer: Timer, passed: Span) {
        assert!(self.timers.remove(&(region, timer)).is_some(), "{timer:?} of {region} is not set");
        self.clock += passed;
        self.call(region, |replica, env, effects| replica.on_timer(env, timer, effects));
    }

    /// No leader is heard for an election timeout, and for what was drawn beyond.
    fn stand(&mut self, region: u16) {
        if self.timers.contains_key(&(region, Timer::Silence)) {
            self.fire(region, Timer::Silence, self.config.election_timeout);
        }
        if self.timers.contains_key(&(region, Timer::Silence)) {
            self.fire(region, Timer::Silence, Span::ZERO);
        }
        self.fire(region, Timer::Stand, Span::ZERO);
    }

    /// A message arrives from somebody.
    fn hand(&mut self, from: u16, to: u16, message: Message) {
        self.call(to, |replica, env, effects| replica.on_message(env, NodeId(from), message, effects));
    }

    /// Whether one who asks for this vote is given it.
    fn votes(&mut self, from: u16, to: u16, term: u32, ballot: Ballot) -> bool {
        self.wire.clear();
        let ask = Message::Ask { term: Epoch(term), last: version(term, 9), ballot };
        self.hand(from, to, ask);
        let granted = |(_, _, message): &(_, _, Message)| matches!(message, Message::Vote { granted: true, .. });
        self.wire.drain(..).any(|sent| granted(&sent))
    }

    fn heartbeat(&mut self, leader: u16, lost: impl Fn(u16, u16, &Message) -> bool) -> Vec<Message> {
        self.fire(leader, Timer::Heartbeat, self.config.heartbeat);
        self.deliver(lost)
    }

    fn request(&mut self, region: u16, key: u32, operation: Operation) -> RequestId {
        self.requests += 1;
        let id = RequestId(self.requests);
        let request = Request { id, key: Key(key), operation, epoch: Epoch(0), clock: Time::ZERO, seen: Seen::UNKNOWN };
        self.call(region, |replica, env, effects| replica.on_request(env, request, effects));
        id
    }

    /// Write a key, the number of the request is what is written.
    fn write(&mut self, region: u16, key: u32) -> RequestId {
        let write = WriteId(self.requests + 1);
        self.request(region, key, Operation::put(write, 100))
    }

    fn reply(&self, id: RequestId) -> Option<Response> {
        self.replies.iter().find(|(request, _)| *request == id).map(|(_, response)| *response)
    }

    fn is_written(&self, id: RequestId) -> bool {
        matches!(self.reply(id), Some(Response::Written(_)))
    }

    /// What a read returned.
    fn found(&self, id: RequestId) -> Option<u64> {
        match self.reply(id)? {
            Response::Read(stored) => Some(stored.write.map_or(0, |write| write.0)),
            _ => None,
        }
    }

    /// Let everything arrive except what `lost` takes, until nothing is under way; what was sent, in order.
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

    fn role(&self, region: u16) -> (Role, u32) {
        let Summary { role, epoch, .. } = self.replicas[usize::from(region)].summary();
        (role, epoch.0)
    }

    fn ends(&self) -> Vec<Version> {
        self.replicas.iter().map(|replica| replica.disk.log.last()).collect()
    }

    fn contents(&self, region: u16) -> Vec<Stored> {
        (0..KEYS).map(|key| self.replicas[usize::from(region)].stored(Key(key))).collect()
    }
}

fn nothing(_: u16, _: u16, _: &Message) -> bool {
    false
}

/// Whoever is named is cut off.
fn without(regions: &'static [u16]) -> impl Fn(u16, u16, &Message) -> bool + Copy {
    |from, to, _| regions.contains(&from) != regions.contains(&to)
}

fn version(epoch: u32, lsn: u64) -> Version {
    Version { epoch: Epoch(epoch), lsn }
}
