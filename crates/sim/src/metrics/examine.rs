//! A look through a dataset's recorded history, key by key and a piece at a time: of a long run only one key's operations are spread out
//! at a time.

use super::history::history_of;
use super::judging::{At, Examination, Examined};
use super::recorded::Recorded;
use super::recorder::Recorder;
use check::{Call, Guarantee, History, Operation, SessionViolation};
use engine::{Time, TreeMap};

impl Examination {
    pub(super) fn begin(of: &Recorder, dataset: u16) -> Examination {
        let mut places: TreeMap<Vec<u32>> = TreeMap::new();
        for (place, recorded) in of.tapes.history.iter().enumerate() {
            if let Some(key) = recorded.key_of(dataset) {
                places.get_or_default(key.into()).push(place as u32);
            }
        }
        for info in of.open().filter(|info| info.dataset == Some(dataset)) {
            places.get_or_default(info.key.into());
        }
        let mut keys = Vec::new();
        places.change(0..=u64::MAX, |key, places| keys.push((key as u32, std::mem::take(places))));
        Examination { dataset, keys: keys.into_iter(), at: None, seen: Examined::default(), first: None }
    }

    /// Another piece; all of it once that was the last.
    pub(super) fn step(&mut self, of: &Recorder) -> Option<Examined> {
        self.at = match self.at.take() {
            None => match self.keys.next() {
                Some((key, places)) => {
                    let open = of.open().filter(|info| info.dataset == Some(self.dataset) && info.key == key);
                    let history = history_of(recorded(of, &places), open);
                    Some(At::Sessions(key, places, history))
                }
                None => return Some(self.end()),
            },
            Some(At::Sessions(key, places, history)) => {
                let reads = history.operations.iter().filter(|of| matches!(of.call, Call::Read { .. }));
                self.seen.reads += reads.count();
                self.seen.operations += history.operations.len();
                self.seen.keys += usize::from(!history.operations.is_empty());
                self.seen.violations.extend(session_violations(recorded(of, &places), &history));
                if of.facts.tells_people {
                    self.seen.by_user.extend(missed_by_user(of, &places, &history));
                }
                of.is_register(self.dataset).then_some(At::Order(key, history))
            }
            Some(At::Order(key, history)) => {
                let bad = !check::register_holds(&history.operations, history.clock);
                self.seen.bad += usize::from(bad);
                bad.then_some(At::First(key, history))
            }
            Some(At::First(key, history)) => {
                // The proof is made of one key only: it takes most of the time.
                if self.first.as_ref().is_none_or(|(at, ..)| !holds_by(&history, at - 1)) {
                    self.first = Some((seen_at(&history), key, history));
                }
                None
            }
        };
        None
    }

    fn end(&mut self) -> Examined {
        let mut seen = std::mem::take(&mut self.seen);
        let first = self.first.take();
        seen.first =
            first.and_then(|(at, key, history)| Some((Time::from_nanos(at), u64::from(key), proof(&history, at)?)));
        for violations in [&mut seen.violations, &mut seen.by_user] {
            engine::sort_by_key(violations, |violation| (violation.later.invoked, violation.later.id));
        }
        seen
    }
}

/// What is at these places of the tape.
fn recorded<'a>(of: &'a Recorder, places: &'a [u32]) -> impl Iterator<Item = &'a Recorded> {
    places.iter().filter_map(|place| of.tapes.history.get(*place as usize))
}

/// What a client's own order of operations contradicts. Each counts with the version that it was told: a write that was executed twice has two.
fn session_violations<'a>(recorded: impl Iterator<Item = &'a Recorded>, history: &History) -> Vec<SessionViolation> {
    let mut ranks: Vec<(u64, u64)> =
        recorded.filter_map(|recorded| Some((recorded.info().operation, recorded.found()?.0))).collect();
    ranks.sort_unstable();
    check::session_violations(history, |operation, _| {
        let place = ranks.binary_search_by_key(&operation.id, |(id, _)| *id).ok()?;
        Some(u128::from(ranks[place].1)).filter(|rank| *rank > 0)
    })
}

/// The own writes that users missed, in whichever of their sessions they had written and read.
fn missed_by_user(of: &Recorder, places: &[u32], history: &History) -> Vec<SessionViolation> {
    let mut by_user = history.clone();
    by_user.operations.iter_mut().for_each(|operation| operation.process = of.whose(operation.process));
    let mut sessions: Vec<(u64, u64)> = history.operations.iter().map(|of| (of.id, of.process)).collect();
    engine::sort(&mut sessions);
    let session = |operation: &Operation| sessions[sessions.partition_point(|(id, _)| *id < operation.id)].1;
    let mut missed = session_violations(recorded(of, places), &by_user);
    missed.retain(|missed| missed.guarantee == Guarantee::ReadYourWrites);
    for operation in missed.iter_mut().flat_map(|missed| [&mut missed.earlier, &mut missed.later]) {
        operation.process = session(operation);
    }
    missed
}

/// What was known of a key by an instant: who had an answer, and which writes had begun.
fn known_by(history: &History, at: u64) -> Vec<Operation> {
    // They are in order of their beginning.
    let begun = history.operations.iter().take_while(|operation| operation.invoked <= at);
    let known = begun.filter_map(|operation| match (operation.completed(), &operation.call) {
        (Some(completed), _) if completed <= at => Some(operation.clone()),
        (_, Call::Read { .. }) => None,
        _ => Some(Operation { took: None, ..operation.clone() }),
    });
    known.collect()
}

/// Whether one order explains what was known of a key by an instant.
fn holds_by(history: &History, at: u64) -> bool {
    check::register_holds(&known_by(history, at), history.clock)
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
    let verdict = check::register_verdict(&known_by(history, at), history.clock);
    let ids: Vec<u64> = verdict.witness()?.operations.iter().map(|operation| operation.id).collect();
    Some(history.operations.iter().filter(|operation| ids.contains(&operation.id)).cloned().collect())
}
