//! Whether the copies of keys that nobody leads agree: which differ although nobody changes them any more, and how long after the last fault what had
//! parted is everywhere. D11.
//!
//! What a copy is, is told by the stamp of what it stores, or where copies are merged by how far it has the changes of each author. Copies of a key are
//! those of the regions that are to keep it, by its place, also of one that has never stored anything under it: that one holds nothing, as do those that keep
//! a tombstone, or have collected it.

use super::folds::Numbers;
use super::metric::{Filter, Metric, Unit};
use super::record::{Facts, Family, When};
use crate::sites::Sites;
use crate::trace::{data, faults, users};
use engine::{FlatMap, FlatSet, Span, Time, TreeMap};
use protocol::{Apart, Fact};
use std::collections::VecDeque;
use values::Author;

/// Copies that differ count once nobody has changed the key for so many seconds: until then what is under way may make them alike.
pub(super) const QUIET: u64 = 5;

pub(super) const METRICS: &[Metric] = &[
    // At the end of the window.
    Metric {
        id: "diverged",
        title: "keys whose copies differ for good",
        unit: Unit::Count,
        filters: &[Filter::Dataset, Filter::Window],
        of: |record, query| {
            let last = query.seconds::<Convergence>(record).last()?;
            Some(query.of_dataset(last).map(|counts| f64::from(counts.diverged)).sum())
        },
    },
    // From the end of the last fault until every copy with power has what any had then or something later, or all are the same: where a policy says what
    // stays it need not be the latest. Of several datasets the longest.
    Metric {
        id: "converge-time",
        title: "until copies agreed, after the last fault",
        unit: Unit::Seconds,
        filters: &[Filter::Dataset],
        of: |record, query| {
            let sets = record.live::<Convergence>()?.sets.iter().enumerate();
            let asked = sets.filter(|(dataset, _)| query.asks_about(*dataset as u16));
            let took = asked.filter_map(|(_, set)| Some(set.as_ref()?.healing.as_ref()?.took()));
            took.reduce(f64::max)
        },
    },
    // At the end of the window: kept on some disk for a replica that was not reached.
    Metric {
        id: "hints-pending",
        title: "hints not handed over",
        unit: Unit::Count,
        filters: &[Filter::Dataset, Filter::Window],
        of: |record, query| {
            let last = query.seconds::<Convergence>(record).last()?;
            Some(query.of_dataset(last).map(|counts| f64::from(counts.hints)).sum())
        },
    },
];

/// At the end of a second.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counts {
    diverged: u32,
    hints: u32,
}

/// By dataset, if nobody leads it.
#[derive(Clone, Debug)]
pub(crate) struct Convergence {
    sets: Vec<Option<Set>>,
    /// Regions with power.
    powered: Sites,
    regions: usize,
    /// Faults in force.
    faults: FlatSet<u32>,
    /// By request and step, if any deletes: whether it does. And which writes do.
    deleting: Vec<Vec<bool>>,
    deletions: Numbers,
}

/// What is known of a dataset.
#[derive(Clone, Debug)]
struct Set {
    /// Who is to keep a key, by its number modulo as many as there are.
    homes: Vec<Sites>,
    merged: bool,
    /// By region and key, where copies are not merged: the stamp of what is stored; 0 is nothing.
    stamps: Vec<Vec<u64>>,
    /// There, of the copies whose last is a deletion, see [`copy_of`].
    deleted: TreeMap<()>,
    /// Where they are, of each copy of a key, see [`copy_of`]: of which author it has how much.
    copies: TreeMap<Has>,
    /// By key: when a copy was changed last.
    keys: Vec<When>,
    /// Seconds and the keys that were changed in them, oldest first.
    changed: VecDeque<(u64, u32)>,
    /// Quiet keys whose copies differ.
    diverged: TreeMap<()>,
    /// What disks keep for others: by region, key and whom it is for.
    hints: TreeMap<FlatSet<(u16, u16)>>,
    kept: u32,
    /// Somebody lacked something in the second that is over, and in the one under way.
    lacking: bool,
    lacks: bool,
    healing: Option<Healing>,
    /// Seconds that are over.
    second: u64,
}

/// Of which author how much; of nobody a stamp, where copies are not merged.
type Has = FlatMap<Author, u64>;

