//! Lines of values, and what tells several of one colour apart: a dash, and beads of a shape of their own.

use crate::geometry::Point;
use crate::palette::Color;
use crate::scene::{Kind, Paint, Scene, Stroke, Symbol};

/// How a line looks.
#[derive(Clone, Copy, PartialEq)]
pub(super) struct Look {
    pub(super) stroke: Stroke,
    /// The shape of its beads, and whether they are hollow, if it has some.
    beads: Option<(Symbol, bool)>,
}

const DASHES: [Option<(f32, f32)>; 8] = [
    None,
    Some((6.0, 3.0)),
    Some((2.0, 2.0)),
    Some((12.0, 3.0)),
    Some((2.0, 5.0)),
    Some((6.0, 8.0)),
    Some((16.0, 8.0)),
    Some((1.0, 1.0)),
];

const SYMBOLS: [Symbol; 4] = [Symbol::Circle, Symbol::Square, Symbol::Diamond, Symbol::Triangle];

/// So many lines are told apart by their dashes alone.
const PLAIN: usize = 2;

/// Between two beads of a line, and their radius.
const SPACING: f32 = 120.0;
const BEAD: f32 = 3.0;

/// The radius of a value that stands alone.
const DOT: f32 = 1.75;

impl Look {
    /// A line without beads.
    pub(super) fn plain(color: Color, dash: Option<(f32, f32)>) -> Look {
        Look { stroke: Stroke { color, width: 1.5, dash }, beads: None }
    }

    /// One of several lines of a colour, by its place among them.
    pub(super) fn of(place: usize, lines: usize, color: Color) -> Look {
        let beads = (SYMBOLS[place % SYMBOLS.len()], place / SYMBOLS.len() % 2 == 1);
        Look { beads: (lines > PLAIN).then_some(beads), ..Look::plain(color, DASHES[place % DASHES.len()]) }
    }
}

/// Draws a line through runs of neighbours; a value without a neighbour is a dot, since it is seen all the same. `phase`, from 0 to 1, says
/// where the beads begin, so that those of lines that lie on each other stand apart.
pub(super) fn draw(runs: &[Vec<Point>], look: Look, phase: f32, background: Color, scene: &mut Scene) {
    let (alone, lines): (Vec<&Vec<Point>>, Vec<_>) = runs.iter().partition(|run| run.len() == 1);
    let batch = scene.batch(Kind::Lines, Paint { fill: None, stroke: Some(look.stroke) });
    lines.into_iter().for_each(|run| batch.path(run.iter().copied()));
    scene.drop_empty();
    let batch = scene.batch(Kind::Marks(Symbol::Circle), Paint::fill(look.stroke.color));
    alone.into_iter().flatten().for_each(|at| batch.mark(*at, DOT));
    scene.drop_empty();
    draw_beads(&beads(runs, phase * SPACING), look, background, scene);
}

/// Draws beads of a look at these places, if it has beads.
pub(super) fn draw_beads(places: &[Point], look: Look, background: Color, scene: &mut Scene) {
    let Some((symbol, hollow)) = look.beads else { return };
    let color = look.stroke.color;
    let paint = if hollow { Paint::fill(background).with_line(color, 1.25) } else { Paint::fill(color) };
    let batch = scene.batch(Kind::Marks(symbol), paint);
    places.iter().for_each(|at| batch.mark(*at, BEAD));
    scene.drop_empty();
}

/// Places at even distances along runs of points; at least one.
fn beads(runs: &[Vec<Point>], first: f32) -> Vec<Point> {
    let mut places = Vec::new();
    for pair in runs.iter().flat_map(|run| run.windows(2)) {
        let (from, to) = (pair[0], pair[1]);
        let mut x = first + ((from.x - first) / SPACING).ceil() * SPACING;
        while x < to.x {
            places.push(from.towards(to, (x - from.x) / (to.x - from.x).max(1e-3)));
            x += SPACING;
        }
    }
    if places.is_empty() {
        places.extend(runs.first().and_then(|run| run.first()));
    }
    places
}
