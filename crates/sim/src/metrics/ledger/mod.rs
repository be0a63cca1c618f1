//! What became of every acknowledged write: on which logs it is, whether it can be served, who acknowledged it.
//!
//! "Acknowledged" is when the client has the answer. A write is lost when it is not on the log of the latest leadership at any
//! region with power: see [`WriteState`] for where it may be instead. Where logs end and part is in `lineage`; writes that every
//! replica holds are folded together (`folds`): only the loss of disks could still take them. A write is followed from the start
//! of its operation; one that failed was never promised to anybody and is forgotten. Where nobody leads, and there is no log, `by_key`
//! says the same by who knew whom (`tree`).

mod by_key;
mod tree;

use crate::metrics::folds::{Acknowledged, Fold, Folds};
use crate::metrics::lineage::Lineages;
use crate::metrics::metric::{Filter, Metric, Query, Unit};
use crate::metrics::record::{Facts, Family, Record};
use crate::metrics::window::Window;
use crate::sites::Sites;
use crate::summary::{LostRange, LostWrite, WriteState};
use crate::trace::{Ending, OperationInfo, OperationKind, data, faults, users};
use by_key::ByKey;
pub(crate) use by_key::{Found, LostUpdate};
use engine::Time;
use protocol::{Fact, Version};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

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
    /// By dataset: the books of those with a log.
    sets: Vec<Set>,
    /// By dataset: the books of those without one.
    by_key: Vec<Option<ByKey>>,
    /// Regions with power.
    powered: Sites,
}

/// The books of one dataset.
#[derive(Clone, Debug)]
struct Set {
    /// The regions that hold its values.
    placement: Vec<u16>,
    logs: Lineages,
    /// Writes under way, and acknowledged ones that not yet every replica holds, by number.
    writes: Window<Write>,
    /// Of writes executed more than once: their other places.
    copies: BTreeMap<u64, Vec<Version>>,
    /// The others that were acknowledged.
    folds: Folds,
    /// Of the acknowledged writes those that are lost, and since when.
    lost: BTreeMap<u64, Time>,
    /// Acknowledged writes found to be executed twice in the second under way.
    doubled: u32,
    /// A write was executed twice, or may have been.
    executed_again: bool,
}

/// A write that is followed.
#[derive(Clone, Copy, Debug)]
struct Write {
    /// Its first place; none before it is executed.
    version: Version,
    acknowledged: Option<Time>,
    key: u32,
    population: u16,
    /// Who acknowledged it.
    region: u16,
    /// It has more places: see `copies`.
    doubled: bool,
}

impl Family for Ledger {
    /// By dataset.
    type Second = Vec<Found>;

    fn new(facts: &Facts) -> Ledger {
        let set = |placement: &Sites| Set {
            placement: placement.iter().collect(),
            logs: Lineages::new(facts.regions),
            writes: Window::new(),
            copies: BTreeMap::new(),
            folds: Folds::default(),
            lost: BTreeMap::new(),
            doubled: 0,
            executed_again: false,
        };
        let by_key = |(dataset, placement): (usize, &Sites)| {
            let books = || ByKey::new(dataset as u16, *placement, facts.regions, facts.keys[dataset].0);
            facts.leaderless[dataset].then(books)
        };
        Ledger {
            sets: facts.holders.iter().map(set).collect(),
            by_key: facts.holders.iter().enumerate().map(by_key).collect(),
            powered: Sites::first(facts.regions),
        }
    }

    fn weight(&self) -> usize {
        let by_key = self.by_key.iter().flatten().map(ByKey::weight).sum::<usize>();
        by_key + self.sets.iter().map(|set| set.folds.weight()).sum::<usize>()
    }

    fn users(&mut self, at: Time, _: u64, fact: &users::Fact) {
        match fact {
            users::Fact::OperationStarted(info) => {
                if let Some(set) = self.set_written(info) {
                    set.writes.insert(info.write, Write::new(info));
                }
            }
            users::Fact::OperationEnded(info, ending) => {
                let powered = self.powered;
                if let Some(set) = self.by_key_written(info) {
                    set.on_ended(at, info, ending, powered);
                } else if let Some(set) = self.set_written(info) {
                    set.on_ended(at, info, ending, powered);
                }
            }
            _ => {}
        }
    }

