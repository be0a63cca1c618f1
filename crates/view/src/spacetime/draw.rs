//! The picture as shapes: what rests while the playhead moves, and the playhead.

use super::frame::{FAULTS, SpaceTimeView};
use super::key;
use super::lanes::{Lane, ROWS_FROM};
use super::picture::{Line, Picture};
use super::related::Related;
use crate::geometry::{Point, Rect};
use crate::map::message_mark;
use crate::measure;
use crate::palette::{Grain, Outcome, Palette};
use crate::scene::{Align, Kind, Paint, Scene, Symbol, TextSize, TextStyle, Weight};
use crate::timeline::{clock, grain};
use engine::Time;
use protocol::Channel;
use sim::spacetime::FaultTime;

/// Of so few messages each has the mark of its kind at its end.
const FEW: usize = 300;
/// Of so many each is drawn fainter.
const MANY: usize = 1_000;

/// Steps between ticks, milliseconds.
const STEPS: [u64; 17] =
    [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 30_000, 60_000, 120_000];

/// How what is drawn stands out.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stress {
    /// As nothing is picked.
    Usual,
    /// As something else is.
    Pale,
    /// As it or something of its story is.
    Bold,
}

impl Picture<'_> {
    /// Draws everything but the playhead.
    pub fn draw(&self, scene: &mut Scene) {
        let Picture { view, .. } = self;
        scene.clear(view.size);
        let palette = Palette::of(view.theme);
        let related = view.picked.and_then(|picked| picked.among(self.seen)).map(|it| Related::to(it, self.seen));
        self.faults(palette, scene);
        grid(view, palette, scene);
        self.lane_lines(palette, scene);
        let order: &[Stress] = if related.is_some() { &[Stress::Pale, Stress::Bold] } else { &[Stress::Usual] };
        for &stress in order {
            self.messages(related.as_ref(), stress, palette, scene);
            self.operations(related.as_ref(), stress, palette, scene);
        }
        self.unread(palette, scene);
        ticks(view, palette, scene);
        self.names(palette, scene);
        key::draw(view.size.width, palette, scene);
    }

    /// The lines of regions, and those of users, which are dashed.
    fn lane_lines(&self, palette: &Palette, scene: &mut Scene) {
        let plot = self.view.plot();
        for (users, paint) in
            [(false, Paint::line(palette.faint, 1.0)), (true, Paint::dashed(palette.faint, 1.0, 2.0, 3.0))]
        {
            let batch = scene.batch(Kind::Lines, paint);
            for lane in self.lanes.all.iter().filter(|lane| lane.place.as_users().is_some() == users) {
                batch.path([Point::new(plot.x, lane.y), Point::new(plot.right(), lane.y)]);
            }
            scene.drop_empty();
        }
    }

    /// What faults hit, and their names above it.
    fn faults(&self, palette: &Palette, scene: &mut Scene) {
        let (view, plot) = (self.view, self.view.plot());
        let x = |at: Time| view.x_from_time(at).clamp(plot.x, plot.right());
        let faults: Vec<(&FaultTime, f32, f32)> = self
            .seen
            .faults
            .iter()
            .map(|fault| (fault, x(fault.from), fault.until.map_or(plot.right(), x)))
            .filter(|(_, from, to)| to > from)
            .collect();
        let (mut lanes, mut gaps, mut bars) = (Vec::new(), Vec::new(), Vec::new());
        for (place, (fault, from, to)) in faults.iter().enumerate() {
            let across = |top: f32, bottom: f32| Rect::new(*from, top, to - from, bottom - top);
            lanes.extend(self.lanes_hit(fault).map(|lane| across(lane.y - ROWS_FROM, lane.y + self.lanes.below())));
            gaps.extend(self.gaps_hit(fault).map(|(top, bottom)| across(top, bottom)));
            bars.push(across(plot.y - FAULTS + 1.0, plot.y - 2.0));
            let room = faults[place + 1..].iter().map(|(_, next, _)| *next).find(|next| next > from);
            let room = room.unwrap_or(plot.right()) - from - 10.0;
            let shared = place > 0 && faults[place - 1].1 == *from;
            let title = measure::fitted(&fault.title, TextSize::Small, Weight::Regular, room);
            if !shared {
                let style = TextStyle::new(TextSize::Small, palette.ink).halo(palette.background);
                scene.text(style, Point::new(from + 5.0, plot.y - FAULTS / 2.0 - 0.5), &title);
            }
        }
        for (rects, opacity) in [(&lanes, 22), (&gaps, 9), (&bars, 30)] {
            let batch = scene.batch(Kind::Areas, Paint::fill(palette.dead.fade(opacity)));
            rects.iter().for_each(|rect| batch.rect(*rect));
            scene.drop_empty();
        }
        grain::draw(Grain::Falling, lanes.into_iter(), palette.dead.fade(35), scene);
        grain::draw(Grain::Dots, gaps.into_iter(), palette.dead.fade(30), scene);
    }

    fn lanes_hit(&self, fault: &FaultTime) -> impl Iterator<Item = &Lane> {
        let hit = |lane: &&Lane| lane.place.as_region().is_some_and(|region| fault.regions.contains(&region));
        self.lanes.all.iter().filter(hit)
    }

    /// The gaps between two lanes that a link goes across on which something is wrong: their tops and feet.
    fn gaps_hit(&self, fault: &FaultTime) -> impl Iterator<Item = (f32, f32)> {
        let all = &self.lanes.all;
        let lane = |region: u16| all.iter().position(|lane| lane.place.as_region() == Some(region));
        let ends = fault.links.iter().filter_map(|(a, b)| Some((lane(*a)?, lane(*b)?)));
        let ends: Vec<(usize, usize)> = ends.map(|(a, b)| (a.min(b), a.max(b))).collect();
        let below = self.lanes.below();
        let crossed = move |gap: &usize| ends.iter().any(|(a, b)| (*a..*b).contains(gap));
        let gaps = (0..all.len().saturating_sub(1)).filter(crossed);
        gaps.map(move |gap| (all[gap].y + below, all[gap + 1].y - ROWS_FROM))
    }

    /// Messages of one stress, those of the control plane below the others.
    fn messages(&self, related: Option<&Related>, stress: Stress, palette: &Palette, scene: &mut Scene) {
        let all = &self.seen.messages;
        let stressed = |line: &&Line| stress == of(related.map(|it| it.messages[line.message as usize]));
        let lines: Vec<&Line> = self.lines.iter().filter(stressed).collect();
        let (width, opacity) = match stress {
            Stress::Pale => (1.0, 16),
            Stress::Bold => (2.25, 100),
            Stress::Usual if lines.len() > MANY => (1.0, 55),
            Stress::Usual => (1.25, 90),
        };
        let marked = stress == Stress::Bold || (stress == Stress::Usual && lines.len() <= FEW);
        for channel in [Channel::Control, Channel::Client, Channel::Acknowledgement, Channel::Replication] {
            let of_channel = lines.iter().filter(|line| all[line.message as usize].channel == channel);
            let mut stroke = key::stroke(channel, palette, width);
            stroke.color = stroke.color.fade(opacity);
            let batch = scene.batch(Kind::Lines, Paint { fill: None, stroke: Some(stroke) });
            of_channel.clone().for_each(|line| batch.path(line.ends));
            scene.drop_empty();
            let (symbol, radius, paint) = message_mark(channel, palette);
            let batch = scene.batch(Kind::Marks(symbol), paint);
            for line in of_channel.filter(|line| marked && line.ended && !line.lost) {
                batch.mark(line.ends[1], radius);
            }
            scene.drop_empty();
        }
        let lost = palette.outcome(Outcome::Refused);
        let cross = Paint::line(if stress == Stress::Pale { lost.fade(30) } else { lost }, 1.75);
        let batch = scene.batch(Kind::Marks(Symbol::Cross), cross);
        lines.iter().filter(|line| line.lost && line.ended).for_each(|line| batch.mark(line.ends[1], 4.5));
        scene.drop_empty();
    }

    /// Operations of one stress: what has not ended is an outline.
    fn operations(&self, related: Option<&Related>, stress: Stress, palette: &Palette, scene: &mut Scene) {
        let stressed = |bar: &&super::Bar| stress == of(related.map(|it| it.operations[bar.operation as usize]));
        let bars = || self.bars.iter().filter(stressed);
        let opacity = if stress == Stress::Pale { 22 } else { 100 };
        for outcome in [None].into_iter().chain(Outcome::ALL.map(Some)) {
            let paint = match outcome {
                Some(outcome) => Paint::fill(palette.outcome(outcome).fade(opacity)),
                None => Paint::line(palette.muted.fade(opacity), 1.0),
            };
            let batch = scene.batch(Kind::Areas, paint);
            bars().filter(|bar| bar.outcome == outcome).for_each(|bar| batch.rect(bar.rect));
            scene.drop_empty();
            let Some((outcome, symbol)) = outcome.and_then(|it| Some((it, key::symbol(it)?))) else { continue };
            if stress != Stress::Pale {
                let batch = scene.batch(Kind::Marks(symbol), key::ending(outcome, palette));
                for bar in bars().filter(|bar| bar.outcome == Some(outcome) && bar.ended) {
                    batch.mark(Point::new(bar.rect.right(), bar.rect.y + bar.rect.height / 2.0), 3.0);
                }
                scene.drop_empty();
            }
        }
        if stress == Stress::Bold {
            let batch = scene.batch(Kind::Areas, Paint::line(palette.ink, 1.5));
            bars().for_each(|bar| batch.rect(bar.rect));
            scene.drop_empty();
        }
    }

    /// What was not looked at, or is not computed.
    fn unread(&self, palette: &Palette, scene: &mut Scene) {
        let plot = self.view.plot();
        let from = self.view.x_from_time(self.seen.upto).max(plot.x);
        if self.seen.upto < self.view.to && from < plot.right() {
            let rest = Rect::new(from, plot.y, plot.right() - from, plot.height);
            scene.batch(Kind::Areas, Paint::fill(palette.land.fade(60))).rect(rest);
            grain::draw(Grain::Rising, std::iter::once(rest), palette.faint.fade(40), scene);
        }
    }

    /// The names of the lanes, beside their lines.
    fn names(&self, palette: &Palette, scene: &mut Scene) {
        let room = self.view.plot().x - 16.0;
        for lane in &self.lanes.all {
            let region = lane.place.as_region().is_some();
            let (color, weight) = if region { (palette.ink, Weight::Bold) } else { (palette.muted, Weight::Regular) };
            let style = TextStyle { weight, ..TextStyle::new(TextSize::Small, color) };
            let title = measure::fitted(&lane.title, TextSize::Small, weight, room);
            scene.text(style, Point::new(8.0, lane.y), &title);
        }
    }
}

