//! What clients are shown of data whose copies are merged, against what they may expect.
//!
//! A merged copy has no place in one order of all: it contains some changes and not others. A read is stale if it does not show a change
//! that was confirmed before it began; a client misses its own write, or goes backwards, if it is not shown what it wrote or was shown
//! before. What a copy contained when it was read follows from what its replica stated until then; where whoever answers merges what several copies
//! contain, it states what that is.

use super::causes::{Causes, HeardOf};
use super::history::operation;
use super::record::Facts;
use crate::trace::{Ending, OperationInfo, OperationKind, data};
use check::Operation;
use engine::{FlatMap, Time, TreeMap};
use protocol::{Apart, Fact, Version};
use std::collections::VecDeque;
use values::Author;

/// Which changes of a key somebody has: of each author up to which stamp.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Known(FlatMap<Author, u64>);

impl Known {
    fn add(&mut self, author: Author, upto: u64) {
        let known = self.0.get_or_default(author);
        *known = upto.max(*known);
    }

    fn merge(&mut self, other: &Known) {
        other.0.iter().for_each(|(author, upto)| self.add(*author, *upto));
    }

    fn covers(&self, other: &Known) -> bool {
        other.0.iter().all(|(author, upto)| self.0.get(author).is_some_and(|known| known >= upto))
    }
}

/// What is known of all datasets whose copies are merged.
#[derive(Clone, Debug)]
pub(super) struct Knowledge {
    /// By dataset.
    sets: Vec<Option<Set>>,
    /// By slot: the operations under way.
    under_way: Vec<Option<UnderWay>>,
    /// By slot: what its client has written and was shown, where nobody comes back in another slot.
    sessions: Vec<Session>,
    /// The same of those who do, by the number of the client, and by [`person`] what each has written in all of their sessions.
    kept: TreeMap<Session>,
    /// By write under way: each time that it was executed.
    executed: TreeMap<Vec<(Author, u64)>>,
}

/// What is known of a dataset.
#[derive(Clone, Debug, Default)]
struct Set {
    /// So many of the most popular keys are recorded.
    recorded: u32,
    /// By region and key that was changed ([`copy_of`]), or answered with ([`answer_of`]).
    copies: TreeMap<Contents>,
    /// Those of them that have changed of late, each once.
    changed: Vec<u64>,
    /// By key: the changes that clients have the confirmation of.
    confirmed: TreeMap<Known>,
    /// What came before its changes, where that is judged.
    causes: Option<Causes>,
    shown: Shown,
}

/// What clients were not shown that they knew.
#[derive(Clone, Debug, Default)]
pub(super) struct Shown {
    /// What they had written.
    pub(super) missed: Missed,
    /// What they had written in any of their sessions, where people are told apart from them.
    pub(super) by_user: Missed,
    /// What they had read.
    pub(super) backwards: Missed,
    /// What they had heard of from others, or themselves.
    pub(super) causes: Missed,
}

/// What a copy of a key contains: what it did before all operations that are under way began, and what came since.
#[derive(Clone, Debug, Default)]
struct Contents {
    before: Known,
    since: VecDeque<Step>,
}

/// A change of a copy.
#[derive(Clone, Copy, Debug)]
struct Step {
    at: Time,
    /// The copy's stamp with it.
    version: Version,
    /// What it has since then; none if there is nothing of what was: its disk was lost, or another answer begins.
    has: Option<(Author, u64)>,
}

/// An operation under way.
#[derive(Clone, Debug)]
struct UnderWay {
    began: Time,
    expected: Known,
}

/// What a client knows, key by key.
#[derive(Clone, Debug, Default)]
struct Session {
    process: u64,
    /// Whose it is, where people are told apart from their sessions.
    user: Option<u32>,
    /// Of a person the last session on each device.
    devices: Vec<u64>,
    wrote: FlatMap<(u16, u32), (Known, Operation)>,
    read: FlatMap<(u16, u32), (Known, Operation)>,
    /// By dataset.
    heard: FlatMap<u16, HeardOf>,
}

/// Under which number the copy of a key in a region stands among all of them.
fn copy_of(region: u16, key: u32) -> u64 {
    u64::from(region) << 32 | u64::from(key)
}

/// The same for what whoever answers there has shown of the key, put together from several copies.
fn answer_of(region: u16, key: u32) -> u64 {
    1 << 63 | copy_of(region, key)
}

/// Under which number a person stands among the sessions; clients have lower ones.
fn person(user: u32) -> u64 {
    1 << 63 | u64::from(user)
}

impl Session {
    /// A write of a key was confirmed.
    fn note(&mut self, of: (u16, u32), (author, stamp): (Author, u64), this: &Operation) {
        let (known, last) = self.wrote.get_or_insert_with(of, || (Known::default(), this.clone()));
        known.add(author, stamp);
        *last = this.clone();
    }

    /// The last write of a key in this session, unless all of its writes of it were shown.
    fn missed(&self, of: (u16, u32), shown: &Known) -> Option<&Operation> {
        let (_, earlier) = self.wrote.get(&of).filter(|(wrote, _)| !shown.covers(wrote))?;
        Some(earlier)
    }
}

