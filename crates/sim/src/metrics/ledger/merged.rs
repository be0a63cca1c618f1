//! The books of a dataset whose copies are merged: which changes are in which copy, and so of every acknowledged write whether anybody has it yet.
//!
//! An author makes its changes one after the other, and whoever has one of them has those before it: of each copy it is enough to
//! know, author by author, up to which change it goes. Merging throws nothing away, so that a write is lost only with disks and power.
//! What a type makes of what it merges is another matter (`amounts`).

use super::found::Found;
use crate::metrics::folds::Numbers;
use crate::metrics::window::Window;
use crate::sites::Sites;
use crate::summary::{LostWrite, WriteState};
use crate::trace::{Ending, OperationInfo};
use engine::Time;
use protocol::Fact;
use std::collections::BTreeMap;
use values::Author;

/// The changes of one author to one key.
type Line = (u32, Author);

/// The books of one dataset.
#[derive(Clone, Debug)]
pub(super) struct Merged {
    dataset: u16,
    /// By line: every change that a disk stored first at its author, by its stamp, with its write.
    changes: BTreeMap<Line, Window<u64>>,
    /// By region and line: up to which stamp its copy goes.
    copies: Vec<BTreeMap<Line, u64>>,
    /// By write: what became of it.
    writes: Window<Write>,
    /// Acknowledged writes that are lost, by number, and since when.
    lost: BTreeMap<u64, Time>,
    /// Writes that met one that had not known them and that they had not known.
    met: Numbers,
    found: Found,
    executed_again: bool,
}

/// A write.
#[derive(Clone, Copy, Debug)]
struct Write {
    key: u32,
    /// Where it was executed first.
    author: Author,
    stamp: u64,
    /// How many times more.
    again: u16,
    acknowledged: Option<(Time, u16, u16)>,
}

impl Merged {
    pub(super) fn new(dataset: u16, regions: usize) -> Merged {
        Merged {
            dataset,
            changes: BTreeMap::new(),
            copies: vec![BTreeMap::new(); regions],
            writes: Window::new(),
            lost: BTreeMap::new(),
            met: Numbers::default(),
            found: Found::default(),
            executed_again: false,
        }
    }

    pub(super) fn on_ended(&mut self, at: Time, info: &OperationInfo, ending: &Ending, powered: Sites) {
        self.executed_again |= ending.attempts > 1 && (ending.error.is_none() || ending.may_have_happened);
        if ending.error.is_some() {
            return;
        }
        let Some(write) = self.writes.get_mut(info.write) else { return };
        write.acknowledged = Some((at, info.population, ending.served_by));
        self.found.doubled += u32::from(write.again > 0);
        if self.holders(info.write).all(|region| !powered.contains(region)) {
            self.lost.insert(info.write, at);
        }
    }

    pub(super) fn on_fact(&mut self, region: u16, fact: &Fact, powered: Sites) {
        match *fact {
            Fact::Changed { write, key, author, at, .. } => {
                let line = (key.0, author);
                self.changes.entry(line).or_insert_with(Window::new).insert(at.lsn, write.0);
                if let Some(known) = self.writes.get_mut(write.0) {
                    known.again += 1;
                    self.executed_again = true;
                    self.found.doubled += u32::from(known.again == 1 && known.acknowledged.is_some());
                } else {
                    let first = Write { key: key.0, author, stamp: at.lsn, again: 0, acknowledged: None };
                    self.writes.insert(write.0, first);
                }
                self.reaches(region, line, at.lsn, powered);
            }
            Fact::Conflicted { other, .. } if !self.met.contain(other.write.0) => {
                self.met.add(other.write.0);
                self.found.conflicts += 1;
                let confirmed = self.writes.get(other.write.0).is_some_and(|write| write.acknowledged.is_some());
                self.found.confirmed += u32::from(confirmed);
            }
            Fact::Merged { key, author, upto, .. } => self.reaches(region, (key.0, author), upto.lsn, powered),
            _ => {}
        }
    }

