//! Which values are old where a policy says what is shown of writes that did not know each other, whatever their stamps.
//!
//! A later stamp says nothing there of which of two is to be read. A value is old once somebody was told that a write is done that had replaced it
//! knowingly, itself or by way of others. What a policy passes over is not old but lost, and in the books (`ledger`).

use super::record::Facts;
use super::window::Window;
use crate::trace::{Ending, OperationInfo, OperationKind, data};
use engine::{Time, TreeMap};
use protocol::{Accepted, Apart, Fact, WriteId};

/// What is known of all datasets of which a policy says what is shown.
#[derive(Clone, Debug)]
pub(super) struct Replaced {
    /// By dataset.
    sets: Vec<Option<Set>>,
}

/// What is known of a dataset.
#[derive(Clone, Debug)]
struct Set {
    /// By write: the one that it replaced when it was accepted first; 0 is what there was at first.
    over: Window<u64>,
    /// By write: since when it is old.
    old: Window<Time>,
    /// By key: since when that is what there was at first.
    first: TreeMap<Time>,
}

impl Replaced {
    pub(super) fn new(facts: &Facts) -> Replaced {
        let set = || Set { over: Window::new(), old: Window::new(), first: TreeMap::new() };
        Replaced { sets: facts.apart.iter().map(|apart| (*apart == Apart::One).then(set)).collect() }
    }

    pub(super) fn on_data(&mut self, fact: &data::Fact) {
        let data::Fact::Replica { dataset, fact, .. } = *fact else { return };
        let Some(set) = &mut self.sets[usize::from(dataset)] else { return };
        if let Fact::Stored { write: WriteId(write), over, .. } | Fact::Ignored { write: WriteId(write), over, .. } =
            fact
            && set.over.get(write).is_none()
        {
            set.over.insert(write, over.map_or(0, |Accepted { write, .. }| write.0));
        }
    }

    /// An operation has ended. Whether it has read what was old when it began; none if the stamps say so.
    pub(super) fn on_ended(&mut self, at: Time, info: &OperationInfo, ending: &Ending) -> Option<bool> {
        let set = self.sets[usize::from(info.dataset?)].as_mut()?;
        if ending.error.is_some() {
            return Some(false);
        }
        if info.kind == OperationKind::Write {
            set.confirm(at, info.key, info.write);
            return Some(false);
        }
        let old = if ending.read == 0 { set.first.get(info.key.into()) } else { set.old.get(ending.read) };
        Some(old.is_some_and(|since| *since <= info.invoked))
    }
}

impl Set {
    /// What a write had replaced is old, and what that had replaced, up to what was old before.
    fn confirm(&mut self, at: Time, key: u32, write: u64) {
        let mut next = self.over.get(write).copied();
        while let Some(write) = next.filter(|write| *write != 0 && self.old.get(*write).is_none()) {
            self.old.insert(write, at);
            next = self.over.get(write).copied();
        }
        if next == Some(0) {
            self.first.get_or_insert_with(key.into(), || at);
        }
    }
}
