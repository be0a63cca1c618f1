//! Which elements sets and carts have, against what clients were told was added and removed. D9.
//!
//! Of changes that did not know each other either may win. So an element is rightly there as long as somebody added it of whom nobody knew who was told
//! that it is removed, and rightly gone if nobody was told that it is added, or somebody removed it of whom nobody knew who was told that. Where copies
//! are merged, a change knew what its copy had when it was asked for; elsewhere it knew what was over by then. What removes for good needs not be known.
//! A key is judged when all its copies with power have the same, nobody lacks anything, of what copies without power have neither, and nobody is changing
//! it; and not while something may be under way from a region that has just lost its power.

use super::convergence::QUIET;
use super::metric::{Filter, Metric, Query, Unit};
use super::record::{Facts, Family, Record, When};
use crate::sites::Sites;
use crate::trace::data::TOLD;
use crate::trace::{Ending, OperationInfo, OperationKind, data, faults, users};
use engine::{FlatMap, Time, TreeMap};
use protocol::{Apart, Fact};
use values::{Author, Change, Kind, Verb};

pub(super) const METRICS: &[Metric] = &[
    // Once all copies agree and nobody lacks anything: each anew that was right in between.
    Metric {
        id: "elements-wrong",
        title: "elements gone, or back again",
        unit: Unit::Count,
        filters: &[Filter::Dataset, Filter::Window],
        of: |record: &dyn Record, query: &Query| {
            let found = query.seconds::<Elements>(record).iter().flat_map(|second| query.of_dataset(second));
            Some(found.map(|wrong| f64::from(*wrong)).sum())
        },
    },
];

/// By dataset whose keys hold elements, if nobody leads it: in one order each is there that was added last.
#[derive(Clone, Debug)]
pub(crate) struct Elements {
    sets: Vec<Option<Set>>,
    /// By request and step.
    changes: Vec<Vec<Option<Change>>>,
    /// Regions with power.
    powered: Sites,
    /// Seconds that are over, and by how many what was under way from regions that have lost their power has come.
    second: u64,
    quiet: u64,
}

/// What is known of a dataset.
#[derive(Clone, Debug)]
struct Set {
    /// The elements that steps name, as many as copies say that they have, and how many more are named.
    names: Vec<u16>,
    more: usize,
    holders: Sites,
    merged: bool,
    /// What is removed is so for good.
    for_good: bool,
    keys: TreeMap<Keyed>,
    /// By write: changes under way, and those of unknown outcome.
    asked: TreeMap<Asked>,
    /// Keys that are still to be judged, each once.
    open: Vec<u32>,
    /// Who lacks something in the second under way.
    behind: Sites,
    /// Keys were judged.
    judged: bool,
    count: u32,
    first: Option<Wrong>,
    /// In the second under way.
    wrong: u32,
}

/// By author the stamp of a change; where copies are not merged, nobody's and a time.
type Stamps = FlatMap<Author, u64>;

/// What is known of a key.
#[derive(Clone, Debug, Default)]
struct Keyed {
    copies: FlatMap<u16, Copied>,
    /// By place of the element in the list of names.
    elements: FlatMap<u8, Element>,
    /// Changes under way.
    under_way: u32,
    /// It is among those to be judged.
    listed: bool,
    /// A change was made again after its end, so that nobody knows what it undid.
    unsure: bool,
    /// Elements that are wrong, one bit each.
    wrong: u64,
}

/// A region's copy of a key.
#[derive(Clone, Debug, Default)]
struct Copied {
    /// Up to which change of each author it goes.
    has: Stamps,
    /// Its elements, one bit each.
    held: u64,
    /// When each came or went last.
    turned: FlatMap<u8, When>,
}

/// What was done to an element.
#[derive(Clone, Debug, Default)]
struct Element {
    added: Side,
    removed: Side,
}

/// All that added it, or all that removed it.
#[derive(Clone, Debug, Default)]
struct Side {
    /// The last of each author.
    made: Stamps,
    /// Up to which of them somebody knew of the other side who was told that it is done.
    known: Stamps,
    /// The last that a client was told of.
    told: Option<Told>,
}

