//! F3, F21: a link that works, badly.

use super::Conditions;
use engine::{Probability, Span};
use serde::{Deserialize, Serialize};

/// While it lasts the link is slower, narrower, lossy, doubling or reordering.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DegradedLink {
    /// The region at one end.
    pub from: u16,
    /// The region at the other end.
    pub to: u16,
    /// Whether only traffic from `from` to `to` suffers.
    pub one_way: bool,
    /// Factor on the delay, above 0.
    pub slowness: f64,
    /// Added to the delay.
    pub extra: Span,
    /// Share of packets lost.
    pub loss: Probability,
    /// Share of packets doubled.
    pub duplication: Probability,
    /// Share of packets that may be overtaken.
    pub reordering: Probability,
    /// Bytes per second that still pass; `None` leaves the link's own.
    pub bandwidth: Option<u64>,
}

impl DegradedLink {
    pub(super) fn apply(&self, conditions: &mut Conditions) {
        let (from, to) = (usize::from(self.from), usize::from(self.to));
        let ways: &[(usize, usize)] = if self.one_way { &[(from, to)] } else { &[(from, to), (to, from)] };
        for (from, to) in ways {
            let link = &mut conditions.links[*from][*to];
            link.slowness *= self.slowness;
            link.extra += self.extra;
            link.loss = link.loss.or(self.loss);
            link.duplication = link.duplication.or(self.duplication);
            link.reordering = link.reordering.or(self.reordering);
            link.bandwidth = [link.bandwidth, self.bandwidth].into_iter().flatten().min();
        }
    }
}
