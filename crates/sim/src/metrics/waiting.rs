//! Operations under way: who waits, since when, and who was served in time.

use super::begun::{Group, Lines, Seat, Told};
use super::counts::NOWHERE;
use super::metric::Filter::{Dataset, Kind, Population};
use super::metric::{Filter, Metric, Query, Unit};
use super::outages::LONG;
use super::record::{Facts, Family, Record};
use crate::trace::users::Fact;
use engine::{Span, Time};

const FILTERS: &[Filter] = &[Population, Dataset, Kind];

pub(super) const METRICS: &[Metric] = &[
    Metric {
        id: "under-way",
        title: "operations that have not ended",
        unit: Unit::Count,
        filters: FILTERS,
        of: |record, query| Some(waiting(record, query).count() as f64),
    },
    // Of those: the time since the earliest began.
    Metric {
        id: "longest-wait",
        title: "longest wait of operations that have not ended",
        unit: Unit::Seconds,
        filters: FILTERS,
        of: |record, query| {
            let now = record.live::<Waiting>()?.now;
            waiting(record, query).map(|of| now.since(of.began).as_secs_f64()).reduce(f64::max)
        },
    },
];

/// What waits for long at the end of a second.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Late {
    /// How many operations.
    pub(crate) waiting: u32,
    /// Of those: which did not at the end of the second before.
    pub(crate) more: u32,
}

/// What is known at the end of a second.
#[derive(Clone, Debug, Default)]
pub(crate) struct Second {
    /// By population; empty where nothing waits for long.
    pub(crate) late: Vec<Late>,
    /// The outages that are known to be over by then and were not before.
    pub(super) over: Vec<Told>,
}

/// Who waits.
#[derive(Clone, Debug)]
pub(crate) struct Waiting {
    /// By slot.
    slots: Vec<Option<Operation>>,
    lines: Lines,
    /// The latest instant heard of.
    now: Time,
    seconds: u64,
}

/// An operation that has not ended.
#[derive(Clone, Copy, Debug)]
struct Operation {
    began: Time,
    group: Group,
    seat: Seat,
}

impl Family for Waiting {
    type Second = Second;

    fn new(facts: &Facts) -> Waiting {
        let lines = Lines::new(facts.populations, facts.placement.len());
        Waiting { slots: Vec::new(), lines, now: Time::ZERO, seconds: 0 }
    }

    fn users(&mut self, at: Time, event: u64, fact: &Fact) {
        self.now = at;
        match fact {
            Fact::OperationStarted(info) => {
                let seat = self.lines.begin(info);
                *self.slot(info.slot) = Some(Operation { began: info.invoked, group: Group::of(info), seat });
            }
            Fact::AttemptSent { slot, region, .. } => {
                if let Some(Operation { seat, .. }) = *self.slot(*slot) {
                    self.lines.sent(seat, at, *region);
                }
            }
            Fact::OperationEnded(info, ending) => {
                let Some(Operation { seat, .. }) = self.slot(info.slot).take() else { return };
                match ending.error.filter(|error| !error.is_answer()) {
                    None => self.lines.answered(seat, at, event),
                    Some(_) => {
                        let region = Some(ending.region).filter(|region| *region != NOWHERE);
                        self.lines.failed(seat, at, region);
                    }
                }
            }
            _ => {}
        }
    }

    fn end_second(&mut self) -> Second {
        self.seconds += 1;
        let end = Time::from_secs(self.seconds);
        self.now = self.now.max(end);
        let mut late = Vec::new();
        for operation in self.slots.iter().flatten() {
            let waited = end.since(operation.began);
            if waited > LONG {
                let population = usize::from(operation.group.population);
                late.resize(late.len().max(population + 1), Late::default());
                late[population].waiting += 1;
                late[population].more += u32::from(waited <= LONG + Span::from_secs(1));
            }
        }
        Second { late, over: self.lines.end_second(end) }
    }

    fn weight(&self) -> usize {
        self.slots.len() * size_of::<Option<Operation>>() + self.lines.weight()
    }
}

impl Waiting {
    fn slot(&mut self, slot: u32) -> &mut Option<Operation> {
        let slot = slot as usize;
        if self.slots.len() <= slot {
            self.slots.resize(slot + 1, None);
        }
        &mut self.slots[slot]
    }
}

/// All outages, by group in the order in which they began.
pub(super) fn outages(record: &dyn Record) -> Vec<Told> {
    let over = record.seconds::<Waiting>().iter().flat_map(|second| second.over.iter().copied());
    over.chain(record.live::<Waiting>().into_iter().flat_map(|of| of.lines.lately(of.now))).collect()
}

/// The latest instant heard of.
pub(super) fn now(record: &dyn Record) -> Time {
    record.live::<Waiting>().map_or(Time::ZERO, |waiting| waiting.now)
}

/// Those that are asked about.
fn waiting<'a>(record: &'a dyn Record, query: &'a Query) -> impl Iterator<Item = &'a Operation> {
    let all = record.live::<Waiting>().into_iter().flat_map(|waiting| waiting.slots.iter().flatten());
    all.filter(|of| {
        query.population.is_none_or(|population| population == of.group.population)
            && query.asks_of(of.group.dataset)
            && query.kind.is_none_or(|kind| kind == of.group.kind)
    })
}
