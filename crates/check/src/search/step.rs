//! The configurations that explain a history so far, and how one event changes them.

use std::collections::VecDeque;

use super::events::Event;
use crate::bits::Set;
use crate::closure::{Closure, Configuration};
use crate::history::Operation;
use crate::model::{Model, Shape, State};

/// What a search found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// There is an order that explains every answer.
    Explained {
        /// The states in which the orders that do so end, an unknown outcome being put in order only where an answer needs it; none if not
        /// all such orders were found.
        states: Option<Vec<State>>,
    },
    /// No order explains the answer of this operation together with those that came before it.
    Stuck {
        /// Its place.
        operation: usize,
        /// The states the object can have been in while it was pending, given the answers before it.
        states: Vec<State>,
    },
    /// No order was found for the answer of this operation, but not all were tried.
    Lost {
        /// Its place.
        operation: usize,
    },
    /// The budget was spent.
    Exhausted {
        /// The place of the operation whose answer was looked at.
        operation: usize,
    },
}

/// How many configurations are kept after each answer, at first. This and the closure factor were found by measuring
/// (`examples/speed.rs`): with more every answer takes longer, with fewer the search gets lost too often. Under test so few that
/// small histories suffice to get it lost.
pub(super) const BREADTH: usize = if cfg!(test) { 1 } else { 32 };
/// A narrowed search looks at so many times its breadth before it is content with the explanations of an answer it has.
const CLOSURE_FACTOR: usize = 2;

/// Operations of unknown outcome that all do the same.
#[derive(Clone)]
struct Loose {
    kind: usize,
    /// One of them.
    call: usize,
    /// How many have begun.
    begun: usize,
}

#[derive(Clone)]
pub(super) struct Search<'a, M: Model, S> {
    model: &'a M,
    operations: &'a [Operation<M::Call>],
    /// So many configurations may still be looked at.
    pub(super) budget: Option<u64>,
    /// So many configurations are kept after each answer, those that leave most open. An order found so is as good as any; to find
    /// none says nothing.
    pub(super) breadth: Option<usize>,
    /// Whether the breadth has been exceeded.
    narrowed: bool,
    /// The operation in each slot, while it is pending.
    slots: Vec<Option<usize>>,
    observers: S,
    /// Slots of operations that are possible in every state.
    total: S,
    pending: S,
    /// Slots of those of the pending operations that are answered and change something, the first to be answered first. Of what
    /// depends on the state it meets it is not clear which to use first, if one is free and an equal one is due.
    ranked: VecDeque<usize>,
    /// By slot: that of the operation that does the same and is ranked just before.
    rather: Vec<Option<usize>>,
    loose: Vec<Loose>,
    /// So many of one kind that leads to one state only that no explanation needs more: they are no longer counted.
    plenty: usize,
    frontier: Vec<Configuration<S>>,
}

impl<'a, M: Model, S: Set> Search<'a, M, S> {
    pub(super) fn new(model: &'a M, operations: &'a [Operation<M::Call>], budget: Option<u64>) -> Self {
        let answers = operations.iter().filter(|operation| operation.completed().is_some()).count();
        Self {
            model,
            operations,
            budget,
            breadth: Some(BREADTH),
            narrowed: false,
            slots: Vec::new(),
            observers: S::empty(),
            total: S::empty(),
            pending: S::empty(),
            ranked: VecDeque::new(),
            rather: Vec::new(),
            loose: Vec::new(),
            // Between two operations that are answered no state need be visited twice.
            plenty: answers + 1,
            frontier: vec![Configuration {
                state: model.initial(),
                used: S::empty(),
                free: S::empty(),
                spent: Vec::new(),
            }],
        }
    }

    /// Goes one event further, or says why that is not possible.
    pub(super) fn step(&mut self, event: Event) -> Option<Outcome> {
        match event {
            Event::Invoked(place) => self.invoke(place),
            Event::Loose(place) => self.loosen(place),
            Event::Completed(place) => {
                let Some(slot) = self.slots.iter().position(|&pending| pending == Some(place)) else {
                    debug_assert!(false, "what completes was invoked");
                    return None;
                };
                let Some(next) = self.complete(slot) else { return Some(Outcome::Exhausted { operation: place }) };
                if next.is_empty() && self.narrowed {
                    return Some(Outcome::Lost { operation: place });
                }
                if next.is_empty() {
                    return Some(Outcome::Stuck { operation: place, states: self.reachable() });
                }
                self.frontier = self.most_open(next);
                self.vacate(slot);
            }
        }
        None
    }

