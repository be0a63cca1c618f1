//! One plan, run and judged.

use crate::facts::Facts;
use crate::plan::Plan;
use crate::statements::{Outcome, STATEMENTS};
use engine::{Stream, Time};
use protocol::{Protocol, Role};
use protocols::AnyConfig;
use scenario::Scenario;
use sim::{Run, Standing};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// No plan takes nearly as many events; one that does goes round in circles.
const EVENTS_MAX: u64 = 10_000_000;

/// A statement that a plan contradicts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The statement.
    pub statement: &'static str,
    /// What was found instead.
    pub found: String,
}

/// What held of a plan.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Passed {
    /// Each statement that applied.
    pub statements: Vec<&'static str>,
    /// Events handled.
    pub events: u64,
}

/// Run a plan on the protocol that it names, hosted as `P`, and hold it against all that must be so.
///
/// # Errors
/// The first statement that it contradicts.
pub fn attempt<P: Protocol<Config = AnyConfig>>(plan: &Plan) -> Result<Passed, Failure> {
    unless_it_panics(|| judge::<P>(plan)).flatten()
}

/// What comes of this, or that it panics.
pub(crate) fn unless_it_panics<T>(what: impl FnOnce() -> T) -> Result<T, Failure> {
    catch_unwind(AssertUnwindSafe(what)).map_err(|panic| {
        let message = panic.downcast_ref::<String>().map(String::as_str).or(panic.downcast_ref::<&str>().copied());
        fails("nothing panics", message.unwrap_or("a panic without a message"))
    })
}

fn judge<P: Protocol<Config = AnyConfig>>(plan: &Plan) -> Result<Passed, Failure> {
    let scenario = plan.load().map_err(|problems| {
        let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
        fails("a plan is a scenario", problems.join("; "))
    })?;
    let facts = Facts::of(plan, &scenario.config);
    let mut run: Run<P> = scenario.run(plan.acts().to_vec());
    if !run.advance(Time::MAX, EVENTS_MAX) {
        return Err(fails("a run ends", format!("{EVENTS_MAX} events by {}", run.computed())));
    }
    let mut statements = vec![again(plan, &scenario, &mut run)?];
    let snapshot = run.snapshot(Time::MAX);
    let views = snapshot.datasets[0].replicas.iter().filter_map(|replica| replica.view.as_ref());
    let broken = run.verdicts().into_iter().filter(|line| line.standing == Standing::Broken);
    let outcome = Outcome {
        leaders: views.filter(|view| view.role == Role::Leader).count(),
        contents: run.contents(0),
        lost: run.lost_writes(),
        left: run.left_over(),
        broken: broken.map(|line| format!("{}: {}", line.property.term(), line.text)).collect(),
        measure: &|query| run.measure(query).unwrap_or(f64::NAN),
    };
    for statement in
        STATEMENTS.iter().filter(|statement| statement.applies(facts.leadership) && (statement.when)(&facts))
    {
        (statement.holds)(&facts, &outcome).map_err(|found| fails(statement.title, found))?;
        statements.push(statement.title);
    }
    Ok(Passed { statements, events: run.handled() })
}

fn fails(statement: &'static str, found: impl Into<String>) -> Failure {
    Failure { statement, found: found.into() }
}

/// The same plan comes to the same, also by a clone that went another way at first, and looks the same when sought.
fn again<P: Protocol<Config = AnyConfig>>(
    plan: &Plan,
    scenario: &Scenario,
    run: &mut Run<P>,
) -> Result<&'static str, Failure> {
    const STATEMENT: &str = "replay, clone, branch and seek come to the same";
    let config = &scenario.config;
    let mut stream = Stream::named(config.seed, "where to part", 0);
    let part = Time::from_nanos(stream.below(config.until.as_nanos()));
    let look = Time::from_nanos(stream.below(part.as_nanos()));
    // What is done just before the parting is not known to the first that runs: it becomes a branch.
    let known = plan.acts().iter().take_while(|act| act.at < look).cloned().collect();
    let mut other: Run<P> = scenario.run(known);
    other.advance(part, EVENTS_MAX);
    let mut clone = other.clone();
    let seen = clone.snapshot(look);
    clone.set_actions(plan.acts().to_vec());
    clone.advance(Time::MAX, EVENTS_MAX);
    if clone.digests() != run.digests() || clone.digest() != run.digest() {
        let second = clone.digests().iter().zip(run.digests()).position(|(one, other)| one != other);
        return Err(fails(STATEMENT, format!("parted at {part}, other digests from second {second:?} on")));
    }
    if run.snapshot(look) != seen {
        return Err(fails(STATEMENT, format!("another snapshot of {look}")));
    }
    Ok(STATEMENT)
}
