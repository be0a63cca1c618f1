//! What became of every acknowledged write: which replicas hold it, whether one with power does, who acknowledged it.
//!
//! "Acknowledged" is when the client has the answer. A write is lost when no replica with power holds it in its log; it comes
//! back if a region that holds it comes back; it is gone for good when no disk holds it. Writes that every replica holds are
//! folded together (`folds`): only the loss of disks could still take them.

use super::Facts;
use super::folds::Folds;
use super::window::Window;
use crate::summary::{LostRange, LostWrite};
use crate::trace::{Ending, OperationInfo, OperationKind, TraceEvent, What};
use engine::Time;
use protocol::{Epoch, Fact, Version};
use std::collections::BTreeMap;

/// The books.
#[derive(Clone, Debug)]
pub(crate) struct Ledger {
    sets: Vec<Set>,
    /// Regions with power, one bit each.
    powered: u64,
}

/// The books of one dataset.
#[derive(Clone, Debug)]
struct Set {
    placement: u64,
    /// Writes not yet held by every replica and acknowledged, by number.
    writes: Window<Write>,
    /// Of writes executed more than once: the other places they have, and who holds them there.
    copies: BTreeMap<u64, Vec<(Version, u64)>>,
    /// The others that were acknowledged.
    folds: Folds,
    /// By key: the latest acknowledged version.
    latest: Vec<Version>,
    /// Replicas that lead, with their epochs.
    leading: Vec<(u16, Epoch)>,
    most_leaders: u8,
    outdated: u32,
    doubled: u32,
}

/// A write and where it is.
#[derive(Clone, Copy, Debug)]
struct Write {
    /// Regions whose log holds it at its first place, one bit each.
    holders: u64,
    version: Version,
    key: u32,
    /// Who acknowledged it, and whether the leader that appended it first was outdated by then.
    region: u16,
    outdated: bool,
    /// It has more places: see `copies`.
    doubled: bool,
    acknowledged: Option<Time>,
    population: u16,
    lost: Option<Time>,
    /// When the last region with power that held it went dark, if nobody else took it over since: what is taken back after
    /// that region's return was lost then.
    dark: Option<Time>,
}

impl Ledger {
    pub(crate) fn new(facts: &Facts) -> Ledger {
        let set = |(placement, (keys, _)): (&u64, &(u32, u32))| Set {
            placement: *placement,
            writes: Window::new(),
            copies: BTreeMap::new(),
            folds: Folds::default(),
            latest: vec![Version::NONE; *keys as usize],
            leading: Vec::new(),
            most_leaders: 0,
            outdated: 0,
            doubled: 0,
        };
        Ledger {
            sets: facts.placement.iter().zip(&facts.keys).map(set).collect(),
            powered: if facts.regions >= 64 { u64::MAX } else { (1 << facts.regions) - 1 },
        }
    }

    /// The latest version of a key that a client was told of.
    pub(crate) fn latest(&self, dataset: u16, key: u32) -> Version {
        self.sets[usize::from(dataset)].latest[key as usize]
    }

    pub(crate) fn on_event(&mut self, event: &TraceEvent) {
        match &event.what {
            What::Replica { dataset, region, fact } => {
                self.sets[usize::from(*dataset)].on_fact(event.at, *region, fact, self.powered);
            }
            What::OperationEnded(info, ending) => self.on_ended(event.at, info, ending),
            What::RegionDown { region, disks_lost } => {
                self.powered &= !(1 << region);
                for set in &mut self.sets {
                    set.leading.retain(|(leader, _)| leader != region);
                    if *disks_lost {
                        set.on_disk_lost(1 << region);
                    }
                    set.look_for_losses(event.at, self.powered);
                }
            }
            What::RegionUp { region } => {
                self.powered |= 1 << region;
                for set in &mut self.sets {
                    set.look_for_losses(event.at, self.powered);
                }
            }
            _ => {}
        }
    }

