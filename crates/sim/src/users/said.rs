//! What users and their clients do, as others see it.

pub use super::defence;
use engine::{Key, Time, TimerId};
use protocol::{Refusal, Version};
use serde::{Deserialize, Serialize};

/// What an operation does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum OperationKind {
    /// The regional service alone.
    Call,
    /// A read.
    Read,
    /// A write.
    Write,
}

/// Why an attempt or a whole operation failed, as its client sees it. New ones go to the end: a digest knows them by their place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum ErrorKind {
    /// No answer in time.
    Timeout,
    /// The region's queue was full.
    Overloaded,
    /// Whoever was asked does not lead and knows nobody who does.
    NoLeader,
    /// The service failed.
    ServerError,
    /// A write whose leader stepped down before it could tell.
    Unknown,
    /// Its client did not send it, to spare the region.
    HeldBack,
    /// The leader's lease had run out.
    NoLease,
    /// The leader was handing its leadership over.
    HandingOver,
    /// What a new leader would show could still be lost, until enough followers hold it.
    Unsettled,
    /// Passed on from region to region as often as may be, without meeting the leader.
    Astray,
    /// Too few replicas answered a read.
    NoQuorum,
    /// The value does not take the change, such as when all is sold: an answer, and no failure of the service.
    Declined,
}

impl ErrorKind {
    /// All, in the order used for tables by error.
    pub const ALL: [ErrorKind; 12] = [
        ErrorKind::Timeout,
        ErrorKind::Overloaded,
        ErrorKind::NoLeader,
        ErrorKind::ServerError,
        ErrorKind::Unknown,
        ErrorKind::HeldBack,
        ErrorKind::NoLease,
        ErrorKind::HandingOver,
        ErrorKind::Unsettled,
        ErrorKind::Astray,
        ErrorKind::NoQuorum,
        ErrorKind::Declined,
    ];

    /// Why a replica would not serve it.
    pub(crate) fn refused(refusal: Refusal) -> ErrorKind {
        match refusal {
            Refusal::NoLeader => ErrorKind::NoLeader,
            Refusal::NoLease => ErrorKind::NoLease,
            Refusal::HandingOver => ErrorKind::HandingOver,
            Refusal::Unsettled => ErrorKind::Unsettled,
            Refusal::NoQuorum => ErrorKind::NoQuorum,
        }
    }

    /// The name a person reads.
    pub fn title(self) -> &'static str {
        match self {
            ErrorKind::Timeout => "timed out",
            ErrorKind::Overloaded => "refused: queue full",
            ErrorKind::NoLeader => "refused: no leader",
            ErrorKind::ServerError => "server error",
            ErrorKind::Unknown => "outcome unknown",
            ErrorKind::HeldBack => "held back by its client",
            ErrorKind::NoLease => "refused: leader without a lease",
            ErrorKind::HandingOver => "refused: leadership being handed over",
            ErrorKind::Unsettled => "refused: new leader not sure of the value yet",
            ErrorKind::NoQuorum => "refused: too few replicas answered",
            ErrorKind::Declined => "declined: the value does not take it",
            ErrorKind::Astray => "refused: regions disagree who leads",
        }
    }
}

/// The operation as its client knows it. The same values in `OperationStarted` and `OperationEnded`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct OperationInfo {
    /// Its number, from 1.
    pub operation: u64,
    /// A small number that no other operation under way has: a dense index for tables of what is under way.
    pub slot: u32,
    /// The client: never more than one operation of it is under way.
    pub process: u64,
    /// The population it belongs to.
    pub population: u16,
    /// The index of the request in the scenario.
    pub request: u16,
    /// The dataset, unless it is a call.
    pub dataset: Option<u16>,
    /// What it does.
    pub kind: OperationKind,
    /// Which step of its request it is; not in digests, which know it by the rest.
    #[serde(skip)]
    pub step: u16,
    /// The key; 0 for a call.
    pub key: u32,
    /// The write's identity; 0 unless it is a write.
    pub write: u64,
    /// When the client started it.
    pub invoked: Time,
}

/// How an operation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Ending {
    /// Why it failed, if it did.
    pub error: Option<ErrorKind>,
    /// Whether a failed write may yet take effect (a timeout) or certainly did not.
    pub may_have_happened: bool,
    /// The region that answered, or the last one tried.
    pub region: u16,
    /// The region whose replica served it.
    pub served_by: u16,
    /// Attempts made.
    pub attempts: u16,
    /// The version read or written; none for a call or a failure.
    pub version: Version,
    /// The write whose value was read; 0 for the initial value.
    pub read: u64,
    /// When whoever served it answered, or the client gave up.
    pub answered: Time,
}

/// What happens at clients. Populations and requests are named by their index in the configuration.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the fields are named after what they are; each line says what happened")]
pub enum Fact {
    /// A client starts an operation.
    OperationStarted(OperationInfo),
    /// A client sends an attempt to a region.
    AttemptSent { operation: u64, attempt: u16, region: u16, population: u16 },
    /// A client gives an attempt up.
    AttemptFailed { operation: u64, attempt: u16, region: u16, population: u16, error: ErrorKind },
    /// A client has its answer, or no more attempts.
    OperationEnded(OperationInfo, Ending),
    /// What the clients of a population do to spare a region, or themselves, changed.
    Defended { population: u16, region: u16, fact: defence::Fact },
}

/// An attempt that is to be sent, by somebody who asks where.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ready {
    /// The client's slot.
    pub(crate) client: Key,
    pub(crate) population: u16,
    pub(crate) process: u64,
    /// The region where the attempt before it failed.
    pub(crate) failed: Option<u16>,
}

/// What others may want to hear of.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Said {
    /// A client has something to send.
    Ready(Ready),
    /// A client was served where a further attempt led it.
    ServedAfterAll { population: u16, process: u64, region: u16 },
}

/// What happens when.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Event {
    /// A population's next request.
    Arrival { population: u16 },
    /// A client goes on: after thinking, a planned wait or a pause before a retry.
    Resume { client: Key },
    /// A client stops waiting for an answer.
    Timeout { client: Key, timer: TimerId },
}
