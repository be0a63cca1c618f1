//! Judgements on the recorded history, the books and the leaderships.

use super::history::history_of;
use super::judging::{Examination, Examined, Judged, Judging, Proof};
use super::knowledge::Missed;
use super::reach::promised;
use super::record::{Broken, When};
use super::recorder::Recorder;
use super::witness::Missing;
use crate::names::Names;
use crate::summary::{Standing, VerdictLine, WitnessLine, WriteState, moment};
use crate::trace::OperationKind;
use check::{Guarantee, History, Operation, SessionViolation};
use engine::{FlatMap, Time};
use protocol::{Apart, Leadership, Property};
use std::ops::Range;
use std::sync::OnceLock;
use values::Kind;

impl Judging {
    /// Another piece. Whether that was the last.
    fn step(&mut self, of: &Recorder, names: &Names) -> bool {
        let dataset = self.dataset;
        if usize::from(dataset) >= of.facts.placement.len() {
            names.config.sharded.iter().for_each(|sharded| fold(&mut self.judged.lines, &sharded.shards));
            return true;
        }
        let Some(examination) = &mut self.examination else {
            self.examination = Some(Examination::begin(of, dataset, names));
            return false;
        };
        if let Some(seen) = examination.step(of) {
            of.judge_dataset(dataset, &seen, names, &mut self.judged);
            self.examination = None;
            self.dataset += 1;
        }
        false
    }
}

impl Recorder {
    /// The recorded history of a dataset.
    pub(crate) fn history(&self, dataset: u16) -> History {
        let recorded = self.tapes.history.of_dataset(dataset);
        history_of(recorded, self.open().filter(|info| info.dataset == Some(dataset)))
    }

    /// All judgements, dataset by dataset.
    pub(crate) fn verdicts(&self, names: &Names) -> Vec<VerdictLine> {
        self.judged(names).lines.clone()
    }

    /// The judgements, made once and kept until something else happens.
    pub(super) fn judged(&self, names: &Names) -> &Judged {
        self.judged.get_or_init(|| {
            let mut judging = Judging::default();
            while !judging.step(self, names) {}
            judging.judged
        })
    }

    /// Go on with the judgements until they are made or `stop` says so. Whether they are made.
    pub(crate) fn judge(&mut self, names: &Names, mut stop: impl FnMut() -> bool) -> bool {
        if self.judged.get().is_some() {
            return true;
        }
        let mut judging = self.judging.take().unwrap_or_default();
        while !judging.step(self, names) {
            if stop() {
                self.judging = Some(judging);
                return false;
            }
        }
        self.judged = OnceLock::from(judging.judged);
        true
    }

