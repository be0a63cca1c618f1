//! What happened, in one total order. Everything shown, measured or judged downstream of the world is made of these events;
//! each names the event that led to it, so "why?" can always be followed back to a client, a clock or a fault.

pub use crate::control::said as control;
pub use crate::data::said as data;
pub use crate::faults::said as faults;
pub use crate::network::said as network;
pub use crate::services::said as services;
pub use crate::users::said as users;
pub use control::{Health, NoFailover, Unfit};
pub use network::{Loss, Place};
pub use users::{Ending, ErrorKind, OperationInfo, OperationKind};

use engine::{Digest, Time};
use protocol::{Channel, Fact};
use serde::Serialize;

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

/// What happened, by the part of the world in which it did. Regions, populations, datasets and requests are named by their
/// index in the configuration.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub enum What {
    /// At clients.
    Users(users::Fact),
    /// To packets and on links.
    Network(network::Fact),
    /// To calls in a region.
    Services(services::Fact),
    /// To a dataset.
    Data(data::Fact),
    /// The control plane found or decided something.
    Control(control::Fact),
    /// A fault began or ended.
    Faults(faults::Fact),
    /// A person did something.
    Acted {
        /// Its index in the action log.
        index: u32,
    },
    /// What a person did just now changed nothing: the packet is not under way, or the fault not in force.
    InVain,
    /// A second of simulated time is over: what comes after belongs to the next.
    SecondOver,
}

impl What {
    /// Everything the event says as words, for the digest: a change of any field changes them.
    pub(crate) fn digest(&self, digest: &mut Digest) {
        match *self {
            What::Users(users::Fact::OperationStarted(info)) => write_info(digest, 1, &info),
            What::Users(users::Fact::AttemptSent { operation, attempt, region, population }) => {
                write(digest, 2, [operation, pack(attempt, region, population)]);
            }
            What::Users(users::Fact::AttemptFailed { operation, attempt, region, population, error }) => {
                write(digest, 3, [operation, pack(attempt, region, population) << 8 | error as u64]);
            }
            What::Users(users::Fact::OperationEnded(info, ending)) => {
                write_info(digest, 4, &info);
                let error = ending.error.map_or(0, |error| 1 + error as u64);
                let flags = error << 1 | u64::from(ending.may_have_happened);
                let places = pack(ending.region, ending.served_by, ending.attempts);
                write(digest, flags, [places, ending.version.rank(), ending.read, ending.answered.as_nanos()]);
            }
            What::Network(network::Fact::PacketSent { packet, channel, from, to, bytes, due }) => {
                write(digest, 5, [packet, ends(channel, from, to)]);
                write(digest, u64::from(bytes), [due.as_nanos()]);
            }
            What::Network(network::Fact::PacketLost { packet, channel, from, to, loss, fault }) => {
                write(digest, 6, [packet, ends(channel, from, to) << 4 | loss as u64, fault]);
            }
            What::Network(network::Fact::PacketHeld { packet, channel, from, to, due }) => {
                write(digest, 29, [packet, ends(channel, from, to), due.as_nanos()]);
            }
            What::Network(network::Fact::LinkGauge { from, to, bytes }) => {
                write(digest, 30, [pack(from, to, 0), bytes])
            }
            What::Network(network::Fact::PacketArrived { packet, channel, from, to }) => {
                write(digest, 7, [packet, ends(channel, from, to)])
            }
            What::Services(services::Fact::Rejected { region, operation }) => {
                write(digest, 8, [u64::from(region), operation])
            }
            What::Services(services::Fact::ServiceStarted { region, operation, waited }) => {
                write(digest, 9, [u64::from(region), operation, waited.as_nanos()]);
            }
            What::Services(services::Fact::Served { region, operation }) => {
                write(digest, 10, [u64::from(region), operation])
            }
            What::Data(data::Fact::Replica { dataset, region, fact }) => {
                write_fact(digest, pack(dataset, region, 11), fact)
            }
            What::Faults(faults::Fact::RegionDown { region, disks_lost }) => {
                write(digest, 12, [u64::from(region), u64::from(disks_lost)])
            }
            What::Faults(faults::Fact::RegionUp { region }) => write(digest, 13, [u64::from(region)]),
            What::Control(control::Fact::Probed { vantage, region, health }) => {
                write(digest, 14, [pack(vantage, region, health as u16)])
            }
            What::Control(control::Fact::Judged { region, health, fault }) => {
                write(digest, 15, [pack(region, health as u16, 0), fault])
            }
            What::Control(control::Fact::HumanCalled { dataset, region }) => {
                write(digest, 16, [pack(dataset, region, 0)])
            }
            What::Control(control::Fact::StoodDown { dataset, region, why }) => {
                write(digest, 17, [pack(dataset, region, why as u16)]);
            }
            What::Control(control::Fact::NotPromoted { dataset, region, why }) => {
                write(digest, 32, [pack(dataset, region, why as u16)]);
            }
            What::Control(control::Fact::FailoverDecided { dataset, from, to, epoch }) => {
                write(digest, 18, [pack(dataset, from, to), u64::from(epoch.0)]);
            }
            What::Control(control::Fact::FailbackDecided { dataset, from, to, epoch }) => {
                write(digest, 19, [pack(dataset, from, to), u64::from(epoch.0)]);
            }
            What::Data(data::Fact::RouteLearned { dataset, region, leader, epoch }) => {
                write(digest, 20, [pack(dataset, region, leader.0), u64::from(epoch.0)]);
            }
            What::Faults(faults::Fact::FaultStarted { fault, planned }) => {
                write(digest, 21, [u64::from(fault), planned.map_or(u64::MAX, u64::from)]);
            }
            What::Faults(faults::Fact::FaultEnded { fault }) => write(digest, 22, [u64::from(fault)]),
            What::Acted { index } => write(digest, 23, [u64::from(index)]),
            What::InVain => write(digest, 31, []),
            What::Services(services::Fact::RegionGauge { region, queue, busy_permille }) => {
                write(digest, 24, [pack(region, busy_permille, 0), u64::from(queue)]);
            }
            What::SecondOver => write(digest, 26, []),
            What::Control(control::Fact::FailbackGivenUp { dataset, from, to, epoch }) => {
                write(digest, 28, [pack(dataset, from, to), u64::from(epoch.0)]);
            }
            What::Control(control::Fact::ShareChanged { region, percent }) => {
                write(digest, 27, [pack(region, u16::from(percent), 0)])
            }
            What::Data(data::Fact::StreamGauge { dataset, from, to, entries, bytes, lag }) => {
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
    use protocol::{Epoch, Version};

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
            What::Users(users::Fact::OperationEnded(OperationInfo { slot, ..info }, ending)).digest(&mut digest);
            digest.value()
        };
        let all = [digest(0, 1, 0), digest(0, 0, 256), digest(1, 1, 0)];
        assert!(all[0] != all[1] && all[0] != all[2], "{all:?}");
    }
}
