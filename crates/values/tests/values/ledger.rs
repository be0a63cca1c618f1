//! Ledgers: what is moved, and that nothing is made of it or lost.

use crate::copies::{COPIES, Copies, cases, steps};
use proptest::prelude::*;
use values::{At, Author, Change, Declined, Kind, Shown, Value, Verb};

/// Three accounts with 10 each.
const BANK: Kind = Kind::Ledger { accounts: 3, initial: 10 };

fn transfer(amount: i32, from: u8, to: u8) -> Change {
    Change::by(Verb::Transfer, amount).between([from, to])
}

/// What a read brings if the accounts hold so much.
fn showing(balances: [i64; 3]) -> Shown {
    let mut digest = engine::Digest::new();
    balances.iter().for_each(|balance| digest.write_u64(*balance as u64));
    Shown::Balances { total: balances.iter().sum::<i64>() as i32, digest: digest.value() }
}

/// What the accounts hold if all these transfers count.
fn after<'a>(taken: impl Iterator<Item = &'a Change>) -> [i64; 3] {
    let mut balances = [10; 3];
    for change in taken {
        let [from, to] = change.accounts().map(|account| usize::from(account) - 1);
        balances[from] -= i64::from(change.amount);
        balances[to] += i64::from(change.amount);
    }
    balances
}

proptest! {
    #![proptest_config(cases(300))]

    #[test]
    fn the_total_is_the_same_in_every_copy_at_every_moment(steps in steps()) {
        let mut copies = Copies::new(&BANK);
        for step in steps {
            copies.step(&BANK, step);
            for region in 0..COPIES {
                prop_assert_eq!(copies.show(region).sum(), 30);
                prop_assert_eq!(copies.values[region].given(), 0);
            }
        }
    }

    #[test]
    fn each_transfer_that_a_copy_took_counts_once_and_whole(steps in steps()) {
        let mut copies = Copies::after(&BANK, &steps);
        copies.settle();
        prop_assert_eq!(copies.show(1), showing(after(copies.taken.iter().map(|taken| &taken.change))));
    }

    #[test]
    fn one_copy_moves_nothing_that_is_not_there(moves in prop::collection::vec((1..16_i32, 1..4_u8, 1..3_u8), 0..60)) {
        let mut copies = Copies::new(&BANK);
        for (amount, from, further) in moves {
            let before = after(copies.taken.iter().map(|taken| &taken.change));
            let answer = copies.change(0, transfer(amount, from, (from - 1 + further) % 3 + 1));
            let covered = before[usize::from(from) - 1] >= i64::from(amount);
            prop_assert_eq!(answer, if covered { Ok(()) } else { Err(Declined::Overdrawn) });
        }
    }
}

#[test]
fn two_copies_move_the_same_money_and_merged_a_balance_is_below_zero() {
    let mut copies = Copies::new(&BANK);
    assert_eq!([copies.change(0, transfer(8, 1, 2)), copies.change(1, transfer(8, 1, 3))], [Ok(()); 2]);
    assert_eq!(copies.change(0, transfer(8, 1, 3)), Err(Declined::Overdrawn));
    copies.settle();
    assert_eq!(copies.show(2), showing([-6, 18, 18]));
    assert_eq!(copies.change(2, transfer(1, 1, 2)), Err(Declined::Overdrawn));
    assert_eq!(copies.change(2, transfer(9, 2, 1)), Ok(()), "what is owed may be paid back");
}

#[test]
fn a_transfer_needs_two_accounts_that_there_are() {
    let at = At { write: 1, author: Author::default(), count: 1, now: engine::Time::ZERO };
    for change in [transfer(1, 1, 1), transfer(1, 1, 4), transfer(1, 4, 1), transfer(1, 0, 1), transfer(0, 1, 2)] {
        assert_eq!(Value::new(&BANK).apply(change, &at), Err(Declined::Unfit), "{change:?}");
    }
    assert_eq!(Value::new(&BANK).apply(transfer(10, 1, 3), &at), Ok(()));
}