    /// Judge a dataset whose recorded history was looked through.
    fn judge_dataset(&self, dataset: u16, seen: &Examined, names: &Names, judged: &mut Judged) {
        let merging = self.facts.apart[usize::from(dataset)] == Apart::All;
        let knowledge = self.live.families.outcomes.knowledge().missed(dataset);
        let session = |guarantee| match (knowledge, guarantee) {
            (Some(known), Guarantee::ReadYourWrites) => self.missed_found(&known.missed, seen, Missing::Write, names),
            (Some(known), _) => self.missed_found(&known.backwards, seen, Missing::Read, names),
            (None, Guarantee::ReadYourWrites) => self.session_found(seen, guarantee, Missing::Write, names),
            (None, guarantee) => self.session_found(seen, guarantee, Missing::Read, names),
        };
        let by_user = || match knowledge {
            Some(known) => self.missed_found(&known.by_user, seen, Missing::WriteOfUser, names),
            None => self.violations_found(&seen.by_user.iter().collect::<Vec<_>>(), seen, Missing::WriteOfUser, names),
        };
        let happened = self.happened(dataset, names);
        let confirmed = self.confirmed(dataset);
        let mut broken = Broken::default();
        let leaderless = self.facts.leaderless[usize::from(dataset)];
        let leadership = if leaderless { Leadership::None } else { Leadership::Granted };
        let bounded = self.live.families.amounts.has_bounds(dataset);
        let unaccounted = self.live.families.amounts.unaccounted(dataset);
        let settled = self.live.families.convergence.of(dataset).is_some_and(|found| !found.open);
        let elements = self.live.families.elements.judged(dataset);
        let applies = |property: &Property| match property {
            Property::WithinBounds => bounded,
            Property::Accounted => self.live.families.amounts.counts(dataset),
            Property::Conserved => self.live.families.totals.of(dataset).is_some(),
            Property::ElementsAsTold => elements.is_some(),
            Property::Causal => self.facts.judges_causes[usize::from(dataset)],
            Property::ReadYourWritesAcrossSessions => self.facts.tells_people,
            Property::StaysDeleted => leaderless && !merging && self.facts.deletes[usize::from(dataset)],
            of => of.applies(leadership),
        };
        let unjudged = |property| match property {
            Property::NoLostUpdate if merging => Some("Copies are merged, and nothing of them is thrown away."),
            Property::Causal if self.facts.merges_answers[usize::from(dataset)] => {
                Some("Copies are merged, and what each change came after is not recorded.")
            }
            Property::Linearizable if merging && self.facts.merges_answers[usize::from(dataset)] => {
                Some("No register: of versions that did not know each other all are shown.")
            }
            Property::Linearizable if !self.is_register(dataset) => {
                Some("No register: each region changes what it has itself, so that no write follows on another.")
            }
            _ => None,
        };
        for property in Property::ALL.into_iter().filter(applies) {
            let found = match property {
                Property::NothingLost => self.lost_found(dataset, names),
                Property::Linearizable => self.linearizable_found(seen, names),
                Property::ReadYourWrites => session(Guarantee::ReadYourWrites),
                Property::ReadYourWritesAcrossSessions => by_user(),
                Property::MonotonicReads => session(Guarantee::MonotonicReads),
                Property::NoOutdatedLeader => self.outdated_found(dataset, names),
                Property::NoLostUpdate => self.lost_updates_found(dataset, names),
                Property::WithinBounds => self.beyond_found(dataset, names),
                Property::Accounted => self.unaccounted_found(dataset, names),
                Property::StaysDeleted => self.came_back_found(dataset, names),
                Property::Conserved => self.conserved_found(dataset, names),
                Property::ElementsAsTold => self.elements_found(dataset, names),
                Property::Causal => match knowledge {
                    Some(known) => self.missed_found(&known.causes, seen, Missing::Change, names),
                    None => self.causal_found(seen, names),
                },
                Property::Converged => self.diverged_found(dataset, names),
            };
            match property {
                Property::Linearizable => broken.not_linearizable = unjudged(property).is_none().then_some(found.count),
                Property::ReadYourWrites => broken.own_write_missed = found.count,
                Property::ReadYourWritesAcrossSessions => broken.missed_by_user = found.count,
                Property::MonotonicReads => broken.went_backwards = found.count,
                Property::NothingLost | Property::NoLostUpdate | Property::StaysDeleted | Property::Conserved => {}
                Property::NoOutdatedLeader
                | Property::WithinBounds
                | Property::Accounted
                | Property::ElementsAsTold
                | Property::Causal
                | Property::Converged => {}
            }
            let (tested, untested) = match property {
                Property::NothingLost
                | Property::NoLostUpdate
                | Property::NoOutdatedLeader
                | Property::Conserved
                | Property::WithinBounds => (confirmed, "No write was confirmed."),
                // What a disk knew of deletions is gone with it, and nobody can tell any more what comes back.
                Property::StaysDeleted if happened.disks_lost() => {
                    (false, "A replica lost its disk, and what it knew of deletions.")
                }
                Property::StaysDeleted => (self.live.families.outcomes.deleted(dataset), "No deletion was confirmed."),
                Property::Accounted => (unaccounted.is_some(), "Not every copy has everything yet."),
                Property::Converged if !settled => {
                    (false, "Something is still wrong or under way, so that copies may differ.")
                }
                Property::Converged => (confirmed, "No write was confirmed."),
                Property::ElementsAsTold => (elements == Some(true), "No copies came to agree on what was changed."),
                Property::Linearizable => (seen.reads + seen.decided > 0, "No read was recorded."),
                Property::ReadYourWrites
                | Property::ReadYourWritesAcrossSessions
                | Property::MonotonicReads
                | Property::Causal => (seen.reads > 0, "No read was recorded."),
            };
            let (tested, untested) = unjudged(property).map_or((tested, untested), |reason| (false, reason));
            let (promised, promise) = promised(names, dataset, property, happened);
            let undecided = if property == Property::Linearizable { seen.undecided } else { 0 };
            let standing = match (found.count, promised) {
                (0, _) if !tested => Standing::Untested,
                (0, _) if undecided > 0 => Standing::Undecided,
                (0, _) => Standing::Kept,
                (_, true) => Standing::Broken,
                (_, false) => Standing::NotPromised,
            };
            let witness = match &found.witness {
                Proof::Changes(operations) => self.witness(operations, names),
                Proof::Values(operations) => self.witness_of_values(operations, names),
                Proof::Told(lines) => lines.clone(),
            };
            let (count, Found { text, at, event, .. }) = (found.count as u32, found);
            let (count, text) = match standing {
                Standing::Untested => (count, untested.to_owned()),
                Standing::Undecided => (undecided as u32, undecided_words(seen)),
                _ => (count, text),
            };
            judged.lines.push(VerdictLine {
                dataset,
                shards: vec![dataset],
                property,
                standing,
                count,
                text,
                promise,
                at,
                event,
                witness,
            });
        }
        judged.broken.push(broken);
    }

