//! Who was heard lately.

use super::message::Effects;
use engine::{FlatMap, Span, Time};
use protocol::{Env, Fact, NodeId};

/// When each other region was last heard, by this region's own ticks.
#[derive(Clone, Debug)]
pub(super) struct Hearing {
    heard: FlatMap<NodeId, Time>,
    /// Whether it was last stated that no majority is heard.
    alone: bool,
}

impl Hearing {
    /// As if all had been heard just now.
    pub(super) fn new(env: &Env) -> Hearing {
        Hearing { heard: env.others().map(|other| (other, env.ticks)).collect(), alone: false }
    }

    pub(super) fn hear(&mut self, from: NodeId, env: &Env) {
        self.heard.insert(from, env.ticks);
    }

    /// Whether no majority of the replicas, this one among them, was heard of within so long; stated when that changes.
    pub(super) fn is_alone(&mut self, within: Span, env: &Env, effects: &mut Effects) -> bool {
        let lately = self.heard.values().filter(|at| env.ticks - **at <= within).count();
        let alone = (lately + 1) * 2 <= env.peers.len();
        if std::mem::replace(&mut self.alone, alone) != alone {
            effects.note(if alone { Fact::Alone { silence: within } } else { Fact::AmongOthers });
        }
        alone
    }

    /// Whether it was last stated so.
    pub(super) fn said_alone(&self) -> bool {
        self.alone
    }
}
