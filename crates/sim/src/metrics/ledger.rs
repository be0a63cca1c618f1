//! What became of every acknowledged write: on which logs it is, whether it can be served, who acknowledged it.
//!
//! "Acknowledged" is when the client has the answer. A write is lost when it is not on the log of the latest leadership at any
//! region with power: see [`WriteState`] for where it may be instead. Where logs end and part is in `lineage`; writes that every
//! replica holds are folded together (`folds`): only the loss of disks could still take them. A write is followed from the start
//! of its operation; one that failed was never promised to anybody and is forgotten.

use super::Facts;
use super::folds::Folds;
use super::lineage::Lineages;
use super::window::Window;
use crate::sites::Sites;
use crate::summary::{LostRange, LostWrite, WriteState};
use crate::trace::{Ending, OperationInfo, OperationKind, TraceEvent, What, data, faults, users};
use engine::Time;
use protocol::{Epoch, Fact, Version};
use std::collections::BTreeMap;

/// The books.
#[derive(Clone, Debug)]
pub(crate) struct Ledger {
    sets: Vec<Set>,
    /// Regions with power.
    powered: Sites,
}

/// The books of one dataset.
#[derive(Clone, Debug)]
struct Set {
    /// The regions of its replicas.
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
    /// By key: the latest acknowledged version.
    latest: Vec<Version>,
    /// Replicas that lead.
    leading: Vec<u16>,
    most_leaders: u8,
    /// Every leadership that was taken up, in the order of that.
    terms: Vec<Term>,
    /// Writes acknowledged by an outdated leader since the last second, and when the first ever was.
    outdated: u32,
    first_outdated: Option<Time>,
    doubled: u32,
    /// A write was executed twice, or may have been.
    executed_again: bool,
}

/// A replica took leadership up under this epoch.
#[derive(Clone, Copy, Debug)]
struct Term {
    at: Time,
    region: u16,
    epoch: Epoch,
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

impl Ledger {
    pub(crate) fn new(facts: &Facts) -> Ledger {
        let set = |(placement, (keys, _)): (&Sites, &(u32, u32))| Set {
            placement: placement.iter().collect(),
            logs: Lineages::new(facts.regions),
            writes: Window::new(),
            copies: BTreeMap::new(),
            folds: Folds::default(),
            lost: BTreeMap::new(),
            latest: vec![Version::NONE; *keys as usize],
            leading: Vec::new(),
            most_leaders: 0,
            terms: Vec::new(),
            outdated: 0,
            first_outdated: None,
            doubled: 0,
            executed_again: false,
        };
        Ledger {
            sets: facts.placement.iter().zip(&facts.keys).map(set).collect(),
            powered: Sites::first(facts.regions),
        }
    }

    /// About how many bytes a clone takes that it shares with no other.
    pub(crate) fn weight(&self) -> usize {
        self.sets.iter().map(|set| set.latest.len() * size_of::<Version>() + set.folds.weight()).sum()
    }

    /// The latest version of a key that a client was told of.
    pub(crate) fn latest(&self, dataset: u16, key: u32) -> Version {
        self.sets[usize::from(dataset)].latest[key as usize]
    }

    pub(crate) fn on_event(&mut self, event: &TraceEvent) {
        match &event.what {
            What::Users(users::Fact::OperationStarted(info)) => {
                if let Some(set) = self.set_written(info) {
                    set.writes.insert(info.write, Write::new(info));
                }
            }
            What::Users(users::Fact::OperationEnded(info, ending)) => {
                let powered = self.powered;
                if let Some(set) = self.set_written(info) {
                    set.on_ended(event.at, info, ending, powered);
                }
            }
            What::Data(data::Fact::Replica { dataset, region, fact }) => {
                self.sets[usize::from(*dataset)].on_fact(event.at, *region, fact, self.powered);
            }
            What::Faults(faults::Fact::RegionDown { region, disks_lost }) => {
                self.powered.remove(*region);
                for set in &mut self.sets {
                    set.leading.retain(|leader| leader != region);
                    if *disks_lost {
                        set.logs.wiped(*region);
                    }
                    set.review(event.at, self.powered);
                }
            }
            What::Faults(faults::Fact::RegionUp { region }) => {
                self.powered.insert(*region);
                for set in &mut self.sets {
                    set.review(event.at, self.powered);
                }
            }
            _ => {}
        }
    }

    /// The books of the dataset that an operation writes to, if it does.
    fn set_written(&mut self, info: &OperationInfo) -> Option<&mut Set> {
        let dataset = info.dataset.filter(|_| info.kind == OperationKind::Write)?;
        Some(&mut self.sets[usize::from(dataset)])
    }

    /// Acknowledged writes of a dataset that are lost, and those of them that are gone from every disk.
    pub(crate) fn losses(&self, dataset: u16) -> (u32, u32) {
        let (mut lost, mut gone) = (0, 0);
        let single = self.lost_of(dataset).map(|write| (1, write.state));
        let folded = self.lost_folds_of(dataset).map(|(fold, state, _)| (fold.writes(), state));
        for (writes, state) in single.chain(folded) {
            lost += writes;
            gone += if state == WriteState::Gone { writes } else { 0 };
        }
        (lost, gone)
    }

