//! Raft: the replicas elect their leader, and what a majority holds is committed (R13; C1; Ongaro and Ousterhout, In Search of an
//! Understandable Consensus Algorithm, USENIX ATC 2014; Ongaro, Consensus: Bridging Theory and Practice, 2014).
//!
//! An epoch is a term. Whoever hears of no leader for an election timeout waits for as long again at most, asks whether it would
//! be elected, and stands. It is elected by a majority of all replicas, each of which votes once a term and for nobody whose log is
//! behind its own. It begins with an entry that writes nothing; once a majority holds that, all before is committed. A write is
//! acknowledged when it is committed, a read answered when a majority has heard its leader since it came. A replica shows nothing that is
//! not committed as far as it knows.
//!
//! The control plane has no say. A run begins with a leader of term 1 that all have voted for.
//!
//! Whoever has lost its disk has forgotten its votes and what it acknowledged, so that it is another member: it counts for nothing before
//! a majority of the others holds an entry with which a leader readmits it, as where members are removed and added, and it votes
//! once it holds that itself.
//!
//! `election` is who is heard and who is elected, `disk` what must not be forgotten, `leader` the leader's part, `reads` when it may answer those, [`crate::shipping`] how
//! its log gets into others, `message` what they say, `config` how they are set up, `offers` what a scenario may choose, this file
//! the contract and who takes which part when.

mod config;
mod disk;
mod election;
mod leader;
mod message;
mod offers;
mod reads;
#[cfg(test)]
mod tests;

use crate::shipping::{Durability, Entry, Extent, Log, Shipment, Tail};
pub use config::{Config, Reads};
use disk::Disk;
use election::{Candidate, Ear};
use engine::Time;
use leader::{Desk, Leader};
pub use message::{Ballot, Member, Message, Timer};
use message::{Effects, Outlet};
pub(crate) use offers::RAFT;
use protocol::{
    Awaited, Command, Env, Epoch, Fact, Key, NodeId, NodeView, Operation, Parcel, Protocol, Refusal, Request, Response,
    Role, Stored, Summary, Version,
};
use std::ops::Range;

/// What a crash leaves.
#[derive(Clone, Debug, Default)]
pub struct Durable(Option<Disk>);

/// One replica.
#[derive(Clone, Debug)]
pub struct Raft {
    config: Config,
    /// Whether it keeps no values.
    witness: bool,
    disk: Disk,
    ear: Ear,
    part: Part,
}

#[derive(Clone, Debug)]
enum Part {
    Leader(Leader),
    Candidate(Candidate),
    Follower {
        /// Whose log it repeats, if it knows.
        leader: Option<NodeId>,
        tail: Tail,
        /// The last shipment that was answered: the leader's reading, and its number.
        answered: (Time, u64),
    },
}

impl Protocol for Raft {
    type Config = Config;
    type Message = Message;
    type Timer = Timer;
    type Durable = Durable;

    fn holders(_: &Config, followers: usize) -> usize {
        followers.div_ceil(2)
    }

    fn start(config: &Config, env: &Env, durable: Durable, effects: &mut Effects) -> Self {
        let witness = !config.keeps_values(env.node);
        match &durable.0 {
            Some(disk) if !witness => effects.note(Fact::Recovered { upto: disk.log.last() }),
            // Whoever is there when the run begins has lost nothing.
            None if env.steady > Time::ZERO => effects.note(Fact::Excluded),
            _ => {}
        }
        if durable.0.is_none() && config.storage.takes_time() && !witness {
            effects.note(Fact::Synced { upto: Version::NONE });
        }
        // A witness has no keys.
        let keys = if witness { 0 } else { config.keys };
        let new = || {
            let member = Member { since: env.steady, counts: false };
            Disk::new(member, Log::new(keys, &config.kind).on(&config.storage))
        };
        Raft {
            config: config.clone(),
            witness,
            disk: durable.0.unwrap_or_else(new),
            ear: Ear::new(config, env, effects),
            part: Part::follows(None),
        }
    }

