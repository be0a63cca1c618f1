//! The leader's part: append, send, count what a majority holds, hand over.

use super::config::Config;
use super::election::majority;
use super::message::{Effects, Member, Message, Outlet, Timer};
use super::reads::Confirmation;
use crate::shipping::{Appended, Entry, Extent, Log, Stream};
use engine::Time;
use protocol::{Env, Epoch, Fact, Key, NodeId, Refusal, RequestId, Response, StreamView};
use std::collections::VecDeque;

/// An elected replica.
#[derive(Clone, Debug)]
pub(super) struct Leader {
    term: Epoch,
    /// By ascending follower.
    peers: Vec<Peer>,
    /// Writes that no majority holds yet, by ascending LSN.
    waiting: VecDeque<Waiting>,
    confirmation: Confirmation,
    /// The LSN of its first entry. Once a majority holds that, everything before is committed; nothing is by counting replicas alone
    /// (Ongaro and Ousterhout 2014, section 5.4.2).
    begins: u64,
    /// When its leadership began: until a majority answers, silence is counted from then.
    began: Time,
    /// A change of leader that was ordered.
    transfer: Option<Transfer>,
    /// Whether somebody was told to stand for election. That cannot be called back, and those who vote for it do so though they hear
    /// this leader: it counts on no lease any more.
    summoned: bool,
}

/// What is known of another replica.
#[derive(Clone, Debug)]
struct Peer {
    stream: Stream,
    /// Since when it has its disk.
    since: Time,
    /// Whether it counts.
    counts: bool,
    /// The LSN of the entry that readmits it, if it lost its disk: it counts once a majority of the others holds that, and votes once it
    /// holds it, too.
    readmitted_by: Option<u64>,
    /// The latest that it has answered was sent then, and its latest answer came then.
    heard: Option<Time>,
    answered: Option<Time>,
}

/// A write that waits.
#[derive(Clone, Copy, Debug)]
struct Waiting {
    request: RequestId,
    appended: Appended,
}

/// A change of leader that was ordered. No writes are taken while it lasts.
#[derive(Clone, Copy, Debug)]
struct Transfer {
    to: NodeId,
    /// When it was ordered.
    at: Time,
    /// It holds everything and was told to stand for election.
    told: bool,
}

/// Where a leader stands: what it is handed at every call.
pub(super) struct Desk<'a> {
    pub(super) config: &'a Config,
    pub(super) log: &'a mut Log,
    pub(super) env: &'a Env<'a>,
    pub(super) effects: &'a mut Effects,
}

impl Desk<'_> {
    fn outlet(&mut self) -> (&Log, Outlet<'_>) {
        let outlet =
            Outlet { config: self.config, node: self.env.node, at: self.env.ticks, effects: &mut *self.effects };
        (self.log, outlet)
    }
}

impl Leader {
    pub(super) fn new(term: Epoch, desk: &mut Desk<'_>) -> Leader {
        let last = desk.log.last().lsn;
        let peer = |to| Peer {
            stream: Stream::of_settled(to, last),
            since: Time::ZERO,
            counts: false,
            readmitted_by: None,
            heard: None,
            answered: None,
        };
        let mut leader = Leader {
            term,
            peers: desk.env.others().map(peer).collect(),
            waiting: VecDeque::new(),
            confirmation: Confirmation::default(),
            begins: last + 1,
            began: desk.env.ticks,
            transfer: None,
            summoned: false,
        };
        append(Entry::no_op(term, desk.env.steady), desk);
        let (log, mut outlet) = desk.outlet();
        leader.peers.iter_mut().for_each(|peer| peer.stream.offer(log, term, &mut outlet));
        leader.on_heartbeat(desk);
        if desk.config.check_quorum {
            desk.effects.timer(Timer::Quorum, desk.config.election_timeout);
        }
        leader.commit(desk);
        leader
    }

    pub(super) fn write(&mut self, request: RequestId, entry: Entry, desk: &mut Desk<'_>) {
        if self.transfer.is_some() {
            return desk.effects.reply(request, Response::Refused(Refusal::HandingOver));
        }
        let appended = append(entry, desk);
        self.waiting.push_back(Waiting { request, appended });
        self.ship(desk);
        self.commit(desk);
    }

    pub(super) fn read(&mut self, request: RequestId, key: Key, desk: &mut Desk<'_>) {
        self.confirmation.wait(request, key, desk.env);
        self.answer(desk);
    }

    fn greet(&mut self, desk: &mut Desk<'_>) {
        let clock = desk.env.clock;
        let (log, mut outlet) = desk.outlet();
        for peer in &mut self.peers {
            peer.stream.greet(log, self.term, clock, &mut outlet);
        }
    }

