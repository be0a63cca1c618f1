//! What a family of metrics is, and what its numbers are made of.

use crate::config::{Config, PopulationConfig, Step};
use crate::sites::Sites;
use crate::trace::{OperationInfo, TraceEvent, control, data, faults, network, services, users};
use engine::Time;
use protocol::{Apart, Leadership};
use std::any::{Any, TypeId};
use std::fmt::Debug;
use values::{Change, Kind, Verb};

/// What the recorder needs to know of the run.
#[derive(Clone, Debug)]
pub(crate) struct Facts {
    /// By dataset: the regions that have a replica.
    pub(crate) placement: Vec<Sites>,
    /// By dataset: the regions that hold its values.
    pub(crate) holders: Vec<Sites>,
    /// By dataset: the regions that are to keep a key, by its number modulo as many as there are.
    pub(crate) homes: Vec<Vec<Sites>>,
    /// By dataset: whether requests may wait for other replicas than the one that serves them.
    pub(crate) awaits: Vec<bool>,
    /// By dataset: the number of keys, and of those with a recorded history.
    pub(crate) keys: Vec<(u32, u32)>,
    /// By dataset: whether its leaders serve only as long as they hold a lease.
    pub(crate) leased: Vec<bool>,
    /// By dataset: whether nobody leads it, so that its replicas have no common log.
    pub(crate) leaderless: Vec<bool>,
    /// By dataset: what is shown of copies of a key that were changed apart from each other.
    pub(crate) apart: Vec<Apart>,
    /// By dataset: whether only some of those that hold a replica keep a key, and a read merges what they answer.
    pub(crate) merges_answers: Vec<bool>,
    /// By dataset: whether its leader is elected.
    pub(crate) electing: Vec<bool>,
    /// By dataset: what its keys hold.
    pub(crate) kinds: Vec<Kind>,
    /// By dataset: what a unit costs whose sale is cancelled.
    pub(crate) cancel_costs: Vec<u32>,
    /// By request and step: the change that it makes, if it makes one.
    pub(crate) changes: Vec<Vec<Option<Change>>>,
    /// By dataset: the elements that steps name, if nobody leads it.
    pub(crate) elements: Vec<Vec<u16>>,
    /// By dataset: whether some request deletes keys of it.
    pub(crate) deletes: Vec<bool>,
    /// Whether some users come back on several devices, or in a later session.
    pub(crate) tells_people: bool,
    /// By dataset: whether it is judged who read something older than what they had been told of: where sessions last from key to key, or somebody asks for it.
    pub(crate) judges_causes: Vec<bool>,
    pub(crate) regions: usize,
    /// By region: the first zone of the region that it is a zone of, or itself.
    pub(crate) zones_of: Vec<u16>,
    pub(crate) populations: usize,
}

impl Facts {
    pub(super) fn new(config: &Config, homes: Vec<Vec<Sites>>) -> Facts {
        let sites = |placement: &Vec<usize>| placement.iter().map(|region| *region as u16).collect();
        let tells_people = config.populations.iter().any(PopulationConfig::tells_people);
        let judges_causes = |set| tells_people || config.read_by(set).any(|from| from.means().needs_causes());
        Facts {
            placement: config.datasets.iter().map(|set| sites(&set.placement)).collect(),
            awaits: config.datasets.iter().map(|set| set.awaits).collect(),
            holders: config.datasets.iter().map(|set| set.holders().collect()).collect(),
            homes,
            keys: config.datasets.iter().map(|set| (set.keys, set.sampled_keys)).collect(),
            leased: config.datasets.iter().map(|set| set.lease.is_some()).collect(),
            leaderless: config.datasets.iter().map(|set| set.leadership == Leadership::None).collect(),
            apart: config.datasets.iter().map(|set| set.apart).collect(),
            merges_answers: config.datasets.iter().map(|set| set.contexts).collect(),
            electing: config.datasets.iter().map(|set| set.leadership == Leadership::Elected).collect(),
            kinds: config.datasets.iter().map(|set| set.kind.clone()).collect(),
            cancel_costs: config.datasets.iter().map(|set| set.cancel_cost).collect(),
            changes: config.requests.iter().map(|of| of.steps.iter().map(Step::change).collect()).collect(),
            elements: (0..config.datasets.len() as u16).map(|set| config.elements(set)).collect(),
            deletes: (0..config.datasets.len() as u16).map(|set| deletes(config, config.asked_as(set))).collect(),
            tells_people,
            judges_causes: (0..config.datasets.len() as u16).map(judges_causes).collect(),
            regions: config.regions.len(),
            zones_of: (0..config.regions.len() as u16).map(|region| config.zones_beside(region).start).collect(),
            populations: config.populations.len(),
        }
    }

    /// The number of a step among those of all requests.
    pub(super) fn step_number(&self, request: u16, step: u16) -> u16 {
        let before: usize = self.changes[..usize::from(request)].iter().map(Vec::len).sum();
        (before as u16).saturating_add(step)
    }

