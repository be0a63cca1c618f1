//! What a question is.

use protocols::Any;
use sim::Run;

/// A question of a panel. It is plain data: it travels to the worker and comes back with its answer.
pub trait Asked: Copy + PartialEq {
    /// What is answered.
    type Answer: Clone;

    /// The answer, out of what the run has recorded: never out of its world.
    fn answer(&self, run: &Run<Any>) -> Self::Answer;
}
