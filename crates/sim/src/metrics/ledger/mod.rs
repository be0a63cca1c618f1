//! What became of every acknowledged write: on which logs it is, whether it can be served, who acknowledged it.
//!
//! "Acknowledged" is when the client has the answer. A write is lost when it is not on the log of the latest leadership at any
//! region with power: see [`WriteState`] for where it may be instead. How that is known differs with the data: `by_log` follows logs,
//! `by_key` asks who knew whom (`tree`) where nobody leads and the later stamp stays, `merged` which changes are in which copy where
//! copies are merged; `books` is any of them, `found` what they find.

mod books;
mod by_key;
mod by_log;
mod followed;
mod found;
mod meeting;
mod merged;
mod places;
mod tree;

use crate::metrics::metric::{Filter, Metric, Query, Unit};
use crate::metrics::record::{Facts, Family, Record, When};
use crate::rivals::{Conflict, LostUpdate, Rival};
use crate::sites::Sites;
use crate::summary::{LostRange, LostWrite, WriteState};
use crate::trace::{OperationInfo, OperationKind, data, faults, users};
use books::Books;
use engine::{Time, TreeMap};
pub(crate) use found::Found;
use serde::{Deserialize, Serialize};

/// Acknowledged writes of a dataset that are lost at one instant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Losses {
    /// Wherever they are.
    pub lost: u32,
    /// Those of them that are on no disk.
    pub gone: u32,
}

const LOST: &[Filter] = &[Filter::Population, Filter::Dataset, Filter::Window];

pub(super) const METRICS: &[Metric] = &[
    // No replica with power holds them on the log of the latest leadership any more: see `WriteState`.
    Metric {
        id: "lost-writes",
        title: "acknowledged writes lost",
        unit: Unit::Count,
        filters: LOST,
        of: |record, query| Some(lost(record, query).map(|lost| f64::from(lost.writes)).sum()),
    },
    Metric {
        id: "duplicate-writes",
        title: "acknowledged writes executed more than once",
        unit: Unit::Count,
        filters: &[Filter::Dataset, Filter::Window],
        of: |record, query| {
            let found = query.seconds::<Ledger>(record).iter().flat_map(|second| query.of_dataset(second));
            Some(found.map(|found| u64::from(found.doubled)).sum::<u64>() as f64)
        },
    },
    // How far back the worst loss reaches: from the loss to the acknowledgement of the oldest write lost by it; zero when
    // nothing is.
    Metric {
        id: "rpo",
        title: "recovery point (RPO)",
        unit: Unit::Seconds,
        filters: LOST,
        of: |record, query| {
            Some(lost(record, query).map(|lost| (lost.at - lost.oldest).as_secs_f64()).fold(0.0, f64::max))
        },
    },
];

/// The books.
#[derive(Clone, Debug)]
pub(crate) struct Ledger {
    /// By dataset.
    books: Vec<Books>,
    /// Where nobody leads, by write that is under way or may have been made without anybody being told: whose it is.
    unconfirmed: TreeMap<u16>,
    /// Regions with power.
    powered: Sites,
}

impl Family for Ledger {
    /// By dataset.
    type Second = Vec<Found>;

    fn new(facts: &Facts) -> Ledger {
        let books = (0..facts.placement.len() as u16).map(|dataset| Books::new(dataset, facts)).collect();
        Ledger { books, unconfirmed: TreeMap::new(), powered: Sites::first(facts.regions) }
    }

    fn weight(&self) -> usize {
        self.books.iter().map(Books::weight).sum::<usize>() + self.unconfirmed.len() * 16
    }

    fn users(&mut self, at: Time, event: u64, fact: &users::Fact) {
        let powered = self.powered;
        match fact {
            users::Fact::OperationStarted(info) => {
                if let Some(books) = self.written(info) {
                    books.on_started(info);
                    if books.tells_rivals() {
                        self.unconfirmed.insert(info.write, info.population);
                    }
                }
            }
            users::Fact::OperationEnded(info, ending) => {
                if let Some(books) = self.written(info) {
                    books.on_ended(When { at, event }, info, ending, powered);
                }
                if ending.error.is_none() || !ending.may_have_happened {
                    self.unconfirmed.remove(info.write);
                }
            }
            _ => {}
        }
    }

    fn data(&mut self, at: Time, event: u64, fact: &data::Fact) {
        if let data::Fact::Replica { dataset, region, fact } = fact {
            self.books[usize::from(*dataset)].on_fact(When { at, event }, *region, fact, self.powered);
        }
    }

    fn faults(&mut self, at: Time, event: u64, fact: &faults::Fact) {
        match *fact {
            faults::Fact::RegionDown { region, disks_lost } => {
                self.powered.remove(region);
                self.on_power(When { at, event }, region, disks_lost);
            }
            faults::Fact::RegionUp { region } => {
                self.powered.insert(region);
                self.on_power(When { at, event }, region, false);
            }
            _ => {}
        }
    }

