//! The books of a dataset without a common log: of each key the latest acknowledged write, and what each disk holds.
//!
//! Versions of a key are in one order, so that who holds a later one holds what supersedes the earlier. A write is followed until
//! another is acknowledged that is later by that order; one that is lost by then stays lost.

use crate::metrics::window::Window;
use crate::sites::Sites;
use crate::summary::{LostWrite, WriteState};
use crate::trace::{Ending, OperationInfo};
use engine::Time;
use protocol::{Fact, Version};
use std::collections::BTreeMap;

/// The books of one dataset.
#[derive(Clone, Debug)]
pub(super) struct ByKey {
    dataset: u16,
    placement: Sites,
    /// By region and key: the version on the disk there; none where there never was a replica.
    held: Vec<Vec<Version>>,
    /// Writes under way, by number.
    under_way: Window<Executed>,
    /// By key: the latest write that was acknowledged, by its number.
    latest: Vec<Option<(u64, Write)>>,
    /// Those that are lost.
    lost: BTreeMap<u64, Lost>,
    /// Acknowledged writes found to be executed twice in the second under way.
    doubled: u32,
    executed_again: bool,
}

/// An acknowledged write.
#[derive(Clone, Copy, Debug)]
struct Write {
    version: Version,
    at: Time,
    key: u32,
    population: u16,
    /// Who acknowledged it.
    region: u16,
}

/// A write under way: the version under which it was first stored, if it was, and whether it was stored under another.
#[derive(Clone, Copy, Debug, Default)]
struct Executed {
    version: Version,
    twice: bool,
}

/// A write that is lost.
#[derive(Clone, Debug)]
struct Lost {
    write: Write,
    since: Time,
    /// Where it was when another was acknowledged that is later: since then nobody will see it again.
    settled: Option<(WriteState, Vec<u16>)>,
}

impl ByKey {
    pub(super) fn new(dataset: u16, placement: Sites, regions: usize, keys: u32) -> ByKey {
        let held =
            |region: u16| if placement.contains(region) { vec![Version::NONE; keys as usize] } else { Vec::new() };
        ByKey {
            dataset,
            placement,
            held: (0..regions as u16).map(held).collect(),
            under_way: Window::new(),
            latest: vec![None; keys as usize],
            lost: BTreeMap::new(),
            doubled: 0,
            executed_again: false,
        }
    }

    pub(super) fn on_started(&mut self, info: &OperationInfo) {
        self.under_way.insert(info.write, Executed::default());
    }

    pub(super) fn on_ended(&mut self, at: Time, info: &OperationInfo, ending: &Ending, powered: Sites) {
        let executed = self.under_way.get(info.write).copied().unwrap_or_default();
        self.under_way.remove(info.write);
        // An attempt that was given up may be executed yet.
        self.executed_again |= executed.twice || (ending.may_have_happened && ending.attempts > 1);
        if ending.error.is_some() {
            return;
        }
        self.executed_again |= ending.attempts > 1;
        self.doubled += u32::from(executed.twice);
        let latest = self.latest[info.key as usize];
        if latest.is_some_and(|(_, latest)| latest.version > ending.version) {
            return;
        }
        if let Some((before, _)) = latest {
            self.settle(before);
        }
        let (version, region) = (ending.version, ending.served_by);
        let write = Write { version, at, key: info.key, population: info.population, region };
        self.latest[info.key as usize] = Some((info.write, write));
        self.review_one(at, info.key, powered);
    }

    /// Another is later than a write. If that is lost it stays so.
    fn settle(&mut self, number: u64) {
        let Some(lost) = self.lost.get(&number) else { return };
        let Write { version, key, .. } = lost.write;
        let exactly = |region: &u16| self.held[usize::from(*region)][key as usize] == version;
        let holders: Vec<u16> = self.placement.iter().filter(exactly).collect();
        let state = if holders.is_empty() { WriteState::Gone } else { WriteState::Orphaned };
        if let Some(lost) = self.lost.get_mut(&number) {
            lost.settled = Some((state, holders));
        }
    }

    pub(super) fn on_fact(&mut self, at: Time, region: u16, fact: &Fact, powered: Sites) {
        let Fact::Stored { write, key, version } = fact else { return };
        self.held[usize::from(region)][key.0 as usize] = *version;
        if let Some(executed) = self.under_way.get_mut(write.0) {
            executed.twice |= executed.version != Version::NONE && executed.version != *version;
            executed.version = *version;
        }
        // It is found again only where it is itself: whoever overwrites it does not bring it back.
        if self.lost.get(&write.0).is_some_and(|lost| lost.settled.is_none()) {
            self.review_one(at, key.0, powered);
        }
    }

    /// A disk is gone.
    pub(super) fn wiped(&mut self, region: u16) {
        self.held[usize::from(region)].fill(Version::NONE);
    }

    /// Power or a disk has changed: see of every write whether it is served.
    pub(super) fn review(&mut self, at: Time, powered: Sites) {
        (0..self.latest.len() as u32).for_each(|key| self.review_one(at, key, powered));
    }

    fn review_one(&mut self, at: Time, key: u32, powered: Sites) {
        let Some((number, write)) = self.latest[key as usize] else { return };
        if self.holders(&write).any(|region| powered.contains(region)) {
            self.lost.remove(&number);
        } else {
            self.lost.entry(number).or_insert(Lost { write, since: at, settled: None });
        }
    }

    /// The regions whose disk holds a write or what superseded it.
    fn holders(&self, write: &Write) -> impl Iterator<Item = u16> {
        let Write { version, key, .. } = *write;
        self.placement.iter().filter(move |region| self.held[usize::from(*region)][key as usize] >= version)
    }

    /// Every write that is lost.
    pub(super) fn lost(&self) -> impl Iterator<Item = LostWrite> {
        self.lost.iter().map(|(number, Lost { write, since, settled })| {
            let (state, holders) = settled.clone().unwrap_or_else(|| {
                let holders: Vec<u16> = self.holders(write).collect();
                (if holders.is_empty() { WriteState::Gone } else { WriteState::Dark }, holders)
            });
            let Write { at: acknowledged, key, population, region, .. } = *write;
            let (dataset, write, lost) = (self.dataset, *number, *since);
            LostWrite { dataset, write, key, population, region, acknowledged, lost, state, holders }
        })
    }

    pub(super) fn executed_again(&self) -> bool {
        self.executed_again
    }

    pub(super) fn take_doubled(&mut self) -> u32 {
        std::mem::take(&mut self.doubled)
    }

    /// About how many bytes a clone takes.
    pub(super) fn weight(&self) -> usize {
        let held: usize = self.held.iter().map(Vec::len).sum();
        held * size_of::<Version>() + self.latest.len() * size_of::<Option<(u64, Write)>>()
    }
}
