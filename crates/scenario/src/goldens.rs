//! Goldens: what the runs of every built-in scenario come to, committed beside them, so that a change of behaviour shows and
//! so that all targets can be held against each other.
//!
//! A golden is TOML: for the scenario as written (`base`) and for each variant a table with the number of events, the digest,
//! and the digests at the end of each second, ten to a line, shortened to eight digits.
//!
//! Beside them stand what came out whatever the order within an instant: for each second a sum over what happened, without
//! the numbers that are given in the order of happening, and one digest of all metrics. A change of order moves the digests
//! and leaves these.

use crate::document::{self, Entry, Value};
use crate::gallery::{BuiltIn, golden};
use crate::section::text_of;
use crate::{Problem, load};
use engine::{Digest, Time};
use protocols::Any;
use sim::Run;
use sim::metrics::Query;
use sim::trace::{What, control, network};
use std::fmt;

/// The name of the scenario as written.
const BASE: &str = "base";
const HEADING: &str = "# Written by `meridian scenarios --bless`. The digests in `seconds` are those at the end of each second, the sums in `facts` know no order.";
const EVENTS_AT_ONCE: u64 = 100_000;

/// What a run came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The variant, or "base".
    pub name: String,
    /// Events.
    pub events: u64,
    /// The digest, sixteen hexadecimal digits.
    pub digest: String,
    /// At the end of each second, eight digits.
    pub seconds: Vec<String>,
    /// Of what happened in each second, in whatever order, eight digits.
    pub facts: Vec<String>,
    /// Of every metric over the whole run, sixteen digits.
    pub metrics: String,
}

/// Why a scenario does not come to its golden.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GoldenError {
    /// The scenario does not hold together.
    Scenario(Vec<Problem>),
    /// The golden cannot be read.
    Golden(Vec<Problem>),
    /// The golden knows nothing of a variant, or of one that there is not.
    Missing(String),
    /// A run came to something else.
    Differs {
        /// The variant, or "base".
        name: String,
        /// The first second in which it differs; `None` if only the whole differs.
        second: Option<usize>,
        /// Events and digest of the golden.
        expected: String,
        /// Events and digest of the run.
        found: String,
        /// Whether the same things happened at the same instants, in another order.
        reordered: bool,
    },
}

impl fmt::Display for GoldenError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            GoldenError::Scenario(problems) => {
                let lines: Vec<String> = problems.iter().map(Problem::to_string).collect();
                write!(out, "the scenario does not hold together: {}", lines.join("; "))
            }
            GoldenError::Golden(problems) => {
                let lines: Vec<String> = problems.iter().map(Problem::to_string).collect();
                write!(out, "the golden cannot be read: {}", lines.join("; "))
            }
            GoldenError::Missing(name) => {
                write!(out, "scenario and golden do not both have `{name}`; bless it if that is meant")
            }
            GoldenError::Differs { name, second: None, expected, found, .. } if expected == found => {
                write!(out, "of `{name}` another number is measured, though the same came out: {found}")
            }
            GoldenError::Differs { name, second, expected, found, reordered } => {
                write!(out, "`{name}` came to {found} instead of {expected}")?;
                if *reordered {
                    write!(out, "; the same things happened in another order")?;
                }
                match second {
                    Some(second) => write!(out, "; the first second that differs is {second}"),
                    None => write!(out, "; no second differs"),
                }
            }
        }
    }
}

impl std::error::Error for GoldenError {}

/// Run a scenario as written and in every variant.
///
/// # Errors
/// What is wrong with its text.
pub fn outcomes(text: &str) -> Result<Vec<Outcome>, Vec<Problem>> {
    let base = load(text, None, None)?;
    let mut outcomes = vec![outcome(BASE, base.run(Vec::new()))];
    for variant in &base.variants {
        let scenario = load(text, Some(&variant.id), None)?;
        outcomes.push(outcome(&variant.id, scenario.run(Vec::new())));
    }
    Ok(outcomes)
}

