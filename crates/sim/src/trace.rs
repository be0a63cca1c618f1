//! What happened, in one total order. Everything shown, measured or judged downstream of the world is made of these events;
//! each names the event that led to it, so "why?" can always be followed back to a client, a clock or a fault.

use engine::{Digest, Span, Time};
use protocol::{Channel, Epoch, Fact, NodeId, Version};
use serde::{Deserialize, Serialize};

/// One thing that happened.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TraceEvent {
    /// Its number, from 1, in the order of happening.
    pub id: u64,
    /// The number of the event that led to it; 0 is the start of the run.
    pub cause: u64,
    /// When.
    pub at: Time,
    /// What.
    pub what: What,
}

/// Somebody who looks at every event. Observers never change the world.
pub trait Observer {
    /// An event has happened.
    fn on_event(&mut self, event: &TraceEvent);
}

/// Nobody looks.
impl Observer for () {
    fn on_event(&mut self, _: &TraceEvent) {}
}

impl<A: Observer, B: Observer> Observer for (&mut A, &mut B) {
    fn on_event(&mut self, event: &TraceEvent) {
        self.0.on_event(event);
        self.1.on_event(event);
    }
}

/// Keeps every event: for tests and for the window somebody asks "why?" about.
impl Observer for Vec<TraceEvent> {
    fn on_event(&mut self, event: &TraceEvent) {
        self.push(*event);
    }
}

/// An end of a packet's way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Place {
    /// A region, by index.
    Region(u16),
    /// A population of users, by index.
    Users(u16),
}

/// What an operation does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum OperationKind {
    /// The regional service alone.
    Call,
    /// A read.
    Read,
    /// A write.
    Write,
}

/// Why an attempt or a whole operation failed, as its client sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum ErrorKind {
    /// No answer in time.
    Timeout,
    /// The region's queue was full.
    Overloaded,
    /// No leader would take it.
    NoLeader,
    /// The service failed.
    ServerError,
    /// A write whose leader stepped down before it could tell.
    Unknown,
}

impl ErrorKind {
    /// All, in the order used for tables by error.
    pub const ALL: [ErrorKind; 5] =
        [ErrorKind::Timeout, ErrorKind::Overloaded, ErrorKind::NoLeader, ErrorKind::ServerError, ErrorKind::Unknown];

    /// The name a person reads.
    pub fn title(self) -> &'static str {
        match self {
            ErrorKind::Timeout => "timed out",
            ErrorKind::Overloaded => "refused: queue full",
            ErrorKind::NoLeader => "refused: no leader",
            ErrorKind::ServerError => "server error",
            ErrorKind::Unknown => "outcome unknown",
        }
    }
}

/// Why a packet did not arrive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Loss {
    /// The link is cut.
    Cut,
    /// The link lost it.
    Lossy,
    /// Nobody was there: the region has no power.
    Dark,
    /// A person dropped it.
    Dropped,
    /// The buffer in front of the link was full.
    Overflow,
}

/// How a region looks to somebody who probes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Health {
    /// It answers in time.
    Healthy,
    /// It answers late.
    Degraded,
    /// It does not answer.
    Unhealthy,
}

/// Why nobody is promoted in place of a leader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoFailover {
    /// The leader answers again.
    Answers,
    /// No other replica is known to be well and to have its data, or to hold as much as another.
    NobodyFit,
    /// Too few replicas are known to hold a confirmed write for one of them to hold it certainly.
    NotInSync,
}

/// Why a person's promotion of a region changes nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// It has no power.
    Dark,
    /// Its disk is empty.
    Blank,
    /// It leads already, and nobody was promoted since.
    Leads,
}

/// The operation as its client knows it. The same values in `OperationStarted` and `OperationEnded`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OperationInfo {
    /// Its number, from 1.
    pub operation: u64,
    /// A small number that no other operation under way has: a dense index for tables of what is under way.
    pub slot: u32,
    /// The client: never more than one operation of it is under way.
    pub process: u64,
    /// The population it belongs to.
    pub population: u16,
    /// The index of the request in the scenario.
    pub request: u16,
    /// The dataset, unless it is a call.
    pub dataset: Option<u16>,
    /// What it does.
    pub kind: OperationKind,
    /// The key; 0 for a call.
    pub key: u32,
    /// The write's identity; 0 unless it is a write.
    pub write: u64,
    /// When the client started it.
    pub invoked: Time,
}

