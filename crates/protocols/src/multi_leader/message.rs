//! What regions say to each other, and what they wake up for.

use crate::by_key::Cell;
use engine::Time;
use protocol::{Channel, Key, Parcel, Seen, Version};

pub(super) type Effects = protocol::Effects<Message, Timer>;

/// What one region says to another. `log` names the log of the sender: another begins when its disk was lost.
#[derive(Clone, Debug)]
pub enum Message {
    /// This is what comes after entry `after` of the log that you have not, up to entry `upto`.
    Entries {
        /// Which log.
        log: Version,
        /// The entry before the first.
        after: u64,
        /// The last entry that this is about.
        upto: u64,
        /// What is for you of them.
        entries: Vec<(Key, Cell)>,
        /// What is left out since a later entry of its key stands for it: once you have heard up to this one you have all of it. `upto` if
        /// nothing is.
        stands: u64,
    },
    /// This is everything, as of entry `upto` of the log.
    Copy {
        /// Which log.
        log: Version,
        /// The last entry in it.
        upto: u64,
        /// To be quoted in the answer.
        number: u64,
        /// By key.
        cells: Vec<(Key, Cell)>,
    },
    /// How far have you heard of this log?
    Hello {
        /// Which log.
        log: Version,
        /// To be quoted in the answer.
        number: u64,
        /// The last entry that there is.
        upto: u64,
        /// When that is so, by the clock of who asks.
        clock: Time,
        /// What who asks has of all regions' logs, where clients keep account of what they have seen.
        has: Seen,
    },
    /// So far; in answer to a question of this number, if to any.
    Heard {
        /// Which log.
        log: Version,
        /// The last entry.
        upto: u64,
        /// The log of who answers.
        own: Version,
        /// The number of the question.
        answers: Option<u64>,
    },
}

/// What a region wakes up for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Timer {
    /// The disk is done with this piece of work.
    Disk(u64),
    /// A sign of life is due.
    Heartbeat,
    /// A person has decided on a key.
    Decided,
    /// What is sold too much of a key is called off.
    Validate(Key),
}

/// What a message weighs beside the values in it, and what each entry does, bytes.
const ENVELOPE: u64 = 64;

impl Message {
    /// The log of whoever says it.
    pub(super) fn of_log(&self) -> Version {
        match self {
            Message::Entries { log, .. } | Message::Copy { log, .. } | Message::Hello { log, .. } => *log,
            Message::Heard { own, .. } => *own,
        }
    }

    pub(super) fn parcel(&self) -> Parcel {
        let of = |cells: &[(Key, Cell)]| {
            cells.iter().map(|(_, cell)| ENVELOPE + u64::from(cell.bytes + cell.seen.bytes())).sum::<u64>()
        };
        let (bytes, channel, write) = match self {
            Message::Entries { entries, .. } => {
                (of(entries), Channel::Replication, entries.first().map(|(_, cell)| cell.write))
            }
            Message::Copy { cells, .. } => (of(cells), Channel::Replication, None),
            Message::Hello { has, .. } => (has.bytes().into(), Channel::Replication, None),
            Message::Heard { .. } => (0, Channel::Acknowledgement, None),
        };
        Parcel { bytes: ENVELOPE + bytes, channel, write }
    }
}
