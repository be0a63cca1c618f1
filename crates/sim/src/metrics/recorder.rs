//! Looks at every event and keeps what a run has to say for itself.
//!
//! What it keeps is of two sorts. [`Live`] is what it needs to understand the next event; it is small and is cloned into every
//! checkpoint. The [`Tapes`] only ever grow, so going back to a checkpoint is cutting them to the length they had. Everything
//! asked of a run is worked out from them when it is asked.

use super::families::{Families, Seconds};
use super::judging::{Judged, Judging};
use super::record::Facts;
use super::recorded::{Outcome, Recorded, SessionOf};
use super::tape::Tape;
use crate::config::Config;
use crate::sites::Sites;
use crate::trace::{Ending, Observer, OperationInfo, TraceEvent, What, users};
use engine::{Chunks, Digest, Time};
use std::sync::OnceLock;

/// What is needed to understand the next event.
#[derive(Clone, Debug)]
pub(crate) struct Live {
    digest: Digest,
    events: u64,
    pub(crate) families: Families,
    /// Recorded operations under way, by slot.
    open: Vec<Option<OperationInfo>>,
}

/// What only grows.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tapes {
    pub(crate) seconds: Seconds,
    /// The digest at the end of each second.
    pub(crate) digests: Vec<u64>,
    /// Events that marks, recoveries and decisions are made of.
    pub(crate) notable: Vec<TraceEvent>,
    /// The recorded history of the sampled keys.
    pub(crate) history: Tape,
    /// The sessions that began, by the number of their client, which grows.
    pub(crate) sessions: Chunks<SessionOf>,
}

/// The lengths of the tapes at a checkpoint.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Lengths {
    seconds: usize,
    notable: usize,
    sessions: usize,
}

/// Looks at every event and keeps what a run has to say for itself.
#[derive(Clone, Debug)]
pub(crate) struct Recorder {
    pub(crate) facts: Facts,
    pub(crate) live: Live,
    pub(crate) tapes: Tapes,
    /// The judgements, once they were made of all there is.
    pub(super) judged: OnceLock<Judged>,
    /// The judgements on all there is that are being made.
    pub(super) judging: Option<Box<Judging>>,
}

impl Live {
    /// About how many bytes a clone of this takes that it shares with no other.
    pub(crate) fn weight(&self) -> usize {
        self.families.weight() + self.open.len() * size_of::<Option<OperationInfo>>()
    }
}

impl Recorder {
    /// Of a run; by dataset, which regions are to keep its first keys, after which it begins anew.
    pub(crate) fn new(config: &Config, homes: Vec<Vec<Sites>>) -> Recorder {
        let facts = Facts::new(config, homes);
        let live = Live { digest: Digest::new(), events: 0, families: Families::new(&facts), open: Vec::new() };
        Recorder { facts, live, tapes: Tapes::default(), judged: OnceLock::new(), judging: None }
    }

    pub(crate) fn lengths(&self) -> Lengths {
        Lengths {
            seconds: self.tapes.digests.len(),
            notable: self.tapes.notable.len(),
            sessions: self.tapes.sessions.len(),
        }
    }

    /// Go back to a checkpoint, at which nothing has happened yet of what happens at its instant.
    pub(crate) fn rewind(&mut self, at: Time, live: Live, lengths: Lengths) {
        self.live = live;
        self.forget_judgements();
        self.tapes.seconds.truncate(lengths.seconds);
        self.tapes.digests.truncate(lengths.seconds);
        self.tapes.notable.truncate(lengths.notable);
        self.tapes.history.cut(at);
        self.tapes.sessions.truncate(lengths.sessions);
    }

    /// A recorder that goes on from here without what was recorded before.
    pub(crate) fn branch(facts: Facts, live: Live) -> Recorder {
        Recorder { facts, live, tapes: Tapes::default(), judged: OnceLock::new(), judging: None }
    }

    /// Drop what was recorded, for somebody who only follows along.
    pub(crate) fn forget_tapes(&mut self) {
        self.tapes = Tapes::default();
    }

    /// Something happens that they do not know of.
    #[cold]
    fn forget_judgements(&mut self) {
        self.judged = OnceLock::new();
        self.judging = None;
    }

    pub(crate) fn events(&self) -> u64 {
        self.live.events
    }

    pub(crate) fn digest(&self) -> Digest {
        self.live.digest
    }

    /// Operations on sampled keys that have not ended.
    pub(crate) fn open(&self) -> impl Iterator<Item = &OperationInfo> {
        self.live.open.iter().flatten()
    }

    /// Whose a session is, where people are told apart from their sessions.
    pub(super) fn session(&self, process: u64) -> Option<&SessionOf> {
        let sessions = &self.tapes.sessions;
        let place = sessions.partition_point(|session| u64::from(session.process) < process);
        sessions.get(place).filter(|session| u64::from(session.process) == process)
    }

