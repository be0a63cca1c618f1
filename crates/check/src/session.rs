//! Session guarantees: what one process may rely on from one of its operations to its next.
//!
//! After Terry et al., "Session guarantees for weakly consistent replicated data", 1994. They need the order of versions, which the
//! store knows and no client can see: the caller supplies it as a rank per operation and value, higher is newer. A value without a rank
//! (a sibling, a write that never reached the log) is not compared. The initial nothing ranks below every value; whoever finds nothing may have found that
//! or what any deletion left ([`Nothings`]).

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::history::{Call, Clock, History, Operation};
use crate::history::{observed, written};
use crate::nothing::Nothings;

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
/// `rank` gives the place in the order of versions of its key of what an operation found or left, which is this value: a write that was made twice has
/// two places, and who found it found one of them. An operation that breaks a guarantee is named once for that
/// guarantee, with the newest version it should have respected. A read that found one of the `nothings` breaks what no nothing would keep.
pub fn session_violations(
    history: &History,
    nothings: &Nothings,
    rank: impl Fn(&Operation, u64) -> Option<u64>,
) -> Vec<SessionViolation> {
    let mut completed: Vec<&Operation> =
        history.operations.iter().filter(|operation| operation.completed().is_some()).collect();
    let when = |operation: &Operation| (operation.invoked, operation.completed(), operation.id);
    // Session by session; what a session breaks is put in order of time only afterwards, since most break nothing.
    completed.sort_unstable_by_key(|operation| (operation.process, operation.key, when(operation)));
    let mut violations = Vec::new();
    for of_session in completed.chunk_by(|a, b| (a.process, a.key) == (b.process, b.key)) {
        let mut session = Session::default();
        for operation in of_session {
            session.admit(operation, nothings, &rank, history.clock, &mut violations);
        }
    }
    engine::sort_by_key(&mut violations, |violation: &SessionViolation| (when(&violation.later), violation.guarantee));
    violations
}

/// Reads that miss an earlier write of their own process.
pub fn read_your_writes(history: &History, rank: impl Fn(&Operation, u64) -> Option<u64>) -> Vec<SessionViolation> {
    only(Guarantee::ReadYourWrites, session_violations(history, &Nothings::default(), rank))
}

/// Reads that see less than an earlier read of their own process.
pub fn monotonic_reads(history: &History, rank: impl Fn(&Operation, u64) -> Option<u64>) -> Vec<SessionViolation> {
    only(Guarantee::MonotonicReads, session_violations(history, &Nothings::default(), rank))
}

fn only(guarantee: Guarantee, mut violations: Vec<SessionViolation>) -> Vec<SessionViolation> {
    violations.retain(|violation| violation.guarantee == guarantee);
    violations
}

