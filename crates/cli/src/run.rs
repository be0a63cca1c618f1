//! `meridian run`: one run, from a file, an id or a link, and what came of it.

use crate::exit::Exit;
use crate::output::Output;
use crate::source;
use clap::{Args, ValueEnum};
use engine::{Span, Time};
use protocols::Any;
use scenario::{ExpectationResult, Scenario, evaluate, not_judged};
use serde::Serialize;
use sim::metrics::{Metric, Query, Unit, metrics};
use sim::{Config, LoggedAction, LostWrite, Mark, Recovery, Run, Standing, VerdictLine, short_digest};
use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

/// What `run` takes.
#[derive(Args)]
pub(crate) struct Arguments {
    /// A scenario file (- is standard input), the id of a built-in scenario, or a link (its address, or what stands after the #); a file may hold a link
    what: String,
    /// Where every random stream starts from; the scenario's own if not given
    #[arg(long, allow_negative_numbers = true, value_parser = seed)]
    seed: Option<u64>,
    /// The variant; the scenario as written if not given
    #[arg(long)]
    variant: Option<String>,
    /// Stop at this simulated time, such as 45s: a whole second from 1s to the end of the run. What is expected of a later time is not judged
    #[arg(long, allow_hyphen_values = true, value_parser = time)]
    until: Option<Time>,
    /// Write every fact of the run into this file, a line for each, then every metric; `meridian facts` compares two of them
    #[arg(long, value_name = "FILE")]
    facts: Option<PathBuf>,
    /// Write the recorded history of the dataset into this file, for `meridian check`; where there are several, DATASET=FILE
    #[arg(long, value_name = "FILE")]
    history: Option<String>,
    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Json,
}

/// Events between two looks at whether the run is over.
const EVENTS_AT_ONCE: u64 = 1_000_000;

