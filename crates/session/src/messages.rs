//! What the page and its worker say to each other. Both are the same module, so that it needs no versions.

use super::questions::{Answer, Question};
use engine::{FlatMap, Time};
use scenario::{ExpectationResult, Problem};
use serde::{Deserialize, Serialize};
use sim::{
    LoggedAction, LostRange, LostUpdate, LostWrite, Mark, Recovery, SecondSummary, Snapshot, VerdictLine, WriteState,
};

/// From the page to the worker.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum ToWorker {
    /// Forget what is there and run this.
    Open(Open),
    /// Send the state at this time.
    Show(Time),
    /// A person did something at this time.
    Act(LoggedAction),
    /// Go on in another branch.
    Branch(u32),
    /// Take back what was done last.
    Undo,
    /// Compute ahead, or stop doing so until asked to.
    Compute(bool),
    /// Run this beside the open run as soon as there is time, or nothing.
    Compare {
        /// What.
        beside: Option<Beside>,
        /// Whether its states and seconds are told, too, and not only what it amounts to.
        watch: bool,
    },
    /// Answer what a panel asks.
    Ask(Question),
    /// Say how much memory the module uses.
    Memory,
}

/// What to run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Open {
    /// A number of the page's own, so that late answers about an earlier run are told apart.
    pub generation: u32,
    /// The scenario file.
    pub text: String,
    /// The variant; `None` is the scenario as written.
    pub variant: Option<String>,
    /// The seed; `None` is the scenario's own.
    pub seed: Option<u64>,
    /// The branches there are; without any, only the plan.
    pub branches: Vec<BranchLine>,
    /// The branch to run.
    pub branch: u32,
}

/// What to run beside the open run, with the same seed: another variant, or another branch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Beside {
    /// The variant; `None` is the scenario as written.
    pub variant: Option<String>,
    /// The branch whose actions are done in it; `None`: those of the open run, whatever they are.
    pub branch: Option<u32>,
}

/// From the worker to the page.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum FromWorker {
    /// The module is loaded; what is sent from now on is heard.
    Ready,
    /// The scenario does not hold together; nothing runs.
    Refused {
        /// The number of the `Open` that this answers.
        generation: u32,
        /// What is wrong.
        problems: Vec<ProblemLine>,
    },
    /// The state that was asked for.
    Snapshot {
        /// The number of the `Open` that this belongs to.
        generation: u32,
        /// The state.
        snapshot: Box<Snapshot>,
        /// The run beside it, and its state at the same time, if it is watched and computed so far.
        beside: Option<(Beside, Box<Snapshot>)>,
    },
    /// How far the run has come.
    Progress(Box<Progress>),
    /// What the run amounts to so far.
    Report(Box<Report>),
    /// What the run beside it amounts to.
    Compared {
        /// The number of the `Open` that this belongs to.
        generation: u32,
        /// Which run.
        beside: Beside,
        /// Its measures, in the order of [`sim::metrics::metrics`].
        measures: Vec<Option<f64>>,
        /// Its expectations.
        expectations: Vec<ExpectationResult>,
        /// Its verdicts.
        verdicts: Vec<VerdictLine>,
    },
    /// The branches and which of them runs.
    Branches {
        /// The number of the `Open` that this belongs to.
        generation: u32,
        /// All, the scenario as planned first.
        branches: Vec<BranchLine>,
        /// The one that runs.
        current: u32,
    },
    /// The answer to an `Ask`.
    Answered {
        /// The number of the `Open` that this belongs to.
        generation: u32,
        /// What was asked, and the answer.
        answer: Answer,
    },
    /// Bytes of memory that the worker's module holds.
    Memory(u64),
}

/// A problem of a scenario text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProblemLine {
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1.
    pub column: u32,
    /// What is wrong and what would be right.
    pub text: String,
}

impl From<&Problem> for ProblemLine {
    fn from(problem: &Problem) -> ProblemLine {
        ProblemLine { line: problem.line as u32, column: problem.column as u32, text: problem.to_string() }
    }
}

/// How far a run has come, and what is new since the last message of this kind.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Progress {
    /// The number of the `Open` that this belongs to.
    pub generation: u32,
    /// Computed up to here.
    pub computed: Time,
    /// Events so far.
    pub events: u64,
    /// Whether it has come to its end.
    pub finished: bool,
    /// Whether a person has stopped the computing.
    pub held: bool,
    /// The digest, once finished, as the command line prints it.
    pub digest: Option<String>,
    /// The summaries held from this second on are replaced by `seconds`.
    pub from_second: u32,
    /// New summaries.
    pub seconds: Vec<SecondSummary>,
    /// All marks so far.
    pub marks: Vec<Mark>,
    /// The same of the run beside it, if it is watched.
    pub beside: Option<ProgressBeside>,
}

/// How far the run beside the open one has come, and what is new since the last message.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ProgressBeside {
    /// Which run.
    pub beside: Beside,
    /// Computed up to here.
    pub computed: Time,
    /// The summaries held from this second on are replaced by `seconds`.
    pub from_second: u32,
    /// New summaries.
    pub seconds: Vec<SecondSummary>,
}

/// What a run amounts to so far.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// The number of the `Open` that this belongs to.
    pub generation: u32,
    /// Whether the run has come to its end, so that all of this is final.
    pub finished: bool,
    /// In the order of [`sim::metrics::metrics`].
    pub measures: Vec<Option<f64>>,
    /// Whether a person acted in the run.
    pub acted: bool,
    /// Expectations of the scenario, judged on the run as planned; none until that is known.
    pub expectations: Vec<ExpectationResult>,
    /// Judgements.
    pub verdicts: Vec<VerdictLine>,
    /// Acknowledged writes that nobody can serve.
    pub lost: Vec<LostWrite>,
    /// More of them, which every replica had held.
    pub lost_ranges: Vec<LostRange>,
    /// Acknowledged writes that were thrown away for others: the first [`Report::THROWN_AWAY`].
    pub thrown_away: Vec<LostUpdate>,
    /// Failures and their ends.
    pub recoveries: Vec<Recovery>,
    /// Operations that have waited for longer than [`sim::metrics::LONG`] at the end of the last second.
    pub waiting: u64,
}

impl Report {
    /// So many of the writes that were thrown away are told one by one; the rest is counted.
    pub const THROWN_AWAY: usize = 100;

    /// How many acknowledged writes are lost, by where they are.
    pub fn losses(&self) -> FlatMap<WriteState, u64> {
        let singly = self.lost.iter().map(|write| (write.state, 1));
        let together = self.lost_ranges.iter().map(|range| (range.state, u64::from(range.writes)));
        let mut losses = FlatMap::new();
        for (state, writes) in singly.chain(together) {
            *losses.get_or_default(state) += writes;
        }
        losses
    }
}

/// A branch: the same scenario, another action log.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct BranchLine {
    /// What the person did in it.
    pub actions: Vec<LoggedAction>,
    /// How far into it the person has looked: what lies before is a future that must not be overwritten.
    pub seen: Time,
}

impl BranchLine {
    /// The branches of somebody who comes with these actions: the plan, and a branch that left it if there are any.
    pub fn of_actions(actions: Vec<LoggedAction>) -> Vec<BranchLine> {
        let mut branches = vec![BranchLine::default()];
        if !actions.is_empty() {
            branches.push(BranchLine { actions, seen: Time::ZERO });
        }
        branches
    }
}
