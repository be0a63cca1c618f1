//! What the worker does, without the worker: one open scenario, its run, its branches, and the run beside it.

use crate::messages::{Beside, BranchLine, Open, ProblemLine, Progress, ProgressBeside, Report};
use engine::Time;
use protocols::Any;
use scenario::{ExpectationResult, Scenario};
use sim::metrics::{Query, metrics};
use sim::{LoggedAction, Run, Snapshot, VerdictLine};

/// Events between two looks at the clock: about two milliseconds' worth.
const EVENTS_AT_ONCE: u64 = 4_000;

/// Events computed at most before a state is answered with an earlier one: about two hundred milliseconds' worth.
const EVENTS_TO_CATCH_UP: u64 = 400_000;

/// An open scenario.
pub struct Session {
    open: Open,
    scenario: Scenario,
    run: Run<Any>,
    branches: Vec<BranchLine>,
    current: usize,
    /// Seconds whose summaries the page has.
    told: u32,
    /// Whether a person has stopped the computing.
    held: bool,
    beside: Option<BesideRun>,
    planned: Planned,
    telling: Option<Telling>,
}

/// A report that is being made, a piece at a time: of a day it takes seconds, and meanwhile a person may want something else.
struct Telling {
    /// Of which state of the run: after so many events.
    events: u64,
    /// In the order of [`metrics`], as far as they are measured.
    measures: Vec<Option<f64>>,
}

/// The run as planned, of which the scenario's expectations are judged whatever a person does.
enum Planned {
    /// It is the open run, or has not been needed yet.
    Open,
    /// It is being computed beside an open run in which somebody acted.
    Running(Box<Run<Any>>),
    /// What came of the expectations.
    Judged(Vec<ExpectationResult>),
}

struct BesideRun {
    beside: Beside,
    scenario: Scenario,
    /// Gone once it has been measured, so that its memory is free again, unless it is watched.
    run: Option<Run<Any>>,
    watched: bool,
    /// Whether what it amounts to was said.
    compared: bool,
    /// Seconds whose summaries the page has.
    told: u32,
}

/// What the run beside the open one amounts to.
pub struct Compared {
    /// Which run.
    pub beside: Beside,
    /// In the order of [`metrics`].
    pub measures: Vec<Option<f64>>,
    /// Expectations.
    pub expectations: Vec<ExpectationResult>,
    /// Judgements.
    pub verdicts: Vec<VerdictLine>,
}

impl Session {
    /// Open a scenario.
    ///
    /// # Errors
    /// What is wrong with its text, with line and column.
    pub fn open(mut open: Open) -> Result<Session, Vec<ProblemLine>> {
        let scenario = load(&open, open.variant.as_deref())?;
        let mut branches = std::mem::take(&mut open.branches);
        if branches.is_empty() {
            branches.push(BranchLine::default());
        }
        let current = (open.branch as usize).min(branches.len() - 1);
        let run = scenario.run(branches[current].actions.clone());
        let mut session = Session {
            open,
            scenario,
            run,
            branches,
            current,
            told: 0,
            held: false,
            beside: None,
            planned: Planned::Open,
            telling: None,
        };
        session.plan();
        Ok(session)
    }

    /// The number of the `Open` that began this.
    pub fn generation(&self) -> u32 {
        self.open.generation
    }

    /// The run.
    pub fn run(&self) -> &Run<Any> {
        &self.run
    }

    /// Stop computing ahead, or go on.
    pub fn hold(&mut self, held: bool) {
        self.held = held;
    }

    /// Whether a person has stopped the computing.
    pub fn held(&self) -> bool {
        self.held
    }

    /// The branches, and which of them runs.
    pub fn branches(&self) -> (&[BranchLine], usize) {
        (&self.branches, self.current)
    }

    /// Take an action up. Whoever acts on a future already seen, or for the first time, begins a branch; otherwise the action
    /// continues the current one. Whoever does once more what was done in a branch returns to it: the same acts make the same run.
    pub fn act(&mut self, logged: LoggedAction) {
        let at = logged.at;
        let current = &mut self.branches[self.current];
        let first = current.actions.is_empty();
        let later = current.actions.last().is_some_and(|last| last.at > at);
        if first || later || current.seen > at {
            let mut actions = current.actions.clone();
            actions.retain(|earlier| earlier.at <= at);
            actions.push(logged);
            self.current = self.branch_of(BranchLine { actions, seen: at });
        } else {
            current.actions.push(logged);
            current.seen = at;
        }
        self.take_log();
    }

    /// Take back what was done last in the current branch. That one stays as it is, so that it can be done again by returning to it.
    pub fn undo(&mut self) {
        let mut actions = self.branches[self.current].actions.clone();
        if actions.pop().is_some() {
            // Nobody has looked further into it than to where something was done.
            let seen = actions.last().map_or(Time::ZERO, |last| last.at);
            self.current = self.branch_of(BranchLine { actions, seen });
            self.take_log();
        }
    }