fn outcome(name: &str, mut run: Run<Any>) -> Outcome {
    while !run.advance(Time::MAX, EVENTS_AT_ONCE) {}
    Outcome {
        name: name.to_owned(),
        events: run.events(),
        digest: run.digest().to_string(),
        seconds: run.digests().iter().map(|digest| format!("{:08x}", digest >> 32)).collect(),
        facts: facts(&run).iter().map(|sum| format!("{:08x}", sum >> 32)).collect(),
        metrics: metrics(&run).to_string(),
    }
}

/// By second: the sum of the digests of all that happened in it, each with its instant.
fn facts(run: &Run<Any>) -> Vec<u64> {
    let mut sums = vec![0_u64; run.digests().len()];
    for event in run.trace(Time::ZERO, Time::MAX) {
        let mut digest = Digest::new();
        let bytes = postcard::to_allocvec(&(event.at, without_numbers(event.what))).unwrap_or_default();
        bytes.iter().for_each(|byte| digest.write_u64(u64::from(*byte)));
        if let Some(sum) = sums.get_mut(event.at.whole_seconds() as usize) {
            *sum = sum.wrapping_add(digest.value());
        }
    }
    sums
}

/// What happened, without the numbers of packets and of other events: these depend on the order within an instant.
fn without_numbers(what: What) -> What {
    use network::Fact::{PacketArrived, PacketHeld, PacketLost, PacketSent};
    let same = |fact| match fact {
        PacketSent { channel, from, to, bytes, due, .. } => PacketSent { packet: 0, channel, from, to, bytes, due },
        PacketLost { channel, from, to, loss, .. } => PacketLost { packet: 0, channel, from, to, loss, fault: 0 },
        PacketHeld { channel, from, to, due, .. } => PacketHeld { packet: 0, channel, from, to, due },
        PacketArrived { channel, from, to, .. } => PacketArrived { packet: 0, channel, from, to },
        gauge @ network::Fact::LinkGauge { .. } => gauge,
    };
    match what {
        What::Network(fact) => What::Network(same(fact)),
        What::Control(control::Fact::Judged { region, health, .. }) => {
            What::Control(control::Fact::Judged { region, health, fault: 0 })
        }
        what => what,
    }
}

fn metrics(run: &Run<Any>) -> Digest {
    let mut digest = Digest::new();
    for metric in sim::metrics::metrics() {
        let measured = run.measure(&Query::of(metric));
        digest.write_u64(measured.map_or(0, f64::to_bits));
    }
    digest
}

/// Outcomes as the text of a golden.
pub fn write(outcomes: &[Outcome]) -> String {
    let lines = |seconds: &[String]| seconds.chunks(10).map(|line| line.join(" ")).collect::<Vec<_>>().join("\n");
    let mut text = format!("{HEADING}\n");
    for Outcome { name, events, digest, seconds, facts, metrics } in outcomes {
        let (seconds, facts) = (lines(seconds), lines(facts));
        text += &format!("\n[\"{name}\"]\nevents = {events}\ndigest = \"{digest}\"\nmetrics = \"{metrics}\"\n");
        text += &format!("seconds = \"\"\"\n{seconds}\"\"\"\nfacts = \"\"\"\n{facts}\"\"\"\n");
    }
    text
}

/// The outcomes in the text of a golden; what is missing in it is empty.
///
/// # Errors
/// What makes it no TOML.
pub fn read(text: &str) -> Result<Vec<Outcome>, Vec<Problem>> {
    let Value::Table(tables) = document::parse(text)?.value else { return Ok(Vec::new()) };
    let outcome = |entry: &Entry| {
        let table: &[Entry] = match &entry.node.value {
            Value::Table(table) => table,
            _ => &[],
        };
        let events = table.iter().find(|entry| entry.key == "events").map(|entry| &entry.node.value);
        let text = |key| text_of(table, key).unwrap_or_default();
        Outcome {
            name: entry.key.clone(),
            events: if let Some(Value::Integer(events)) = events { *events as u64 } else { 0 },
            digest: text("digest").to_owned(),
            metrics: text("metrics").to_owned(),
            seconds: text("seconds").split_whitespace().map(str::to_owned).collect(),
            facts: text("facts").split_whitespace().map(str::to_owned).collect(),
        }
    };
    Ok(tables.iter().map(outcome).collect())
}

