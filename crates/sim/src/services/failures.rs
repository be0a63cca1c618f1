//! What the service of a region does not do.

use crate::failure::Failure;

/// The region's queue was full.
pub(crate) const OVERLOADED: Failure =
    Failure::refusal("refused: queue full", "overloaded", "operations refused, queue full");

/// Passed on from region to region as often as may be, without meeting the leader.
pub(crate) const ASTRAY: Failure =
    Failure::refusal("refused: regions disagree who leads", "astray", "operations refused, regions disagree who leads");

/// The service failed.
pub(crate) const SERVER_ERROR: Failure =
    Failure::refusal("server error", "server-errors", "operations failed by the service");
