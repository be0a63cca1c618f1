//! A register with read, write and compare-and-set.

use std::collections::{BTreeMap, BTreeSet};

use super::{Model, Shape, State};
use crate::history::{Call, Operation, ValueNames, observed, value_name, written};

/// State 0 is nil, state `i + 1` is `values[i]`.
#[derive(Clone)]
pub(crate) struct RegisterModel {
    values: Vec<u64>,
    /// By state: whether anybody looks for it.
    looked_for: Vec<bool>,
    effects: Vec<(Effect, usize)>,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Effect {
    /// Succeeds in one state and leaves it.
    Find(State),
    Set(State),
    Swap(State, State),
}

impl Model for RegisterModel {
    type Call = Call;

    fn new(operations: &[Operation]) -> Self {
        let mut values: Vec<u64> = Vec::new();
        for operation in operations {
            match operation.call {
                Call::Read { value } => values.extend(value),
                Call::Write { value } => values.push(value),
                Call::Cas { from, to } => values.extend([from, to]),
            }
        }
        values.sort_unstable();
        values.dedup();
        let state = |value: u64| values.partition_point(|&other| other < value) as State + 1;
        let mut looked_for = vec![false; values.len() + 1];
        let mut kinds = BTreeMap::new();
        let mut effects = Vec::with_capacity(operations.len());
        for operation in operations {
            let effect = match operation.call {
                Call::Read { value } => Effect::Find(value.map_or(0, state)),
                Call::Write { value } => Effect::Set(state(value)),
                Call::Cas { from, to } if from == to => Effect::Find(state(from)),
                Call::Cas { from, to } => Effect::Swap(state(from), state(to)),
            };
            if let Some(value) = observed(&operation.call)
                && !(operation.completed().is_none() && matches!(effect, Effect::Find(_)))
            {
                looked_for[value.map_or(0, state) as usize] = true;
            }
            let next = kinds.len();
            effects.push((effect, *kinds.entry(effect).or_insert(next)));
        }
        Self { values, looked_for, effects }
    }

    fn initial(&self) -> State {
        0
    }

    fn step(&self, state: State, call: usize) -> Option<State> {
        match self.effects[call].0 {
            Effect::Find(found) => (state == found).then_some(state),
            Effect::Set(left) => Some(left),
            Effect::Swap(found, left) => (state == found).then_some(left),
        }
    }

    fn shape(&self, call: usize) -> Shape {
        match self.effects[call].0 {
            Effect::Find(_) => Shape::Observer,
            Effect::Set(_) => Shape::Blind,
            Effect::Swap(..) => Shape::Conditional,
        }
    }

    fn kind(&self, call: usize) -> usize {
        self.effects[call].1
    }

    fn is_mute(&self, state: State) -> bool {
        !self.looked_for[state as usize]
    }

    fn show(&self, state: State, values: &ValueNames) -> Option<String> {
        Some(match state {
            0 => "nil".to_string(),
            state => value_name(self.values[state as usize - 1], values),
        })
    }

    /// All values nobody looks for later are one.
    fn left_by(past: &[Operation], later: &[Operation]) -> Option<Vec<Call>> {
        let looked_for: BTreeSet<u64> =
            later.iter().filter_map(|operation| observed(&operation.call).flatten()).collect();
        let left: BTreeSet<u64> = past.iter().filter_map(|operation| written(&operation.call)).collect();
        let other = left.iter().find(|value| !looked_for.contains(value));
        let values = left.iter().filter(|value| looked_for.contains(value)).chain(other);
        Some(values.map(|&value| Call::Write { value }).collect())
    }
}