/// How something stands out, by whether it belongs to the story of what is picked.
fn of(related: Option<bool>) -> Stress {
    match related {
        None => Stress::Usual,
        Some(true) => Stress::Bold,
        Some(false) => Stress::Pale,
    }
}

/// The moments that get a tick, far enough apart for what is written below them.
fn moments(view: &SpaceTimeView) -> Vec<Time> {
    let most = f64::from((view.plot().width / 84.0).max(1.0));
    let length = view.length().as_millis_f64();
    let step = STEPS.iter().copied().find(|&step| length / step as f64 <= most).unwrap_or(300_000);
    let first = (view.from.as_nanos()).div_ceil(1_000_000).div_ceil(step) * step;
    let last = view.to.as_nanos() / 1_000_000;
    (first..=last).step_by(step as usize).map(Time::from_millis).collect()
}

/// Upright lines through all lanes.
fn grid(view: &SpaceTimeView, palette: &Palette, scene: &mut Scene) {
    let plot = view.plot();
    let batch = scene.batch(Kind::Lines, Paint::line(palette.land, 1.0));
    for x in moments(view).into_iter().map(|at| view.x_from_time(at)) {
        batch.path([Point::new(x, plot.y), Point::new(x, plot.bottom())]);
    }
    scene.drop_empty();
}