/// What had parted when a fault ended.
#[derive(Clone, Debug)]
struct Healing {
    since: Time,
    /// By key on which copies differed: what any of them had.
    open: TreeMap<Has>,
    /// When the last was everywhere.
    done: Option<Time>,
}

impl Healing {
    /// How long it took, seconds; beyond all time if it is not over.
    fn took(&self) -> f64 {
        self.done.map_or(f64::INFINITY, |done| (done - self.since).as_secs_f64())
    }
}

/// Keys whose copies differ for good.
pub(super) struct Diverged {
    pub(super) keys: u32,
    /// The first of them, when it was changed last, and the regions whose copies lack something of it.
    pub(super) first: Option<(u32, When, Vec<u16>)>,
    /// A fault is in force, or somebody lacks something or something is kept for others.
    pub(super) open: bool,
}

/// Under which number the copy of a key in a region stands among all of them.
fn copy_of(region: u16, key: u32) -> u64 {
    u64::from(region) << 32 | u64::from(key)
}

impl Family for Convergence {
    /// By dataset.
    type Second = Box<[Counts]>;

    fn new(facts: &Facts) -> Convergence {
        let set = |dataset: usize| Set {
            homes: facts.homes[dataset].clone(),
            merged: facts.apart[dataset] == Apart::All,
            stamps: vec![Vec::new(); facts.regions],
            deleted: TreeMap::new(),
            copies: TreeMap::new(),
            keys: Vec::new(),
            changed: VecDeque::new(),
            diverged: TreeMap::new(),
            hints: TreeMap::new(),
            kept: 0,
            lacking: false,
            lacks: false,
            healing: None,
            second: 0,
        };
        let sets = (0..facts.leaderless.len()).map(|dataset| facts.leaderless[dataset].then(|| set(dataset)));
        let (powered, regions) = (Sites::first(facts.regions), facts.regions);
        let deletes = facts.deletes.iter().any(|deletes| *deletes);
        let deleting = if deletes { facts.deleting() } else { Vec::new() };
        let (faults, deletions) = (FlatSet::new(), Numbers::default());
        Convergence { sets: sets.collect(), powered, regions, faults, deleting, deletions }
    }

    fn users(&mut self, _: Time, _: u64, fact: &users::Fact) {
        if let users::Fact::OperationStarted(info) = fact {
            let steps = self.deleting.get(usize::from(info.request));
            if steps.and_then(|steps| steps.get(usize::from(info.step))) == Some(&true) {
                self.deletions.add(info.write);
            }
        }
    }

    fn data(&mut self, at: Time, event: u64, fact: &data::Fact) {
        let powered = self.powered;
        match *fact {
            data::Fact::Replica { dataset, region, fact } => {
                if let Some(set) = &mut self.sets[usize::from(dataset)] {
                    if let Fact::Stored { write, key, .. } = fact {
                        set.leaves(region, key.0, self.deletions.contain(write.0));
                    }
                    set.on_fact(When { at, event }, region, &fact, powered);
                }
            }
            data::Fact::StreamGauge { dataset, entries, .. } if entries > 0 => {
                self.sets[usize::from(dataset)].iter_mut().for_each(|set| set.lacks = true);
            }
            _ => {}
        }
    }

    fn faults(&mut self, at: Time, event: u64, fact: &faults::Fact) {
        match *fact {
            faults::Fact::RegionDown { region, disks_lost } => {
                self.powered.remove(region);
                let powered = self.powered;
                for set in self.sets.iter_mut().flatten() {
                    set.on_down(When { at, event }, region, disks_lost, powered);
                }
            }
            faults::Fact::RegionUp { region } => {
                self.powered.insert(region);
                self.heals(When { at, event });
            }
            faults::Fact::FaultStarted { fault, .. } => _ = self.faults.insert(fault),
            faults::Fact::FaultEnded { fault } => {
                self.faults.remove(&fault);
                self.heals(When { at, event });
            }
        }
    }

    fn end_second(&mut self) -> Box<[Counts]> {
        let powered = self.powered;
        let end = |set: &mut Option<Set>| set.as_mut().map_or(Counts::default(), |set| set.end_second(powered));
        self.sets.iter_mut().map(end).collect()
    }

