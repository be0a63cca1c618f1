//! Ways on the canvas: places along them, lanes beside them, and the edge of the map where they leave it and come back.

use crate::geometry::Point;
use crate::scene::Batch;

/// The left and right edge of the map, where it was cut open.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Seam {
    /// The left edge, CSS pixels.
    pub(crate) left: f32,
    /// The width of the whole world, CSS pixels.
    pub(crate) width: f32,
}

impl Seam {
    fn right(self) -> f32 {
        self.left + self.width
    }

    /// The place on the map of a place that may lie beyond its edge.
    pub(crate) fn wrap(self, point: Point) -> Point {
        let x = if point.x < self.left {
            point.x + self.width
        } else if point.x > self.right() {
            point.x - self.width
        } else {
            point.x
        };
        Point::new(x, point.y)
    }

    /// A whole way moved by as many turns as it takes for its beginning to be on the map.
    pub(crate) fn enter(self, mut points: Vec<Point>) -> Vec<Point> {
        let shift = points.first().map_or(0.0, |&first| self.wrap(first).x - first.x);
        for point in &mut points {
            point.x += shift;
        }
        points
    }

    /// Adds a path to a batch, cut in two where it crosses the edge.
    pub(crate) fn draw(self, points: impl IntoIterator<Item = Point>, batch: &mut Batch) {
        let mut last: Option<Point> = None;
        for point in points {
            if let Some(from) = last {
                self.cross(from, point, batch);
            }
            batch.corner(self.wrap(point));
            last = Some(point);
        }
        batch.end();
    }

    /// If the edge lies between two corners, ends the path there and goes on at the other edge.
    fn cross(self, from: Point, to: Point, batch: &mut Batch) {
        for edge in [self.left, self.right()] {
            if (from.x < edge) == (to.x < edge) {
                continue;
            }
            let y = from.towards(to, (edge - from.x) / (to.x - from.x)).y;
            let other = if edge == self.left { self.right() } else { self.left };
            // Leaving the map the path ends at this edge and goes on at the other; coming back it is the other way round.
            let leaving = (to.x < from.x) == (edge == self.left);
            let (end, start) = if leaving { (edge, other) } else { (other, edge) };
            batch.corner(Point::new(end, y));
            batch.end();
            batch.corner(Point::new(start, y));
        }
    }
}

/// A way: corners evenly spaced over the globe, running on beyond the edge of the map.
#[derive(Clone, Debug, Default)]
pub(crate) struct Curve {
    points: Vec<Point>,
}

/// A place on a way and which way it goes there.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stand {
    /// The place.
    pub(crate) at: Point,
    /// The direction, of length 1.
    pub(crate) ahead: Point,
}

impl Stand {
    /// The place so many pixels to the right of the direction (left if negative).
    pub(crate) fn beside(&self, pixels: f32) -> Point {
        Point::new(self.at.x - self.ahead.y * pixels, self.at.y + self.ahead.x * pixels)
    }

    /// The same place looked at in the other direction.
    fn turned(self) -> Stand {
        Stand { at: self.at, ahead: Point::new(-self.ahead.x, -self.ahead.y) }
    }
}

impl Curve {
    /// A way through these corners, its ends moved by so much, its middle left alone.
    pub(crate) fn new(mut points: Vec<Point>, moved: (Point, Point)) -> Curve {
        let last = points.len().saturating_sub(1).max(1) as f32;
        for (index, point) in points.iter_mut().enumerate() {
            let t = index as f32 / last;
            let (near_start, near_end) = ((1.0 - t) * (1.0 - t) * (1.0 - t), t * t * t);
            point.x += moved.0.x * near_start + moved.1.x * near_end;
            point.y += moved.0.y * near_start + moved.1.y * near_end;
        }
        Curve { points }
    }

    /// The corners, running on beyond the edge of the map.
    pub(crate) fn points(&self) -> &[Point] {
        &self.points
    }

