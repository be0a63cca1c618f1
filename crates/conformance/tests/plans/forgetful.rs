//! A protocol that lies: it acknowledges what it has in memory, whatever was set.

use engine::{Span, Time};
use protocol::{Command, Effects, Env, Key, NodeId, NodeView, Parcel, Protocol, Request, Stored, Summary, Version};
use protocols::shipping::Durability;
use protocols::{Any, AnyConfig};

/// Any protocol, forgetting what it acknowledged of late when it loses its power.
#[derive(Clone, Debug)]
pub struct Forgetful(Any);

type Wants = Effects<<Any as Protocol>::Message, <Any as Protocol>::Timer>;

impl Protocol for Forgetful {
    type Config = AnyConfig;
    type Message = <Any as Protocol>::Message;
    type Timer = <Any as Protocol>::Timer;
    type Durable = <Any as Protocol>::Durable;

    fn holders(config: &AnyConfig, followers: usize) -> usize {
        Any::holders(config, followers)
    }

    fn homes(config: &AnyConfig, peers: &[NodeId]) -> Vec<Vec<NodeId>> {
        Any::homes(config, peers)
    }

    fn start(config: &AnyConfig, env: &Env, durable: Self::Durable, effects: &mut Wants) -> Self {
        let mut config = config.clone();
        if let AnyConfig::Raft(config) = &mut config {
            config.storage.delay = Span::from_millis(300);
            config.storage.durability = Durability::Buffered;
        }
        Forgetful(Any::start(&config, env, durable, effects))
    }

    fn on_request(&mut self, env: &Env, request: Request, effects: &mut Wants) {
        self.0.on_request(env, request, effects);
    }

    fn on_command(&mut self, env: &Env, command: Command, effects: &mut Wants) {
        self.0.on_command(env, command, effects);
    }

    fn on_message(&mut self, env: &Env, from: NodeId, message: Self::Message, effects: &mut Wants) {
        self.0.on_message(env, from, message, effects);
    }

    fn on_timer(&mut self, env: &Env, timer: Self::Timer, effects: &mut Wants) {
        self.0.on_timer(env, timer, effects);
    }

    fn into_durable(self) -> Self::Durable {
        self.0.into_durable()
    }

    fn reaches(&self, version: Version) -> bool {
        self.0.reaches(version)
    }

    fn complete_as_of(&self) -> Option<Time> {
        self.0.complete_as_of()
    }

    fn stored(&self, key: Key) -> Stored {
        self.0.stored(key)
    }

    fn sum(&self) -> i64 {
        self.0.sum()
    }

    fn summary(&self) -> Summary {
        self.0.summary()
    }

    fn view(&self, env: &Env) -> NodeView {
        self.0.view(env)
    }

    fn parcel(message: &Self::Message) -> Parcel {
        Any::parcel(message)
    }
}