    fn weight(&self) -> usize {
        let weight = |set: &Set| {
            let stamps: usize = set.stamps.iter().map(Vec::len).sum();
            stamps * 8
                + set.deleted.len() * 16
                + set.copies.len() * 64
                + set.keys.len() * size_of::<When>()
                + set.changed.len() * 16
        };
        self.sets.iter().flatten().map(weight).sum()
    }
}

impl Convergence {
    /// A fault has ended, or a region has power again.
    fn heals(&mut self, when: When) {
        let powered = self.powered;
        self.sets.iter_mut().flatten().for_each(|set| set.heals(when, powered));
    }

    /// The keys of a dataset whose copies differ for good, if nobody leads it.
    pub(super) fn of(&self, dataset: u16) -> Option<Diverged> {
        let set = self.sets[usize::from(dataset)].as_ref()?;
        let changed = |key: u64| Some((key, *set.keys.get(key as usize)?));
        let first = set.diverged.iter().filter_map(|(key, ())| changed(key)).min_by_key(|(key, when)| (when.at, *key));
        let first = first.map(|(key, when)| {
            let all = set.all(key as u32, self.powered);
            let lacks = |region: &u16| !set.reaches(*region, key as u32, &all);
            (key as u32, when, set.powered(key as u32, self.powered).iter().filter(lacks).collect())
        });
        let dark = self.powered != Sites::first(self.regions);
        let open = dark || self.faults.iter().next().is_some() || set.lacking || set.kept > 0;
        Some(Diverged { keys: set.diverged.len() as u32, first, open })
    }
}

impl Set {
    /// The regions with power that are to keep a copy of a key.
    fn powered(&self, key: u32, powered: Sites) -> Sites {
        let homes = self.homes[key as usize % self.homes.len()];
        homes.iter().filter(|region| powered.contains(*region)).collect()
    }

    /// How much of an author a copy of a key has, or what it stores.
    fn upto(&self, region: u16, key: u32, author: &Author) -> u64 {
        let stamp = match self.merged {
            true => self.copies.get(copy_of(region, key)).and_then(|copy| copy.get(author)),
            false => self.stamps[usize::from(region)].get(key as usize),
        };
        stamp.copied().unwrap_or(0)
    }

    fn store(&mut self, region: u16, key: u32, author: Author, stamp: u64) {
        if self.merged {
            self.copies.get_or_default(copy_of(region, key)).insert(author, stamp);
            return;
        }
        let (stamps, place) = (&mut self.stamps[usize::from(region)], key as usize);
        stamps.resize(stamps.len().max(place + 1), 0);
        // Also what is older than what was there: its disk forgot the deletion of it.
        stamps[place] = stamp;
    }

    /// A copy of a key is what a deletion left, or a value.
    fn leaves(&mut self, region: u16, key: u32, nothing: bool) {
        if nothing {
            self.deleted.insert(copy_of(region, key), ());
        } else if !self.deleted.is_empty() {
            self.deleted.remove(copy_of(region, key));
        }
    }

    /// Whether a copy of a key holds nothing.
    fn is_empty(&self, region: u16, key: u32) -> bool {
        self.deleted.get(copy_of(region, key)).is_some() || self.upto(region, key, &Author::default()) == 0
    }

    /// What any copy with power has of a key.
    fn all(&self, key: u32, powered: Sites) -> Has {
        let mut all = Has::new();
        for region in self.powered(key, powered).iter() {
            let authors = self.copies.get(copy_of(region, key)).into_iter().flat_map(Has::keys).copied();
            let nobody = (!self.merged).then(Author::default);
            for author in authors.chain(nobody) {
                let known = all.get_or_default(author);
                *known = self.upto(region, key, &author).max(*known);
            }
        }
        all
    }

    /// Whether a copy has so much of a key.
    fn reaches(&self, region: u16, key: u32, all: &Has) -> bool {
        all.iter().all(|(author, stamp)| self.upto(region, key, author) >= *stamp)
    }

    /// Whether all copies with power of a key are the same.
    fn agree(&self, key: u32, powered: Sites) -> bool {
        let empty = |region| self.is_empty(region, key);
        self.everywhere(key, &self.all(key, powered), powered)
            || !self.merged && self.powered(key, powered).iter().all(empty)
    }

