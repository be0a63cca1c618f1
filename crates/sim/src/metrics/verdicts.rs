//! Judgements on the recorded history, the books and the leaderships.

use super::marks::Names;
use super::{Metric, Query, Recorded, Recorder};
use crate::summary::{VerdictLine, WitnessLine};
use crate::trace::{OperationInfo, OperationKind};
use check::{Call, Guarantee, History, SessionViolation, Verdict};
use engine::{Chunks, Time};

/// The history of one dataset's sampled keys. A write that has not ended, or whose outcome is unknown, may take effect at
/// any time; a read that brought nothing back says nothing and is left out.
fn history_of<'a>(recorded: &Chunks<Recorded>, open: impl Iterator<Item = &'a OperationInfo>, dataset: u16) -> History {
    let of_dataset = |info: &OperationInfo| info.dataset == Some(dataset);
    let ended = recorded.iter().filter(|recorded| of_dataset(&recorded.info())).filter_map(|recorded| {
        let completed = recorded.found().map(|_| recorded.completed);
        operation(&recorded.info(), recorded.found().map(|(_, read)| read), completed)
    });
    let under_way = open.filter(|info| of_dataset(info)).filter_map(|info| operation(info, None, None));
    History::new(ended.chain(under_way).collect())
}

fn operation(info: &OperationInfo, read: Option<u64>, completed: Option<Time>) -> Option<check::Operation> {
    let call = match info.kind {
        OperationKind::Read => Call::Read { value: read.filter(|write| *write != 0) },
        OperationKind::Write => Call::Write { value: info.write },
        OperationKind::Call => return None,
    };
    if info.kind == OperationKind::Read && completed.is_none() {
        return None;
    }
    Some(check::Operation {
        id: info.operation,
        process: info.process,
        key: u64::from(info.key),
        call,
        invoked: info.invoked.as_nanos(),
        completed: completed.map(Time::as_nanos),
    })
}

/// All judgements on a run, made once.
#[derive(Clone, Debug)]
pub(crate) struct Judged {
    lines: Vec<VerdictLine>,
    /// By dataset: keys not linearizable, reads that missed an own write, reads that went backwards.
    broken: Vec<[usize; 3]>,
}

impl Recorder {
    /// The recorded history of a dataset.
    pub(crate) fn history(&self, dataset: u16) -> History {
        history_of(&self.tapes.history, self.open(), dataset)
    }

    /// All judgements, dataset by dataset.
    pub(crate) fn verdicts<C>(&self, names: &Names<C>) -> Vec<VerdictLine> {
        self.judged(names).lines.clone()
    }

    /// For the metrics that count what the checks found.
    pub(crate) fn broken<C>(&self, query: &Query, names: &Names<C>) -> f64 {
        let place = match query.metric {
            Metric::OwnWriteMissed => 1,
            Metric::WentBackwards => 2,
            _ => 0,
        };
        let wanted = |set: &usize| query.dataset.is_none_or(|dataset| usize::from(dataset) == *set);
        let broken = self.judged(names).broken.iter().enumerate().filter(|(set, _)| wanted(set));
        broken.map(|(_, counts)| counts[place]).sum::<usize>() as f64
    }

    /// The judgements, made once and kept until something else happens.
    fn judged<C>(&self, names: &Names<C>) -> &Judged {
        self.judged.get_or_init(|| self.judgement(names))
    }

    fn judgement<C>(&self, names: &Names<C>) -> Judged {
        let mut judged = Judged { lines: Vec::new(), broken: Vec::new() };
        for dataset in 0..self.facts.placement.len() as u16 {
            self.judge_dataset(dataset, names, &mut judged);
        }
        judged
    }

    fn judge_dataset<C>(&self, dataset: u16, names: &Names<C>, judged: &mut Judged) {
        let history = self.history(dataset);
        let (lines, not_linearizable) = linearizable(dataset, &history);
        judged.lines.extend(lines);
        let violations = self.session_violations(dataset, &history);
        let of = |guarantee| violations.iter().filter(move |violation| violation.guarantee == guarantee);
        for (guarantee, property) in
            [(Guarantee::ReadYourWrites, READ_YOUR_WRITES), (Guarantee::MonotonicReads, MONOTONIC_READS)]
        {
            judged.lines.push(session_line(dataset, property, &history, of(guarantee)));
        }
        let missed = of(Guarantee::ReadYourWrites).count();
        let backwards = of(Guarantee::MonotonicReads).count();
        judged.broken.push([not_linearizable, missed, backwards]);
        judged.lines.push(self.nothing_lost(dataset, names));
        judged.lines.push(self.no_outdated_leader(dataset));
    }

    fn nothing_lost<C>(&self, dataset: u16, names: &Names<C>) -> VerdictLine {
        let ledger = &self.live.ledger;
        let lost: Vec<_> = ledger.lost_writes().into_iter().filter(|lost| lost.dataset == dataset).collect();
        let ranges: Vec<_> = ledger.lost_ranges().into_iter().filter(|lost| lost.dataset == dataset).collect();
        let folded: usize = ranges.iter().map(|range| range.writes as usize).sum();
        let mut line = plain(dataset, ("no acknowledged write lost", "acknowledged writes lost"));
        line.at = lost.iter().map(|lost| lost.lost).chain(ranges.iter().map(|range| range.lost)).min();
        line.holds = line.at.is_none();
        if line.holds {
            line.text = "Every acknowledged write can be served.".to_owned();
            return line;
        }
        line.text = format!("{} acknowledged writes are lost", lost.len() + folded);
        let first = lost.iter().min_by_key(|lost| lost.acknowledged);
        line.text += &match (ranges.iter().map(|range| range.first).min(), first) {
            (Some(at), _) => format!(", {folded} of them although every replica had held them, the first since {at}."),
            (None, Some(first)) => {
                format!("; the first was acknowledged by {} at {}.", names.region(first.region), first.acknowledged)
            }
            (None, None) => ".".to_owned(),
        };
        line
    }