    /// Whether the values of a dataset follow one on the other: registers of which one version is shown do, and whatever else one log keeps in order.
    pub(super) fn is_register(&self, dataset: u16) -> bool {
        let set = usize::from(dataset);
        let one = self.facts.kinds[set] == Kind::Register && self.facts.apart[set] != Apart::All;
        one || !self.facts.leaderless[set]
    }

    /// Whether a write to a dataset was acknowledged in a second that is over.
    fn confirmed(&self, dataset: u16) -> bool {
        let mut outcomes = self.tapes.seconds.outcomes.iter().flatten();
        outcomes.any(|(series, counts)| {
            series.dataset == Some(dataset) && series.kind == OperationKind::Write && counts.succeeded > 0
        })
    }

    fn lost_found(&self, dataset: u16, names: &Names) -> Found {
        let ledger = &self.live.families.ledger;
        let lost: Vec<_> = ledger.lost_writes().into_iter().filter(|lost| lost.dataset == dataset).collect();
        let ranges: Vec<_> = ledger.lost_ranges().into_iter().filter(|lost| lost.dataset == dataset).collect();
        let folded: usize = ranges.iter().map(|range| range.writes as usize).sum();
        let count = lost.len() + folded;
        let single = lost.iter().map(|lost| When { at: lost.lost, event: lost.event });
        let together = ranges.iter().map(|range| When { at: range.lost, event: range.event });
        let Some(when) = single.chain(together).min_by_key(|when| (when.at, when.event)) else {
            let set = names.config.datasets.get(usize::from(dataset));
            let leaderless = set.is_some_and(|set| set.leadership == Leadership::None);
            let merges = set.is_some_and(|set| set.apart == Apart::All);
            let or = match set {
                Some(_) if leaderless && !merges => ", or another took its place",
                // Merged, a register keeps all versions.
                Some(set) if merges && !set.kind.info().merges && set.kind != Kind::Register => {
                    ", as far as merging keeps what it did"
                }
                _ => "",
            };
            return Found::nothing(format!("Every confirmed write can be served{or}."));
        };
        let states = lost.iter().map(|lost| (lost.state, 1));
        let states = states.chain(ranges.iter().map(|range| (range.state, range.writes as usize)));
        let mut text = match count {
            1 => format!("1 confirmed write is lost: {}", by_state(states)),
            count => format!("{count} confirmed writes are lost: {}", by_state(states)),
        };
        text += &match (ranges.iter().map(|range| range.first).min(), lost.first()) {
            (Some(at), _) => {
                format!(
                    ", {folded} of them although every replica had held them; the first was confirmed at {}.",
                    moment(at)
                )
            }
            (None, Some(first)) => {
                let (at, lost) = (moment(first.acknowledged), moment(first.lost));
                format!(
                    "; the first was confirmed by {} at {at} and is not served since {lost}.",
                    names.region(first.region)
                )
            }
            (None, None) => ".".to_owned(),
        };
        let first = lost.iter().find(|lost| lost.event == when.event);
        let witness = first.map_or_else(Vec::new, |lost| {
            let holders: Vec<String> = lost.holders.iter().map(|at| names.region(*at).to_owned()).collect();
            let said = format!("told so by {}, {}", names.region(lost.region), lost.state.words(&holders));
            self.writes(dataset, &[(lost.write, said)], names)
        });
        Found::first(count, text, when, witness)
    }