    fn on_ended(&mut self, at: Time, info: &OperationInfo, ending: &Ending) {
        let (Some(dataset), None) = (info.dataset, ending.error) else { return };
        if info.kind != OperationKind::Write {
            return;
        }
        let powered = self.powered;
        let set = &mut self.sets[usize::from(dataset)];
        let latest = &mut set.latest[info.key as usize];
        *latest = ending.version.max(*latest);
        if let Some(write) = set.writes.get_mut(info.write) {
            let held = write.holders | if write.doubled { elsewhere(&set.copies, info.write) } else { 0 };
            write.acknowledged = Some(at);
            write.population = info.population;
            write.region = ending.served_by;
            write.lost = (held & powered == 0).then_some(at);
            set.outdated += u32::from(write.outdated);
            set.doubled += u32::from(write.doubled);
            set.retire(info.write);
        }
    }

    /// Acknowledged writes of a dataset that no replica with power holds, and those of them that no disk holds.
    pub(crate) fn losses(&self, dataset: u16) -> (u32, u32) {
        let set = &self.sets[usize::from(dataset)];
        let single = set.writes.iter().filter(|(_, write)| write.lost.is_some());
        let single = single.map(|(number, _)| (1, set.held(number)));
        let folded = set.folds.all().iter().filter(|fold| fold.lost.is_some());
        let folded = folded.map(|fold| (fold.writes(), fold.holders));
        single.chain(folded).fold((0, 0), |(unprotected, gone), (writes, held)| {
            (unprotected + writes, gone + if held == 0 { writes } else { 0 })
        })
    }

    /// Every acknowledged write that is lost and was not yet held everywhere before, by dataset and number.
    pub(crate) fn lost_writes(&self) -> Vec<LostWrite> {
        let mut lost = Vec::new();
        for (dataset, set) in self.sets.iter().enumerate() {
            for (number, write) in set.writes.iter() {
                let (Some(acknowledged), Some(at)) = (write.acknowledged, write.lost) else { continue };
                lost.push(LostWrite {
                    dataset: dataset as u16,
                    write: number,
                    key: write.key,
                    population: write.population,
                    region: write.region,
                    acknowledged,
                    lost: at,
                    for_good: set.held(number) == 0,
                });
            }
        }
        lost
    }

