//! Who was heard lately.

use engine::{FlatMap, Span, Time};
use protocol::{Env, NodeId};

/// When each other region was last heard, by this region's own ticks.
#[derive(Clone, Debug)]
pub(super) struct Hearing {
    heard: FlatMap<NodeId, Time>,
}

impl Hearing {
    /// As if all had been heard just now.
    pub(super) fn new(env: &Env) -> Hearing {
        Hearing { heard: env.others().map(|other| (other, env.ticks)).collect() }
    }

    pub(super) fn hear(&mut self, from: NodeId, env: &Env) {
        self.heard.insert(from, env.ticks);
    }

    /// Whether a majority of the replicas, this one among them, was heard of within so long.
    pub(super) fn a_majority(&self, within: Span, env: &Env) -> bool {
        let lately = self.heard.values().filter(|at| env.ticks - **at <= within).count();
        (lately + 1) * 2 > env.peers.len()
    }
}
