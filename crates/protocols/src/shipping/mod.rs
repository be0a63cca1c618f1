//! How a leader's log gets into the logs of others, whatever gives it the lead: what replication protocols with one leader share.
//!
//! `log` is the data, `entry` what it is made of, `typed` the values that it amounts to, `syncs` how it gets onto a disk, `stream` what a leader
//! knows of one follower, `tail` what a follower makes of what it is sent, this file what is said about logs. Any of it may arrive late, twice, out of order or never: each shipment says what it was said about,
//! and whoever is no longer there takes no notice. A follower's log is replaced or taken back only if it ends where the leader
//! thought, and an answer counts only if that log was not found to be another since.
//!
//! A leader numbers what it sends to a follower, whatever is in it, and an answer names what it answers. So what is lost is
//! told from what is slow without a clock: a link keeps its order, by and large, and when something is answered, all that was
//! sent well before it has had its turn, however long the queue (RFC 9002, section 3).

mod entry;
mod log;
mod storage;
mod stream;
mod syncs;
mod tail;
mod typed;

use engine::Time;
pub(crate) use entry::Appended;
pub use entry::Entry;
pub use log::Copy;
pub(crate) use log::Log;
use protocol::{Channel, Epoch, Fact, NodeId, Parcel, Version};
pub use storage::{Durability, Storage};
pub(crate) use stream::Stream;
pub(crate) use syncs::Syncs;
pub(crate) use tail::Tail;

/// Headers of the transport and the protocol, bytes.
pub(crate) const HEADER: u64 = 64;

/// What a leader sends to a follower about its log.
#[derive(Clone, Debug, PartialEq)]
pub enum Shipment {
    /// A sign of life.
    Hello {
        /// Its leadership.
        epoch: Epoch,
        /// The LSN up to which it believes that the follower holds its log.
        held: u64,
        /// The LSN up to which enough replicas hold its log.
        settled: u64,
        /// Its number among the messages to this follower.
        number: u64,
        /// The end of its log, and what its clock reads: that is all there is by then.
        all: (Version, Time),
    },
    /// The next entry.
    Append {
        /// The leadership it is sent under.
        epoch: Epoch,
        /// Its number among the messages to this follower.
        number: u64,
        /// The version of the entry before it.
        previous: Version,
        /// The entry.
        entry: Entry,
        /// The leader keeps no entry up to this LSN: every replica holds them, or who lacks them is sent a copy.
        floor: u64,
        /// Enough replicas hold it up to this one.
        settled: u64,
    },
    /// Take back what lies beyond this version.
    Rewind {
        /// The leadership it is sent under.
        epoch: Epoch,
        /// Its number among the messages to this follower.
        number: u64,
        /// The last entry both logs may share.
        to: Version,
        /// The end of the follower's log as the leader knows it: of no other log is anything taken back.
        replaces: Version,
    },
    /// The whole state, for a follower that lacks entries the leader no longer keeps, or cannot take back what the leader
    /// does not have.
    Base {
        /// The leadership it is sent under.
        epoch: Epoch,
        /// The state.
        copy: Box<Copy>,
        /// Its number among the messages to this follower.
        number: u64,
    },
}

/// How far a follower's log reaches, as it says itself.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Extent {
    /// The version of its last entry.
    pub last: Version,
    /// The LSN up to which it vouches for it: as a rule its disk has all up to there.
    pub held: u64,
    /// The LSN before the first entry that it could take back.
    pub floor: u64,
    /// The number of what it answers; 0 if nothing was asked.
    pub answers: u64,
}

impl Extent {
    /// Of this log on such a disk, in answer to the message of this number.
    pub(crate) fn of(log: &Log, storage: &Storage, answers: u64) -> Extent {
        Extent { last: log.last(), held: log.vouched(storage), floor: log.floor(), answers }
    }
}

/// Who carries shipments, and hears what is to be noted of a log.
pub(crate) trait Carrier {
    /// Send this to a follower.
    fn ship(&mut self, to: NodeId, shipment: Shipment);
    /// State a fact.
    fn note(&mut self, fact: Fact);
}

impl Shipment {
    /// The leadership it is sent under.
    pub(crate) fn epoch(&self) -> Epoch {
        match self {
            Shipment::Hello { epoch, .. }
            | Shipment::Append { epoch, .. }
            | Shipment::Rewind { epoch, .. }
            | Shipment::Base { epoch, .. } => *epoch,
        }
    }

    /// The same for one that keeps no values: where entries are, and not what they hold.
    pub(crate) fn without_values(self) -> Shipment {
        match self {
            Shipment::Append { epoch, number, previous, entry, floor, settled } => {
                let entry = Entry::no_op(entry.epoch, entry.at);
                Shipment::Append { epoch, number, previous, entry, floor, settled }
            }
            Shipment::Base { epoch, mut copy, number } => {
                copy.state.clear();
                copy.values.clear();
                Shipment::Base { epoch, copy, number }
            }
            other => other,
        }
    }

    /// What the links see of it.
    pub(crate) fn parcel(&self) -> Parcel {
        /// A key with its version in a copy of the state, beside its value.
        const KEY: u64 = 32;
        let (bytes, write) = match self {
            Shipment::Append { entry, .. } => (u64::from(entry.bytes), entry.write()),
            Shipment::Base { copy, .. } => {
                let held = copy.state.iter().filter(|stored| stored.write.is_some());
                (held.map(|stored| KEY + u64::from(stored.bytes)).sum(), None)
            }
            Shipment::Hello { .. } | Shipment::Rewind { .. } => (0, None),
        };
        Parcel { bytes: HEADER + bytes, channel: Channel::Replication, write }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use engine::Time;
    use protocol::{Key, WriteId};
    use values::{Change, Kind, Verb};

    #[test]
    fn a_copy_weighs_what_the_values_in_it_weigh() {
        let mut log = Log::new(1_000, &Kind::Register);
        for (write, key, bytes) in [(1, 0, 50), (2, 0, 5_000), (3, 7, 200)] {
            let (epoch, at) = (Epoch(1), Time::ZERO);
            let change = Change::new(Verb::Set);
            log.append(Entry { epoch, write: WriteId(write), key: Key(key), change, bytes, at });
        }
        let copy = log.copy_upto(log.last().lsn, Version::NONE, 0);
        let weighs =
            |copy: &Copy| Shipment::Base { epoch: Epoch(1), copy: Box::new(copy.clone()), number: 1 }.parcel().bytes;
        let keys = 2 * 32;
        let empty = Copy { state: Vec::new(), ..copy.clone() };
        assert_eq!(weighs(&copy) - weighs(&empty), 5_200 + keys, "what was overwritten is not copied");
    }
}
