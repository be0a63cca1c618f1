//! The books of a dataset without a common log: what each disk holds, and so of every acknowledged write whether anybody has it yet.
//!
//! A write is contained where a disk holds it, or one that knew it ([`Tree`]). An acknowledged one that no disk with power contains is
//! lost. It was thrown away if a replica had it, or was sent it, and has another in its place by the order of stamps that did not
//! know it; otherwise it went with the disks, or is on those without power. What is only kept for somebody who is away is contained
//! as long as it was thrown away nowhere: afterwards it is handed over in vain. Later stamps alone say nothing of who knew whom.

use super::found::{AUDITED, Found};
use super::meeting::Meeting;
use super::places::{Place, hint_of};
use super::tree::{Acknowledged, Tree};
use crate::metrics::folds::Numbers;
use crate::metrics::record::When;
use crate::metrics::window::Window;
use crate::rivals::{Conflict, LostUpdate, Rival};
use crate::sites::Sites;
use crate::summary::{LostWrite, WriteState};
use crate::trace::{Ending, OperationInfo};
use engine::{Chunks, TreeMap};
use protocol::{Accepted, Fact, NodeId, WriteId};

/// The books of one dataset.
#[derive(Clone, Debug)]
pub(super) struct ByKey {
    dataset: u16,
    tree: Tree,
    /// By region and key: what the disk holds; of no keys where there never was a replica.
    cells: Vec<Vec<Option<Place>>>,
    /// By key, region and whom it is kept for ([`hint_of`]): what else the disk holds.
    hints: TreeMap<Hint>,
    /// Acknowledged writes that are lost, by number.
    lost: Window<Lost>,
    /// Writes that replicas have another in the place of, by number.
    thrown: Window<Thrown>,
    /// Writes that met another, when neither of the two knew the other, and lost against it.
    met: Numbers,
    meetings: Chunks<Meeting>,
    /// Writes that people decided against, and those that these had replaced.
    decided: Numbers,
    found: Found,
    executed_again: bool,
}

/// What a disk holds for somebody.
#[derive(Clone, Copy, Debug)]
struct Hint {
    key: u32,
    region: u16,
    to: NodeId,
    place: Place,
}

/// A write that is lost.
#[derive(Clone, Copy, Debug)]
struct Lost {
    key: u32,
    since: When,
    /// Whether a disk without power contains it.
    dark: bool,
}

/// A write that some replicas have another in the place of.
#[derive(Clone, Copy, Debug)]
struct Thrown {
    /// For which the first of them threw it away, and who that is.
    kept: Place,
    at: u16,
    /// Whether its author knew that one.
    knew: bool,
    /// Those that have not got it back since.
    by: Sites,
}

/// Where a disk keeps a write: as its own, or for somebody.
type Shelf = Option<NodeId>;

impl ByKey {
    pub(super) fn new(dataset: u16, placement: Sites, regions: usize, keys: u32) -> ByKey {
        let cells = |region: u16| if placement.contains(region) { vec![None; keys as usize] } else { Vec::new() };
        ByKey {
            dataset,
            tree: Tree::new(),
            cells: (0..regions as u16).map(cells).collect(),
            hints: TreeMap::new(),
            lost: Window::new(),
            thrown: Window::new(),
            met: Numbers::default(),
            meetings: Chunks::default(),
            decided: Numbers::default(),
            found: Found::default(),
            executed_again: false,
        }
    }

    pub(super) fn on_ended(&mut self, when: When, info: &OperationInfo, ending: &Ending, powered: Sites) {
        // An attempt that was given up may be executed yet.
        self.executed_again |= ending.may_have_happened && ending.attempts > 1;
        if ending.error.is_some() {
            return;
        }
        self.executed_again |= ending.attempts > 1;
        let accepted = Accepted { write: WriteId(info.write), version: ending.version };
        self.tree.place(accepted, None);
        let as_of = Acknowledged { at: when.at, population: info.population, region: ending.served_by };
        self.tree.acknowledge(info.write, as_of);
        self.found.doubled += u32::from(self.tree.twice(info.write));
        let decided = self.decided.contain(info.write);
        if !decided && !self.contained(info.key, info.write, |region| powered.contains(region)) {
            let dark = self.contained(info.key, info.write, |_| true);
            self.lost.insert(info.write, Lost { key: info.key, since: when, dark });
        }
    }

