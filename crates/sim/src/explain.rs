//! "Why?": the chain of causes of an event, in words, oldest first.

use crate::metrics::Names;
use crate::run::Run;
use crate::trace::{
    Health, Loss, OperationKind, Place, TraceEvent, What, control, data, faults, network, services, users,
};
use engine::{Span, Time};
use protocol::{Channel, Fact, Protocol};
use serde::{Deserialize, Serialize};

/// One link of a chain of causes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExplainedLine {
    /// When it happened.
    pub at: Time,
    /// The number of the event.
    pub event: u64,
    /// What happened.
    pub text: String,
}

/// How far before and after the instant asked about causes and endings are looked for at once.
const REACH: Span = Span::from_secs(20);
/// Causes that lie farther back are looked for so often.
const STEPS_BACK: u32 = 6;

impl<P: Protocol> Run<P> {
    /// What led to the event with this number, which happened at about `at`. Empty if there is no such event near.
    pub fn explain_event(&self, event: u64, at: Time) -> Vec<ExplainedLine> {
        let trace = self.trace(at - REACH, at + REACH);
        self.chain(trace, at - REACH, event)
    }

    /// What became of an operation that was under way at about `at`, and how.
    pub fn explain_operation(&self, operation: u64, at: Time) -> Vec<ExplainedLine> {
        let trace = self.trace(at - REACH, at + REACH);
        let concerns = |event: &&TraceEvent| match event.what {
            What::Users(users::Fact::OperationStarted(info)) | What::Users(users::Fact::OperationEnded(info, _)) => {
                info.operation == operation
            }
            What::Users(users::Fact::AttemptSent { operation: of, .. })
            | What::Users(users::Fact::AttemptFailed { operation: of, .. }) => of == operation,
            _ => false,
        };
        let last = trace.iter().rev().find(concerns).map(|last| last.id);
        last.map_or_else(Vec::new, |last| self.chain(trace, at - REACH, last))
    }

    /// The causes of an event, and beside each loss the fault that it is owed to. `trace` is all there is from `start` on.
    fn chain(&self, mut trace: Vec<TraceEvent>, mut start: Time, event: u64) -> Vec<ExplainedLine> {
        let mut chain: Vec<TraceEvent> = Vec::new();
        let (mut next, mut steps) = (event, STEPS_BACK);
        while next != 0 {
            let here = trace.binary_search_by_key(&next, |event| event.id).ok().map(|place| trace[place]);
            if let Some(event) = here.or_else(|| self.notable(next).filter(|_| !chain.is_empty())) {
                chain.push(event);
                if let What::Network(network::Fact::PacketLost { fault, .. }) = event.what {
                    let began = self.notable(fault);
                    chain.extend(began);
                    chain.extend(began.and_then(|began| self.notable(began.cause)));
                }
                start = start.min(event.at);
                next = event.cause;
            } else if steps > 0 && !chain.is_empty() && start > Time::ZERO {
                steps -= 1;
                trace = self.trace(start - REACH, start);
                start = start - REACH;
            } else {
                break;
            }
        }
        chain.sort_unstable_by_key(|event| event.id);
        chain.dedup_by_key(|event| event.id);
        let names = self.names();
        let line = |event: &TraceEvent| ExplainedLine { at: event.at, event: event.id, text: names.event(&event.what) };
        chain.iter().map(line).collect()
    }
}

