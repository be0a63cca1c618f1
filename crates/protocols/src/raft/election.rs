//! Who is heard, and who is elected.

use super::config::Config;
use super::message::{Ballot, Effects, Timer};
use engine::{Span, Time};
use protocol::{Env, NodeId};

/// Whether a leader is heard of, as one that does not lead knows it by its own clock. What is heard sets no timer: the one that
/// runs looks back when it is over.
#[derive(Clone, Debug)]
pub(super) struct Ear {
    /// When a leader was last heard.
    heard: Time,
    /// Whether one was since the timer was set.
    news: bool,
    /// Whether silence is waited for; if not, the time to stand for election is drawn and waited for.
    listens: bool,
}

impl Ear {
    /// As if a leader had been heard just now: whoever begins waits a whole timeout, since it may have answered one before it lost
    /// its power, which counts on nobody else being elected until then.
    pub(super) fn new(config: &Config, env: &Env, effects: &mut Effects) -> Ear {
        effects.timer(Timer::Silence, config.election_timeout);
        Ear { heard: env.ticks, news: false, listens: true }
    }

    /// Whether a leader was heard within an election timeout, of whatever term and whatever was heard of since: for so long it may count on
    /// nobody else being elected (Ongaro 2014, sections 4.2.3 and 6.4.1).
    pub(super) fn hears(&self, config: &Config, env: &Env) -> bool {
        env.ticks - self.heard < config.election_timeout
    }

    /// A leader is heard.
    pub(super) fn hear(&mut self, config: &Config, env: &Env, effects: &mut Effects) {
        (self.heard, self.news) = (env.ticks, true);
        if !self.listens {
            (self.listens, self.news) = (true, false);
            effects.cancel(Timer::Stand);
            effects.timer(Timer::Silence, config.election_timeout);
        }
    }

    /// Whoever led does so no more, or somebody may be elected soon: wait for as long as if the last leader had just fallen silent.
    pub(super) fn wait(&mut self, config: &Config, effects: &mut Effects) {
        self.listens = false;
        effects.cancel(Timer::Silence);
        let least = config.election_timeout;
        effects.timer_within(Timer::Stand, least..=least * 2);
    }

    /// This one leads: there is nobody to be heard.
    pub(super) fn rest(&mut self, effects: &mut Effects) {
        self.listens = false;
        effects.cancel(Timer::Silence);
        effects.cancel(Timer::Stand);
    }

    /// An election timeout is over since the timer was set.
    pub(super) fn on_silence(&mut self, config: &Config, env: &Env, effects: &mut Effects) {
        let passed = env.ticks - self.heard;
        if std::mem::take(&mut self.news) && passed < config.election_timeout {
            effects.timer(Timer::Silence, config.election_timeout - passed);
        } else {
            self.listens = false;
            effects.timer_within(Timer::Stand, Span::ZERO..=config.election_timeout);
        }
    }
}

/// One that stands for election, or asks whether it should.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    pub(super) ballot: Ballot,
    votes: Vec<NodeId>,
}

impl Candidate {
    /// It votes for itself.
    pub(super) fn new(ballot: Ballot, env: &Env) -> Candidate {
        Candidate { ballot, votes: vec![env.node] }
    }

    /// Whether it only asks.
    pub(super) fn polls(&self) -> bool {
        self.ballot == Ballot::Poll
    }

    pub(super) fn count(&mut self, from: NodeId) {
        if !self.votes.contains(&from) {
            self.votes.push(from);
        }
    }

    pub(super) fn has_won(&self, env: &Env) -> bool {
        self.votes.len() >= majority(env)
    }
}

/// How many replicas are more than half of all.
pub(super) fn majority(env: &Env) -> usize {
    env.peers.len() / 2 + 1
}