    pub(super) fn on_fact(&mut self, when: When, region: u16, fact: &Fact, powered: Sites) {
        match *fact {
            Fact::Stored { write, key, version, over } => {
                let new = self.accepted(Accepted { write, version }, over);
                self.put(when, (region, key.0, None), new, powered);
            }
            Fact::Hinted { to, write, key, version, over } => {
                let new = self.accepted(Accepted { write, version }, over);
                self.put(when, (region, key.0, Some(to)), new, powered);
            }
            Fact::Ignored { write, key, version, over, kept } => {
                let dropped = self.accepted(Accepted { write, version }, over);
                let kept = self.tree.place(kept, None);
                self.throw_away(when, (region, key.0), dropped, kept, powered);
            }
            Fact::Conflicted { key, one, other, decided } => {
                // Where nothing is decided yet, each region shows its own: of the two the earlier is counted.
                let (one, other) = if decided || one.version > other.version { (one, other) } else { (other, one) };
                let (one, other) = (self.tree.place(one, None), self.tree.place(other, None));
                self.meet(when, (region, key.0), (one, other), decided);
            }
            Fact::Settled { kept, dropped, looked_at: true, .. } => {
                let (kept, dropped) = (self.tree.place(kept, None), self.tree.place(dropped, None));
                self.decide(kept, dropped);
            }
            Fact::HandedOff { to, key } | Fact::HintDropped { to, key } => {
                if let Some(old) = self.hints.remove(hint_of(key.0, region, to)) {
                    self.lose(when, key.0, old.place, powered);
                }
            }
            _ => {}
        }
    }

    /// A write as it was accepted once, which may be heard of for the first time.
    fn accepted(&mut self, accepted: Accepted, over: Option<Accepted>) -> Place {
        let write = accepted.write.0;
        let before = self.tree.twice(write);
        let place = self.tree.place(accepted, over);
        if self.tree.twice(write) && !before {
            self.executed_again = true;
            self.found.doubled += u32::from(self.tree.acknowledged(write).is_some());
        }
        place
    }

    /// A disk holds a write in place of what was there.
    fn put(&mut self, when: When, (region, key, shelf): (u16, u32, Shelf), new: Place, powered: Sites) {
        let old = match shelf {
            None => self.cells[usize::from(region)][key as usize].replace(new),
            Some(to) => {
                let hint = Hint { key, region, to, place: new };
                self.hints.insert(hint_of(key, region, to), hint).map(|old| old.place)
            }
        };
        let fork = self.tree.meet(old, Some(new));
        if let Some(old) = old.filter(|_| old != fork) {
            self.throw_away(when, (region, key), old, new, powered);
        }
        self.find((region, shelf), new, self.tree.depth(fork));
    }

    /// A replica has a write and not another. What the one knew, and neither the other nor its own did, is thrown away there.
    fn throw_away(&mut self, when: When, (region, key): (u16, u32), dropped: Place, kept: Place, powered: Sites) {
        self.meet(when, (region, key), (kept, dropped), true);
        let ByKey { tree, cells, thrown, .. } = self;
        let own = cells[usize::from(region)][key as usize];
        let fork = tree.meet(Some(dropped), Some(kept));
        let depth = tree.depth(fork).max(tree.depth(tree.meet(Some(dropped), own)));
        let knew = fork == Some(kept);
        // What was accepted twice may be known as it was accepted the other time.
        let known = |write| tree.twice(write) && tree.places(write).any(|place| tree.contains(kept, place));
        for (place, _) in tree.line(Some(dropped), depth).filter(|(place, _)| !known(tree.write(*place))) {
            let first = Thrown { kept, at: region, knew, by: Sites::NONE };
            let mut of = thrown.get(tree.write(place)).copied().unwrap_or(first);
            of.by.insert(region);
            thrown.insert(tree.write(place), of);
        }
        self.lose(when, key, dropped, powered);
    }

    /// A write has met another one: it counts if neither knew the other.
    fn meet(&mut self, when: When, (region, key): (u16, u32), (one, other): (Place, Place), decided: bool) {
        let ByKey { tree, met, meetings, found, .. } = self;
        let fork = tree.meet(Some(one), Some(other));
        // What was accepted twice may be known as it was accepted the other time.
        let twice =
            || tree.twice(tree.write(other)) && tree.places(tree.write(other)).any(|place| tree.contains(one, place));
        if fork != Some(one) && fork != Some(other) && !met.contain(tree.write(other)) && !twice() {
            met.add(tree.write(other));
            let (winner, loser) = (tree.accepted(one), tree.accepted(other));
            meetings.push_back(Meeting { when, region, key, winner, loser, decided });
            found.conflicts += 1;
            found.confirmed += u32::from(tree.acknowledged(tree.write(other)).is_some());
        }
    }

