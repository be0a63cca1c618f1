//! What a replica coordinates: the operations under way.

use super::cell::Cell;
use super::config::Config;
use super::message::{Effects, Timer};
use protocol::{Key, NodeId, RequestId, Version};
use std::collections::BTreeMap;

/// What a replica coordinates.
#[derive(Clone, Debug)]
pub(super) struct Operations {
    pub(super) under_way: BTreeMap<u64, Operation>,
    /// The number of the latest.
    number: u64,
    /// The latest stamp given out.
    pub(super) stamp: Version,
    /// By key: the latest version that was written or shown through here.
    pub(super) shown: Vec<Version>,
}

/// One operation under way.
#[derive(Clone, Debug)]
pub(super) struct Operation {
    pub(super) request: RequestId,
    pub(super) key: Key,
    /// The replicas of the key, and whoever stands in for one.
    pub(super) asked: Vec<NodeId>,
    pub(super) answered: bool,
    pub(super) what: What,
}

#[derive(Clone, Debug)]
pub(super) enum What {
    /// A write, or the repair of those that a read found behind, and who has stored it.
    Write { cell: Cell, stored: Vec<NodeId> },
    /// A read, and what was found where.
    Read { found: Vec<(NodeId, Option<Cell>)>, repair: Option<Repair> },
}

/// The repair that a read waits for: so many have yet to store the newest.
#[derive(Clone, Copy, Debug)]
pub(super) struct Repair {
    pub(super) newest: Option<Cell>,
    pub(super) missing: usize,
}

impl Operations {
    pub(super) fn new(keys: u32, stamp: Version) -> Operations {
        Operations { under_way: BTreeMap::new(), number: 0, stamp, shown: vec![Version::NONE; keys as usize] }
    }

    /// How many have not been answered.
    pub(super) fn waiting(&self) -> u32 {
        self.under_way.values().filter(|operation| !operation.answered).count() as u32
    }

    pub(super) fn begin(&mut self, operation: Operation, config: &Config, effects: &mut Effects) -> u64 {
        self.number += 1;
        self.under_way.insert(self.number, operation);
        effects.timer(Timer::GiveUp(self.number), config.patience);
        self.number
    }

    pub(super) fn show(&mut self, key: Key, version: Version) {
        let shown = &mut self.shown[key.0 as usize];
        *shown = version.max(*shown);
    }

    pub(super) fn end(&mut self, number: u64, effects: &mut Effects) {
        self.under_way.remove(&number);
        effects.cancel(Timer::GiveUp(number));
        effects.cancel(Timer::StandIn(number));
    }
}
