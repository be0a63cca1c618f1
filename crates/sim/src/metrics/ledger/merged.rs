//! The books of a dataset whose copies are merged: which changes are in which copy, and so of every acknowledged write whether anybody has it yet.
//!
//! An author makes its changes one after the other, and whoever has one of them has those before it: of each copy it is enough to
//! know, author by author, up to which change it goes. Merging throws nothing away, so that a write is lost only with disks and power.
//! What a type makes of what it merges is another matter (`amounts`). Where versions stand side by side, what is kept for somebody who is away is a copy as well.

use super::found::{AUDITED, Found};
use super::meeting::Meeting;
use super::places::{Firsts, Place, hint_of, of_hint};
use crate::metrics::folds::Numbers;
use crate::metrics::record::When;
use crate::rivals::{Conflict, Rival};
use crate::sites::Sites;
use crate::summary::{LostWrite, WriteState};
use crate::trace::{Ending, OperationInfo};
use engine::{Chunks, FlatMap, Time, TreeMap};
use protocol::{Accepted, Fact, Key, NodeId, WriteId};
use values::Author;

/// The books of one dataset.
#[derive(Clone, Debug)]
pub(super) struct Merged {
    dataset: u16,
    /// Every change that a disk stored first at its author.
    changes: Chunks<Change>,
    /// Where each write was executed first.
    firsts: Firsts,
    /// The changes of one author to one key are a line. By key and author: which.
    numbers: TreeMap<FlatMap<Author, u32>>,
    /// By line.
    lines: Vec<Line>,
    /// By region and line: up to which stamp its copy goes; nothing if the line is beyond the end.
    copies: Vec<Vec<u64>>,
    /// By key, region and whom it is kept for ([`hint_of`]): of each author up to which stamp what is kept goes.
    hints: TreeMap<FlatMap<Author, u64>>,
    /// Acknowledged writes that are lost, by number, and since when.
    lost: TreeMap<When>,
    /// Writes that met one that had not known them and that they had not known.
    met: Numbers,
    meetings: Chunks<Meeting>,
    found: Found,
    executed_again: bool,
}

/// The changes of one author to one key.
#[derive(Clone, Copy, Debug)]
struct Line {
    key: u32,
    author: Author,
    last: Option<Place>,
}

/// A change.
#[derive(Clone, Copy, Debug)]
struct Change {
    stamp: u64,
    /// When its write was confirmed, to whom and by whom, where that is where it was executed first; beyond all time if it was not.
    at: Time,
    population: u16,
    region: u16,
    /// Its write; of a run that has four billion, memory holds no books.
    write: u32,
    line: u32,
    /// The one before it in its line.
    before: Option<Place>,
    /// The same write as it was executed another time.
    again: Option<Place>,
}

const _: () = assert!(size_of::<Change>() <= 40, "none is ever forgotten");

impl Merged {
    pub(super) fn new(dataset: u16, regions: usize) -> Merged {
        Merged {
            dataset,
            changes: Chunks::default(),
            firsts: Firsts::default(),
            numbers: TreeMap::new(),
            lines: Vec::new(),
            copies: vec![Vec::new(); regions],
            hints: TreeMap::new(),
            lost: TreeMap::new(),
            met: Numbers::default(),
            meetings: Chunks::default(),
            found: Found::default(),
            executed_again: false,
        }
    }

    pub(super) fn on_ended(&mut self, when: When, info: &OperationInfo, ending: &Ending, powered: Sites) {
        self.executed_again |= ending.attempts > 1 && (ending.error.is_none() || ending.may_have_happened);
        if ending.error.is_some() {
            return;
        }
        let first = self.firsts.get(info.write);
        let Some(change) = first.and_then(|place| self.changes.get_mut(place.index())) else { return };
        (change.at, change.population, change.region) = (when.at, info.population, ending.served_by);
        self.found.doubled += u32::from(change.again.is_some());
        if self.holders(info.write).all(|region| !powered.contains(region)) {
            self.lost.insert(info.write, when);
        }
    }

