//! When a leader may answer reads: once it is sure that nobody else led when they came.

use super::config::{Config, Reads};
use super::message::{Effects, Timer};
use engine::{Span, Time};
use protocol::{Env, Key, RequestId};
use std::collections::VecDeque;

/// The reads that wait, and what is known of the majority that still hears this leader.
#[derive(Clone, Debug, Default)]
pub(super) struct Confirmation {
    /// A majority has heard what was sent by then; nothing yet if it is `None`.
    upto: Option<Time>,
    /// When a sign of life last went out for reads that wait.
    asked: Option<Time>,
    waiting: VecDeque<Read>,
    /// Whether there is a lease, and whether a majority was heard since its timer was set.
    lease: bool,
    news: bool,
}

/// A read that waits.
#[derive(Clone, Copy, Debug)]
pub(super) struct Read {
    pub(super) request: RequestId,
    pub(super) key: Key,
    at: Time,
}

impl Confirmation {
    /// A read has come.
    pub(super) fn wait(&mut self, request: RequestId, key: Key, env: &Env) {
        self.waiting.push_back(Read { request, key, at: env.ticks });
    }

    /// Whether signs of life are to go out for reads that wait: not while others are under way, so that all that come meanwhile
    /// share the next.
    pub(super) fn asks(&mut self, env: &Env) -> bool {
        let asks = !self.waiting.is_empty() && self.asked.is_none_or(|asked| self.upto >= Some(asked));
        if asks {
            self.asked = Some(env.ticks);
        }
        asks
    }

    /// A majority has heard what was sent by then.
    pub(super) fn confirm(&mut self, config: &Config, upto: Option<Time>, env: &Env, effects: &mut Effects) {
        if upto <= self.upto {
            return;
        }
        (self.upto, self.news) = (upto, true);
        if config.reads == Reads::Lease && !self.lease {
            self.renew(config, env, effects);
        }
    }

    /// Hold a lease for as long as the last confirmation says, and look again then.
    fn renew(&mut self, config: &Config, env: &Env, effects: &mut Effects) {
        let left = self.upto.map_or(Span::ZERO, |upto| config.lease() - (env.ticks - upto));
        (self.lease, self.news) = (left > Span::ZERO, false);
        if self.lease {
            effects.timer(Timer::Lease, left);
        }
    }

    /// The lease is over by this leader's clock, unless a majority was heard since.
    pub(super) fn on_lease(&mut self, config: &Config, env: &Env, effects: &mut Effects) {
        self.lease = false;
        if self.news {
            self.renew(config, env, effects);
        }
    }

    /// Whether there is a lease.
    pub(super) fn has_lease(&self) -> bool {
        self.lease
    }

    /// The next read that can be answered: a majority was heard since it came, or need not be.
    pub(super) fn next(&mut self, leased: bool) -> Option<Read> {
        self.waiting.pop_front_if(|read| leased || Some(read.at) <= self.upto)
    }

    /// Whether a read that came by then waits.
    pub(super) fn owes(&self, by: Time) -> bool {
        self.waiting.front().is_some_and(|read| read.at <= by)
    }

    /// All that wait, which are not answered.
    pub(super) fn give_up(&mut self) -> impl Iterator<Item = RequestId> + '_ {
        self.waiting.drain(..).map(|read| read.request)
    }
}
