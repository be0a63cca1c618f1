//! What a check says.

use serde::{Deserialize, Serialize};

use crate::history::{Call, Operation};

/// Whether a property holds of the operations on one key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Verdict<C = Call> {
    /// There is an order of the operations that explains every answer.
    Holds,
    /// There is none, and this is why.
    Violated(Witness<C>),
    /// The search was given a budget and spent it. Never without a budget.
    Undecided {
        /// What was spent, in a few words.
        reason: String,
    },
}

/// The few operations that cannot be explained together, whatever the others did.
///
/// They are minimal: let any one of them go and the rest can be explained. To let an operation go is to stop it from constraining
/// anything: a read is forgotten, a write is taken to be of unknown outcome. It is not to delete it, for then a read of its value would
/// be unexplained for a reason that is not in the history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Witness<C = Call> {
    /// The operations, in order of invocation.
    pub operations: Vec<Operation<C>>,
    /// Which of them conflict and why, in a few sentences.
    pub explanation: String,
    /// Where the past ends. 0: there is none.
    pub since: u64,
    /// What becomes of that which had ended by then.
    pub past: Past,
}

/// What becomes of the operations that ended before a witness begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Past {
    /// They are let go: any of them may have been the last to take effect, but nothing of it takes effect later.
    LetGo,
    /// They count as they were answered: a witness that lets them go would be too long to read.
    Counts,
}

impl<C> Verdict<C> {
    /// Whether the property holds.
    pub fn holds(&self) -> bool {
        matches!(self, Verdict::Holds)
    }

    /// The proof of a violation.
    pub fn witness(&self) -> Option<&Witness<C>> {
        match self {
            Verdict::Violated(witness) => Some(witness),
            Verdict::Holds | Verdict::Undecided { .. } => None,
        }
    }
}
