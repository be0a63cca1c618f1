//! Accounts between which money is moved, as far as it is there. The cells are each account that the history names and its balance, in the order of their numbers.

use super::row::{Act, Cells, Reads, Type};
use crate::typed::{Contents, Verb};

pub(super) static LEDGER: Type = Type {
    name: "ledger",
    verbs: &[Verb::Read, Verb::Transfer],
    reads: Reads::Balances,
    begins_with_some: true,
    begin: |balance, accounts| accounts.iter().flat_map(|account| [*account as i64, balance]).collect(),
    apply,
    takes_all: false,
    sums_up: false,
    shows: |cells| Contents::Balances(cells.chunks(2).map(|account| (account[0] as u64, account[1])).collect()),
};

fn apply(cells: &mut Cells, act: &Act) -> bool {
    let [from, to] =
        act.accounts.map(|account| 1 + 2 * cells.chunks(2).position(|of| of[0] == account as i64).unwrap_or(0));
    let covered = cells[from] >= act.number;
    if covered {
        cells[from] -= act.number;
        cells[to] = cells[to].saturating_add(act.number);
    }
    covered
}

/// Whether the balances that were read are those that there are; of accounts that the reader does not name it says nothing.
pub(super) fn shows(there: &[(u64, i64)], answered: &[(u64, i64)]) -> bool {
    answered.iter().all(|balance| there.contains(balance))
}
