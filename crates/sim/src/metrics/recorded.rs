//! The recorded history: operations on sampled keys, packed, since a long run has many of them.

use crate::trace::{OperationInfo, OperationKind};
use engine::Time;
use protocol::{Epoch, Version};

/// One operation on a sampled key that ended well, or may have.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Recorded {
    operation: u64,
    process: u64,
    /// Of a write its own number, of a read that of the write it found.
    write: u64,
    invoked: Time,
    pub(crate) completed: Time,
    lsn: u64,
    epoch: Epoch,
    key: u32,
    dataset: Option<u16>,
    population: u16,
    kind: OperationKind,
    /// Whether its outcome is known.
    known: bool,
}

const _: () = assert!(size_of::<Recorded>() <= 64, "hours of operations must find room");

impl Recorded {
    /// `found` is the version and the write read; `None` if the outcome is unknown.
    pub(crate) fn new(info: &OperationInfo, found: Option<(Version, u64)>, completed: Time) -> Recorded {
        let (version, read) = found.unwrap_or_default();
        Recorded {
            operation: info.operation,
            process: info.process,
            write: if info.kind == OperationKind::Write { info.write } else { read },
            invoked: info.invoked,
            completed,
            lsn: version.lsn,
            epoch: version.epoch,
            key: info.key,
            dataset: info.dataset,
            population: info.population,
            kind: info.kind,
            known: found.is_some(),
        }
    }

    /// The operation, but for what no judgement asks: its slot, its request and its step.
    pub(crate) fn info(&self) -> OperationInfo {
        OperationInfo {
            operation: self.operation,
            slot: 0,
            process: self.process,
            population: self.population,
            request: 0,
            dataset: self.dataset,
            kind: self.kind,
            step: 0,
            key: self.key,
            write: if self.kind == OperationKind::Write { self.write } else { 0 },
            invoked: self.invoked,
        }
    }

    /// The version, and the write read or written; `None` if the outcome is unknown.
    pub(crate) fn found(&self) -> Option<(Version, u64)> {
        self.known.then_some((Version { epoch: self.epoch, lsn: self.lsn }, self.write))
    }
}
