//! Everything a run starts from: plain numbers, already validated by whoever wrote them here (the `scenario` crate).
//!
//! Regions, populations, datasets and requests are named by their index in these lists.

use crate::faults::FaultKind;
pub use crate::users::defence::breaker::Config as BreakerConfig;
pub use crate::users::defence::{DEFENCES, Defences};
use engine::{Distribution, Probability, Span, Stream, Time};
use protocol::Promise;
pub use protocol::ReadFrom;

/// A whole run, but for the settings of the protocols, which stand beside it.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// Where every random stream starts from.
    pub seed: u64,
    /// When the run ends.
    pub until: Time,
    /// The regions.
    pub regions: Vec<RegionConfig>,
    /// One-way links between regions, row = from, column = to; the diagonal is the network inside a region.
    pub links: Vec<Vec<LinkConfig>>,
    /// The users.
    pub populations: Vec<PopulationConfig>,
    /// The data.
    pub datasets: Vec<DatasetConfig>,
    /// What users do.
    pub requests: Vec<RequestConfig>,
    /// How users find a region.
    pub routing: RoutingConfig,
    /// Who watches and who decides.
    pub control: ControlConfig,
    /// What goes wrong by plan.
    pub faults: Vec<FaultConfig>,
}

/// A region and its service.
#[derive(Clone, Debug, PartialEq)]
pub struct RegionConfig {
    /// The name in the scenario.
    pub id: String,
    /// The name a person reads.
    pub title: String,
    /// Latitude, degrees, north positive.
    pub lat: f64,
    /// Longitude, degrees, east positive.
    pub lon: f64,
    /// Requests served at the same time, at least 1.
    pub workers: u32,
    /// Requests that may wait for a worker; one more is refused.
    pub queue: u32,
    /// Time a worker spends on a request, nanoseconds.
    pub service: Distribution,
}

/// One direction of a link.
#[derive(Clone, Debug, PartialEq)]
pub struct LinkConfig {
    /// Delay without jitter: half the measured round trip.
    pub one_way: Span,
    /// Whether the delay was estimated from the distance because nobody measured it.
    pub estimated: bool,
    /// Factor on the delay, drawn per packet; `Constant(1.0)` is no jitter.
    pub jitter: Distribution,
    /// Bytes per second; `None` is unlimited.
    pub bandwidth: Option<u64>,
    /// Bytes that may wait for a link of limited bandwidth; while more wait, what is sent is dropped.
    pub buffer: u64,
    /// Share of packets lost.
    pub loss: Probability,
    /// Share of packets delivered twice.
    pub duplication: Probability,
    /// Share of packets that take a longer path, by up to half, and may be overtaken; the others of a replication stream
    /// arrive in the order they were sent.
    pub reordering: Probability,
}

/// Users at a place.
#[derive(Clone, Debug, PartialEq)]
pub struct PopulationConfig {
    /// The name in the scenario.
    pub id: String,
    /// The name a person reads.
    pub title: String,
    /// Latitude, degrees.
    pub lat: f64,
    /// Longitude, degrees.
    pub lon: f64,
    /// How many real users one simulated user stands for, at least 1.
    pub stands_for: u32,
    /// When they ask.
    pub arrival: Arrival,
    /// The way to each region, by region index: delay, jitter and loss as on any link.
    pub access: Vec<LinkConfig>,
    /// What they ask: request index and weight.
    pub mix: Vec<(usize, u32)>,
    /// Regions in the order they would choose them, nearest first.
    pub preference: Vec<usize>,
    /// Whether they keep the resolver's answer past its time to live.
    pub ignores_ttl: bool,
    /// What their clients do to spare a region, or themselves.
    pub defences: Defences,
}

/// When users ask.
#[derive(Clone, Debug, PartialEq)]
pub enum Arrival {
    /// Open loop, exponential gaps; requests per second over time: points joined by straight lines, zero before the
    /// first, constant after the last.
    Poisson(Vec<(Time, f64)>),
    /// Open loop, even gaps; requests per second over time, read as steps, zero before the first.
    Constant(Vec<(Time, f64)>),
    /// Closed loop: so many users, each thinks (nanoseconds) between the answer and the next request.
    Closed {
        /// Users.
        users: u32,
        /// Time from the end of a request to the next, nanoseconds.
        think: Distribution,
    },
}

/// A dataset: one protocol, replicas in some regions.
#[derive(Clone, Debug, PartialEq)]
pub struct DatasetConfig {
    /// The name in the scenario.
    pub id: String,
    /// The name a person reads.
    pub title: String,
    /// The regions that hold a replica, ascending.
    pub placement: Vec<usize>,
    /// The region that leads at the start.
    pub leader: usize,
    /// Number of keys, at least 1.
    pub keys: u32,
    /// Exponent of the keys' Zipf popularity; 0 is uniform.
    pub zipf: f64,
    /// How many of the most popular keys have their whole history recorded for the checks.
    pub sampled_keys: u32,
    /// Whether leaders need a lease of the control plane, and its term.
    pub lease: Option<Span>,
    /// What its protocol promises as it is set.
    pub promises: Vec<Promise>,
}

/// What a user does: steps one after the other, all on the same key of each dataset. One that has fewer keys than the first folds it.
#[derive(Clone, Debug, PartialEq)]
pub struct RequestConfig {
    /// The name in the scenario.
    pub id: String,
    /// The steps.
    pub steps: Vec<Step>,
    /// How long a client waits for an answer before it takes the attempt for lost.
    pub timeout: Span,
    /// What it does then.
    pub retry: Retry,
}