    /// A person has looked at two writes, and decided for one: what the other did is not lost unseen, wherever it was.
    fn decide(&mut self, kept: Place, dropped: Place) {
        let depth = self.tree.depth(self.tree.meet(Some(kept), Some(dropped)));
        for (place, _) in self.tree.line(Some(dropped), depth) {
            self.decided.add(self.tree.write(place));
            self.lost.remove(self.tree.write(place));
        }
    }

    /// A disk, or its power, is gone, or holds something else: what it contained may be contained in no other.
    fn lose(&mut self, when: When, key: u32, old: Place, powered: Sites) {
        let with_power = |region| powered.contains(region);
        let (cells, hints) = self.reach(key, old, with_power);
        let (dark_cells, dark_hints) = self.reach(key, old, |_| true);
        for (place, depth) in self.tree.line(Some(old), cells) {
            let write = self.tree.write(place);
            let kept = depth <= hints && self.thrown.get(write).is_none();
            let twice = self.tree.twice(write);
            let known = self.decided.contain(write) || self.tree.acknowledged(write).is_none();
            if kept || known || (twice && self.contained(key, write, with_power)) {
                continue;
            }
            let dark = depth <= dark_cells.max(dark_hints) || (twice && self.contained(key, write, |_| true));
            let since = self.lost.get(write).map_or(when, |lost| lost.since);
            self.lost.insert(write, Lost { key, since, dark });
        }
    }

    /// A region with power contains a write and what that knew, beyond this depth for the first time.
    fn find(&mut self, (region, shelf): (u16, Shelf), new: Place, depth: u32) {
        for (place, _) in self.tree.line(Some(new), depth) {
            let write = self.tree.write(place);
            let thrown = self.thrown.get(write).copied();
            if shelf.is_some() && thrown.is_some() {
                continue;
            }
            if self.lost.get(write).is_some() {
                self.lost.remove(write);
            }
            let Some(mut thrown) = thrown else { continue };
            thrown.by.remove(region);
            if thrown.by == Sites::NONE {
                self.thrown.remove(write);
            } else {
                self.thrown.insert(write, thrown);
            }
        }
    }

    /// A region has power again, or has it no longer and perhaps lost its disk.
    pub(super) fn on_power(&mut self, when: When, region: u16, powered: Sites, disks_lost: bool) {
        let cells = (0..).zip(self.cells[usize::from(region)].iter().copied());
        let mut held: Vec<(u32, Shelf, Place)> = cells.filter_map(|(key, place)| Some((key, None, place?))).collect();
        let hints = self.hints.values().filter(|hint| hint.region == region);
        held.extend(hints.map(|hint| (hint.key, Some(hint.to), hint.place)));
        if disks_lost {
            self.cells[usize::from(region)].fill(None);
            held.iter().filter_map(|(key, shelf, _)| Some(hint_of(*key, region, (*shelf)?))).for_each(|hint| {
                self.hints.remove(hint);
            });
        }
        for (key, shelf, place) in held {
            if powered.contains(region) {
                self.find((region, shelf), place, 0);
            } else {
                self.lose(when, key, place, powered);
            }
        }
    }

    /// What the disks of these regions hold under a key as their own.
    fn own(&self, key: u32, of: impl Fn(u16) -> bool) -> impl Iterator<Item = (u16, Place)> {
        let cells = (0..).zip(&self.cells).filter(move |(region, _)| of(*region));
        cells.filter_map(move |(region, cells)| Some((region, (*cells.get(key as usize)?)?)))
    }

    /// What they hold for others.
    fn kept(&self, key: u32, of: impl Fn(u16) -> bool) -> impl Iterator<Item = (u16, Place)> {
        let hints = self.hints.range(hint_of(key, 0, NodeId(0))..=hint_of(key, u16::MAX, NodeId(u16::MAX)));
        hints.map(|(_, hint)| (hint.region, hint.place)).filter(move |(region, _)| of(*region))
    }

    /// Down to which depth of a line the disks of these regions contain it: as their own, and for others.
    fn reach(&self, key: u32, line: Place, of: impl Fn(u16) -> bool) -> (u32, u32) {
        let depth = |(_, held)| self.tree.depth(self.tree.meet(Some(held), Some(line)));
        let (own, kept) = (self.own(key, &of).map(depth).max(), self.kept(key, &of).map(depth).max());
        (own.unwrap_or(0), kept.unwrap_or(0))
    }

