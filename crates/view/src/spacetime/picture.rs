//! Where everything lies.

use super::frame::{Picked, SpaceTimeView};
use super::lanes::{Lanes, ROW, ROWS_FROM};
use crate::geometry::{Point, Rect};
use crate::palette::Outcome;
use crate::stage::Stage;
use engine::Time;
use sim::metrics::SLOW;
use sim::spacetime::{Fate, HowEnded, Message, Operation, SpaceTime, Thing, Whose};
use sim::trace::{How, Place};

/// What was lost as it was sent is drawn so far all the same, so that one sees where it was going, CSS pixels.
const STUB: f32 = 14.0;

/// Space and time as a picture.
#[derive(Clone, Debug)]
pub struct Picture<'a> {
    pub(super) seen: &'a SpaceTime,
    pub(super) view: &'a SpaceTimeView,
    /// The lanes.
    pub lanes: Lanes,
    /// The messages that are to be seen.
    pub lines: Vec<Line>,
    /// The operations that are to be seen: as many as the rows of their lanes have room for.
    pub bars: Vec<Bar>,
}

/// A message.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Line {
    /// Which, by its place in the list.
    pub message: u32,
    /// Where its line begins and ends, within the plot.
    pub ends: [Point; 2],
    /// Whether it comes to its end there, and not beyond the edge.
    pub ended: bool,
    /// Whether that is because it was lost.
    pub lost: bool,
}

/// An operation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bar {
    /// Which, by its place in the list.
    pub operation: u32,
    /// Where it lies, within the plot.
    pub rect: Rect,
    /// How it ended, if it had.
    pub outcome: Option<Outcome>,
    /// Whether its end is to be seen.
    pub ended: bool,
}

impl<'a> Picture<'a> {
    /// The picture of what was seen.
    pub fn new(stage: &Stage, whose: Whose, seen: &'a SpaceTime, view: &'a SpaceTimeView) -> Picture<'a> {
        let lanes = Lanes::of(stage, whose, view);
        let lines = (0..).zip(&seen.messages).filter_map(|(place, message)| line(place, message, &lanes, view));
        let (lines, bars) = (lines.collect(), bars(seen, &lanes, view));
        Picture { seen, view, lanes, lines, bars }
    }

    /// What lies at a place, or no farther than `slack` from it; an operation before a message.
    pub fn hit(&self, at: Point, slack: f32) -> Option<Picked> {
        let grown =
            |rect: Rect| Rect::new(rect.x - slack, rect.y - 0.5, rect.width + 2.0 * slack, rect.height + 1.0).has(at);
        if let Some(bar) = self.bars.iter().find(|bar| grown(bar.rect)) {
            return Picked::of(Thing::Operation(bar.operation), self.seen);
        }
        let near = self.lines.iter().map(|line| (line, at.distance_to_segment(line.ends[0], line.ends[1])));
        let nearest = near.filter(|(_, far)| *far <= 4.0 + slack).min_by(|a, b| a.1.total_cmp(&b.1));
        Picked::of(Thing::Message(nearest?.0.message), self.seen)
    }

    /// Everything that is to be seen, in the order of its beginning.
    pub fn things(&self) -> Vec<Picked> {
        let (messages, operations) = (&self.seen.messages, &self.seen.operations);
        let lines = self.lines.iter().map(|line| (messages[line.message as usize].sent, Thing::Message(line.message)));
        let bars = self.bars.iter();
        let bars = bars.map(|bar| (operations[bar.operation as usize].began, Thing::Operation(bar.operation)));
        // An operation comes before the message that it sends at the same instant.
        let mut all: Vec<_> = bars.chain(lines).collect();
        engine::sort_by_key(&mut all, |(at, _)| *at);
        let mut things: Vec<_> = all.into_iter().filter_map(|(_, thing)| Picked::of(thing, self.seen)).collect();
        things.dedup();
        things
    }

    /// The one after what is picked, or before it; if nothing is, the first that begins at the playhead or later, or the last before it.
    pub fn beside(&self, forth: bool) -> Option<Picked> {
        let things = self.things();
        let here = self.view.picked.and_then(|picked| things.iter().position(|thing| *thing == picked));
        let place = match (here, forth) {
            (Some(here), true) => (here + 1).min(things.len() - 1),
            (Some(here), false) => here.saturating_sub(1),
            (None, _) => {
                let later = things.iter().position(|thing| self.begins(*thing) >= self.view.playhead);
                let later = later.unwrap_or(things.len());
                if forth { later.min(things.len().checked_sub(1)?) } else { later.saturating_sub(1) }
            }
        };
        things.get(place).copied()
    }

    fn begins(&self, picked: Picked) -> Time {
        match picked.among(self.seen) {
            Some(Thing::Message(place)) => self.seen.messages[place as usize].sent,
            Some(Thing::Operation(place)) => self.seen.operations[place as usize].began,
            None => Time::ZERO,
        }
    }
}

