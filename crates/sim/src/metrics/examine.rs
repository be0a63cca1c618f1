//! A look through a dataset's recorded history, key by key and a piece at a time: of a long run only one key's operations are spread out
//! at a time.

use super::history::history_of;
use super::judging::{At, By, Examination, Examined, First, Proof};
use super::recorded::Recorded;
use super::recorder::Recorder;
use super::typed::initial;
use crate::names::Names;
use check::{Call, Clock, Guarantee, History, Nothings, Operation, SessionViolation, TypedCall, TypedRules, Verdict};
use engine::Time;

/// So many configurations are looked at of a key whose values may decline a change, and so many more for each of its operations.
const BUDGET: u64 = 50_000;
const FOR_EACH: u64 = 16;
/// So many operations are put in causal order: what came before each is kept by key.
const ORDERED: usize = 200_000;

impl Examination {
    pub(super) fn begin(of: &Recorder, dataset: u16, names: &Names) -> Examination {
        let open = of.open().filter(|info| info.dataset == Some(dataset)).map(|info| info.key);
        let mut keys: Vec<u32> = of.tapes.history.keys(dataset).chain(open).collect();
        engine::sort(&mut keys);
        keys.dedup();
        let decider = of.decider(dataset).map(|of| (of, initial(names.config, dataset)));
        let holds_loosely = decider.is_some() && of.happened(dataset, names).clocks_wrong();
        Examination {
            dataset,
            keys: keys.into_iter(),
            at: None,
            seen: Examined::default(),
            first: None,
            decider,
            holds_loosely,
        }
    }

    /// Another piece; all of it once that was the last.
    pub(super) fn step(&mut self, of: &Recorder) -> Option<Examined> {
        self.at = match self.at.take() {
            None => match self.keys.next() {
                Some(key) => {
                    let open = of.open().filter(|info| info.dataset == Some(self.dataset) && info.key == key);
                    let history = history_of(of.tapes.history.of_key(self.dataset, key), open);
                    Some(At::Sessions(key, history))
                }
                None => {
                    if of.facts.judges_causes[usize::from(self.dataset)] && of.is_register(self.dataset) {
                        self.look_at_causes(of);
                    }
                    return Some(self.end());
                }
            },
            Some(At::Sessions(key, history)) => {
                let reads = history.operations.iter().filter(|of| matches!(of.call, Call::Read { .. }));
                self.seen.reads += reads.count();
                self.seen.operations += history.operations.len();
                self.seen.keys += usize::from(!history.operations.is_empty());
                let nothings = of.nothings_of_key(self.dataset, key);
                let recorded = of.tapes.history.of_key(self.dataset, key);
                self.seen.violations.extend(session_violations(recorded, &history, &nothings));
                if of.facts.tells_people {
                    self.seen.by_user.extend(missed_by_user(of, (self.dataset, key), &history, &nothings));
                }
                of.is_register(self.dataset).then_some(At::Order(key, history))
            }
            Some(At::Order(key, mut history)) => {
                let mut bad = !check::register_holds(&history.operations, history.clock);
                if bad && of.facts.deletes[usize::from(self.dataset)] {
                    // What was found where nothing was found may have been another nothing.
                    history.operations = of.nothings_of_key(self.dataset, key).told_apart(&history.operations);
                    bad = !check::register_holds(&history.operations, history.clock);
                }
                self.seen.bad += usize::from(bad);
                match bad {
                    true => Some(At::First(key, history)),
                    false => self.decider.map(|_| At::Values(key)),
                }
            }
            Some(At::First(key, mut history)) => {
                // The proof is made of one key only: it takes most of the time.
                if self.first.as_ref().is_none_or(|first| !holds_by(&history, first.at - 1)) {
                    let at = seen_at(&history);
                    // It is made of what was known by then, which of a long history is little as a rule.
                    history.operations.truncate(history.operations.partition_point(|of| of.invoked <= at));
                    history.operations.shrink_to_fit();
                    self.first = Some(First { at, key, by: By::Changes(history) });
                }
                None
            }
            Some(At::Values(key)) => {
                self.decide_values(of, key);
                None
            }
        };
        None
    }

    /// Who read something older than what they had been told of, on all keys together.
    fn look_at_causes(&mut self, of: &Recorder) {
        let first = of.tapes.history.earliest(self.dataset, ORDERED);
        let mut ranks: Vec<(u64, u64)> = first
            .iter()
            .filter_map(|recorded| Some((recorded.info().operation, recorded.found()?.0)))
            .filter(|(_, rank)| *rank > 0)
            .collect();
        ranks.sort_unstable();
        let open = of.open().filter(|info| info.dataset == Some(self.dataset));
        let operations = history_of(first.into_iter(), open).operations;
        self.seen.ordered = operations.len();
        self.seen.causal = check::causal_violations(&operations, &of.nothings(self.dataset), |operation| {
            let place = ranks.binary_search_by_key(&operation.id, |(id, _)| *id).ok()?;
            Some(ranks[place].1)
        });
    }

