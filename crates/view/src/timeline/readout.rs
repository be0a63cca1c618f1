//! The numbers under the crosshair.

use super::bins::{answered, asked, populations, regions};
use super::frame::TimelineView;
use crate::map::{outcome_of_second, roles, users_title};
use crate::palette::Outcome;
use crate::stage::Stage;
use crate::words;
use engine::Time;
use protocol::StreamView;
use sim::{PopulationSecond, SecondSummary, Snapshot, StreamSecond};

/// A number under the crosshair.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// What it is.
    pub label: String,
    /// How much, with its unit.
    pub value: String,
}

/// The numbers of the second under a moment, or of the one that ends with it; empty if it has not been computed. Lags and queues are those
/// of what is `shown` on the map, if that is the moment asked about; else those at the end of the second, and said to be.
pub fn readout(
    stage: &Stage,
    seconds: &[SecondSummary],
    shown: Option<&Snapshot>,
    view: &TimelineView,
    at: Time,
) -> Vec<Reading> {
    let under = at.whole_seconds() as u32;
    let ends = (at == Time::from_secs(under.into())).then(|| under.checked_sub(1)).flatten();
    let find = |second: u32| seconds.binary_search_by_key(&second, |it| it.second).ok();
    let Some(index) = find(under).or_else(|| find(ends?)) else { return Vec::new() };
    let summary = &seconds[index];
    let moment = |second: u32| super::axis::clock(Time::from_secs(second.into()));
    let end = moment(summary.second + 1);
    let mut readings = vec![reading("time", format!("{} to {end}", moment(summary.second)))];
    readings.push(latency(stage, summary, view));
    for outcome in Outcome::ALL {
        let count: u32 = populations(summary, view).map(|it| outcome_of_second(it, outcome)).sum();
        if count > 0 || outcome == Outcome::Fresh {
            readings.push(reading(outcome.title(), format!("{count}/s")));
        }
    }
    let waiting: u32 = populations(summary, view).map(|it| it.waiting).sum();
    if waiting > 0 {
        let label = format!("waiting for {} at {end}", words::long());
        readings.push(reading(label, words::counted(waiting.into(), "operation")));
    }
    // Of data that nobody has written to there is nothing to lag behind.
    let lags_at_all = |of: &&StreamSecond| {
        let same = |it: &StreamSecond| (it.dataset, it.from, it.to) == (of.dataset, of.from, of.to) && it.entries > 0;
        seconds.iter().any(|second| second.streams.iter().any(same))
    };
    readings.extend(lags(stage, summary.streams.iter().filter(lags_at_all), shown, view, &end));
    let whose = if view.region.is_some() || summary.regions.len() < 2 { ("", "") } else { (", longest", ", busiest") };
    let chosen = |index: &usize| view.region.is_none_or(|only| usize::from(only) == *index);
    let now = shown.map(|snapshot| {
        let queues = snapshot.regions.iter().enumerate().filter(|(index, _)| chosen(index));
        queues.map(|(_, region)| region.service.queue).max().unwrap_or(0)
    });
    let (when, queue) = match now {
        Some(queue) => (String::new(), queue),
        None => (format!(" at {end}"), regions(summary, view).map(|it| it.queue).max().unwrap_or(0)),
    };
    readings.push(reading(format!("queue{when}{}", whose.0), words::counted(queue.into(), "request")));
    let busy = regions(summary, view).map(|it| it.utilisation).fold(0.0, f32::max);
    readings.push(reading(format!("busy{}", whose.1), words::percent(busy.into())));
    readings
}

fn reading(label: impl Into<String>, value: String) -> Reading {
    Reading { label: label.into(), value }
}

fn latency(stage: &Stage, summary: &SecondSummary, view: &TimelineView) -> Reading {
    let whose = if view.population.is_some() || summary.populations.len() < 2 { "" } else { ", slowest served" };
    let most = |of: fn(&PopulationSecond) -> f32| {
        let most = populations(summary, view).filter(|it| answered(it)).map(of).fold(0.0, f32::max);
        (most > 0.0).then(|| words::millis(most.into()))
    };
    let value = match (most(|it| it.p50), most(|it| it.p99), unserved(stage, summary, view)) {
        (Some(p50), Some(p99), None) => format!("p50 {p50}, p99 {p99}"),
        (Some(p50), Some(p99), Some(users)) => format!("p50 {p50}, p99 {p99}, and none ended well in {users}"),
        _ if populations(summary, view).any(asked) => "none ended well".to_owned(),
        _ => "nothing ended".to_owned(),
    };
    reading(format!("latency{whose}"), value)
}

/// The lag of each stream of the second that is of interest.
fn lags<'a>(
    stage: &Stage,
    streams: impl Iterator<Item = &'a StreamSecond>,
    shown: Option<&Snapshot>,
    view: &TimelineView,
    end: &str,
) -> impl Iterator<Item = Reading> {
    let chosen = |it: &&StreamSecond| view.region.is_none_or(|only| it.from == only || it.to == only);
    streams.filter(chosen).map(move |stream| {
        let name = |region: u16| stage.regions.get(usize::from(region)).map_or("?", |it| it.title.as_str());
        let dataset = stage.datasets.get(usize::from(stream.dataset)).map_or("?", |it| it.title.as_str());
        let whose = if stage.datasets.len() > 1 { format!("{dataset}, ") } else { String::new() };
        let (when, lag, entries) = match shown.and_then(|snapshot| now(snapshot, stream)) {
            Some(now) => (String::new(), now.lag.as_millis_f64(), now.lag_entries),
            None => (format!("at {end} "), stream.lag.into(), stream.entries),
        };
        let label = format!("lag {when}{whose}{} to {}", name(stream.from), name(stream.to));
        reading(label, format!("{}, {}", words::millis(lag), words::counted_as(entries, "entry", "entries")))
    })
}

/// What a stream is at the moment shown.
fn now<'s>(snapshot: &'s Snapshot, stream: &StreamSecond) -> Option<&'s StreamView> {
    let sender = roles::replica(snapshot, stream.dataset, stream.from)?;
    sender.streams.iter().find(|it| it.to.0 == stream.to)
}

/// The first users of whose operations none ended well.
fn unserved<'s>(stage: &'s Stage, summary: &SecondSummary, view: &TimelineView) -> Option<&'s str> {
    let first = populations(summary, view).position(|it| asked(it) && !answered(it))?;
    let users = stage.populations.get(usize::from(view.population.unwrap_or(first as u16)));
    Some(users.map_or("?", |users| users_title(&users.title)))
}