/// How often clients were not shown what they knew, and the first time.
#[derive(Clone, Debug, Default)]
pub(super) struct Missed {
    pub(super) count: u32,
    /// What the client knew by, and what did not show it.
    pub(super) first: Option<(Operation, Operation)>,
}

impl Missed {
    fn add(&mut self, earlier: &Operation, later: &Operation) {
        self.count += 1;
        self.first.get_or_insert_with(|| (earlier.clone(), later.clone()));
    }
}

impl Contents {
    fn step(known: &mut Known, step: &Step) {
        match step.has {
            Some((author, upto)) => known.add(author, upto),
            None => *known = Known::default(),
        }
    }

    /// What it contained under this stamp.
    fn as_of(&self, version: Version) -> Known {
        let mut known = self.before.clone();
        let steps = self.since.iter().rposition(|step| step.version == version).map_or(0, |last| last + 1);
        self.since.iter().take(steps).for_each(|step| Contents::step(&mut known, step));
        known
    }

    /// Forgets when what is older came to it.
    fn forget(&mut self, until: Time) {
        while let Some(step) = self.since.pop_front_if(|step| step.at < until) {
            Contents::step(&mut self.before, &step);
        }
    }
}

impl Knowledge {
    pub(super) fn new(facts: &Facts) -> Knowledge {
        let set = |((apart, (_, recorded)), judges): ((&Apart, &(u32, u32)), &bool)| {
            let causes = judges.then(Causes::default);
            (*apart == Apart::All).then(|| Set { recorded: *recorded, causes, ..Set::default() })
        };
        Knowledge {
            sets: facts.apart.iter().zip(&facts.keys).zip(&facts.judges_causes).map(set).collect(),
            under_way: Vec::new(),
            sessions: Vec::new(),
            kept: TreeMap::new(),
            executed: TreeMap::new(),
        }
    }

    /// What readers of a dataset were not shown.
    pub(super) fn missed(&self, dataset: u16) -> Option<&Shown> {
        self.sets[usize::from(dataset)].as_ref().map(|set| &set.shown)
    }

    /// A session begins that outlives its client, and the one before it on the same device has ended.
    pub(super) fn on_session(&mut self, process: u64, user: u32, device: u32) {
        if self.sets.iter().any(Option::is_some) {
            self.kept.insert(process, Session { process, user: Some(user), ..Session::default() });
            let devices = &mut self.kept.get_or_default(person(user)).devices;
            devices.resize(devices.len().max(device as usize), 0);
            let before = std::mem::replace(&mut devices[device as usize - 1], process);
            self.kept.remove(before);
        }
    }

    pub(super) fn on_started(&mut self, info: &OperationInfo) {
        let Some(dataset) = info.dataset else { return };
        let Some(set) = self.sets[usize::from(dataset)].as_mut() else { return };
        let slot = info.slot as usize;
        if self.under_way.len() <= slot {
            self.under_way.resize(slot + 1, None);
            self.sessions.resize_with(slot + 1, Session::default);
        }
        let expected = set.confirmed.get(info.key.into()).cloned().unwrap_or_default();
        self.under_way[slot] = Some(UnderWay { began: info.invoked, expected });
        if info.kind == OperationKind::Write {
            self.executed.insert(info.write, Vec::new());
        }
        if self.sessions[slot].process != info.process && self.kept.get(info.process).is_none() {
            self.sessions[slot] = Session { process: info.process, ..Session::default() };
        }
        if let Some(causes) = set.causes.as_mut().filter(|_| info.kind == OperationKind::Write) {
            let session = self.kept.get_mut(info.process).unwrap_or(&mut self.sessions[slot]);
            causes.on_begun(info.write, session.heard.get_or_default(dataset));
        }
    }