pub(crate) fn run(arguments: &Arguments, out: &mut Output) -> Exit {
    let (scenario, actions, link) = source::open(&arguments.what, arguments.variant.as_deref(), arguments.seed)?;
    let end = scenario.config.until;
    let until = arguments.until.unwrap_or(end);
    if until < Time::from_secs(1) {
        return Err(format!("--until is {until}; results are by the second, so it must be 1 s at least").into());
    }
    if until > end {
        return Err(format!("--until is {until}, but the run ends at {end}; it must be that at most").into());
    }
    if until != end && until != Time::from_secs(until.whole_seconds()) {
        let second = until.whole_seconds();
        return Err(format!("--until is {until}; results are by the second: say {second}s or {}s", second + 1).into());
    }
    let run = run_until(until, &scenario, actions);
    let digest = |second: u32| run.digests().get(second as usize).map(|digest| short_digest(*digest));
    if let Some(warning) = link.and_then(|link| link.contradiction(digest)) {
        source::warn(&warning);
    }
    if let Some(path) = &arguments.facts {
        crate::facts::write(&run, path)?;
    }
    if let Some(wanted) = &arguments.history {
        crate::history::write(&run, &scenario, wanted)?;
    }
    // What a scenario expects it expects of its plan: what a person did to the run fails nothing.
    let planned = (!run.actions().is_empty()).then(|| run_until(until, &scenario, Vec::new()));
    let result = Outcome::of(&scenario, &run, planned.as_ref().unwrap_or(&run));
    match arguments.format {
        Format::Text => write!(out, "{}", result.text(&scenario))?,
        Format::Json => {
            writeln!(out, "{}", serde_json::to_string_pretty(&result).map_err(|error| error.to_string())?)?;
        }
    }
    Ok(if result.met() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// A run that is stopped at a time is a shorter one: over there, with all that is said of a run that is over.
fn run_until(until: Time, scenario: &Scenario, actions: Vec<LoggedAction>) -> Run<Any> {
    let config = Config { until, ..scenario.config.clone() };
    let mut run = Run::new(config, scenario.protocols.clone(), actions);
    while !run.advance(until, EVENTS_AT_ONCE) {}
    run
}

pub(crate) fn seed(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| format!("a seed is a whole number from 0 to {}", u64::MAX))
}

fn time(text: &str) -> Result<Time, String> {
    scenario::parse_span(text).map(|span: Span| Time::ZERO + span)
}

/// What came of a run.
#[derive(Serialize)]
pub(crate) struct Outcome {
    pub(crate) scenario: Option<String>,
    pub(crate) title: String,
    pub(crate) variant: Option<String>,
    pub(crate) variant_title: Option<String>,
    pub(crate) seed: u64,
    /// So much is computed.
    pub(crate) seconds: f64,
    pub(crate) actions: usize,
    pub(crate) metrics: Vec<Measured>,
    pub(crate) marks: Vec<Mark>,
    /// Of the run as planned.
    pub(crate) expectations: Vec<Expected>,
    /// What is expected of a time that the run did not come to.
    pub(crate) not_judged: Vec<String>,
    pub(crate) verdicts: Vec<VerdictLine>,
    pub(crate) lost_writes: Vec<LostWrite>,
    pub(crate) lost_ranges: Vec<sim::LostRange>,
    pub(crate) lost_updates: Vec<sim::LostUpdate>,
    pub(crate) conflicts: Vec<sim::Conflict>,
    pub(crate) recoveries: Vec<Recovery>,
    pub(crate) events: u64,
    pub(crate) digest: String,
}

#[derive(Serialize)]
pub(crate) struct Measured {
    pub(crate) id: &'static str,
    pub(crate) title: &'static str,
    pub(crate) unit: Unit,
    /// In JSON null where it is a time that had not come by the end.
    pub(crate) value: f64,
    pub(crate) not_by_the_end: bool,
}

#[derive(Serialize)]
pub(crate) struct Expected {
    pub(crate) text: String,
    pub(crate) because: String,
    /// In JSON null where there was nothing to measure, or it is a time that had not come by the end.
    pub(crate) measured: Option<f64>,
    pub(crate) not_by_the_end: bool,
    pub(crate) unit: Unit,
    pub(crate) met: bool,
}

impl From<ExpectationResult> for Expected {
    fn from(result: ExpectationResult) -> Expected {
        let ExpectationResult { text, because, measured, unit, met, bound: _ } = result;
        Expected { text, because, measured, not_by_the_end: measured.is_some_and(f64::is_infinite), unit, met }
    }
}

impl Outcome {
    fn of(scenario: &Scenario, run: &Run<Any>, planned: &Run<Any>) -> Outcome {
        let measured = |metric: &'static Metric| {
            let value = run.measure(&Query::of(metric))?;
            let Metric { id, title, unit, .. } = *metric;
            Some(Measured { id, title, unit, value, not_by_the_end: value.is_infinite() })
        };
        Outcome {
            scenario: scenario.id.clone(),
            title: scenario.story.title.clone(),
            variant: scenario.variant.clone(),
            variant_title: scenario.variant_title().map(str::to_owned),
            seed: scenario.config.seed,
            seconds: run.computed().as_secs_f64(),
            actions: run.actions().len(),
            metrics: metrics().filter_map(measured).collect(),
            marks: run.marks(),
            expectations: evaluate(scenario, planned).into_iter().map(Expected::from).collect(),
            not_judged: not_judged(scenario, planned).map(|expected| expected.text.clone()).collect(),
            verdicts: run.verdicts(),
            lost_writes: run.lost_writes(),
            lost_ranges: run.lost_ranges(),
            lost_updates: run.lost_updates(),
            conflicts: run.conflicts(),
            recoveries: run.recoveries(),
            events: run.events(),
            digest: run.digest().to_string(),
        }
    }

    /// Whether all that the scenario expects came, and nothing that was promised was broken.
    fn met(&self) -> bool {
        let broken = self.verdicts.iter().any(|line| line.standing == Standing::Broken);
        self.expectations.iter().all(|expected| expected.met) && !broken
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_promise_that_is_broken_fails_the_run_as_an_expectation_does() {
        let scenario = scenario::load(scenario::FIRST_TEXT, None, None).expect("it is sound");
        let run = run_until(Time::from_secs(2), &scenario, Vec::new());
        let mut outcome = Outcome { expectations: Vec::new(), ..Outcome::of(&scenario, &run, &run) };
        assert!(outcome.met());
        outcome.verdicts[0].standing = Standing::NotPromised;
        assert!(outcome.met(), "what nobody promised fails nothing");
        outcome.verdicts[0].standing = Standing::Broken;
        assert!(!outcome.met());
    }
}