    fn on_request(&mut self, env: &Env, request: Request, effects: &mut Effects) {
        let Request { id, key, operation, .. } = request;
        let local = match operation {
            Operation::ReadLocal | Operation::ReadMajority => true,
            Operation::ReadAtLeast(version) => self.reaches(version),
            Operation::ReadSeen | Operation::ReadLeader | Operation::Write { .. } => false,
        };
        if local && !self.witness {
            return effects.reply(id, Response::Read(self.stored(key)));
        }
        let term = self.disk.term;
        match &mut self.part {
            Part::Leader(leader) => {
                let desk = &mut Desk { config: &self.config, log: &mut self.disk.log, env, effects };
                match operation {
                    Operation::Write { write, change, bytes } => {
                        leader.write(id, Entry { epoch: term, write, key, change, bytes, at: env.steady }, desk);
                    }
                    _ => leader.read(id, key, desk),
                }
                self.disk.sync(&self.config, effects);
            }
            Part::Follower { leader: Some(leader), .. } => effects.reply(id, Response::NotLeader(*leader)),
            // As etcd, which refuses with "no leader" and leaves it to clients to try again.
            Part::Follower { leader: None, .. } | Part::Candidate(_) => {
                effects.reply(id, Response::Refused(Refusal::NoLeader));
            }
        }
    }

    fn on_command(&mut self, env: &Env, command: Command, effects: &mut Effects) {
        match command {
            // A run begins in the midst of things. Later nobody has a say in it.
            Command::Lead(term) if self.disk.term == Epoch(0) => {
                self.disk.begin(term, env.node);
                self.lead(env, effects);
            }
            Command::Follow(leader, term) if self.disk.term == Epoch(0) => {
                self.disk.begin(term, leader);
                self.part = Part::follows(Some(leader));
            }
            Command::HandOver { to, .. } => {
                self.let_lead(env, to, effects);
            }
            Command::Lead(_) | Command::Follow(..) | Command::GoOn { .. } | Command::LeaseGranted { .. } => {}
        }
        self.disk.sync(&self.config, effects);
    }

    fn on_message(&mut self, env: &Env, from: NodeId, message: Message, effects: &mut Effects) {
        match message {
            Message::Shipment { at, shipment } => self.on_shipment(env, from, at, shipment, effects),
            Message::Ack { term, at, extent, member } => {
                if term == self.disk.term
                    && let Some((leader, desk)) = &mut self.at_work(env, effects)
                {
                    leader.on_ack(from, at, extent, member, desk);
                }
            }
            Message::Ask { term, last, ballot } => self.on_ask(env, from, (term, last, ballot), effects),
            Message::Vote { term, poll, granted: true } => self.on_vote(env, from, term, poll, effects),
            Message::Vote { term, granted: false, .. } | Message::Outdated { term } => {
                if term > self.disk.term {
                    self.learn_of(term, effects);
                }
            }
            Message::LetLead { to } => self.let_lead(env, to, effects),
            Message::TakeOver { term } => {
                if term == self.disk.term && !matches!(self.part, Part::Leader(_)) {
                    self.stand(env, Ballot::Succession, effects);
                }
            }
            Message::Readmitted { term, since } => {
                let member = &mut self.disk.member;
                if term >= self.disk.term && since == member.since && !member.counts {
                    member.counts = true;
                    effects.note(Fact::Readmitted);
                }
            }
        }
        self.disk.sync(&self.config, effects);
    }

    fn on_timer(&mut self, env: &Env, timer: Timer, effects: &mut Effects) {
        match timer {
            Timer::Silence => self.ear.on_silence(&self.config, env, effects),
            Timer::Stand => {
                let ballot = if self.config.pre_vote { Ballot::Poll } else { Ballot::Vote };
                self.stand(env, ballot, effects);
            }
            Timer::Quorum => {
                if self.at_work(env, effects).is_some_and(|(leader, mut desk)| leader.lacks_quorum(&mut desk)) {
                    self.follow_nobody(effects);
                }
            }
            Timer::Heartbeat | Timer::Lease | Timer::Transfer => {
                let Some((leader, desk)) = &mut self.at_work(env, effects) else { return };
                match timer {
                    Timer::Heartbeat => leader.on_heartbeat(desk),
                    Timer::Lease => leader.on_lease(desk),
                    _ => leader.on_transfer(desk),
                }
            }
            Timer::Sync => self.on_sync(env, effects),
        }
        self.disk.sync(&self.config, effects);
    }

    fn into_durable(self) -> Durable {
        Durable(Some(self.disk.left(&self.config)))
    }

    fn reaches(&self, version: Version) -> bool {
        self.applied() >= version
    }

    fn complete_as_of(&self) -> Option<Time> {
        match &self.part {
            Part::Follower { tail, .. } => tail.complete_as_of(&self.disk.log, self.applied().lsn),
            Part::Leader(_) | Part::Candidate(_) => None,
        }
    }

