//! The key of a chart: what its colours and lines mean, in one line beside its name.

use super::grain;
use super::lines::{self, Look};
use crate::geometry::{Point, Rect};
use crate::measure;
use crate::palette::{Color, Grain, Palette};
use crate::scene::{Kind, Paint, Scene, TextSize, TextStyle, Weight};

/// What stands before a name.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Sign {
    /// Nothing: the names after it belong to it.
    Heading,
    /// A piece of a band.
    Band(Grain),
    /// A piece of a line.
    Line(Look),
}

/// A name.
pub(super) struct Item {
    pub(super) sign: Sign,
    pub(super) text: String,
    pub(super) color: Color,
}

/// Between two names.
const GAP: f32 = 9.0;

/// The room to say how many more there are.
const MORE: f32 = 60.0;

impl Item {
    /// The room for its sign.
    fn sign(&self, signs: bool) -> f32 {
        match self.sign {
            Sign::Band(_) if signs => 14.0,
            Sign::Line(_) => 28.0,
            Sign::Heading | Sign::Band(_) => 0.0,
        }
    }

    /// The room it takes, with the gap to the next.
    fn width(&self, signs: bool) -> f32 {
        self.sign(signs) + measure::width(&self.text, TextSize::Small, Weight::Regular) + GAP
    }
}

/// Draws the names between two places at a height. Where room is short bands have no signs, since their names have their colours;
/// what there is no room for even so is counted.
pub(super) fn draw(items: &[Item], (start, end): (f32, f32), y: f32, palette: &Palette, scene: &mut Scene) {
    let total = |items: &[Item], signs| items.iter().map(|item| item.width(signs)).sum::<f32>() - GAP;
    let signs = start + total(items, true) <= end;
    let mut x = start;
    for (index, item) in items.iter().enumerate() {
        let rest = &items[index..];
        // A heading alone says nothing.
        let least = if item.sign == Sign::Heading { &rest[..rest.len().min(2)] } else { &rest[..1] };
        if x + total(rest, signs) > end && x + total(least, signs) + GAP + MORE > end {
            let more = rest.iter().filter(|item| item.sign != Sign::Heading).count();
            let style = TextStyle::new(TextSize::Small, palette.muted);
            return scene.text(style, Point::new(x, y), &format!("and {more} more"));
        }
        match item.sign {
            Sign::Band(grain) if signs => {
                let swatch = Rect::new(x, y - 5.0, 10.0, 10.0);
                scene.batch(Kind::Areas, Paint::fill(item.color)).rect(swatch);
                grain::draw(grain, [swatch].into_iter(), palette.background.fade(grain::OPACITY), scene);
            }
            Sign::Line(look) => {
                let line = [Point::new(x, y), Point::new(x + 24.0, y)];
                scene.batch(Kind::Lines, Paint { fill: None, stroke: Some(look.stroke) }).path(line);
                lines::draw_beads(&[line[0].towards(line[1], 0.5)], look, palette.background, scene);
            }
            Sign::Heading | Sign::Band(_) => {}
        }
        scene.text(TextStyle::new(TextSize::Small, item.color), Point::new(x + item.sign(signs), y), &item.text);
        x += item.width(signs);
    }
}
