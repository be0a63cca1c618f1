//! Operations that have not ended, of which nothing else is counted: who waits, and since when.

use super::metric::Filter::{Dataset, Kind, Population};
use super::metric::{Filter, Metric, Query, Unit};
use super::record::{Facts, Family, Record};
use crate::trace::users::Fact;
use crate::trace::{OperationInfo, OperationKind};
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

/// From here on an operation under way waits for long: as long as success must last for an outage to be over.
pub const LONG: Span = Span::from_secs(5);

/// What waits for long at the end of a second.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Late {
    /// How many operations.
    pub(crate) waiting: u32,
    /// Of those: which did not at the end of the second before.
    pub(crate) more: u32,
}

/// Who waits.
#[derive(Clone, Debug)]
pub(crate) struct Waiting {
    /// By slot.
    slots: Vec<Option<Operation>>,
    /// The latest instant heard of.
    now: Time,
    seconds: u64,
}

/// An operation that has not ended.
#[derive(Clone, Copy, Debug)]
struct Operation {
    began: Time,
    population: u16,
    dataset: Option<u16>,
    kind: OperationKind,
}

impl Family for Waiting {
    /// By population; empty where nothing waits for long.
    type Second = Vec<Late>;

    fn new(_: &Facts) -> Waiting {
        Waiting { slots: Vec::new(), now: Time::ZERO, seconds: 0 }
    }

    fn users(&mut self, at: Time, _: u64, fact: &Fact) {
        self.now = at;
        match fact {
            Fact::OperationStarted(info) => *self.slot(info) = Some(Operation::of(info)),
            Fact::OperationEnded(info, _) => *self.slot(info) = None,
            _ => {}
        }
    }

    fn end_second(&mut self) -> Vec<Late> {
        self.seconds += 1;
        let end = Time::from_secs(self.seconds);
        self.now = self.now.max(end);
        let mut late = Vec::new();
        for operation in self.slots.iter().flatten() {
            let waited = end.since(operation.began);
            if waited > LONG {
                let population = usize::from(operation.population);
                late.resize(late.len().max(population + 1), Late::default());
                late[population].waiting += 1;
                late[population].more += u32::from(waited <= LONG + Span::from_secs(1));
            }
        }
        late
    }

    fn weight(&self) -> usize {
        self.slots.len() * size_of::<Option<Operation>>()
    }
}

impl Waiting {
    fn slot(&mut self, info: &OperationInfo) -> &mut Option<Operation> {
        let slot = info.slot as usize;
        if self.slots.len() <= slot {
            self.slots.resize(slot + 1, None);
        }
        &mut self.slots[slot]
    }
}

impl Operation {
    fn of(info: &OperationInfo) -> Operation {
        Operation { began: info.invoked, population: info.population, dataset: info.dataset, kind: info.kind }
    }
}

/// Those that are asked about.
fn waiting<'a>(record: &'a dyn Record, query: &'a Query) -> impl Iterator<Item = &'a Operation> {
    let all = record.live::<Waiting>().into_iter().flat_map(|waiting| waiting.slots.iter().flatten());
    all.filter(|of| {
        query.population.is_none_or(|population| population == of.population)
            && query.asks_of(of.dataset)
            && query.kind.is_none_or(|kind| kind == of.kind)
    })
}
