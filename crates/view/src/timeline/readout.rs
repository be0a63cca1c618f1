//! The numbers under the crosshair.

use super::bins::{answered, asked, populations, regions};
use super::frame::TimelineView;
use crate::map::{outcome_of_second, users_title};
use crate::palette::Outcome;
use crate::stage::Stage;
use crate::words;
use engine::Time;
use sim::{SecondSummary, StreamSecond};

/// A number under the crosshair.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// What it is.
    pub label: String,
    /// How much, with its unit.
    pub value: String,
}

/// The numbers of the second under a moment, or of the one that ends with it; empty if it has not been computed.
pub fn readout(stage: &Stage, seconds: &[SecondSummary], view: &TimelineView, at: Time) -> Vec<Reading> {
    let under = at.whole_seconds() as u32;
    let ends = (at == Time::from_secs(under.into())).then(|| under.checked_sub(1)).flatten();
    let find = |second: u32| seconds.binary_search_by_key(&second, |it| it.second).ok();
    let Some(index) = find(under).or_else(|| find(ends?)) else { return Vec::new() };
    let (summary, second) = (&seconds[index], seconds[index].second);
    let mut readings = Vec::new();
    let mut say = |label: String, value: String| readings.push(Reading { label, value });
    say(
        "time".to_owned(),
        format!(
            "{} to {}",
            super::axis::clock(Time::from_secs(second.into())),
            super::axis::clock(Time::from_secs(u64::from(second) + 1))
        ),
    );
    let whose = if view.population.is_some() || summary.populations.len() < 2 { "" } else { ", slowest" };
    for (label, percentile) in [("p50", 0), ("p99", 1)] {
        let value = populations(summary, view)
            .filter(|it| answered(it))
            .map(|it| [it.p50, it.p99][percentile])
            .fold(0.0, f32::max);
        let text = match unserved(stage, summary, view) {
            Some(users) if value > 0.0 => format!("none ended well in {users}"),
            None if value > 0.0 => words::millis(value.into()),
            _ => "none ended well".to_owned(),
        };
        say(format!("latency {label}{whose}"), text);
    }
    for outcome in Outcome::ALL {
        let count: u32 = populations(summary, view).map(|it| outcome_of_second(it, outcome)).sum();
        if count > 0 || outcome == Outcome::Fresh {
            say(outcome.title().to_owned(), format!("{count}/s"));
        }
    }
    let chosen = |it: &&StreamSecond| view.region.is_none_or(|only| it.from == only || it.to == only);
    for stream in summary.streams.iter().filter(chosen) {
        let name = |region: u16| stage.regions.get(usize::from(region)).map_or("?", |it| it.title.as_str());
        let dataset = stage.datasets.get(usize::from(stream.dataset)).map_or("?", |it| it.title.as_str());
        let whose = if stage.datasets.len() > 1 { format!("{dataset}, ") } else { String::new() };
        let label = format!("lag {whose}{} to {}", name(stream.from), name(stream.to));
        say(
            label,
            format!("{}, {}", words::millis(stream.lag.into()), words::counted_as(stream.entries, "entry", "entries")),
        );
    }
    let whose = if view.region.is_some() || summary.regions.len() < 2 { ("", "") } else { (", longest", ", busiest") };
    let queue = regions(summary, view).map(|it| it.queue).max().unwrap_or(0);
    say(format!("queue{}", whose.0), words::counted(queue.into(), "request"));
    let busy = regions(summary, view).map(|it| it.utilisation).fold(0.0, f32::max);
    say(format!("busy{}", whose.1), words::percent(busy.into()));
    readings
}

/// The first users of whose operations none ended well.
fn unserved<'s>(stage: &'s Stage, summary: &SecondSummary, view: &TimelineView) -> Option<&'s str> {
    let first = populations(summary, view).position(|it| asked(it) && !answered(it))?;
    let users = stage.populations.get(usize::from(view.population.unwrap_or(first as u16)));
    Some(users.map_or("?", |users| users_title(&users.title)))
}
