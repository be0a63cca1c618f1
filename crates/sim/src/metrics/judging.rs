//! What judging a run comes to, and how far it has come: of a long run all judgements take seconds, and are made a piece at a time.

use super::record::Broken;
use crate::summary::{VerdictLine, WitnessLine};
use check::{CausalViolations, History, Operation, SessionViolation, TypedCall, ValueType};
use engine::Time;

/// All judgements on a run, made once.
#[derive(Clone, Debug, Default)]
pub(super) struct Judged {
    pub(super) lines: Vec<VerdictLine>,
    /// By dataset.
    pub(super) broken: Vec<Broken>,
}

/// Judgements that are being made.
#[derive(Clone, Debug, Default)]
pub(super) struct Judging {
    pub(super) judged: Judged,
    pub(super) dataset: u16,
    pub(super) examination: Option<Examination>,
}

/// What a look through a dataset's recorded history brought to light.
#[derive(Clone, Debug, Default)]
pub(super) struct Examined {
    pub(super) operations: usize,
    pub(super) reads: usize,
    pub(super) keys: usize,
    /// Keys that are not linearizable, and the first place where that is seen: when, on which key, and the proof.
    pub(super) bad: usize,
    pub(super) first: Option<(Time, u64, Proof)>,
    /// Changes that a value took or declined by what there was.
    pub(super) decided: usize,
    /// Keys of which it was not found out, since the budget was spent.
    pub(super) undecided: usize,
    /// In order of time.
    pub(super) violations: Vec<SessionViolation>,
    /// Own writes that users missed, in whichever session, in order of time.
    pub(super) by_user: Vec<SessionViolation>,
    /// Reads of something older than what came before them in the causal order, among so many of the operations, the first ones.
    pub(super) causal: CausalViolations,
    pub(super) ordered: usize,
}

/// A few operations that prove a breach.
#[derive(Clone, Debug)]
pub(super) enum Proof {
    /// By which change came after which.
    Changes(Vec<Operation>),
    /// By what the values would and would not have taken.
    Values(Vec<Operation<TypedCall>>),
    /// In words already.
    Told(Vec<WitnessLine>),
}

impl Default for Proof {
    fn default() -> Proof {
        Proof::Changes(Vec::new())
    }
}

impl Examined {
    /// Of how many of them it was looked at who knew of what.
    pub(super) fn causal_words(&self) -> String {
        if self.ordered < self.operations {
            format!("the first {} recorded operations", self.ordered)
        } else {
            self.words()
        }
    }

    pub(super) fn words(&self) -> String {
        format!("{} recorded operations", self.operations)
    }
}

/// A look that has come so far.
#[derive(Clone, Debug)]
pub(super) struct Examination {
    pub(super) dataset: u16,
    /// Keys still to be looked at.
    pub(super) keys: std::vec::IntoIter<u32>,
    /// The key that is being looked at.
    pub(super) at: Option<At>,
    pub(super) seen: Examined,
    /// Where it was first seen that there is no order.
    pub(super) first: Option<First>,
    /// How values of a type are decided, where they may decline a change.
    pub(super) decider: Option<(ValueType, i64)>,
    /// Nobody knows when a hold ran out, since clocks were wrong.
    pub(super) holds_loosely: bool,
}

/// When and on which key it was first seen that there is no order, and by what.
#[derive(Clone, Debug)]
pub(super) struct First {
    pub(super) at: u64,
    pub(super) key: u32,
    pub(super) by: By,
}

/// Of what a proof is to be made, or the proof.
#[derive(Clone, Debug)]
pub(super) enum By {
    Changes(History),
    Values(Vec<Operation<TypedCall>>),
}

/// What comes next of a key.
#[derive(Clone, Debug)]
pub(super) enum At {
    /// What each client was told, one after the other.
    Sessions(u32, History),
    /// Whether one order explains all of it.
    Order(u32, History),
    /// Since when none does.
    First(u32, History),
    /// Whether one order explains also what was taken and declined.
    Values(u32),
}
