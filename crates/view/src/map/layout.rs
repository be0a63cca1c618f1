//! Where everything on the map stands on the canvas, for one canvas and one camera.

use super::curve::{Curve, Seam};
use super::label::Label;
use super::sector::Sector;
use super::world::World;
use crate::geometry::{Point, Rect, Size};
use crate::projection::WorldPoint;
use crate::stage::Stage;
use crate::state::Camera;
use sim::config::{ZonedRegion, zones_beside};
use std::f64::consts::TAU;
use std::ops::Range;

/// Screen places of everything that stands still.
#[derive(Clone, Debug, Default)]
pub(crate) struct Layout {
    /// The canvas.
    pub(crate) size: Size,
    /// Radius of a region's disc, CSS pixels; the ring around it takes 5 more.
    pub(crate) disc: f32,
    /// Radius of the ring of a population.
    pub(crate) halo: f32,
    /// The left and the right edge of the map.
    pub(crate) seam: Seam,
    /// Where regions are drawn; of zones the middles of their sectors.
    pub(crate) regions: Vec<Point>,
    /// By region: its part of a disc, if it is a zone.
    pub(crate) sectors: Vec<Option<Sector>>,
    /// The regions that have zones.
    pub(crate) zoned: Vec<ZonedRegion>,
    /// Where regions are.
    pub(crate) region_places: Vec<Point>,
    /// Where populations are drawn.
    pub(crate) users: Vec<Point>,
    /// Where populations are.
    pub(crate) user_places: Vec<Point>,
    /// Ways between regions, from the smaller index to the larger.
    pub(crate) links: Vec<Curve>,
    /// Ways from populations to regions, population by population.
    pub(crate) accesses: Vec<Curve>,
    /// The names; none until they are placed, around everything else.
    pub(crate) labels: Vec<Label>,
}

/// What turns flat places into pixels.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lens {
    size: Size,
    camera: Camera,
}

impl Lens {
    pub(crate) fn new(size: Size, camera: Camera) -> Lens {
        Lens { size, camera }
    }

    /// The pixel of a flat place.
    pub(crate) fn screen_from_world(&self, point: WorldPoint) -> Point {
        let x = (point.x - self.camera.x) * self.camera.scale + f64::from(self.size.width) / 2.0;
        let y = (self.camera.y - point.y) * self.camera.scale + f64::from(self.size.height) / 2.0;
        Point::new(x as f32, y as f32)
    }

    /// The flat place of a pixel.
    pub(crate) fn world_from_screen(&self, at: Point) -> WorldPoint {
        WorldPoint {
            x: self.camera.x + (f64::from(at.x) - f64::from(self.size.width) / 2.0) / self.camera.scale,
            y: self.camera.y - (f64::from(at.y) - f64::from(self.size.height) / 2.0) / self.camera.scale,
        }
    }
}

impl Layout {
    pub(crate) fn new(stage: &Stage, world: &World, size: Size, camera: Camera) -> Layout {
        let lens = Lens::new(size, camera);
        let on_screen =
            |points: &[WorldPoint]| points.iter().map(|&point| lens.screen_from_world(point)).collect::<Vec<_>>();
        // The world is cut open behind the viewer's back: half a turn from the middle of the canvas.
        let turn = (TAU * camera.scale) as f32;
        let seam = Seam { left: (size.width - turn) / 2.0, width: turn };
        let small = size.width < 480.0 || stage.regions.len() > 12;
        let (disc, halo) = if small { (9.0, 8.0) } else { (12.0, 10.0) };
        let on_map =
            |points: &[WorldPoint]| on_screen(points).into_iter().map(|point| seam.wrap(point)).collect::<Vec<_>>();
        let (region_places, user_places) = (on_map(&world.regions), on_map(&world.users));
        let zones = |region: usize| stage.zones_beside(region).len();
        let bodies: Vec<(Point, f32)> = (0..region_places.len())
            .filter(|region| stage.is_named(*region))
            .map(|region| (region_places[region], radius(disc, zones(region)) + 7.0))
            .collect();
        let (centres, users) = spread(&bodies, &user_places, halo + 3.0);
        let (regions, sectors): (Vec<Point>, Vec<Option<Sector>>) = parts(stage, &centres, disc).into_iter().unzip();
        // What is drawn beside the middle of a disc is where the disc is.
        let region_places: Vec<Point> = region_places
            .iter()
            .zip(&sectors)
            .map(|(place, sector)| {
                sector.map_or(*place, |it| {
                    Point::new(place.x + it.middle().x - it.centre.x, place.y + it.middle().y - it.centre.y)
                })
            })
            .collect();
        let moved = |drawn: &[Point], places: &[Point], index: usize| {
            Point::new(drawn[index].x - places[index].x, drawn[index].y - places[index].y)
        };
        let mut links = Vec::with_capacity(world.links.len());
        for a in 0..regions.len() {
            for b in a + 1..regions.len() {
                let ends = (moved(&regions, &region_places, a), moved(&regions, &region_places, b));
                links.push(Curve::new(seam.enter(on_screen(&world.links[links.len()])), ends));
            }
        }
        let mut accesses = Vec::with_capacity(world.accesses.len());
        for user in 0..users.len() {
            for region in 0..regions.len() {
                let ends = (moved(&users, &user_places, user), moved(&regions, &region_places, region));
                accesses.push(Curve::new(seam.enter(on_screen(&world.accesses[accesses.len()])), ends));
            }
        }
        Layout {
            size,
            disc,
            halo,
            seam,
            regions,
            sectors,
            zoned: stage.zoned.clone(),
            region_places,
            users,
            user_places,
            links,
            accesses,
            labels: Vec::new(),
        }
    }

