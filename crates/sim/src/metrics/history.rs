//! Recorded operations, as the checkers take them.

use super::recorded::Recorded;
use crate::trace::{OperationInfo, OperationKind};
use check::{Call, History, Operation};
use engine::Time;

/// A history of what is recorded and of what is under way, in order of their beginning. A write that has not ended, or whose outcome is unknown, may take
/// effect at any time; a read that brought nothing back says nothing and is left out, and so is what was declined, which left nothing.
pub(super) fn history_of<'a>(
    recorded: impl Iterator<Item = Recorded>,
    open: impl Iterator<Item = &'a OperationInfo>,
) -> History {
    let ended = recorded.filter(|recorded| !recorded.is_declined()).filter_map(|recorded| {
        let completed = recorded.found().map(|_| recorded.completed);
        operation(&recorded.info(), recorded.found().map(|(_, read)| read), completed)
    });
    let under_way = open.filter_map(|info| operation(info, None, None));
    let mut operations = one_after_the_other(ended.chain(under_way).collect());
    engine::sort_by_key(&mut operations, |operation| (operation.invoked, operation.id));
    History::new(operations)
}

/// A client begins its next step at the instant at which the one before it ended. For whoever sees instants only they would be
/// concurrent: the next one begins the least time later, before it can have any effect.
pub(super) fn one_after_the_other<C>(mut operations: Vec<Operation<C>>) -> Vec<Operation<C>> {
    let ends =
        operations.iter().filter_map(|operation| Some((operation.process, operation.completed()?, operation.id)));
    let mut ends: Vec<(u64, u64, u64)> = ends.collect();
    ends.sort_unstable();
    for operation in &mut operations {
        let (process, at) = (operation.process, operation.invoked);
        let first = ends.partition_point(|end| *end < (process, at, 0));
        if ends.get(first).is_some_and(|end| *end < (process, at, operation.id)) {
            operation.invoked += 1;
            operation.took = operation.took.map(|took| took.saturating_sub(1));
        }
    }
    operations
}

/// An operation, if there is something to judge by it: what it read, if it read something, and when it ended, if it has.
pub(super) fn operation(info: &OperationInfo, read: Option<u64>, completed: Option<Time>) -> Option<Operation> {
    let call = match info.kind {
        OperationKind::Read => Call::Read { value: read.filter(|write| *write != 0) },
        OperationKind::Write => Call::Write { value: info.write },
        OperationKind::Call => return None,
    };
    if info.kind == OperationKind::Read && completed.is_none() {
        return None;
    }
    Some(Operation {
        id: info.operation,
        process: info.process,
        key: u64::from(info.key),
        call,
        invoked: info.invoked.as_nanos(),
        took: completed.map(|completed| completed.since(info.invoked).as_nanos()),
    })
}
