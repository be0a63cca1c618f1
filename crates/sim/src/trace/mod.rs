//! What happened, in one total order. Everything shown, measured or judged downstream of the world is made of these events;
//! each names the event that led to it, so "why?" can always be followed back to a client, a clock or a fault.

mod sink;
pub(crate) mod telling;
mod words;

pub use crate::control::said as control;
pub use crate::data::said as data;
pub use crate::failure::How;
pub use crate::failure::table::ErrorKind;
pub use crate::faults::said as faults;
pub use crate::network::said as network;
pub use crate::place::Place;
pub use crate::services::said as services;
pub use crate::users::said as users;
pub use control::{Health, NoFailover, Unfit};
pub use network::Loss;
pub use users::{Ending, OperationInfo, OperationKind};

use engine::{Digest, Time};
use serde::{Serialize, Serializer};

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

/// What happened, by the part of the world in which it did. Regions, populations, datasets and requests are named by their
/// index in the configuration.
#[derive(Clone, Copy, Debug, PartialEq)]
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
    /// What was done just now changed nothing: the packet is not under way, or the fault not in force.
    InVain,
    /// A second of simulated time is over: what comes after belongs to the next.
    SecondOver,
    /// Something was done by plan.
    Done {
        /// Its index among the planned acts.
        act: u16,
    },
}

/// As it would be derived, but in one piece with whoever calls it: every event passes here.
impl Serialize for What {
    #[inline(always)]
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            What::Users(fact) => to.serialize_newtype_variant("What", 0, "Users", fact),
            What::Network(fact) => to.serialize_newtype_variant("What", 1, "Network", fact),
            What::Services(fact) => to.serialize_newtype_variant("What", 2, "Services", fact),
            What::Data(fact) => to.serialize_newtype_variant("What", 3, "Data", fact),
            What::Control(fact) => to.serialize_newtype_variant("What", 4, "Control", fact),
            What::Faults(fact) => to.serialize_newtype_variant("What", 5, "Faults", fact),
            // As a variant with one field is: the number of the variant, then the field.
            What::Acted { index } => to.serialize_newtype_variant("What", 6, "Acted", index),
            What::InVain => to.serialize_unit_variant("What", 7, "InVain"),
            What::SecondOver => to.serialize_unit_variant("What", 8, "SecondOver"),
            What::Done { act } => to.serialize_newtype_variant("What", 9, "Done", act),
        }
    }
}

impl TraceEvent {
    /// Add the event to a digest: a change of anything it says changes that, except its number, which is its place.
    ///
    /// A call, and the only one of what says a fact as words: so they become one piece.
    #[inline(never)]
    pub fn digest(&self, digest: &mut Digest) {
        digest.write_u64(self.at.as_nanos());
        digest.write_u64(self.cause);
        sink::digest(&self.what, digest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::{Epoch, Version};

    fn digest(what: What) -> u64 {
        let mut digest = Digest::new();
        TraceEvent { id: 1, cause: 0, at: Time::ZERO, what }.digest(&mut digest);
        digest.value()
    }

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
            step: 0,
            key: 0,
            write: 0,
            accounts: [0; 2],
            invoked: Time::ZERO,
        };
        let ended = |slot, epoch, read| {
            let version = Version { epoch: Epoch(epoch), lsn: 5 };
            let answered = Time::ZERO;
            let ending = Ending {
                error: None,
                may_have_happened: true,
                region: 0,
                served_by: 0,
                attempts: 1,
                version,
                read,
                deleted: false,
                answered,
            };
            digest(What::Users(users::Fact::OperationEnded(OperationInfo { slot, ..info }, ending)))
        };
        let all = [ended(0, 1, 0), ended(0, 0, 256), ended(1, 1, 0)];
        assert!(all[0] != all[1] && all[0] != all[2], "{all:?}");
    }

    #[test]
    fn a_fact_is_told_apart_by_its_part_its_kind_and_each_of_its_fields() {
        let served = |region, operation| What::Services(services::Fact::Served { region, operation });
        let appended = |write| protocol::Fact::Appended { write, key: protocol::Key(3), version: Version::NONE };
        let replica = |region, fact| What::Data(data::Fact::Replica { dataset: 0, region, fact });
        let all = [
            served(1, 2),
            served(2, 1),
            What::Services(services::Fact::Rejected { region: 1, operation: 2 }),
            What::Faults(faults::Fact::RegionUp { region: 1 }),
            What::Faults(faults::Fact::FaultStarted { fault: 1, planned: None }),
            What::Faults(faults::Fact::FaultStarted { fault: 1, planned: Some(0) }),
            What::InVain,
            What::SecondOver,
            replica(0, appended(protocol::WriteId(1))),
            replica(1, appended(protocol::WriteId(1))),
            replica(0, appended(protocol::WriteId(2))),
        ];
        let mut digests: Vec<u64> = all.into_iter().map(digest).collect();
        digests.sort_unstable();
        digests.dedup();
        assert_eq!(digests.len(), all.len());
    }
}
