//! From a text to a verdict in words.

use std::collections::BTreeMap;
use std::fmt;

use crate::history::{Call, KvCall, NOBODY, Operation, Words};
use crate::linear::{registers, strings};
use crate::teller::Teller;
use crate::text::{Imported, Initial, Model, TextError, from_text, recognised};
use crate::typed::{TypedCall, typed};
use crate::verdict::Verdict;

/// The verdict on a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// What the operations were taken to act on.
    pub model: Model,
    /// Each key in order.
    pub keys: Vec<KeyReport>,
}

/// The verdict on one key of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyReport {
    /// The key as it was written; empty where the text names none.
    pub key: String,
    /// How many operations on it succeeded or have an unknown outcome.
    pub operations: usize,
    /// How many of them succeeded.
    pub answered: usize,
    /// What was found.
    pub finding: Finding,
}

/// A verdict in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// There is an order that explains every answer.
    Linearizable,
    /// There is none.
    NotLinearizable {
        /// Why, in a few sentences.
        explanation: String,
        /// The operations that prove it, in order of invocation.
        witness: Vec<String>,
    },
    /// The budget was spent before it was decided.
    Undecided {
        /// Why not.
        reason: String,
    },
}

impl Report {
    /// Whether no operation succeeded, so that there is nothing to decide.
    pub fn is_empty(&self) -> bool {
        self.keys.iter().all(|key| key.answered == 0)
    }

    /// Whether every key is linearizable, and there was something to decide.
    pub fn is_linearizable(&self) -> bool {
        !self.is_empty() && self.keys.iter().all(|key| key.finding == Finding::Linearizable)
    }

    /// Whether some key is not linearizable. If none of the three, the history is undecided.
    pub fn is_violated(&self) -> bool {
        self.keys.iter().any(KeyReport::is_violated)
    }
}

impl KeyReport {
    fn is_violated(&self) -> bool {
        matches!(self.finding, Finding::NotLinearizable { .. })
    }
}

/// What to go by when a text is decided.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// What every object holds at first.
    pub initial: Initial,
    /// Give up on a key after having looked at so many configurations of it; without a budget the verdict is exact, however long that takes.
    pub budget: Option<u64>,
}

/// Decides whether the history in the text is linearizable.
///
/// # Errors
/// What is wrong with the text, where, and what was expected.
pub fn check_text(text: &str, model: Model, asked: &Asked) -> Result<Report, TextError> {
    let keys = match model {
        Model::Register | Model::CasRegister => {
            let imported = from_text::<Call>(text, model, &asked.initial)?;
            keys(&imported, registers(&imported.history, asked.budget))
        }
        Model::Kv => {
            let imported = from_text::<KvCall>(text, model, &asked.initial)?;
            keys(&imported, strings(&imported.history, asked.budget))
        }
        Model::Typed(_) => {
            let imported = from_text::<TypedCall>(text, model, &asked.initial)?;
            keys(&imported, typed(&imported.history, asked.budget))
        }
    };
    Ok(Report { model, keys })
}

/// The only model whose operations those of a text are.
///
/// # Errors
/// What is wrong with the text, or which models it may be about.
pub fn recognise(text: &str) -> Result<Model, TextError> {
    recognised(text)
}

fn keys<C: Words>(imported: &Imported<C>, verdicts: BTreeMap<u64, Verdict<C>>) -> Vec<KeyReport> {
    let history = &imported.history;
    let teller = Teller { clock: history.clock, values: &history.values, failed: &[] };
    let operations = history.by_key();
    let report = |(key, verdict)| {
        let done = || operations.get(&key).into_iter().flatten().filter(|operation| operation.id != NOBODY);
        KeyReport {
            key: imported.keys.get(&key).cloned().unwrap_or_else(|| key.to_string()),
            operations: done().count(),
            answered: done().filter(|operation| operation.took.is_some()).count(),
            finding: finding(verdict, &teller),
        }
    };
    verdicts.into_iter().map(report).collect()
}

fn finding<C: Words>(verdict: Verdict<C>, teller: &Teller<'_, C>) -> Finding {
    match verdict {
        Verdict::Holds => Finding::Linearizable,
        Verdict::Undecided { reason } => Finding::Undecided { reason },
        Verdict::Violated(witness) => {
            let name = |operation: &Operation<C>| teller.name(operation);
            let operations = witness.operations.iter().map(name).collect();
            Finding::NotLinearizable { explanation: witness.explanation, witness: operations }
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let operations: usize = self.keys.iter().map(|key| key.operations).sum();
        let mut size = format!("{}, {}", self.model, count(operations, "operation"));
        let unnamed = self.keys.iter().all(|key| key.key.is_empty());
        if !unnamed {
            size += &format!(" on {}", count(self.keys.len(), "key"));
        }
        match self.keys.iter().filter(|key| key.is_violated()).count() {
            0 if self.is_empty() => write!(f, "nothing to decide: no operation succeeded ({size})")?,
            0 if self.is_linearizable() => write!(f, "linearizable ({size})")?,
            0 => write!(f, "undecided ({size})")?,
            _ if unnamed => write!(f, "not linearizable ({size})")?,
            keys => write!(f, "not linearizable: {} cannot be explained ({size})", count(keys, "key"))?,
        }
        for key in &self.keys {
            let name = if unnamed { String::new() } else { format!("key {}: ", key.key) };
            match &key.finding {
                Finding::Linearizable => {}
                Finding::Undecided { reason } => write!(f, "\n\n{name}undecided, {reason}")?,
                Finding::NotLinearizable { explanation, witness } => {
                    write!(f, "\n\n{name}{explanation}")?;
                    write!(f, "\n  the operations that conflict:")?;
                    for operation in witness {
                        write!(f, "\n  - {operation}")?;
                    }
                }
            }
        }
        Ok(())
    }
}

fn count(number: usize, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}