    pub(super) fn on_fact(&mut self, when: When, region: u16, fact: &Fact, powered: Sites) {
        match *fact {
            Fact::Changed { write, key, author, at, .. } => {
                let line = self.line(key.0, author);
                self.add(write.0, line, at.lsn);
                self.reaches(region, line, at.lsn, powered);
            }
            Fact::Coordinated { write, key, author, at } => {
                let line = self.line(key.0, author);
                self.add(write.0, line, at.lsn);
            }
            Fact::Kept { to, key, author, upto } => {
                let line = self.line(key.0, author);
                let hint = self.hints.get_or_default(hint_of(key.0, region, to));
                let before = hint.insert(author, upto.lsn).unwrap_or(0);
                self.is_found(region, line, (before, upto.lsn), powered);
            }
            Fact::HandedOff { to, key } | Fact::HintDropped { to, key } => {
                self.drop_hint(when, region, (key, to), powered);
            }
            Fact::Conflicted { key, one, other, decided } if !self.met.contain(other.write.0) => {
                self.meetings.push_back(Meeting { when, region, key: key.0, winner: one, loser: other, decided });
                self.met.add(other.write.0);
                self.found.conflicts += 1;
                self.found.confirmed += u32::from(self.confirmed(other.write.0));
            }
            Fact::Merged { key, author, upto, .. } => {
                let line = self.line(key.0, author);
                self.reaches(region, line, upto.lsn, powered);
            }
            _ => {}
        }
    }

    /// The line of an author's changes to a key.
    fn line(&mut self, key: u32, author: Author) -> u32 {
        let lines = &mut self.lines;
        *self.numbers.get_or_default(key.into()).get_or_insert_with(author, || {
            lines.push(Line { key, author, last: None });
            lines.len() as u32 - 1
        })
    }

    /// A disk has stored a change first.
    fn add(&mut self, write: u64, line: u32, stamp: u64) {
        let before = self.lines[line as usize].last;
        let change =
            Change { stamp, at: Time::MAX, population: 0, region: 0, write: write as u32, line, before, again: None };
        self.changes.push_back(change);
        let place = Place::last_of(self.changes.len());
        self.lines[line as usize].last = Some(place);
        if let Some(known) = self.places(write).last() {
            let another = self.firsts.get(write) == Some(known);
            self.executed_again = true;
            self.found.doubled += u32::from(another && self.confirmed(write));
            self.changes.get_mut(known.index()).into_iter().for_each(|known| known.again = Some(place));
            return;
        }
        self.firsts.set(write, place);
    }

    fn change(&self, place: Place) -> &Change {
        self.changes.get(place.index()).expect("places are of what is there, and nothing goes")
    }

    /// Where a write was executed, the first time first.
    fn places(&self, write: u64) -> impl Iterator<Item = Place> {
        std::iter::successors(self.firsts.get(write), |place| self.change(*place).again)
    }

    /// Whether a client has the answer to a write.
    fn confirmed(&self, write: u64) -> bool {
        self.firsts.get(write).is_some_and(|place| self.change(place).at != Time::MAX)
    }

    /// Up to which stamp the copy of a region goes.
    fn upto(&self, region: u16, line: u32) -> u64 {
        self.copies[usize::from(region)].get(line as usize).copied().unwrap_or(0)
    }

    /// A copy goes up to this change now: what it has that nobody with power had is lost no more.
    fn reaches(&mut self, region: u16, line: u32, upto: u64, powered: Sites) {
        let before = self.upto(region, line);
        let copy = &mut self.copies[usize::from(region)];
        copy.resize(copy.len().max(line as usize + 1), 0);
        copy[line as usize] = upto.max(before);
        self.is_found(region, line, (before, upto), powered);
    }

    /// A disk has what of a line is after one stamp, up to another.
    fn is_found(&mut self, region: u16, line: u32, (before, upto): (u64, u64), powered: Sites) {
        if !self.lost.is_empty() && powered.contains(region) {
            for write in self.between(line, before, upto) {
                self.lost.remove(write);
            }
        }
    }

    /// What was kept for somebody is kept no more.
    fn drop_hint(&mut self, when: When, region: u16, (key, to): (Key, NodeId), powered: Sites) {
        let Some(hint) = self.hints.remove(hint_of(key.0, region, to)) else { return };
        for (author, upto) in hint.iter() {
            let line = self.line(key.0, *author);
            self.look_for(when, region, (line, *upto), powered);
        }
    }

    /// The writes of a line after one stamp, up to another.
    fn between(&self, line: u32, after: u64, upto: u64) -> Vec<u64> {
        let back = std::iter::successors(self.lines[line as usize].last, |place| self.change(*place).before);
        let changes = back.map(|place| self.change(place)).take_while(|change| change.stamp > after);
        changes.filter(|change| change.stamp <= upto).map(|change| change.write.into()).collect()
    }

