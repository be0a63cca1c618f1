//! What replicas say to each other. Any of it may arrive late, twice, out of order or never; of logs, see [`crate::shipping`].
//! Only who holds the whole log may take over.

use crate::shipping::{Carrier, Extent, HEADER, Shipment};
use protocol::{Channel, Epoch, Fact, NodeId, Parcel, Version};

/// What a replica wants done.
pub(super) type Effects = protocol::Effects<Message, Timer>;

/// What a replica waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Timer {
    /// A leader: time for a sign of life.
    Heartbeat,
    /// A leader: time to ship what was appended.
    Ship,
    /// A leader: its lease runs out, unless it got another.
    Lease,
    /// Its disk is done, or enough was gathered for it.
    Sync,
}

/// What replicas say to each other.
#[derive(Clone, Debug, PartialEq)]
pub enum Message {
    /// About a log: from a leader to a follower.
    Shipment(Shipment),
    /// The follower's log ends here.
    Ack {
        /// The leadership it follows.
        epoch: Epoch,
        /// How far it reaches.
        extent: Extent,
    },
    /// You speak for an outdated leadership.
    Outdated {
        /// The one in force.
        epoch: Epoch,
    },
    /// Lead now: you hold the whole log.
    TakeOver {
        /// The leadership granted.
        epoch: Epoch,
        /// The end of that log: nobody else may lead, such as one that has lost its disk since.
        last: Version,
    },
}

impl Carrier for Effects {
    fn ship(&mut self, to: NodeId, shipment: Shipment) {
        self.send(to, Message::Shipment(shipment));
    }

    fn note(&mut self, fact: Fact) {
        protocol::Effects::note(self, fact);
    }
}

impl Message {
    /// What the links see of it.
    pub(super) fn parcel(&self) -> Parcel {
        let channel = match self {
            Message::Shipment(shipment) => return shipment.parcel(),
            Message::Ack { .. } | Message::Outdated { .. } => Channel::Acknowledgement,
            Message::TakeOver { .. } => Channel::Replication,
        };
        Parcel { bytes: HEADER, channel, write: None }
    }
}