/// Where a message lies, if any of it is to be seen.
fn line(place: u32, message: &Message, lanes: &Lanes, view: &SpaceTimeView) -> Option<Line> {
    let (from, to) = (lanes.at(message.from)?.y, lanes.at(message.to)?.y);
    let lost = matches!(message.fate, Fate::Lost(_));
    let reaches = if lost { message.due } else { message.ended };
    let start = Point::new(view.x_from_time(message.sent), from);
    let goal = Point::new(view.x_from_time(reaches), to);
    let end = if lost {
        let whole = (message.due - message.sent).as_nanos().max(1);
        let share = (message.ended - message.sent).as_nanos() as f32 / whole as f32;
        start.towards(goal, share.max(STUB / start.distance(goal).max(STUB)).min(1.0))
    } else {
        goal
    };
    let plot = view.plot();
    let ends = within(start, end, plot.x, plot.right())?;
    let ended = message.fate != Fate::UnderWay && ends[1] == end;
    Some(Line { message: place, ends, ended, lost })
}

/// The part of a line, which runs to the right, between two places.
fn within(start: Point, end: Point, left: f32, right: f32) -> Option<[Point; 2]> {
    if end.x < left || start.x > right {
        return None;
    }
    let at = |x: f32| start.towards(end, (x - start.x) / (end.x - start.x));
    let first = if start.x < left { at(left) } else { start };
    let last = if end.x > right { at(right) } else { end };
    Some([first, last])
}

/// Operations in the rows of their lanes: each in the first that is free.
fn bars(seen: &SpaceTime, lanes: &Lanes, view: &SpaceTimeView) -> Vec<Bar> {
    let plot = view.plot();
    let mut free = vec![vec![f32::MIN; lanes.rows]; lanes.all.len()];
    let mut bars = Vec::new();
    for (place, operation) in (0..).zip(&seen.operations) {
        let users = lanes.all.iter().position(|lane| lane.place == Place::users(operation.population));
        let region = || lanes.all.iter().position(|lane| Some(lane.place) == operation.region.map(Place::region));
        let Some(lane) = users.or_else(region) else { continue };
        let start = view.x_from_time(operation.began).max(plot.x);
        let end = operation.ended.map_or(f32::MAX, |(at, _)| view.x_from_time(at).max(start + 2.0));
        if start > plot.right() || end < plot.x {
            continue;
        }
        let Some(row) = free[lane].iter().position(|free| *free < start) else { continue };
        free[lane][row] = end + 2.0;
        let y = lanes.all[lane].y + ROWS_FROM + row as f32 * ROW;
        let rect = Rect::new(start, y, end.min(plot.right()) - start, ROW - 1.0);
        bars.push(Bar { operation: place, rect, outcome: outcome(operation), ended: end <= plot.right() });
    }
    bars
}

/// How an operation ended, as everywhere on the page.
pub(super) fn outcome(operation: &Operation) -> Option<Outcome> {
    let (at, how) = operation.ended?;
    Some(match how {
        HowEnded::Stale => Outcome::Stale,
        HowEnded::Well if at - operation.began >= SLOW => Outcome::Slow,
        HowEnded::Well => Outcome::Fresh,
        HowEnded::Failed(error) => match error.row().how {
            How::Answer => Outcome::Declined,
            How::Refusal => Outcome::Refused,
            How::Silence => Outcome::TimedOut,
        },
    })
}