    fn invoke(&mut self, place: usize) {
        let slot = self.slots.iter().position(Option::is_none).unwrap_or(self.slots.len());
        if slot == self.slots.len() {
            self.slots.push(None);
            self.rather.push(None);
        }
        self.slots[slot] = Some(place);
        self.pending.insert(slot);
        match self.model.shape(place) {
            Shape::Observer => {
                self.observers.insert(slot);
                for configuration in &mut self.frontier {
                    if self.model.step(configuration.state, place).is_some() {
                        configuration.used.insert(slot);
                    }
                }
            }
            Shape::Blind => {
                self.total.insert(slot);
                self.rank(slot, place);
            }
            Shape::Total => self.total.insert(slot),
            Shape::Conditional | Shape::Dependent => self.rank(slot, place),
        }
    }

    fn rank(&mut self, slot: usize, place: usize) {
        // Of answers at one instant, those of earlier places come first.
        let answered = |place: usize| (self.operations[place].completed(), place);
        let place_in = |slot: usize| self.slots[slot].unwrap_or_default();
        let kind = self.model.kind(place);
        let same = |&&slot: &&usize| self.model.kind(place_in(slot)) == kind;
        let at = self.ranked.partition_point(|&other| answered(place_in(other)) < answered(place));
        let before = self.ranked.range(..at).rev().find(same).copied();
        let after = self.ranked.range(at..).find(same).copied();
        self.rather[slot] = before;
        if let Some(after) = after {
            self.rather[after] = Some(slot);
        }
        self.ranked.insert(at, slot);
    }

    fn loosen(&mut self, place: usize) {
        let kind = self.model.kind(place);
        match self.loose.iter_mut().find(|loose| loose.kind == kind) {
            Some(loose) => loose.begun += 1,
            None => self.loose.push(Loose { kind, call: place, begun: 1 }),
        }
    }

    fn vacate(&mut self, slot: usize) {
        self.slots[slot] = None;
        self.observers.remove(slot);
        self.total.remove(slot);
        self.pending.remove(slot);
        // Who is answered is the first of all to be answered.
        if self.ranked.front() == Some(&slot) {
            self.ranked.pop_front();
            if let Some(next) = self.rather.iter_mut().find(|rather| **rather == Some(slot)) {
                *next = None;
            }
        }
    }

    /// The states in which the ways to explain all answers so far end; none if not all ways were looked at.
    pub(super) fn states(&self) -> Option<Vec<State>> {
        (!self.narrowed).then(|| each_once(self.frontier.iter().map(|configuration| configuration.state).collect()))
    }

    /// The configurations that explain the answer of the operation in the slot as well; none if the budget is spent.
    ///
    /// A narrow search tries first without what depends on the state and may never have taken effect: of a value of a type there may be hundreds of them.
    fn complete(&mut self, slot: usize) -> Option<Vec<Configuration<S>>> {
        let depends = self.loose.iter().any(|loose| self.model.shape(loose.call) == Shape::Dependent);
        if depends && self.breadth.is_some() {
            let next = self.explain(slot, false)?;
            if !next.is_empty() {
                self.narrowed = true;
                return Some(next);
            }
        }
        self.explain(slot, true)
    }

    fn explain(&mut self, slot: usize, loosely: bool) -> Option<Vec<Configuration<S>>> {
        let mut next = Vec::new();
        let mut closure = Closure::new(self.observers.clone());
        for configuration in &self.frontier {
            let done = configuration.used.has(slot);
            if done || configuration.free.has(slot) {
                next.push(configuration.clone().forget(slot));
            }
            if !done {
                closure.admit(configuration.clone(), false);
            }
        }
        while let Some((configuration, bare)) = closure.next() {
            self.successors(&configuration, bare, (true, loosely), |successor, bare| {
                if successor.used.has(slot) {
                    next.push(successor.forget(slot));
                } else {
                    closure.admit(successor, bare);
                }
            });
            if let Some(budget) = &mut self.budget {
                *budget = budget.checked_sub(1)?;
            }
            let enough = self.breadth.is_some_and(|breadth| closure.looked_at > CLOSURE_FACTOR * breadth);
            if enough && (!next.is_empty() || !loosely) {
                self.narrowed = true;
                break;
            }
        }
        Some(next)
    }

    /// Those that no other one dominates; if that is more than the breadth, those that leave most open.
    fn most_open(&mut self, all: Vec<Configuration<S>>) -> Vec<Configuration<S>> {
        let closed = |configuration: &Configuration<S>| {
            let open = configuration.free.or(&configuration.used.and(&self.observers));
            self.pending.without(&open).len() + configuration.spent.len()
        };
        // In this order none can be dominated by a later one.
        let mut all: Vec<_> = all.into_iter().map(|configuration| (closed(&configuration), configuration)).collect();
        engine::sort_by_key(&mut all, |(closed, configuration)| (configuration.state, *closed));
        let mut kept: Vec<(usize, Configuration<S>)> = Vec::new();
        // Where the configurations of the current state begin in `kept`; each is kept with its rank among those of its state.
        let mut begin = 0;
        for (_, configuration) in all {
            if kept.last().is_some_and(|(_, last)| last.state != configuration.state) {
                begin = kept.len();
            }
            if !kept[begin..].iter().any(|(_, other)| other.dominates(&configuration, &self.observers)) {
                kept.push((kept.len() - begin, configuration));
            }
        }
        if let Some(breadth) = self.breadth.filter(|&breadth| kept.len() > breadth) {
            engine::sort_by_key(&mut kept, |&(rank, _)| rank);
            kept.truncate(breadth);
            self.narrowed = true;
        }
        kept.into_iter().map(|(_, configuration)| configuration).collect()
    }

