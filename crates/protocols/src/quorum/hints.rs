//! Hinted hand-off: what could not be delivered is kept for whom it was meant. R10.

use super::cell::Cell;
use super::config::Config;
use super::message::{Effects, Message, Timer};
use protocol::{Key, NodeId};
use std::collections::BTreeMap;

/// Hints handed over at once, and no more before those are taken.
const BATCH: usize = 128;

/// What is kept for others: of each key the latest.
#[derive(Clone, Debug, Default)]
pub(super) struct Hints(BTreeMap<(NodeId, Key), Cell>);

impl Hints {
    pub(super) fn count(&self) -> u32 {
        self.0.len() as u32
    }

    /// Keep a write for somebody.
    pub(super) fn keep(&mut self, config: &Config, absent: NodeId, key: Key, cell: Cell, effects: &mut Effects) {
        let first = self.0.is_empty();
        let kept = self.0.entry((absent, key)).or_insert(cell);
        if cell.version > kept.version {
            *kept = cell;
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

    /// Offer the first hints of each absent replica to it. Who cannot be reached does not hold up the others.
    pub(super) fn hand_over(&self, config: &Config, effects: &mut Effects) {
        let mut offered: BTreeMap<NodeId, usize> = BTreeMap::new();
        for ((absent, key), cell) in &self.0 {
            let count = offered.entry(*absent).or_default();
            if *count < BATCH {
                *count += 1;
                effects.send(*absent, Message::Hint { key: *key, cell: *cell });
            }
        }
        self.wake(config, effects);
    }

    /// Somebody has what was kept for it.
    pub(super) fn taken(&mut self, absent: NodeId, key: Key, cell: Cell) {
        if self.0.get(&(absent, key)).is_some_and(|kept| kept.version <= cell.version) {
            self.0.remove(&(absent, key));
        }
    }
}