    fn no_outdated_leader(&self, dataset: u16) -> VerdictLine {
        let set = usize::from(dataset);
        let seconds = &self.tapes.seconds;
        let leaders = seconds.iter().map(|second| second.leaders[set]).max().unwrap_or(0);
        let outdated: u32 = seconds.iter().map(|second| second.outdated[set]).sum();
        let mut line = plain(dataset, ("no write by an outdated leader", "an outdated leader acknowledged writes"));
        line.text = match leaders {
            0 | 1 => "Never more than one replica led at the same time.".to_owned(),
            _ => format!("{leaders} replicas led at the same time; an outdated leader acknowledged {outdated} writes."),
        };
        line.holds = outdated == 0;
        let first = seconds.iter().position(|second| second.outdated[set] > 0);
        line.at = first.map(|second| Time::from_secs(second as u64));
        line
    }

    fn session_violations(&self, dataset: u16, history: &History) -> Vec<SessionViolation> {
        // By write; a write that was executed twice counts with its later place.
        let mut ranks: Vec<u64> = Vec::new();
        for recorded in self.tapes.history.iter().filter(|recorded| recorded.info().dataset == Some(dataset)) {
            let Some((version, write)) = recorded.found() else { continue };
            let write = write as usize;
            if write >= ranks.len() {
                ranks.resize(write + 1, 0);
            }
            ranks[write] = ranks[write].max(version.rank());
        }
        check::session_violations(history, |_, write| {
            let rank = ranks.get(write as usize).copied().filter(|rank| *rank > 0)?;
            Some(u128::from(rank))
        })
    }
}

/// A property and the words for its breach.
type Property = (&'static str, &'static str);

/// So many keys of a dataset that are not linearizable get a witness each.
const WITNESSED: usize = 3;

const LINEARIZABLE: Property = ("linearizable", "not linearizable");
const READ_YOUR_WRITES: Property = ("read your writes", "own write missed");
const MONOTONIC_READS: Property = ("monotonic reads", "reads went backwards");

fn plain(dataset: u16, (property, broken): Property) -> VerdictLine {
    let (property, broken) = (property.to_owned(), broken.to_owned());
    VerdictLine { dataset, property, broken, holds: true, text: String::new(), at: None, witness: Vec::new() }
}

/// The judgement, and on how many keys it is bad: a line with a witness for each of the most popular of them.
fn linearizable(dataset: u16, history: &History) -> (Vec<VerdictLine>, usize) {
    let keys = history.split();
    let holds = |operations: &Vec<check::Operation>| check::register_holds(operations, history.clock);
    let bad: Vec<_> = keys.iter().filter(|(_, operations)| !holds(operations)).collect();
    if bad.is_empty() {
        let mut line = plain(dataset, LINEARIZABLE);
        line.text = format!("{} on {} keys", examined(history), keys.len());
        return (vec![line], 0);
    }
    let of_keys = bad.iter().take(WITNESSED).enumerate().map(|(place, (key, operations))| {
        let mut line = key_not_linearizable(dataset, **key, &check::register_verdict(operations, history.clock));
        if place == 0 {
            line.text = format!("{} of {} keys violated. {}", bad.len(), keys.len(), line.text);
        }
        line
    });
    (of_keys.collect(), bad.len())
}

fn key_not_linearizable(dataset: u16, key: u64, verdict: &Verdict) -> VerdictLine {
    let mut line = plain(dataset, LINEARIZABLE);
    line.holds = false;
    line.text = format!("Key {key}: ");
    match verdict {
        Verdict::Violated(witness) => {
            line.text += &witness.explanation;
            line.at = witness.operations.iter().filter_map(|operation| operation.completed).max().map(Time::from_nanos);
            line.witness = witness.operations.iter().map(witness_line).collect();
        }
        Verdict::Undecided { reason } => line.text += reason,
        Verdict::Holds => {}
    }
    line
}

fn session_line<'a>(
    dataset: u16,
    property: Property,
    history: &History,
    violations: impl Iterator<Item = &'a SessionViolation> + Clone,
) -> VerdictLine {
    let mut line = plain(dataset, property);
    line.text = examined(history);
    if let Some(first) = violations.clone().next() {
        line.holds = false;
        line.at = first.later.completed.map(Time::from_nanos);
        line.witness = [&first.earlier, &first.later].map(witness_line).to_vec();
        let count = violations.count();
        line.text = format!("{count} violations in {}. First: {}", examined(history), first.explanation);
    }
    line
}

fn examined(history: &History) -> String {
    format!("{} recorded operations", history.operations.len())
}

fn witness_line(operation: &check::Operation) -> WitnessLine {
    WitnessLine {
        operation: operation.id,
        process: operation.process,
        text: operation.call.to_string(),
        invoked: Time::from_nanos(operation.invoked),
        completed: operation.completed.map(Time::from_nanos),
    }
}
