//! The list of protocols. It makes one type of them all, so that datasets with different protocols live in one world.

use crate::leader_follower::{self, LeaderFollower};
use crate::multi_leader::{self, MultiLeader};
use crate::quorum::{self, Quorum};
use crate::raft::{self, Raft};
use protocol::{
    Command, Effect, Effects, Env, Key, NodeId, NodeView, Offer, Parcel, Protocol, Request, Seen, Setup, Stored,
    Summary, Version,
};
use std::ops::Range;

/// Writes what a scenario can choose from and the enums that hold any protocol of the list, and passes every call on.
///
/// Each replica keeps the effect list of its own protocol beside it, so that passing effects on allocates nothing.
macro_rules! catalog {
    ($($name:ident($protocol:ty) offers $($offer:path),+;)+) => {
        /// What a scenario can choose from. The first is the default.
        pub const PROTOCOLS: &[Offer<AnyConfig>] = &[$($(Offer {
            info: $offer.info,
            settings: $offer.settings,
            read: |fields, shape| {
                let Setup { config, lease, witness, apart, election_timeout, disk, client_stamps, contexts, awaits, unread, says_every, promises } = ($offer.read)(fields, shape);
                Setup { config: AnyConfig::$name(config), lease, witness, apart, election_timeout, disk, client_stamps, contexts, awaits, unread, says_every, promises }
            },
        }),+),+];

        /// The configuration of any protocol.
        #[derive(Clone, Debug, PartialEq)]
        pub enum AnyConfig { $(#[doc = stringify!($name)] $name(<$protocol as Protocol>::Config)),+ }

        /// A message of any protocol.
        #[derive(Clone, Debug)]
        pub enum AnyMessage { $(#[doc = stringify!($name)] $name(<$protocol as Protocol>::Message)),+ }

        /// A timer of any protocol.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum AnyTimer { $(#[doc = stringify!($name)] $name(<$protocol as Protocol>::Timer)),+ }

        /// What a crash leaves of any protocol.
        #[derive(Clone, Debug, Default)]
        pub enum AnyDurable {
            /// Nothing: the disk is new.
            #[default]
            Empty,
            $(#[doc = stringify!($name)] $name(<$protocol as Protocol>::Durable)),+
        }

        /// A replica of any protocol.
        #[derive(Clone, Debug)]
        pub enum Any { $(#[doc = stringify!($name)] $name($protocol, Effects<<$protocol as Protocol>::Message, <$protocol as Protocol>::Timer>)),+ }

        impl Protocol for Any {
            type Config = AnyConfig;
            type Message = AnyMessage;
            type Timer = AnyTimer;
            type Durable = AnyDurable;

            fn holders(config: &AnyConfig, followers: usize) -> usize {
                match config { $(AnyConfig::$name(config) => <$protocol>::holders(config, followers)),+ }
            }

            fn homes(config: &AnyConfig, peers: &[NodeId]) -> Vec<Vec<NodeId>> {
                match config { $(AnyConfig::$name(config) => <$protocol>::homes(config, peers)),+ }
            }

            fn start(config: &AnyConfig, env: &Env, durable: AnyDurable, effects: &mut Effects<AnyMessage, AnyTimer>) -> Self {
                match config {
                    $(AnyConfig::$name(config) => {
                        // A disk written by another protocol is of no use to this one.
                        let durable = match durable { AnyDurable::$name(durable) => durable, _ => Default::default() };
                        let mut inner = Effects::default();
                        let replica = <$protocol>::start(config, env, durable, &mut inner);
                        pass_on(&mut inner, effects, AnyMessage::$name, AnyTimer::$name);
                        Any::$name(replica, inner)
                    })+
                }
            }

            fn on_request(&mut self, env: &Env, request: Request, effects: &mut Effects<AnyMessage, AnyTimer>) {
                match self {
                    $(Any::$name(replica, inner) => {
                        replica.on_request(env, request, inner);
                        pass_on(inner, effects, AnyMessage::$name, AnyTimer::$name);
                    })+
                }
            }

            fn on_command(&mut self, env: &Env, command: Command, effects: &mut Effects<AnyMessage, AnyTimer>) {
                match self {
                    $(Any::$name(replica, inner) => {
                        replica.on_command(env, command, inner);
                        pass_on(inner, effects, AnyMessage::$name, AnyTimer::$name);
                    })+
                }
            }

            fn on_message(&mut self, env: &Env, from: NodeId, message: AnyMessage, effects: &mut Effects<AnyMessage, AnyTimer>) {
                match (self, message) {
                    $((Any::$name(replica, inner), AnyMessage::$name(message)) => {
                        replica.on_message(env, from, message, inner);
                        pass_on(inner, effects, AnyMessage::$name, AnyTimer::$name);
                    })+
                    // A message of another protocol is not for this replica.
                    _ => {}
                }
            }

            fn on_timer(&mut self, env: &Env, timer: AnyTimer, effects: &mut Effects<AnyMessage, AnyTimer>) {
                match (self, timer) {
                    $((Any::$name(replica, inner), AnyTimer::$name(timer)) => {
                        replica.on_timer(env, timer, inner);
                        pass_on(inner, effects, AnyMessage::$name, AnyTimer::$name);
                    })+
                    _ => {}
                }
            }

            fn into_durable(self) -> AnyDurable {
                match self { $(Any::$name(replica, _) => AnyDurable::$name(replica.into_durable())),+ }
            }

            fn reaches(&self, version: Version) -> bool {
                match self { $(Any::$name(replica, _) => replica.reaches(version)),+ }
            }

            fn lacks(&self, seen: &Seen) -> Option<NodeId> {
                match self { $(Any::$name(replica, _) => replica.lacks(seen)),+ }
            }

            fn had_by(&self, other: NodeId, seen: &Seen) -> bool {
                match self { $(Any::$name(replica, _) => replica.had_by(other, seen)),+ }
            }

            fn complete_as_of(&self) -> Option<engine::Time> {
                match self { $(Any::$name(replica, _) => replica.complete_as_of()),+ }
            }

            fn stored(&self, key: Key) -> Stored {
                match self { $(Any::$name(replica, _) => replica.stored(key)),+ }
            }

            fn sum(&self) -> i64 {
                match self { $(Any::$name(replica, _) => replica.sum()),+ }
            }

            fn has(&self, key: Key, element: u16) -> bool {
                match self { $(Any::$name(replica, _) => replica.has(key, element)),+ }
            }

            fn kept(&self) -> Range<u64> {
                match self { $(Any::$name(replica, _) => replica.kept()),+ }
            }

            fn summary(&self) -> Summary {
                match self { $(Any::$name(replica, _) => replica.summary()),+ }
            }

            fn view(&self, env: &Env) -> NodeView {
                match self { $(Any::$name(replica, _) => replica.view(env)),+ }
            }

            fn parcel(message: &AnyMessage) -> Parcel {
                match message { $(AnyMessage::$name(message) => <$protocol>::parcel(message)),+ }
            }
        }
    };
}

// The first offer is what a dataset has that names no protocol.
catalog! {
    LeaderFollower(LeaderFollower) offers leader_follower::ASYNC, leader_follower::SEMI_SYNC, leader_follower::SYNC;
    Quorum(Quorum) offers quorum::QUORUM;
    MultiLeader(MultiLeader) offers multi_leader::MULTI_LEADER;
    Raft(Raft) offers raft::RAFT;
}

fn pass_on<M, T>(
    inner: &mut Effects<M, T>,
    outer: &mut Effects<AnyMessage, AnyTimer>,
    message_of: impl Fn(M) -> AnyMessage,
    timer_of: impl Fn(T) -> AnyTimer,
) {
    for effect in inner.drain() {
        outer.push(match effect {
            Effect::Send { to, message } => Effect::Send { to, message: message_of(message) },
            Effect::Reply { request, response, seen } => Effect::Reply { request, response, seen },
            Effect::SetTimer { timer, after } => Effect::SetTimer { timer: timer_of(timer), after },
            Effect::DiskTimer { timer, takes } => Effect::DiskTimer { timer: timer_of(timer), takes },
            Effect::CancelTimer(timer) => Effect::CancelTimer(timer_of(timer)),
            Effect::AskLease(clock) => Effect::AskLease(clock),
            Effect::Note(fact) => Effect::Note(fact),
        });
    }
}