    /// Whether one order explains also what the value of a key took and declined.
    fn decide_values(&mut self, of: &Recorder, key: u32) {
        let Some((value, initial)) = self.decider else { return };
        let open = of.open().filter(|info| info.dataset == Some(self.dataset) && info.key == key);
        let operations = of.typed_of(value, of.tapes.history.of_key(self.dataset, key), open);
        let depends =
            operations.iter().filter(|operation| operation.took.is_some() && operation.call.depends()).count();
        if depends == 0 {
            return;
        }
        self.seen.decided += depends;
        let mut whole = vec![TypedCall::beginning(value, key.into(), initial)];
        whole.extend(operations);
        let rules = TypedRules {
            clock: Clock::Nanoseconds,
            budget: Some(BUDGET + FOR_EACH * whole.len() as u64),
            holds_loosely: self.holds_loosely,
        };
        match check::typed_holds(&whole, &rules) {
            Some(true) => {}
            None => self.seen.undecided += 1,
            Some(false) => {
                self.seen.bad += 1;
                let earlier = self.first.as_ref().is_none_or(|first| {
                    let known = known_by(&whole, first.at - 1, |call| call.is_read());
                    check::typed_holds(&known, &rules) == Some(false)
                });
                if earlier && let Verdict::Violated(witness) = check::typed_verdict(&whole, &rules) {
                    // The search meets answers in the order of time, and the last of the proof is that which it could not explain.
                    let at = witness.operations.iter().filter_map(Operation::completed).max().unwrap_or(0);
                    self.first = Some(First { at, key, by: By::Values(witness.operations) });
                }
            }
        }
    }

    fn end(&mut self) -> Examined {
        let mut seen = std::mem::take(&mut self.seen);
        let first = self.first.take();
        seen.first = first.and_then(|First { at, key, by }| {
            let proof = match by {
                By::Changes(history) => Proof::Changes(proof(&history, at)?),
                By::Values(witness) => Proof::Values(witness),
            };
            Some((Time::from_nanos(at), u64::from(key), proof))
        });
        for violations in [&mut seen.violations, &mut seen.by_user] {
            engine::sort_by_key(violations, |violation| (violation.later.invoked, violation.later.id));
        }
        seen
    }
}

/// What a client's own order of operations contradicts. Each counts with the version that it was told: a write that was executed twice has two.
fn session_violations(
    recorded: impl Iterator<Item = Recorded>,
    history: &History,
    nothings: &Nothings,
) -> Vec<SessionViolation> {
    let mut ranks: Vec<(u64, u64)> =
        recorded.filter_map(|recorded| Some((recorded.info().operation, recorded.found()?.0))).collect();
    ranks.sort_unstable();
    check::session_violations(history, nothings, |operation, _| {
        let place = ranks.binary_search_by_key(&operation.id, |(id, _)| *id).ok()?;
        Some(ranks[place].1).filter(|rank| *rank > 0)
    })
}

/// The own writes that users missed, in whichever of their sessions they had written and read.
fn missed_by_user(
    of: &Recorder,
    (dataset, key): (u16, u32),
    history: &History,
    nothings: &Nothings,
) -> Vec<SessionViolation> {
    let mut by_user = history.clone();
    by_user.operations.iter_mut().for_each(|operation| operation.process = of.whose(operation.process));
    let mut sessions: Vec<(u64, u64)> = history.operations.iter().map(|of| (of.id, of.process)).collect();
    engine::sort(&mut sessions);
    let session = |operation: &Operation| sessions[sessions.partition_point(|(id, _)| *id < operation.id)].1;
    let mut missed = session_violations(of.tapes.history.of_key(dataset, key), &by_user, nothings);
    missed.retain(|missed| missed.guarantee == Guarantee::ReadYourWrites);
    for operation in missed.iter_mut().flat_map(|missed| [&mut missed.earlier, &mut missed.later]) {
        operation.process = session(operation);
    }
    missed
}

/// What was known of a key by an instant: who had an answer, and which writes had begun.
fn known_by<C: Clone>(operations: &[Operation<C>], at: u64, only_looks: impl Fn(&C) -> bool) -> Vec<Operation<C>> {
    // They are in order of their beginning.
    let begun = operations.iter().take_while(|operation| operation.invoked <= at);
    let known = begun.filter_map(|operation| match operation.completed() {
        Some(completed) if completed <= at => Some(operation.clone()),
        _ if only_looks(&operation.call) => None,
        _ => Some(Operation { took: None, ..operation.clone() }),
    });
    known.collect()
}

fn writes_known_by(history: &History, at: u64) -> Vec<Operation> {
    known_by(&history.operations, at, |call| matches!(call, Call::Read { .. }))
}

/// Whether one order explains what was known of a key by an instant.
fn holds_by(history: &History, at: u64) -> bool {
    check::register_holds(&writes_known_by(history, at), history.clock)
}

/// The first answer since which no order explains what was known of a key that is not linearizable: it stays so. As a rule that is seen
/// early, so that it is looked for among the first answers, then among twice as many, and so on.
fn seen_at(history: &History) -> u64 {
    let mut answers: Vec<u64> = history.operations.iter().filter_map(Operation::completed).collect();
    answers.sort_unstable();
    let (mut from, mut until) = (0, answers.len().min(64));
    while until < answers.len() && holds_by(history, answers[until - 1]) {
        from = until;
        until = answers.len().min(until * 2);
    }
    let explained = from + answers[from..until].partition_point(|at| holds_by(history, *at));
    debug_assert!(explained < answers.len(), "with all its answers the key is not linearizable");
    answers.get(explained).or(answers.last()).copied().unwrap_or(0)
}

/// A few operations that prove it, as they ended in the end.
fn proof(history: &History, at: u64) -> Option<Vec<Operation>> {
    let verdict = check::register_verdict(&writes_known_by(history, at), history.clock);
    let ids: Vec<u64> = verdict.witness()?.operations.iter().map(|operation| operation.id).collect();
    Some(history.operations.iter().filter(|operation| ids.contains(&operation.id)).cloned().collect())
}
