//! Session guarantees: what one process may rely on from one of its operations to its next.
//!
//! After Terry et al., "Session guarantees for weakly consistent replicated data", 1994. They need the order of versions, which the
//! store knows and no client can see: the caller supplies it as a rank per key and value, higher is newer. A value without a rank
//! (a sibling, a write that never reached the log) is not compared. The initial nothing ranks below every value.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::history::{Call, Clock, History, Operation};
use crate::zones::{observed, written};

/// What a process may rely on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Guarantee {
    /// A read sees the process's own earlier writes, or newer.
    ReadYourWrites,
    /// A read sees nothing older than an earlier read of the process saw.
    MonotonicReads,
    /// A write is ordered after the process's earlier writes.
    MonotonicWrites,
    /// A write is ordered after what the process had read before.
    WritesFollowReads,
}

/// Two operations of one process on one key that break a guarantee.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionViolation {
    /// The guarantee broken.
    pub guarantee: Guarantee,
    /// What the process relied on: the newest version it had written or read before.
    pub earlier: Operation,
    /// The operation that broke it.
    pub later: Operation,
    /// Both in words.
    pub explanation: String,
}

/// All broken session guarantees, in order of the operations that broke them. Only completed operations are judged.
///
/// `rank` gives the place of a value in the order of versions of its key. An operation that breaks a guarantee is named once for that
/// guarantee, with the newest version it should have respected.
pub fn session_violations(history: &History, rank: impl Fn(u64, u64) -> Option<u128>) -> Vec<SessionViolation> {
    let mut completed: Vec<&Operation> =
        history.operations.iter().filter(|operation| operation.completed.is_some()).collect();
    completed.sort_by_key(|operation| (operation.invoked, operation.completed, operation.id));
    let mut sessions: BTreeMap<(u64, u64), Session> = BTreeMap::new();
    let mut violations = Vec::new();
    for operation in completed {
        let session = sessions.entry((operation.process, operation.key)).or_default();
        session.admit(operation, &rank, history.clock, &mut violations);
    }
    violations
}

/// Reads that miss an earlier write of their own process.
pub fn read_your_writes(history: &History, rank: impl Fn(u64, u64) -> Option<u128>) -> Vec<SessionViolation> {
    only(Guarantee::ReadYourWrites, session_violations(history, rank))
}

/// Reads that see less than an earlier read of their own process.
pub fn monotonic_reads(history: &History, rank: impl Fn(u64, u64) -> Option<u128>) -> Vec<SessionViolation> {
    only(Guarantee::MonotonicReads, session_violations(history, rank))
}

fn only(guarantee: Guarantee, mut violations: Vec<SessionViolation>) -> Vec<SessionViolation> {
    violations.retain(|violation| violation.guarantee == guarantee);
    violations
}

/// Where a version stands: `None` is the initial nothing, below every rank.
type Version = Option<u128>;

/// The newest that a process has written and read of one key.
#[derive(Clone, Debug, Default)]
struct Session<'a> {
    written: Option<(Version, &'a Operation)>,
    read: Option<(Version, &'a Operation)>,
}

impl<'a> Session<'a> {
    fn admit(
        &mut self,
        operation: &'a Operation,
        rank: &impl Fn(u64, u64) -> Option<u128>,
        clock: Clock,
        violations: &mut Vec<SessionViolation>,
    ) {
        // A value that has no rank is not compared; nothing at all is compared, and below all.
        let found = observed(&operation.call).and_then(|value| match value {
            None => Some(None),
            Some(value) => rank(operation.key, value).map(Some),
        });
        let left = written(&operation.call).and_then(|value| rank(operation.key, value)).map(Some);
        let mut demand = |guarantee, version: Option<Version>, bound: Option<(Version, &Operation)>| {
            if let (Some(version), Some((newest, earlier))) = (version, bound)
                && version < newest
                && earlier.precedes(operation)
            {
                violations.push(SessionViolation::new(guarantee, earlier, operation, clock));
            }
        };
        demand(Guarantee::ReadYourWrites, found, self.written);
        demand(Guarantee::MonotonicReads, found, self.read);
        demand(Guarantee::MonotonicWrites, left, self.written);
        demand(Guarantee::WritesFollowReads, left, self.read);
        raise(&mut self.read, found, operation);
        raise(&mut self.written, left, operation);
    }
}

fn raise<'a>(newest: &mut Option<(Version, &'a Operation)>, version: Option<Version>, operation: &'a Operation) {
    if let Some(version) = version
        && newest.is_none_or(|(newest, _)| version > newest)
    {
        *newest = Some((version, operation));
    }
}

impl SessionViolation {
    fn new(guarantee: Guarantee, earlier: &Operation, later: &Operation, clock: Clock) -> Self {
        let explanation = format!(
            "{guarantee} broken on key {}: process {} {} {}, then {} {}, {}.",
            later.key,
            later.process,
            earlier.call,
            clock.during(earlier),
            later.call,
            clock.during(later),
            match (guarantee, later.call) {
                (Guarantee::ReadYourWrites | Guarantee::MonotonicReads, Call::Read { .. } | Call::Cas { .. }) =>
                    "which found an older version",
                _ => "which is ordered before it",
            }
        );
        Self { guarantee, earlier: earlier.clone(), later: later.clone(), explanation }
    }
}

impl fmt::Display for Guarantee {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Guarantee::ReadYourWrites => "read-your-writes",
            Guarantee::MonotonicReads => "monotonic reads",
            Guarantee::MonotonicWrites => "monotonic writes",
            Guarantee::WritesFollowReads => "writes-follow-reads",
        })
    }
}
