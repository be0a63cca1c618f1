//! A history as events in order of time.

use crate::history::Operation;
use crate::model::{Model, Shape};

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Event {
    Invoked(usize),
    /// An operation whose outcome nobody will learn.
    Loose(usize),
    Completed(usize),
}

/// The events in order of time, each with its instant; at one instant invocations first, as operations that touch are concurrent.
pub(super) fn events<M: Model>(model: &M, operations: &[Operation<M::Call>]) -> Vec<(u64, Event)> {
    let mut events = Vec::with_capacity(operations.len() * 2);
    for (place, operation) in operations.iter().enumerate() {
        match operation.completed() {
            Some(completed) => {
                events.push((operation.invoked, Event::Invoked(place)));
                events.push((completed, Event::Completed(place)));
            }
            None if model.shape(place) == Shape::Observer => {}
            None => events.push((operation.invoked, Event::Loose(place))),
        }
    }
    engine::sort(&mut events);
    events
}

/// The most operations that are pending at once, not counting those of unknown outcome.
pub(super) fn width(events: &[(u64, Event)]) -> usize {
    let (mut pending, mut most) = (0usize, 0);
    for (_, event) in events {
        match event {
            Event::Invoked(_) => pending += 1,
            Event::Loose(_) => {}
            Event::Completed(_) => pending -= 1,
        }
        most = most.max(pending);
    }
    most
}
