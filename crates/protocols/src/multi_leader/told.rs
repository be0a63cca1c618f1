//! What other regions say that they have: who of them can be asked for what is lacking here.

use engine::{FlatMap, Span, Time};
use protocol::{Env, NodeId, Seen};

/// Whoever has said nothing for so many signs of life may be gone, or cut off.
const LATELY: u64 = 3;

/// What is known of others.
#[derive(Clone, Debug, Default)]
pub(super) struct Told {
    /// Whether clients keep account of what they have seen, so that anything may be lacking to them.
    pub(super) accounts: bool,
    /// Who was heard from lately: when, by this region's own ticks, and what it had.
    by: FlatMap<NodeId, (Time, Seen)>,
}

impl Told {
    /// Another says what it has.
    pub(super) fn hear(&mut self, from: NodeId, has: Seen, env: &Env) {
        if has.is_kept() {
            self.by.insert(from, (env.ticks, has));
        }
    }

    /// What was said long ago is forgotten.
    pub(super) fn forget(&mut self, heartbeat: Span, env: &Env) {
        self.by.retain(|_, (at, _)| env.ticks - *at <= heartbeat * LATELY);
    }

    /// Whether another has said lately that it has all of this.
    pub(super) fn has(&self, other: NodeId, seen: &Seen) -> bool {
        self.by.get(&other).is_some_and(|(_, has)| has.covers(seen))
    }
}