/// The axis and its times.
fn ticks(view: &SpaceTimeView, palette: &Palette, scene: &mut Scene) {
    let plot = view.plot();
    let foot = scene.batch(Kind::Lines, Paint::line(palette.faint, 1.0));
    foot.path([Point::new(plot.x, plot.bottom()), Point::new(plot.right(), plot.bottom())]);
    let style = TextStyle::new(TextSize::Small, palette.muted);
    for at in moments(view) {
        let (x, text) = (view.x_from_time(at), clock(at));
        let half = measure::width(&text, TextSize::Small, Weight::Regular) / 2.0;
        let align = if x + half > plot.right() { Align::End } else { Align::Middle };
        let x = if align == Align::End { plot.right() } else { x };
        scene.text(style.align(align), Point::new(x, plot.bottom() + 13.0), &text);
    }
}

/// Draws the playhead alone, on a scene of its own.
pub fn playhead(view: &SpaceTimeView, scene: &mut Scene) {
    scene.clear(view.size);
    if !(view.from..=view.to).contains(&view.playhead) {
        return;
    }
    let (palette, plot, x) = (Palette::of(view.theme), view.plot(), view.x_from_time(view.playhead));
    let line = scene.batch(Kind::Lines, Paint::line(palette.accent, 1.5));
    line.path([Point::new(x, plot.y), Point::new(x, plot.bottom())]);
    scene
        .batch(Kind::Marks(Symbol::Triangle), Paint::fill(palette.accent))
        .mark(Point::new(x, plot.bottom() + 2.0), 4.5);
}