    fn outdated_found(&self, dataset: u16, names: &Names) -> Found {
        let set = usize::from(dataset);
        let seconds = || self.tapes.seconds.leaders.iter().map(|second| second[set]);
        let leaders = seconds().map(|second| second.most).max().unwrap_or(0);
        let outdated: u32 = seconds().map(|second| second.outdated).sum();
        let text = match (leaders, outdated) {
            (0 | 1, 0) => "Never more than one replica led at the same time.".to_owned(),
            (_, 0) => format!("{leaders} replicas led at the same time; the outdated one confirmed nothing."),
            (_, 1) => "A leader that had been replaced confirmed 1 write.".to_owned(),
            (_, count) => format!("A leader that had been replaced confirmed {count} writes."),
        };
        let Some(first) = self.live.families.leaders.first_outdated(dataset) else { return Found::nothing(text) };
        let said = format!("told so by {}", names.region(first.region));
        let witness = self.line(&first.write, self.facts.change(&first.write), Some(first.heard.at), &said, names);
        let found = Found::first(outdated as usize, text, first.heard, vec![witness]);
        Found { at: Some(first.at), ..found }
    }

    /// On how many keys no single order explains what was answered, and the first place where that is seen.
    fn linearizable_found(&self, seen: &Examined, names: &Names) -> Found {
        let Some((at, key, witness)) = &seen.first else {
            return Found::nothing(format!("{}, on {} keys.", seen.words(), seen.keys));
        };
        let told = match witness {
            Proof::Changes(operations) => self.old_value(operations, names),
            Proof::Values(operations) => self.impossible(operations, names),
            Proof::Told(_) => String::new(),
        };
        let text = format!("{told} First on key {key}; on {} of {} recorded keys.", seen.bad, seen.keys);
        Found { count: seen.bad, text, at: Some(*at), witness: witness.clone(), event: 0 }
    }

    /// The same of data whose copies are merged.
    fn missed_found(&self, missed: &Missed, seen: &Examined, what: Missing, names: &Names) -> Found {
        let Some((earlier, later)) = &missed.first else { return Found::nothing(format!("{}.", seen.words())) };
        self.missing_found((earlier, later), missed.count as usize, seen, what, names)
    }

    fn session_found(&self, seen: &Examined, guarantee: Guarantee, what: Missing, names: &Names) -> Found {
        let violations = seen.violations.iter().filter(|violation| violation.guarantee == guarantee);
        self.violations_found(&violations.collect::<Vec<_>>(), seen, what, names)
    }

    fn violations_found(&self, all: &[&SessionViolation], seen: &Examined, what: Missing, names: &Names) -> Found {
        let Some(first) = all.first() else { return Found::nothing(format!("{}.", seen.words())) };
        self.missing_found((&first.earlier, &first.later), all.len(), seen, what, names)
    }