    /// Send everything that there is room for.
    fn ship(&mut self, desk: &mut Desk<'_>) {
        let (window, last) = (desk.config.window, desk.log.last().lsn);
        let (log, mut outlet) = desk.outlet();
        for peer in &mut self.peers {
            peer.stream.pump(window, log, self.term, last, &mut outlet);
        }
    }

    pub(super) fn on_heartbeat(&mut self, desk: &mut Desk<'_>) {
        let (last, clock) = (desk.log.last().lsn, desk.env.clock);
        let (log, mut outlet) = desk.outlet();
        for peer in &mut self.peers {
            peer.stream.on_heartbeat(log, self.term, last, clock, &mut outlet);
        }
        self.ship(desk);
        desk.effects.timer(Timer::Heartbeat, desk.config.heartbeat);
    }

    /// A replica says how far its log reaches.
    pub(super) fn on_ack(&mut self, from: NodeId, at: Time, extent: Extent, member: Member, desk: &mut Desk<'_>) {
        let (term, window, shipped) = (self.term, desk.config.window, desk.log.last().lsn);
        let Some(peer) = self.peers.iter_mut().find(|peer| peer.stream.to == from) else { return };
        if !peer.is_still(member) || peer.stream.is_outdated(extent) {
            return;
        }
        (peer.heard, peer.answered) = (peer.heard.max(Some(at)), Some(desk.env.ticks));
        let (log, mut outlet) = desk.outlet();
        if peer.stream.hear(extent, window, log, term, shipped, &mut outlet) && peer.stream.catches_up(extent.answers) {
            desk.effects.note(Fact::CaughtUp { follower: from });
        }
        self.readmit(from, member, desk);
        self.commit(desk);
        self.answer(desk);
        self.pass(desk);
    }

    /// Whoever has lost its disk may have forgotten votes and acknowledgements. It counts again once a majority without it holds an entry that
    /// was appended since: whoever lacks what it had acknowledged is then elected by nobody of those, nor by itself once it holds that entry.
    fn readmit(&mut self, from: NodeId, member: Member, desk: &mut Desk<'_>) {
        let Some(place) = self.peers.iter().position(|peer| peer.stream.to == from) else { return };
        let peer = &mut self.peers[place];
        let holds = |lsn: u64| peer.stream.held() >= lsn;
        if peer.counts && !member.counts {
            if peer.readmitted_by.is_none_or(holds) {
                desk.effects.send(from, Message::Readmitted { term: self.term, since: member.since });
            }
        } else if !peer.counts && peer.readmitted_by.is_none() {
            peer.readmitted_by = Some(append(Entry::no_op(self.term, desk.env.steady), desk).version.lsn);
            self.ship(desk);
        }
    }

    /// Raise what is committed to what a majority holds, and acknowledge the writes that it takes in.
    fn commit(&mut self, desk: &mut Desk<'_>) {
        let own = desk.log.vouched(&desk.config.storage);
        let held = self.quorum_of(desk.env, own, |peer| peer.stream.held());
        if held >= self.begins {
            desk.log.settle(held);
        }
        let settled = desk.log.settled();
        while let Some(waiting) = self.waiting.pop_front_if(|waiting| waiting.appended.version.lsn <= settled) {
            desk.effects.reply(waiting.request, waiting.appended.answer());
        }
        for peer in self.peers.iter_mut().filter(|peer| peer.readmitted_by.is_some_and(|lsn| lsn <= settled)) {
            peer.counts = true;
        }
        self.trim(desk.config, desk.log);
    }

    /// The most that a majority has reached of something that only grows: of those that count, and of this one.
    fn quorum_of<T: Ord + Default + Copy>(&self, env: &Env, own: T, of: impl Fn(&Peer) -> T) -> T {
        let reached = || self.peers.iter().filter(|peer| peer.counts).map(&of).chain([own]);
        let by_majority = |least: &T| reached().filter(|value| value >= least).count() >= majority(env);
        reached().filter(by_majority).max().unwrap_or_default()
    }

    /// See up to when a majority has heard this leader.
    fn confirm(&mut self, desk: &mut Desk<'_>) {
        let upto = self.quorum_of(desk.env, Some(desk.env.ticks), |peer| peer.heard);
        self.confirmation.confirm(desk.config, upto, desk.env, desk.effects);
    }

    /// Answer the reads of which it is sure: it has committed something itself, and leads still.
    fn answer(&mut self, desk: &mut Desk<'_>) {
        self.confirm(desk);
        let settled = desk.log.settled();
        if settled < self.begins {
            return;
        }
        let leased = self.confirmation.has_lease() && !self.summoned;
        while let Some(read) = self.confirmation.next(leased) {
            desk.effects.reply(read.request, Response::Read(desk.log.state_at(read.key, settled)));
        }
        if self.confirmation.asks(desk.env) {
            self.greet(desk);
        }
    }