    /// A copy goes up to this change now: what it has that nobody with power had is lost no more.
    fn reaches(&mut self, region: u16, line: Line, upto: u64, powered: Sites) {
        let upto_now = self.copies[usize::from(region)].entry(line).or_default();
        let before = std::mem::replace(upto_now, upto.max(*upto_now));
        if !self.lost.is_empty() && powered.contains(region) {
            for write in self.between(line, before, upto) {
                self.lost.remove(&write);
            }
        }
    }

    /// The writes of a line after one stamp, up to another.
    fn between(&self, line: Line, after: u64, upto: u64) -> Vec<u64> {
        let changes = self.changes.get(&line).into_iter();
        changes.flat_map(|changes| changes.within(after + 1, upto)).map(|(_, write)| *write).collect()
    }

    /// A region has power again, or has it no longer and perhaps lost its disk.
    pub(super) fn on_power(&mut self, at: Time, region: u16, powered: Sites, disks_lost: bool) {
        let held: Vec<(Line, u64)> =
            self.copies[usize::from(region)].iter().map(|(line, upto)| (*line, *upto)).collect();
        if disks_lost {
            self.copies[usize::from(region)].clear();
        }
        for (line, upto) in held {
            let others = (0..).zip(&self.copies).filter(|(other, _)| *other != region && powered.contains(*other));
            let beyond = others.filter_map(|(_, copy)| copy.get(&line)).max().copied().unwrap_or(0);
            for write in self.between(line, beyond, upto) {
                if self.holders(write).any(|holder| powered.contains(holder)) {
                    self.lost.remove(&write);
                } else if self.writes.get(write).is_some_and(|write| write.acknowledged.is_some()) {
                    self.lost.entry(write).or_insert(at);
                }
            }
        }
    }

    /// The regions whose disk has a write, wherever it was executed.
    fn holders(&self, write: u64) -> impl Iterator<Item = u16> {
        let places = self.places(write);
        let has = move |copy: &BTreeMap<Line, u64>| {
            places.iter().any(|(line, stamp)| copy.get(line).is_some_and(|upto| stamp <= upto))
        };
        (0..).zip(&self.copies).filter(move |(_, copy)| has(copy)).map(|(region, _)| region)
    }

    /// Where a write was executed.
    fn places(&self, write: u64) -> Vec<(Line, u64)> {
        let Some(of) = self.writes.get(write) else { return Vec::new() };
        let first = ((of.key, of.author), of.stamp);
        if of.again == 0 {
            return vec![first];
        }
        let lives = Author::default()..=Author { region: u16::MAX, life: u64::MAX };
        let lines = self.changes.range((of.key, *lives.start())..=(of.key, *lives.end()));
        let places = |(line, changes): (&Line, &Window<u64>)| {
            let of_it = changes.iter().filter(|(_, of)| **of == write);
            of_it.map(|(stamp, _)| (*line, stamp)).collect::<Vec<_>>()
        };
        lines.flat_map(places).collect()
    }

    /// Every acknowledged write that is lost.
    pub(super) fn lost(&self) -> impl Iterator<Item = LostWrite> {
        self.lost.iter().filter_map(|(write, lost)| {
            let Write { key, acknowledged, .. } = *self.writes.get(*write)?;
            let (acknowledged, population, region) = acknowledged?;
            let holders: Vec<u16> = self.holders(*write).collect();
            let state = if holders.is_empty() { WriteState::Gone } else { WriteState::Dark };
            let (dataset, write, lost) = (self.dataset, *write, *lost);
            Some(LostWrite { dataset, write, key, population, region, acknowledged, lost, state, holders })
        })
    }

    pub(super) fn executed_again(&self) -> bool {
        self.executed_again
    }

    pub(super) fn take_found(&mut self) -> Found {
        std::mem::take(&mut self.found)
    }

    /// About how many bytes a clone takes.
    pub(super) fn weight(&self) -> usize {
        self.copies.iter().map(BTreeMap::len).sum::<usize>() * size_of::<(Line, u64)>() * 2 + self.met.weight()
    }
}
