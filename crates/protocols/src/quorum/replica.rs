//! One replica, and its disk.

use super::compared::Compared;
use super::config::Config;
use super::hints::Hints;
use super::message::{Effects, Message, Timer};
use super::operations::Operations;
use super::tombstones::Tombstones;
use crate::by_key::{Cell, Cells};
use protocol::{Env, Key, NodeId};

/// One replica.
#[derive(Clone, Debug)]
pub struct Quorum {
    pub(super) config: Config,
    pub(super) cells: Cells,
    pub(super) hints: Hints,
    pub(super) tombstones: Tombstones,
    pub(super) operations: Operations,
    /// What the disk has yet to do.
    pub(super) disk: engine::TreeMap<Work>,
    /// The number of its latest piece of work.
    pub(super) works: u64,
    pub(super) compared: Compared,
}

/// What a disk has to do, and what follows.
#[derive(Clone, Debug)]
pub(super) enum Work {
    Write { key: Key, cell: Cell, then: Then },
    Keep { absent: NodeId, key: Key, cell: Cell, then: Then },
    Read { key: Key, number: u64, to: NodeId },
}

/// What follows when a write is stored.
#[derive(Clone, Copy, Debug)]
pub(super) enum Then {
    /// The coordinator hears of it.
    Tell {
        number: u64,
        to: NodeId,
    },
    /// Who kept it hears of it.
    Take {
        number: u64,
        to: NodeId,
    },
    Nothing,
}

impl Quorum {
    /// Write to the disk.
    pub(super) fn store(&mut self, env: &Env, key: Key, cell: Cell, then: Then, effects: &mut Effects) {
        self.work(env, 0, Work::Write { key, cell, then }, effects);
    }

    /// Keep a write for somebody, on the disk.
    pub(super) fn keep(
        &mut self,
        env: &Env,
        absent: NodeId,
        (key, cell): (Key, Cell),
        then: Then,
        effects: &mut Effects,
    ) {
        self.work(env, 0, Work::Keep { absent, key, cell, then }, effects);
    }

    /// Read from the disk.
    pub(super) fn fetch(&mut self, env: &Env, key: Key, number: u64, to: NodeId, effects: &mut Effects) {
        self.work(env, 1, Work::Read { key, number, to }, effects);
    }

    fn work(&mut self, env: &Env, kind: usize, work: Work, effects: &mut Effects) {
        let Some(takes) = &self.config.disk[kind] else { return self.done(env, work, effects) };
        self.works += 1;
        effects.disk_timer(Timer::Disk(self.works), takes);
        self.disk.insert(self.works, work);
    }

    /// The disk is done: what is written counts from now on, and what is read is as of now.
    pub(super) fn done(&mut self, env: &Env, work: Work, effects: &mut Effects) {
        match work {
            Work::Write { key, cell, then } => {
                if let Some(versions) = cell.siblings() {
                    self.cells.put_beside(key, versions, effects);
                } else if self.cells.put(key, cell.clone(), effects) && cell.deleted {
                    self.tombstones.add(env, &self.config, key, cell.version, effects);
                }
                self.follow(env, then, (key, cell), effects);
            }
            Work::Keep { absent, key, cell, then } => {
                self.hints.keep(&self.config, absent, key, cell.clone(), effects);
                self.follow(env, then, (key, cell), effects);
            }
            Work::Read { key, number, to } => {
                let cell = self.cells.get(key);
                if to == env.node {
                    self.on_got(env, to, number, cell, effects);
                } else {
                    effects.send(to, Message::Got { number, cell });
                }
            }
        }
    }

    fn follow(&mut self, env: &Env, then: Then, (key, cell): (Key, Cell), effects: &mut Effects) {
        match then {
            Then::Tell { number, to } => self.reply_stored(env, to, number, effects),
            Then::Take { number, to } => effects.send(to, Message::Taken { number, key, cell }),
            Then::Nothing => {}
        }
    }

    fn reply_stored(&mut self, env: &Env, to: NodeId, number: u64, effects: &mut Effects) {
        if to == env.node {
            self.on_stored(env, to, number, effects);
        } else {
            effects.send(to, Message::Stored { number });
        }
    }

    /// Collect the tombstones that are due.
    pub(super) fn collect(&mut self, env: &Env, effects: &mut Effects) {
        while let Some((version, key)) = self.tombstones.due(env, &self.config) {
            self.cells.collect(key, version, effects);
        }
        self.tombstones.wake(env, &self.config, effects);
    }
}
