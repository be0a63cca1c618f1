//! What a replica coordinates: the operations under way.

use super::config::Config;
use super::deadlines::Deadlines;
use super::message::{Effects, Timer};
use super::seen::{seen_with_all, seen_with_own};
use crate::by_key::Cell;
use engine::{Time, TreeMap};
use protocol::{Accepted, Env, Key, NodeId, RequestId, Seen, Upto, Version};

/// What a replica coordinates.
#[derive(Clone, Debug)]
pub(super) struct Operations {
    pub(super) under_way: TreeMap<Operation>,
    /// The latest stamp given out.
    pub(super) stamp: Version,
    /// By key: the latest write that was confirmed or shown through here.
    pub(super) shown: Vec<Option<Accepted>>,
    /// By key, where versions are kept side by side: those written through here, and all that their clients had read.
    pub(super) written: TreeMap<Cell>,
    /// As which author: another, once the disk was lost.
    pub(super) life: Version,
    /// Until when operations are waited for, and until when others stand in, if they do.
    pub(super) patience: Deadlines,
    pub(super) stand_in: Option<Deadlines>,
}

/// What is kept of it on the disk.
#[derive(Clone, Debug, Default)]
pub(super) struct Coordinated {
    stamp: Version,
    shown: Vec<Option<Accepted>>,
    written: TreeMap<Cell>,
    life: Version,
}

impl Coordinated {
    /// What begins with an empty disk is another author than the one before, by a clock that no fault sets back.
    pub(super) fn begun(self, env: &Env) -> Coordinated {
        let life = Version::stamped(env.steady, env.node, Version::NONE);
        Coordinated { life: if self.life == Version::NONE { life } else { self.life }, ..self }
    }
}

/// One operation under way.
#[derive(Clone, Debug)]
pub(super) struct Operation {
    pub(super) request: RequestId,
    pub(super) key: Key,
    /// The replicas of the key, and whoever stands in for one.
    pub(super) asked: Vec<NodeId>,
    pub(super) answered: bool,
    /// What its client has seen, where account is kept of that.
    pub(super) seen: Seen,
    pub(super) what: What,
}

#[derive(Clone, Debug)]
pub(super) enum What {
    /// A write, and who has stored it.
    Write { cell: Cell, stored: Vec<NodeId> },
    /// A read, and what was found where.
    Read {
        /// How many must answer.
        needed: usize,
        found: Vec<(NodeId, Option<Cell>)>,
        repair: Option<Repair>,
    },
}

/// The repair that a read waits for: so many have yet to store the newest.
#[derive(Clone, Debug)]
pub(super) struct Repair {
    pub(super) newest: Option<Cell>,
    pub(super) missing: usize,
}

impl Operations {
    /// With what the disk has kept.
    pub(super) fn new(config: &Config, coordinated: Coordinated) -> Operations {
        let Coordinated { stamp, mut shown, written, life } = coordinated;
        shown.resize(config.keys as usize, None);
        let patience = Deadlines::new(Timer::GiveUp, config.patience);
        let stand_in = config.stand_in.map(|after| Deadlines::new(Timer::StandIn, after));
        Operations { under_way: TreeMap::new(), stamp, shown, written, life, patience, stand_in }
    }

    /// What a crash leaves.
    pub(super) fn into_durable(self) -> Coordinated {
        let Operations { stamp, shown, written, life, .. } = self;
        Coordinated { stamp, shown, written, life }
    }

    /// How many have not been answered.
    pub(super) fn waiting(&self) -> u32 {
        self.under_way.values().filter(|operation| !operation.answered).count() as u32
    }

    /// An operation begins. Its number is the host's, which is never given again: an answer to an operation of before a loss of power
    /// is none to a later one.
    pub(super) fn begin(&mut self, operation: Operation, now: Time, effects: &mut Effects) -> u64 {
        let number = operation.request.0;
        self.patience.add(number, now, effects);
        if let (What::Write { .. }, Some(stand_in)) = (&operation.what, &mut self.stand_in) {
            stand_in.add(number, now, effects);
        }
        self.under_way.insert(number, operation);
        number
    }

    pub(super) fn show(&mut self, key: Key, cell: Cell) {
        let shown = &mut self.shown[key.0 as usize];
        *shown = later(*shown, Some(cell.accepted()));
    }

    pub(super) fn end(&mut self, number: u64) {
        self.under_way.remove(number);
    }
}

impl Operation {
    /// Whether what was found is no less than its client has seen of the key.
    pub(super) fn is_shown_enough(&self, newest: Option<&Cell>) -> bool {
        newest.map_or(Upto::default(), upto) >= self.seen.upto(self.key.0)
    }

    /// What its client has seen once it is told of this.
    pub(super) fn seen_with(&self, newest: Option<&Cell>) -> Seen {
        match (newest, newest.and_then(Cell::siblings), &self.what) {
            (Some(cell), Some(versions), What::Write { .. }) => seen_with_own(self.key, cell.accepted(), versions),
            (_, Some(versions), What::Read { .. }) => seen_with_all(self.key, versions),
            (Some(cell), None, _) if self.seen.is_kept() => seen_with(self.key, cell),
            _ => Seen::UNKNOWN,
        }
    }
}

/// A write, and what its client had seen.
pub(super) fn seen_with(key: Key, cell: &Cell) -> Seen {
    let mut seen = cell.seen.clone();
    seen.add(key.0, upto(cell));
    seen
}

fn upto(cell: &Cell) -> Upto {
    Upto { log: 0, count: cell.version.lsn }
}

/// The later of two writes of a key.
pub(super) fn later(one: Option<Accepted>, other: Option<Accepted>) -> Option<Accepted> {
    one.max(other)
}