    fn end_second(&mut self) -> Vec<Found> {
        if cfg!(debug_assertions) {
            self.books.iter().for_each(|books| books.audit(self.powered));
        }
        self.books.iter_mut().map(Books::take_found).collect()
    }
}

impl Ledger {
    /// The power or the disk of a region has changed.
    fn on_power(&mut self, when: When, region: u16, disks_lost: bool) {
        let powered = self.powered;
        self.books.iter_mut().for_each(|books| books.on_power(when, region, powered, disks_lost));
    }

    /// The books of the dataset that an operation writes to, if it does.
    fn written(&mut self, info: &OperationInfo) -> Option<&mut Books> {
        let dataset = info.dataset.filter(|_| info.kind == OperationKind::Write)?;
        Some(&mut self.books[usize::from(dataset)])
    }

    /// Acknowledged writes of a dataset that are lost, and those of them that are gone from every disk.
    pub(crate) fn losses(&self, dataset: u16) -> Losses {
        let books = &self.books[usize::from(dataset)];
        let mut losses = Losses::default();
        let single = books.lost(self.powered).map(|write| (1, write.state));
        let folded = books.lost_folds(self.powered).map(|(fold, state)| (fold.writes(), state));
        for (writes, state) in single.chain(folded) {
            losses.lost += writes;
            losses.gone += if state == WriteState::Gone { writes } else { 0 };
        }
        losses
    }

    /// Every acknowledged write that is lost and was not yet held everywhere before, in the order of acknowledgement.
    pub(crate) fn lost_writes(&self) -> Vec<LostWrite> {
        let mut lost: Vec<LostWrite> = self.books.iter().flat_map(|books| books.lost(self.powered)).collect();
        engine::sort_by_key(&mut lost, |lost| (lost.acknowledged, lost.write));
        lost
    }

    /// Every acknowledged write of a dataset that is lost because it was thrown away.
    pub(crate) fn lost_updates(&self, dataset: u16) -> impl Iterator<Item = LostUpdate> {
        let named = |update: LostUpdate| LostUpdate { kept: self.named(update.kept), ..update };
        self.books[usize::from(dataset)].lost_updates().map(named)
    }

    /// The same with whose it is, also if nobody was told that it is done.
    fn named(&self, rival: Rival) -> Rival {
        Rival { population: rival.population.or_else(|| self.unconfirmed.get(rival.write).copied()), ..rival }
    }

    /// Every acknowledged write that is lost because it was thrown away, in the order of acknowledgement.
    pub(crate) fn all_lost_updates(&self) -> Vec<LostUpdate> {
        let datasets = 0..self.books.len() as u16;
        let mut lost: Vec<LostUpdate> = datasets.flat_map(|dataset| self.lost_updates(dataset)).collect();
        engine::sort_by_key(&mut lost, |lost| (lost.acknowledged, lost.write));
        lost
    }

    /// Every write that met one that it did not know and that did not know it, and lost against it or stands beside it, in the order of their meeting.
    pub(crate) fn conflicts(&self) -> Vec<Conflict> {
        let named = |of: Conflict| Conflict { winner: self.named(of.winner), loser: self.named(of.loser), ..of };
        let mut met: Vec<Conflict> = self.books.iter().flat_map(Books::conflicts).map(named).collect();
        engine::sort_by_key(&mut met, |conflict| (conflict.at, conflict.event, conflict.loser.write));
        met
    }

    /// The acknowledged writes that are lost although every replica had held them, by dataset.
    pub(crate) fn lost_ranges(&self) -> Vec<LostRange> {
        self.books.iter().flat_map(|books| books.lost_ranges(self.powered)).collect()
    }

    /// Whether a write to a dataset was executed twice, or may have been: clients that try again do that.
    pub(crate) fn executed_again(&self, dataset: u16) -> bool {
        self.books[usize::from(dataset)].executed_again()
    }
}

/// Acknowledged writes lost together.
struct Lost {
    writes: u32,
    oldest: Time,
    at: Time,
}

/// Acknowledged writes lost in the query's window: how many together, when, and when the oldest of them was acknowledged.
fn lost(record: &dyn Record, query: &Query) -> impl Iterator<Item = Lost> {
    let query = *query;
    let wanted = move |dataset, population, lost| {
        query.asks_about(dataset) && query.population.is_none_or(|wanted| wanted == population) && query.covers(lost)
    };
    let ledger = record.live::<Ledger>();
    let single = ledger.map(Ledger::lost_writes).unwrap_or_default().into_iter();
    let single = single.filter(move |of| wanted(of.dataset, of.population, of.lost));
    let single = single.map(|of| Lost { writes: 1, oldest: of.acknowledged, at: of.lost });
    let ranges = ledger.map(Ledger::lost_ranges).unwrap_or_default().into_iter();
    let ranges = ranges.filter(move |of| wanted(of.dataset, of.population, of.lost));
    single.chain(ranges.map(|of| Lost { writes: of.writes, oldest: of.first, at: of.lost }))
}

#[cfg(test)]
mod tests;
