//! What replicas and the routers to them do, as others see it.

use engine::{Key, Span, Time, TimerId};
use protocol::{Epoch, NodeId, Response, Seen, Version};
use serde::Serialize;

/// What happens to a dataset.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the fields are named after what they are; each line says what happened")]
pub enum Fact {
    /// A replica states a fact.
    Replica { dataset: u16, region: u16, fact: protocol::Fact },
    /// A region's routers learned who leads.
    RouteLearned { dataset: u16, region: u16, leader: NodeId, epoch: Epoch },
    /// Once a second: a replication stream.
    StreamGauge { dataset: u16, from: u16, to: u16, entries: u64, bytes: u64, lag: Span },
    /// Somebody wants a replica to be elected: it asks the leader, as it knows it, to see to it.
    Wished { dataset: u16, region: u16, leader: NodeId },
    /// Somebody wants a replica to be elected, in vain.
    NotWished { dataset: u16, region: u16, why: Unfit },
    /// Once a second, where keys hold more than what was written last: what the values of a replica come to.
    SumGauge { dataset: u16, region: u16, sum: i64 },
    /// Once a second, where a replica keeps any: its tombstones.
    TombstoneGauge { dataset: u16, region: u16, tombstones: u32 },
    /// Where nobody leads: a replica's key holds others than before of the elements that steps name, ascending, one bit each.
    Elements { dataset: u16, region: u16, key: u32, held: u64 },
}

/// Of so many elements that steps name it is told who has them: as many as a word has bits.
pub(crate) const TOLD: usize = u64::BITS as usize;

/// Why a replica that is wished for as leader cannot be elected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Unfit {
    /// It has no power.
    Dark,
    /// It leads.
    Leads,
    /// It knows no leader who would see to it.
    NoLeader,
    /// It keeps no values.
    Witness,
}

/// What others may want to hear of.
#[derive(Clone, Debug)]
pub(crate) enum Said {
    /// A replica has answered a call; what whoever is told so has seen with it, where account is kept of that.
    Replied { region: u16, call: Key, response: Response, seen: Seen },
    /// A call is for the replica of another region.
    Elsewhere { region: u16, call: Key, to: u16 },
    /// A replica leads under an epoch that its region's routers were not told of: it was told to by its predecessor.
    Leads { dataset: u16, region: u16, epoch: Epoch },
    /// A leader under this epoch wants a lease; its clock read this when it asked.
    WantsLease { dataset: u16, region: u16, epoch: Epoch, asked: Time },
}

/// What happens when.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Event {
    /// A replica's timer runs out.
    Timer { dataset: u16, region: u16, timer: TimerId },
    /// A read that waits at a replica, by its call, has waited for as long as it may.
    WaitsNoMore { call: u64 },
}

/// How a replica stands, as its region tells it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Standing {
    pub(crate) dataset: u16,
    pub(crate) leads: bool,
    /// It lost its disk and has nothing of another's log yet.
    pub(crate) blank: bool,
    pub(crate) epoch: Epoch,
    pub(crate) last: Version,
}

/// A dataset that a region holds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Held {
    pub(crate) dataset: u16,
    /// How its replica stands; `None` without power.
    pub(crate) standing: Option<Standing>,
    /// Who leads, as far as the region's routers know.
    pub(crate) leader: u16,
}