    /// Every acknowledged write that is lost and was not yet held everywhere before, in the order of acknowledgement.
    pub(crate) fn lost_writes(&self) -> Vec<LostWrite> {
        let mut lost: Vec<LostWrite> = (0..self.sets.len() as u16).flat_map(|dataset| self.lost_of(dataset)).collect();
        lost.sort_by_key(|lost| (lost.acknowledged, lost.write));
        lost
    }

    /// When the first write was acknowledged by an outdated leader, if any was.
    pub(crate) fn first_outdated(&self, dataset: u16) -> Option<Time> {
        self.sets[usize::from(dataset)].first_outdated
    }

    fn lost_of(&self, dataset: u16) -> impl Iterator<Item = LostWrite> {
        let set = &self.sets[usize::from(dataset)];
        set.lost.iter().filter_map(move |(number, lost)| {
            let write = set.writes.get(*number)?;
            let (state, holders) = set.state(set.places(*number, write), self.powered);
            Some(LostWrite {
                dataset,
                write: *number,
                key: write.key,
                population: write.population,
                region: write.region,
                acknowledged: write.acknowledged?,
                lost: *lost,
                state,
                holders,
            })
        })
    }

    /// The acknowledged writes that are lost although every replica had held them, by dataset.
    pub(crate) fn lost_ranges(&self) -> Vec<LostRange> {
        let mut lost = Vec::new();
        for dataset in 0..self.sets.len() as u16 {
            for (fold, state, holders) in self.lost_folds_of(dataset) {
                let Some(at) = fold.lost else { continue };
                lost.extend(fold.acknowledged.iter().map(|of| LostRange {
                    dataset,
                    population: of.population,
                    writes: of.writes,
                    first: of.first,
                    last: of.last,
                    lost: at,
                    state,
                    holders: holders.clone(),
                }));
            }
        }
        lost
    }

    fn lost_folds_of(&self, dataset: u16) -> impl Iterator<Item = (&super::folds::Fold, WriteState, Vec<u16>)> {
        let set = &self.sets[usize::from(dataset)];
        let lost = set.folds.all().iter().filter(|fold| fold.lost.is_some());
        lost.map(|fold| {
            let (state, holders) = set.state(std::iter::once(fold.upto), self.powered);
            (fold, state, holders)
        })
    }

    /// Whether a write to a dataset was executed twice, or may have been: clients that try again do that.
    pub(crate) fn executed_again(&self, dataset: u16) -> bool {
        self.sets[usize::from(dataset)].executed_again
    }

    /// What happened since the last second: most leaders at once, writes acknowledged by outdated leaders, doubled writes.
    pub(crate) fn end_second(&mut self) -> (Vec<u8>, Vec<u32>, Vec<u32>) {
        let mut result = (Vec::new(), Vec::new(), Vec::new());
        for set in &mut self.sets {
            let leading = set.leading.len() as u8;
            result.0.push(std::mem::replace(&mut set.most_leaders, leading));
            result.1.push(std::mem::take(&mut set.outdated));
            result.2.push(std::mem::take(&mut set.doubled));
        }
        result
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
        let latest = &mut self.latest[info.key as usize];
        *latest = ending.version.max(*latest);
        if self.outdated(ending) {
            self.outdated += 1;
            self.first_outdated = Some(self.first_outdated.map_or(ending.answered, |first| first.min(ending.answered)));
        }
        let Some(write) = self.writes.get_mut(info.write) else { return };
        (write.acknowledged, write.region) = (Some(at), ending.served_by);
        self.doubled += u32::from(write.doubled);
        self.review_one(at, info.write, powered);
        self.retire(info.write);
    }

    /// Whether somebody had taken leadership up under a later epoch than the leader who acknowledged a write when it did.
    fn outdated(&self, ending: &Ending) -> bool {
        let terms = &self.terms[..self.terms.partition_point(|term| term.at <= ending.answered)];
        let newest = terms.iter().map(|term| term.epoch).max();
        terms.iter().filter(|term| term.region == ending.served_by).map(|term| term.epoch).max() < newest
    }

    fn on_fact(&mut self, at: Time, region: u16, fact: &Fact, powered: Sites) {
        match fact {
            Fact::Appended { write, version, .. } => self.on_appended(at, region, write.0, *version, powered),
            Fact::Truncated { write, version, .. } => {
                self.logs.truncated(region, *version);
                self.review_one(at, write.0, powered);
            }
            // The copy replaces what was here, whatever has become of its source since.
            Fact::Restored { upto, .. } => {
                self.logs.replaced(region, *upto);
                self.review(at, powered);
                self.retire_all();
            }
            Fact::Leads(epoch) => {
                self.terms.push(Term { at, region, epoch: *epoch });
                self.leading.retain(|leader| *leader != region);
                self.leading.push(region);
                self.most_leaders = self.most_leaders.max(self.leading.len() as u8);
                if self.logs.leads(region, *epoch) {
                    self.review(at, powered);
                }
            }
            Fact::SteppedDown(_) => self.leading.retain(|leader| *leader != region),
            Fact::Fenced { .. } | Fact::CaughtUp { .. } => {}
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
        let (Some(at), Some(last)) = (write.acknowledged, self.last_if_everywhere(number, &write)) else { return };
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

#[cfg(test)]
mod tests;
