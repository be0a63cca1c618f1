//! The books of a dataset with a log: on which logs each acknowledged write is, and whether one of them counts.
//!
//! Where logs end and part is in `lineage`; writes that every disk holds are folded together (`folds`): only the loss of disks could
//! still take them. A write is followed from the start of its operation; one that failed was never promised to anybody and is forgotten.

use super::followed::{Followed, Write};
use super::found::{AUDITED, Found};
use crate::metrics::folds::{Acknowledged, Fold, Folds};
use crate::metrics::lineage::Lineages;
use crate::metrics::record::{Facts, When};
use crate::sites::Sites;
use crate::summary::{LostRange, LostWrite, WriteState};
use crate::trace::{Ending, OperationInfo};
use engine::TreeMap;
use protocol::{Fact, Version};

/// The books of one dataset.
#[derive(Clone, Debug)]
pub(super) struct ByLog {
    dataset: u16,
    /// The regions that hold its values.
    placement: Vec<u16>,
    logs: Lineages,
    /// Writes under way, and acknowledged ones that not yet every disk holds, by number.
    writes: Followed,
    /// Of writes followed that were executed more than once: their other places.
    copies: TreeMap<Vec<Version>>,
    /// The others that were acknowledged.
    folds: Folds,
    /// Of the acknowledged writes those that are lost, and since when.
    lost: TreeMap<When>,
    /// Acknowledged writes found to be executed twice in the second under way.
    doubled: u32,
    /// A write was executed twice, or may have been.
    executed_again: bool,
}

impl ByLog {
    pub(super) fn new(dataset: u16, facts: &Facts) -> ByLog {
        ByLog {
            dataset,
            placement: facts.holders[usize::from(dataset)].iter().collect(),
            logs: Lineages::new(facts.regions),
            writes: Followed::new(),
            copies: TreeMap::new(),
            folds: Folds::default(),
            lost: TreeMap::new(),
            doubled: 0,
            executed_again: false,
        }
    }

    pub(super) fn on_started(&mut self, info: &OperationInfo) {
        self.writes.insert(info.write, Write::new(info));
    }

    /// The power or the disk of a region has changed.
    pub(super) fn on_power(&mut self, when: When, region: u16, powered: Sites, disks_lost: bool) {
        if disks_lost {
            self.logs.wiped(region);
        }
        if !powered.contains(region) && self.logs.power_lost(region) {
            self.forget_places();
        }
        self.review(when, powered);
    }

    /// A write has no place where nobody has it any more: that may become another's.
    fn forget_places(&mut self) {
        let lacks = |(number, write): (u64, Write)| {
            let held: Vec<Version> = self.places(number, &write).filter(|place| self.is_held(*place)).collect();
            (held.len() < self.places(number, &write).count()).then_some((number, held))
        };
        let lacking: Vec<(u64, Vec<Version>)> = self.writes.iter().filter_map(lacks).collect();
        for (number, held) in lacking {
            let first = held.first().copied().unwrap_or(Version::NONE);
            self.writes.get_mut(number).into_iter().for_each(|write| write.set_version(first));
            self.copies.remove(number);
            if held.len() > 1 {
                self.copies.insert(number, held[1..].to_vec());
            }
        }
    }

    /// Whether any log goes through this entry, or any disk has it.
    fn is_held(&self, place: Version) -> bool {
        self.holders_of(place).next().is_some()
    }

    /// Every acknowledged write that is lost and was not yet held everywhere before.
    pub(super) fn lost(&self, powered: Sites) -> impl Iterator<Item = LostWrite> {
        self.writes.each(self.lost.iter()).filter_map(move |(number, write, lost)| {
            let (state, holders) = self.state(self.places(number, &write), powered);
            let Write { key, population, region, .. } = write;
            let (dataset, acknowledged, write, When { at: lost, event }) =
                (self.dataset, write.acknowledged()?, number, *lost);
            Some(LostWrite { dataset, write, key, population, region, acknowledged, lost, event, state, holders })
        })
    }

    /// Those that are lost although every replica had held them.
    pub(super) fn lost_ranges(&self, powered: Sites) -> impl Iterator<Item = LostRange> {
        let lost = self.folds.all().iter().filter_map(|fold| Some((fold, fold.lost?)));
        lost.flat_map(move |(fold, When { at, event })| {
            let (state, holders) = self.state(std::iter::once(fold.upto), powered);
            fold.acknowledged.iter().map(move |of| {
                let Acknowledged { population, writes, first, last } = *of;
                let (dataset, holders) = (self.dataset, holders.clone());
                LostRange { dataset, population, writes, first, last, lost: at, event, state, holders }
            })
        })
    }

