//! `[[population]]`: who asks, from where, how often and what.

use super::links::Links;
use super::names::{Names, named_by};
use super::regions::coordinates;
use crate::document::{Node, Value};
use crate::quantity::{DAY, RATE, TIME, clipped};
use crate::reference::{Coordinates, Place, find_place};
use crate::section::{Named, Section, text_of};
use engine::{Span, Time};
use sim::config::{Arrival, Defences, PopulationConfig};

const POPULATIONS_MAX: usize = 48;
/// The least mean pause of users in a closed loop, nanoseconds.
const THINK_LEAST: f64 = 1e6;
/// Moments at which a rate changes.
const POINTS_MAX: usize = 1_000;
/// Requests a second of all populations together.
const RATE_MAX: f64 = 20_000.0;

pub(super) fn read(root: &Section<'_>, names: &mut Names, links: &Links) -> Vec<PopulationConfig> {
    let mut populations = Vec::new();
    let mut total = 0.0;
    for (section, id) in named_by(root, "population", POPULATIONS_MAX, kinds) {
        let section = &section;
        let place = place(section, &id);
        let arrival = arrival(section);
        total += highest(&arrival);
        if total > RATE_MAX {
            section.problem("rate", "the populations ask too much", format!("all together may reach {RATE_MAX}/s"));
        }
        let access = links.access(section, place.at, &names.sites, &names.regions);
        let mut preference: Vec<usize> = (0..access.len()).collect();
        preference.sort_unstable_by_key(|region| (access[*region].one_way, *region));
        populations.push(PopulationConfig {
            title: section.text("title").unwrap_or(place.title),
            lat: place.at.lat,
            lon: place.at.lon,
            stands_for: section.count("stands-for", 1..=1_000_000_000) as u32,
            arrival,
            access,
            mix: mix(section, &names.requests),
            preference,
            ignores_ttl: section.flag("ignores-ttl"),
            defences: Defences::read(&Named { section, regions: &names.regions, users: &names.populations }),
            id: id.clone(),
        });
        names.populations.push(id);
    }
    populations
}

/// Which keys apply: a closed loop has users, an open one a rate.
fn kinds(node: &Node) -> Vec<String> {
    let loops = match &node.value {
        Value::Table(table) if text_of(table, "arrival") == Some("closed") => "population closed",
        _ => "population open",
    };
    vec!["population".to_owned(), loops.to_owned()]
}

fn place(section: &Section<'_>, id: &str) -> Place {
    let nowhere = Place { title: id.to_owned(), at: Coordinates { lat: 0.0, lon: 0.0 } };
    let (name, key) = match section.raw("place") {
        Some(Node { value: Value::Text(name), .. }) => (name.as_str(), "place"),
        Some(node) => return Place { at: coordinates(section, node), ..nowhere },
        None if id.is_empty() => return nowhere,
        None => (id, "id"),
    };
    find_place(name).unwrap_or_else(|help| {
        section.problem(key, format!("there is no city or region `{}`", clipped(name)), help);
        nowhere
    })
}

fn arrival(section: &Section<'_>) -> Arrival {
    match section.choice("arrival", &["poisson", "constant", "closed"]) {
        0 => Arrival::Poisson(rates(section)),
        1 => Arrival::Constant(rates(section)),
        _ => {
            let think = section.distribution("think");
            // Where nothing else takes time, users who do not pause ask without end at one instant.
            if think.mean().is_some_and(|mean| mean < THINK_LEAST) {
                section.misfit("think", "users hardly pause between requests", "the mean of `think` is at least 1ms");
            }
            Arrival::Closed { users: section.count("users", 1..=100_000) as u32, think }
        }
    }
}

/// The most requests a second it can make; of a closed loop as if nobody ever waited.
fn highest(arrival: &Arrival) -> f64 {
    match arrival {
        Arrival::Poisson(points) | Arrival::Constant(points) => {
            points.iter().map(|(_, rate)| *rate).fold(0.0, f64::max)
        }
        Arrival::Closed { users, think } => {
            let seconds = think.mean().unwrap_or(f64::INFINITY) / 1e9;
            f64::from(*users) / seconds.max(0.01)
        }
    }
}