    fn data(&mut self, at: Time, fact: &data::Fact) {
        let data::Fact::Replica { dataset, region, fact } = fact else { return };
        if let Some(set) = &mut self.by_key[usize::from(*dataset)] {
            set.on_fact(at, *region, fact, self.powered);
        } else {
            self.sets[usize::from(*dataset)].on_fact(at, *region, fact, self.powered);
        }
    }

    fn faults(&mut self, at: Time, fact: &faults::Fact) {
        match *fact {
            faults::Fact::RegionDown { region, disks_lost } => {
                self.powered.remove(region);
                self.on_power(at, region, disks_lost);
            }
            faults::Fact::RegionUp { region } => {
                self.powered.insert(region);
                self.on_power(at, region, false);
            }
            _ => {}
        }
    }

    fn end_second(&mut self) -> Vec<Found> {
        let logged = |set: &mut Set| Found { doubled: std::mem::take(&mut set.doubled), conflicts: 0 };
        let sets = self.sets.iter_mut().zip(&mut self.by_key);
        sets.map(|(set, by_key)| by_key.as_mut().map_or_else(|| logged(set), ByKey::take_found)).collect()
    }
}

impl Ledger {
    /// The power or the disk of a region has changed.
    fn on_power(&mut self, at: Time, region: u16, disks_lost: bool) {
        let powered = self.powered;
        for set in &mut self.sets {
            if disks_lost {
                set.logs.wiped(region);
            }
            set.review(at, powered);
        }
        self.by_key.iter_mut().flatten().for_each(|set| set.on_power(at, region, powered, disks_lost));
    }

    /// The books of the dataset with a log that an operation writes to, if it does.
    fn set_written(&mut self, info: &OperationInfo) -> Option<&mut Set> {
        let dataset = usize::from(info.dataset.filter(|_| info.kind == OperationKind::Write)?);
        self.by_key[dataset].is_none().then(|| &mut self.sets[dataset])
    }

    /// The books of the dataset without a log that an operation writes to, if it does.
    fn by_key_written(&mut self, info: &OperationInfo) -> Option<&mut ByKey> {
        let dataset = info.dataset.filter(|_| info.kind == OperationKind::Write)?;
        self.by_key[usize::from(dataset)].as_mut()
    }

    /// Acknowledged writes of a dataset that are lost, and those of them that are gone from every disk.
    pub(crate) fn losses(&self, dataset: u16) -> Losses {
        let mut losses = Losses::default();
        let single = self.all_lost_of(dataset).map(|write| (1, write.state));
        let folded = self.lost_folds_of(dataset).map(|(fold, state, _)| (fold.writes(), state));
        for (writes, state) in single.chain(folded) {
            losses.lost += writes;
            losses.gone += if state == WriteState::Gone { writes } else { 0 };
        }
        losses
    }

    /// Every acknowledged write that is lost and was not yet held everywhere before, in the order of acknowledgement.
    pub(crate) fn lost_writes(&self) -> Vec<LostWrite> {
        let mut lost: Vec<LostWrite> =
            (0..self.sets.len() as u16).flat_map(|dataset| self.all_lost_of(dataset)).collect();
        lost.sort_by_key(|lost| (lost.acknowledged, lost.write));
        lost
    }

    /// Every acknowledged write of a dataset without a log that is lost because it was thrown away.
    pub(crate) fn lost_updates(&self, dataset: u16) -> impl Iterator<Item = LostUpdate> {
        self.by_key[usize::from(dataset)].iter().flat_map(ByKey::lost_updates)
    }

    /// Those of a dataset that are lost otherwise, whatever its books.
    fn all_lost_of(&self, dataset: u16) -> impl Iterator<Item = LostWrite> {
        let by_key = self.by_key[usize::from(dataset)].iter().flat_map(ByKey::lost);
        by_key.chain(self.lost_of(dataset))
    }

    fn lost_of(&self, dataset: u16) -> impl Iterator<Item = LostWrite> {
        let set = &self.sets[usize::from(dataset)];
        set.lost.iter().filter_map(move |(number, lost)| {
            let write = set.writes.get(*number)?;
            let (state, holders) = set.state(set.places(*number, write), self.powered);
            let Write { key, population, region, acknowledged, .. } = *write;
            let (write, acknowledged, lost) = (*number, acknowledged?, *lost);
            Some(LostWrite { dataset, write, key, population, region, acknowledged, lost, state, holders })
        })
    }