    /// All states the pending operations can lead to.
    fn reachable(&self) -> Vec<State> {
        let mut closure = Closure::new(self.observers.clone());
        for configuration in &self.frontier {
            closure.admit(configuration.clone(), false);
        }
        let mut states = Vec::new();
        let mut left = REACHABLE_MAX;
        while let Some((configuration, _)) = closure.next() {
            states.push(configuration.state);
            self.successors(&configuration, false, (false, true), |successor, _| closure.admit(successor, false));
            left -= 1;
            if left == 0 {
                return Vec::new();
            }
        }
        each_once(states)
    }

    /// The configurations one operation further. `bare` says that what was put in order last has been of no use yet and is undone
    /// by a blind operation. `frugal` leaves free operations alone where nobody looks for the state they leave; without `loosely` those of
    /// unknown outcome that depend on the state are left alone.
    fn successors(
        &self,
        from: &Configuration<S>,
        bare: bool,
        (frugal, loosely): (bool, bool),
        mut found: impl FnMut(Configuration<S>, bool),
    ) {
        let unused = self.pending.without(&self.observers).without(&from.used);
        for slot in unused.without(&self.outranked(from, &unused)).iter() {
            let Some(call) = self.slots[slot] else {
                continue;
            };
            let free = from.free.has(slot);
            let Some((mut successor, bare)) = self.apply(from, call, bare, frugal && free) else {
                continue;
            };
            successor.used.insert(slot);
            successor.free.remove(slot);
            found(successor, bare);
        }
        for loose in &self.loose {
            let used = from.spent.iter().filter(|&&kind| kind == loose.kind).count();
            let shape = self.model.shape(loose.call);
            let is_left = !loosely && shape == Shape::Dependent;
            if is_left || used >= loose.begun || self.has_unused(loose.kind, from) {
                continue;
            }
            let Some((mut successor, bare)) = self.apply(from, loose.call, bare, frugal) else {
                continue;
            };
            // What depends on the state it meets leads to a new one each time, so that none can be spared.
            if loose.begun < self.plenty || matches!(shape, Shape::Total | Shape::Dependent) {
                let at = successor.spent.partition_point(|&kind| kind < loose.kind);
                successor.spent.insert(at, loose.kind);
            }
            found(successor, bare);
        }
    }

    /// Those of the unused operations that need not be tried, as one that does the same and is answered earlier can be used instead.
    /// One that need not be used does not go before one that must be.
    fn outranked(&self, from: &Configuration<S>, unused: &S) -> S {
        let (mut after_due, mut after_any) = (S::empty(), S::empty());
        for &slot in &self.ranked {
            let Some(rather) = self.rather[slot] else {
                continue;
            };
            if after_due.has(rather) || unused.has(rather) && !from.free.has(rather) {
                after_due.insert(slot);
            }
            if after_any.has(rather) || unused.has(rather) {
                after_any.insert(slot);
            }
        }
        after_due.or(&after_any.and(&from.free))
    }

    /// Whether an operation that will be answered and does the same can be used instead.
    fn has_unused(&self, kind: usize, from: &Configuration<S>) -> bool {
        let same = |slot: usize| self.slots[slot].is_some_and(|call| self.model.kind(call) == kind);
        self.pending.without(&from.used).iter().any(same)
    }

    fn apply(
        &self,
        from: &Configuration<S>,
        call: usize,
        bare: bool,
        frugal: bool,
    ) -> Option<(Configuration<S>, bool)> {
        let shape = self.model.shape(call);
        if bare && shape == Shape::Blind {
            return None;
        }
        let state = self.model.step(from.state, call)?;
        if frugal && self.model.is_mute(state) {
            return None;
        }
        let mut successor = Configuration { state, ..from.clone() };
        if shape == Shape::Blind {
            successor.free = successor.free.or(&self.total.without(&from.used));
        }
        let mut useful = shape == Shape::Conditional;
        for slot in self.observers.without(&from.used).iter() {
            if self.slots[slot].is_some_and(|observer| self.model.step(state, observer).is_some()) {
                successor.used.insert(slot);
                useful = true;
            }
        }
        Some((successor, !useful))
    }
}

/// States, each once, in order.
fn each_once(mut states: Vec<State>) -> Vec<State> {
    engine::sort(&mut states);
    states.dedup();
    states
}

/// How many configurations are looked at to say what could have been seen.
const REACHABLE_MAX: u32 = 20_000;
