//! `meridian compare`: two runs beside each other: what is set otherwise, until when they are the same, and what came of both.

use crate::exit::Exit;
use crate::output::Output;
use crate::source::{self, STANDARD_INPUT};
use crate::words::measure;
use clap::Args;
use engine::Time;
use protocols::Any;
use scenario::{Scenario, evaluate};
use sim::metrics::{Metric, Query, Unit, scorecard};
use sim::{LoggedAction, Run, VerdictLine, moment};
use std::fmt;
use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

/// What `compare` takes.
#[derive(Args)]
pub(crate) struct Arguments {
    /// A scenario file, the id of a built-in scenario, or a link; with `@VARIANT` behind it in that variant
    one: String,
    /// Another, or `@VARIANT` alone: the first in that variant
    other: String,
    /// Where every random stream of both runs starts from; each scenario's own if not given
    #[arg(long, value_parser = crate::run::seed)]
    seed: Option<u64>,
}

pub(crate) fn compare(arguments: &Arguments, out: &mut Output) -> Exit {
    let Arguments { one, other, seed } = arguments;
    let first = named(one);
    if first.0.is_empty() {
        return Err(format!("{one} names a variant and no scenario; put the scenario before the `@`").into());
    }
    let other = match other.strip_prefix('@') {
        Some(variant) => (first.0, Some(variant)),
        None => named(other),
    };
    if first.0 == STANDARD_INPUT && other.0 == STANDARD_INPUT {
        return Err("standard input can be read only once; write the scenario to a file and name that"
            .to_owned()
            .into());
    }
    let both = [first, other].map(|(what, variant)| Side::of(what, variant, *seed));
    let [one, other] = both;
    let both = [one?, other?];
    write!(out, "{}", Comparison(&both))?;
    Ok(if both[0].run.digest() == both[1].run.digest() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// A scenario and the variant behind its `@`. Files and addresses may have one in their names.
fn named(what: &str) -> (&str, Option<&str>) {
    let split = what.rsplit_once('@').filter(|(_, variant)| !variant.contains(['/', '.', '#', ':']));
    match split {
        Some((before, variant)) if !Path::new(what).exists() => (before, Some(variant)),
        _ => (what, None),
    }
}

/// One of the two.
struct Side {
    scenario: Scenario,
    run: Run<Any>,
    /// As planned, if somebody acted in it: what is expected is expected of the plan.
    planned: Option<Run<Any>>,
}

impl Side {
    fn of(what: &str, variant: Option<&str>, seed: Option<u64>) -> Result<Side, String> {
        let named = |problem: String| problem.replace("--variant: ", &format!("@{}: ", variant.unwrap_or_default()));
        let (scenario, actions, _) = source::open(what, variant, seed).map_err(named)?;
        let finished = |actions: Vec<LoggedAction>| {
            let mut run: Run<Any> = scenario.run(actions);
            run.finish();
            run
        };
        let planned = (!actions.is_empty()).then(|| finished(Vec::new()));
        let run = finished(actions);
        Ok(Side { run, planned, scenario })
    }

    fn title(&self) -> String {
        let variant =
            self.scenario.variant_title().map_or_else(|| "as written".to_owned(), |title| format!("variant “{title}”"));
        let acts = match self.run.actions().len() {
            0 => String::new(),
            1 => ", with 1 act of a person".to_owned(),
            acts => format!(", with {acts} acts of a person"),
        };
        format!("{}, {variant}, seed {}{acts}", self.scenario.story.title, self.scenario.config.seed)
    }

    fn value(&self, metric: &'static Metric) -> Option<f64> {
        self.run.measure(&Query::of(metric))
    }

    fn expectations(&self) -> Vec<(String, String)> {
        let results = evaluate(&self.scenario, self.planned.as_ref().unwrap_or(&self.run));
        results.into_iter().map(|it| (it.text, if it.met { "met" } else { "NOT MET" }.to_owned())).collect()
    }

    fn verdicts(&self) -> Vec<(String, String)> {
        let config = &self.scenario.config;
        let line = |line: VerdictLine| (format!("{}: {}", line.about(config).1, line.property.term()), line.words());
        self.run.verdicts().into_iter().map(line).collect()
    }

    /// Every value in force that is no story: where it stands, and what it is.
    fn settings(&self) -> Vec<(String, String)> {
        let lines = self.scenario.values.iter().filter(|line| !line.place.starts_with("story"));
        lines.map(|line| (format!("{}, {}", line.place, line.name), line.value.clone())).collect()
    }
}

/// Two runs, as a text.
struct Comparison<'a>(&'a [Side; 2]);

impl fmt::Display for Comparison<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [one, other] = self.0;
        for (letter, side) in [("A", one), ("B", other)] {
            writeln!(out, "{letter}  {}\n   events {}, digest {}", side.title(), side.run.events(), side.run.digest())?;
        }
        writeln!(out, "\n{}", self.parting())?;
        write_differences(out, "Set otherwise", &one.settings(), &other.settings())?;
        self.write_measures(out)?;
        write_differences(out, "Judged otherwise", &one.verdicts(), &other.verdicts())?;
        write_differences(out, "Expectations that come out otherwise", &one.expectations(), &other.expectations())
    }
}

