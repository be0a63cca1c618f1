//! `meridian run`: one run, from a file, an id or a link, and what came of it.

use crate::output::Output;
use crate::source;
use crate::words::measure;
use clap::{Args, ValueEnum};
use engine::{Span, Time};
use protocols::Any;
use scenario::{ExpectationResult, Scenario, evaluate};
use serde::Serialize;
use sim::metrics::{METRICS, MetricInfo, Query, Unit};
use sim::{Lane, LostWrite, Mark, Recovery, Run, VerdictLine, WriteState};
use std::fmt::Write as _;
use std::io::Write as _;
use std::process::ExitCode;

/// What `run` takes.
#[derive(Args)]
pub(crate) struct Arguments {
    /// A scenario file, the id of a built-in scenario, or a link (its address, or what stands after the #)
    what: String,
    /// Where every random stream starts from; the scenario's own if not given
    #[arg(long)]
    seed: Option<u64>,
    /// The variant; the scenario as written if not given
    #[arg(long)]
    variant: Option<String>,
    /// Stop at this simulated time, such as 45s
    #[arg(long, value_parser = time)]
    until: Option<Time>,
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
/// More lost writes are counted, not listed.
const LISTED: usize = 10;
/// So many faults and decisions are listed.
const TIMELINE: usize = 40;

pub(crate) fn run(arguments: &Arguments, out: &mut Output) -> crate::Outcome {
    let (mut scenario, actions) = source::open(&arguments.what, arguments.variant.as_deref(), arguments.seed)?;
    if let Some(until) = arguments.until {
        scenario.config.until = scenario.config.until.min(until);
    }
    let mut run = Run::new(scenario.config.clone(), actions);
    while !run.advance(Time::MAX, EVENTS_AT_ONCE) {}
    let result = Outcome::of(&scenario, &run);
    match arguments.format {
        Format::Text => write!(out, "{}", result.text(&scenario))?,
        Format::Json => {
            writeln!(out, "{}", serde_json::to_string_pretty(&result).map_err(|error| error.to_string())?)?;
        }
    }
    Ok(if result.met() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn time(text: &str) -> Result<Time, String> {
    scenario::parse_span(text).map(|span: Span| Time::ZERO + span)
}

/// What came of a run.
#[derive(Serialize)]
struct Outcome {
    scenario: Option<String>,
    title: String,
    variant: Option<String>,
    seed: u64,
    seconds: f64,
    actions: usize,
    metrics: Vec<Measured>,
    marks: Vec<Mark>,
    expectations: Vec<Expected>,
    verdicts: Vec<VerdictLine>,
    lost_writes: Vec<LostWrite>,
    lost_ranges: Vec<sim::LostRange>,
    recoveries: Vec<Recovery>,
    events: u64,
    digest: String,
}

#[derive(Serialize)]
struct Measured {
    id: &'static str,
    title: &'static str,
    unit: Unit,
    value: f64,
}

#[derive(Serialize)]
struct Expected {
    text: String,
    because: String,
    measured: Option<f64>,
    unit: Unit,
    met: bool,
}

impl From<ExpectationResult> for Expected {
    fn from(result: ExpectationResult) -> Expected {
        let ExpectationResult { text, because, measured, unit, met } = result;
        Expected { text, because, measured, unit, met }
    }
}

impl Outcome {
    fn of(scenario: &Scenario, run: &Run<Any>) -> Outcome {
        let measured = |info: &MetricInfo| {
            let value = run.measure(&Query::whole(info.metric))?;
            Some(Measured { id: info.id, title: info.title, unit: info.unit, value })
        };
        Outcome {
            scenario: scenario.id.clone(),
            title: scenario.story.title.clone(),
            variant: scenario.variant.clone(),
            seed: scenario.config.seed,
            seconds: run.computed().as_secs_f64(),
            actions: run.actions().len(),
            metrics: METRICS.iter().filter_map(measured).collect(),
            marks: run.marks(),
            expectations: evaluate(scenario, run).into_iter().map(Expected::from).collect(),
            verdicts: run.verdicts(),
            lost_writes: run.lost_writes(),
            lost_ranges: run.lost_ranges(),
            recoveries: run.recoveries(),
            events: run.events(),
            digest: run.digest().to_string(),
        }
    }

    fn met(&self) -> bool {
        self.expectations.iter().all(|expected| expected.met)
    }

    fn text(&self, scenario: &Scenario) -> String {
        let mut out = String::new();
        self.write(scenario, &mut out).expect("writing into memory does not fail");
        out
    }

    fn write(&self, scenario: &Scenario, out: &mut String) -> std::fmt::Result {
        let variant = self.variant.as_deref().unwrap_or("as written");
        writeln!(out, "{}: {variant}, seed {}, {} s", self.title, self.seed, self.seconds)?;
        if self.actions > 0 {
            writeln!(out, "with {} actions of a person", self.actions)?;
        }
        writeln!(out)?;
        // A scorecard lists what happened; a count of zero did not.
        for line in self.metrics.iter().filter(|line| line.value != 0.0) {
            writeln!(out, "  {:<46}{:>16}", line.title, measure(line.value, line.unit))?;
        }
        self.write_timeline(out)?;
        self.write_losses(scenario, out)?;
        self.write_verdicts(scenario, out)?;
        if !self.expectations.is_empty() {
            writeln!(out, "\nExpectations")?;
        }
        for expected in &self.expectations {
            let word = if expected.met { "met    " } else { "NOT MET" };
            let measured =
                expected.measured.map_or("nothing to measure".to_owned(), |value| measure(value, expected.unit));
            writeln!(out, "  {word}  {}: {measured}", expected.text)?;
        }
        writeln!(out, "\nevents {}\ndigest {}", self.events, self.digest)
    }

    /// Faults and decisions; verdicts have a list of their own.
    fn write_timeline(&self, out: &mut String) -> std::fmt::Result {
        let marks = || self.marks.iter().filter(|mark| mark.lane != Lane::Verdict);
        if marks().next().is_some() {
            writeln!(out, "\nTimeline")?;
        }
        for mark in marks().take(TIMELINE) {
            let end = mark.until.map_or(String::new(), |until| format!(", until {until}"));
            writeln!(out, "  {:>16}  {}{end}", mark.at.to_string(), mark.title)?;
        }
        match marks().count().saturating_sub(TIMELINE) {
            0 => Ok(()),
            more => writeln!(out, "  and {more} more"),
        }
    }

    fn write_losses(&self, scenario: &Scenario, out: &mut String) -> std::fmt::Result {
        let config = &scenario.config;
        let dataset = |index: u16| config.datasets[usize::from(index)].id.as_str();
        if !self.lost_writes.is_empty() || !self.lost_ranges.is_empty() {
            writeln!(out, "\nAcknowledged writes lost")?;
        }
        for lost in &self.lost_ranges {
            let gone = where_it_is(config, lost.state, &lost.holders);
            writeln!(
                out,
                "  {} writes to {} by {} that every replica held: acknowledged from {} to {}, lost at {}, {gone}",
                lost.writes,
                dataset(lost.dataset),
                config.populations[usize::from(lost.population)].id,
                lost.first,
                lost.last,
                lost.lost
            )?;
        }
        for lost in self.lost_writes.iter().take(LISTED) {
            let (users, region) =
                (&config.populations[usize::from(lost.population)], &config.regions[usize::from(lost.region)]);
            let gone = where_it_is(config, lost.state, &lost.holders);
            writeln!(
                out,
                "  {} key {} by {}: acknowledged by {} at {}, lost at {}, {gone}",
                dataset(lost.dataset),
                lost.key,
                users.id,
                region.id,
                lost.acknowledged,
                lost.lost
            )?;
        }
        if self.lost_writes.len() > LISTED {
            writeln!(out, "  and {} more", self.lost_writes.len() - LISTED)?;
        }
        for (place, recovery) in self.recoveries.iter().enumerate() {
            if place == 0 {
                writeln!(out, "\nOutages")?;
            }
            let kind = format!("{:?}s", recovery.kind).to_lowercase();
            let end = recovery.rto().map_or("never recovered".to_owned(), |rto| format!("recovered after {rto}"));
            let what = recovery.dataset.map_or(kind.clone(), |of| format!("{} {kind}", dataset(of)));
            writeln!(out, "  {what}: failing from {}, {end}", recovery.failed)?;
        }
        Ok(())
    }

    fn write_verdicts(&self, scenario: &Scenario, out: &mut String) -> std::fmt::Result {
        if !self.verdicts.is_empty() {
            writeln!(out, "\nVerdicts")?;
        }
        for verdict in &self.verdicts {
            let word = if verdict.holds { "holds " } else { "BROKEN" };
            let dataset = &scenario.config.datasets[usize::from(verdict.dataset)].id;
            writeln!(out, "  {word}  {dataset}, {}: {}", verdict.property, verdict.text)?;
        }
        Ok(())
    }
}

/// Where lost writes are, with the regions that hold them.
fn where_it_is<C>(config: &sim::Config<C>, state: WriteState, holders: &[u16]) -> String {
    let id = |region: &u16| config.regions[usize::from(*region)].id.clone();
    state.words(&holders.iter().map(id).collect::<Vec<String>>())
}
