//! `[[expect]]`: what must come out of a run.

use crate::build::{Names, Titles};
use crate::document::{Node, Value};
use crate::expectation::{Comparison, Expectation, Scope};
use crate::problem::suggest;
use crate::quantity::{BYTES, Quantity, SHARE, TIME, clipped};
use crate::scenario::Scenario;
use crate::section::Section;
use engine::Time;
use protocols::Any;
use serde::{Deserialize, Serialize};
use sim::Run;
use sim::metrics::{self, Filter, Metric, Query, Sets, Unit};
use sim::trace::OperationKind;

/// What came of an expectation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExpectationResult {
    /// What is expected, in words.
    pub text: String,
    /// Which mechanism it proves; may be empty.
    pub because: String,
    /// What was measured, in the unit; `None` if there was nothing to measure.
    pub measured: Option<f64>,
    /// What it is held against, in the unit.
    pub bound: f64,
    /// The metric's unit.
    pub unit: Unit,
    /// Whether it is as expected; nothing to measure is not.
    pub met: bool,
}

/// Hold a run against the expectations in force for the scenario's variant. What is to hold in a window that the run has not come
/// to the end of is not judged.
pub fn evaluate(scenario: &Scenario, run: &Run<Any>) -> Vec<ExpectationResult> {
    let result = |expectation: &Expectation| {
        let measured = run.measure(&expectation.query);
        let caveat = metrics::caveat(expectation.query.metric, |metric| run.measure(&Query::of(metric)));
        let caveat = if caveat.is_empty() { String::new() } else { format!(" ({caveat})") };
        ExpectationResult {
            text: format!("{}{caveat}", expectation.text),
            because: expectation.because.clone(),
            measured,
            bound: expectation.comparison.bound(),
            unit: expectation.query.metric.unit,
            met: measured.is_some_and(|measured| expectation.comparison.holds(measured)),
        }
    };
    in_force(scenario).filter(|expectation| is_over(expectation, scenario, run)).map(result).collect()
}

/// The expectations in force that [`evaluate`] does not judge, because the run has not come to the end of their windows.
pub fn not_judged<'a>(scenario: &'a Scenario, run: &'a Run<Any>) -> impl Iterator<Item = &'a Expectation> {
    in_force(scenario).filter(|expectation| !is_over(expectation, scenario, run))
}

fn in_force(scenario: &Scenario) -> impl Iterator<Item = &Expectation> {
    scenario.expectations.iter().filter(|expectation| expectation.scope.covers(scenario.variant.as_deref()))
}

/// Whether a run, which may have been stopped before its end, has come to the end of an expectation's window.
fn is_over(expectation: &Expectation, scenario: &Scenario, run: &Run<Any>) -> bool {
    expectation.query.until.min(scenario.config.until) <= run.computed()
}

const EXPECTATIONS_MAX: usize = 64;

const COMPARISONS: [(&str, &str); 5] =
    [("at-least", "at least"), ("at-most", "at most"), ("above", "above"), ("below", "below"), ("equals", "equal to")];

pub(crate) fn read(root: &Section<'_>, names: &Names, until: Time) -> Vec<Expectation> {
    let nodes = root.list("expect", EXPECTATIONS_MAX);
    nodes.iter().filter_map(|node| expectation(&Section::new(root.notes, &["expect"], node), names, until)).collect()
}

fn expectation(section: &Section<'_>, names: &Names, until: Time) -> Option<Expectation> {
    let known = metric(section);
    // Whatever else is wrong is noted, too, where there is no such metric.
    let query = query(section, known.unwrap_or(metrics::metrics().next()?), names, until);
    if let Some(metric) = known {
        refuse_idle_filters(section, metric);
    }
    let scope = scope(section, names);
    let because = section.text("because").unwrap_or_default();
    let metric = known?;
    let (comparison, words) = comparison(section, metric)?;
    let text = format!("{}{}, {words}{}", subject(&query, &names.titles), metric.title, window(&query));
    Some(Expectation { query, comparison, text, because, scope })
}