/// One thing a client does.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// Call the regional service without touching data.
    Call,
    /// Read a dataset.
    Read {
        /// Which.
        dataset: usize,
        /// From where.
        from: ReadFrom,
    },
    /// Write to a dataset.
    Write {
        /// Which.
        dataset: usize,
        /// Size of the value, bytes.
        bytes: u32,
    },
    /// Do nothing for a while.
    Wait(Span),
}

/// What a client does when an attempt fails.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Retry {
    /// Attempts in all, at least 1.
    pub attempts: u32,
    /// Pause before the second attempt.
    pub pause: Span,
    /// Factor on the pause from attempt to attempt; 1 is a fixed pause.
    pub factor: f64,
    /// The longest pause.
    pub longest: Span,
    /// Whether each pause is drawn evenly from zero to its value (full jitter).
    pub jitter: bool,
}

/// How users find a region.
#[derive(Clone, Debug, PartialEq)]
pub struct RoutingConfig {
    /// Which region an answer names.
    pub policy: RoutingPolicy,
    /// How long a resolver keeps an answer.
    pub ttl: Span,
    /// Whether answers leave out regions that the control plane holds for unhealthy.
    pub health_checked: bool,
    /// Whether a client whose attempt failed tries the next region of its preference at once, and stays with one that answered
    /// for the TTL.
    pub client_failover: bool,
    /// Whether and how a region that serves badly loses its users step by step.
    pub drain: Option<DrainConfig>,
}

/// When a region that answers its probes loses a step of its share of users, 100, 50, 25 and 0 %, and when it regains one. Users
/// who are sent to the leader go there whatever its share.
#[derive(Clone, Debug, PartialEq)]
pub struct DrainConfig {
    /// Time from one look at a region's service to the next. The controller looks no more often than regions are probed.
    pub every: Span,
    /// A share of failed calls above this costs a step.
    pub errors: Probability,
    /// So does a mean time in the service, waiting included, above this.
    pub latency: Span,
}

/// Which region an answer names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoutingPolicy {
    /// The nearest by delay.
    Nearest,
    /// The region that leads the first dataset, as the control plane knows it.
    Leader,
    /// Any, evenly, anew for each step.
    Spread,
}

/// Who watches and who decides.
#[derive(Clone, Debug, PartialEq)]
pub struct ControlConfig {
    /// The region where the controller runs.
    pub home: usize,
    /// The regions that probe all others.
    pub vantages: Vec<usize>,
    /// Time from probe to probe.
    pub interval: Span,
    /// How long a probe waits for its answer.
    pub timeout: Span,
    /// Failures in a row that make a vantage point call a region unhealthy, and successes in a row that make it healthy again.
    pub threshold: u32,
    /// A region whose answers take longer than the network's share plus this is degraded.
    pub degraded_above: Span,
    /// What follows when most vantage points call a leader's region unhealthy.
    pub failover: Failover,
    /// Which follower is promoted.
    pub choose: Choose,
    /// What a follower must hold to be promoted.
    pub promote: Promote,
    /// Regions in the order in which they are preferred as leaders.
    pub preference: Vec<usize>,
    /// Whether, and after how long in good health, a leader that failed gets its leadership back.
    pub failback: Option<Span>,
}

/// What follows when a leader's region is held for unhealthy.
#[derive(Clone, Debug, PartialEq)]
pub enum Failover {
    /// Nothing.
    Off,
    /// A person is called and decides after this time, nanoseconds, if the region is still unhealthy then.
    Manual(Distribution),
    /// The controller promotes at once.
    Automatic,
}

/// Which follower is promoted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choose {
    /// The healthy one that comes first in the preference.
    Preferred,
    /// The healthy one whose last probe answer showed the longest log.
    MostCaughtUp,
}

/// What a follower must hold to be promoted. A person is not bound by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Promote {
    /// Anything: what others hold may be lost (unclean leader election).
    Any,
    /// Whatever was acknowledged. So many followers must be heard from that one of them must hold it, and only one whose log is
    /// the longest of theirs is promoted (failover quorum; e.g. Patroni quorum commit, CloudNativePG failoverQuorum). Until
    /// then nobody is. It rests on the old leader acknowledging nothing meanwhile, as with a lease.
    InSync,
}

/// A planned fault.
#[derive(Clone, Debug, PartialEq)]
pub struct FaultConfig {
    /// The name in the scenario.
    pub id: String,
    /// When it starts.
    pub at: Time,
    /// How long it lasts; `None` is for good.
    pub lasts: Option<Span>,
    /// What it does.
    pub kind: FaultKind,
}

impl Step {
    /// The dataset it touches.
    pub fn dataset(&self) -> Option<usize> {
        match self {
            Step::Read { dataset, .. } | Step::Write { dataset, .. } => Some(*dataset),
            Step::Call | Step::Wait(_) => None,
        }
    }

    /// The replica that may answer it.
    pub(crate) fn read_from(&self) -> ReadFrom {
        match self {
            Step::Read { from, .. } => *from,
            _ => ReadFrom::Leader,
        }
    }

    /// Size of the value it carries.
    pub(crate) fn bytes(&self) -> u32 {
        match self {
            Step::Write { bytes, .. } => *bytes,
            _ => 0,
        }
    }
}

impl Retry {
    /// The pause after this attempt, drawn if it is jittered.
    pub(crate) fn pause_after(&self, attempt: u16, stream: &mut Stream) -> Span {
        let mut pause = self.pause;
        for _ in 1..attempt {
            pause = pause.scale(self.factor).min(self.longest);
        }
        let pause = pause.min(self.longest);
        if self.jitter { stream.span_in(Span::ZERO..=pause) } else { pause }
    }
}