    /// The acknowledged writes that are lost although every replica had held them, by dataset.
    pub(crate) fn lost_ranges(&self) -> Vec<LostRange> {
        let mut lost = Vec::new();
        for dataset in 0..self.sets.len() as u16 {
            for (fold, state, holders) in self.lost_folds_of(dataset) {
                let Some(at) = fold.lost else { continue };
                lost.extend(fold.acknowledged.iter().map(|of| {
                    let Acknowledged { population, writes, first, last } = *of;
                    LostRange { dataset, population, writes, first, last, lost: at, state, holders: holders.clone() }
                }));
            }
        }
        lost
    }

    fn lost_folds_of(&self, dataset: u16) -> impl Iterator<Item = (&Fold, WriteState, Vec<u16>)> {
        let set = &self.sets[usize::from(dataset)];
        let lost = set.folds.all().iter().filter(|fold| fold.lost.is_some());
        lost.map(|fold| {
            let (state, holders) = set.state(std::iter::once(fold.upto), self.powered);
            (fold, state, holders)
        })
    }

    /// Whether a write to a dataset was executed twice, or may have been: clients that try again do that.
    pub(crate) fn executed_again(&self, dataset: u16) -> bool {
        let by_key = self.by_key[usize::from(dataset)].as_ref().is_some_and(ByKey::executed_again);
        by_key || self.sets[usize::from(dataset)].executed_again
    }
}

impl Write {
    fn new(info: &OperationInfo) -> Write {
        Write {
            version: Version::NONE,
            acknowledged: None,
            key: info.key,
            population: info.population,
            region: 0,
            doubled: false,
        }
    }
}

impl Set {
    fn on_ended(&mut self, at: Time, info: &OperationInfo, ending: &Ending, powered: Sites) {
        if ending.error.is_some() {
            self.executed_again |= ending.may_have_happened && ending.attempts > 1;
            return self.forget(info.write);
        }
        let Some(write) = self.writes.get_mut(info.write) else { return };
        (write.acknowledged, write.region) = (Some(at), ending.served_by);
        self.doubled += u32::from(write.doubled);
        self.review_one(at, info.write, powered);
        self.retire(info.write);
    }

    fn on_fact(&mut self, at: Time, region: u16, fact: &Fact, powered: Sites) {
        match fact {
            Fact::Appended { write, version, .. } => self.on_appended(at, region, write.0, *version, powered),
            Fact::Truncated { write, version, .. } => {
                self.logs.truncated(region, *version);
                self.review_one(at, write.0, powered);
            }
            // The copy replaces what was here, whatever has become of its source since; a disk holds what it says, whatever was stated.
            Fact::Restored { upto, .. } | Fact::Recovered { upto } => {
                self.logs.replaced(region, *upto);
                self.review(at, powered);
                self.retire_all();
            }
            Fact::Leads(epoch) => {
                if self.logs.leads(region, *epoch) {
                    self.review(at, powered);
                }
            }
            // It may be the first of an epoch, or take what it follows off a log.
            Fact::AppendedNoOp { version } => self.logs.appended(region, *version),
            Fact::TruncatedNoOp { version } => self.logs.truncated(region, *version),
            Fact::SteppedDown(_) | Fact::Fenced { .. } | Fact::CaughtUp { .. } | Fact::Stands(_) => {}
            Fact::LeaseHeld(_) | Fact::LeaseRanOut(_) | Fact::HandedOver(_) => {}
            Fact::Excluded | Fact::Readmitted => {}
            // Without a log.
            Fact::Stored { .. } | Fact::Ignored { .. } | Fact::Hinted { .. } | Fact::HandedOff { .. } => {}
        }
    }

    fn on_appended(&mut self, at: Time, region: u16, number: u64, version: Version, powered: Sites) {
        self.logs.appended(region, version);
        if self.folds.any_lost() {
            self.review_folds(at, powered);
        }
        let Some(write) = self.writes.get(number) else {
            let again = self.folds.executed_again(number, version);
            self.doubled += u32::from(again);
            self.executed_again |= again;
            return;
        };
        if write.version != version {
            self.add_place(number, *write, version);
        }
        if self.lost.contains_key(&number) {
            self.review_one(at, number, powered);
        }
        self.retire(number);
    }

