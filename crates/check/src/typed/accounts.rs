//! The accounts of a ledger are those that its history names.

use super::{Answer, Contents, TypedCall, Verb};
use crate::history::Operation;

/// Their numbers, ascending.
pub(crate) fn accounts(operations: &[Operation<TypedCall>]) -> Vec<u64> {
    let mut accounts: Vec<u64> = Vec::new();
    for call in operations.iter().map(|operation| &operation.call) {
        match &call.answer {
            Answer::Shows(Contents::Balances(shown)) => accounts.extend(shown.iter().map(|(account, _)| *account)),
            _ if call.verb == Verb::Transfer => accounts.extend(call.accounts),
            _ => {}
        }
    }
    engine::sort(&mut accounts);
    accounts.dedup();
    accounts
}
