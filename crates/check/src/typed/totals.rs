//! Whatever is moved between accounts, all of them together hold what they began with.

use super::{Answer, Contents, TypedCall, Verb, accounts};
use crate::history::Operation;
use crate::teller::Teller;
use crate::verdict::{Past, Witness};

/// The first read of all accounts that together hold something else, if there is one.
pub(super) fn not_conserved(
    operations: &[Operation<TypedCall>],
    teller: &Teller<'_, TypedCall>,
) -> Option<Witness<TypedCall>> {
    let accounts = accounts(operations).len();
    let begins = operations.iter().find(|operation| operation.call.verb == Verb::Begin);
    let whole = accounts as i128 * begins.map_or(0, |begins| i128::from(begins.call.number));
    operations.iter().find_map(|read| {
        let Answer::Shows(Contents::Balances(balances)) = &read.call.answer else { return None };
        let total: i128 = balances.iter().map(|(_, held)| i128::from(*held)).sum();
        let off = balances.len() == accounts && total != whole && read.completed().is_some();
        off.then(|| {
            let explanation = format!(
                "{}, which come to {total} together, and {whole} is what the {accounts} accounts began with.",
                teller.name(read)
            );
            Witness { operations: vec![read.clone()], explanation, since: read.invoked, past: Past::Counts }
        })
    })
}
