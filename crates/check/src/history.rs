//! What was asked and answered: operations with the instants at which they began and ended.
//!
//! One operation precedes another if it completed strictly before the other was invoked; otherwise the two are concurrent
//! (Herlihy & Wing, "Linearizability: a correctness condition for concurrent objects", 1990).

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::words::quoted;

/// The number and the process of what wrote the value that was there before anything was done.
pub(crate) const NOBODY: u64 = u64::MAX;

/// One operation of one process on one key.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Operation<C = Call> {
    /// The caller's own number for this operation, to point back into a trace. Unique within a history.
    pub id: u64,
    /// The sequential caller: a client, a session, a thread.
    pub process: u64,
    /// The object acted on. Keys are independent of each other.
    pub key: u64,
    /// What was asked and, where there was an answer, what was answered.
    pub call: C,
    /// The instant of the invocation, in the unit of the history's [`Clock`].
    pub invoked: u64,
    /// How long after that the answer came, so that no operation can end before it begins. `None`: the outcome is unknown, the
    /// operation may take effect at any time after its invocation or never.
    pub took: Option<u64>,
}

/// An operation on a register that holds one number, initially nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Call {
    /// Answered the value read; `None` is the initial "nothing". Without a completion the value says nothing.
    Read {
        /// The value read.
        value: Option<u64>,
    },
    /// Replaces whatever was there.
    Write {
        /// The value written.
        value: u64,
    },
    /// Replaced `from` by `to`. If it completed, it succeeded: it found `from`.
    Cas {
        /// The value found.
        from: u64,
        /// The value left.
        to: u64,
    },
}

/// An operation on a string, initially empty.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum KvCall {
    /// Answered the whole string. Without a completion the value says nothing.
    Get {
        /// The string read.
        value: String,
    },
    /// Replaces the whole string.
    Put {
        /// The string written.
        value: String,
    },
    /// Adds to the end of the string.
    Append {
        /// The string added.
        value: String,
    },
}

/// What the instants of a history count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Clock {
    /// Nanoseconds since the start of the run.
    #[default]
    Nanoseconds,
    /// Lines of the file the history was read from, one event on each.
    Line,
    /// Events in order, from 1.
    Event,
}

/// What the values of registers are called, where they are not numbers.
pub type ValueNames = BTreeMap<u64, String>;

/// Operations in any order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct History<C = Call> {
    /// The operations that succeeded or have an unknown outcome.
    pub operations: Vec<Operation<C>>,
    /// The operations that failed: they took no effect and decide nothing; but who was answered with what they would have left may be
    /// told where it came from.
    #[serde(default = "Vec::new")]
    pub failed: Vec<Operation<C>>,
    /// The unit of the instants.
    #[serde(default)]
    pub clock: Clock,
    /// The names of the values; empty where numbers are themselves.
    #[serde(default)]
    pub values: ValueNames,
}

impl<C> Default for History<C> {
    fn default() -> Self {
        Self::new(Vec::new())
    }
}

impl<C> History<C> {
    /// A history in nanoseconds.
    pub fn new(operations: Vec<Operation<C>>) -> Self {
        Self { operations, failed: Vec::new(), clock: Clock::Nanoseconds, values: ValueNames::new() }
    }

    /// The operations of each key, in order of invocation.
    pub fn by_key(&self) -> BTreeMap<u64, Vec<&Operation<C>>> {
        let mut keys: BTreeMap<u64, Vec<&Operation<C>>> = BTreeMap::new();
        for operation in &self.operations {
            keys.entry(operation.key).or_default().push(operation);
        }
        for operations in keys.values_mut() {
            operations.sort_unstable_by_key(|operation| (operation.invoked, operation.id));
        }
        keys
    }

    /// The same with the operations themselves, for deciding key by key.
    pub fn split(&self) -> BTreeMap<u64, Vec<Operation<C>>>
    where
        C: Clone,
    {
        let owned = |(key, operations): (u64, Vec<&Operation<C>>)| (key, operations.into_iter().cloned().collect());
        self.by_key().into_iter().map(owned).collect()
    }
}

impl<C> Operation<C> {
    /// The instant of the answer, if there was one.
    pub fn completed(&self) -> Option<u64> {
        self.took.map(|took| self.invoked.saturating_add(took))
    }

    /// Whether this operation was over before the other began.
    pub fn precedes<D>(&self, other: &Operation<D>) -> bool {
        self.completed().is_some_and(|completed| completed < other.invoked)
    }
}