/// Where a version stands: the initial nothing at 0, below every rank.
type Version = u64;

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
        nothings: &Nothings,
        rank: &impl Fn(&Operation, u64) -> Option<u64>,
        clock: Clock,
        violations: &mut Vec<SessionViolation>,
    ) {
        let mut demand = |guarantee, keeps: bool, (_, earlier): (Version, &Operation)| {
            if !keeps {
                violations.push(SessionViolation::new(guarantee, earlier, operation, clock));
            }
        };
        let relies = |bound: Option<(Version, &'a Operation)>| bound.filter(|(_, earlier)| earlier.precedes(operation));
        let (newest_written, newest_read) = (relies(self.written), relies(self.read));
        // A value that has no rank is not compared; nothing at all is compared, and below all.
        let value = observed(&operation.call);
        let of_value = value.flatten().and_then(|value| rank(operation, value));
        let found = if value.is_some() && nothings.found_by(operation) {
            let nothing = |at_least: Version| nothings.oldest(operation, of_value, at_least);
            let bounds = [(Guarantee::ReadYourWrites, newest_written), (Guarantee::MonotonicReads, newest_read)];
            let bounds = bounds.into_iter().filter_map(|(guarantee, bound)| Some((guarantee, bound?)));
            let kept = bounds.filter_map(|(guarantee, bound)| {
                let found = nothing(bound.0);
                demand(guarantee, found.is_some(), bound);
                found
            });
            // Of those that keep all that can be kept the oldest, which asks least of what comes.
            Some(kept.max().unwrap_or(0))
        } else {
            let found = of_value;
            let keeps = |(newest, _): (Version, &Operation)| found.is_none_or(|found| found >= newest);
            newest_written.into_iter().for_each(|bound| demand(Guarantee::ReadYourWrites, keeps(bound), bound));
            newest_read.into_iter().for_each(|bound| demand(Guarantee::MonotonicReads, keeps(bound), bound));
            found
        };
        let left = written(&operation.call).and_then(|value| rank(operation, value));
        let after = |(newest, _): (Version, &Operation)| left.is_none_or(|left| left >= newest);
        newest_written.into_iter().for_each(|bound| demand(Guarantee::MonotonicWrites, after(bound), bound));
        newest_read.into_iter().for_each(|bound| demand(Guarantee::WritesFollowReads, after(bound), bound));
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nothing::Deletion;

    const READ: fn(Option<u64>) -> Call = |value| Call::Read { value };
    const WRITE: fn(u64) -> Call = |value| Call::Write { value };

    /// Operations one after the other, each a process and a call; the value of a version is its rank.
    #[track_caller]
    fn check(calls: &[(u64, Call)], expected: &[(Guarantee, u64, u64)]) {
        let operation = |(id, &(process, call)): (usize, &(u64, Call))| {
            let id = id as u64;
            Operation { id, process, key: 0, call, invoked: 10 * id, took: Some(5) }
        };
        let history = History::new(calls.iter().enumerate().map(operation).collect());
        let found: Vec<(Guarantee, u64, u64)> =
            session_violations(&history, &Nothings::default(), |_, value| Some(value))
                .into_iter()
                .map(|violation| (violation.guarantee, violation.earlier.id, violation.later.id))
                .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_session_that_only_moves_forward_breaks_nothing() {
        check(&[(0, READ(None)), (0, WRITE(1)), (0, READ(Some(1))), (0, READ(Some(3))), (0, WRITE(4))], &[]);
    }

    #[test]
    fn a_read_that_misses_an_own_write_is_named_with_it() {
        check(&[(0, WRITE(2)), (0, READ(Some(1)))], &[(Guarantee::ReadYourWrites, 0, 1)]);
        check(&[(0, WRITE(2)), (0, READ(None))], &[(Guarantee::ReadYourWrites, 0, 1)]);
    }

    #[test]
    fn a_read_that_goes_back_is_named_with_the_newest_read_before_it() {
        let back = [(0, READ(Some(1))), (0, READ(Some(5))), (0, READ(Some(4))), (0, READ(Some(5)))];
        check(&back, &[(Guarantee::MonotonicReads, 1, 2)]);
    }

    #[test]
    fn writes_ordered_before_what_the_session_wrote_or_read_are_named() {
        check(&[(0, WRITE(5)), (0, WRITE(4))], &[(Guarantee::MonotonicWrites, 0, 1)]);
        check(&[(0, READ(Some(5))), (0, WRITE(4))], &[(Guarantee::WritesFollowReads, 0, 1)]);
    }

    #[test]
    fn one_process_need_not_see_what_another_did() {
        check(&[(0, WRITE(2)), (1, READ(Some(1))), (0, READ(Some(2))), (1, READ(Some(1)))], &[]);
    }

    #[test]
    fn what_has_no_rank_and_what_was_never_answered_is_not_compared() {
        let read = |id, value, took| Operation { id, process: 0, key: 0, call: READ(value), invoked: id * 10, took };
        let history = History::new(vec![read(1, Some(9), Some(5)), read(2, Some(3), Some(5)), read(3, Some(1), None)]);
        assert!(
            session_violations(&history, &Nothings::default(), |_, value| (value != 3).then_some(value)).is_empty()
        );
        assert_eq!(monotonic_reads(&history, |_, value| Some(value)).len(), 1);
        assert!(read_your_writes(&history, |_, value| Some(value)).is_empty());
    }

    /// It is made at 1, another at 2, and the first once more at 3.
    #[test]
    fn who_finds_a_write_that_was_made_twice_at_its_first_place_has_not_seen_the_second() {
        let read =
            |id, value| Operation { id, process: 0, key: 0, call: READ(Some(value)), invoked: id * 10, took: Some(5) };
        let history = History::new(vec![read(1, 7), read(2, 8), read(3, 7)]);
        assert!(session_violations(&history, &Nothings::default(), |operation, _| Some(operation.id)).is_empty());
    }

    #[test]
    fn a_violation_names_both_operations() {
        let operation = |id, call| Operation { id, process: 7, key: 3, call, invoked: id * 1_000_000, took: Some(1) };
        let history = History::new(vec![operation(1, WRITE(8)), operation(2, READ(Some(6)))]);
        assert_eq!(
            read_your_writes(&history, |_, value| Some(value))[0].explanation,
            "read-your-writes broken on key 3: process 7 wrote 8 (1.000000 to 1.000001 ms), then read 6 (2.000000 to 2.000001 ms), \
             which found an older version."
        );
    }

    /// As in [`check`], where these values are what deletions left, and the first of them of unknown outcome if `doubtful`.
    #[track_caller]
    fn check_deleted(deleted: &[u64], doubtful: bool, calls: &[(u64, Call)], expected: &[(Guarantee, u64, u64)]) {
        let operation = |(id, &(process, call)): (usize, &(u64, Call))| Operation {
            id: id as u64,
            process,
            key: 0,
            call,
            invoked: 10 * id as u64,
            took: Some(5),
        };
        let history = History::new(calls.iter().enumerate().map(operation).collect());
        let deletion = |(place, value): (usize, &u64)| {
            let by = |of: &&Operation| of.call == WRITE(*value);
            let invoked = history.operations.iter().find(by).map_or(0, |of| of.invoked);
            Deletion { key: 0, value: *value, invoked, rank: (place > 0 || !doubtful).then_some(*value) }
        };
        let nothings = Nothings::new(deleted.iter().enumerate().map(deletion));
        let found: Vec<(Guarantee, u64, u64)> = session_violations(&history, &nothings, |_, value| Some(value))
            .into_iter()
            .map(|violation| (violation.guarantee, violation.earlier.id, violation.later.id))
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn whoever_finds_nothing_before_a_value_and_after_it_has_found_two_nothings() {
        let calls = [(0, WRITE(1)), (0, WRITE(2)), (1, READ(None)), (1, READ(Some(1))), (1, READ(None))];
        check_deleted(&[2], false, &calls, &[]);
        // The second stays what it was then.
        let back = [&calls[..], &[(1, READ(Some(1)))]].concat();
        check_deleted(&[2], false, &back, &[(Guarantee::MonotonicReads, 4, 5)]);
        // Whatever the replica had found there.
        let found = calls.map(|(process, call)| (process, if call == READ(None) { READ(Some(2)) } else { call }));
        check_deleted(&[2], false, &found, &[]);
        check_deleted(&[], false, &calls, &[(Guarantee::MonotonicReads, 3, 4)]);
    }

    #[test]
    fn nothing_is_no_deletion_that_is_older_or_came_later_and_may_be_one_of_unknown_place() {
        let calls = [(0, WRITE(1)), (0, WRITE(2)), (0, READ(None)), (2, WRITE(3))];
        check_deleted(&[1], false, &calls, &[(Guarantee::ReadYourWrites, 1, 2)]);
        check_deleted(&[3], false, &calls, &[(Guarantee::ReadYourWrites, 1, 2)]);
        check_deleted(&[1], true, &calls, &[]);
    }
}
