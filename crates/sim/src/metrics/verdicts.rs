//! Judgements on the recorded history, the books and the leaderships.

use super::marks::Names;
use super::{Metric, Query, Recorded, Recorder};
use crate::summary::{VerdictLine, WitnessLine};
use crate::trace::{OperationInfo, OperationKind};
use check::{Call, Guarantee, History, SessionViolation, Verdict};
use engine::Time;
use std::collections::BTreeMap;

/// The history of one dataset's sampled keys. A write that has not ended, or whose outcome is unknown, may take effect at
/// any time; a read that brought nothing back says nothing and is left out.
fn history_of(recorded: &[Recorded], open: &[OperationInfo], dataset: u16) -> History {
    let of_dataset = |info: &OperationInfo| info.dataset == Some(dataset);
    let ended = recorded.iter().filter(|recorded| of_dataset(&recorded.info)).filter_map(|recorded| {
        let completed = recorded.found.map(|_| recorded.completed);
        operation(&recorded.info, recorded.found.map(|(_, read)| read), completed)
    });
    let under_way = open.iter().filter(|info| of_dataset(info)).filter_map(|info| operation(info, None, None));
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

impl Recorder {
    /// The recorded history of a dataset.
    pub(crate) fn history(&self, dataset: u16) -> History {
        history_of(&self.tapes.history, self.open(), dataset)
    }

    /// All judgements, dataset by dataset.
    pub(crate) fn verdicts<C>(&self, names: &Names<C>) -> Vec<VerdictLine> {
        (0..self.facts.placement.len() as u16).flat_map(|dataset| self.verdicts_on(dataset, names)).collect()
    }

    fn verdicts_on<C>(&self, dataset: u16, names: &Names<C>) -> Vec<VerdictLine> {
        let history = self.history(dataset);
        let line = |property: &str, holds, text| VerdictLine {
            dataset,
            property: property.to_owned(),
            holds,
            text,
            at: None,
            witness: Vec::new(),
        };
        let mut lines = vec![self.linearizable(dataset, &history)];
        for (guarantee, property) in
            [(Guarantee::ReadYourWrites, "read your writes"), (Guarantee::MonotonicReads, "monotonic reads")]
        {
            let violations = self.session_violations(dataset, &history, guarantee);
            lines.push(match violations.first() {
                None => line(property, true, examined(&history)),
                Some(first) => VerdictLine {
                    at: first.later.completed.map(Time::from_nanos),
                    witness: [&first.earlier, &first.later].map(witness_line).to_vec(),
                    ..line(
                        property,
                        false,
                        format!("{} of {}. First: {}", violations.len(), examined(&history), first.explanation),
                    )
                },
            });
        }
        let lost = self.live.ledger.lost_writes().into_iter().filter(|lost| lost.dataset == dataset);
        let lost: Vec<_> = lost.collect();
        lines.push(match lost.first() {
            None => line("no acknowledged write lost", true, "Every acknowledged write is held by a replica with power.".into()),
            Some(first) => VerdictLine {
                at: Some(first.lost),
                ..line("no acknowledged write lost", false, format!(
                    "{} acknowledged writes are held by no replica with power; the first was acknowledged by {} at {}.",
                    lost.len(), names.region(first.region), first.acknowledged
                ))
            },
        });
        let whole = Query { dataset: Some(dataset), ..Query::whole(Metric::Leaders) };
        let leaders = self.measure(&whole).unwrap_or(0.0);
        let outdated = self.measure(&Query { metric: Metric::SplitBrainWrites, ..whole }).unwrap_or(0.0);
        lines.push(if leaders <= 1.0 {
            line("one leader", true, "Never more than one replica led at the same time.".into())
        } else {
            VerdictLine {
                at: self.first_split(dataset),
                ..line(
                    "one leader",
                    outdated == 0.0,
                    format!(
                        "{leaders} replicas led at the same time; an outdated leader acknowledged {outdated} writes."
                    ),
                )
            }
        });
        lines
    }

    fn linearizable(&self, dataset: u16, history: &History) -> VerdictLine {
        let verdicts = check::linearizable_register(history);
        let keys = verdicts.len();
        let violated: Vec<_> = verdicts.iter().filter_map(|(key, verdict)| Some((key, verdict.witness()?))).collect();
        let undecided = verdicts.values().filter(|verdict| matches!(verdict, Verdict::Undecided { .. })).count();
        let mut line = VerdictLine {
            dataset,
            property: "linearizable".to_owned(),
            holds: violated.is_empty() && undecided == 0,
            text: format!("{} on {keys} keys", examined(history)),
            at: None,
            witness: Vec::new(),
        };
        let first = violated
            .iter()
            .min_by_key(|(_, witness)| witness.operations.iter().filter_map(|operation| operation.completed).max());
        if let Some((key, witness)) = first {
            line.text = format!("{} of {keys} keys violated. Key {key}: {}", violated.len(), witness.explanation);
            let broken = witness.operations.iter().filter_map(|operation| operation.completed).max();
            line.at = broken.map(Time::from_nanos);
            line.witness = witness.operations.iter().map(witness_line).collect();
        }
        line
    }

    fn session_violations(&self, dataset: u16, history: &History, wanted: Guarantee) -> Vec<SessionViolation> {
        let mut ranks = BTreeMap::new();
        for recorded in self.tapes.history.iter().filter(|recorded| recorded.info.dataset == Some(dataset)) {
            let Some((version, read)) = recorded.found else { continue };
            let write = if recorded.info.kind == OperationKind::Write { recorded.info.write } else { read };
            ranks.insert((u64::from(recorded.info.key), write), u128::from(version.rank()));
        }
        let all = check::session_violations(history, |key, write| ranks.get(&(key, write)).copied());
        all.into_iter().filter(|violation| violation.guarantee == wanted).collect()
    }

    /// For the metrics that count what the checks found.
    pub(crate) fn judged(&self, query: &Query) -> Option<f64> {
        let sets = (0..self.facts.placement.len() as u16)
            .filter(|dataset| query.dataset.is_none_or(|wanted| wanted == *dataset));
        let count = |dataset| {
            let history = self.history(dataset);
            match query.metric {
                Metric::OwnWriteMissed => self.session_violations(dataset, &history, Guarantee::ReadYourWrites).len(),
                Metric::WentBackwards => self.session_violations(dataset, &history, Guarantee::MonotonicReads).len(),
                _ => check::linearizable_register(&history).values().filter(|verdict| !verdict.holds()).count(),
            }
        };
        Some(sets.map(count).sum::<usize>() as f64)
    }

    fn first_split(&self, dataset: u16) -> Option<Time> {
        let set = usize::from(dataset);
        let second =
            self.tapes.seconds.iter().position(|second| second.leaders.get(set).is_some_and(|most| *most > 1))?;
        Some(Time::from_secs(second as u64))
    }
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