    fn stored(&self, key: Key) -> Stored {
        self.disk.log.state_at(key, self.disk.log.settled())
    }

    fn sum(&self) -> i64 {
        self.disk.log.sum()
    }

    fn kept(&self) -> Range<u64> {
        self.disk.log.kept()
    }

    fn summary(&self) -> Summary {
        let (role, follows) = match &self.part {
            Part::Follower { leader, .. } if self.witness => (Role::Witness, *leader),
            Part::Leader(_) => (Role::Leader, None),
            Part::Candidate(_) => (Role::Candidate, None),
            Part::Follower { leader: Some(leader), .. } => (Role::Follower, Some(*leader)),
            Part::Follower { leader: None, .. } => (Role::Waiting, None),
        };
        Summary { role, epoch: self.disk.term, follows, last: self.disk.log.last() }
    }

    fn view(&self, env: &Env) -> NodeView {
        let Summary { role, epoch, follows, last } = self.summary();
        let (leader, applied) = (follows.or((role == Role::Leader).then_some(env.node)), self.disk.log.settled());
        let (log, storage) = (&self.disk.log, &self.config.storage);
        let synced = storage.durability == Durability::Synced;
        let disk = log.disk(storage, if synced { Awaited::Enough } else { Awaited::Nobody });
        let balances = log.balances();
        let mut view = NodeView { leader, applied, balances, disk, ..NodeView::new(role, epoch, last) };
        if let Part::Leader(leader) = &self.part {
            (view.streams, view.waiting) = (leader.streams(&self.disk.log, env), leader.waiting());
        }
        view
    }

    fn parcel(message: &Message) -> Parcel {
        message.parcel()
    }
}

impl Part {
    fn follows(leader: Option<NodeId>) -> Part {
        Part::Follower { leader, tail: Tail::default(), answered: (Time::ZERO, 0) }
    }
}

