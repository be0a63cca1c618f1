//! What lies below every part of the world: time, what is planned and what was said, causes, the trace, clocks, and the
//! conditions that faults make. The parts are handed it together with the configuration and the network, as a `Cx`.
//!
//! It names each part once, by what its interface file (`said.rs`) holds.

pub(crate) mod blame;
pub(crate) mod clock;
pub mod conditions;
mod parcels;
pub(crate) mod snapshot;

pub(crate) use parcels::Parcels;

use crate::trace::{TraceEvent, What, control, data, faults, network, services, users};
use blame::Blame;
use clock::{Clock, Skew};
use conditions::Conditions;
use engine::{Queue, Span, Time, TimerId, Timers};
use std::collections::VecDeque;

/// What is going to happen, and to whom.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Event {
    Users(users::Event),
    Network(network::Event),
    Services(services::Event),
    Data(data::Event),
    Control(control::Event),
    Faults(faults::Event),
    /// A planned act is due, by its place in the plan.
    Act(u16),
    /// A second is over.
    Second,
}

/// What one part has to say to the others. It is heard when who said it is done with its own work.
#[derive(Clone, Debug)]
pub(crate) enum Said {
    Users(users::Said),
    Network(network::Said),
    Services(services::Said),
    Data(data::Said),
    Control(control::Said),
    Faults(faults::Said),
}

macro_rules! of_each_part {
    ($whole:ident, $kind:ident: $($Part:ident($part:ident)),+) => {
        $(impl From<$part::$kind> for $whole {
            #[inline]
            fn from(of_part: $part::$kind) -> $whole {
                $whole::$Part(of_part)
            }
        })+
    };
}

of_each_part!(Event, Event: Users(users), Network(network), Services(services), Data(data), Control(control), Faults(faults));
of_each_part!(Said, Said: Users(users), Network(network), Services(services), Data(data), Control(control), Faults(faults));
of_each_part!(What, Fact: Users(users), Network(network), Services(services), Data(data), Control(control), Faults(faults));

// All of these are moved all the time.
const _: () = assert!(size_of::<Planned>() <= 40 && size_of::<Said>() <= 96);

/// More than so much said at one instant goes round in a circle.
const SAID_AT_ONCE: usize = 100_000;

/// An event with the number of the trace event that led to it.
#[derive(Clone, Copy, Debug)]
struct Planned {
    cause: u64,
    event: Event,
}

/// See the module's documentation.
#[derive(Clone, Debug)]
pub(crate) struct Kernel {
    now: Time,
    queue: Queue<Planned>,
    timers: Timers,
    clocks: Vec<Clock>,
    conditions: Conditions,
    blame: Blame,
    /// What was said and is not heard yet, each with its cause. Empty between events.
    said: VecDeque<(u64, Said)>,
    /// Heard at this instant.
    heard: usize,
    trace: Vec<TraceEvent>,
    last_event: u64,
    cause: u64,
}

impl Kernel {
    /// At the start of a run, with so many regions and nothing wrong.
    pub(crate) fn new(regions: usize) -> Kernel {
        Kernel {
            now: Time::ZERO,
            queue: Queue::new(),
            timers: Timers::default(),
            clocks: vec![Clock::default(); regions],
            conditions: Conditions::good(regions),
            blame: Blame::none(regions),
            said: VecDeque::new(),
            heard: 0,
            trace: Vec::new(),
            last_event: 0,
            cause: 0,
        }
    }

    pub(crate) fn now(&self) -> Time {
        self.now
    }

    pub(crate) fn next_at(&mut self) -> Option<Time> {
        self.queue.peek_time()
    }

    /// Go on to what happens next; it is the cause of what follows, or rather that to which it is owed.
    pub(crate) fn next_event(&mut self) -> Option<Event> {
        debug_assert!(self.said.is_empty(), "all that is said is heard before the next event");
        let (at, planned) = self.queue.pop()?;
        (self.now, self.cause, self.heard) = (at, planned.cause, 0);
        Some(planned.event)
    }

    /// Go on to an instant at which somebody does something from outside.
    pub(crate) fn go_to(&mut self, at: Time) {
        debug_assert!(self.said.is_empty(), "all that is said is heard before anybody acts");
        (self.now, self.cause, self.heard) = (at, 0, 0);
    }

    /// What was said first of what is not heard yet; what follows from it is owed to what was the cause then.
    pub(crate) fn next_said(&mut self) -> Option<Said> {
        let (cause, said) = self.said.pop_front()?;
        self.heard += 1;
        debug_assert!(self.heard <= SAID_AT_ONCE, "what is said at one instant comes to an end");
        self.cause = cause;
        Some(said)
    }