    /// The place a share `t` of the way along, or along the way back.
    pub(crate) fn stand(&self, t: f32, back: bool) -> Stand {
        let t = if back { 1.0 - t } else { t };
        let parts = self.points.len().saturating_sub(1);
        if parts == 0 {
            let at = self.points.first().copied().unwrap_or_default();
            return Stand { at, ahead: Point::new(1.0, 0.0) };
        }
        let along = t.clamp(0.0, 1.0) * parts as f32;
        let part = (along as usize).min(parts - 1);
        let (a, b) = (self.points[part], self.points[part + 1]);
        let length = a.distance(b).max(1e-3);
        let ahead = Point::new((b.x - a.x) / length, (b.y - a.y) / length);
        let stand = Stand { at: a.towards(b, along - part as f32), ahead };
        if back { stand.turned() } else { stand }
    }

    /// The place a share `t` of the way along, in a lane so many pixels to the right; lanes meet at the ends.
    pub(crate) fn lane(&self, t: f32, back: bool, offset: f32) -> Point {
        let spread = (8.0 * t.min(1.0 - t)).clamp(0.0, 1.0);
        self.stand(t, back).beside(offset * spread)
    }

    /// The corners of a lane between two shares of the way.
    pub(crate) fn lane_path(&self, from: f32, to: f32, back: bool, offset: f32) -> impl Iterator<Item = Point> + '_ {
        let parts = ((self.points.len().max(2) - 1) as f32 * (to - from).abs()) as usize + 1;
        (0..=parts).map(move |part| self.lane(from + (to - from) * part as f32 / parts as f32, back, offset))
    }

    /// The length, CSS pixels.
    pub(crate) fn length(&self) -> f32 {
        self.points.windows(2).map(|pair| pair[0].distance(pair[1])).sum()
    }

    /// The distance from a place to the nearest of the way.
    pub(crate) fn distance(&self, at: Point, seam: Seam) -> f32 {
        let mut nearest = f32::MAX;
        for pair in self.points.windows(2) {
            for shift in [0.0, -seam.width, seam.width] {
                let (a, b) = (Point::new(pair[0].x + shift, pair[0].y), Point::new(pair[1].x + shift, pair[1].y));
                nearest = nearest.min(at.distance_to_segment(a, b));
            }
        }
        nearest
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::{Kind, Paint, Scene};

    #[test]
    fn a_way_across_the_edge_leaves_on_one_side_and_comes_back_on_the_other() {
        let seam = Seam { left: 0.0, width: 100.0 };
        let way = [(80.0, 0.0), (120.0, 4.0)].map(|(x, y)| Point::new(x, y));
        for (points, expected) in [
            (way.to_vec(), [80.0, 0.0, 100.0, 2.0, 0.0, 2.0, 20.0, 4.0]),
            (way.iter().rev().copied().collect(), [20.0, 4.0, 0.0, 2.0, 100.0, 2.0, 80.0, 0.0]),
        ] {
            let mut scene = Scene::default();
            let batch = scene.batch(Kind::Lines, Paint::default());
            seam.draw(points, batch);
            assert_eq!(batch.coords, expected);
            assert_eq!(batch.ends, [2, 4]);
        }
    }

    #[test]
    fn lanes_keep_to_the_right_and_meet_at_the_ends() {
        let curve = Curve::new((0..=8).map(|x| Point::new(x as f32 * 10.0, 0.0)).collect(), Default::default());
        assert_eq!(curve.lane(0.5, false, 4.0), Point::new(40.0, 4.0), "going east, right is down");
        assert_eq!(curve.lane(0.5, true, 4.0), Point::new(40.0, -4.0), "going west, right is up");
        assert_eq!(curve.lane(0.0, false, 4.0), Point::new(0.0, 0.0));
        assert_eq!(curve.lane(0.0, true, 4.0), Point::new(80.0, 0.0));
    }

    #[test]
    fn moving_an_end_leaves_the_other_end_alone() {
        let points: Vec<Point> = (0..=8).map(|x| Point::new(x as f32 * 10.0, 0.0)).collect();
        let curve = Curve::new(points, (Point::new(0.0, 8.0), Point::default()));
        assert_eq!(curve.points()[0], Point::new(0.0, 8.0));
        assert_eq!(curve.points()[4], Point::new(40.0, 1.0));
        assert_eq!(curve.points()[8], Point::new(80.0, 0.0));
    }
}
