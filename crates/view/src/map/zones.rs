//! Zones: sectors of their region's disc, the first from the top on clockwise. F24.

use super::layout::Layout;
use super::regions::{Look, RING};
use crate::geometry::Point;
use crate::palette::Palette;
use crate::scene::{Kind, Paint, Scene, Symbol};
use engine::math;
use sim::RegionState;
use std::f32::consts::{FRAC_PI_2, TAU};

/// The part of a disc that a zone has.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sector {
    /// The middle of the disc, relative to what is drawn there.
    pub(crate) centre: Point,
    /// The radius of the disc, CSS pixels.
    pub(crate) radius: f32,
    /// Where it begins, radians clockwise from the right.
    from: f32,
    /// Where it ends.
    to: f32,
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
    fn outline(&self, beyond: f32) -> impl Iterator<Item = Point> {
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

/// Draws the zones as regions are: filled by health or overload, hollow and crossed without power, a ring for how busy they are.
pub(crate) fn draw(layout: &Layout, states: &[RegionState], palette: &Palette, scene: &mut Scene) {
    let zones = || states.iter().zip(&layout.sectors).filter_map(|(state, sector)| Some((state, (*sector)?)));
    for look in Look::ALL {
        let batch = scene.batch(Kind::Areas, Paint::fill(look.color(palette)));
        for (_, sector) in zones().filter(|(state, _)| state.site.up && Look::of(state) == look) {
            batch.path(sector.outline(0.0));
        }
        scene.drop_empty();
    }
    let dark = || zones().filter(|(state, _)| !state.site.up);
    let batch = scene.batch(Kind::Lines, Paint::line(palette.dead, 2.0));
    for (_, sector) in dark() {
        batch.path(sector.outline(-1.0));
    }
    scene.drop_empty();
    let batch = scene.batch(Kind::Marks(Symbol::Cross), Paint::line(palette.dead, 2.0));
    for (_, sector) in dark() {
        batch.mark(sector.middle(), sector.radius * 0.28);
    }
    scene.drop_empty();
    gauges(zones, palette, scene);
}

/// How busy the workers of each zone are, and outside of it how full its queue is.
fn gauges<'a, I: Iterator<Item = (&'a RegionState, Sector)>>(
    zones: impl Fn() -> I,
    palette: &Palette,
    scene: &mut Scene,
) {
    let lit = || zones().filter(|(state, _)| state.site.up);
    let ends = |sector: &Sector| (sector.from + 0.06, sector.to - 0.06);
    let batch = scene.batch(Kind::Arcs, Paint::line(palette.faint, 2.5));
    for (_, sector) in lit() {
        let (from, to) = ends(&sector);
        batch.arc(sector.centre, sector.radius + RING, from, to);
    }
    scene.drop_empty();
    for look in Look::ALL {
        let batch = scene.batch(Kind::Arcs, Paint::line(look.color(palette), 3.0));
        for (state, sector) in lit().filter(|(state, _)| Look::of(state) == look && state.service.utilisation > 0.005) {
            let (from, to) = ends(&sector);
            batch.arc(
                sector.centre,
                sector.radius + RING,
                from,
                from + (to - from) * state.service.utilisation.min(1.0),
            );
        }
        scene.drop_empty();
    }
    let batch = scene.batch(Kind::Arcs, Paint::line(palette.ink, 1.5));
    for (state, sector) in lit().filter(|(state, _)| state.service.queue > 0) {
        let (from, to) = ends(&sector);
        let full = (state.service.queue as f32 / state.service.queue_limit.max(1) as f32).min(1.0);
        batch.arc(sector.centre, sector.radius + RING + 3.5, from, from + (to - from) * full);
    }
    scene.drop_empty();
}

/// Outlines a zone that is selected or pointed at.
pub(crate) fn outline(sector: &Sector, paint: Paint, scene: &mut Scene) {
    scene.batch(Kind::Lines, paint).path(sector.outline(RING + 4.0));
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