impl Clock {
    /// An instant in words: "12.000000 ms", "line 4".
    pub fn at(self, instant: u64) -> String {
        match self {
            Clock::Nanoseconds => format!("{}.{:06} ms", instant / 1_000_000, instant % 1_000_000),
            Clock::Line => format!("line {instant}"),
            Clock::Event => format!("event {instant}"),
        }
    }

    /// The time an operation took, in words: "(12.000000 to 12.500000 ms)", "(lines 4 to 7)", "(from line 4, outcome unknown)".
    pub fn during<C>(self, operation: &Operation<C>) -> String {
        let milliseconds = |instant: u64| format!("{}.{:06}", instant / 1_000_000, instant % 1_000_000);
        let invoked = operation.invoked;
        match (self, operation.completed()) {
            (Clock::Nanoseconds, Some(completed)) => {
                format!("({} to {} ms)", milliseconds(invoked), milliseconds(completed))
            }
            (Clock::Nanoseconds, None) => {
                format!("(from {} ms, outcome unknown)", milliseconds(invoked))
            }
            (Clock::Line, Some(completed)) => format!("(lines {invoked} to {completed})"),
            (Clock::Line, None) => format!("(from line {invoked}, outcome unknown)"),
            (Clock::Event, Some(completed)) => format!("(events {invoked} to {completed})"),
            (Clock::Event, None) => format!("(from event {invoked}, outcome unknown)"),
        }
    }
}

/// The value an operation leaves, if it leaves one.
pub(crate) fn written(call: &Call) -> Option<u64> {
    match *call {
        Call::Read { .. } => None,
        Call::Write { value } | Call::Cas { to: value, .. } => Some(value),
    }
}

/// The value an operation found, if it looked. `Some(None)` is the initial nothing.
pub(crate) fn observed(call: &Call) -> Option<Option<u64>> {
    match *call {
        Call::Read { value } => Some(value),
        Call::Write { .. } => None,
        Call::Cas { from, .. } => Some(Some(from)),
    }
}

/// What a value is called.
pub(crate) fn value_name(value: u64, names: &ValueNames) -> String {
    names.get(&value).cloned().unwrap_or_else(|| value.to_string())
}

/// What the checks need to say about any kind of call.
pub trait Words: fmt::Display {
    /// Whether the call changes nothing, so that it can be forgotten without anybody else noticing.
    fn only_observes(&self) -> bool;
    /// Whether it says what was there at first, and cannot be let go.
    fn is_beginning(&self) -> bool {
        false
    }
    /// Whether the answer depends on what was there.
    fn looks(&self) -> bool;
    /// "Only 4 could have been ... then": read, found, got.
    fn seen(&self) -> &'static str;
    /// What was done, with values as they are called: "read 4".
    fn said(&self, values: &ValueNames) -> String;
    /// Whether the answer may show what this call would have left, had it taken effect.
    fn may_have_left(&self, answer: &Self) -> bool;
}

impl Words for Call {
    fn only_observes(&self) -> bool {
        matches!(self, Call::Read { .. })
    }

    fn looks(&self) -> bool {
        !matches!(self, Call::Write { .. })
    }

    fn seen(&self) -> &'static str {
        if matches!(self, Call::Read { .. }) { "read" } else { "found" }
    }

    fn said(&self, values: &ValueNames) -> String {
        let name = |value: u64| value_name(value, values);
        match *self {
            Call::Read { value: None } => "read nil".to_owned(),
            Call::Read { value: Some(value) } => format!("read {}", name(value)),
            Call::Write { value } => format!("wrote {}", name(value)),
            Call::Cas { from, to } => format!("replaced {} by {}", name(from), name(to)),
        }
    }

    fn may_have_left(&self, answer: &Self) -> bool {
        written(self).is_some_and(|left| observed(answer) == Some(Some(left)))
    }
}

impl Words for KvCall {
    fn only_observes(&self) -> bool {
        matches!(self, KvCall::Get { .. })
    }

    fn looks(&self) -> bool {
        self.only_observes()
    }

    fn seen(&self) -> &'static str {
        "got"
    }

    fn said(&self, _: &ValueNames) -> String {
        match self {
            KvCall::Get { value } => format!("got {}", quoted(value)),
            KvCall::Put { value } => format!("put {}", quoted(value)),
            KvCall::Append { value } => format!("appended {}", quoted(value)),
        }
    }

    fn may_have_left(&self, answer: &Self) -> bool {
        match (self, answer) {
            (KvCall::Put { value: left } | KvCall::Append { value: left }, KvCall::Get { value }) => {
                value.contains(left)
            }
            _ => false,
        }
    }
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.said(&ValueNames::new()))
    }
}

impl fmt::Display for KvCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.said(&ValueNames::new()))
    }
}