    /// Whether an operation is on a key whose history is recorded.
    fn sampled(&self, info: &OperationInfo) -> bool {
        info.dataset.is_some_and(|dataset| info.key < self.facts.keys[usize::from(dataset)].1)
    }

    fn record_started(&mut self, info: &OperationInfo) {
        let slot = info.slot as usize;
        if self.live.open.len() <= slot {
            self.live.open.resize(slot + 1, None);
        }
        self.live.open[slot] = Some(*info);
    }

    fn record_ended(&mut self, info: &OperationInfo, ending: &Ending, at: Time) {
        let Some(dataset) = info.dataset.filter(|_| self.sampled(info)) else { return };
        self.live.open[info.slot as usize] = None;
        let outcome = match ending.error {
            None if ending.deleted => Outcome::FoundDeleted,
            None => Outcome::Done,
            Some(_) if ending.may_have_happened => Outcome::Unknown,
            Some(error) if error.is_answer() && self.decider(dataset).is_some() => Outcome::Declined,
            Some(_) => return,
        };
        let step = self.facts.step_number(info.request, info.step);
        let recorded = Recorded::new(info, (dataset, step), (ending.version, ending.read), outcome, at);
        self.tapes.history.push(dataset, info.key, recorded);
    }
}

impl Observer for Recorder {
    fn on_event(&mut self, event: &TraceEvent) {
        if self.judged.get().is_some() || self.judging.is_some() {
            self.forget_judgements();
        }
        self.live.events += 1;
        event.digest(&mut self.live.digest);
        match &event.what {
            What::Users(users::Fact::OperationStarted(info)) if self.sampled(info) => self.record_started(info),
            What::Users(users::Fact::OperationEnded(info, ending)) => self.record_ended(info, ending, event.at),
            What::Users(users::Fact::SessionBegan { process, user, device, .. }) => {
                let process = *process as u32;
                self.tapes.sessions.push_back(SessionOf { process, user: *user, device: *device });
            }
            _ => {}
        }
        if event.what.notable() {
            self.tapes.notable.push(*event);
        }
        self.live.families.hear(event);
        if matches!(event.what, What::SecondOver) {
            self.live.families.end_second(&mut self.tapes.seconds);
            self.tapes.digests.push(self.live.digest.value());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Choose, ControlConfig, Failover, Promote, RoutingConfig, RoutingPolicy};
    use crate::metrics::metric::Query;
    use crate::metrics::record::Broken;
    use crate::names::Names;
    use engine::Span;

    /// Nothing at all.
    fn nowhere() -> Config {
        let routing = RoutingConfig {
            policy: RoutingPolicy::Nearest,
            ttl: Span::ZERO,
            health_checked: false,
            client_failover: false,
            drain: None,
        };
        let control = ControlConfig {
            home: 0,
            vantages: Vec::new(),
            interval: Span::from_secs(1),
            timeout: Span::from_secs(1),
            threshold: 1,
            degraded_above: Span::ZERO,
            failover: Failover::Off,
            choose: Choose::Preferred,
            promote: Promote::Any,
            preference: Vec::new(),
            failback: None,
        };
        Config {
            seed: 1,
            until: Time::from_secs(1),
            regions: Vec::new(),
            zoned: Vec::new(),
            sharded: Vec::new(),
            links: Vec::new(),
            populations: Vec::new(),
            datasets: Vec::new(),
            requests: Vec::new(),
            routing,
            control,
            faults: Vec::new(),
            acts: Vec::new(),
        }
    }

    #[test]
    fn a_report_judges_once_however_much_of_it_is_asked_and_anew_when_something_has_happened() {
        let config = nowhere();
        let names = Names { config: &config, actions: &[] };
        let mut recorder = Recorder::new(&config, Vec::new());
        assert!(recorder.judged.get().is_none(), "nobody has asked");
        assert_eq!(recorder.verdicts(&names), vec![]);
        let made: *const Judged = recorder.judged.get().map_or(std::ptr::null(), |judged| judged);
        assert_eq!(recorder.verdicts(&names), vec![]);
        assert!(std::ptr::eq(made, recorder.judged.get().map_or(std::ptr::null(), |judged| judged)));
        // Numbers are taken from what was judged: whoever judged anew would find nothing here.
        let found = Broken { not_linearizable: Some(42), own_write_missed: 43, went_backwards: 44, missed_by_user: 0 };
        recorder.judged = OnceLock::from(Judged { lines: Vec::new(), broken: vec![found] });
        for (id, count) in [("not-linearizable", 42.0), ("own-write-missed", 43.0), ("went-backwards", 44.0)] {
            assert_eq!(recorder.measure(&Query::whole(id), &names), Some(count));
        }
        recorder.on_event(&TraceEvent { id: 1, cause: 0, at: Time::ZERO, what: What::InVain });
        assert!(recorder.judged.get().is_none());
    }
}
