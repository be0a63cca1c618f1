//! What happens to packets, as others see it.

use engine::Time;
use protocol::Channel;
use serde::{Deserialize, Serialize};

/// An end of a packet's way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Place {
    /// A region, by index.
    Region(u16),
    /// A population of users, by index.
    Users(u16),
}

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
    PacketSent { packet: u64, channel: Channel, from: Place, to: Place, bytes: u32, due: Time },
    /// A packet did not arrive. `fault` is the number of the event by which the fault began that lost it; 0 if none did.
    PacketLost { packet: u64, channel: Channel, from: Place, to: Place, loss: Loss, fault: u64 },
    /// A person holds a packet up, or one that it must not overtake: it will arrive at `due` unless something happens to it.
    PacketHeld { packet: u64, channel: Channel, from: Place, to: Place, due: Time },
    /// A packet arrived.
    PacketArrived { packet: u64, channel: Channel, from: Place, to: Place },
    /// Once a second: bytes that have left one region for another over the last second.
    LinkGauge { from: u16, to: u16, bytes: u64 },
}
