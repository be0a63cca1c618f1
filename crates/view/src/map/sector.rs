//! Sectors of a disc, one for each zone of a region, the first from the top on clockwise.

use crate::geometry::Point;
use engine::math;
use std::f32::consts::{FRAC_PI_2, TAU};

/// The part of a disc that a zone has.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sector {
    /// The middle of the disc.
    pub(crate) centre: Point,
    /// The radius of the disc, CSS pixels.
    pub(crate) radius: f32,
    /// Where it begins, radians clockwise from the right.
    pub(crate) from: f32,
    /// Where it ends.
    pub(crate) to: f32,
}

/// Pixels between two sectors.
const GAP: f32 = 1.5;
/// Corners of a sector's arc for each radian of it.
const CORNERS: f32 = 6.0;

impl Sector {
    /// The sector of one of so many zones.
    pub(crate) fn of(zone: u16, zones: u16, centre: Point, radius: f32) -> Sector {
        let angle = |edge: u16| TAU * f32::from(edge) / f32::from(zones) - FRAC_PI_2;
        Sector { centre, radius, from: angle(zone), to: angle(zone + 1) }
    }

    /// How large a disc is that so many zones share, by the size of one of a region without any.
    pub(crate) fn disc(radius: f32, zones: usize) -> f32 {
        radius * if zones > 3 { 2.0 } else { 1.6 }
    }

    /// A place on the ray through its middle.
    pub(crate) fn out(&self, distance: f32) -> Point {
        around(self.centre, distance, (self.from + self.to) / 2.0)
    }

    /// Where its letter stands.
    pub(crate) fn middle(&self) -> Point {
        self.out(self.radius * 0.58)
    }

    /// Its outline, a little inside of its edges.
    pub(crate) fn outline(&self, beyond: f32) -> impl Iterator<Item = Point> {
        let (tip, radius) = (self.out(GAP), self.radius + beyond);
        let inside = GAP / 2.0 / radius;
        let corners = ((self.to - self.from) * CORNERS).max(2.0) as u32;
        let (from, turn) = (self.from + inside, self.to - self.from - 2.0 * inside);
        let centre = self.centre;
        let arc = (0..=corners).map(move |corner| around(centre, radius, from + turn * corner as f32 / corners as f32));
        std::iter::once(tip).chain(arc).chain(std::iter::once(tip))
    }
}

fn around(centre: Point, distance: f32, angle: f32) -> Point {
    let (x, y) = (math::cos(f64::from(angle)) as f32, math::sin(f64::from(angle)) as f32);
    Point::new(centre.x + distance * x, centre.y + distance * y)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_zone_begins_at_the_top_and_the_next_follow_clockwise() {
        let centre = Point::new(100.0, 100.0);
        let middle = |zone| Sector::of(zone, 3, centre, 20.0).middle();
        let (a, b, c) = (middle(0), middle(1), middle(2));
        assert!(a.x > 105.0 && a.y < 100.0, "right of the top: {a:?}");
        assert!((b.x - 100.0).abs() < 0.1 && b.y > 105.0, "at the bottom: {b:?}");
        assert!(c.x < 95.0 && c.y < 100.0, "left of the top: {c:?}");
    }

    #[test]
    fn sectors_lie_within_their_disc_and_do_not_touch() {
        let centre = Point::new(0.0, 0.0);
        for zones in 2..=6 {
            let corners: Vec<Vec<Point>> =
                (0..zones).map(|zone| Sector::of(zone, zones, centre, 20.0).outline(0.0).collect()).collect();
            assert!(corners.iter().flatten().all(|at| at.distance(centre) < 20.01), "{zones}");
            let apart = corners[0].iter().flat_map(|a| corners[1].iter().map(|b| a.distance(*b)));
            assert!(apart.fold(f32::MAX, f32::min) > 0.5, "{zones}");
        }
    }
}
