//! Linearizability by search: walks through the history and keeps every configuration that explains it so far.
//!
//! A configuration is a state and what has become of each pending operation. Operations are put in order as late as possible, when
//! an answer makes it necessary ("just-in-time linearization": Lowe, "Testing for linearizability", 2017, after Wing & Gong,
//! 1993). Six observations, each of them exact, keep the configurations few:
//! - An operation that only observes is put in order as soon as the state fits. It disturbs nobody.
//! - A pending write may be put, in hindsight, just before another write that was put in order while it was pending: nobody sees
//!   it there. Such an operation is *free*: it may still be used, but need not be.
//! - An operation of unknown outcome is free from its beginning, and those that do the same need only be counted.
//! - A free operation is not used to reach a state that nobody looks for.
//! - Of pending operations that do the same, the one that is answered first is used first.
//! - Of two configurations in one state, that which leaves more open makes the other superfluous.
//!
//! This file walks, `search/step.rs` takes one step, `search/events.rs` says what the steps are.

mod events;
mod step;

use std::collections::VecDeque;

use crate::bits::{Few, Many, Set};
use crate::history::Operation;
use crate::model::Model;
use events::{Event, events, width};
use step::{BREADTH, Search};

pub(crate) use step::Outcome;

/// Whether the operations of one key can be explained; none if the budget does not suffice to tell.
pub(crate) fn explained<M: Model>(operations: &[Operation<M::Call>], budget: u64) -> Option<bool> {
    match search(&M::new(operations), operations, Some(budget), |_| false) {
        Outcome::Explained { .. } => Some(true),
        Outcome::Stuck { .. } => Some(false),
        Outcome::Lost { .. } | Outcome::Exhausted { .. } => None,
    }
}

/// Decides whether the operations of one key can be explained, looking at no more configurations than the budget.
///
/// Each time the search gets lost it asks whether to give up at that operation, and goes back if not.
pub(crate) fn search<M: Model>(
    model: &M,
    operations: &[Operation<M::Call>],
    budget: Option<u64>,
    give_up: impl FnMut(usize) -> bool,
) -> Outcome {
    let events = events(model, operations);
    match width(&events) {
        0..=64 => walk(Search::<M, Few<1>>::new(model, operations, budget), &events, give_up),
        // Where programs are loaded before they run there is one kind of sets less.
        65..=512 if cfg!(not(target_family = "wasm")) => {
            walk(Search::<M, Few<8>>::new(model, operations, budget), &events, give_up)
        }
        _ => walk(Search::<M, Many>::new(model, operations, budget), &events, give_up),
    }
}

/// How often the breadth is increased, fourfold, before it is no longer limited.
const ATTEMPTS: u32 = 6;
/// So many events lie between the places one can go back to.
const STRIDE: usize = 128;
/// So many such places are kept besides the beginning. All attempts together go no further back before they begin anew, so that what is
/// kept does not grow with the history.
const PLACES: usize = 2 << ATTEMPTS;

/// Walks through the events with a narrow search; where it gets lost, goes back and takes that stretch more broadly, each time from
/// further back, in the end from the beginning without a limit.
fn walk<M: Model, S: Set>(
    start: Search<'_, M, S>,
    events: &[(u64, Event)],
    mut give_up: impl FnMut(usize) -> bool,
) -> Outcome {
    let mut search = start.clone();
    let mut way = Way { beginning: start, places: VecDeque::new() };
    let (mut at, mut trouble, mut attempts) = (0, 0, 0);
    let mut asked = None;
    while at < events.len() {
        if at > trouble && attempts > 0 && attempts <= ATTEMPTS {
            attempts = 0;
            search.breadth = Some(BREADTH);
        }
        if at % STRIDE == 0 {
            way.keep(at, &search);
        }
        match search.step(events[at].1) {
            None => at += 1,
            Some(Outcome::Lost { operation }) => {
                if asked.replace(operation) != Some(operation) && give_up(operation) {
                    return Outcome::Lost { operation };
                }
                trouble = trouble.max(at);
                attempts += 1;
                let back = if attempts > ATTEMPTS { usize::MAX } else { 1 << attempts };
                let budget = search.budget;
                (at, search) = way.back(back);
                search.budget = budget;
                search.breadth = (attempts <= ATTEMPTS).then(|| BREADTH << (2 * attempts));
            }
            Some(outcome) => return outcome,
        }
    }
    Outcome::Explained { states: search.states() }
}

/// Where a search can go back to.
struct Way<'a, M: Model, S> {
    beginning: Search<'a, M, S>,
    /// The last few places since, each with the event it comes before.
    places: VecDeque<(usize, Search<'a, M, S>)>,
}

impl<'a, M: Model, S: Set> Way<'a, M, S> {
    fn keep(&mut self, at: usize, search: &Search<'a, M, S>) {
        if at > self.places.back().map_or(0, |&(last, _)| last) {
            self.places.push_back((at, search.clone()));
        }
        if self.places.len() > PLACES {
            self.places.pop_front();
        }
    }

    /// Forgets so many places, and gives the last that is left.
    fn back(&mut self, places: usize) -> (usize, Search<'a, M, S>) {
        self.places.truncate(self.places.len().saturating_sub(places));
        self.places.back().cloned().unwrap_or_else(|| (0, self.beginning.clone()))
    }
}