    /// A write is executed, or executed again. Whatever was undone everywhere was not executed.
    fn add_place(&mut self, number: u64, write: Write, version: Version) {
        let undone = self.places(number, &write).all(|place| self.holders_of(place).next().is_none());
        let known = self.places(number, &write).any(|place| place == version);
        let Some(write) = self.writes.get_mut(number) else { return };
        if undone {
            (write.version, write.doubled) = (version, false);
        } else if !known {
            self.doubled += u32::from(!write.doubled && write.acknowledged.is_some());
            write.doubled = true;
            self.executed_again = true;
            self.copies.entry(number).or_default().push(version);
        }
    }

    /// Every place of a write, the first first.
    fn places<'a>(&'a self, number: u64, write: &Write) -> impl Iterator<Item = Version> + Clone + use<'a> {
        let others = if write.doubled { self.copies.get(&number).map_or(&[][..], |copies| copies) } else { &[] };
        let first = Some(write.version).filter(|version| *version != Version::NONE);
        first.into_iter().chain(others.iter().copied())
    }

    /// Whether what is at one of these places can be served.
    fn served(&self, places: impl Iterator<Item = Version>, powered: Sites) -> bool {
        let held = |place| self.holders_of(place).any(|region| powered.contains(region));
        places.filter(|place| self.logs.current(*place)).any(held)
    }

    /// Where a write with these places is, and in which regions a disk holds it.
    fn state(&self, places: impl Iterator<Item = Version> + Clone, powered: Sites) -> (WriteState, Vec<u16>) {
        let mut current = places.clone().filter(|place| self.logs.current(*place));
        let mut holders: Vec<u16> = places.clone().flat_map(|place| self.holders_of(place)).collect();
        holders.sort_unstable();
        holders.dedup();
        let state = match () {
            () if self.served(places, powered) => WriteState::Served,
            () if current.any(|place| self.holders_of(place).next().is_some()) => WriteState::Dark,
            () if holders.is_empty() => WriteState::Gone,
            () => WriteState::Orphaned,
        };
        (state, holders)
    }

    /// The regions whose disk holds an entry.
    fn holders_of(&self, place: Version) -> impl Iterator<Item = u16> {
        self.placement.iter().copied().filter(move |region| self.logs.holds(*region, place))
    }

    /// A write that is acknowledged and held everywhere is folded.
    fn retire(&mut self, number: u64) {
        let Some(write) = self.writes.get(number).copied() else { return };
        let Some(at) = write.acknowledged else { return };
        let Some(last) = self.last_if_everywhere(number, &write) else { return };
        self.forget(number);
        self.lost.remove(&number);
        let (placement, logs) = (&self.placement, &self.logs);
        let whole = |version| placement.iter().all(|region| logs.holds(*region, version));
        self.folds.add(number, last, write.population, at, whole);
    }

    /// The last place of a write that every replica holds.
    fn last_if_everywhere(&self, number: u64, write: &Write) -> Option<Version> {
        let places = self.places(number, write);
        let held = |region: &u16| places.clone().any(|place| self.logs.holds(*region, place));
        self.placement.iter().all(held).then(|| places.clone().max()).flatten()
    }

    /// A write is not followed any more.
    fn forget(&mut self, number: u64) {
        self.writes.remove(number);
        if !self.copies.is_empty() {
            self.copies.remove(&number);
        }
    }

    fn retire_all(&mut self) {
        let numbers: Vec<u64> = self.writes.iter().map(|(number, _)| number).collect();
        numbers.into_iter().for_each(|number| self.retire(number));
    }

    /// Power, leadership or a disk has changed: see of every write whether it is served.
    fn review(&mut self, at: Time, powered: Sites) {
        let numbers: Vec<u64> = self.writes.iter().map(|(number, _)| number).collect();
        numbers.into_iter().for_each(|number| self.review_one(at, number, powered));
        self.review_folds(at, powered);
    }

    fn review_one(&mut self, at: Time, number: u64, powered: Sites) {
        let Some(write) = self.writes.get(number).filter(|write| write.acknowledged.is_some()) else { return };
        if self.served(self.places(number, write), powered) {
            self.lost.remove(&number);
        } else {
            self.lost.entry(number).or_insert(at);
        }
    }

    fn review_folds(&mut self, at: Time, powered: Sites) {
        let mut folds = std::mem::take(&mut self.folds);
        folds.review(at, |upto| self.served(std::iter::once(upto), powered));
        self.folds = folds;
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
        query.dataset.is_none_or(|wanted| wanted == dataset)
            && query.population.is_none_or(|wanted| wanted == population)
            && query.covers(lost)
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
