//! A protocol that lies: it acknowledges each write as soon as its leader has appended it, whatever it promised.

use protocol::{
    Command, Effect, Effects, Env, Fact, Key, NodeId, NodeView, Operation, Parcel, Protocol, Request, RequestId,
    Response, Stored, Summary,
};
use protocols::{Any, AnyConfig};
use std::collections::BTreeSet;

/// Any protocol, acknowledging too soon.
#[derive(Clone, Debug)]
pub struct Hasty {
    honest: Any,
    inner: Effects<<Any as Protocol>::Message, <Any as Protocol>::Timer>,
    /// What is answered already.
    answered: BTreeSet<RequestId>,
}

impl Hasty {
    fn pass_on(&mut self, effects: &mut Effects<<Any as Protocol>::Message, <Any as Protocol>::Timer>) {
        for effect in self.inner.drain() {
            effects.push(match effect {
                Effect::Reply { request, .. } if self.answered.remove(&request) => continue,
                Effect::Reply { request, response, seen } => Effect::Reply { request, response, seen },
                Effect::Send { to, message } => Effect::Send { to, message },
                Effect::SetTimer { timer, after } => Effect::SetTimer { timer, after },
                Effect::DiskTimer { timer, takes } => Effect::DiskTimer { timer, takes },
                Effect::CancelTimer(timer) => Effect::CancelTimer(timer),
                Effect::AskLease(clock) => Effect::AskLease(clock),
                Effect::Note(fact) => Effect::Note(fact),
            });
        }
    }
}

impl Protocol for Hasty {
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

    fn start(
        config: &AnyConfig,
        env: &Env,
        durable: Self::Durable,
        effects: &mut Effects<Self::Message, Self::Timer>,
    ) -> Self {
        let mut inner = Effects::default();
        let honest = Any::start(config, env, durable, &mut inner);
        let mut hasty = Hasty { honest, inner, answered: BTreeSet::new() };
        hasty.pass_on(effects);
        hasty
    }

    fn on_request(&mut self, env: &Env, request: Request, effects: &mut Effects<Self::Message, Self::Timer>) {
        let (id, operation) = (request.id, request.operation);
        self.honest.on_request(env, request, &mut self.inner);
        let mut passed = Effects::default();
        self.pass_on(&mut passed);
        let (mut appended, mut answered) = (None, false);
        for effect in passed.drain() {
            match &effect {
                Effect::Note(Fact::Appended { version, .. }) => appended = Some(*version),
                Effect::Reply { .. } => answered = true,
                _ => {}
            }
            effects.push(effect);
        }
        if let (Some(version), false, Operation::Write { .. }) = (appended, answered, operation) {
            effects.reply(id, Response::Written(version));
            self.answered.insert(id);
        }
    }

    fn on_command(&mut self, env: &Env, command: Command, effects: &mut Effects<Self::Message, Self::Timer>) {
        self.honest.on_command(env, command, &mut self.inner);
        self.pass_on(effects);
    }

    fn on_message(
        &mut self,
        env: &Env,
        from: NodeId,
        message: Self::Message,
        effects: &mut Effects<Self::Message, Self::Timer>,
    ) {
        self.honest.on_message(env, from, message, &mut self.inner);
        self.pass_on(effects);
    }

    fn on_timer(&mut self, env: &Env, timer: Self::Timer, effects: &mut Effects<Self::Message, Self::Timer>) {
        self.honest.on_timer(env, timer, &mut self.inner);
        self.pass_on(effects);
    }

    fn into_durable(self) -> Self::Durable {
        self.honest.into_durable()
    }

    fn stored(&self, key: Key) -> Stored {
        self.honest.stored(key)
    }

    fn sum(&self) -> i64 {
        self.honest.sum()
    }

    fn summary(&self) -> Summary {
        self.honest.summary()
    }

    fn view(&self, env: &Env) -> NodeView {
        self.honest.view(env)
    }

    fn parcel(message: &Self::Message) -> Parcel {
        Any::parcel(message)
    }
}
