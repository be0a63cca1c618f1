//! What the search must know of an object: its states and what each call does to them. One file per object; the types of
//! values share one, `typed.rs`, and are rows of `types.rs`.

mod account;
mod counter;
mod feed;
mod kv;
mod ledger;
mod name;
mod register;
pub(crate) mod row;
mod set;
mod stock;
mod two_phase_set;
mod typed;
pub(crate) mod types;

pub(crate) use kv::KvModel;
pub(crate) use register::RegisterModel;
pub(crate) use typed::TypedModel;

use crate::history::{Operation, ValueNames, Words};

/// A state, as the model numbers them.
pub(crate) type State = u64;

/// How a call depends on the state it meets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// Changes nothing; possible only in the states that give its answer.
    Observer,
    /// Possible in every state, and leaves a state that does not depend on it.
    Blind,
    /// Possible in every state, leaves one that depends on it.
    Total,
    /// Possible in some states only, and leaves another that does not depend on which it met.
    Conditional,
    /// Possible in some states only, or in all, and leaves one that depends on the one it met. Never together with a blind one.
    Dependent,
}

/// The sequential behaviour of one object, prepared for the calls of one history. Calls are named by their place.
pub(crate) trait Model: Clone {
    /// The calls of this object.
    type Call: Words + Clone;
    /// Prepares for the operations of one key, and for the calls of `operations[i]` as call `i`.
    fn new(operations: &[Operation<Self::Call>]) -> Self;
    /// The state before the first operation.
    fn initial(&self) -> State;
    /// The state after the call, or none if the call cannot have given its answer in this state.
    fn step(&self, state: State, call: usize) -> Option<State>;
    /// How the call depends on the state.
    fn shape(&self, call: usize) -> Shape;
    /// A number that two calls share exactly if they do the same.
    fn kind(&self, call: usize) -> usize;
    /// Whether no call that looks at the state can succeed in it, so that nobody would ever notice it.
    fn is_mute(&self, state: State) -> bool;
    /// The state as a reader would see it, if the model still knows.
    fn show(&self, state: State, values: &ValueNames) -> Option<String>;
    /// Calls that between them leave every state that any of the past operations may have left last, as far as the later ones can
    /// tell; none if that is too many to say.
    fn left_by(past: &[Operation<Self::Call>], later: &[Operation<Self::Call>]) -> Option<Vec<Self::Call>>;
}
