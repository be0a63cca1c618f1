//! Whether an account can have held what was moved out of it, and lacked what was declined, by what must have been moved by then and what can have been.

use super::{Answer, TypedCall, Verb};
use crate::history::Operation;
use crate::teller::Teller;
use crate::verdict::{Past, Witness};

/// Each of so many operations is held against all.
const MOST: usize = 5_000;

/// The first transfer that cannot have been answered so, whatever the order, with the fewest transfers that make it so; none if there is none, or too many to look at.
pub(super) fn impossible(
    operations: &[Operation<TypedCall>],
    teller: &Teller<'_, TypedCall>,
) -> Option<Witness<TypedCall>> {
    let is_answered = |of: &&Operation<TypedCall>| of.call.verb == Verb::Transfer && of.took.is_some();
    let mut answered: Vec<&Operation<TypedCall>> = operations.iter().filter(is_answered).collect();
    engine::sort_by_key(&mut answered, |of| (of.completed(), of.id));
    if operations.len() > MOST {
        return None;
    }
    let begins = operations.iter().find(|of| of.call.verb == Verb::Begin).map_or(0, |of| i128::from(of.call.number));
    answered.into_iter().find_map(|of| contradicted(of, begins, operations, teller))
}

/// The proof that a transfer cannot have been answered so, of an account that began with so much.
fn contradicted(
    of: &Operation<TypedCall>,
    begins: i128,
    operations: &[Operation<TypedCall>],
    teller: &Teller<'_, TypedCall>,
) -> Option<Witness<TypedCall>> {
    let (account, declined) = (of.call.accounts[0], of.call.answer == Answer::Declined);
    // What a declined one lacked must not have come in; what one that was taken needed must not have gone out.
    let [may, must] = if declined { [0, 1] } else { [1, 0] };
    let others = || operations.iter().filter(|other| other.id != of.id && other.call.answer == Answer::Taken);
    let moves = |other: &Operation<TypedCall>, side: usize| {
        other.call.verb == Verb::Transfer && other.call.accounts[side] == account
    };
    let can = others().filter(|other| moves(other, may) && Some(other.invoked) <= of.completed());
    let can: i128 = can.map(|other| i128::from(other.call.number)).sum();
    let has_ended = |other: &&Operation<TypedCall>| other.completed().is_some_and(|end| end < of.invoked);
    let mut ended: Vec<&Operation<TypedCall>> = others().filter(|other| moves(other, must)).filter(has_ended).collect();
    engine::sort_by_key(&mut ended, |other| (std::cmp::Reverse(other.call.number), other.id));
    // The least that must have been moved for the answer to be wrong.
    let number = i128::from(of.call.number);
    let mut missing = if declined { number - begins + can } else { begins + can - number + 1 };
    let mut witness = vec![of.clone()];
    for other in ended {
        if missing <= 0 {
            break;
        }
        missing -= i128::from(other.call.number);
        witness.push(other.clone());
    }
    if missing > 0 {
        return None;
    }
    engine::sort_by_key(&mut witness, |of| (of.invoked, of.id));
    let bound = if declined { "so much was" } else { "so much was not" };
    let explanation = format!("{}, but {bound} in account {account} then, whatever the order.", teller.name(of));
    Some(Witness { operations: witness, explanation, since: 0, past: Past::LetGo })
}
