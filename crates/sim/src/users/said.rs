//! What users and their clients do, as others see it.

pub use super::defence;
use crate::failure::table::ErrorKind;
use engine::{Key, Time, TimerId};
use protocol::Version;
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
    /// Of a transfer, from which account to which, from 1; not in digests, which know it by what is moved.
    #[serde(skip)]
    pub accounts: [u8; 2],
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
    /// Whether that write had deleted what was there. It follows from which it is, and is not in the digest again.
    #[serde(skip)]
    pub deleted: bool,
    /// When whoever served it answered, or the client gave up.
    pub answered: Time,
}

/// What happens at clients. Populations and requests are named by their index in the configuration.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the fields are named after what they are; each line says what happened")]
pub enum Fact {
    /// A client starts an operation.
    OperationStarted(OperationInfo),
    /// A client sends an attempt to a region. The slot of its operation is not in digests.
    AttemptSent {
        operation: u64,
        #[serde(skip)]
        slot: u32,
        attempt: u16,
        region: u16,
        population: u16,
    },
    /// A client gives an attempt up.
    AttemptFailed { operation: u64, attempt: u16, region: u16, population: u16, error: ErrorKind },
    /// A client has its answer, or no more attempts.
    OperationEnded(OperationInfo, Ending),
    /// What the clients of a population do to spare a region, or themselves, changed.
    Defended { population: u16, region: u16, fact: defence::Fact },
    /// A person begins a session, as this client, on one of the devices. People are counted over all populations, devices for each of them, from 1.
    SessionBegan { population: u16, process: u64, user: u32, device: u32 },
    /// Another request was due, and everybody who could make it still waits for an answer.
    NobodyFree { population: u16 },
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
