//! Users: a halo at their place, and a ring split by how their operations ended, clockwise from the top, best first; the worse an
//! outcome, the thicker its part of the ring, and what did not end well is a broken line. An open switch stands at those whose clients spare a region.

use super::layout::Layout;
use crate::geometry::Point;
use crate::palette::{Outcome, Palette};
use crate::scene::{Kind, Paint, Scene, Stroke, Symbol};
use crate::state::{Target, ViewState};
use sim::{PopulationState, Snapshot};
use std::f32::consts::{FRAC_PI_2, TAU};

/// What is always drawn around the ring of users reaches so far, CSS pixels.
pub(crate) const AROUND: f32 = 4.0;

/// How many operations ended in an outcome.
pub(crate) fn count(state: &PopulationState, outcome: Outcome) -> u32 {
    match outcome {
        Outcome::Fresh => state.endings.fresh,
        Outcome::Declined => state.endings.declined,
        Outcome::Slow => state.endings.slow,
        Outcome::Stale => state.endings.stale,
        Outcome::Refused => state.endings.refused,
        Outcome::TimedOut => state.endings.timed_out,
    }
}

/// How many operations ended.
pub(crate) fn total(state: &PopulationState) -> u32 {
    Outcome::ALL.iter().map(|&outcome| count(state, outcome)).sum()
}

/// Draws all populations.
pub(crate) fn draw(layout: &Layout, snapshot: &Snapshot, view: &ViewState, scene: &mut Scene) {
    let palette = Palette::of(view.theme);
    let users = || snapshot.populations.iter().zip(layout.users.iter().copied());
    let batch = scene.batch(Kind::Marks(Symbol::Circle), Paint::fill(palette.channels[2].fade(14)));
    for (state, at) in users() {
        // The area grows with the load.
        batch.mark(at, layout.halo + AROUND + (total(state) as f32).sqrt().min(60.0) / 4.0);
    }
    let ground = Paint::fill(palette.background).with_line(palette.faint, 2.5);
    let batch = scene.batch(Kind::Marks(Symbol::Circle), ground);
    for (_, at) in users() {
        batch.mark(at, layout.halo);
    }
    for outcome in Outcome::ALL {
        let width = 3.0 + 0.6 * outcome as u8 as f32;
        let stroke = Stroke { color: palette.outcome(outcome), width, dash: outcome.dash() };
        let batch = scene.batch(Kind::Arcs, Paint { fill: None, stroke: Some(stroke) });
        for (state, at) in users() {
            let whole = total(state).max(1) as f32;
            let turn = |count: u32| -FRAC_PI_2 + TAU * count as f32 / whole;
            let before: u32 = Outcome::ALL.iter().take(outcome as usize).map(|&it| count(state, it)).sum();
            let own = count(state, outcome);
            if own > 0 {
                batch.arc(at, layout.halo, turn(before), turn(before + own));
            }
        }
        scene.drop_empty();
    }
    // Two strokes of the pen for a person: a head above shoulders.
    let batch = scene.batch(Kind::Marks(Symbol::Circle), Paint::fill(palette.ink));
    for (_, at) in users() {
        batch.mark(Point::new(at.x, at.y - 2.2), 1.9);
    }
    let batch = scene.batch(Kind::Arcs, Paint::line(palette.ink, 2.0));
    for (_, at) in users() {
        batch.arc(Point::new(at.x, at.y + 4.4), 2.8, -0.95 * TAU / 2.0, -0.05 * TAU / 2.0);
    }
    switches(layout, snapshot, palette, scene);
    for (target, width) in [(view.selection, 2.0), (view.hover, 1.25)] {
        let Some(Target::Users(users)) = target else { continue };
        if let Some(&at) = layout.users.get(usize::from(users)) {
            scene.batch(Kind::Marks(Symbol::Circle), Paint::line(palette.accent, width)).mark(at, layout.halo + 6.0);
        }
    }
}

/// Where a circuit is open: a plate with two ends of a wire, and the arm of the switch between them lifted off.
fn switches(layout: &Layout, snapshot: &Snapshot, palette: &Palette, scene: &mut Scene) {
    const RADIUS: f32 = 7.5;
    let reach = layout.halo * 0.9;
    let open = || {
        let users = snapshot.populations.iter().zip(layout.users.iter().copied());
        users
            .filter(|(state, _)| !state.clients.spared.is_empty())
            .map(|(_, at)| Point::new(at.x + reach, at.y - reach))
    };
    let color = palette.outcome(Outcome::Refused);
    let batch = scene.batch(Kind::Marks(Symbol::Circle), Paint::fill(palette.background).with_line(color, 1.5));
    for at in open() {
        batch.mark(at, RADIUS);
    }
    scene.drop_empty();
    let batch = scene.batch(Kind::Lines, Paint::line(color, 1.5));
    for at in open() {
        let wire = |from: (f32, f32), to: (f32, f32)| [from, to].map(|(x, y)| Point::new(at.x + x, at.y + y));
        batch.path(wire((-5.5, 1.5), (-2.5, 1.5)));
        batch.path(wire((-2.5, 1.5), (2.0, -3.0)));
        batch.path(wire((2.5, 1.5), (5.5, 1.5)));
    }
    scene.drop_empty();
}