/// How an operation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ending {
    /// Why it failed, if it did.
    pub error: Option<ErrorKind>,
    /// Whether a failed write may yet take effect (a timeout) or certainly did not.
    pub may_have_happened: bool,
    /// The region that answered, or the last one tried.
    pub region: u16,
    /// The region whose replica served it.
    pub served_by: u16,
    /// Attempts made.
    pub attempts: u16,
    /// The version read or written; none for a call or a failure.
    pub version: Version,
    /// The write whose value was read; 0 for the initial value.
    pub read: u64,
    /// When whoever served it answered, or the client gave up.
    pub answered: Time,
}

/// What happened. Regions, populations, datasets and requests are named by their index in the configuration.
#[derive(Clone, Copy, Debug, PartialEq)]
#[expect(missing_docs, reason = "the fields are named after what they are; each line says what happened")]
pub enum What {
    /// A client starts an operation.
    OperationStarted(OperationInfo),
    /// A client sends an attempt to a region.
    AttemptSent { operation: u64, attempt: u16, region: u16, population: u16 },
    /// A client gives an attempt up.
    AttemptFailed { operation: u64, attempt: u16, region: u16, population: u16, error: ErrorKind },
    /// A client has its answer, or no more attempts.
    OperationEnded(OperationInfo, Ending),
    /// A packet is on its way; it will arrive at `due` unless something happens to it.
    PacketSent { packet: u64, channel: Channel, from: Place, to: Place, bytes: u32, due: Time },
    /// A packet did not arrive. `fault` is the number of the event by which the fault began that lost it; 0 if none did.
    PacketLost { packet: u64, channel: Channel, from: Place, to: Place, loss: Loss, fault: u64 },
    /// A person holds a packet up, or one that it must not overtake: it will arrive at `due` unless something happens to it.
    PacketHeld { packet: u64, channel: Channel, from: Place, to: Place, due: Time },
    /// A packet arrived.
    PacketArrived { packet: u64, channel: Channel, from: Place, to: Place },
    /// A region's queue was full.
    Rejected { region: u16, operation: u64 },
    /// A worker took a request up after it waited so long.
    ServiceStarted { region: u16, operation: u64, waited: Span },
    /// A worker finished a request.
    Served { region: u16, operation: u64 },
    /// A replica states a fact.
    Replica { dataset: u16, region: u16, fact: Fact },
    /// A region lost power.
    RegionDown { region: u16, disks_lost: bool },
    /// A region has power again.
    RegionUp { region: u16 },
    /// By a vantage point's reports, a region looks otherwise from there than before.
    Probed { vantage: u16, region: u16, health: Health },
    /// The controller, from what its vantage points report, changed its mind about a region. `fault` is the event of the earliest
    /// fault to which unanswered probes that it goes by are owed; 0 if they are owed to none.
    Judged { region: u16, health: Health, fault: u64 },
    /// A person was called to decide about a dataset whose leader's region is unhealthy.
    HumanCalled { dataset: u16, region: u16 },
    /// Whoever was to decide about a dataset whose leader's region is unhealthy promotes nobody.
    StoodDown { dataset: u16, region: u16, why: NoFailover },
    /// A new leader was chosen.
    FailoverDecided { dataset: u16, from: u16, to: u16, epoch: Epoch },
    /// A person's promotion of a region changes nothing for a dataset that it holds.
    NotPromoted { dataset: u16, region: u16, why: Unfit },
    /// The old leader is to lead again.
    FailbackDecided { dataset: u16, from: u16, to: u16, epoch: Epoch },
    /// The old leader could not take over in time: the one it was to relieve goes on under this epoch.
    FailbackGivenUp { dataset: u16, from: u16, to: u16, epoch: Epoch },
    /// The controller lets the name service send this share of a region's users there, percent.
    ShareChanged { region: u16, percent: u8 },
    /// A region's routers learned who leads.
    RouteLearned { dataset: u16, region: u16, leader: NodeId, epoch: Epoch },
    /// A fault began: its number in the order of beginning, and its index among the planned ones, if it was planned.
    FaultStarted { fault: u32, planned: Option<u16> },
    /// A fault ended.
    FaultEnded { fault: u32 },
    /// A person did something: its index in the action log.
    Acted { index: u32 },
    /// What a person did just now changed nothing: the packet is not under way, or the fault not in force.
    InVain,
    /// Once a second: how many requests wait in a region, and the share of its workers' time used over the last second, per
    /// mille.
    RegionGauge { region: u16, queue: u32, busy_permille: u16 },
    /// Once a second: a replication stream.
    StreamGauge { dataset: u16, from: u16, to: u16, entries: u64, bytes: u64, lag: Span },
    /// Once a second: bytes that have left one region for another over the last second.
    LinkGauge { from: u16, to: u16, bytes: u64 },
    /// A second of simulated time is over: what comes after belongs to the next.
    SecondOver,
}

