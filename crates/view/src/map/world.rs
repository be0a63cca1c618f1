//! A scenario's places and ways on the flat world: what does not depend on canvas and camera.

use crate::geometry::Size;
use crate::projection::{LatLon, WorldPoint, great_circle, world_from_globe, wrapped, y_from_lat};
use crate::stage::Stage;
use crate::state::Camera;
use std::f64::consts::{PI, TAU};

/// Parts in which a way is drawn.
const STEPS: usize = 32;

/// The flat world around a meridian that suits the scenario.
#[derive(Clone, Debug)]
pub(crate) struct World {
    /// The meridian in the middle, degrees east.
    pub(crate) middle: f64,
    /// By region index.
    pub(crate) regions: Vec<WorldPoint>,
    /// By population index.
    pub(crate) users: Vec<WorldPoint>,
    /// The ways between regions, from the smaller index to the larger: (0, 1), (0, 2), …, (1, 2), …
    pub(crate) links: Vec<Vec<WorldPoint>>,
    /// The ways from each population to each region, population by population.
    pub(crate) accesses: Vec<Vec<WorldPoint>>,
}

impl World {
    pub(crate) fn new(stage: &Stage) -> World {
        let regions: Vec<LatLon> = stage.regions.iter().map(|it| LatLon { lat: it.lat, lon: it.lon }).collect();
        let users: Vec<LatLon> = stage.populations.iter().map(|it| LatLon { lat: it.lat, lon: it.lon }).collect();
        let middle = middle(regions.iter().chain(&users).map(|place| place.lon));
        let project = |places: &[LatLon]| places.iter().map(|&place| world_from_globe(place, middle)).collect();
        let pairs = (0..regions.len()).flat_map(|a| (a + 1..regions.len()).map(move |b| (a, b)));
        let accesses = users.iter().flat_map(|&user| regions.iter().map(move |&region| (user, region)));
        World {
            middle,
            links: pairs.map(|(a, b)| great_circle(regions[a], regions[b], middle, STEPS)).collect(),
            accesses: accesses.map(|(user, region)| great_circle(user, region, middle, STEPS / 2)).collect(),
            regions: project(&regions),
            users: project(&users),
        }
    }

    /// The camera that shows every place with room for its name, and the ways between regions.
    pub(crate) fn fit(&self, size: Size) -> Camera {
        let ways = self.links.iter().flatten().map(|point| WorldPoint { x: wrapped(point.x), y: point.y });
        let places = self.regions.iter().chain(&self.users).copied();
        let (mut west, mut east, mut south, mut north) = (PI, -PI, f64::MAX, f64::MIN);
        for point in places {
            (west, east) = (west.min(point.x), east.max(point.x));
            (south, north) = (south.min(point.y), north.max(point.y));
        }
        if west > east {
            let (bottom, top) = latitudes();
            (west, east, south, north) = (-PI, PI, bottom, top);
        }
        // Ways over the Arctic may go out of sight a little; what counts is that they are seen to leave.
        for point in ways {
            (south, north) = (south.min(point.y), north.max(point.y.min(y_from_lat(72.0))));
        }
        let (width, height) = (f64::from(size.width).max(1.0), f64::from(size.height).max(1.0));
        // Names stand to the right of their places more often than not.
        let (left, right) = if width < 480.0 { (28.0, 64.0) } else { (56.0, 128.0) };
        // No disc lies below the tools and the legend, which take the top.
        let (top, bottom) = if height < 360.0 { (56.0, 40.0) } else { (68.0, 48.0) };
        let scale_x = (width - left - right).max(80.0) / (east - west).max(1e-6);
        let scale_y = (height - top - bottom).max(80.0) / (north - south).max(1e-6);
        let scale = scale_x.min(scale_y).min(SCALE_FITTED_MAX);
        let x = (west + east) / 2.0 + (right - left) / 2.0 / scale;
        // Where there is height to spare, the picture rests on the inhabited latitudes.
        let (lowest, highest) = (north - (height / 2.0 - top) / scale, south + (height / 2.0 - bottom) / scale);
        let middle = (south + north) / 2.0 + (top - bottom) / 2.0 / scale;
        let y = if lowest < highest { y_from_lat(18.0).clamp(lowest, highest) } else { middle };
        self.kept(size, Camera { x, y, scale })
    }

    /// The camera nearest to this one that still looks at the world.
    pub(crate) fn kept(&self, size: Size, camera: Camera) -> Camera {
        let (bottom, top) = latitudes();
        let (width, height) = (f64::from(size.width).max(1.0), f64::from(size.height).max(1.0));
        // As far away as it takes for the whole world to fill the canvas one way and not to exceed it the other.
        let least = (width / TAU).min(height / (top - bottom));
        let scale = if camera.scale.is_finite() { camera.scale.clamp(least, SCALE_MAX) } else { least };
        let finite = |value: f64| if value.is_finite() { value } else { 0.0 };
        // Eastwards one may go round and round; north and south a quarter of the canvas may lie beyond the edge.
        let inset = height / scale / 4.0;
        let room = top - bottom > 2.0 * inset;
        let y = if room { finite(camera.y).clamp(bottom + inset, top - inset) } else { (bottom + top) / 2.0 };
        Camera { x: wrapped(finite(camera.x)), y, scale }
    }
}

/// CSS pixels per radian: a degree is 70 pixels.
const SCALE_MAX: f64 = 4_000.0;
/// A scenario in one city is not shown nearer than this: a degree is 12 pixels.
const SCALE_FITTED_MAX: f64 = 700.0;

/// The y between which people and cables are.
fn latitudes() -> (f64, f64) {
    (y_from_lat(-58.0), y_from_lat(84.0))
}

/// The meridian to put in the middle. The usual map, cut in the Pacific, unless a map cut elsewhere would show all the places
/// in a much narrower strip.
fn middle(longitudes: impl Iterator<Item = f64>) -> f64 {
    const USUAL: f64 = 11.0;
    let mut sorted: Vec<f64> = longitudes.map(|lon| wrapped((lon - USUAL).to_radians()).to_degrees()).collect();
    engine::sort_by(&mut sorted, f64::total_cmp);
    let (Some(&first), Some(&last)) = (sorted.first(), sorted.last()) else { return USUAL };
    let gaps = sorted.windows(2).map(|pair| (pair[1] - pair[0], (pair[0] + pair[1]) / 2.0));
    let Some((gap, centre)) = gaps.max_by(|a, b| a.0.total_cmp(&b.0)) else { return USUAL };
    let saved = gap - (360.0 - (last - first));
    if saved > 60.0 { wrapped((centre + USUAL + 180.0).to_radians()).to_degrees() } else { USUAL }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_map_is_cut_in_the_pacific_unless_everything_lies_around_it() {
        assert_eq!(middle([-77.0, -8.0, 139.0].into_iter()), 11.0);
        let pacific = middle([139.7, 151.2, -122.0].into_iter());
        assert!((170.0..=180.0).contains(&pacific.abs()) || pacific < -160.0, "{pacific}");
        assert_eq!(middle(std::iter::empty()), 11.0);
    }
}
