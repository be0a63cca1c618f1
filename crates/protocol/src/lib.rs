//! The contract a replica implements, and the vocabulary it shares with its host.
//!
//! A [`Protocol`] is one replica of one dataset: a plain value that reacts to requests, commands, messages and timers by
//! writing [`Effect`]s. It knows no network, no clock but the reading it is handed, and no randomness: the host decides
//! when, and whether, each effect happens. Start reading at [`Protocol`].

mod apart;
mod context;
mod effect;
mod leadership;
mod promise;
mod reading;
mod request;
mod seen;
mod view;

pub use apart::Apart;
pub use effect::{Effect, Effects, Fact};
pub use leadership::Leadership;
pub use promise::{Despite, Promise, Property};
pub use reading::{Floor, OF_LEADERS, OF_QUORUMS, READINGS, ReadFrom, Reading, Whom};
pub use request::{
    Accepted, Command, Epoch, Key, NodeId, Operation, Refusal, Request, RequestId, Response, Stored, Version, WriteId,
};
pub use seen::{Seen, Upto};
pub use view::{Awaited, Channel, DiskView, NodeView, Parcel, Role, StreamView, Summary};

use engine::{Span, Time};
use settings::{Fields, Setting};
use std::fmt::Debug;
use std::ops::Range;
use values::Kind;

/// What the host tells a replica about where it stands, anew at every call.
#[derive(Clone, Copy, Debug)]
pub struct Env<'a> {
    /// This replica.
    pub node: NodeId,
    /// Every replica of the dataset, this one among them, in ascending order.
    pub peers: &'a [NodeId],
    /// What this replica's own clock reads; it may be skewed and drift, and it may step backwards.
    pub clock: Time,
    /// What a clock reads that nobody sets and no fault skews, the same for all: how old an entry is, for pictures and gauges.
    pub steady: Time,
    /// What a clock reads that nobody sets and that runs at the rate of this replica's own, as its timers do: for how long something took
    /// or lies back, wherever the replica decides by it.
    pub ticks: Time,
}

impl Env<'_> {
    /// Every replica but this one.
    pub fn others(&self) -> impl Iterator<Item = NodeId> + '_ {
        self.peers.iter().copied().filter(|peer| *peer != self.node)
    }
}

/// What the pickers, the help text and the documentation say of a protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProtocolInfo {
    /// The name a scenario file uses.
    pub id: &'static str,
    /// The name a person reads.
    pub title: &'static str,
    /// How its leader comes to lead.
    pub leadership: Leadership,
    /// Whether its keys may hold more than what was written last.
    pub typed: bool,
    /// What it promises its clients, in one sentence; exactly in [`Setup::promises`].
    pub guarantee: &'static str,
    /// The paper, book or product documentation that defines it.
    pub source: &'static str,
}

/// A protocol as a scenario may choose it. One protocol may make several offers.
pub struct Offer<C: 'static> {
    /// What the pickers and the help text say.
    pub info: ProtocolInfo,
    /// What a scenario may set, beside what it may set of any dataset.
    pub settings: &'static [Setting],
    /// Read what is set. Each setting is read, so that it is checked also where it has no effect.
    pub read: fn(&dyn Fields, Shape<'_>) -> Setup<C>,
}

/// What a dataset is, whatever its protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape<'a> {
    /// Number of keys, at least 1.
    pub keys: u32,
    /// What a key holds.
    pub kind: &'a Kind,
    /// The regions that hold a replica, ascending; at least one.
    pub placement: &'a [usize],
    /// The one of them that a scenario names first.
    pub first: usize,
}

impl Shape<'_> {
    /// Read a region that is to hold a replica; `None` if none is named.
    pub fn region(&self, fields: &dyn Fields, key: &str) -> Option<NodeId> {
        let region = fields.region(key)?;
        self.check(fields, key, region);
        Some(NodeId(region))
    }

    /// Read regions that are to hold replicas; none if none are named.
    pub fn regions(&self, fields: &dyn Fields, key: &str) -> Vec<NodeId> {
        let regions = fields.regions(key).unwrap_or_default();
        regions.iter().for_each(|region| self.check(fields, key, *region));
        regions.into_iter().map(NodeId).collect()
    }

    /// Note it if a region that is named under a key holds no replica.
    pub fn check(&self, fields: &dyn Fields, key: &str, region: u16) {
        if !self.placement.contains(&usize::from(region)) {
            fields.problem(key, "a region that is named here holds no replica", "name regions of the placement");
        }
    }
}