impl What {
    /// Everything the event says as words, for the digest: a change of any field changes them.
    pub(crate) fn digest(&self, digest: &mut Digest) {
        use What::*;
        match *self {
            OperationStarted(info) => write_info(digest, 1, &info),
            AttemptSent { operation, attempt, region, population } => {
                write(digest, 2, [operation, pack(attempt, region, population)]);
            }
            AttemptFailed { operation, attempt, region, population, error } => {
                write(digest, 3, [operation, pack(attempt, region, population) << 8 | error as u64]);
            }
            OperationEnded(info, ending) => {
                write_info(digest, 4, &info);
                let error = ending.error.map_or(0, |error| 1 + error as u64);
                let flags = error << 1 | u64::from(ending.may_have_happened);
                let places = pack(ending.region, ending.served_by, ending.attempts);
                write(digest, flags, [places, ending.version.rank(), ending.read, ending.answered.as_nanos()]);
            }
            PacketSent { packet, channel, from, to, bytes, due } => {
                write(digest, 5, [packet, ends(channel, from, to)]);
                write(digest, u64::from(bytes), [due.as_nanos()]);
            }
            PacketLost { packet, channel, from, to, loss, fault } => {
                write(digest, 6, [packet, ends(channel, from, to) << 4 | loss as u64, fault]);
            }
            PacketHeld { packet, channel, from, to, due } => {
                write(digest, 29, [packet, ends(channel, from, to), due.as_nanos()]);
            }
            LinkGauge { from, to, bytes } => write(digest, 30, [pack(from, to, 0), bytes]),
            PacketArrived { packet, channel, from, to } => write(digest, 7, [packet, ends(channel, from, to)]),
            Rejected { region, operation } => write(digest, 8, [u64::from(region), operation]),
            ServiceStarted { region, operation, waited } => {
                write(digest, 9, [u64::from(region), operation, waited.as_nanos()]);
            }
            Served { region, operation } => write(digest, 10, [u64::from(region), operation]),
            Replica { dataset, region, fact } => write_fact(digest, pack(dataset, region, 11), fact),
            RegionDown { region, disks_lost } => write(digest, 12, [u64::from(region), u64::from(disks_lost)]),
            RegionUp { region } => write(digest, 13, [u64::from(region)]),
            Probed { vantage, region, health } => write(digest, 14, [pack(vantage, region, health as u16)]),
            Judged { region, health, fault } => write(digest, 15, [pack(region, health as u16, 0), fault]),
            HumanCalled { dataset, region } => write(digest, 16, [pack(dataset, region, 0)]),
            StoodDown { dataset, region, why } => write(digest, 17, [pack(dataset, region, why as u16)]),
            FailoverDecided { dataset, from, to, epoch } => {
                write(digest, 18, [pack(dataset, from, to), u64::from(epoch.0)]);
            }
            NotPromoted { dataset, region, why } => write(digest, 32, [pack(dataset, region, why as u16)]),
            FailbackDecided { dataset, from, to, epoch } => {
                write(digest, 19, [pack(dataset, from, to), u64::from(epoch.0)]);
            }
            RouteLearned { dataset, region, leader, epoch } => {
                write(digest, 20, [pack(dataset, region, leader.0), u64::from(epoch.0)]);
            }
            FaultStarted { fault, planned } => {
                write(digest, 21, [u64::from(fault), planned.map_or(u64::MAX, u64::from)]);
            }
            FaultEnded { fault } => write(digest, 22, [u64::from(fault)]),
            Acted { index } => write(digest, 23, [u64::from(index)]),
            InVain => write(digest, 31, []),
            RegionGauge { region, queue, busy_permille } => {
                write(digest, 24, [pack(region, busy_permille, 0), u64::from(queue)]);
            }
            SecondOver => write(digest, 26, []),
            FailbackGivenUp { dataset, from, to, epoch } => {
                write(digest, 28, [pack(dataset, from, to), u64::from(epoch.0)]);
            }
            ShareChanged { region, percent } => write(digest, 27, [pack(region, u16::from(percent), 0)]),
            StreamGauge { dataset, from, to, entries, bytes, lag } => {
                write(digest, 25, [pack(dataset, from, to), entries, bytes, lag.as_nanos()]);
            }
        }
    }
}

