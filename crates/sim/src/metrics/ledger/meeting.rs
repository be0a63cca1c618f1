//! Two writes that did not know each other, and where they met.

use crate::metrics::record::When;
use crate::rivals::{Conflict, Rival};
use protocol::Accepted;

/// Two writes that did not know each other met.
#[derive(Clone, Copy, Debug)]
pub(super) struct Meeting {
    pub(super) when: When,
    pub(super) region: u16,
    pub(super) key: u32,
    pub(super) winner: Accepted,
    pub(super) loser: Accepted,
    /// Whether the loser is passed over.
    pub(super) decided: bool,
}

impl Meeting {
    /// The same for a report, with who is known to have made each.
    pub(super) fn told(&self, dataset: u16, rival: impl Fn(Accepted) -> Rival) -> Conflict {
        let Meeting { when: When { at, event }, region, key, winner, loser, decided } = *self;
        Conflict { dataset, key, at, event, region, winner: rival(winner), loser: rival(loser), decided }
    }
}