    /// Whether every copy with power has so much of a key.
    fn everywhere(&self, key: u32, all: &Has, powered: Sites) -> bool {
        self.powered(key, powered).iter().all(|region| self.reaches(region, key, all))
    }

    fn on_fact(&mut self, when: When, region: u16, fact: &Fact, powered: Sites) {
        let (key, author, stamp) = match *fact {
            Fact::Stored { key, version, .. } => (key.0, Author::default(), version.lsn),
            Fact::Changed { key, author, at, .. } => (key.0, author, at.lsn),
            Fact::Merged { key, author, upto, .. } => (key.0, author, upto.lsn),
            Fact::Hinted { to, key, .. } => {
                self.kept += u32::from(self.hints.get_or_default(key.0.into()).insert((region, to.0)));
                return self.key(key.0, when);
            }
            Fact::HandedOff { to, key } | Fact::HintDropped { to, key } => {
                let hints = self.hints.get_mut(key.0.into());
                self.kept -= u32::from(hints.is_some_and(|hints| hints.remove(&(region, to.0))));
                return;
            }
            _ => return,
        };
        self.store(region, key, author, stamp);
        self.key(key, when);
        self.see(when.at, key, powered);
    }

    /// A copy of a key has changed, or is to.
    fn key(&mut self, key: u32, when: When) {
        let second = self.second;
        let (place, never) = (key as usize, When { at: Time::ZERO, event: 0 });
        self.keys.resize(self.keys.len().max(place + 1), never);
        self.keys[place] = when;
        if self.changed.back() != Some(&(second, key)) {
            self.changed.push_back((second, key));
        }
        self.diverged.remove(key.into());
    }

    /// Whether what had parted of a key is everywhere now.
    fn see(&mut self, at: Time, key: u32, powered: Sites) {
        let Some(healing) = &self.healing else { return };
        let Some(all) = healing.open.get(key.into()) else { return };
        if (self.everywhere(key, all, powered) || self.agree(key, powered))
            && let Some(healing) = &mut self.healing
        {
            healing.open.remove(key.into());
            healing.done = healing.done.or(healing.open.is_empty().then_some(at));
        }
    }

    /// All that is known has to be looked at anew.
    fn heals(&mut self, when: When, powered: Sites) {
        let mut open = TreeMap::new();
        for key in 0..self.keys.len() as u32 {
            if !self.agree(key, powered) {
                open.insert(key.into(), self.all(key, powered));
            }
        }
        let done = open.is_empty().then_some(when.at);
        self.healing = Some(Healing { since: when.at, open, done });
        self.look_again();
    }

    /// Whether quiet keys differ may be otherwise now.
    fn look_again(&mut self) {
        let second = self.second;
        self.changed.extend((0..self.keys.len() as u32).map(|key| (second, key)));
    }

    fn on_down(&mut self, when: When, region: u16, disks_lost: bool, powered: Sites) {
        if disks_lost {
            self.stamps[usize::from(region)].clear();
            self.copies.change(copy_of(region, 0)..=copy_of(region, u32::MAX), |_, has| *has = Has::new());
            let kept = &mut self.kept;
            self.hints.change(0..=u64::MAX, |_, hints| {
                let lost: Vec<(u16, u16)> = hints.iter().copied().filter(|(of, _)| *of == region).collect();
                lost.iter().for_each(|hint| *kept -= u32::from(hints.remove(hint)));
            });
        }
        let open: Vec<u64> = self.healing.iter().flat_map(|healing| healing.open.iter()).map(|(key, _)| key).collect();
        open.into_iter().for_each(|key| self.see(when.at, key as u32, powered));
        self.look_again();
    }

    fn end_second(&mut self, powered: Sites) -> Counts {
        self.second += 1;
        self.lacking = std::mem::take(&mut self.lacks);
        let over = Span::from_secs(QUIET);
        let now = Time::ZERO + Span::from_secs(self.second);
        while let Some((_, key)) = self.changed.pop_front_if(|(second, _)| *second + QUIET < self.second) {
            let quiet = self.keys[key as usize].at + over <= now;
            if quiet && !self.agree(key, powered) {
                self.diverged.insert(key.into(), ());
            } else if quiet {
                self.diverged.remove(key.into());
            }
        }
        Counts { diverged: self.diverged.len() as u32, hints: self.kept }
    }
}
