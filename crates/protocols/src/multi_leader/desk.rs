//! The desk: people who decide between versions that did not know each other (D7).

use super::message::{Effects, Timer};
use super::{Choice, MultiLeader, People, Policy};
use protocol::{Accepted, Env, Fact, Key};
use std::collections::VecDeque;

/// Keys that wait for a person, the first in the queue being looked at. It is not on the disk: what is to be decided is.
#[derive(Clone, Debug, Default)]
pub(super) struct Desk(VecDeque<Key>);

impl MultiLeader {
    /// Who decides, if that is here.
    fn people(&self, env: &Env) -> Option<People> {
        self.config.people.filter(|people| people.at == env.node)
    }

    /// Put every key that is to be decided on into the queue.
    pub(super) fn look_through(&mut self, env: &Env, effects: &mut Effects) {
        if self.people(env).is_some() {
            let keys: Vec<Key> = self.kept.cells.all().map(|(key, _)| key).collect();
            keys.into_iter().for_each(|key| self.look_at(env, key, effects));
        }
    }

    /// A copy of a key has changed: if it is to be decided on, it waits for a person. If the queue is full, nobody looks at it.
    pub(super) fn look_at(&mut self, env: &Env, key: Key, effects: &mut Effects) {
        let Some(people) = self.people(env) else { return };
        if self.desk.0.contains(&key) || self.kept.cells.siblings(key).iter().nth(1).is_none() {
            return;
        }
        if self.desk.0.len() as u64 >= people.room {
            return self.settle(env, key, false, effects);
        }
        self.desk.0.push_back(key);
        if self.desk.0.len() == 1 {
            effects.timer(Timer::Decided, people.takes);
        }
        self.say_who_waits(effects);
    }

    /// A person has decided on the first key in the queue.
    pub(super) fn on_decided(&mut self, env: &Env, effects: &mut Effects) {
        let (Some(people), Some(key)) = (self.people(env), self.desk.0.pop_front()) else { return };
        if !self.desk.0.is_empty() {
            effects.timer(Timer::Decided, people.takes);
        }
        self.say_who_waits(effects);
        self.settle(env, key, true, effects);
        self.ship(effects);
    }

    fn say_who_waits(&self, effects: &mut Effects) {
        effects.note(Fact::Waiting { keys: self.desk.0.len() as u32 });
    }

    /// The later version takes the place of all others, and its writer is taken to have known them.
    fn settle(&mut self, env: &Env, key: Key, looked_at: bool, effects: &mut Effects) {
        let mut siblings = self.kept.cells.siblings(key);
        let Some(kept) = siblings.iter().max_by_key(|version| version.accepted.version).copied() else { return };
        for dropped in siblings.iter().map(|version| version.accepted).filter(|dropped| *dropped != kept.accepted) {
            effects.note(Fact::Settled { key, kept: kept.accepted, dropped, looked_at });
        }
        let version = self.stamp(env);
        let decided = Accepted { version, ..kept.accepted };
        siblings.put(&self.at(env, decided), kept, |_| true);
        let Policy::Keep(choice @ Choice::Suspended) = &self.config.policy else { return };
        self.kept.cells.take_in_siblings(key, (&siblings, choice), version, effects);
        self.keep_for_others(env, env.node, key);
    }
}