    /// The acknowledged writes that are lost although every replica had held them, by dataset.
    pub(crate) fn lost_ranges(&self) -> Vec<LostRange> {
        let mut lost = Vec::new();
        for (dataset, set) in self.sets.iter().enumerate() {
            for fold in set.folds.all() {
                let Some(at) = fold.lost else { continue };
                lost.extend(fold.acknowledged.iter().map(|of| LostRange {
                    dataset: dataset as u16,
                    population: of.population,
                    writes: of.writes,
                    first: of.first,
                    last: of.last,
                    lost: at,
                    for_good: fold.holders == 0,
                }));
            }
        }
        lost
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

impl Set {
    fn on_fact(&mut self, at: Time, region: u16, fact: &Fact, powered: u64) {
        let bit = 1_u64 << region;
        match fact {
            Fact::Appended { write, key, version } => self.on_appended(region, write.0, key.0, *version),
            Fact::Truncated { write, version, .. } => self.on_truncated(at, bit, write.0, *version, powered),
            // The copy replaces what was here: this replica holds what the other held, and nothing else.
            Fact::Restored { from, upto } => {
                let source = 1_u64 << from.0;
                let first = self.writes.iter_mut().map(|(_, write)| (write.version, &mut write.holders));
                let others = self.copies.values_mut().flatten().map(|(version, holders)| (*version, holders));
                for (version, holders) in first.chain(others) {
                    let held = *holders & source != 0 && version <= *upto;
                    *holders = if held { *holders | bit } else { *holders & !bit };
                }
                self.folds.on_restored(bit, source, *upto);
                self.look_for_losses(at, powered);
            }
            Fact::Leads(epoch) => {
                self.leading.retain(|(leader, _)| *leader != region);
                self.leading.push((region, *epoch));
                self.most_leaders = self.most_leaders.max(self.leading.len() as u8);
            }
            Fact::SteppedDown(_) => self.leading.retain(|(leader, _)| *leader != region),
            Fact::Fenced { .. } | Fact::CaughtUp { .. } => {}
        }
    }

    fn on_appended(&mut self, region: u16, number: u64, key: u32, version: Version) {
        let bit = 1 << region;
        match self.writes.get_mut(number) {
            Some(write) => {
                write.lost = None;
                write.dark = None;
                if write.holders == 0 && !write.doubled {
                    write.version = version;
                }
                if write.version == version {
                    write.holders |= bit;
                } else {
                    self.doubled += u32::from(!write.doubled && write.acknowledged.is_some());
                    write.doubled = true;
                    let places = self.copies.entry(number).or_default();
                    match places.iter_mut().find(|(at, _)| *at == version) {
                        Some((_, holders)) => *holders |= bit,
                        None => places.push((version, bit)),
                    }
                }
            }
            None if self.folds.contain(number) => {
                self.doubled += u32::from(self.folds.on_appended(bit, number, version));
                return;
            }
            None => {
                let newest = self.leading.iter().map(|(_, epoch)| *epoch).max().unwrap_or_default();
                let write = Write {
                    holders: bit,
                    version,
                    key,
                    region,
                    outdated: version.epoch < newest,
                    doubled: false,
                    acknowledged: None,
                    population: 0,
                    lost: None,
                    dark: None,
                };
                self.writes.insert(number, write);
            }
        }
        self.retire(number);
    }

    fn on_truncated(&mut self, at: Time, bit: u64, number: u64, version: Version, powered: u64) {
        let Some(write) = self.writes.get_mut(number) else { return };
        if write.version == version {
            write.holders &= !bit;
        } else if let Some(places) = self.copies.get_mut(&number) {
            places.iter_mut().filter(|(at, _)| *at == version).for_each(|(_, holders)| *holders &= !bit);
        }
        let held = self.held(number);
        if let Some(write) = self.writes.get_mut(number)
            && held & powered == 0
            && write.acknowledged.is_some()
        {
            write.lost.get_or_insert(write.dark.unwrap_or(at));
        }
    }

    /// Regions whose disk holds a write that is not folded, one bit each.
    fn held(&self, number: u64) -> u64 {
        let Some(write) = self.writes.get(number) else { return 0 };
        write.holders | if write.doubled { elsewhere(&self.copies, number) } else { 0 }
    }

    fn on_disk_lost(&mut self, bit: u64) {
        self.writes.iter_mut().for_each(|(_, write)| write.holders &= !bit);
        self.copies.values_mut().flatten().for_each(|(_, holders)| *holders &= !bit);
        self.folds.on_disk_lost(bit);
    }

    /// A write that is acknowledged and held everywhere is folded.
    fn retire(&mut self, number: u64) {
        let Some(write) = self.writes.get(number) else { return };
        let Some(at) = write.acknowledged else { return };
        if write.holders != self.placement && (!write.doubled || self.held(number) != self.placement) {
            return;
        }
        let (mut last, population, doubled) = (write.version, write.population, write.doubled);
        self.writes.remove(number);
        if doubled {
            let places = self.copies.remove(&number).unwrap_or_default();
            last = places.iter().fold(last, |last, (version, _)| last.max(*version));
        }
        self.folds.add(number, last, self.placement, population, at);
    }

    fn look_for_losses(&mut self, at: Time, powered: u64) {
        for (number, write) in self.writes.iter_mut().filter(|(_, write)| write.acknowledged.is_some()) {
            let elsewhere = if write.doubled { elsewhere(&self.copies, number) } else { 0 };
            if (write.holders | elsewhere) & powered != 0 {
                write.lost = None;
            } else if write.lost.is_none() {
                write.lost = Some(at);
                write.dark = Some(at);
            }
        }
        self.folds.look_for_losses(at, powered);
    }
}

/// Who holds a write at other than its first place.
fn elsewhere(copies: &BTreeMap<u64, Vec<(Version, u64)>>, number: u64) -> u64 {
    copies.get(&number).map_or(0, |places| places.iter().fold(0, |all, (_, holders)| all | holders))
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::{Key, WriteId};

    /// Two regions that hold one dataset of one key.
    fn ledger() -> Ledger {
        Ledger::new(&Facts { placement: vec![0b11], keys: vec![(1, 1)], regions: 2, populations: 1 })
    }

    fn version(lsn: u64) -> Version {
        Version { epoch: Epoch(1), lsn }
    }

    fn happen(ledger: &mut Ledger, what: What) {
        ledger.on_event(&TraceEvent { id: 1, cause: 0, at: Time::from_secs(1), what });
    }

    fn append(ledger: &mut Ledger, region: u16, lsn: u64) {
        let fact = Fact::Appended { write: WriteId(7), key: Key(0), version: version(lsn) };
        happen(ledger, What::Replica { dataset: 0, region, fact });
    }

    fn truncate(ledger: &mut Ledger, region: u16, lsn: u64) {
        let fact = Fact::Truncated { write: WriteId(7), key: Key(0), version: version(lsn) };
        happen(ledger, What::Replica { dataset: 0, region, fact });
    }

    fn acknowledge(ledger: &mut Ledger) {
        let info = OperationInfo {
            operation: 1,
            slot: 0,
            process: 1,
            population: 0,
            request: 0,
            dataset: Some(0),
            kind: OperationKind::Write,
            key: 0,
            write: 7,
            invoked: Time::ZERO,
        };
        let (error, version) = (None, version(1));
        let ending = Ending { error, may_have_happened: true, region: 1, served_by: 0, attempts: 1, version, read: 0 };
        happen(ledger, What::OperationEnded(info, ending));
    }

    fn doubled(ledger: &mut Ledger) -> u32 {
        ledger.end_second().2[0]
    }

    #[test]
    fn a_write_taken_back_at_one_place_is_still_held_at_its_other() {
        let mut ledger = ledger();
        append(&mut ledger, 0, 1);
        acknowledge(&mut ledger);
        append(&mut ledger, 0, 2);
        truncate(&mut ledger, 0, 2);
        assert_eq!(ledger.losses(0), (0, 0));
        truncate(&mut ledger, 0, 1);
        assert_eq!(ledger.losses(0), (1, 1));
        assert_eq!(ledger.lost_writes()[0].region, 0, "the one that acknowledged it");
    }

    #[test]
    fn executions_of_a_write_nobody_was_told_of_are_not_counted() {
        let mut ledger = ledger();
        append(&mut ledger, 0, 1);
        append(&mut ledger, 0, 2);
        assert_eq!(doubled(&mut ledger), 0);
        acknowledge(&mut ledger);
        assert_eq!(doubled(&mut ledger), 1);
        append(&mut ledger, 1, 1);
        append(&mut ledger, 1, 2);
        assert_eq!(doubled(&mut ledger), 0, "followers repeat both places");
    }

    #[test]
    fn a_folded_write_that_is_repeated_at_its_place_is_not_executed_again() {
        let mut ledger = ledger();
        append(&mut ledger, 0, 1);
        append(&mut ledger, 1, 1);
        acknowledge(&mut ledger);
        happen(&mut ledger, What::RegionDown { region: 1, disks_lost: true });
        happen(&mut ledger, What::RegionUp { region: 1 });
        append(&mut ledger, 1, 1);
        assert_eq!(doubled(&mut ledger), 0);
        happen(&mut ledger, What::RegionDown { region: 0, disks_lost: true });
        assert_eq!(ledger.losses(0), (0, 0));
        append(&mut ledger, 1, 2);
        append(&mut ledger, 0, 2);
        assert_eq!(doubled(&mut ledger), 1);
    }
}