/// A rate, or how it changes.
fn rates(section: &Section<'_>) -> Vec<(Time, f64)> {
    let Some(node) = section.raw("rate") else { return Vec::new() };
    let Value::List(items) = &node.value else {
        return rate(section, node).map(|rate| vec![(Time::ZERO, rate)]).unwrap_or_default();
    };
    if items.len() > POINTS_MAX {
        let help = format!("at most {POINTS_MAX} are allowed");
        section.problem("rate", format!("`rate` has {} points", items.len()), help);
    }
    let mut points: Vec<(Time, f64)> = Vec::new();
    for item in items.iter().take(POINTS_MAX) {
        let pair = match &item.value {
            Value::List(pair) => pair.as_slice(),
            _ => &[],
        };
        let [at, value] = pair else {
            section.notes.problem(&item.span, "this is no pair of a time and a rate", "write [\"30s\", \"20/s\"]");
            continue;
        };
        let (Some(at), Some(value)) = (moment(section, at), rate(section, value)) else { continue };
        if points.last().is_some_and(|(last, _)| *last >= at) {
            section.notes.problem(&item.span, "the times of the rates do not rise", "order them by time, each once");
        }
        points.push((at, value));
    }
    if items.is_empty() {
        section.problem("rate", "`rate` is empty", RATE.accepted());
    }
    points
}

fn rate(section: &Section<'_>, node: &Node) -> Option<f64> {
    let Value::Text(text) = &node.value else {
        section.notes.problem(&node.span, format!("`rate` is {}, not a rate", node.value.kind()), RATE.accepted());
        return None;
    };
    let rate = section.measure(text, &node.span, &RATE)?;
    if !(0.0..=RATE_MAX).contains(&rate) {
        let negative = if rate < 0.0 { "a rate must not be negative: " } else { "" };
        let help = format!("{negative}it takes 0/s to {RATE_MAX}/s");
        section.notes.problem(&node.span, format!("`rate` is {}", clipped(text)), help);
        return None;
    }
    section.record_value("rate", text);
    Some(rate)
}

fn moment(section: &Section<'_>, node: &Node) -> Option<Time> {
    let Value::Text(text) = &node.value else {
        section.notes.problem(&node.span, format!("the time is {}", node.value.kind()), TIME.accepted());
        return None;
    };
    let nanos = section.measure(text, &node.span, &TIME)?;
    if !(0.0..=DAY).contains(&nanos) {
        section.notes.problem(&node.span, format!("`{}` is no time of a run", clipped(text)), "it takes 0s to 24h");
        return None;
    }
    Some(Time::ZERO + Span::from_nanos_f64(nanos))
}

fn mix(section: &Section<'_>, requests: &[String]) -> Vec<(usize, u32)> {
    let Some(table) = section.table("mix") else {
        return (0..requests.len()).map(|request| (request, 1)).collect();
    };
    let mut mix = Vec::new();
    for entry in table {
        let request = requests.iter().position(|name| *name == entry.key);
        let weight = match entry.node.value {
            Value::Integer(weight) => u32::try_from(weight).ok().filter(|weight| *weight <= 1_000_000),
            _ => None,
        };
        match (request, weight) {
            (Some(request), Some(weight)) => {
                section.record_value(&format!("mix.{}", entry.key), &weight.to_string());
                mix.push((request, weight));
            }
            (None, _) => {
                let help = section.notes.suggest(&entry.key, requests.iter().map(String::as_str));
                section.notes.problem(&entry.span, format!("there is no request `{}`", clipped(&entry.key)), help);
            }
            (_, None) => section.notes.problem(
                &entry.node.span,
                "the weight is wrong",
                "it takes a whole number from 0 to 1000000",
            ),
        }
    }
    if mix.iter().all(|(_, weight)| *weight == 0) {
        section.problem("mix", "nothing is ever asked", "give a request a weight above 0");
    }
    mix.retain(|(_, weight)| *weight > 0);
    mix
}
