//! Whose clock gives a write its stamp, where the later one wins (D1): that of the replica that accepts it, or that of the client who asks for it.
//!
//! A client gives a write one time, which all attempts carry; the stamp is that and the region that takes it, so that an attempt elsewhere has another. It goes by its clock alone, as the drivers of Apache Cassandra do, and not by what it has
//! read: whoever changes what a clock ahead of its own has stamped is told that it is done, and does not see it. Its times never fall, since nothing
//! sets its clock, and of two stamps that are alike, which are of one region, the later of its writes wins.

use protocol::{Env, Request, Version};
use settings::{Fallback, Fields, Setting};

/// Whose clock gives a write its stamp.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timestamps {
    /// That of the replica that accepts it: each time anew, and later than what it gave out before.
    Replica,
    /// That of the client, as it read when the write was asked for.
    Client,
}

const WORDS: [&str; 2] = ["replica", "client"];

pub(crate) const TIMESTAMPS: Setting = Setting::new(
    "timestamps",
    "replica or client",
    Fallback::Value(WORDS[0]),
    "of registers where the later stamp stays: whose clock gives a write its stamp, that of the replica that accepts it or that of the client (of two alike that of the later region in the file stays, at one region the greater value); \
     clients' clocks are a population's `clock-offset` and `clock-error`",
);

impl Timestamps {
    pub(crate) fn read(fields: &dyn Fields) -> Timestamps {
        [Timestamps::Replica, Timestamps::Client][fields.choice(TIMESTAMPS.name, &WORDS)]
    }

    /// The stamp of a write that is accepted here; `after` is the latest that was given out here.
    pub(crate) fn of(self, env: &Env, request: &Request, after: &mut Version) -> Version {
        match self {
            Timestamps::Replica => {
                *after = Version::stamped(env.clock, env.node, *after);
                *after
            }
            Timestamps::Client => Version::stamped(request.clock, env.node, Version::NONE),
        }
    }
}
