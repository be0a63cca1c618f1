//! What happens to packets, as others see it.

use crate::place::Place;
use crate::services::said::{Answer, Call};
use engine::{Key, Time};
use protocol::Channel;
use serde::{Deserialize, Serialize};

/// Why a packet did not arrive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Loss {
    /// The link is cut.
    Cut,
    /// The link lost it.
    Lossy,
    /// Nobody was there: the region has no power.
    Dark,
    /// A person dropped it.
    Dropped,
    /// The buffer in front of the link was full.
    Overflow,
}

/// What happens to packets and on links.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the fields are named after what they are; each line says what happened")]
pub enum Fact {
    /// A packet is on its way; it will arrive at `due` unless something happens to it.
    PacketSent { packet: u64, channel: Channel, from: Place, to: Place, bytes: u64, due: Time },
    /// A packet did not arrive. `fault` is the number of the event by which the fault began that lost it; 0 if none did.
    PacketLost { packet: u64, channel: Channel, from: Place, to: Place, loss: Loss, fault: u64 },
    /// A person holds a packet up, or one that it must not overtake: it will arrive at `due` unless something happens to it.
    PacketHeld { packet: u64, channel: Channel, from: Place, to: Place, due: Time },
    /// A packet arrived.
    PacketArrived { packet: u64, channel: Channel, from: Place, to: Place },
    /// Once a second: bytes that have left one region for another over the last second.
    LinkGauge { from: u16, to: u16, bytes: u64 },
}

/// Which packet is meant.
///
/// A number on a way and a channel survives a change of behaviour anywhere else; one among all packets does not, and is
/// only how links of versions 1 and 2 meant it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PacketName {
    /// Where the number counts; `None` is everywhere.
    pub way: Option<PacketWay>,
    /// Its number in the order of sending, from 1.
    pub number: u64,
}

/// What packets are numbered by: where from, where to, and what for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PacketWay {
    /// From here.
    pub from: Place,
    /// To there.
    pub to: Place,
    /// What for.
    pub channel: Channel,
}

/// What a packet carries.
#[derive(Clone, Debug)]
pub(crate) enum Body {
    /// A client's call, from the client or passed on by a region.
    Call(Call),
    /// The answer to one.
    Answer(Answer),
    /// A message between the replicas of a dataset, which the data keep under this key.
    Message { dataset: u16, message: Key },
    /// Something of the control plane, which it keeps under this key.
    Notice(Key),
}

/// What happens to packets when.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Event {
    /// A packet reaches its end, if its arrival has been moved so often.
    Due { packet: Key, moves: u32 },
}

/// A packet has arrived. Of one that the network made two of, both arrive or are lost; the last is the one after which no other is
/// under way.
#[derive(Clone, Debug)]
pub(crate) struct Arrived {
    pub(crate) from: Place,
    pub(crate) to: Place,
    pub(crate) body: Body,
    pub(crate) doubled: bool,
    pub(crate) last: bool,
}

/// A packet is lost by this event, owed to the fault that began with that one; 0 if to none. Whoever waits for it does not know; the
/// trace does.
#[derive(Clone, Debug)]
pub(crate) struct Lost {
    pub(crate) to: Place,
    pub(crate) body: Body,
    pub(crate) event: u64,
    pub(crate) fault: u64,
    pub(crate) last: bool,
}

/// What others may want to hear of.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Said {
    /// A packet is lost: the first of those that nobody has heard of.
    Lost,
}
