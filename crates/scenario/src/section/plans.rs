//! Rates that change, and tables: weights of requests, numbers by region.

use super::Section;
use super::ids::Ids;
use crate::document::{Node, Value};
use crate::quantity::{DAY, RATE, TIME, clipped};
use engine::{Span, Time};
use std::ops::RangeInclusive;

/// Moments at which a rate changes.
const POINTS_MAX: usize = 1_000;
const WEIGHT_MAX: u32 = 1_000_000;

/// A rate, or how it changes.
pub(super) fn rates(section: &Section<'_>, key: &str, most: f64) -> Vec<(Time, f64)> {
    let Some(node) = section.raw(key) else { return Vec::new() };
    let Value::List(items) = &node.value else {
        return rate(section, key, node, most).map(|rate| vec![(Time::ZERO, rate)]).unwrap_or_default();
    };
    if items.len() > POINTS_MAX {
        let help = format!("at most {POINTS_MAX} are allowed");
        section.problem(key, format!("`{key}` has {} points", items.len()), help);
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
        let (Some(at), Some(value)) = (moment(section, at), rate(section, key, value, most)) else { continue };
        if points.last().is_some_and(|(last, _)| *last >= at) {
            section.notes.problem(&item.span, "the times of the rates do not rise", "order them by time, each once");
        }
        points.push((at, value));
    }
    if items.is_empty() {
        section.problem(key, format!("`{key}` is empty"), RATE.accepted());
    }
    points
}

fn rate(section: &Section<'_>, key: &str, node: &Node, most: f64) -> Option<f64> {
    let Value::Text(text) = &node.value else {
        section.notes.problem(&node.span, format!("`{key}` is {}, not a rate", node.value.kind()), RATE.accepted());
        return None;
    };
    let rate = section.measure(text, &node.span, &RATE)?;
    if !(0.0..=most).contains(&rate) {
        let negative = if rate < 0.0 { "a rate must not be negative: " } else { "" };
        let help = format!("{negative}it takes 0/s to {most}/s");
        section.notes.problem(&node.span, format!("`{key}` is {}", clipped(text)), help);
        return None;
    }
    section.record_value(key, text);
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

/// A whole number for each of some regions.
pub(super) fn by_region(
    section: &Section<'_>,
    key: &str,
    range: RangeInclusive<u64>,
    ids: Ids<'_>,
) -> Option<Vec<(u16, u64)>> {
    let mut numbers = Vec::new();
    for entry in section.table(key)? {
        let number = match entry.node.value {
            Value::Integer(number) => u64::try_from(number).ok().filter(|number| range.contains(number)),
            _ => None,
        };
        match (ids.regions.iter().position(|name| *name == entry.key), number) {
            (Some(region), Some(number)) => {
                section.record_value(&format!("{key}.{}", entry.key), &number.to_string());
                numbers.push((region as u16, number));
            }
            (None, _) if section.has_zones(&entry.key, &entry.span, ids) => {}
            (None, _) if !section.notes.knows_all("region") => {}
            (None, _) => {
                let help = section.notes.suggest(&entry.key, ids.regions.iter().map(String::as_str));
                section.notes.problem(&entry.span, format!("there is no region `{}`", clipped(&entry.key)), help);
            }
            (_, None) => {
                let help = format!("it takes a whole number from {} to {}", range.start(), range.end());
                section.notes.problem(&entry.node.span, format!("`{key}.{}` is wrong", clipped(&entry.key)), help);
            }
        }
    }
    engine::sort(&mut numbers);
    Some(numbers)
}

/// Which of these are asked, and how often compared to each other: all alike if nothing is written.
pub(super) fn weights(section: &Section<'_>, key: &str, requests: &[String]) -> Vec<(usize, u32)> {
    let Some(table) = section.table(key) else {
        return (0..requests.len()).map(|request| (request, 1)).collect();
    };
    let mut mix = Vec::new();
    for entry in table {
        let request = requests.iter().position(|name| *name == entry.key);
        let weight = match entry.node.value {
            Value::Integer(weight) => u32::try_from(weight).ok().filter(|weight| *weight <= WEIGHT_MAX),
            _ => None,
        };
        match (request, weight) {
            (Some(request), Some(weight)) => {
                section.record_value(&format!("{key}.{}", entry.key), &weight.to_string());
                mix.push((request, weight));
            }
            (None, _) if !section.notes.knows_all("request") => {}
            (None, _) => {
                let help = section.notes.suggest(&entry.key, requests.iter().map(String::as_str));
                section.notes.problem(&entry.span, format!("there is no request `{}`", clipped(&entry.key)), help);
            }
            (_, None) => {
                let help = format!("it takes a whole number from 0 to {WEIGHT_MAX}");
                section.notes.problem(&entry.node.span, "the weight is wrong", help);
            }
        }
    }
    if mix.iter().all(|(_, weight)| *weight == 0) {
        section.problem(key, "nothing is ever asked", "give a request a weight above 0");
    }
    mix.retain(|(_, weight)| *weight > 0);
    mix
}
