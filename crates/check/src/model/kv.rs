//! A string with get, put and append.

use std::collections::BTreeMap;

use super::{Model, Shape, State};
use crate::history::{KvCall, Operation, ValueNames};
use crate::words::quoted;

/// Only strings that begin some string that was got can ever be noticed; all others are one state, [`UNSEEN`]. Any other state is the place of
/// the first such string in `got` (upper half) and how much of it is there (lower half). This is what keeps the orders of
/// concurrent appends from multiplying: a wrong order leads to `UNSEEN` at once.
#[derive(Clone)]
pub(crate) struct KvModel {
    /// The strings got, sorted, each once.
    got: Vec<String>,
    calls: Vec<(KvCall, usize)>,
}

const UNSEEN: State = State::MAX;

impl Model for KvModel {
    type Call = KvCall;

    fn new(operations: &[Operation<KvCall>]) -> Self {
        let mut got = Vec::new();
        let mut kinds: BTreeMap<(u8, &str), usize> = BTreeMap::new();
        let mut calls = Vec::with_capacity(operations.len());
        for operation in operations {
            let (tag, value) = match &operation.call {
                KvCall::Get { value } => {
                    if operation.completed().is_some() {
                        got.push(value.clone());
                    }
                    (0, value)
                }
                KvCall::Put { value } => (1, value),
                KvCall::Append { value } => (2, value),
            };
            let next = kinds.len();
            let kind = *kinds.entry((tag, value)).or_insert(next);
            calls.push((operation.call.clone(), kind));
        }
        got.sort_unstable();
        got.dedup();
        Self { got, calls }
    }

    fn initial(&self) -> State {
        self.state("")
    }

    fn step(&self, state: State, call: usize) -> Option<State> {
        match &self.calls[call].0 {
            KvCall::Get { value } => (self.text(state) == Some(value)).then_some(state),
            KvCall::Put { value } => Some(self.state(value)),
            KvCall::Append { value } => Some(match self.text(state) {
                Some(text) => self.state(&[text, value].concat()),
                None => UNSEEN,
            }),
        }
    }

    fn shape(&self, call: usize) -> Shape {
        match self.calls[call].0 {
            KvCall::Get { .. } => Shape::Observer,
            KvCall::Put { .. } => Shape::Blind,
            KvCall::Append { .. } => Shape::Total,
        }
    }

    fn kind(&self, call: usize) -> usize {
        self.calls[call].1
    }

    fn is_mute(&self, state: State) -> bool {
        state == UNSEEN
    }

    fn show(&self, state: State, _: &ValueNames) -> Option<String> {
        self.text(state).map(quoted)
    }

    /// What is left depends on the order of all that was appended.
    fn left_by(_: &[Operation<KvCall>], _: &[Operation<KvCall>]) -> Option<Vec<KvCall>> {
        None
    }
}

impl KvModel {
    fn text(&self, state: State) -> Option<&str> {
        let (place, length) = ((state >> 32) as usize, (state & 0xffff_ffff) as usize);
        self.got.get(place)?.get(..length)
    }

    fn state(&self, text: &str) -> State {
        let place = self.got.partition_point(|got| got.as_str() < text);
        match self.got.get(place) {
            Some(got) if got.starts_with(text) => ((place as State) << 32) | text.len() as State,
            _ => UNSEEN,
        }
    }
}
