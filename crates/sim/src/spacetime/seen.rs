//! What is to be seen, and what was.

use crate::place::Place;
use crate::trace::{ErrorKind, Loss, OperationKind};
use engine::Time;
use protocol::Channel;
use serde::{Deserialize, Serialize};

/// What is to be seen of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stretch {
    /// From here.
    pub from: Time,
    /// Up to here.
    pub until: Time,
    /// Whose messages beside those between regions.
    pub whose: Whose,
}

/// Which users have a place of their own: of others, only their operations are seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Whose {
    /// All.
    All,
    /// Those of one population, by index.
    Of(u16),
    /// None.
    Nobody,
}

impl Whose {
    /// Whether something is a place that is seen.
    pub fn shows(self, place: Place) -> bool {
        let users = |users: u16| self == Whose::All || self == Whose::Of(users);
        place.as_region().is_some() || place.as_users().is_some_and(users)
    }
}

/// What crosses space in a stretch of time.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SpaceTime {
    /// Messages that were under way in it, in the order of sending: at most [`SpaceTime::MESSAGES`].
    pub messages: Vec<Message>,
    /// Operations that were under way in it, in the order of their beginnings: at most [`SpaceTime::OPERATIONS`].
    pub operations: Vec<Operation>,
    /// Faults that were in force in it, in the order of their beginnings.
    pub faults: Vec<FaultTime>,
    /// How many messages there were.
    pub messages_in_all: u32,
    /// How many operations there were.
    pub operations_in_all: u32,
    /// What happened later was not looked at: too much had happened before, or it was not computed.
    pub upto: Time,
}

impl SpaceTime {
    /// So many messages are kept. Of more, whole stories are: what follows from one cause is kept or left out together, what was lost or
    /// failed before what went well.
    pub const MESSAGES: usize = 3_000;
    /// So many operations are kept, in the same way.
    pub const OPERATIONS: usize = 1_000;
}

/// A message from one place to another.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// Its number. Of one that the network doubled both have the same.
    pub packet: u64,
    /// What it is for.
    pub channel: Channel,
    /// From here.
    pub from: Place,
    /// To there.
    pub to: Place,
    /// When it was sent.
    pub sent: Time,
    /// When it arrives unless something happens to it.
    pub due: Time,
    /// When it arrived or was lost; the same as `due` while neither is known.
    pub ended: Time,
    /// What became of it.
    pub fate: Fate,
    /// The number of the event by which that came, or of its sending.
    pub event: u64,
    /// What led to it.
    pub cause: Option<Thing>,
    /// The data it is about: what its arrival wrote, or what the operation or the write is about that led to it.
    pub about: Option<About>,
    /// How many writes its arrival brought to a log or a disk.
    pub writes: u32,
}

/// A key of a dataset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    /// The dataset, by index.
    pub dataset: u16,
    /// The key.
    pub key: u32,
}

/// What became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Fate {
    /// Nothing yet, as far as was looked.
    UnderWay,
    /// It arrived.
    Arrived,
    /// It was lost.
    Lost(Loss),
}

/// An operation of a client.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Operation {
    /// Its number.
    pub operation: u64,
    /// Whose it is, by index.
    pub population: u16,
    /// The region that it was sent to last, if to any.
    pub region: Option<u16>,
    /// What it does.
    pub kind: OperationKind,
    /// The data it is about, unless it is a call.
    pub about: Option<About>,
    /// When it began.
    pub began: Time,
    /// When it ended and how, unless it had not, as far as was looked.
    pub ended: Option<(Time, HowEnded)>,
    /// What led to its beginning.
    pub cause: Option<Thing>,
    /// What led to its end.
    pub answer: Option<Thing>,
}

/// How an operation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum HowEnded {
    /// Well.
    Well,
    /// With a value older than the latest that was acknowledged when it began.
    Stale,
    /// Without what was asked for.
    Failed(ErrorKind),
}

/// A message or an operation, by its place in the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Thing {
    /// A message.
    Message(u32),
    /// An operation.
    Operation(u32),
}

/// A fault, and what it hits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FaultTime {
    /// When it began.
    pub from: Time,
    /// When it ended, if it had.
    pub until: Option<Time>,
    /// What it goes by.
    pub title: String,
    /// The regions in which something is wrong, by index, ascending.
    pub regions: Vec<u16>,
    /// The links on which something is wrong, the smaller index first, ascending.
    pub links: Vec<(u16, u16)>,
}