    /// By request and step: whether it deletes.
    pub(super) fn deleting(&self) -> Vec<Vec<bool>> {
        let deletes = |change: &Option<Change>| change.is_some_and(|change| change.verb == Verb::Delete);
        self.changes.iter().map(|steps| steps.iter().map(deletes).collect()).collect()
    }

    /// Whether the step of this number deletes.
    pub(super) fn deletes(&self, step: u16) -> bool {
        self.change_of(step).is_some_and(|change| change.verb == Verb::Delete)
    }

    /// The change that the step of this number makes, if it makes one.
    pub(super) fn change_of(&self, step: u16) -> Option<Change> {
        self.changes.iter().flatten().nth(step.into()).copied().flatten()
    }
}

/// Whether some request deletes keys of what steps call by this index.
fn deletes(config: &Config, named: u16) -> bool {
    let mut steps = config.requests.iter().flat_map(|request| &request.steps);
    steps.any(|step| {
        let verb = step.change().map(|change| change.verb);
        step.dataset() == Some(named.into()) && verb == Some(Verb::Delete)
    })
}

impl Facts {
    /// The change that an operation makes, if it makes one.
    pub(crate) fn change(&self, info: &OperationInfo) -> Option<Change> {
        *self.changes.get(usize::from(info.request))?.get(usize::from(info.step))?
    }
}

/// A family of metrics: what it needs to understand the next fact. It is cloned into every checkpoint.
///
/// It hears the facts of the parts whose method it writes, and is never called for those of others: what does nothing by
/// default is not there when it is compiled.
pub(crate) trait Family: Clone + Debug + 'static {
    /// What it makes of a second.
    type Second: Clone + Debug + 'static;

    /// At the start of a run.
    fn new(facts: &Facts) -> Self;

    /// Something happened at clients, by the event of this number.
    fn users(&mut self, _at: Time, _event: u64, _fact: &users::Fact) {}

    /// Something happened to a packet or on a link.
    fn network(&mut self, _at: Time, _fact: &network::Fact) {}

    /// Something happened to a call in a region.
    fn services(&mut self, _at: Time, _fact: &services::Fact) {}

    /// Something happened to a dataset, by the event of this number.
    fn data(&mut self, _at: Time, _event: u64, _fact: &data::Fact) {}

    /// The control plane found or decided something.
    fn control(&mut self, _at: Time, _fact: &control::Fact) {}

    /// A fault began or ended, by the event of this number.
    fn faults(&mut self, _at: Time, _event: u64, _fact: &faults::Fact) {}

    /// A second is over: hand it over and begin the next.
    fn end_second(&mut self) -> Self::Second;

    /// About how many bytes a clone takes that it shares with no other, where they are many.
    fn weight(&self) -> usize {
        0
    }
}

/// When something happened, and by which event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct When {
    pub(crate) at: Time,
    /// The number of the event.
    pub(crate) event: u64,
}

/// A family that listens to nobody: its numbers are made of what others keep.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Nothing;

impl Family for Nothing {
    type Second = ();

    fn new(_: &Facts) -> Nothing {
        Nothing
    }

    fn end_second(&mut self) {}
}

/// How often a dataset's recorded history contradicts what one may expect of it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Broken {
    /// Keys whose history no single order explains; none where copies are merged, which are no register.
    pub(super) not_linearizable: Option<usize>,
    /// Reads that missed an own earlier write.
    pub(super) own_write_missed: usize,
    /// Reads that missed an earlier write of the same user, in whichever session.
    pub(super) missed_by_user: usize,
    /// Reads that returned an older value than an earlier read of the same client.
    pub(super) went_backwards: usize,
}

/// All that was recorded, for whoever makes a number of it.
pub(super) trait Record {
    fn facts(&self) -> &Facts;

    /// Events kept for the whole run, in order.
    fn notable(&self) -> &[TraceEvent];

    /// By dataset: what the checkers found.
    fn broken(&self) -> &[Broken];

    /// The family of a type, and the list of its seconds. Ask by [`Record::live`] and [`Record::seconds`].
    fn family(&self, of: TypeId) -> Option<[&dyn Any; 2]>;
}

impl dyn Record + '_ {
    /// What a family needs to understand the next fact: what it knows at the latest instant computed.
    pub(super) fn live<F: Family>(&self) -> Option<&F> {
        self.family(TypeId::of::<F>())?[0].downcast_ref()
    }

    /// What a family has made of each second that is over.
    pub(super) fn seconds<F: Family>(&self) -> &[F::Second] {
        let seconds = self.family(TypeId::of::<F>()).and_then(|[_, seconds]| seconds.downcast_ref::<Vec<F::Second>>());
        seconds.map_or(&[], Vec::as_slice)
    }
}