impl Raft {
    /// The leader's part, if it has it, and where it stands.
    fn at_work<'a>(&'a mut self, env: &'a Env, effects: &'a mut Effects) -> Option<(&'a mut Leader, Desk<'a>)> {
        let Part::Leader(leader) = &mut self.part else { return None };
        Some((leader, Desk { config: &self.config, log: &mut self.disk.log, env, effects }))
    }

    /// Somebody is wished for as leader: whoever leads sees to it, a follower passes the wish on.
    fn let_lead(&mut self, env: &Env, to: NodeId, effects: &mut Effects) {
        match &mut self.part {
            Part::Leader(leader) => {
                leader.hand_over(to, &mut Desk { config: &self.config, log: &mut self.disk.log, env, effects });
            }
            Part::Follower { leader: Some(leader), .. } => effects.send(*leader, Message::LetLead { to }),
            Part::Follower { leader: None, .. } | Part::Candidate(_) => {}
        }
    }

    /// The disk is done, or enough was gathered for it.
    fn on_sync(&mut self, env: &Env, effects: &mut Effects) {
        let synced = self.disk.wake(&self.config, effects);
        self.see_whether_elected(env, effects);
        let Some(upto) = synced else { return };
        if !self.witness {
            effects.note(Fact::Synced { upto });
        }
        if let Some((leader, desk)) = &mut self.at_work(env, effects) {
            leader.on_synced(desk);
        } else if let Part::Follower { leader: Some(leader), answered, .. } = self.part {
            self.acknowledge(leader, answered, effects);
        }
    }

    /// The version up to which it knows that its log is committed.
    fn applied(&self) -> Version {
        let lsn = self.disk.log.settled();
        Version { epoch: self.disk.log.epoch_at(lsn).unwrap_or_default(), lsn }
    }

    /// Something about the log has come from whoever leads in that term.
    fn on_shipment(&mut self, env: &Env, from: NodeId, at: Time, shipment: Shipment, effects: &mut Effects) {
        let term = shipment.epoch();
        if term < self.disk.term {
            effects.note(Fact::Fenced { stale: term, current: self.disk.term });
            return effects.send(from, Message::Outdated { term: self.disk.term });
        }
        if term > self.disk.term {
            self.learn_of(term, effects);
        }
        debug_assert!(!matches!(self.part, Part::Leader(_)), "a term has one leader");
        if !matches!(&self.part, Part::Follower { leader, .. } if *leader == Some(from)) {
            self.part = Part::follows(Some(from));
        }
        self.ear.hear(&self.config, env, effects);
        let Part::Follower { tail, answered, .. } = &mut self.part else { return };
        let outlet = &mut Outlet { config: &self.config, node: env.node, at, effects };
        *answered = (at, tail.take(&mut self.disk.log, from, shipment, self.config.window, outlet));
        let answered = *answered;
        self.acknowledge(from, answered, effects);
    }

    /// Tell the leader where this log ends, in answer to what it said at this reading by this number.
    fn acknowledge(&self, leader: NodeId, (at, answers): (Time, u64), effects: &mut Effects) {
        let Disk { member, term, log, .. } = &self.disk;
        let extent = Extent::of(log, &self.config.storage, answers);
        effects.send(leader, Message::Ack { term: *term, at, extent, member: *member });
    }

    /// Stand for election, or ask whether it would be elected. Who counts for nothing, or keeps no values, waits for others, and
    /// names none whom it does not hear.
    fn stand(&mut self, env: &Env, ballot: Ballot, effects: &mut Effects) {
        if !self.disk.member.counts || self.witness {
            return self.follow_nobody(effects);
        }
        self.ear.wait(&self.config, effects);
        let mut term = self.disk.term.next();
        if ballot != Ballot::Poll {
            (self.disk.term, self.disk.vote) = (term, Some(env.node));
            effects.note(Fact::Stands(term));
            term = self.disk.term;
        }
        self.part = Part::Candidate(Candidate::new(ballot, env));
        for other in env.others() {
            let ask = Message::Ask { term, last: self.disk.log.last(), ballot };
            if ballot == Ballot::Poll {
                effects.send(other, ask)
            } else {
                self.disk.vouch(&self.config, other, ask, effects)
            }
        }
        self.see_whether_elected(env, effects);
    }

    fn on_ask(
        &mut self,
        env: &Env,
        from: NodeId,
        (term, last, ballot): (Epoch, Version, Ballot),
        effects: &mut Effects,
    ) {
        let led = self.ear.hears(&self.config, env) || matches!(self.part, Part::Leader(_));
        let kept = match ballot {
            Ballot::Poll => true,
            Ballot::Vote => self.config.check_quorum,
            Ballot::Succession => false,
        };
        if led && kept {
            return;
        }
        let poll = ballot == Ballot::Poll;
        if !poll && term > self.disk.term {
            self.learn_of(term, effects);
        }
        let free = match poll {
            true => term > self.disk.term,
            false => term == self.disk.term && self.disk.vote.is_none_or(|vote| vote == from),
        };
        let granted = free && self.disk.member.counts && last >= self.disk.log.last();
        if granted && !poll {
            self.disk.vote = Some(from);
            self.ear.wait(&self.config, effects);
        }
        let term = if granted { term } else { self.disk.term };
        let vote = Message::Vote { term, poll, granted };
        if granted && !poll { self.disk.vouch(&self.config, from, vote, effects) } else { effects.send(from, vote) }
    }

    fn on_vote(&mut self, env: &Env, from: NodeId, term: Epoch, poll: bool, effects: &mut Effects) {
        let asked = if poll { self.disk.term.next() } else { self.disk.term };
        if let Part::Candidate(candidate) = &mut self.part
            && candidate.polls() == poll
            && term == asked
        {
            candidate.count(from);
            self.see_whether_elected(env, effects);
        }
    }

    fn see_whether_elected(&mut self, env: &Env, effects: &mut Effects) {
        let Part::Candidate(candidate) = &self.part else { return };
        match (candidate.has_won(env), candidate.polls()) {
            (true, true) => self.stand(env, Ballot::Vote, effects),
            // Its own vote is one of them.
            (true, false) if self.disk.is_kept(&self.config) => self.lead(env, effects),
            (true, false) | (false, _) => {}
        }
    }

    fn lead(&mut self, env: &Env, effects: &mut Effects) {
        let term = self.disk.term;
        effects.note(Fact::Leads(term));
        self.ear.rest(effects);
        let desk = &mut Desk { config: &self.config, log: &mut self.disk.log, env, effects };
        self.part = Part::Leader(Leader::new(term, desk));
    }

    /// There is a later term, whoever leads in it.
    fn learn_of(&mut self, term: Epoch, effects: &mut Effects) {
        (self.disk.term, self.disk.vote) = (term, None);
        self.follow_nobody(effects);
    }

    fn follow_nobody(&mut self, effects: &mut Effects) {
        if let Part::Leader(leader) = &mut self.part {
            leader.step_down(effects);
        }
        self.part = Part::follows(None);
        self.ear.wait(&self.config, effects);
    }
}
