//! What the services of the regions do, as others see it.

use crate::failure::table::ErrorKind;
use crate::place::Place;
use crate::users::said::OperationKind;
use engine::{Key, Span, Time};
use protocol::{Epoch, ReadFrom, Seen, Version};
use serde::Serialize;
use values::Change;

/// What happens to calls in a region.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the fields are named after what they are; each line says what happened")]
pub enum Fact {
    /// A region's queue was full.
    Rejected { region: u16, operation: u64 },
    /// A worker took a request up after it waited so long.
    ServiceStarted { region: u16, operation: u64, waited: Span },
    /// A worker finished a request.
    Served { region: u16, operation: u64 },
    /// Once a second: the most requests that waited in a region at once, and the share of its workers' time used over the last second, per
    /// mille.
    RegionGauge { region: u16, queue: u32, busy_permille: u16 },
}

/// What a client wants done.
#[derive(Clone, Debug)]
pub(crate) struct Want {
    pub(crate) kind: OperationKind,
    pub(crate) read: ReadFrom,
    pub(crate) key: u32,
    /// The write's identity; of a run that has four billion writes, memory holds no books.
    pub(crate) write: u32,
    /// What a write does to the value.
    pub(crate) change: Change,
    pub(crate) bytes: u32,
    /// What the client's clock read when it first asked.
    pub(crate) clock: Time,
    /// The client's session token.
    pub(crate) at_least: Version,
    /// What the client's session has seen, where nobody leads and some rule goes by it.
    pub(crate) seen: Seen,
    /// How long what the rule says lasts.
    pub(crate) within: Span,
    /// The region whose replica answered the client before, if the rule asks for it.
    pub(crate) same: Option<u16>,
}

impl Want {
    /// Size of a call that brings it, bytes.
    pub(crate) fn size(&self) -> u64 {
        CALL_BYTES + u64::from(self.bytes) + u64::from(self.seen.bytes())
    }
}

/// What a call needs of a dataset.
#[derive(Clone, Debug)]
pub(crate) struct Ask {
    /// The call, where it is.
    pub(crate) call: Key,
    pub(crate) region: u16,
    pub(crate) dataset: u16,
    pub(crate) want: Want,
    /// Another region has sent it here.
    pub(crate) passed_on: bool,
}

/// What others may want to hear of.
#[derive(Clone, Debug)]
pub(crate) enum Said {
    /// A worker is done with a call, and now it needs data.
    NeedsData(Ask),
    /// A region that lost its power by this event remembers nothing of an attempt.
    Forgotten { client: Key, number: u64, attempt: u16, event: u64 },
    /// A region that passed a call on for the leader of a dataset that elects it was answered by that one, in a leadership of this epoch or later.
    LedBy { region: u16, dataset: u16, leader: u16, epoch: Epoch },
    /// It was not answered by whom it had passed the call on to, or in vain.
    Unled { region: u16, dataset: u16, by: u16 },
}

/// Size of a call or an answer, without the value, bytes.
pub(crate) const CALL_BYTES: u64 = 400;

/// A call as it travels and waits.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    /// The client's slot.
    pub(crate) client: Key,
    /// The operation's number.
    pub(crate) number: u64,
    pub(crate) attempt: u16,
    pub(crate) dataset: Option<u16>,
    pub(crate) want: Want,
    pub(crate) reply: ReplyTo,
    /// Where it is.
    pub(crate) region: u16,
    pub(crate) hops: u8,
    /// When it got there.
    pub(crate) since: Time,
    /// When its client stops waiting.
    pub(crate) deadline: Time,
    /// A worker has taken it up and it waits for a replica or another region.
    pub(crate) asked: bool,
    /// The region that was passed it on, where the leader is to be learned from answers.
    pub(crate) passed_to: Option<u16>,
    /// The network made two of it: what one of them comes to says nothing about the other.
    pub(crate) doubled: bool,
}

/// Who waits for the answer to a call.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ReplyTo {
    pub(crate) place: Place,
    /// Of whoever passed it on, and is no client of its own: its own record of it.
    pub(crate) ticket: Option<Key>,
}

/// The answer to a call.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    /// The client's slot.
    pub(crate) client: Key,
    pub(crate) number: u64,
    pub(crate) attempt: u16,
    /// For whoever passed the call on: its own record of it.
    pub(crate) ticket: Option<Key>,
    pub(crate) result: Result<Found, ErrorKind>,
    pub(crate) served_by: u16,
    /// Whether a copy of the call may come to something else.
    pub(crate) doubled: bool,
}

/// What a successful call brings back.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    /// When it was answered, by whoever served it.
    pub(crate) at: Time,
    pub(crate) version: Version,
    /// The write whose value was read; 0 for the initial value or for a write.
    pub(crate) read: u64,
    /// Whether that write had deleted what was there.
    pub(crate) deleted: bool,
    /// Size of that value.
    pub(crate) bytes: u32,
    /// What whoever is told this has seen with it, where account is kept of that.
    pub(crate) seen: Seen,
}

impl Found {
    /// No value, but a version.
    pub(crate) fn nothing(at: Time, version: Version) -> Found {
        Found { at, version, read: 0, deleted: false, bytes: 0, seen: Seen::UNKNOWN }
    }
}

/// How a region's service has done since the start of the run.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Vitals {
    /// Calls taken up or refused.
    pub(crate) served: u64,
    /// Those refused or ended in an error of the service.
    pub(crate) failed: u64,
    /// Time all of them spent here until they were served.
    pub(crate) took: Span,
}

impl Vitals {
    /// What came after `earlier`.
    pub(crate) fn since(self, earlier: Vitals) -> Vitals {
        let (served, failed) = (self.served - earlier.served, self.failed - earlier.failed);
        Vitals { served, failed, took: self.took - earlier.took }
    }

    pub(crate) fn count(&mut self, failed: bool, took: Span) {
        self.served += 1;
        self.failed += u64::from(failed);
        self.took += took;
    }
}

/// What happens when.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Event {
    /// A worker is done, if the region has not lost its power since.
    Served { region: u16, generation: u32, call: Key },
}