    /// The same, together.
    pub(super) fn lost_folds(&self, powered: Sites) -> impl Iterator<Item = (&Fold, WriteState)> {
        let lost = self.folds.all().iter().filter(|fold| fold.lost.is_some());
        lost.map(move |fold| (fold, self.state(std::iter::once(fold.upto), powered).0))
    }

    /// How many writes are followed.
    #[cfg(test)]
    pub(super) fn followed(&self) -> usize {
        self.writes.iter().count()
    }

    pub(super) fn executed_again(&self) -> bool {
        self.executed_again
    }

    pub(super) fn audit(&self, powered: Sites) {
        let acknowledged = self.writes.iter().filter(|(_, write)| write.acknowledged().is_some());
        for (number, write) in acknowledged.take(AUDITED) {
            let served = self.served(self.places(number, &write), powered);
            assert_eq!(self.lost.get(number).is_some(), !served, "write {number} is lost if nobody serves it");
        }
    }

    pub(super) fn take_found(&mut self) -> Found {
        Found { doubled: std::mem::take(&mut self.doubled), ..Found::default() }
    }

    pub(super) fn weight(&self) -> usize {
        self.folds.weight() + self.writes.weight()
    }

    pub(super) fn on_ended(&mut self, when: When, info: &OperationInfo, ending: &Ending, powered: Sites) {
        if ending.error.is_some() {
            self.executed_again |= ending.may_have_happened && ending.attempts > 1;
            return self.forget(info.write);
        }
        let Some(write) = self.writes.get_mut(info.write) else { return };
        (write.at, write.region) = (when.at, ending.served_by);
        self.doubled += u32::from(self.copies.get(info.write).is_some());
        self.review_one(when, info.write, powered);
        self.retire(info.write);
    }

    pub(super) fn on_fact(&mut self, when: When, region: u16, fact: &Fact, powered: Sites) {
        match fact {
            Fact::Appended { write, version, .. } => self.on_appended(when, region, write.0, *version, powered),
            Fact::Truncated { write, version, .. } => {
                self.logs.truncated(region, *version);
                self.review_one(when, write.0, powered);
            }
            // The copy replaces what was here, whatever has become of its source since; a disk holds what it says, whatever was stated.
            Fact::Restored { upto, .. } | Fact::Recovered { upto } => {
                self.logs.replaced(region, *upto);
                self.review(when, powered);
                self.retire_all();
            }
            Fact::Synced { upto } => {
                self.logs.synced(region, *upto);
                self.retire_synced(*upto);
            }
            Fact::Leads(epoch) => {
                if self.logs.leads(region, *epoch) {
                    self.review(when, powered);
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
            Fact::Changed { .. } | Fact::Merged { .. } => {}
            Fact::Coordinated { .. } | Fact::Kept { .. } | Fact::Shown { .. } => {}
            Fact::Conflicted { .. } | Fact::Waiting { .. } | Fact::Settled { .. } | Fact::Cancelled { .. } => {}
            Fact::Alone { .. } | Fact::AmongOthers | Fact::Oversold { .. } => {}
            // Beside what says that it is there.
            Fact::Gave { .. } | Fact::Moved { .. } => {}
            Fact::Collected { .. } | Fact::Resurrected { .. } | Fact::HintDropped { .. } => {}
        }
    }

    fn on_appended(&mut self, when: When, region: u16, number: u64, version: Version, powered: Sites) {
        self.logs.appended(region, version);
        if self.folds.any_lost() {
            self.review_folds(when, powered);
        }
        let Some(write) = self.writes.get(number) else {
            let again = self.folds.executed_again(number, version);
            self.doubled += u32::from(again);
            self.executed_again |= again;
            return;
        };
        if write.version() != version {
            self.add_place(number, write, version);
        }
        if self.lost.get(number).is_some() {
            self.review_one(when, number, powered);
        }
        self.retire(number);
    }

    /// A write is executed, or executed again. Whatever was undone everywhere was not executed.
    fn add_place(&mut self, number: u64, write: Write, version: Version) {
        let undone = self.places(number, &write).all(|place| !self.is_held(place));
        let known = self.places(number, &write).any(|place| place == version);
        let Some(write) = self.writes.get_mut(number) else { return };
        if undone {
            write.set_version(version);
            self.copies.remove(number);
        } else if !known {
            let copies = self.copies.get_or_default(number);
            self.doubled += u32::from(copies.is_empty() && write.acknowledged().is_some());
            self.executed_again = true;
            copies.push(version);
        }
    }

    /// Every place of a write, the first first.
    fn places<'a>(&'a self, number: u64, write: &Write) -> impl Iterator<Item = Version> + Clone + use<'a> {
        let others = if self.copies.is_empty() { None } else { self.copies.get(number) };
        let others = others.map_or(&[][..], |copies| copies);
        let first = Some(write.version()).filter(|version| *version != Version::NONE);
        first.into_iter().chain(others.iter().copied())
    }

