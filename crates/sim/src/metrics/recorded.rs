//! The recorded history: operations on sampled keys, packed, since a long run has many of them, and whose sessions they were in.

use crate::trace::{OperationInfo, OperationKind};
use engine::Time;
use protocol::Version;

/// One operation on a sampled key that ended well, or may have. Numbers of operations, clients and writes are below four billion:
/// of a run that has more, memory holds no history.
#[derive(Clone, Copy, Debug)]
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
    dataset: u16,
    population: u16,
    kind: OperationKind,
    /// Whether its outcome is known.
    known: bool,
    /// Whether it deleted, or found nothing since that was deleted.
    pub(super) deleted: bool,
}

const _: () = assert!(size_of::<Recorded>() <= 48, "hours of operations must find room");

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
    /// An operation on a key of a dataset. `found` is the version and the write read; `None` if the outcome is unknown.
    pub(crate) fn new(
        info: &OperationInfo,
        dataset: u16,
        (found, deleted): (Option<(Version, u64)>, bool),
        completed: Time,
    ) -> Recorded {
        let (version, read) = found.unwrap_or_default();
        let write = if info.kind == OperationKind::Write { info.write } else { read };
        Recorded {
            invoked: info.invoked,
            completed,
            rank: version.rank(),
            operation: info.operation as u32,
            process: info.process as u32,
            write: write as u32,
            key: info.key,
            dataset,
            population: info.population,
            kind: info.kind,
            known: found.is_some(),
            deleted,
        }
    }

    /// Its key, if it is on this dataset.
    pub(crate) fn key_of(&self, dataset: u16) -> Option<u32> {
        (self.dataset == dataset).then_some(self.key)
    }

    /// The operation, but for what no judgement asks: its slot, its request and its step.
    pub(crate) fn info(&self) -> OperationInfo {
        OperationInfo {
            operation: self.operation.into(),
            slot: 0,
            process: self.process.into(),
            population: self.population,
            request: 0,
            dataset: Some(self.dataset),
            kind: self.kind,
            step: 0,
            key: self.key,
            write: if self.kind == OperationKind::Write { self.write.into() } else { 0 },
            invoked: self.invoked,
        }
    }

    /// The rank of the version, and the write read or written; `None` if the outcome is unknown.
    pub(crate) fn found(&self) -> Option<(u64, u64)> {
        self.known.then_some((self.rank, self.write.into()))
    }
}
