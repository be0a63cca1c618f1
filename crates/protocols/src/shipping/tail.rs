//! The follower's side: repeat the leader's log, take back what the leader never had.

use super::{Appended, Carrier, Copy, Entry, Log, Shipment};
use engine::{Time, TreeMap};
use protocol::{Fact, NodeId, Version};
use std::collections::VecDeque;

/// What a replica keeps beside its log while it repeats somebody's.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tail {
    /// Entries of the leadership it follows that came before one they follow on, by LSN.
    early: TreeMap<Next>,
    /// Where the log of the leader it follows ended, and what its clock read then, in the order in which that was heard.
    ends: VecDeque<(Version, Time)>,
}

/// So many ends are remembered where this log reaches none: the earliest, to be reached first, and the latest.
const ENDS: usize = 64;

/// An entry and the version of the one before it.
#[derive(Clone, Copy, Debug)]
struct Next {
    previous: Version,
    entry: Entry,
}

impl Tail {
    /// Do what a shipment of the leader that is followed says. Its number, for the answer.
    pub(crate) fn take(
        &mut self,
        log: &mut Log,
        from: NodeId,
        shipment: Shipment,
        window: u32,
        carrier: &mut impl Carrier,
    ) -> u64 {
        match shipment {
            Shipment::Hello { held, settled, number, all, .. } => {
                log.settle(settled.min(held));
                self.hear_of_end(log, all);
                number
            }
            Shipment::Append { number, previous, entry, floor, settled, .. } => {
                let held = self.append(log, Next { previous, entry }, window, carrier);
                log.trim(floor.min(held));
                log.settle(settled.min(held));
                number
            }
            Shipment::Rewind { number, to, replaces, .. } => {
                self.rewind(log, to, replaces, carrier);
                number
            }
            Shipment::Base { number, copy, .. } => {
                self.restore(log, from, *copy, carrier);
                number
            }
        }
    }

    /// The leader's log ended here when its clock read so.
    fn hear_of_end(&mut self, log: &Log, all: (Version, Time)) {
        while self.ends.get(1).is_some_and(|end| shows(log, log.settled(), end.0)) {
            self.ends.pop_front();
        }
        if self.ends.len() == ENDS {
            self.ends.pop_back();
        }
        self.ends.push_back(all);
    }

    /// What the leader's clock read when its log ended last where this one is shown up to, or before.
    pub(crate) fn complete_as_of(&self, log: &Log, shown: u64) -> Option<Time> {
        self.ends.iter().rev().find(|end| shows(log, shown, end.0)).map(|end| end.1)
    }

    /// Append an entry if it follows on the log, and all that came before it and follow on it; keep it if it is ahead by no
    /// more than `window`. The LSN up to which the log is now known to be the leader's.
    fn append(&mut self, log: &mut Log, next: Next, window: u32, carrier: &mut impl Carrier) -> u64 {
        let (lsn, last) = (next.previous.lsn + 1, log.last());
        if next.previous != last {
            if lsn > last.lsn && lsn - last.lsn <= u64::from(window) {
                self.early.insert(lsn, next);
            }
            let held = lsn <= log.floor() || log.epoch_at(lsn) == Some(next.entry.epoch);
            return if held { lsn } else { 0 };
        }
        let mut follows_on = Some(next);
        while let Some(Next { previous, entry }) = follows_on.filter(|next| next.previous == log.last()) {
            let Appended { version, fact, .. } = log.append(entry);
            carrier.note(fact);
            self.early.remove(previous.lsn + 1);
            follows_on = self.early.get(version.lsn + 1).copied();
        }
        log.last().lsn
    }

    /// Take back everything beyond the last entry the leader may share with this log, as far as it can be taken back, if the
    /// log still ends where the leader thought: otherwise the order is late, and the leader has what it would take back.
    fn rewind(&mut self, log: &mut Log, to: Version, replaces: Version, carrier: &mut impl Carrier) {
        if log.last() == replaces {
            self.early = TreeMap::new();
            let shared = log.epoch_at(to.lsn) == Some(to.epoch);
            take_back_beyond(log, if shared { to.lsn } else { to.lsn.saturating_sub(1) }, carrier);
        }
    }

    /// Replace everything by a copy of the leader's state.
    fn restore(&mut self, log: &mut Log, from: NodeId, copy: Copy, carrier: &mut impl Carrier) {
        if log.last() == copy.replaces {
            self.early = TreeMap::new();
            take_back_beyond(log, copy.shared, carrier);
            let upto = copy.version;
            log.restore(copy);
            carrier.note(Fact::Restored { from, upto });
        }
    }
}

/// Whether a log that is shown up to an LSN shows all of one that ended here.
fn shows(log: &Log, shown: u64, end: Version) -> bool {
    end.lsn <= shown && (end.lsn <= log.floor() || log.epoch_at(end.lsn) == Some(end.epoch))
}

fn take_back_beyond(log: &mut Log, lsn: u64, carrier: &mut impl Carrier) {
    while let Some(fact) = log.take_back_beyond(lsn) {
        carrier.note(fact);
    }
}