/// What a protocol makes of what is set.
#[derive(Clone, Debug, PartialEq)]
pub struct Setup<C> {
    /// Its own configuration.
    pub config: C,
    /// Whether leaders need a lease of the control plane, and its term.
    pub lease: Option<Span>,
    /// A replica that keeps no values.
    pub witness: Option<NodeId>,
    /// What is shown of copies of a key that came about apart.
    pub apart: Apart,
    /// Where leaders are elected: by when a majority must have answered whoever leads or is to lead.
    pub election_timeout: Option<Span>,
    /// Whether the disks of its replicas take time.
    pub disk: bool,
    /// Whether writes have their stamps by the clocks of clients.
    pub client_stamps: bool,
    /// Whether a write replaces what its client has read of the key, and nothing else, so that it carries that along.
    pub contexts: bool,
    /// Whether what is asked of it may wait for other replicas than the one that serves it.
    pub awaits: bool,
    /// The rules by which it cannot be read as it is set, each with why not and what would be right.
    pub unread: Vec<(ReadFrom, &'static str)>,
    /// Where nobody leads: how often replicas say up to when the others have what they had. Whoever asks for what lies back less ([`ReadFrom::Bounded`]) is
    /// refused before the next time even where messages take no time. Zero where somebody leads, who is asked then, or nobody is read so.
    pub says_every: Span,
    /// What it promises as it is set. A breach of it is a broken verdict, and the conformance tests hold it to the list.
    pub promises: Vec<Promise>,
}

/// One replica of one dataset. What it wants done it writes into `effects`; the host decides when and whether it happens.
pub trait Protocol: Clone + Debug + 'static {
    /// What a scenario may set.
    type Config: Clone + Debug + PartialEq;
    /// What replicas say to each other.
    type Message: Clone + Debug;
    /// The timers a replica may set; setting one again replaces it.
    type Timer: Copy + Ord + Debug;
    /// What a crash leaves on the disk.
    type Durable: Clone + Debug + Default;

    /// How many of so many followers hold whatever was acknowledged, at least.
    fn holders(config: &Self::Config, followers: usize) -> usize;

    /// Which of these replicas are to keep a key: of the first keys, one after the other, after which it begins anew. All keep all, unless it says
    /// otherwise.
    fn homes(_: &Self::Config, peers: &[NodeId]) -> Vec<Vec<NodeId>> {
        vec![peers.to_vec()]
    }

    /// A replica that starts with what its disk holds: nothing on its first start or after its disk was lost. It notes up to where it has
    /// [`Fact::Recovered`] a log, where there was one.
    fn start(
        config: &Self::Config,
        env: &Env,
        durable: Self::Durable,
        effects: &mut Effects<Self::Message, Self::Timer>,
    ) -> Self;

    /// A client's operation has reached this replica.
    fn on_request(&mut self, env: &Env, request: Request, effects: &mut Effects<Self::Message, Self::Timer>);

    /// The control plane orders something.
    fn on_command(&mut self, env: &Env, command: Command, effects: &mut Effects<Self::Message, Self::Timer>);

    /// Another replica's message has arrived.
    fn on_message(
        &mut self,
        env: &Env,
        from: NodeId,
        message: Self::Message,
        effects: &mut Effects<Self::Message, Self::Timer>,
    );

    /// A timer set earlier has run out.
    fn on_timer(&mut self, env: &Env, timer: Self::Timer, effects: &mut Effects<Self::Message, Self::Timer>);

    /// Power is lost: what the disk keeps. Everything else is gone.
    fn into_durable(self) -> Self::Durable;

    /// Whether it answers a read of at least this version by itself. Where no rule asks for a version all answer.
    fn reaches(&self, _: Version) -> bool {
        true
    }

    /// Whose changes it lacks of those that somebody has seen who wants to read here: the author of some of them. Where somebody leads, or whoever is
    /// asked finds out by asking others, nobody's.
    fn lacks(&self, _: &Seen) -> Option<NodeId> {
        None
    }

    /// Whether another has said lately that it has all that somebody has seen, so that it can be asked for what this replica lacks.
    fn had_by(&self, _other: NodeId, _seen: &Seen) -> bool {
        false
    }

    /// What its leader's clock read when all that was acknowledged by then was what this replica shows now, or less, as far as it knows: the
    /// latest of such times. `None` if it knows of none, or leads. Wrong where another leads meanwhile.
    fn complete_as_of(&self) -> Option<Time> {
        None
    }

    /// The value this replica would serve for `key` to a local read.
    fn stored(&self, key: Key) -> Stored;

    /// What its values come to, all keys together, in the unit of their type; registers come to nothing.
    fn sum(&self) -> i64;

    /// Whether the value of `key` has this element, where nobody leads; where somebody does, the log says so.
    fn has(&self, _key: Key, _element: u16) -> bool {
        false
    }

    /// The entries of its log that it keeps, by their numbers, none without a log: what two clones both keep, they share.
    fn kept(&self) -> Range<u64> {
        0..0
    }

    /// How this replica stands. Asked with every probe and every lease, so it takes no longer the more it has to tell.
    fn summary(&self) -> Summary;

    /// What the page and the metrics show of this replica; its parts agree with [`Protocol::summary`].
    fn view(&self, env: &Env) -> NodeView;

    /// Size and purpose of a message, for the links that carry it.
    fn parcel(message: &Self::Message) -> Parcel;
}
