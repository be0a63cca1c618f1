//! With whom trees are compared, and how often.

use engine::{FlatMap, Span, Time};
use protocol::{Env, NodeId};

/// The comparisons that a replica has begun.
#[derive(Clone, Debug)]
pub(super) struct Compared {
    /// How many times it was another's turn.
    turns: u64,
    /// With each other: when it was asked last, and how long its latest answer took.
    with: FlatMap<NodeId, (Time, Span)>,
}

impl Compared {
    pub(super) fn new(env: &Env) -> Compared {
        Compared { turns: u64::from(env.node.0), with: FlatMap::new() }
    }

    /// With whom trees are compared now, if with anybody.
    pub(super) fn next(&mut self, ring: &[NodeId], now: Time) -> Option<NodeId> {
        let other = *ring.get((self.turns % ring.len().max(1) as u64) as usize)?;
        self.turns += 1;
        self.asks(other, now).then_some(other)
    }

    /// Whether another is asked now: not before as long has passed since it was asked as its latest answer took. Where ways are full an answer takes long, and
    /// each question before it comes has the same sent once more.
    fn asks(&mut self, other: NodeId, now: Time) -> bool {
        let (asked, took) = self.with.get(&other).copied().unwrap_or_default();
        let asks = now.since(asked) >= took;
        if asks {
            self.with.insert(other, (now, took));
        }
        asks
    }

    /// Another answers what it was asked then.
    pub(super) fn answered(&mut self, other: NodeId, asked: Time, now: Time) {
        self.with.get_or_default(other).1 = now.since(asked);
    }
}
