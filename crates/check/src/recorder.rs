//! Builds a history from events as they happen.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::history::{Call, History, Operation};

/// Pairs invocations with their outcomes, by process. A process has at most one open operation.
///
/// Events are recorded in the order in which they happened. Two events at one instant are set one nanosecond apart, in the order
/// of recording, so that the order of events is the order of instants.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Recorder<C = Call> {
    operations: Vec<Operation<C>>,
    /// For each process the place of its open operation.
    open: BTreeMap<u64, usize>,
    /// Places of the operations that failed.
    failed: Vec<usize>,
    next_instant: u64,
}

/// An event that does not fit the events before it. The recorder is unchanged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RecordError {
    /// The process invoked an operation while another of its own was open.
    AlreadyOpen {
        /// The process.
        process: u64,
    },
    /// An outcome for a process that has no open operation.
    NothingOpen {
        /// The process.
        process: u64,
    },
}

impl<C> Default for Recorder<C> {
    fn default() -> Self {
        Self { operations: Vec::new(), open: BTreeMap::new(), failed: Vec::new(), next_instant: 0 }
    }
}

impl<C> Recorder<C> {
    /// A recorder with nothing in it.
    pub fn new() -> Self {
        Self::default()
    }

    /// The process asks. For a read, the value in `call` is replaced by the answer later.
    ///
    /// # Errors
    /// `AlreadyOpen` if the process still waits for an answer.
    pub fn invoke(&mut self, at: u64, process: u64, id: u64, key: u64, call: C) -> Result<(), RecordError> {
        if self.open.contains_key(&process) {
            return Err(RecordError::AlreadyOpen { process });
        }
        self.open.insert(process, self.operations.len());
        let invoked = self.instant(at);
        self.operations.push(Operation { id, process, key, call, invoked, took: None });
        Ok(())
    }

    /// The open operation of the process succeeded; what was asked says it all (a write).
    ///
    /// # Errors
    /// `NothingOpen` if the process waits for no answer.
    pub fn ok(&mut self, at: u64, process: u64) -> Result<(), RecordError> {
        let place = self.close(process)?;
        self.answer(place, at);
        Ok(())
    }

    /// The open operation of the process succeeded, with an answer (a read): `call` replaces what was invoked.
    ///
    /// # Errors
    /// `NothingOpen` if the process waits for no answer.
    pub fn ok_with(&mut self, at: u64, process: u64, call: C) -> Result<(), RecordError> {
        let place = self.close(process)?;
        self.answer(place, at);
        self.operations[place].call = call;
        Ok(())
    }

    /// The open operation of the process failed: it has taken no effect and never will.
    ///
    /// # Errors
    /// `NothingOpen` if the process waits for no answer.
    pub fn fail(&mut self, at: u64, process: u64) -> Result<(), RecordError> {
        let place = self.close(process)?;
        self.answer(place, at);
        self.failed.push(place);
        Ok(())
    }

    /// The process stops waiting: whether its operation takes effect, now, later or never, is unknown (a timeout).
    ///
    /// # Errors
    /// `NothingOpen` if the process waits for no answer.
    pub fn info(&mut self, process: u64) -> Result<(), RecordError> {
        self.close(process).map(|_| ())
    }

    /// The open operation of the process, if it has one.
    pub fn open(&self, process: u64) -> Option<&Operation<C>> {
        self.open.get(&process).map(|&place| &self.operations[place])
    }

    fn close(&mut self, process: u64) -> Result<usize, RecordError> {
        self.open.remove(&process).ok_or(RecordError::NothingOpen { process })
    }

    fn answer(&mut self, place: usize, at: u64) {
        let completed = self.instant(at);
        let operation = &mut self.operations[place];
        // Instants only grow.
        operation.took = Some(completed.saturating_sub(operation.invoked));
    }

    fn instant(&mut self, at: u64) -> u64 {
        let instant = at.max(self.next_instant);
        self.next_instant = instant.saturating_add(1);
        instant
    }
}

impl<C: Clone> Recorder<C> {
    /// The history so far. Operations still open are in it with unknown outcome.
    pub fn history(&self) -> History<C> {
        let mut has_failed = vec![false; self.operations.len()];
        for &place in &self.failed {
            has_failed[place] = true;
        }
        let with = |outcome: bool| {
            let them = self.operations.iter().zip(&has_failed).filter(move |(_, failed)| **failed == outcome);
            them.map(|(operation, _)| operation.clone()).collect()
        };
        History { failed: with(true), ..History::new(with(false)) }
    }
}

impl fmt::Display for RecordError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RecordError::AlreadyOpen { process } => {
                write!(
                    f,
                    "process {process} invokes an operation while its previous one is still open; a process does one at a time"
                )
            }
            RecordError::NothingOpen { process } => {
                write!(f, "process {process} completes an operation it never invoked")
            }
        }
    }
}

impl std::error::Error for RecordError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_become_operations_and_failures_stand_apart() {
        let mut recorder = Recorder::new();
        recorder.invoke(5, 0, 10, 1, Call::Write { value: 7 }).unwrap();
        recorder.invoke(5, 1, 11, 1, Call::Read { value: None }).unwrap();
        recorder.ok(9, 0).unwrap();
        recorder.ok_with(9, 1, Call::Read { value: Some(7) }).unwrap();
        recorder.invoke(12, 0, 12, 1, Call::Write { value: 8 }).unwrap();
        recorder.fail(13, 0).unwrap();
        recorder.invoke(20, 0, 13, 2, Call::Write { value: 9 }).unwrap();
        recorder.info(0).unwrap();
        recorder.invoke(30, 0, 14, 2, Call::Write { value: 10 }).unwrap();
        let said: Vec<(u64, u64, Option<u64>)> = recorder
            .history()
            .operations
            .iter()
            .map(|operation| (operation.id, operation.invoked, operation.completed()))
            .collect();
        assert_eq!(recorder.history().failed.iter().map(|failed| failed.id).collect::<Vec<_>>(), [12]);
        assert_eq!(said, [(10, 5, Some(9)), (11, 6, Some(10)), (13, 20, None), (14, 30, None)]);
    }

    #[test]
    fn events_that_do_not_fit_are_refused_and_change_nothing() {
        let mut recorder = Recorder::new();
        assert_eq!(recorder.ok(1, 0), Err(RecordError::NothingOpen { process: 0 }));
        recorder.invoke(1, 0, 0, 0, Call::Write { value: 1 }).unwrap();
        let again = recorder.invoke(2, 0, 1, 0, Call::Write { value: 2 });
        assert_eq!(again, Err(RecordError::AlreadyOpen { process: 0 }));
        assert_eq!(recorder.history().operations.len(), 1);
    }
}