/// A change that a client was told of.
#[derive(Clone, Copy, Debug)]
pub(super) struct Told {
    pub(super) when: When,
    pub(super) operation: OperationInfo,
}

/// A change that a client has asked for.
#[derive(Clone, Debug)]
struct Asked {
    /// By its place in the list of names; none of one that is not told of.
    element: Option<u8>,
    adds: bool,
    /// By region: what its copy had then.
    saw: FlatMap<u16, Stamps>,
    /// By whom it was made.
    by: Option<u16>,
}

/// An element that is there, or is not, against all that clients were told.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wrong {
    /// When the last copy came to have it, or to have it no longer, or when somebody was told later that it is otherwise.
    pub(super) when: When,
    pub(super) key: u32,
    pub(super) element: u16,
    /// Whether it is there.
    pub(super) there: bool,
    /// Who was told last that it is added, and removed.
    pub(super) added: Option<Told>,
    pub(super) removed: Option<Told>,
}

fn raise(stamps: &mut Stamps, author: Author, stamp: u64) {
    let known = stamps.get_or_default(author);
    *known = stamp.max(*known);
}

impl Side {
    /// Whether some of them nobody knew.
    fn unknown(&self) -> bool {
        self.made.iter().any(|(author, stamp)| *stamp > self.known.get(author).copied().unwrap_or(0))
    }
}

impl Element {
    fn side(&mut self, adds: bool) -> (&mut Side, &mut Side) {
        if adds { (&mut self.added, &mut self.removed) } else { (&mut self.removed, &mut self.added) }
    }

    /// Whether it may be there, or may not.
    fn is_right(&self, there: bool, for_good: bool) -> bool {
        match there {
            true => self.added.unknown(),
            false => self.added.told.is_none() || self.removed.unknown() || for_good && !self.removed.made.is_empty(),
        }
    }
}

impl Keyed {
    /// The elements that all copies of these regions have, if they have the same, and no copy anywhere has a change that one of them lacks.
    fn agreed(&self, holders: &[u16]) -> Option<u64> {
        let copies = || holders.iter().map(|region| self.copies.get(region));
        let first = copies().next()?.map_or(0, |copy| copy.held);
        let mut all = Stamps::new();
        let has = self.copies.values().flat_map(|copy| copy.has.iter());
        has.for_each(|(author, stamp)| raise(&mut all, *author, *stamp));
        let reaches = |copy: Option<&Copied>| {
            let upto = |author: &Author| copy.and_then(|copy| copy.has.get(author)).copied().unwrap_or(0);
            all.iter().all(|(author, stamp)| upto(author) >= *stamp)
        };
        let same = |copy: Option<&Copied>| copy.map_or(0, |copy| copy.held) == first && reaches(copy);
        copies().all(same).then_some(first)
    }
}

impl Family for Elements {
    /// By dataset.
    type Second = Box<[u32]>;

    fn new(facts: &Facts) -> Elements {
        let set = |dataset: usize| Set {
            names: facts.elements[dataset].iter().copied().take(TOLD).collect(),
            more: facts.elements[dataset].len().saturating_sub(TOLD),
            holders: facts.holders[dataset],
            merged: facts.apart[dataset] == Apart::All,
            for_good: facts.kinds[dataset] == Kind::TwoPhaseSet,
            keys: TreeMap::new(),
            asked: TreeMap::new(),
            open: Vec::new(),
            behind: Sites::NONE,
            judged: false,
            count: 0,
            first: None,
            wrong: 0,
        };
        let sets = (0..facts.elements.len()).map(|dataset| (!facts.elements[dataset].is_empty()).then(|| set(dataset)));
        let powered = Sites::first(facts.regions);
        Elements { sets: sets.collect(), changes: facts.changes.clone(), powered, second: 0, quiet: 0 }
    }

    fn users(&mut self, at: Time, event: u64, fact: &users::Fact) {
        match fact {
            users::Fact::OperationStarted(info) => {
                if let Some((set, change)) = self.changed(info) {
                    set.on_started(info, change);
                }
            }
            users::Fact::OperationEnded(info, ending) => {
                if let Some((set, _)) = self.changed(info) {
                    set.on_ended(When { at, event }, info, ending);
                }
            }
            _ => {}
        }
    }