    /// The middle of the disc of a region, or of the one that a zone is a part of.
    pub(crate) fn centre(&self, region: usize) -> Point {
        let sector = self.sectors.get(region).copied().flatten();
        sector.map_or(self.regions[region], |sector| sector.centre)
    }

    /// The radius of that disc.
    pub(crate) fn radius(&self, region: usize) -> f32 {
        let sector = self.sectors.get(region).copied().flatten();
        sector.map_or(self.disc, |sector| sector.radius)
    }

    /// A region, or all zones of the region that a zone is of.
    pub(crate) fn zones_beside(&self, region: u16) -> Range<u16> {
        zones_beside(&self.zoned, region)
    }

    /// Whether it is drawn as a sector.
    pub(crate) fn is_zone(&self, region: usize) -> bool {
        self.sectors.get(region).is_some_and(Option::is_some)
    }

    /// Whether the canvas is no wider than a telephone.
    pub(crate) fn is_narrow(&self) -> bool {
        self.size.width < 480.0
    }

    /// The index of the way between two different regions, and whether it runs from `b` to `a`.
    pub(crate) fn link(&self, a: u16, b: u16) -> Option<(usize, bool)> {
        let (low, high) = (usize::from(a.min(b)), usize::from(a.max(b)));
        let count = self.regions.len();
        if low == high || high >= count {
            return None;
        }
        Some((low * (2 * count - low - 1) / 2 + high - low - 1, a > b))
    }

    /// The share of a way at which the middle of its longest part in view lies, so that what is said of it there is seen; half of it where
    /// all of it is in view, or nothing.
    pub(crate) fn seen_middle(&self, curve: &Curve) -> f32 {
        let canvas = Rect::new(0.0, 0.0, self.size.width, self.size.height);
        let points = curve.points();
        let seen: Vec<bool> = points.iter().map(|&point| canvas.has(self.seam.wrap(point))).collect();
        let mut begin = 0;
        let mut longest = (0, 0);
        for run in seen.chunk_by(|a, b| a == b) {
            let end = begin + run.len();
            if run[0] && end - begin > longest.1 - longest.0 {
                longest = (begin, end);
            }
            begin = end;
        }
        let (begin, end) = longest;
        if begin == end { 0.5 } else { (begin + end - 1) as f32 / 2.0 / (points.len() - 1).max(1) as f32 }
    }

    /// The index of the way from a population to a region.
    pub(crate) fn access(&self, users: u16, region: u16) -> Option<usize> {
        let (users, region) = (usize::from(users), usize::from(region));
        (users < self.users.len() && region < self.regions.len()).then(|| users * self.regions.len() + region)
    }
}

/// The radius of the disc of a region with so many zones, 1 if it has none.
fn radius(disc: f32, zones: usize) -> f32 {
    if zones > 1 { Sector::disc(disc, zones) } else { disc }
}

/// By region: where it is drawn, and its sector if it is a zone, of discs with these middles. The zones of a region stand in a row.
fn parts(stage: &Stage, centres: &[Point], disc: f32) -> Vec<(Point, Option<Sector>)> {
    let named = (0..stage.regions.len()).filter(|region| stage.is_named(*region));
    let of_disc = |(region, &centre): (usize, &Point)| {
        let zones = stage.zones_beside(region).len() as u16;
        (0..zones).map(move |zone| {
            let sector = (zones > 1).then(|| Sector::of(zone, zones, centre, radius(disc, zones.into())));
            (sector.map_or(centre, |sector| sector.middle()), sector)
        })
    };
    named.zip(centres).flat_map(of_disc).collect()
}

/// Moves discs apart that would overlap, populations more willingly than regions. Regions come with the room they need around them.
fn spread(regions: &[(Point, f32)], users: &[Point], user_radius: f32) -> (Vec<Point>, Vec<Point>) {
    const ROUNDS: usize = 80;
    let mut places: Vec<Point> = regions.iter().map(|(at, _)| *at).chain(users.iter().copied()).collect();
    let is_region = |index: usize| index < regions.len();
    let radius = |index: usize| regions.get(index).map_or(user_radius, |(_, radius)| *radius);
    for _ in 0..ROUNDS {
        let mut moved = false;
        for a in 0..places.len() {
            for b in a + 1..places.len() {
                // Half a pixel of grace lets the rounds come to an end.
                let overlap = radius(a) + radius(b) - places[a].distance(places[b]);
                if overlap <= 0.5 {
                    continue;
                }
                moved = true;
                let (x, y) = direction(places[a], places[b], b);
                // Regions come first in the list, so a mixed pair is a region and then users.
                let share = if is_region(a) == is_region(b) { 0.5 } else { 0.1 };
                places[a].x -= x * overlap * share;
                places[a].y -= y * overlap * share;
                places[b].x += x * overlap * (1.0 - share);
                places[b].y += y * overlap * (1.0 - share);
            }
        }
        if !moved {
            break;
        }
    }
    let users = places.split_off(regions.len());
    (places, users)
}

/// The unit vector from `a` to `b`; for two at the same place one that depends on `index`, so that several go different ways.
fn direction(a: Point, b: Point, index: usize) -> (f32, f32) {
    const WAYS: [(f32, f32); 4] = [(-0.8, 0.6), (0.6, 0.8), (0.8, -0.6), (-0.6, -0.8)];
    let distance = a.distance(b);
    if distance < 0.01 { WAYS[index % WAYS.len()] } else { ((b.x - a.x) / distance, (b.y - a.y) / distance) }
}
