//! Everything counted, timed and judged, made of trace events alone.
//!
//! A [`Recorder`] looks at every event. What it keeps is of two sorts. [`Live`] is what it needs to understand the next event;
//! it is small and is cloned into every checkpoint. The [`Tapes`] only ever grow, so going back to a checkpoint is cutting
//! them to the length they had. Everything asked of a run is worked out from the tapes when it is asked.
//!
//! `outcomes` counts by the second, `ledger` follows acknowledged writes, `folds` those that are everywhere, `latency` packs times; `marks`, `measure`,
//! `recovery` and `verdicts` answer questions; `reach` says what of that was promised, `witness` puts proofs into words.

mod catalog;
mod folds;
mod latency;
mod ledger;
mod lineage;
mod marks;
mod measure;
mod outcomes;
mod reach;
mod recorded;
mod recovery;
mod summary;
mod verdicts;
mod window;
mod witness;

pub use catalog::{Filter, METRICS, Metric, MetricInfo, Query, Unit};

use crate::config::Config;
use crate::sites::Sites;
use crate::trace::{Ending, Observer, OperationInfo, TraceEvent, What, users};
use engine::{Chunks, Digest, Span, Time};
pub(crate) use ledger::Ledger;
use outcomes::{Outcomes, Second};
use recorded::Recorded;
use std::sync::OnceLock;
pub use summary::short_digest;
use verdicts::Judged;

/// From here on a successful operation counts as slow in outcome charts.
pub const SLOW: Span = Span::from_millis(300);

/// What the recorder needs to know of the run.
#[derive(Clone, Debug)]
pub(crate) struct Facts {
    /// By dataset: the regions that hold it.
    pub(crate) placement: Vec<Sites>,
    /// By dataset: the number of keys, and of those with a recorded history.
    pub(crate) keys: Vec<(u32, u32)>,
    pub(crate) regions: usize,
    pub(crate) populations: usize,
}

/// What is needed to understand the next event.
#[derive(Clone, Debug)]
pub(crate) struct Live {
    digest: Digest,
    events: u64,
    outcomes: Outcomes,
    pub(crate) ledger: Ledger,
    /// Recorded operations under way, by slot.
    open: Vec<Option<OperationInfo>>,
}

/// What only grows.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tapes {
    pub(crate) seconds: Vec<Second>,
    /// The digest at the end of each second.
    pub(crate) digests: Vec<u64>,
    /// Events that marks, recoveries and decisions are made of.
    pub(crate) notable: Vec<TraceEvent>,
    /// The recorded history of the sampled keys.
    pub(crate) history: Chunks<Recorded>,
}

/// The lengths of the tapes at a checkpoint.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Lengths {
    seconds: usize,
    digests: usize,
    notable: usize,
    history: usize,
}

/// Looks at every event and keeps what a run has to say for itself.
#[derive(Clone, Debug)]
pub(crate) struct Recorder {
    pub(crate) facts: Facts,
    pub(crate) live: Live,
    pub(crate) tapes: Tapes,
    /// The judgements, once they were made of all there is.
    judged: OnceLock<Judged>,
}

impl Live {
    /// About how many bytes a clone of this takes that it shares with no other.
    pub(crate) fn weight(&self) -> usize {
        self.outcomes.weight() + self.ledger.weight() + self.open.len() * size_of::<Option<OperationInfo>>()
    }
}

impl Recorder {
    pub(crate) fn new(config: &Config) -> Recorder {
        let facts = Facts {
            placement: config
                .datasets
                .iter()
                .map(|set| set.placement.iter().map(|region| *region as u16).collect())
                .collect(),
            keys: config.datasets.iter().map(|set| (set.keys, set.sampled_keys)).collect(),
            regions: config.regions.len(),
            populations: config.populations.len(),
        };
        let live = Live {
            digest: Digest::new(),
            events: 0,
            outcomes: Outcomes::new(&facts),
            ledger: Ledger::new(&facts),
            open: Vec::new(),
        };
        Recorder { facts, live, tapes: Tapes::default(), judged: OnceLock::new() }
    }

    pub(crate) fn lengths(&self) -> Lengths {
        Lengths {
            seconds: self.tapes.seconds.len(),
            digests: self.tapes.digests.len(),
            notable: self.tapes.notable.len(),
            history: self.tapes.history.len(),
        }
    }

    /// Go back to a checkpoint.
    pub(crate) fn rewind(&mut self, live: Live, lengths: Lengths) {
        self.live = live;
        self.judged = OnceLock::new();
        self.tapes.seconds.truncate(lengths.seconds);
        self.tapes.digests.truncate(lengths.digests);
        self.tapes.notable.truncate(lengths.notable);
        self.tapes.history.truncate(lengths.history);
    }

    /// A recorder that goes on from here without what was recorded before.
    pub(crate) fn branch(facts: Facts, live: Live) -> Recorder {
        Recorder { facts, live, tapes: Tapes::default(), judged: OnceLock::new() }
    }

    /// Drop what was recorded, for somebody who only follows along.
    pub(crate) fn forget_tapes(&mut self) {
        self.tapes = Tapes::default();
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
        if !self.sampled(info) {
            return;
        }
        self.live.open[info.slot as usize] = None;
        let found = ending.error.is_none().then_some((ending.version, ending.read));
        if found.is_some() || ending.may_have_happened {
            self.tapes.history.push_back(Recorded::new(info, found, at));
        }
    }
}

impl Observer for Recorder {
    fn on_event(&mut self, event: &TraceEvent) {
        self.judged = OnceLock::new();
        self.live.events += 1;
        event.digest(&mut self.live.digest);
        match &event.what {
            What::Users(users::Fact::OperationStarted(info)) if self.sampled(info) => self.record_started(info),
            What::Users(users::Fact::OperationEnded(info, ending)) => self.record_ended(info, ending, event.at),
            _ => {}
        }
        if event.what.notable() {
            self.tapes.notable.push(*event);
        }
        let ledger = &mut self.live.ledger;
        ledger.on_event(event);
        self.live.outcomes.on_event(event, ledger);
        if matches!(event.what, What::SecondOver) {
            self.tapes.seconds.push(self.live.outcomes.end_second(ledger));
            self.tapes.digests.push(self.live.digest.value());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Choose, ControlConfig, Failover, Promote, RoutingConfig, RoutingPolicy};
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
            links: Vec::new(),
            populations: Vec::new(),
            datasets: Vec::new(),
            requests: Vec::new(),
            routing,
            control,
            faults: Vec::new(),
        }
    }

    #[test]
    fn a_report_judges_once_however_much_of_it_is_asked_and_anew_when_something_has_happened() {
        let config = nowhere();
        let names = Names { config: &config, actions: &[] };
        let mut recorder = Recorder::new(&config);
        assert!(recorder.judged.get().is_none(), "nobody has asked");
        assert_eq!(recorder.verdicts(&names), vec![]);
        let made: *const Judged = recorder.judged.get().map_or(std::ptr::null(), |judged| judged);
        for metric in [Metric::NotLinearizable, Metric::OwnWriteMissed, Metric::WentBackwards] {
            assert_eq!(recorder.measure(&Query::whole(metric), &names), Some(0.0));
            assert!(std::ptr::eq(made, recorder.judged.get().map_or(std::ptr::null(), |judged| judged)));
        }
        recorder.on_event(&TraceEvent { id: 1, cause: 0, at: Time::ZERO, what: What::InVain });
        assert!(recorder.judged.get().is_none());
    }
}
