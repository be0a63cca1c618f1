//! What replicas say to each other. Any of it may arrive late, twice, out of order or never: each message says what it was
//! said about, and whoever is no longer there takes no notice. A follower's log is replaced or taken back only if it ends
//! where the leader thought; an answer counts only if that log was not found to be another since; and only who holds the
//! whole log may take over.
//!
//! A leader numbers what it sends to a follower, whatever is in it, and an answer names what it answers. So what is lost is
//! told from what is slow without a clock: a link keeps its order, by and large, and when something is answered, all that was
//! sent well before it has had its turn, however long the queue (RFC 9002, section 3).

use super::log::Entry;
use protocol::{Channel, Epoch, Parcel, Stored, Version};

/// What a replica wants done.
pub(super) type Effects = protocol::Effects<Message, Timer>;

/// The leader's timers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Timer {
    /// Time for a sign of life.
    Heartbeat,
    /// Time to ship what was appended.
    Ship,
    /// Its lease runs out, unless it got another.
    Lease,
}

/// How far a follower's log reaches, as it says itself.
#[derive(Clone, Copy, Debug)]
pub(super) struct Extent {
    pub(super) last: Version,
    /// The LSN before the first entry that it could take back.
    pub(super) floor: u64,
    /// The number of what it answers.
    pub(super) answers: u64,
}

/// What replicas say to each other.
#[derive(Clone, Debug, PartialEq)]
pub enum Message {
    /// The leader's sign of life.
    Hello {
        /// Its leadership.
        epoch: Epoch,
        /// The LSN up to which it believes that the follower holds its log.
        held: u64,
        /// The LSN up to which enough replicas hold its log.
        settled: u64,
        /// Its number among the messages to this follower.
        number: u64,
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
        /// Every replica holds the log up to this LSN.
        floor: u64,
        /// Enough replicas hold it up to this one.
        settled: u64,
    },
    /// The follower's log ends here.
    Ack {
        /// The leadership it follows.
        epoch: Epoch,
        /// The version of its last entry.
        last: Version,
        /// The LSN before the first entry that it could take back.
        floor: u64,
        /// The number of what it answers; 0 if nothing was asked.
        answers: u64,
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
        /// The version it amounts to.
        version: Version,
        /// By key.
        state: Vec<Stored>,
        /// The LSN up to which enough replicas hold the leader's log.
        settled: u64,
        /// The end of the follower's log as the leader knows it: no other log is replaced.
        replaces: Version,
        /// The LSN up to which that log agrees with the leader's.
        shared: u64,
        /// Its number among the messages to this follower.
        number: u64,
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

impl Message {
    /// What the links see of it.
    pub(super) fn parcel(&self) -> Parcel {
        /// Headers of the transport and the protocol.
        const HEADER: u64 = 64;
        /// A key with its version in a copy of the state, beside its value.
        const KEY: u64 = 32;
        let (bytes, channel, write) = match self {
            Message::Append { entry, .. } => (HEADER + u64::from(entry.bytes), Channel::Replication, Some(entry.write)),
            Message::Base { state, .. } => {
                let held = state.iter().filter(|stored| stored.write.is_some());
                let held = held.map(|stored| KEY + u64::from(stored.bytes)).sum::<u64>();
                (HEADER + held, Channel::Replication, None)
            }
            Message::Ack { .. } | Message::Outdated { .. } => (HEADER, Channel::Acknowledgement, None),
            Message::Hello { .. } | Message::Rewind { .. } | Message::TakeOver { .. } => {
                (HEADER, Channel::Replication, None)
            }
        };
        Parcel { bytes, channel, write }
    }
}

#[cfg(test)]
mod tests {
    use super::super::log::Log;
    use super::*;
    use engine::Time;
    use protocol::{Key, WriteId};

    #[test]
    fn a_copy_weighs_what_the_values_in_it_weigh() {
        let mut log = Log::new(1_000);
        for (write, key, bytes) in [(1, 0, 50), (2, 0, 5_000), (3, 7, 200)] {
            let (epoch, at) = (Epoch(1), Time::ZERO);
            log.append(Entry { epoch, write: WriteId(write), key: Key(key), bytes, at });
        }
        let (version, state) = log.copy_state();
        let none = Version::NONE;
        let copy =
            |state| Message::Base { epoch: Epoch(1), version, state, settled: 0, replaces: none, shared: 0, number: 1 };
        let weighs = |state| copy(state).parcel().bytes;
        let keys = 2 * 32;
        assert_eq!(weighs(state) - weighs(Vec::new()), 5_200 + keys, "what was overwritten is not copied");
    }
}
