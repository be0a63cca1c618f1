//! From a violation to the few operations that prove it.

use crate::history::{Call, KvCall, Operation};

/// What the witness needs to know of a kind of call.
pub trait Observer {
    /// Whether the call changes nothing, so that it can be forgotten without anybody else noticing.
    fn only_observes(&self) -> bool;
}

impl Observer for Call {
    fn only_observes(&self) -> bool {
        matches!(self, Call::Read { .. })
    }
}

impl Observer for KvCall {
    fn only_observes(&self) -> bool {
        matches!(self, KvCall::Get { .. })
    }
}

/// The operations with those not kept let go: a read is forgotten, any other may have taken effect at any time or never.
/// What explains the whole explains this too, so what cannot be explained here cannot be explained at all.
pub fn let_go<C: Observer + Clone>(
    operations: &[Operation<C>],
    kept: impl Fn(&Operation<C>) -> bool,
) -> Vec<Operation<C>> {
    let mut loosened = Vec::with_capacity(operations.len());
    for operation in operations {
        if kept(operation) {
            loosened.push(operation.clone());
        } else if !operation.call.only_observes() {
            loosened.push(Operation {
                invoked: 0,
                completed: None,
                ..operation.clone()
            });
        }
    }
    loosened
}

/// Drops from the suspects, one by one, each that is not needed for the failure. One pass suffices: to let more operations go never
/// makes a history harder to explain.
pub(crate) fn minimise<T: Copy + PartialEq>(
    suspects: &[T],
    fails: impl Fn(&[T]) -> bool,
) -> Vec<T> {
    let mut kept = suspects.to_vec();
    for suspect in suspects {
        let without: Vec<T> = kept
            .iter()
            .copied()
            .filter(|other| other != suspect)
            .collect();
        if fails(&without) {
            kept = without;
        }
    }
    kept
}
