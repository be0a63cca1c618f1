//! Decisions by people between versions that did not know each other (D7).

use super::message::Effects;
use super::{Choice, MultiLeader, People, Policy};
use crate::by_key::latest;
use protocol::{Accepted, Env, Fact, Key};
use values::{At, Author};

impl MultiLeader {
    /// Who decides, if that is here.
    fn people(&self, env: &Env) -> Option<People> {
        self.config.people.filter(|people| people.at == env.node)
    }

    /// Look at every key, whether it is to be decided on.
    pub(super) fn look_through(&mut self, env: &Env, effects: &mut Effects) {
        if self.people(env).is_some() || self.validates(env) {
            let keys: Vec<Key> = self.kept.cells.all().map(|(key, _)| key).collect();
            keys.into_iter().for_each(|key| self.look_at(env, key, effects));
        }
    }

    /// A copy of a key has changed: if it is to be decided on, it waits for a person. If there is no room, nobody looks at it.
    pub(super) fn look_at(&mut self, env: &Env, key: Key, effects: &mut Effects) {
        self.watch(env, key, effects);
        let Some(people) = self.people(env) else { return };
        let to_decide = self.kept.cells.siblings(key).iter().nth(1).is_some();
        if to_decide && !self.desk.holds(key) && !self.desk.put(key, people, effects) {
            self.settle(env, key, false, effects);
        }
    }

    /// A person has decided.
    pub(super) fn on_decided(&mut self, env: &Env, effects: &mut Effects) {
        let Some(people) = self.people(env) else { return };
        if let Some(key) = self.desk.take(people, effects) {
            self.settle(env, key, true, effects);
            self.ship(effects);
        }
    }

    /// Who makes this decision, and when. People are an author of their own: of the region's changes there may be earlier ones on their way to the disk.
    pub(super) fn decided(&self, env: &Env, accepted: Accepted) -> At {
        let at = self.at(env, accepted);
        At { author: Author { life: !at.author.life, ..at.author }, ..at }
    }

    /// The later version takes the place of all others, as if its writer had known them.
    fn settle(&mut self, env: &Env, key: Key, looked_at: bool, effects: &mut Effects) {
        let mut siblings = self.kept.cells.siblings(key);
        let Some(kept) = latest(&siblings).copied() else { return };
        let accepted = siblings.iter().map(|version| version.accepted);
        let dropped: Vec<Accepted> = accepted.filter(|version| *version != kept.accepted).collect();
        if dropped.is_empty() {
            return;
        }
        let settled = |dropped| Fact::Settled { key, kept: kept.accepted, dropped, looked_at };
        dropped.into_iter().for_each(|dropped| effects.note(settled(dropped)));
        let version = self.stamp(env);
        siblings.put(&self.decided(env, Accepted { version, ..kept.accepted }), kept, &|_| true);
        let Policy::Keep(choice @ Choice::Suspended) = &self.config.policy else { return };
        self.kept.cells.take_in_siblings(key, (&siblings, choice), version, effects);
        self.keep_for_others(env, env.node, key);
    }
}
