//! Why? What led to an event or an operation.

use super::asked::Asked;
use engine::Time;
use protocols::Any;
use serde::{Deserialize, Serialize};
use sim::Run;

/// What led to something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Causes {
    /// What is asked about.
    pub subject: Subject,
    /// When it was.
    pub at: Time,
}

/// Something whose causes can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Subject {
    /// An event, by its number in the trace.
    Event(u64),
    /// An operation, by its number.
    Operation(u64),
}

/// A step of a chain of causes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CauseLine {
    /// When.
    pub at: Time,
    /// What, in words.
    pub text: String,
}

impl Asked for Causes {
    /// The chain, oldest cause first.
    type Answer = Vec<CauseLine>;

    fn answer(&self, run: &Run<Any>) -> Vec<CauseLine> {
        let lines = match self.subject {
            Subject::Event(event) => run.explain_event(event, self.at),
            Subject::Operation(operation) => run.explain_operation(operation, self.at),
        };
        lines.into_iter().map(|line| CauseLine { at: line.at, text: line.text }).collect()
    }
}
