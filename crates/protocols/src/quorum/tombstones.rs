//! What is kept of deletions: a tombstone, which wins over what was written before as any later write does, until its grace is over. Whoever was away for
//! longer than that brings back what was deleted (D15; Apache Cassandra, `gc_grace_seconds`).

use super::config::Config;
use super::message::{Effects, Timer};
use engine::{Span, Time};
use protocol::{Env, Key, Version};
use std::collections::VecDeque;

/// The tombstones that a replica has stored and has yet to collect, by their stamps, the earliest first; some have been replaced since.
#[derive(Clone, Debug, Default)]
pub(super) struct Tombstones(VecDeque<(Version, Key)>);

impl Tombstones {
    /// One is stored.
    pub(super) fn add(&mut self, env: &Env, config: &Config, key: Key, version: Version, effects: &mut Effects) {
        if config.grace.is_none() {
            return;
        }
        // They come nearly in order.
        let later = self.0.iter().rev().take_while(|(other, _)| *other > version).count();
        self.0.insert(self.0.len() - later, (version, key));
        // A clock that was set ahead makes others due than the one that is waited for.
        if self.0.len() == later + 1 || self.first_due(config).is_some_and(|due| due <= env.clock) {
            self.wake(env, config, effects);
        }
    }

    /// See to it that the first is collected when it is due, by the clock of the replica.
    pub(super) fn wake(&self, env: &Env, config: &Config, effects: &mut Effects) {
        if let Some(due) = self.first_due(config) {
            effects.timer(Timer::Collect, if due > env.clock { due - env.clock } else { Span::ZERO });
        }
    }

    /// The first, if it is due: it is to be collected.
    pub(super) fn due(&mut self, env: &Env, config: &Config) -> Option<(Version, Key)> {
        if self.first_due(config)? > env.clock { None } else { self.0.pop_front() }
    }

    /// By what time of the clock the first is to be collected.
    fn first_due(&self, config: &Config) -> Option<Time> {
        Some(self.0.front()?.0.stamped_at() + config.grace?)
    }
}