    /// The branch in which the same was done, or a new one.
    fn branch_of(&mut self, line: BranchLine) -> usize {
        self.branches.iter().position(|branch| branch.actions == line.actions).unwrap_or_else(|| {
            self.branches.push(line);
            self.branches.len() - 1
        })
    }

    /// Return to another branch; an unknown number changes nothing.
    pub fn switch(&mut self, branch: usize) {
        if branch < self.branches.len() && branch != self.current {
            self.current = branch;
            self.take_log();
        }
    }

    /// Whether a person acted in the open run.
    fn acted(&self) -> bool {
        !self.run.actions().is_empty()
    }

    /// Whether nothing has to be computed to judge the scenario's expectations, but the open run.
    pub fn knows_the_plan(&self) -> bool {
        !matches!(self.planned, Planned::Running(_))
    }

    /// Have the run as planned beside the open one, if that is another one.
    fn plan(&mut self) {
        if self.acted() && matches!(self.planned, Planned::Open) {
            self.planned = Planned::Running(Box::new(self.scenario.run(Vec::new()).to_measure()));
        }
    }

    /// Keep what came of the plan once it is known.
    fn judge_plan(&mut self) {
        let finished = match &self.planned {
            Planned::Open if !self.acted() && self.run.finished() => scenario::evaluate(&self.scenario, &self.run),
            Planned::Running(run) if run.finished() => scenario::evaluate(&self.scenario, run),
            _ => return,
        };
        self.planned = Planned::Judged(finished);
    }

    fn take_log(&mut self) {
        self.held = false;
        self.telling = None;
        self.judge_plan();
        self.run.set_actions(self.branches[self.current].actions.clone());
        self.told = self.told.min(self.run.seconds());
        self.plan();
        // With the actions of a branch of its own it is what it was.
        if let Some(BesideRun { beside, watched, .. }) = self.beside.take_if(|run| run.beside.branch.is_none()) {
            self.compare(Some(beside), watched);
        }
    }

    /// The state at a time; after an action in the past the run is first brought back to there.
    pub fn snapshot(&mut self, at: Time) -> Snapshot {
        self.run.advance(at, EVENTS_TO_CATCH_UP);
        let at = at.min(self.run.computed());
        let seen = &mut self.branches[self.current].seen;
        *seen = at.max(*seen);
        self.run.snapshot(at)
    }

    /// The state of the run beside this one, if it is watched and computed that far.
    pub fn snapshot_beside(&mut self, at: Time) -> Option<(Beside, Snapshot)> {
        let BesideRun { beside, run, .. } = self.beside.as_mut().filter(|beside| beside.watched)?;
        let run = run.as_mut().filter(|run| at <= run.computed())?;
        Some((beside.clone(), run.snapshot(at)))
    }

    /// Compute ahead until `stop` says so; true while there is more to do. The run beside the open one waits until that has
    /// finished, unless it is watched: then both go on together. Nothing is done while a person has stopped it.
    pub fn work(&mut self, mut stop: impl FnMut() -> bool) -> bool {
        while !self.held && !stop() {
            let until = self.run.config().until;
            let computed = self.run.computed();
            let watched = self.beside.as_mut().filter(|beside| beside.watched).and_then(|beside| beside.run.as_mut());
            if let Some(run) = watched.filter(|run| !run.finished() && run.computed() < computed) {
                run.advance(Time::MAX, EVENTS_AT_ONCE);
            } else if !self.run.finished() {
                self.run.advance(until, EVENTS_AT_ONCE);
            } else if let Planned::Running(run) = &mut self.planned {
                run.advance(until, EVENTS_AT_ONCE);
                self.judge_plan();
            } else if let Some(run) = self.beside.as_mut().and_then(|beside| beside.run.as_mut())
                && !run.finished()
            {
                // A variant may last longer than the open run.
                run.advance(Time::MAX, EVENTS_AT_ONCE);
            } else {
                return false;
            }
        }
        !self.held
    }

    /// How far the run has come; summaries already told are left out.
    pub fn progress(&mut self) -> Progress {
        let whole = self.run.seconds();
        let from_second = self.told.min(whole);
        self.told = whole;
        let beside = self.beside.as_mut().and_then(BesideRun::progress);
        Progress {
            generation: self.open.generation,
            computed: self.run.computed(),
            events: self.run.events(),
            finished: self.run.finished(),
            held: self.held,
            digest: self.run.finished().then(|| self.run.digest().to_string()),
            from_second,
            seconds: (from_second..whole).filter_map(|second| self.run.summary(second)).collect(),
            marks: self.run.marks(),
            beside,
        }
    }

    /// Begin to say what the run amounts to so far. It stands still until that is done, unless a person wants something else of it.
    pub fn begin_report(&mut self) {
        self.telling = Some(Telling { events: self.run.events(), measures: Vec::new() });
    }