impl Names<'_> {
    pub(crate) fn place(&self, place: Place) -> String {
        match place {
            Place::Region(region) => self.region(region).to_owned(),
            Place::Users(users) => {
                let population = self.config.populations.get(usize::from(users));
                format!("users in {}", population.map_or("?", |population| &population.title))
            }
        }
    }

    /// An event in words.
    pub(crate) fn event(&self, what: &What) -> String {
        match *what {
            What::Users(users::Fact::OperationStarted(info)) => {
                let kind = kind(info.kind);
                let set =
                    info.dataset.map_or(String::new(), |set| format!(" of key {} in {}", info.key, self.dataset(set)));
                format!("{}: {kind}{set} begins", self.place(Place::Users(info.population)))
            }
            What::Users(users::Fact::AttemptSent { attempt, region, .. }) => {
                format!("attempt {attempt} is sent to {}", self.region(region))
            }
            What::Users(users::Fact::AttemptFailed { attempt, error, .. }) => {
                format!("attempt {attempt} fails: {}", error.title())
            }
            What::Users(users::Fact::OperationEnded(info, ending)) => match ending.error {
                Some(error) => format!("{} fails: {}", kind(info.kind), error.title()),
                None => format!(
                    "{} succeeds, version {}, served by {}",
                    kind(info.kind),
                    ending.version,
                    self.region(ending.served_by)
                ),
            },
            What::Users(users::Fact::CircuitChanged { population, region, circuit }) => {
                let users = self.place(Place::Users(population));
                format!("{users}: the circuit to {} is {}", self.region(region), circuit.title())
            }
            What::Network(network::Fact::PacketSent { from, to, channel, .. }) => {
                let channel = channel_name(channel);
                format!("a packet ({channel}) leaves {} for {}", self.place(from), self.place(to))
            }
            What::Network(network::Fact::PacketLost { from, to, loss, .. }) => {
                let why = match loss {
                    Loss::Cut => "the link is cut",
                    Loss::Lossy => "the link lost it",
                    Loss::Dark => "nobody is there",
                    Loss::Dropped => "a person dropped it",
                    Loss::Overflow => "the buffer of the link is full",
                };
                format!("a packet from {} to {} is lost: {why}", self.place(from), self.place(to))
            }
            What::Network(network::Fact::PacketHeld { from, to, due, .. }) => {
                format!("a packet from {} to {} is held up until {due}", self.place(from), self.place(to))
            }
            What::Network(network::Fact::PacketArrived { from, to, .. }) => {
                format!("a packet from {} arrives at {}", self.place(from), self.place(to))
            }
            What::Services(services::Fact::Rejected { region, .. }) => {
                format!("{} refuses: its queue is full", self.region(region))
            }
            What::Services(services::Fact::ServiceStarted { region, waited, .. }) => {
                format!("a worker of {} takes it up after {waited}", self.region(region))
            }
            What::Services(services::Fact::Served { region, .. }) => {
                format!("a worker of {} is done", self.region(region))
            }
            What::Data(data::Fact::Replica { dataset, region, fact }) => {
                format!("{}, {}: {}", self.region(region), self.dataset(dataset), self.fact(fact))
            }
            What::Faults(faults::Fact::RegionDown { region, .. }) => format!("{} loses power", self.region(region)),
            What::Faults(faults::Fact::RegionUp { region }) => format!("{} has power again", self.region(region)),
            What::Control(control::Fact::Probed { vantage, region, health }) => {
                format!("{} finds {} {}", self.region(vantage), self.region(region), condition(health))
            }
            What::Control(control::Fact::Judged { region, health, .. }) => {
                format!("the controller judges {} {}", self.region(region), condition(health))
            }
            What::Control(control::Fact::HumanCalled { dataset, .. }) => {
                format!("a person is called about {}", self.dataset(dataset))
            }
            What::Control(control::Fact::StoodDown { dataset, region, why }) => self.stood_down(dataset, region, why),
            What::Control(control::Fact::FailoverDecided { dataset, to, epoch, .. }) => {
                format!("{} is to lead {} under epoch {}", self.region(to), self.dataset(dataset), epoch.0)
            }
            What::Control(control::Fact::NotPromoted { dataset, region, why }) => {
                self.not_promoted(dataset, region, why)
            }
            What::Control(control::Fact::FailbackDecided { dataset, to, epoch, .. }) => {
                format!("{} is to lead {} again under epoch {}", self.region(to), self.dataset(dataset), epoch.0)
            }
            What::Control(control::Fact::FailbackGivenUp { dataset, from, epoch, .. }) => {
                format!("{} goes on leading {} under epoch {}", self.region(from), self.dataset(dataset), epoch.0)
            }
            What::Control(control::Fact::ShareChanged { region, percent }) => {
                format!("{} is to get {percent} % of its users", self.region(region))
            }
            What::Data(data::Fact::RouteLearned { dataset, region, leader, .. }) => {
                format!("{} learns that {} leads {}", self.region(region), self.region(leader.0), self.dataset(dataset))
            }
            What::Faults(faults::Fact::FaultStarted { planned, .. }) => {
                let plan = planned.and_then(|planned| self.config.faults.get(usize::from(planned)));
                format!("fault: {}", plan.map_or_else(|| "by hand".to_owned(), |plan| self.fault(&plan.kind)))
            }
            What::Faults(faults::Fact::FaultEnded { fault }) => format!("fault {fault} ends"),
            What::Acted { index } => self
                .actions
                .get(index as usize)
                .map_or_else(|| "a person acts".to_owned(), |logged| self.action(&logged.action)),
            What::InVain => "that changes nothing: what it is about is not there".to_owned(),
            What::Services(services::Fact::RegionGauge { .. })
            | What::Data(data::Fact::StreamGauge { .. })
            | What::Network(network::Fact::LinkGauge { .. })
            | What::SecondOver => "a second is over".to_owned(),
        }
    }

    fn fact(&self, fact: Fact) -> String {
        match fact {
            Fact::Appended { write, version, .. } => format!("write {} appended as {version}", write.0),
            Fact::Truncated { write, version, .. } => format!("write {} taken back, was {version}", write.0),
            Fact::Restored { from, upto } => format!("restored from {} up to {upto}", self.region(from.0)),
            Fact::Leads(epoch) => format!("leads under epoch {}", epoch.0),
            Fact::SteppedDown(epoch) => format!("steps down from epoch {}", epoch.0),
            Fact::Fenced { stale, current } => format!("refuses epoch {}, epoch {} is in force", stale.0, current.0),
            Fact::CaughtUp { follower } => format!("{} has caught up", self.region(follower.0)),
        }
    }
}

fn kind(kind: OperationKind) -> &'static str {
    match kind {
        OperationKind::Call => "call",
        OperationKind::Read => "read",
        OperationKind::Write => "write",
    }
}

pub(crate) fn channel_name(channel: Channel) -> &'static str {
    match channel {
        Channel::Replication => "replication",
        Channel::Acknowledgement => "acknowledgement",
        Channel::Client => "client",
        Channel::Control => "control",
    }
}

fn condition(health: Health) -> &'static str {
    match health {
        Health::Healthy => "healthy",
        Health::Degraded => "degraded",
        Health::Unhealthy => "unhealthy",
    }
}