    /// Who read something older than what they had been told of.
    fn causal_found(&self, seen: &Examined, names: &Names) -> Found {
        let words = seen.causal_words();
        let Some(witness) = &seen.causal.first else { return Found::nothing(format!("{words}.")) };
        let (Some(earlier), Some(later)) = (witness.first(), witness.last()) else { return Found::default() };
        Found {
            count: seen.causal.count,
            text: format!("{} {} of {words}.", self.missed(Missing::Cause, earlier, later, names), seen.causal.count),
            at: later.completed().map(Time::from_nanos),
            event: 0,
            witness: Proof::Changes(witness.clone()),
        }
    }

    fn missing_found(
        &self,
        (earlier, later): (&Operation, &Operation),
        count: usize,
        seen: &Examined,
        what: Missing,
        names: &Names,
    ) -> Found {
        Found {
            count,
            text: format!("{} {count} of {}.", self.missed(what, earlier, later, names), seen.words()),
            at: later.completed().map(Time::from_nanos),
            event: 0,
            witness: Proof::Changes(vec![earlier.clone(), later.clone()]),
        }
    }
}

/// What holds in several shards of a dataset is told once, and once what there is nothing to judge by; where it does not hold, of each.
fn fold(lines: &mut Vec<VerdictLine>, shards: &Range<u16>) {
    let told_once = [Standing::Kept, Standing::Untested];
    for (property, standing) in Property::ALL.iter().flat_map(|of| told_once.map(|standing| (*of, standing))) {
        let of = |line: &VerdictLine| (line.property, line.standing) == (property, standing);
        let found: Vec<VerdictLine> = lines.extract_if(.., |line| shards.contains(&line.dataset) && of(line)).collect();
        let shards: Vec<u16> = found.iter().map(|line| line.dataset).collect();
        let same = found.iter().all(|line| line.text == found[0].text);
        let Some(first) = found.into_iter().next() else { continue };
        let text = if same { first.text } else { format!("Judged in each of {} shards by itself.", shards.len()) };
        lines.push(VerdictLine { shards, text, ..first });
    }
    engine::sort_by_key(lines, |line| (line.dataset, Property::ALL.iter().position(|of| *of == line.property)));
}

/// What was seen against a property.
#[derive(Default)]
pub(super) struct Found {
    pub(super) count: usize,
    pub(super) text: String,
    pub(super) at: Option<Time>,
    /// The event by which it was, or 0.
    pub(super) event: u64,
    pub(super) witness: Proof,
}

impl Found {
    pub(super) fn nothing(text: String) -> Found {
        Found { text, ..Found::default() }
    }

    /// Something that an event made so first, and the operations that it is about.
    pub(super) fn first(count: usize, text: String, when: When, witness: Vec<WitnessLine>) -> Found {
        Found { count, text, at: Some(when.at), event: when.event, witness: Proof::Told(witness) }
    }
}

/// Of how many keys it was not found out.
fn undecided_words(seen: &Examined) -> String {
    let Examined { undecided, keys, .. } = seen;
    format!(
        "On {undecided} of {keys} recorded keys too many orders are possible to try; nothing was seen against the others, in {}.",
        seen.words()
    )
}

/// How many lost writes are where: `10 dark (on disks without power), 2 gone (on no disk)`.
fn by_state(states: impl Iterator<Item = (WriteState, usize)>) -> String {
    let mut counts: FlatMap<WriteState, usize> = FlatMap::new();
    for (state, writes) in states {
        *counts.get_or_default(state) += writes;
    }
    let said = counts.into_iter().map(|(state, writes)| {
        let place = match state {
            WriteState::Served => "not lost",
            WriteState::Orphaned => "only on logs that nobody follows",
            WriteState::Dark => "only on disks without power",
            WriteState::Gone => "on no disk",
        };
        format!("{writes} {} ({place})", state.name())
    });
    said.collect::<Vec<_>>().join(", ")
}