    fn data(&mut self, at: Time, event: u64, fact: &data::Fact) {
        let (data::Fact::Replica { dataset, .. }
        | data::Fact::StreamGauge { dataset, .. }
        | data::Fact::Elements { dataset, .. }) = *fact
        else {
            return;
        };
        let Some(set) = &mut self.sets[usize::from(dataset)] else { return };
        match *fact {
            data::Fact::StreamGauge { to, entries, .. } if entries > 0 => set.behind.insert(to),
            data::Fact::Elements { region, key, held, .. } => set.on_elements(When { at, event }, region, key, held),
            data::Fact::Replica { region, fact: Fact::Changed { write, key, author, at, .. }, .. } => {
                set.on_changed(region, (write.0, key.0), author, at.lsn);
            }
            data::Fact::Replica { region, fact: Fact::Merged { key, author, upto, .. }, .. } => {
                let copy = set.keys.get_or_default(key.0.into()).copies.get_or_default(region);
                raise(&mut copy.has, author, upto.lsn);
                set.list(key.0);
            }
            _ => {}
        }
    }

    fn faults(&mut self, _: Time, _: u64, fact: &faults::Fact) {
        match *fact {
            faults::Fact::RegionDown { region, disks_lost } => {
                self.powered.remove(region);
                self.quiet = self.second + 1 + QUIET;
                self.sets.iter_mut().flatten().for_each(|set| set.on_power(region, disks_lost));
            }
            faults::Fact::RegionUp { region } => {
                self.powered.insert(region);
                self.sets.iter_mut().flatten().for_each(|set| set.on_power(region, false));
            }
            _ => {}
        }
    }

    fn end_second(&mut self) -> Box<[u32]> {
        self.second += 1;
        let (powered, quiet) = (self.powered, self.second >= self.quiet);
        let end = |set: &mut Option<Set>| set.as_mut().map_or(0, |set| set.end_second(powered, quiet));
        self.sets.iter_mut().map(end).collect()
    }

    fn weight(&self) -> usize {
        self.sets.iter().flatten().map(|set| set.keys.len() * 512 + set.asked.len() * 128).sum()
    }
}

impl Elements {
    /// The dataset that an operation changes an element of, and how.
    fn changed(&mut self, info: &OperationInfo) -> Option<(&mut Set, Change)> {
        let dataset = info.dataset.filter(|_| info.kind == OperationKind::Write)?;
        let change = (*self.changes.get(usize::from(info.request))?.get(usize::from(info.step))?)?;
        Some((self.sets[usize::from(dataset)].as_mut()?, change))
    }

    /// Whether keys of a dataset hold elements that can be judged, and whether any were.
    pub(super) fn judged(&self, dataset: u16) -> Option<bool> {
        self.sets[usize::from(dataset)].as_ref().map(|set| set.judged)
    }

    /// How many elements of a dataset are named beyond those that are judged.
    pub(super) fn unjudged(&self, dataset: u16) -> usize {
        self.sets[usize::from(dataset)].as_ref().map_or(0, |set| set.more)
    }

    /// How many elements of a dataset were wrong, and the first.
    pub(super) fn wrong(&self, dataset: u16) -> (u32, Option<Wrong>) {
        self.sets[usize::from(dataset)].as_ref().map_or((0, None), |set| (set.count, set.first))
    }
}

impl Set {
    /// It is to be judged.
    fn list(&mut self, key: u32) {
        let keyed = self.keys.get_or_default(key.into());
        if !std::mem::replace(&mut keyed.listed, true) {
            self.open.push(key);
        }
    }

    fn on_started(&mut self, info: &OperationInfo, change: Change) {
        let element = self.names.iter().position(|name| *name == change.what).map(|place| place as u8);
        let keyed = self.keys.get_or_default(info.key.into());
        keyed.under_way += 1;
        let saw = keyed.copies.iter().map(|(region, copy)| (*region, copy.has.clone())).collect();
        let asked = Asked { element, adds: change.verb == Verb::Insert, saw, by: None };
        self.asked.insert(info.write, asked);
    }