    /// An operation has ended. Whether it has read less than was confirmed when it began; none if the dataset's copies are not merged.
    pub(super) fn on_ended(&mut self, at: Time, info: &OperationInfo, ending: &Ending) -> Option<bool> {
        let dataset = info.dataset?;
        let Knowledge { sets, under_way, sessions, kept, executed } = self;
        let set = sets[usize::from(dataset)].as_mut()?;
        let began = under_way.get_mut(info.slot as usize)?.take()?;
        let made = executed.remove(info.write).unwrap_or_default();
        set.causes.iter_mut().for_each(|causes| causes.on_over(info.write));
        if ending.error.is_some() {
            return Some(false);
        }
        let session = kept.get_mut(info.process).unwrap_or(&mut sessions[info.slot as usize]);
        let of = (dataset, info.key);
        let this = operation(info, Some(ending.read), Some(at)).filter(|_| info.key < set.recorded);
        if info.kind == OperationKind::Write {
            let (author, stamp) = made.into_iter().find(|(_, stamp)| *stamp == ending.version.lsn)?;
            set.confirmed.get_or_default(info.key.into()).add(author, stamp);
            if let Some(this) = this {
                session.note(of, (author, stamp), &this);
                if set.causes.is_some() {
                    session.heard.get_or_default(dataset).hear((info.key, author, stamp), &this);
                }
                let user = session.user;
                let of_user = user.and_then(|user| kept.get_mut(person(user)));
                of_user.into_iter().for_each(|all| all.note(of, (author, stamp), &this));
            }
            return Some(false);
        }
        let (answer, copy) = (answer_of(ending.served_by, info.key), copy_of(ending.served_by, info.key));
        let copy = set.copies.get(answer).or_else(|| set.copies.get(copy)).filter(|_| ending.version != Version::NONE);
        let shown = copy.map(|copy| copy.as_of(ending.version)).unwrap_or_default();
        let stale = !shown.covers(&began.expected);
        if let Some(this) = this {
            if let Some(earlier) = session.missed(of, &shown) {
                set.shown.missed.add(earlier, &this);
            }
            if let Some((_, earlier)) = session.read.get(&of).filter(|(read, _)| !shown.covers(read)) {
                set.shown.backwards.add(earlier, &this);
            }
            let (read, last) = session.read.get_or_insert_with(of, || (Known::default(), this.clone()));
            read.merge(&shown);
            *last = this.clone();
            if let Some(causes) = &set.causes {
                let heard = session.heard.get_or_default(dataset);
                let lacks = causes.on_read(heard, info.key, &shown.0, &this);
                lacks.into_iter().for_each(|earlier| set.shown.causes.add(&earlier, &this));
            }
            let user = session.user;
            let of_user = user.and_then(|user| kept.get(person(user)));
            if let Some(earlier) = of_user.and_then(|all| all.missed(of, &shown)) {
                set.shown.by_user.add(earlier, &this);
            }
        }
        Some(stale)
    }

    pub(super) fn on_data(&mut self, at: Time, fact: &data::Fact) {
        let data::Fact::Replica { dataset, region, fact } = *fact else { return };
        let Some(set) = &mut self.sets[usize::from(dataset)] else { return };
        if let Fact::Changed { write, author, at: stamp, .. } | Fact::Coordinated { write, author, at: stamp, .. } =
            fact
            && let Some(executed) = self.executed.get_mut(write.0)
        {
            executed.push((author, stamp.lsn));
        }
        let (of, version, has) = match fact {
            Fact::Changed { write, key, author, at: stamp, version, .. } => {
                if let Some(causes) = set.causes.as_mut().filter(|_| key.0 < set.recorded) {
                    causes.on_changed(write.0, (key.0, author, stamp.lsn));
                }
                (copy_of(region, key.0), version, (author, stamp.lsn))
            }
            Fact::Merged { key, version, author, upto } if version != Version::NONE => {
                (copy_of(region, key.0), version, (author, upto.lsn))
            }
            Fact::Shown { key, version, author, upto } => (answer_of(region, key.0), version, (author, upto.lsn)),
            _ => return,
        };
        let copy = set.copies.get_or_default(of);
        if copy.since.is_empty() {
            set.changed.push(of);
        }
        // An answer has nothing of those before it.
        if matches!(fact, Fact::Shown { .. }) && copy.since.back().is_none_or(|last| last.version != version) {
            copy.since.push_back(Step { at, version, has: None });
        }
        copy.since.push_back(Step { at, version, has: Some(has) });
    }

    /// The disk of a region is lost.
    pub(super) fn on_disk_lost(&mut self, at: Time, region: u16) {
        for set in self.sets.iter_mut().flatten() {
            let Set { copies, changed, .. } = set;
            copies.change(copy_of(region, 0)..=copy_of(region, u32::MAX), |of, copy| {
                if copy.since.is_empty() {
                    changed.push(of);
                }
                copy.since.push_back(Step { at, version: Version::NONE, has: None });
            });
        }
    }

    /// A second is over: of what every operation under way may be told alike, only that is kept.
    pub(super) fn end_second(&mut self) {
        let oldest = self.under_way.iter().flatten().map(|under_way| under_way.began).min();
        let oldest = oldest.unwrap_or(Time::MAX);
        for set in self.sets.iter_mut().flatten() {
            let Set { copies, changed, .. } = set;
            changed.retain(|of| {
                let Some(copy) = copies.get_mut(*of) else { return false };
                copy.forget(oldest);
                !copy.since.is_empty()
            });
        }
    }

    /// About how many bytes a clone takes.
    pub(super) fn weight(&self) -> usize {
        let copies = self.sets.iter().flatten().map(|set| set.copies.len()).sum::<usize>();
        let sessions = self
            .sessions
            .iter()
            .chain(self.kept.values())
            .map(|session| session.wrote.len() + session.read.len())
            .sum::<usize>();
        let causes = self.sets.iter().flatten().flat_map(|set| &set.causes).map(Causes::weight).sum::<usize>();
        causes + copies * size_of::<Contents>() * 4 + sessions * size_of::<Operation>() * 2
    }
}
