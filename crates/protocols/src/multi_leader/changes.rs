//! Changes: what a region makes of what its clients ask for, and of what others send it.

use super::message::Effects;
use super::{MultiLeader, Policy, Work};
use crate::by_key::{Cell, Choice, Content, Held, Sale, Sibling, weight};
use protocol::{Accepted, Env, Fact, Key, NodeId, Request, Response, Seen, Upto, Version, WriteId};
use std::sync::Arc;
use values::{At, Author, Change, Declined, Kind, Verb};

impl MultiLeader {
    /// Whose changes a region makes: another's, once its disk was lost.
    pub(super) fn author(&self, env: &Env) -> Author {
        Author { region: env.node.0, life: self.kept.log.id.lsn }
    }

    /// What a key holds once this change is made to what is here or on its way to the disk; or why the value does not take it.
    pub(super) fn made(
        &mut self,
        env: &Env,
        request: &Request,
        (write, change, bytes): (WriteId, Change, u32),
        effects: &mut Effects,
    ) -> Result<Cell, Declined> {
        let key = request.key;
        let version = self.config.timestamps.of(env, request, &mut self.kept.stamp);
        let accepted = Accepted { write, version };
        let deleted = change.verb == Verb::Delete;
        let made = match (&self.config.policy, &self.config.kind) {
            (Policy::Keep(choice), _) => Ok(self.beside(env, key, (accepted, bytes, deleted), choice)),
            (_, Kind::Register) => {
                let over = self.kept.cells.get(key).map(|cell| cell.accepted());
                let seen = Seen::UNKNOWN;
                Ok(Cell { write, version: accepted.version, over, bytes, deleted, content: Content::Last, seen })
            }
            _ => self.changed(env, key, accepted, change, effects),
        };
        made.map(|cell| Cell { seen: request.seen.clone(), ..cell })
    }

    /// The latest change of a key that is on its way to the disk.
    fn on_its_way(&self, key: Key) -> Option<&Cell> {
        self.disk.values().rev().find(|(_, of, _)| *of == key).map(|(.., cell)| cell)
    }

    /// The same where a key holds a value.
    fn changed(
        &self,
        env: &Env,
        key: Key,
        accepted: Accepted,
        change: Change,
        effects: &mut Effects,
    ) -> Result<Cell, Declined> {
        let Accepted { write, version } = accepted;
        let on_its_way = self.on_its_way(key);
        let merges = self.config.policy == Policy::Merge;
        let (mut held, over) = if merges {
            let held = self.kept.cells.held(key);
            (on_its_way.and_then(Cell::held).into_iter().fold(held, Held::then), None)
        } else {
            let later = on_its_way.cloned().into_iter().chain(self.kept.cells.get(key)).max_by_key(|cell| cell.version);
            let held = later.as_ref().and_then(Cell::held).cloned();
            (held.unwrap_or_else(|| Held::new(&self.config.kind)), later.map(|cell| cell.accepted()))
        };
        let at = self.at(env, accepted);
        let before = held.value.given();
        held.value.apply(change, &at)?;
        let amount = held.value.given() - before;
        let made = Fact::made(accepted, key, change, amount);
        made.into_iter().for_each(|fact| effects.note(fact));
        if amount > 0 && self.config.compensation.is_some() {
            held.sales.add(at.author, Sale { accepted, units: amount });
        }
        if merges {
            held.past.add(&at);
        }
        let (bytes, content) = (held.bytes(), Content::Value(Arc::new(held)));
        Ok(Cell { write, version, over, bytes, deleted: false, content, seen: Seen::UNKNOWN })
    }

    /// The same where versions are kept side by side.
    fn beside(&self, env: &Env, key: Key, (accepted, bytes, deleted): (Accepted, u32, bool), choice: &Choice) -> Cell {
        let Accepted { write, version } = accepted;
        let mut siblings = self.kept.cells.siblings(key);
        let on_its_way = self.on_its_way(key);
        on_its_way.and_then(Cell::siblings).into_iter().for_each(|other| siblings.merge(other));
        let before = on_its_way.map(Cell::accepted).or_else(|| Some(self.kept.cells.get(key)?.accepted()));
        let shown = choice.shown(&siblings, before);
        let over = shown.map(|shown| shown.accepted);
        siblings
            .put(&self.at(env, accepted), Sibling { accepted, over, bytes, deleted }, &|of| choice.replaces(of, shown));
        let (bytes, content) = (weight(&siblings), Content::Siblings(Arc::new(siblings)));
        Cell { write, version, over, bytes, deleted, content, seen: Seen::UNKNOWN }
    }

    /// Who makes this change, and when.
    pub(super) fn at(&self, env: &Env, accepted: Accepted) -> At {
        let Accepted { write, version } = accepted;
        At { write: write.0, author: self.author(env), count: version.lsn, now: env.clock }
    }