/// Run a built-in scenario and hold it against its golden.
///
/// # Errors
/// The first difference, with the first second that differs.
pub fn verify(scenario: &BuiltIn) -> Result<(), GoldenError> {
    let found = outcomes(scenario.text()).map_err(GoldenError::Scenario)?;
    let golden = golden(scenario.id).ok_or_else(|| GoldenError::Missing(scenario.id.to_owned()))?;
    compare(&read(golden).map_err(GoldenError::Golden)?, &found)
}

fn compare(expected: &[Outcome], found: &[Outcome]) -> Result<(), GoldenError> {
    for found in found {
        let golden = expected.iter().find(|golden| golden.name == found.name);
        let golden = golden.ok_or_else(|| GoldenError::Missing(found.name.clone()))?;
        if golden != found {
            let pairs = golden.seconds.iter().zip(&found.seconds);
            let common = golden.seconds.len().min(found.seconds.len());
            let shorter = (golden.seconds.len() != found.seconds.len()).then_some(common);
            return Err(GoldenError::Differs {
                name: found.name.clone(),
                second: pairs.into_iter().position(|(a, b)| a != b).or(shorter),
                expected: format!("{} events, digest {}", golden.events, golden.digest),
                found: format!("{} events, digest {}", found.events, found.digest),
                reordered: golden.facts == found.facts && golden.metrics == found.metrics,
            });
        }
    }
    match expected.iter().find(|golden| !found.iter().any(|found| found.name == golden.name)) {
        Some(golden) => Err(GoldenError::Missing(golden.name.clone())),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example() -> Vec<Outcome> {
        let seconds = |first: u32| (first..first + 12).map(|second| format!("{second:08x}")).collect();
        let outcome = |name: &str, first| Outcome {
            name: name.to_owned(),
            events: 42,
            digest: "0123456789abcdef".to_owned(),
            seconds: seconds(first),
            facts: seconds(first + 50),
            metrics: "fedcba9876543210".to_owned(),
        };
        vec![outcome(BASE, 0), outcome("sync", 100)]
    }

    #[test]
    fn a_golden_is_read_as_it_was_written() {
        assert_eq!(read(&write(&example())), Ok(example()));
        assert_eq!(compare(&read(&write(&example())).unwrap(), &example()), Ok(()));
    }

    #[test]
    fn the_first_second_that_differs_is_named() {
        let mut found = example();
        found[1].seconds[7] = "ffffffff".to_owned();
        let error = compare(&example(), &found).unwrap_err();
        assert!(
            matches!(&error, GoldenError::Differs { name, second: Some(7), reordered: true, .. } if name == "sync"),
            "{error}"
        );
        found[1].facts[7] = "ffffffff".to_owned();
        let error = compare(&example(), &found).unwrap_err();
        assert!(matches!(&error, GoldenError::Differs { reordered: false, .. }), "{error}");
    }

    #[test]
    fn a_run_that_is_only_measured_otherwise_is_said_to_be_so() {
        let mut found = example();
        found[1].metrics = "0".repeat(16);
        let told = compare(&example(), &found).unwrap_err().to_string();
        assert!(told.starts_with("of `sync` another number is measured, though the same came out"), "{told}");
    }

    #[test]
    fn a_variant_that_only_one_of_them_has_is_named() {
        let missing = Err(GoldenError::Missing("sync".to_owned()));
        assert_eq!(compare(&example()[..1], &example()), missing);
        assert_eq!(compare(&example(), &example()[..1]), missing);
    }
}
