//! Seconds gathered to what can be told apart on the screen: one bin a second while there is room, else one bin a pixel or so.

use super::frame::TimelineView;
use crate::map::outcome_of_second;
use crate::palette::Outcome;
use sim::{PopulationSecond, RegionSecond, SecondSummary};

/// Numbers of the seconds in view.
#[derive(Debug, Default)]
pub(super) struct Bins {
    /// From left to right.
    pub(super) all: Vec<Bin>,
}

/// Some seconds in a row.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Bin {
    /// The beginning, seconds.
    pub(super) from: f64,
    /// The end, seconds.
    pub(super) to: f64,
    /// Latency of what ended well, milliseconds, the highest of any users': median, 99th percentile; 0 is none.
    pub(super) latency: [f32; 2],
    /// Operations per second by outcome.
    pub(super) outcomes: [f32; Outcome::ALL.len()],
    /// Operations per second that began to wait for long.
    pub(super) late: f32,
    /// Lag of each stream, milliseconds, the highest: dataset, from, to, lag.
    pub(super) lags: Vec<(u16, u16, u16, f32)>,
    /// Requests waiting, the most.
    pub(super) queue: f32,
    /// Share of worker time used, the highest.
    pub(super) utilisation: f32,
}

impl Bins {
    /// The seconds in view; the one under way is left out until it is over.
    pub(super) fn new(seconds: &[SecondSummary], view: &TimelineView) -> Bins {
        let (first, last) = (view.from.whole_seconds() as u32, view.to.whole_seconds() as u32);
        let per_bin = (f64::from(last.saturating_sub(first) + 1) / f64::from(view.plot().width)).max(1.0) as u32;
        let mut all: Vec<Bin> = Vec::new();
        let mut group = u32::MAX;
        for summary in seconds.iter().filter(|it| (first..=last).contains(&it.second)) {
            if summary.second / per_bin != group {
                group = summary.second / per_bin;
                all.push(Bin { from: f64::from(summary.second), ..Bin::default() });
            }
            if let Some(bin) = all.last_mut() {
                bin.add(summary, view);
                bin.to = f64::from(summary.second) + 1.0;
            }
        }
        for bin in &mut all {
            let length = (bin.to - bin.from).max(1.0) as f32;
            bin.outcomes.iter_mut().chain([&mut bin.late]).for_each(|count| *count /= length);
        }
        Bins { all }
    }

    /// The streams that occur, in order.
    pub(super) fn streams(&self) -> Vec<(u16, u16, u16)> {
        let mut streams: Vec<_> =
            self.all.iter().flat_map(|bin| &bin.lags).map(|&(dataset, from, to, _)| (dataset, from, to)).collect();
        engine::sort(&mut streams);
        streams.dedup();
        streams
    }
}

/// The users that count.
pub(super) fn populations<'a>(
    summary: &'a SecondSummary,
    view: &TimelineView,
) -> impl Iterator<Item = &'a PopulationSecond> + use<'a> {
    let only = view.population;
    let chosen = move |index: usize| only.is_none_or(|only| usize::from(only) == index);
    summary.populations.iter().enumerate().filter(move |(index, _)| chosen(*index)).map(|(_, it)| it)
}

/// Whether anything ended well in the second, so that it has a latency. What was declined was answered, and has none.
pub(super) fn answered(users: &PopulationSecond) -> bool {
    users.fresh + users.slow + users.stale > 0
}

/// Whether anything ended in the second, well or badly.
pub(super) fn asked(users: &PopulationSecond) -> bool {
    Outcome::ALL.into_iter().any(|outcome| outcome_of_second(users, outcome) > 0)
}

/// The regions that count.
pub(super) fn regions<'a>(
    summary: &'a SecondSummary,
    view: &TimelineView,
) -> impl Iterator<Item = &'a RegionSecond> + use<'a> {
    let only = view.region;
    let chosen = move |index: usize| only.is_none_or(|only| usize::from(only) == index);
    summary.regions.iter().enumerate().filter(move |(index, _)| chosen(*index)).map(|(_, it)| it)
}

impl Bin {
    /// The height of its stack: what ended, and on top what began to wait for long.
    pub(super) fn operations(&self) -> f32 {
        self.outcomes.iter().sum::<f32>() + self.late
    }

    fn add(&mut self, summary: &SecondSummary, view: &TimelineView) {
        for users in populations(summary, view) {
            if answered(users) {
                self.latency = [self.latency[0].max(users.p50), self.latency[1].max(users.p99)];
            }
            for outcome in Outcome::ALL {
                self.outcomes[outcome as usize] += outcome_of_second(users, outcome) as f32;
            }
            self.late += users.late as f32;
        }
        for region in regions(summary, view) {
            self.queue = self.queue.max(region.queue as f32);
            self.utilisation = self.utilisation.max(region.utilisation);
        }
        for stream in &summary.streams {
            if view.region.is_some_and(|only| stream.from != only && stream.to != only) {
                continue;
            }
            let same = |it: &&mut (u16, u16, u16, f32)| (it.0, it.1, it.2) == (stream.dataset, stream.from, stream.to);
            match self.lags.iter_mut().find(same) {
                Some(known) => known.3 = known.3.max(stream.lag),
                None => self.lags.push((stream.dataset, stream.from, stream.to, stream.lag)),
            }
        }
    }
}
