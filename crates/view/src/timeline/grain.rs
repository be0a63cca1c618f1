//! The grain of bands: what tells them from each other where colours cannot.

use crate::geometry::{Point, Rect};
use crate::palette::{Color, Grain};
use crate::scene::{Kind, Paint, Scene, Symbol};

/// Between two lines or dots, CSS pixels.
const STEP: f32 = 4.0;

/// How opaque it is, per cent.
pub(super) const OPACITY: u32 = 70;

/// Draws the grain over rectangles. It runs on from one to the next, since it is laid over the canvas and not over each.
pub(crate) fn draw(grain: Grain, rects: impl Iterator<Item = Rect>, color: Color, scene: &mut Scene) {
    if grain == Grain::Dots {
        let batch = scene.batch(Kind::Marks(Symbol::Circle), Paint::fill(color));
        for (rect, x) in rects.flat_map(|rect| steps(rect.x, rect.right()).map(move |x| (rect, x))) {
            steps(rect.y, rect.bottom()).for_each(|y| batch.mark(Point::new(x, y), 0.9));
        }
    } else {
        let batch = scene.batch(Kind::Lines, Paint::line(color, 1.0));
        let ways = if grain == Grain::Crossed { &[Grain::Rising, Grain::Falling][..] } else { &[grain] };
        for rect in rects {
            ways.iter().flat_map(|way| lines(*way, rect)).for_each(|line| batch.path(line));
        }
    }
    scene.drop_empty();
}

/// The multiples of a step from `low` up to `high`.
fn steps(low: f32, high: f32) -> impl Iterator<Item = f32> {
    let (first, last) = ((low / STEP).ceil() as i32, (high / STEP).ceil() as i32);
    (first..last).map(|step| step as f32 * STEP)
}

/// The lines of a grain within a rectangle.
fn lines(grain: Grain, rect: Rect) -> impl Iterator<Item = [Point; 2]> {
    let (left, right, top, bottom) = (rect.x, rect.right(), rect.y, rect.bottom());
    // A slanting line is where x + y, or x - y, is a multiple of the step.
    let (low, high) = match grain {
        Grain::Plain | Grain::Dots | Grain::Crossed => (0.0, 0.0),
        Grain::Level => (top, bottom),
        Grain::Upright => (left, right),
        Grain::Rising => (left + top, right + bottom),
        Grain::Falling => (left - bottom, right - top),
    };
    steps(low, high).map(move |at| {
        let ends = match grain {
            Grain::Level => [(left, at), (right, at)],
            Grain::Upright => [(at, top), (at, bottom)],
            Grain::Falling => [left.max(at + top), right.min(at + bottom)].map(|x| (x, x - at)),
            Grain::Rising | Grain::Plain | Grain::Dots | Grain::Crossed => {
                [left.max(at - bottom), right.min(at - top)].map(|x| (x, at - x))
            }
        };
        ends.map(|(x, y)| Point::new(x, y))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::Size;

    #[test]
    fn every_grain_keeps_to_its_band_and_none_looks_like_another() {
        let rect = Rect::new(10.5, 20.25, 17.0, 9.0);
        let lined = [Grain::Level, Grain::Upright, Grain::Rising, Grain::Falling, Grain::Crossed];
        let looks = [&[Grain::Plain, Grain::Dots], &lined[..]].concat().into_iter().map(|grain| {
            let mut scene = Scene::default();
            scene.clear(Size::new(100.0, 100.0));
            draw(grain, [rect].into_iter(), Color::rgb(0), &mut scene);
            let drawn: Vec<Vec<f32>> = scene.batches().iter().map(|batch| batch.coords.clone()).collect();
            for batch in scene.batches() {
                let mut at = batch.coords.chunks_exact(batch.kind.stride());
                assert!(at.all(|at| rect.has(Point::new(at[0], at[1]))), "{grain:?} leaves its band: {drawn:?}");
            }
            drawn
        });
        let looks: Vec<Vec<Vec<f32>>> = looks.collect();
        assert!(looks[0].is_empty());
        for (index, look) in looks.iter().enumerate().skip(1) {
            assert!(!look.is_empty() && !looks[..index].contains(look), "grain {index}");
        }
    }
}