    /// Whether a disk of these regions contains a write.
    fn contained(&self, key: u32, write: u64, of: impl Fn(u16) -> bool) -> bool {
        let contains = |(_, held)| self.tree.places(write).any(|place| self.tree.contains(held, place));
        let kept = || self.thrown.get(write).is_none() && self.kept(key, &of).any(contains);
        self.own(key, &of).any(contains) || kept()
    }

    /// Every write that is lost without having been thrown away.
    pub(super) fn lost(&self) -> impl Iterator<Item = LostWrite> {
        let mut holders = self.holders();
        let lost = self.lost.iter().filter(|(write, _)| self.thrown.get(*write).is_none());
        lost.filter_map(move |(write, lost)| {
            let Acknowledged { at: acknowledged, population, region } = self.tree.acknowledged(write)?;
            let state = if lost.dark { WriteState::Dark } else { WriteState::Gone };
            let holders = holders.remove(write).unwrap_or(Sites::NONE).iter().collect();
            let (dataset, key, When { at: lost, event }) = (self.dataset, lost.key, lost.since);
            Some(LostWrite { dataset, write, key, population, region, acknowledged, lost, event, state, holders })
        })
    }

    /// Of lost writes the regions whose disks contain them.
    fn holders(&self) -> TreeMap<Sites> {
        // By key: above the first of those that are on some disk.
        let mut above: TreeMap<u32> = TreeMap::new();
        for (write, lost) in self.lost.iter().filter(|(_, lost)| lost.dark) {
            for place in self.tree.places(write) {
                let depth = self.tree.depth(Some(place)).saturating_sub(1);
                let above = above.get_or_insert_with(lost.key.into(), || depth);
                *above = depth.min(*above);
            }
        }
        let mut holders: TreeMap<Sites> = TreeMap::new();
        for (key, above) in above.iter().map(|(key, above)| (key as u32, *above)) {
            for (region, held) in self.own(key, |_| true).chain(self.kept(key, |_| true)) {
                for (place, _) in self.tree.line(Some(held), above) {
                    holders.get_or_default(self.tree.write(place)).insert(region);
                }
            }
        }
        holders
    }

    /// Every write that is lost because it was thrown away.
    pub(super) fn lost_updates(&self) -> impl Iterator<Item = LostUpdate> {
        self.lost.iter().filter_map(|(write, lost)| {
            let Thrown { kept: place, at: by, knew, .. } = *self.thrown.get(write)?;
            let Acknowledged { at: acknowledged, population, region } = self.tree.acknowledged(write)?;
            let kept = self.rival(self.tree.accepted(place));
            let (dataset, key, When { at: lost, event }) = (self.dataset, lost.key, lost.since);
            Some(LostUpdate { dataset, write, key, population, region, acknowledged, lost, event, by, kept, knew })
        })
    }

    /// One of two writes that met, and to whom it was confirmed, if it was.
    fn rival(&self, Accepted { write: WriteId(write), version }: Accepted) -> Rival {
        let confirmed = self.tree.acknowledged(write);
        let (population, acknowledged) = (confirmed.map(|of| of.population), confirmed.map(|of| of.at));
        Rival { write, region: version.coordinator().0, population, acknowledged }
    }

    /// Writes that met others.
    pub(super) fn conflicts(&self) -> Vec<Conflict> {
        self.meetings.iter().map(|meeting| meeting.told(self.dataset, |of| self.rival(of))).collect()
    }

    pub(super) fn executed_again(&self) -> bool {
        self.executed_again
    }

    pub(super) fn audit(&self, powered: Sites) {
        for (write, lost) in self.lost.iter().take(AUDITED) {
            let with_power = self.contained(lost.key, write, |region| powered.contains(region));
            assert!(!with_power, "write {write} is lost if no disk with power contains it");
            // Of what was thrown away nobody asks where it is.
            let dark =
                if self.thrown.get(write).is_some() { lost.dark } else { self.contained(lost.key, write, |_| true) };
            assert_eq!(lost.dark, dark, "lost write {write} is dark if a disk without power has it");
        }
    }

    pub(super) fn take_found(&mut self) -> Found {
        std::mem::take(&mut self.found)
    }

    /// About how many bytes a clone takes.
    pub(super) fn weight(&self) -> usize {
        let cells: usize = self.cells.iter().map(Vec::len).sum();
        (cells + self.hints.len() * 2) * size_of::<Option<Place>>() + self.met.weight() + self.decided.weight()
    }
}

#[cfg(test)]
mod tests;