    fn on_ended(&mut self, when: When, info: &OperationInfo, ending: &Ending) {
        let Some(Asked { element, adds, saw, by }) = self.asked.get(info.write).cloned() else { return };
        let keyed = self.keys.get_or_default(info.key.into());
        keyed.under_way -= 1;
        let in_doubt = ending.error.is_some() && ending.may_have_happened;
        if let Some(element) = element {
            let (this, other) = keyed.elements.get_or_default(element).side(adds);
            if !self.merged && (in_doubt || ending.error.is_none()) {
                let over = if in_doubt { Time::MAX } else { when.at };
                raise(&mut this.made, Author::default(), over.as_nanos());
            }
            if ending.error.is_none() {
                this.told = Some(Told { when, operation: *info });
                let knew = by.and_then(|by| saw.get(&by)).cloned().unwrap_or_default();
                knew.iter().for_each(|(author, stamp)| raise(&mut other.known, *author, *stamp));
                if !self.merged {
                    raise(&mut other.known, Author::default(), info.invoked.as_nanos());
                }
            }
        }
        if !in_doubt {
            self.asked.remove(info.write);
        }
        self.list(info.key);
    }

    fn on_changed(&mut self, region: u16, (write, key): (u64, u32), author: Author, stamp: u64) {
        let keyed = self.keys.get_or_default(key.into());
        raise(&mut keyed.copies.get_or_default(region).has, author, stamp);
        match self.asked.get_mut(write) {
            Some(asked) => {
                asked.by = Some(region);
                let element = asked.element.map(|element| keyed.elements.get_or_default(element));
                element.into_iter().for_each(|of| raise(&mut of.side(asked.adds).0.made, author, stamp));
            }
            None => keyed.unsure = true,
        }
        self.list(key);
    }

    fn on_elements(&mut self, when: When, region: u16, key: u32, held: u64) {
        let copy = self.keys.get_or_default(key.into()).copies.get_or_default(region);
        let turned = std::mem::replace(&mut copy.held, held) ^ held;
        for element in (0..self.names.len() as u8).filter(|element| turned >> element & 1 == 1) {
            copy.turned.insert(element, when);
        }
        self.list(key);
    }

    /// The power or the disk of a region has changed.
    fn on_power(&mut self, region: u16, disks_lost: bool) {
        let keys: Vec<u64> = self.keys.iter().map(|(key, _)| key).collect();
        for key in keys {
            if disks_lost {
                self.keys.get_or_default(key).copies.remove(&region);
            }
            self.list(key as u32);
        }
    }

    /// Judges what can be. How many elements have become wrong in the second that is over.
    fn end_second(&mut self, powered: Sites, quiet: bool) -> u32 {
        let behind = std::mem::take(&mut self.behind);
        let holders: Vec<u16> = self.holders.iter().filter(|region| powered.contains(*region)).collect();
        let lacking = !quiet || holders.iter().any(|region| behind.contains(*region));
        for key in std::mem::take(&mut self.open) {
            let keyed = self.keys.get_or_default(key.into());
            match keyed.agreed(&holders).filter(|_| !lacking && keyed.under_way == 0) {
                Some(held) => {
                    keyed.listed = false;
                    self.judge(key, held, &holders);
                }
                None => self.open.push(key),
            }
        }
        std::mem::take(&mut self.wrong)
    }

    /// Judges a key of which every copy with power has these elements.
    fn judge(&mut self, key: u32, held: u64, holders: &[u16]) {
        let keyed = self.keys.get_or_default(key.into());
        self.judged = true;
        for (place, element) in keyed.elements.iter().filter(|_| !keyed.unsure) {
            let (bit, there) = (1 << place, held >> place & 1 == 1);
            if element.is_right(there, self.for_good) {
                keyed.wrong &= !bit;
            } else if keyed.wrong & bit == 0 {
                keyed.wrong |= bit;
                self.wrong += 1;
                self.count += 1;
                let (added, removed) = (element.added.told, element.removed.told);
                let turned = holders.iter().filter_map(|region| keyed.copies.get(region)?.turned.get(place).copied());
                let told = if there { removed } else { added }.map(|told| told.when);
                let Some(when) = turned.chain(told).max_by_key(|when| (when.at, when.event)) else { continue };
                let name = self.names[usize::from(*place)];
                self.first.get_or_insert(Wrong { when, key, element: name, there, added, removed });
            }
        }
    }
}