    /// Say something to whom it may concern. It is heard after the work under way, and owed to what is the cause now.
    #[inline]
    pub(crate) fn say(&mut self, said: impl Into<Said>) {
        self.said.push_back((self.cause, said.into()));
    }

    /// Write down that something happened, because of what is the cause now, which it stays.
    #[inline]
    pub(crate) fn state(&mut self, fact: impl Into<What>) -> u64 {
        self.state_after(self.cause, fact)
    }

    /// Write down that something happened because of an earlier event. What is the cause now stays it.
    #[inline]
    pub(crate) fn state_after(&mut self, cause: u64, fact: impl Into<What>) -> u64 {
        self.last_event += 1;
        let id = self.last_event;
        self.trace.push(TraceEvent { id, cause, at: self.now, what: fact.into() });
        id
    }

    /// Write down what happened and make it the cause of what follows from here.
    #[inline]
    pub(crate) fn state_cause(&mut self, fact: impl Into<What>) -> u64 {
        self.cause = self.state(fact);
        self.cause
    }

    /// What follows from here is because of this event; of 0, the start of the run, if it is a clock's doing.
    pub(crate) fn because(&mut self, event: u64) {
        self.cause = event;
    }

    /// What is the cause now.
    pub(crate) fn cause(&self) -> u64 {
        self.cause
    }

    pub(crate) fn plan(&mut self, after: Span, event: impl Into<Event>) {
        self.plan_because(self.cause, self.now + after, event);
    }

    pub(crate) fn plan_at(&mut self, at: Time, event: impl Into<Event>) {
        self.plan_because(self.cause, at, event);
    }

    #[inline]
    pub(crate) fn plan_because(&mut self, cause: u64, at: Time, event: impl Into<Event>) {
        self.queue.push(at, Planned { cause, event: event.into() });
    }

    /// A timer that an event may carry, so that it can be cancelled.
    pub(crate) fn arm(&mut self) -> TimerId {
        self.timers.arm()
    }

    /// Whether a timer that runs out still counts.
    pub(crate) fn fire(&mut self, timer: TimerId) -> bool {
        self.timers.fire(timer)
    }

    pub(crate) fn cancel(&mut self, timer: TimerId) {
        self.timers.cancel(timer);
    }

    /// What a region's clock reads.
    pub(crate) fn clock(&self, region: u16) -> Time {
        self.clocks[usize::from(region)].read(self.now)
    }

    /// For how long the run has lasted by the rate of a region's clock, whatever it was set to.
    pub(crate) fn ticks(&self, region: u16) -> Time {
        self.clocks[usize::from(region)].ticks(self.now)
    }

    /// What a region's clock read at an earlier instant, as it runs now.
    pub(crate) fn clock_at(&self, region: u16, at: Time) -> Time {
        self.clocks[usize::from(region)].read(at)
    }

    /// How far a region's clock is ahead at an instant, nanoseconds.
    pub(crate) fn clock_ahead(&self, region: u16, at: Time) -> i64 {
        self.clocks[usize::from(region)].ahead(at)
    }

    /// How long a wait by the rate of a region's clock really takes.
    pub(crate) fn real(&self, region: u16, by_its_clock: Span) -> Span {
        self.clocks[usize::from(region)].real(by_its_clock)
    }

    /// What the faults in force make of the world.
    pub(crate) fn conditions(&self) -> &Conditions {
        &self.conditions
    }

    /// Whether a region has power.
    pub(crate) fn up(&self, region: u16) -> bool {
        self.conditions.regions[usize::from(region)].up
    }

    /// To which faults losses are owed.
    pub(crate) fn blame(&self) -> &Blame {
        &self.blame
    }

    /// Other conditions are in force, with other faults to blame and by region other skews of clocks. Returns those before.
    pub(crate) fn change(&mut self, conditions: Conditions, blame: Blame, skews: &[Vec<Skew>]) -> Conditions {
        self.blame = blame;
        for (clock, skews) in self.clocks.iter_mut().zip(skews) {
            clock.set(self.now, skews);
        }
        std::mem::replace(&mut self.conditions, conditions)
    }

    /// Hand the trace since the last call to `look` and empty it.
    pub(crate) fn take_trace(&mut self, mut look: impl FnMut(&TraceEvent)) {
        for event in &self.trace {
            look(event);
        }
        self.trace.clear();
    }

    /// About how many bytes a clone of this takes.
    pub(crate) fn weight(&self) -> usize {
        self.queue.len() * size_of::<(Time, Planned)>()
    }
}

#[cfg(test)]
mod tests;
