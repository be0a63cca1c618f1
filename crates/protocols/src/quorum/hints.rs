//! Hinted hand-off: what could not be delivered is kept for whom it was meant. R10.

use super::config::Config;
use super::message::{Effects, Message, Timer};
use crate::by_key::{Cell, ignore};
use engine::{FlatMap, TreeMap};
use protocol::{Env, Fact, Key, NodeId, Version};

/// Hints handed over at once, and no more before those are taken.
const BATCH: usize = 128;
/// What is kept for others.
#[derive(Clone, Debug, Default)]
pub(super) struct Hints(FlatMap<NodeId, Kept>);

/// What is kept for one of them.
#[derive(Clone, Debug, Default)]
struct Kept {
    /// Of each key, by its number, the latest, or all versions that stand side by side.
    cells: TreeMap<Cell>,
    /// How many of those handed over last were not taken, and the number of the last of them.
    under_way: usize,
    upto: u64,
    /// The number of the latest hint.
    number: u64,
}

impl Hints {
    pub(super) fn count(&self) -> u32 {
        self.0.values().map(|kept| kept.cells.len() as u32).sum()
    }

    /// Keep a write for somebody.
    pub(super) fn keep(&mut self, config: &Config, absent: NodeId, key: Key, cell: Cell, effects: &mut Effects) {
        let first = self.0.is_empty();
        let cells = &mut self.0.get_or_default(absent).cells;
        match cells.get(u64::from(key.0)) {
            Some(kept) if !kept.lacks(&cell) => ignore(key, &cell, kept.accepted(), effects),
            kept => {
                let Cell { write, version, over, .. } = cell;
                let cell = kept.into_iter().fold(cell, Cell::with);
                effects.note(Fact::Hinted { to: absent, write, key, version, over });
                if let Some(versions) = cell.siblings() {
                    for (author, lsn) in versions.past().iter() {
                        let upto = Version { lsn, ..Version::NONE };
                        effects.note(Fact::Kept { to: absent, key, author, upto });
                    }
                }
                cells.insert(u64::from(key.0), cell);
            }
        }
        if first {
            self.wake(config, effects);
        }
    }

    /// See to it that hints are handed over, if there are any.
    pub(super) fn wake(&self, config: &Config, effects: &mut Effects) {
        if !self.0.is_empty() {
            effects.timer(Timer::HandOff, config.hand_off);
        }
    }

    /// Hand over what is kept. Whoever has not taken all of the last is tried with one: that is answered after the others, or
    /// they are lost.
    pub(super) fn hand_over(&mut self, env: &Env, config: &Config, effects: &mut Effects) {
        self.drop_old(env, config, effects);
        for (absent, kept) in self.0.iter_mut() {
            if kept.under_way == 0 {
                kept.hand_over(*absent, effects);
            } else if let Some((key, cell)) = kept.cells.iter().next() {
                kept.number += 1;
                effects.send(*absent, Message::Hint { number: kept.number, key: Key(key as u32), cell: cell.clone() });
            }
        }
        self.wake(config, effects);
    }

    /// Drop what is older than tombstones are kept: whoever it is for may have collected the tombstone of what was deleted since (as Cassandra, where hints
    /// live no longer than `gc_grace_seconds`).
    pub(super) fn drop_old(&mut self, env: &Env, config: &Config, effects: &mut Effects) {
        let Some(grace) = config.grace else { return };
        for (absent, kept) in self.0.iter_mut() {
            let is_old = |cell: &Cell| cell.version.stamped_at() + grace <= env.clock;
            let old: Vec<u64> = kept.cells.iter().filter(|(_, cell)| is_old(cell)).map(|(key, _)| key).collect();
            for key in old {
                kept.cells.remove(key);
                effects.note(Fact::HintDropped { to: *absent, key: Key(key as u32) });
            }
        }
        self.0.retain(|_, kept| !kept.cells.is_empty());
    }

    /// Somebody has what was kept for it.
    pub(super) fn taken(&mut self, absent: NodeId, number: u64, (key, cell): (Key, Cell), effects: &mut Effects) {
        let Some(kept) = self.0.get_mut(&absent) else { return };
        if kept.cells.get(u64::from(key.0)).is_some_and(|kept| !cell.lacks(kept)) {
            kept.cells.remove(u64::from(key.0));
            effects.note(Fact::HandedOff { to: absent, key });
        }
        kept.under_way = if number > kept.upto { 0 } else { kept.under_way.saturating_sub(1) };
        if kept.cells.is_empty() {
            self.0.remove(&absent);
        } else if kept.under_way == 0 {
            kept.hand_over(absent, effects);
        }
    }
}

impl Kept {
    fn hand_over(&mut self, absent: NodeId, effects: &mut Effects) {
        for (key, cell) in self.cells.iter().take(BATCH) {
            self.number += 1;
            effects.send(absent, Message::Hint { number: self.number, key: Key(key as u32), cell: cell.clone() });
        }
        (self.under_way, self.upto) = (self.cells.len().min(BATCH), self.number);
    }
}