fn metric(section: &Section<'_>) -> Option<&'static Metric> {
    let id = section.text("metric")?;
    let metric = metrics::metric(&id);
    if metric.is_none() {
        let help = suggest(&id, metrics::metrics().map(|metric| metric.id));
        section.problem("metric", format!("there is no metric `{}`", clipped(&id)), help);
    }
    metric
}

/// The filters with their keys.
const FILTERS: [(&str, Filter); 7] = [
    ("population", Filter::Population),
    ("region", Filter::Region),
    ("to", Filter::To),
    ("dataset", Filter::Dataset),
    ("kind", Filter::Kind),
    ("from", Filter::Window),
    ("until", Filter::Window),
];

/// Note every filter that says nothing about the metric: the expectation would claim what is not checked.
fn refuse_idle_filters(section: &Section<'_>, metric: &Metric) {
    let applies = |filter: &Filter| metric.filters.contains(filter);
    let known: Vec<&str> = FILTERS.iter().filter(|(_, filter)| applies(filter)).map(|(key, _)| *key).collect();
    for (key, _) in FILTERS.iter().filter(|(key, filter)| !applies(filter) && section.has(key)) {
        let message = format!("the metric `{}` cannot be narrowed by `{key}`", metric.id);
        section.problem(key, message, format!("it can be by {}", known.join(", ")));
    }
}

/// A bound of the window: metrics are counted by the second.
fn whole_second(section: &Section<'_>, key: &str) -> Option<Time> {
    let at = section.time(key)?;
    if at != Time::from_secs(at.whole_seconds()) {
        let help = format!("metrics are counted by the second: write \"{}s\"", at.whole_seconds());
        section.problem(key, format!("`{key}` is {at}, not a whole second"), help);
    }
    Some(at)
}

fn query(section: &Section<'_>, metric: &'static Metric, names: &Names, until: Time) -> Query {
    let index = |key, what, names: &[String]| section.reference(key, what, names).map(|index| index as u16);
    let kinds = [("call", OperationKind::Call), ("read", OperationKind::Read), ("write", OperationKind::Write)];
    let kind = section.has("kind").then(|| kinds[section.choice("kind", &kinds.map(|(name, _)| name))].1);
    let query = Query {
        metric,
        population: index("population", "population", &names.populations),
        region: section.site("region", names.ids()),
        to: section.site("to", names.ids()),
        dataset: section.datasets("dataset", names.ids()).map(Sets::of),
        kind,
        from: whole_second(section, "from").unwrap_or(Time::ZERO),
        until: whole_second(section, "until").unwrap_or(Time::MAX),
    };
    if query.from >= query.until.min(until) {
        section.problem(
            "from",
            "the window is empty",
            format!("it must begin before its end, and before the run's, {until}"),
        );
    }
    query
}

fn scope(section: &Section<'_>, names: &Names) -> Scope {
    match section.raw("variant") {
        None => Scope::Base,
        Some(Node { value: Value::Text(text), .. }) if text == "*" => Scope::Everywhere,
        Some(_) => {
            let places = section.references("variant", "variant", &names.variants).unwrap_or_default();
            Scope::Variants(places.into_iter().map(|place| names.variants[place].clone()).collect())
        }
    }
}

/// The comparison, and the same in words.
fn comparison(section: &Section<'_>, metric: &Metric) -> Option<(Comparison, String)> {
    let written: Vec<&(&str, &str)> = COMPARISONS.iter().filter(|(key, _)| section.has(key)).collect();
    let [(key, words)] = written[..] else {
        let message = format!("{} comparisons stand here", written.len());
        section.notes.problem(&section.span, message, "write one of at-least, at-most, above, below, equals");
        return None;
    };
    let (value, shown) = value(section, key, metric)?;
    let within = if section.has("within") { Some(self::value(section, "within", metric)?) } else { None };
    if within.is_some() && *key != "equals" {
        section.problem("within", "`within` stands without `equals`", "it says how far from equal is close enough");
    }
    let margin = within.as_ref().map_or(String::new(), |(_, shown)| format!(" ± {shown}"));
    let within = within.map_or(0.0, |(within, _)| within);
    if *key == "equals" && within == 0.0 && matches!(metric.unit, Unit::Count | Unit::Signed) && value.fract() != 0.0 {
        let message = format!("nothing is ever equal to {shown}: the metric `{}` is a number of things", metric.id);
        section.misfit("equals", message, "write a whole number, or how far off it may be with `within`");
    }
    let comparison = match *key {
        "at-least" => Comparison::AtLeast(value),
        "at-most" => Comparison::AtMost(value),
        "above" => Comparison::Above(value),
        "below" => Comparison::Below(value),
        _ => Comparison::Equals { value, within },
    };
    Some((comparison, format!("{words} {shown}{margin}")))
}

/// A value in the metric's unit, and as it is written. One that nothing measured reaches would be met always or never.
fn value(section: &Section<'_>, key: &str, metric: &Metric) -> Option<(f64, String)> {
    let (value, shown) = written_value(section, key, metric)?;
    let most = if metric.unit == Unit::Share { 1.0 } else { f64::INFINITY };
    let least = if metric.unit == Unit::Signed { f64::NEG_INFINITY } else { 0.0 };
    if !(least..=most).contains(&value) {
        let help = if metric.unit == Unit::Share { "it takes 0% to 100%" } else { "it must not be negative" };
        section.problem(key, format!("`{key}` is {shown}, which `{}` never reaches", metric.id), help);
        return None;
    }
    Some((value, shown))
}

fn written_value(section: &Section<'_>, key: &str, metric: &Metric) -> Option<(f64, String)> {
    let node = section.raw(key)?;
    let quantity = |quantity: &Quantity, unit: f64| match &node.value {
        Value::Text(text) => Some((section.measure(text, &node.span, quantity)? / unit, text.clone())),
        other => {
            let message = format!("`{key}` is {}, but the metric `{}` is {}", other.kind(), metric.id, quantity.name);
            section.notes.problem(&node.span, message, quantity.accepted());
            None
        }
    };
    match (metric.unit, &node.value) {
        (Unit::Count | Unit::Signed, Value::Integer(number)) => Some((*number as f64, number.to_string())),
        (Unit::Count | Unit::Signed, Value::Float(number)) if number.is_finite() => Some((*number, number.to_string())),
        (Unit::Count | Unit::Signed, other) => {
            let message = format!("`{key}` is {}, but the metric `{}` is a number of things", other.kind(), metric.id);
            section.notes.problem(&node.span, message, "write a plain number such as 0");
            None
        }
        (Unit::Seconds, _) => quantity(&TIME, 1e9),
        (Unit::Share, _) => quantity(&SHARE, 1.0),
        (Unit::Bytes, _) => quantity(&BYTES, 1.0),
    }
}

/// Which part of the run is meant: "writes of London: ".
fn subject(query: &Query, titles: &Titles) -> String {
    let name = |index: Option<u16>, names: &[String]| index.map(|index| names[usize::from(index)].clone());
    let mut words = Vec::new();
    words.extend(query.kind.map(|kind| match kind {
        OperationKind::Call => "calls".to_owned(),
        OperationKind::Read => "reads".to_owned(),
        OperationKind::Write => "writes".to_owned(),
    }));
    words.extend(query.dataset.map(|sets| format!("on {}", titles.of(sets))));
    words.extend(name(query.population, &titles.populations).map(|name| format!("of {name}")));
    words.extend(name(query.region, &titles.regions).map(|name| format!("from {name}")));
    words.extend(name(query.to, &titles.regions).map(|name| format!("to {name}")));
    if words.is_empty() { String::new() } else { format!("{}: ", words.join(" ")) }
}

fn window(query: &Query) -> String {
    match (query.from, query.until) {
        (Time::ZERO, Time::MAX) => String::new(),
        (from, Time::MAX) => format!(", from {from}"),
        (Time::ZERO, until) => format!(", until {until}"),
        (from, until) => format!(", from {from} until {until}"),
    }
}