    /// The disk has a write of this region: it is confirmed, and the others are sent it.
    pub(super) fn written(&mut self, env: &Env, (request, key, mut cell): Work, effects: &mut Effects) {
        let version = cell.version;
        let next = Upto { log: self.kept.log.id.lsn, count: self.kept.log.last() + 1 };
        if cell.seen.is_kept() {
            cell.seen.add(env.node.0.into(), next);
        }
        if self.config.policy == Policy::LastWriter {
            self.put(env, env.node, key, cell, effects);
        } else {
            // What was on its way to the disk when it was made is in it, and is there with it.
            let before = |(_, of, other): &&Work| *of == key && other.version < version;
            let mut own: Vec<Cell> = self.disk.values().filter(before).map(|(.., other)| other.clone()).collect();
            engine::sort_by_key(&mut own, |cell| cell.version);
            own.push(cell);
            self.change(env, key, &own, effects);
        }
        effects.reply_with(request, Response::Written(version), self.kept.cells.seen(key));
        self.ship(effects);
    }

    /// Merge what came of changes of this region's own, the last of which was made over those before it, into what is here.
    fn change(&mut self, env: &Env, key: Key, own: &[Cell], effects: &mut Effects) {
        let Some(last) = own.last() else { return };
        let result = if self.kept.stamp == last.version { last.version } else { self.stamp(env) };
        let (author, cells) = (self.author(env), &mut self.kept.cells);
        match (&self.config.policy, &last.content) {
            (Policy::Keep(choice), Content::Siblings(made)) => {
                cells.write(key, (author, own), (made, choice), result, effects);
            }
            (_, Content::Value(made)) => cells.change(key, (author, own), made, result, effects),
            _ => return,
        }
        own.iter().for_each(|cell| self.kept.cells.see(key, &cell.seen));
        self.keep_for_others(env, env.node, key);
        self.look_at(env, key, effects);
    }

    /// What another has sent.
    pub(super) fn take(&mut self, env: &Env, from: NodeId, cells: Vec<(Key, Cell)>, effects: &mut Effects) {
        for (key, cell) in cells {
            match self.config.policy {
                Policy::LastWriter => self.put(env, from, key, cell, effects),
                _ => {
                    self.merge(env, from, key, &cell.content, effects);
                    self.kept.cells.see(key, &cell.seen);
                }
            }
        }
        self.ship(effects);
    }

    /// Store a write, and keep it for others if it is for this region to send it: its own, also one that it had lost, and what it passes
    /// on. What is older than what is here goes nowhere: the others are sent the newer.
    fn put(&mut self, env: &Env, from: NodeId, key: Key, cell: Cell, effects: &mut Effects) {
        let stored = self.kept.cells.put(key, cell.clone(), effects);
        let own = cell.version.coordinator() == env.node;
        if stored && (own || self.config.passes_on(env.node)) {
            self.kept.log.append(key, cell, from, env.steady);
        }
    }

    /// Merge another copy into the one here, and keep the result for others if it is for this region to send it: to whom it passes on, and
    /// if something of its own is in it that it had lost.
    fn merge(&mut self, env: &Env, from: NodeId, key: Key, theirs: &Content, effects: &mut Effects) {
        let version = self.stamp(env);
        let authors = match (&self.config.policy, theirs) {
            (Policy::Keep(choice), Content::Siblings(theirs)) => {
                self.kept.cells.take_in_siblings(key, (theirs, choice), version, effects)
            }
            (_, Content::Value(theirs)) => {
                self.meet_on_its_way(key, theirs);
                self.kept.cells.merge(key, theirs, version, effects)
            }
            _ => Vec::new(),
        };
        let own = authors.iter().any(|author| author.region == env.node.0);
        if own || (!authors.is_empty() && self.config.passes_on(env.node)) {
            self.keep_for_others(env, from, key);
        }
        // Whoever sent it lacks something that is here, and is sent it back.
        if let Content::Value(theirs) = theirs
            && self.kept.cells.undoes(key, theirs)
        {
            self.keep_for_others(env, env.node, key);
        }
        self.look_at(env, key, effects);
    }

    /// What is on its way to the disk of a key holds what another copy has, as what is here does: when it is there, it takes the place of that.
    fn meet_on_its_way(&mut self, key: Key, theirs: &Held) {
        let waiting: Vec<u64> = self.disk.iter().filter(|(_, (_, of, _))| *of == key).map(|(work, _)| work).collect();
        for work in waiting {
            if let Some((.., Cell { content: Content::Value(held), .. })) = self.disk.get_mut(work) {
                Arc::make_mut(held).merge(theirs);
            }
        }
    }

    /// Keep for others what a key holds now.
    pub(super) fn keep_for_others(&mut self, env: &Env, from: NodeId, key: Key) {
        let bytes = self.kept.cells.stored(key).bytes;
        self.kept.log.append_merged(key, bytes, (from, env.node), env.steady);
    }

    /// The latest stamp of all that it has given out.
    pub(super) fn stamp(&mut self, env: &Env) -> Version {
        self.kept.stamp = Version::stamped(env.clock, env.node, self.kept.stamp);
        self.kept.stamp
    }
}
