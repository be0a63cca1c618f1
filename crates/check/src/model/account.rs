//! Money that is paid in, and out as far as it is there.

use super::row::{Reads, Type};
use crate::typed::{Contents, Verb};

pub(super) static ACCOUNT: Type = Type {
    name: "account",
    verbs: &[Verb::Read, Verb::Deposit, Verb::Withdraw],
    reads: Reads::Number,
    begins_with_some: true,
    begin: |balance, _| vec![balance],
    apply: |cells, act| {
        let paid_in = if act.verb == Verb::Withdraw { -act.number } else { act.number };
        let balance = cells[0].saturating_add(paid_in);
        let covered = paid_in > 0 || balance >= 0;
        if covered {
            cells[0] = balance;
        }
        covered
    },
    takes_all: false,
    sums_up: true,
    shows: |cells| Contents::Number(cells[0]),
};
