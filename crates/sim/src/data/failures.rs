//! What a replica does not do.

use crate::failure::{Failure, How};

/// Whoever was asked does not lead and knows nobody who does.
pub(crate) const NO_LEADER: Failure =
    Failure::refusal("refused: no leader", "no-leader", "operations refused, no leader");

/// The leader's lease had run out.
pub(crate) const NO_LEASE: Failure =
    Failure::refusal("refused: leader without a lease", "no-lease", "operations refused, leader without a lease");

/// The leader was handing its leadership over.
pub(crate) const HANDING_OVER: Failure = Failure::refusal(
    "refused: leadership being handed over",
    "handing-over",
    "operations refused, leadership being handed over",
);

/// What a new leader would show could still be lost, until enough followers hold it.
pub(crate) const UNSETTLED: Failure = Failure::refusal(
    "refused: new leader not sure of the value yet",
    "unsettled",
    "operations refused, new leader not sure of the value yet",
);

/// Too few replicas answered a read.
pub(crate) const NO_QUORUM: Failure = Failure::refusal(
    "refused: too few replicas answered",
    "no-quorum",
    "operations refused, too few replicas answered",
);

/// The value does not take the change, such as when all is sold.
pub(crate) const DECLINED: Failure = Failure {
    title: "declined: the value does not take it",
    metric: "declined",
    counted: "operations declined by the value",
    how: How::Answer,
    in_doubt: false,
};

/// A write whose leader stepped down before it could tell what became of it.
pub(crate) const UNKNOWN: Failure = Failure {
    title: "outcome unknown",
    metric: "outcome-unknown",
    counted: "operations of unknown outcome",
    how: How::Refusal,
    in_doubt: true,
};
