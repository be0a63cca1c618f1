//! The recorded history: operations on sampled keys, and whose sessions they were in.

use super::bytes::{Bytes, near};
use crate::trace::{OperationInfo, OperationKind};
use engine::{Span, Time};
use protocol::Version;

/// One operation on a sampled key that ended well, or may have. Numbers of operations, clients and writes are below four billion:
/// of a run that has more, memory holds no history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Recorded {
    invoked: Time,
    pub(crate) completed: Time,
    /// Of the version written or found.
    rank: u64,
    operation: u32,
    process: u32,
    /// Of a write its own number, of a read that of the write it found.
    write: u32,
    key: u32,
    /// There are few.
    dataset: u8,
    population: u8,
    /// Of a transfer.
    accounts: [u8; 2],
    /// Which step of which request it is, of all steps one after the other.
    step: u16,
    kind: OperationKind,
    outcome: Outcome,
}

/// What is known of how an operation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It ended well.
    Done,
    /// It ended well, and found nothing since that was deleted.
    FoundDeleted,
    /// The value did not take the change.
    Declined,
    /// It may have been made, or may yet be.
    Unknown,
}

/// Kinds and outcomes by the number under which they are packed.
const KINDS: [OperationKind; 3] = [OperationKind::Call, OperationKind::Read, OperationKind::Write];
const OUTCOMES: [Outcome; 4] = [Outcome::Done, Outcome::FoundDeleted, Outcome::Declined, Outcome::Unknown];

/// Whose a session is that began.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SessionOf {
    /// The number of its client.
    pub(super) process: u32,
    pub(super) user: u32,
    /// Which of the user's devices it is on, from 1.
    pub(super) device: u32,
}

impl SessionOf {
    /// Where it is: ` (session 17, device 2)`.
    pub(super) fn place(&self) -> String {
        format!(" (session {}, device {})", self.process, self.device)
    }
}

impl Recorded {
    /// An operation on a key of a dataset, the step of this number, and the version and the write read, if it ended well.
    pub(crate) fn new(
        info: &OperationInfo,
        (dataset, step): (u16, u16),
        (version, read): (Version, u64),
        outcome: Outcome,
        completed: Time,
    ) -> Recorded {
        let write = if info.kind == OperationKind::Write { info.write } else { read };
        Recorded {
            invoked: info.invoked,
            completed,
            rank: version.rank(),
            operation: info.operation as u32,
            process: info.process as u32,
            write: write as u32,
            key: info.key,
            dataset: dataset as u8,
            population: info.population as u8,
            accounts: info.accounts,
            step,
            kind: info.kind,
            outcome,
        }
    }

    /// From which the first operation on a key differs when it is packed.
    pub(super) fn before_all(dataset: u16, key: u32) -> Recorded {
        Recorded {
            invoked: Time::ZERO,
            completed: Time::ZERO,
            rank: 0,
            operation: 0,
            process: 0,
            write: 0,
            key,
            dataset: dataset as u8,
            population: 0,
            accounts: [0; 2],
            step: 0,
            kind: OperationKind::Call,
            outcome: Outcome::Done,
        }
    }

    /// How it differs from another on its key that ended no later.
    pub(super) fn pack(&self, before: &Recorded, bytes: &mut Bytes) {
        let accounts = self.accounts != [0; 2];
        bytes.put(self.kind as u64 | (self.outcome as u64) << 2 | u64::from(accounts) << 4);
        if accounts {
            self.accounts.iter().for_each(|account| bytes.put(u64::from(*account)));
        }
        bytes.put(self.population.into());
        bytes.put(self.step.into());
        bytes.put(self.completed.since(before.completed).as_nanos());
        bytes.put(self.completed.since(self.invoked).as_nanos());
        let numbers = |of: &Recorded| [of.rank, of.operation.into(), of.process.into(), of.write.into()];
        for (before, number) in numbers(before).into_iter().zip(numbers(self)) {
            bytes.put_near(before, number);
        }
    }

    /// The same from the numbers that were packed.
    pub(super) fn unpack(before: &Recorded, next: &mut impl FnMut() -> u64) -> Recorded {
        let first = next();
        let accounts = if first >> 4 == 0 { [0; 2] } else { [next() as u8, next() as u8] };
        let (population, step) = (next() as u8, next() as u16);
        let completed = before.completed + Span::from_nanos(next());
        Recorded {
            invoked: Time::from_nanos(completed.as_nanos() - next()),
            completed,
            rank: near(before.rank, next()),
            operation: near(before.operation.into(), next()) as u32,
            process: near(before.process.into(), next()) as u32,
            write: near(before.write.into(), next()) as u32,
            population,
            accounts,
            step,
            kind: KINDS[first as usize & 3],
            outcome: OUTCOMES[first as usize >> 2 & 3],
            ..*before
        }
    }

    /// The operation, but for what no judgement asks: its slot, its request and its step.
    pub(crate) fn info(&self) -> OperationInfo {
        OperationInfo {
            operation: self.operation.into(),
            slot: 0,
            process: self.process.into(),
            population: self.population.into(),
            request: 0,
            dataset: Some(self.dataset.into()),
            kind: self.kind,
            step: 0,
            key: self.key,
            write: if self.kind == OperationKind::Write { self.write.into() } else { 0 },
            accounts: self.accounts,
            invoked: self.invoked,
        }
    }

    /// The rank of the version, and the write read or written; `None` if it did not end well, or that is unknown.
    pub(crate) fn found(&self) -> Option<(u64, u64)> {
        matches!(self.outcome, Outcome::Done | Outcome::FoundDeleted).then_some((self.rank, self.write.into()))
    }

    /// Whether it found nothing since that was deleted.
    pub(super) fn found_deleted(&self) -> bool {
        self.outcome == Outcome::FoundDeleted
    }

    /// Whether the value did not take the change.
    pub(crate) fn is_declined(&self) -> bool {
        self.outcome == Outcome::Declined
    }

    /// Which step it is, of all steps of all requests.
    pub(crate) fn step(&self) -> u16 {
        self.step
    }
}