    /// Whether it is to step down: no majority has answered for an election timeout. Otherwise look again when that may be.
    pub(super) fn lacks_quorum(&mut self, desk: &mut Desk<'_>) -> bool {
        let answered = self.quorum_of(desk.env, Some(desk.env.ticks), |peer| peer.answered);
        let silence = desk.env.ticks - answered.max(Some(self.began)).unwrap_or(self.began);
        let left = desk.config.election_timeout - silence;
        if left > engine::Span::ZERO {
            desk.effects.timer(Timer::Quorum, left);
        }
        left == engine::Span::ZERO
    }

    /// The disk has more of the log.
    pub(super) fn on_synced(&mut self, desk: &mut Desk<'_>) {
        self.commit(desk);
        self.answer(desk);
        self.pass(desk);
    }

    pub(super) fn on_lease(&mut self, desk: &mut Desk<'_>) {
        self.confirmation.on_lease(desk.config, desk.env, desk.effects);
    }

    /// Somebody wants another leader. It takes no more writes until that one leads, or an election timeout is over.
    pub(super) fn hand_over(&mut self, to: NodeId, desk: &mut Desk<'_>) {
        let known = self.peers.iter().any(|peer| peer.stream.to == to);
        if known && desk.config.keeps_values(to) && self.transfer.is_none() {
            self.transfer = Some(Transfer { to, at: desk.env.ticks, told: false });
            desk.effects.timer(Timer::Transfer, desk.config.election_timeout);
            self.pass(desk);
        }
    }

    /// The successor has not taken over: go on.
    pub(super) fn on_transfer(&mut self, desk: &mut Desk<'_>) {
        self.transfer = None;
        self.answer(desk);
    }

    /// The next leader may stand once it holds everything, no write waits here, whose outcome nobody would hear of, and what was read before the
    /// order is answered. Reads that come later go on waiting: of a steady stream some always do.
    fn pass(&mut self, desk: &mut Desk<'_>) {
        let Some(Transfer { to, at, told: false }) = self.transfer else { return };
        let last = desk.log.last().lsn;
        let ready =
            |peer: &Peer| peer.stream.to == to && peer.counts && peer.stream.known && peer.stream.matched == last;
        if self.waiting.is_empty() && !self.confirmation.owes(at) && self.peers.iter().any(ready) {
            (self.transfer, self.summoned) = (Some(Transfer { to, at, told: true }), true);
            desk.effects.send(to, Message::TakeOver { term: self.term });
        }
    }

    /// Leave all that wait: of a write nobody knows what becomes of it, a read has done nothing.
    pub(super) fn step_down(&mut self, effects: &mut Effects) {
        effects.note(Fact::SteppedDown(self.term));
        for timer in [Timer::Heartbeat, Timer::Quorum, Timer::Lease, Timer::Transfer] {
            effects.cancel(timer);
        }
        for waiting in self.waiting.drain(..) {
            effects.reply(waiting.request, Response::Unknown);
        }
        for request in self.confirmation.give_up() {
            effects.reply(request, Response::Refused(Refusal::NoLeader));
        }
    }

    /// Forget what every replica holds, and what is kept for one that is away beyond what is retained.
    fn trim(&mut self, config: &Config, log: &mut Log) {
        let held = self.peers.iter().map(|peer| peer.stream.held()).min().unwrap_or(u64::MAX);
        let retained = log.last().lsn.saturating_sub(u64::from(config.retain));
        let floor = held.max(retained).min(log.settled());
        if floor > log.floor() {
            self.peers.iter_mut().for_each(|peer| peer.stream.on_trim(log, floor));
            log.trim(floor);
        }
    }

    pub(super) fn streams(&self, log: &Log, env: &Env) -> Vec<StreamView> {
        self.peers.iter().map(|peer| peer.stream.view(log, env)).collect()
    }

    pub(super) fn waiting(&self) -> u32 {
        self.waiting.len() as u32
    }
}

impl Peer {
    /// Whether this member is the one that is known, or a later one, which begins anew.
    fn is_still(&mut self, member: Member) -> bool {
        if member.since > self.since {
            (self.since, self.counts, self.readmitted_by) = (member.since, false, None);
            self.stream.begin_anew();
        }
        self.counts |= member.counts && member.since == self.since;
        member.since == self.since
    }
}

/// Append an entry to the own log.
fn append(entry: Entry, desk: &mut Desk<'_>) -> Appended {
    let appended = desk.log.append(entry);
    desk.effects.note(appended.fact);
    appended.made(entry.change).into_iter().for_each(|fact| desk.effects.note(fact));
    appended
}