impl Comparison<'_> {
    /// Until when both are the same run, by what was digested of each second.
    fn parting(&self) -> String {
        let [one, other] = self.0.each_ref().map(|side| side.run.digests());
        if one == other {
            return "Both are the same run.".to_owned();
        }
        let same = one.iter().zip(other).take_while(|(one, other)| one == other).count() as u64;
        match same {
            seconds if seconds == one.len().min(other.len()) as u64 => {
                let ends = if one.len() < other.len() { "A" } else { "B" };
                format!("They are the same until {}, where {ends} ends.", moment(Time::from_secs(seconds)))
            }
            0 => "They part in the first second.".to_owned(),
            seconds => {
                format!("They are the same until {}, and part within a second.", moment(Time::from_secs(seconds)))
            }
        }
    }

    /// The numbers that are not the same, as the scorecard lists them.
    fn write_measures(&self, out: &mut impl fmt::Write) -> fmt::Result {
        let [one, other] = self.0.each_ref().map(|side| scorecard(|metric| metrics_of(side, metric)));
        let lines = one.into_iter().zip(other).filter(|(one, other)| one.value != other.value);
        let mut lines = lines.peekable();
        if lines.peek().is_none() {
            return writeln!(out, "\nAll numbers are the same.");
        }
        writeln!(out, "\n  {:<46}{:>16}{:>16}   B has", "Numbers that differ", "A", "B")?;
        for (one, other) in lines {
            let told = |value: Option<f64>| value.map_or_else(|| "none".to_owned(), |value| measure(value, one.unit));
            let more = one
                .value
                .zip(other.value)
                .map_or_else(String::new, |(one_value, other)| difference(one_value, other, one.unit));
            let indent = if one.part { 4 } else { 2 };
            let width = 48 - indent;
            writeln!(
                out,
                "{:indent$}{:<width$}{:>16}{:>16}   {more}",
                "",
                one.title,
                told(one.value),
                told(other.value)
            )?;
        }
        Ok(())
    }
}

fn metrics_of(side: &Side, metric: &Metric) -> Option<f64> {
    sim::metrics::metrics().find(|known| *known == metric).and_then(|metric| side.value(metric))
}

/// What the second has more or less than the first.
fn difference(one: f64, other: f64, unit: Unit) -> String {
    let size = (other - one).abs();
    // Of two shares the difference is in points: a share less would be of the first.
    let size = if unit == Unit::Share { format!("{} points", sim::figures(size * 100.0)) } else { measure(size, unit) };
    match (one.is_finite() && other.is_finite(), other > one) {
        (false, _) => String::new(),
        (_, true) => format!("{size} more"),
        (_, false) => format!("{size} less"),
    }
}

/// What one list says otherwise than the other, or alone.
fn write_differences(
    out: &mut impl fmt::Write,
    title: &str,
    one: &[(String, String)],
    other: &[(String, String)],
) -> fmt::Result {
    let find = |list: &[(String, String)], what: &str| {
        list.iter().find(|(name, _)| name == what).map_or_else(|| "–".to_owned(), |(_, value)| value.clone())
    };
    let only_there = other.iter().filter(|(name, _)| one.iter().all(|(known, _)| known != name));
    let names = one.iter().chain(only_there).map(|(name, _)| name);
    let lines = names.map(|name| (name, find(one, name), find(other, name))).filter(|(_, one, other)| one != other);
    let mut lines = lines.peekable();
    if lines.peek().is_some() {
        writeln!(out, "\n{title}")?;
    }
    for (name, one, other) in lines {
        writeln!(out, "  {name}\n    A  {one}\n    B  {other}")?;
    }
    Ok(())
}