fn write<const N: usize>(digest: &mut Digest, tag: u64, words: [u64; N]) {
    digest.write_u64(tag);
    for word in words {
        digest.write_u64(word);
    }
}

fn write_info(digest: &mut Digest, tag: u64, info: &OperationInfo) {
    let dataset = info.dataset.map_or(u16::MAX, |dataset| dataset);
    let place = pack(info.population, info.request, dataset) << 8 | info.kind as u64;
    let (small, invoked) = (u64::from(info.key) << 32 | u64::from(info.slot), info.invoked.as_nanos());
    write(digest, tag, [info.operation, info.process, place, small, info.write, invoked]);
}

fn write_fact(digest: &mut Digest, place: u64, fact: Fact) {
    let words = match fact {
        Fact::Appended { write, key, version } => [1 << 32 | u64::from(key.0), write.0, version.rank()],
        Fact::Truncated { write, key, version } => [2 << 32 | u64::from(key.0), write.0, version.rank()],
        Fact::Leads(epoch) => [3 << 32, u64::from(epoch.0), 0],
        Fact::SteppedDown(epoch) => [4 << 32, u64::from(epoch.0), 0],
        Fact::Fenced { stale, current } => [5 << 32, u64::from(stale.0), u64::from(current.0)],
        Fact::Restored { from, upto } => [7 << 32, u64::from(from.0), upto.rank()],
        Fact::CaughtUp { follower } => [6 << 32, u64::from(follower.0), 0],
    };
    write(digest, place, words);
}

fn pack(a: u16, b: u16, c: u16) -> u64 {
    u64::from(a) << 32 | u64::from(b) << 16 | u64::from(c)
}

fn ends(channel: Channel, from: Place, to: Place) -> u64 {
    let place = |place| match place {
        Place::Region(index) => u64::from(index),
        Place::Users(index) => 1 << 16 | u64::from(index),
    };
    (channel as u64) << 40 | place(from) << 20 | place(to)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_and_the_write_read_do_not_cancel_each_other_in_the_digest() {
        let info = OperationInfo {
            operation: 1,
            slot: 0,
            process: 1,
            population: 0,
            request: 0,
            dataset: Some(0),
            kind: OperationKind::Read,
            key: 0,
            write: 0,
            invoked: Time::ZERO,
        };
        let digest = |slot, epoch, read| {
            let version = Version { epoch: Epoch(epoch), lsn: 5 };
            let ending = Ending {
                error: None,
                may_have_happened: true,
                region: 0,
                served_by: 0,
                attempts: 1,
                version,
                read,
                answered: Time::ZERO,
            };
            let mut digest = Digest::new();
            What::OperationEnded(OperationInfo { slot, ..info }, ending).digest(&mut digest);
            digest.value()
        };
        let all = [digest(0, 1, 0), digest(0, 0, 256), digest(1, 1, 0)];
        assert!(all[0] != all[1] && all[0] != all[2], "{all:?}");
    }
}