    /// A region has power again, or has it no longer and perhaps lost its disk.
    pub(super) fn on_power(&mut self, when: When, region: u16, powered: Sites, disks_lost: bool) {
        let mut held: Vec<(u32, u64)> = (0..).zip(self.copies[usize::from(region)].iter().copied()).collect();
        let hints = self.hints.iter().filter(|(number, _)| of_hint(*number).1 == region);
        let hints: Vec<(u64, FlatMap<Author, u64>)> = hints.map(|(number, hint)| (number, hint.clone())).collect();
        for (number, hint) in hints {
            let key = of_hint(number).0;
            for (author, upto) in hint.iter() {
                held.push((self.line(key, *author), *upto));
            }
            if disks_lost {
                self.hints.remove(number);
            }
        }
        if disks_lost {
            self.copies[usize::from(region)].clear();
        }
        for of in held.into_iter().filter(|(_, upto)| *upto != 0) {
            self.look_for(when, region, of, powered);
        }
    }

    /// What a disk had of a line, up to a stamp, it has no more, or its power has changed: who else has it?
    fn look_for(&mut self, when: When, region: u16, (line, upto): (u32, u64), powered: Sites) {
        let others = (0..self.copies.len() as u16).filter(|other| *other != region && powered.contains(*other));
        let beyond = others.map(|other| self.upto(other, line)).max().unwrap_or(0);
        for write in self.between(line, beyond, upto) {
            if self.holders(write).any(|holder| powered.contains(holder)) {
                self.lost.remove(write);
            } else if self.confirmed(write) {
                self.lost.get_or_insert_with(write, || when);
            }
        }
    }

    /// The regions whose disk has a write, wherever it was executed.
    fn holders(&self, write: u64) -> impl Iterator<Item = u16> {
        let has = move |region: u16| {
            let mut changes = self.places(write).map(|place| self.change(place));
            changes.any(|change| change.stamp <= self.disk_upto(region, change.line))
        };
        (0..self.copies.len() as u16).filter(move |region| has(*region))
    }

    /// Up to which stamp goes what the disk of a region has: its copy, and what it keeps for others.
    fn disk_upto(&self, region: u16, line: u32) -> u64 {
        let Line { key, author, .. } = self.lines[line as usize];
        let [first, last] = [0, u16::MAX].map(|to| hint_of(key, region, NodeId(to)));
        let kept = self.hints.range(first..=last).filter_map(|(_, hint)| hint.get(&author));
        kept.fold(self.upto(region, line), |most, upto| most.max(*upto))
    }

    /// Every acknowledged write that is lost.
    pub(super) fn lost(&self) -> impl Iterator<Item = LostWrite> {
        self.lost.iter().filter_map(|(write, lost)| {
            let Change { at, population, region, line, .. } = *self.change(self.firsts.get(write)?);
            let key = self.lines[line as usize].key;
            let acknowledged = (at != Time::MAX).then_some(at)?;
            let holders: Vec<u16> = self.holders(write).collect();
            let state = if holders.is_empty() { WriteState::Gone } else { WriteState::Dark };
            let (dataset, write, When { at: lost, event }) = (self.dataset, write, *lost);
            Some(LostWrite { dataset, write, key, population, region, acknowledged, lost, event, state, holders })
        })
    }

    /// Writes that met others.
    pub(super) fn conflicts(&self) -> Vec<Conflict> {
        let rival = |Accepted { write: WriteId(write), version }| {
            let made = self.firsts.get(write).map(|place| self.change(place)).filter(|change| change.at != Time::MAX);
            let (population, acknowledged) = (made.map(|made| made.population), made.map(|made| made.at));
            Rival { write, region: version.coordinator().0, population, acknowledged }
        };
        self.meetings.iter().map(|meeting| meeting.told(self.dataset, rival)).collect()
    }

    pub(super) fn executed_again(&self) -> bool {
        self.executed_again
    }

    pub(super) fn audit(&self, powered: Sites) {
        let latest = (0..self.changes.len()).rev().take(AUDITED).filter_map(|index| self.changes.get(index));
        let written = latest.map(|change| u64::from(change.write)).filter(|write| self.confirmed(*write));
        for write in written.chain(self.lost.iter().map(|(write, _)| write).take(AUDITED)) {
            let has_none = self.holders(write).all(|region| !powered.contains(region));
            assert_eq!(self.lost.get(write).is_some(), has_none, "write {write} is lost if no copy with power has it");
        }
    }

    pub(super) fn take_found(&mut self) -> Found {
        std::mem::take(&mut self.found)
    }

    /// About how many bytes a clone takes.
    pub(super) fn weight(&self) -> usize {
        let copies: usize = self.copies.iter().map(Vec::len).sum();
        (copies + self.hints.len() * 4) * size_of::<u64>()
            + self.lines.len() * (size_of::<Line>() + 2 * size_of::<(u32, Author)>())
            + self.met.weight()
    }
}
