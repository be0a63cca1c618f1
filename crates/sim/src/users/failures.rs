//! How operations end at their clients without an answer.

use crate::failure::{Failure, How};

/// No answer in time.
pub(crate) const TIMEOUT: Failure = Failure {
    title: "timed out",
    metric: "timed-out",
    counted: "operations timed out",
    how: How::Silence,
    in_doubt: true,
};

/// Its client did not send it, to spare the region.
pub(crate) const HELD_BACK: Failure =
    Failure::refusal("held back by its client", "held-back", "operations held back by their clients");