    /// Whether what is at one of these places can be served.
    fn served(&self, places: impl Iterator<Item = Version>, powered: Sites) -> bool {
        let serves = |region, place| powered.contains(region) && self.logs.holds(region, place);
        let held = |place| self.placement.iter().any(|region| serves(*region, place));
        places.filter(|place| self.logs.current(*place)).any(held)
    }

    /// Where a write with these places is, and in which regions a disk holds it.
    fn state(&self, places: impl Iterator<Item = Version> + Clone, powered: Sites) -> (WriteState, Vec<u16>) {
        let mut current = places.clone().filter(|place| self.logs.current(*place));
        let holders: Sites = places.clone().flat_map(|place| self.holders_of(place)).collect();
        let state = match () {
            () if self.served(places, powered) => WriteState::Served,
            () if current.any(|place| self.is_held(place)) => WriteState::Dark,
            () if holders == Sites::NONE => WriteState::Gone,
            () => WriteState::Orphaned,
        };
        (state, holders.iter().collect())
    }

    /// The regions whose disk holds an entry.
    fn holders_of(&self, place: Version) -> impl Iterator<Item = u16> {
        let has = move |region: &u16| self.logs.holds(*region, place) || self.logs.keeps(*region, place);
        self.placement.iter().copied().filter(has)
    }

    /// A write that is acknowledged and held everywhere is folded.
    fn retire(&mut self, number: u64) {
        let Some(write) = self.writes.get(number) else { return };
        let Some(at) = write.acknowledged() else { return };
        let Some(place) = self.place_everywhere(number, &write) else { return };
        if self.copies.get(number).is_some() {
            self.folds.is_known_to_be_executed_again(number);
        }
        self.forget(number);
        self.lost.remove(number);
        let (placement, logs) = (&self.placement, &self.logs);
        let whole = |version| placement.iter().all(|region| logs.keeps(*region, version));
        self.folds.add(number, place, write.population, at, whole);
    }

    /// A disk has a log up to here: see of the writes before whether all have them.
    fn retire_synced(&mut self, upto: Version) {
        if self.placement.iter().all(|region| self.logs.keeps(*region, upto)) {
            let numbers: Vec<u64> = self.retirable(self.writes.upto(upto)).collect();
            numbers.into_iter().for_each(|number| self.retire(number));
        }
    }

    /// The first place of a write that every disk holds: whoever loses it has lost the others on its log before.
    fn place_everywhere(&self, number: u64, write: &Write) -> Option<Version> {
        let held = |place: &Version| self.placement.iter().all(|region| self.logs.keeps(*region, *place));
        self.places(number, write).filter(held).min()
    }

    /// A write is not followed any more.
    fn forget(&mut self, number: u64) {
        self.writes.remove(number);
        if !self.copies.is_empty() {
            self.copies.remove(number);
        }
    }

    /// Which of these can be folded. Others are left as they are packed: to look at one by its number opens its stretch.
    fn retirable(&self, writes: impl Iterator<Item = (u64, Write)>) -> impl Iterator<Item = u64> {
        let can = |(number, write): &(u64, Write)| {
            write.acknowledged().is_some() && self.place_everywhere(*number, write).is_some()
        };
        writes.filter(can).map(|(number, _)| number)
    }

    fn retire_all(&mut self) {
        let numbers: Vec<u64> = self.retirable(self.writes.iter()).collect();
        numbers.into_iter().for_each(|number| self.retire(number));
    }

    /// Power, leadership or a disk has changed: see of every write whether it is served.
    fn review(&mut self, when: When, powered: Sites) {
        let acknowledged = self.writes.iter().filter(|(_, write)| write.acknowledged().is_some());
        let lost = acknowledged.filter(|(number, write)| !self.served(self.places(*number, write), powered));
        let lost: Vec<u64> = lost.map(|(number, _)| number).collect();
        let before = std::mem::take(&mut self.lost);
        for number in lost {
            self.lost.insert(number, before.get(number).copied().unwrap_or(when));
        }
        self.review_folds(when, powered);
    }

    fn review_one(&mut self, when: When, number: u64, powered: Sites) {
        let Some(write) = self.writes.get(number).filter(|write| write.acknowledged().is_some()) else { return };
        if self.served(self.places(number, &write), powered) {
            self.lost.remove(number);
        } else {
            self.lost.get_or_insert_with(number, || when);
        }
    }

    fn review_folds(&mut self, when: When, powered: Sites) {
        let mut folds = std::mem::take(&mut self.folds);
        folds.review(when, |upto| self.served(std::iter::once(upto), powered));
        self.folds = folds;
    }
}

#[cfg(test)]
mod tests;