    /// Whether a report is being made.
    pub fn is_reporting(&self) -> bool {
        self.telling.is_some()
    }

    /// Go on with the report until `stop` says so; the report once it is made.
    pub fn report(&mut self, mut stop: impl FnMut() -> bool) -> Option<Report> {
        if !self.run.judge(&mut stop) {
            return None;
        }
        let telling = self.telling.as_mut()?;
        if telling.events != self.run.events() {
            *telling = Telling { events: self.run.events(), measures: Vec::new() };
        }
        for metric in metrics().skip(telling.measures.len()) {
            telling.measures.push(self.run.measure(&Query::of(metric)));
            if stop() {
                return None;
            }
        }
        let Telling { measures, .. } = self.telling.take()?;
        Some(self.told(measures))
    }

    /// The report with these measures.
    fn told(&self, measures: Vec<Option<f64>>) -> Report {
        Report {
            generation: self.open.generation,
            finished: self.run.finished(),
            measures,
            acted: self.acted(),
            expectations: match &self.planned {
                Planned::Judged(expectations) => expectations.clone(),
                Planned::Open if !self.acted() => scenario::evaluate(&self.scenario, &self.run),
                Planned::Open | Planned::Running(_) => Vec::new(),
            },
            verdicts: self.run.verdicts(),
            lost: self.run.lost_writes(),
            lost_ranges: self.run.lost_ranges(),
            thrown_away: self.run.lost_updates().into_iter().take(Report::THROWN_AWAY).collect(),
            recoveries: self.run.recoveries(),
            waiting: self.waiting(),
        }
    }

    /// How many operations wait for long at the end of what is computed.
    fn waiting(&self) -> u64 {
        let last = self.run.seconds().checked_sub(1).and_then(|last| self.run.summary(last));
        last.map_or(0, |last| last.populations.iter().map(|users| u64::from(users.waiting)).sum())
    }

    /// Have another run beside this one, or none; one that is to be watched can be sought in.
    pub fn compare(&mut self, beside: Option<Beside>, watched: bool) {
        self.beside = beside.and_then(|beside| {
            let scenario = load(&self.open, beside.variant.as_deref()).ok()?;
            let actions = match beside.branch {
                None => self.run.actions(),
                Some(branch) => &self.branches.get(branch as usize)?.actions,
            };
            let run = scenario.run(actions.to_vec());
            let run = if watched { run } else { run.to_measure() };
            Some(BesideRun { beside, scenario, run: Some(run), watched, compared: false, told: 0 })
        });
    }

    /// Whether the run beside this one has finished and what it amounts to was not said yet.
    pub fn is_comparing(&self) -> bool {
        self.beside
            .as_ref()
            .filter(|beside| !beside.compared)
            .and_then(|beside| beside.run.as_ref())
            .is_some_and(Run::finished)
    }

    /// Whether the run beside this one is watched and seconds of it are computed that the page has not heard of.
    pub fn has_news_beside(&self) -> bool {
        self.beside
            .as_ref()
            .is_some_and(|beside| beside.watched && beside.run.as_ref().is_some_and(|run| run.seconds() > beside.told))
    }

    /// What the run beside this one amounts to, once, when it has finished and is judged; that goes on until `stop` says so.
    pub fn compared(&mut self, mut stop: impl FnMut() -> bool) -> Option<Compared> {
        let beside = self.beside.as_mut().filter(|beside| !beside.compared)?;
        let run = beside.run.as_mut().filter(|run| run.finished())?;
        if !run.judge(&mut stop) {
            return None;
        }
        // Of another variant, too, they are about the plan.
        let as_planned = run.actions().is_empty();
        let expectations = if as_planned { scenario::evaluate(&beside.scenario, run) } else { Vec::new() };
        let (measures, verdicts) = (measures(run), run.verdicts());
        beside.compared = true;
        beside.run.take_if(|_| !beside.watched);
        Some(Compared { beside: beside.beside.clone(), measures, expectations, verdicts })
    }
}

impl BesideRun {
    /// How far it has come, and the seconds that the page does not have; nothing where nobody watches.
    fn progress(&mut self) -> Option<ProgressBeside> {
        let run = self.run.as_ref().filter(|_| self.watched)?;
        let from_second = std::mem::replace(&mut self.told, run.seconds());
        let seconds = (from_second..self.told).filter_map(|second| run.summary(second)).collect();
        Some(ProgressBeside { beside: self.beside.clone(), computed: run.computed(), from_second, seconds })
    }
}

fn load(open: &Open, variant: Option<&str>) -> Result<Scenario, Vec<ProblemLine>> {
    scenario::load(&open.text, variant, open.seed).map_err(|problems| problems.iter().map(ProblemLine::from).collect())
}

fn measures(run: &Run<Any>) -> Vec<Option<f64>> {
    metrics().map(|metric| run.measure(&Query::of(metric))).collect()
}
