//! From places on the globe to the flat world and back: the Patterson projection, a cylindrical one that keeps the inhabited
//! latitudes in shape and calms the poles (Patterson, Šavrič & Jenny, "Introducing the Patterson Cylindrical Projection",
//! Cartographic Perspectives 78, 2014). And great circles, the shortest ways over the globe.

use engine::math;
use std::f64::consts::{PI, TAU};

/// A place on the globe.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct LatLon {
    /// Degrees, north positive, −90 to 90.
    pub lat: f64,
    /// Degrees, east positive.
    pub lon: f64,
}

/// A place on the flat world: x in radians east of a chosen meridian, y in the same unit, north positive.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct WorldPoint {
    /// East.
    pub x: f64,
    /// North.
    pub y: f64,
}

/// Coefficients of y as an odd polynomial of the latitude in radians: φ, φ⁵, φ⁷, φ⁹ (Patterson et al. 2014, eq. 1).
const COEFFICIENTS: [f64; 4] = [1.0148, 0.23185, -0.14499, 0.02406];

/// The y of a latitude in degrees.
pub fn y_from_lat(lat: f64) -> f64 {
    let angle = lat.clamp(-90.0, 90.0).to_radians();
    let square = angle * angle;
    let [a, b, c, d] = COEFFICIENTS;
    angle * (a + square * square * (b + square * (c + square * d)))
}

/// The latitude in degrees of a y, by Newton's method; a y beyond a pole gives the pole.
pub fn lat_from_y(y: f64) -> f64 {
    let [a, b, c, d] = COEFFICIENTS;
    let pole = y_from_lat(90.0);
    let y = y.clamp(-pole, pole);
    let mut angle = y;
    // From everywhere in the range six steps reach the last bits.
    for _ in 0..12 {
        let square = angle * angle;
        let value = angle * (a + square * square * (b + square * (c + square * d)));
        let slope = a + square * square * (5.0 * b + square * (7.0 * c + square * 9.0 * d));
        angle -= (value - y) / slope;
    }
    angle.to_degrees().clamp(-90.0, 90.0)
}

/// An angle in radians brought into −π to π, π left out.
pub fn wrapped(x: f64) -> f64 {
    x - TAU * math::floor((x + PI) / TAU)
}

/// The flat place of a place on the globe, with `middle` (degrees east) as the meridian of x = 0.
pub fn world_from_globe(place: LatLon, middle: f64) -> WorldPoint {
    WorldPoint { x: wrapped((place.lon - middle).to_radians()), y: y_from_lat(place.lat) }
}

/// The place on the globe of a flat place.
pub fn globe_from_world(point: WorldPoint, middle: f64) -> LatLon {
    LatLon { lat: lat_from_y(point.y), lon: wrapped(point.x + middle.to_radians()).to_degrees() }
}

/// The great circle from `a` to `b` in `steps` equal parts, `steps` + 1 flat points. x runs on without a jump, so it may leave
/// −π to π where the way crosses the edge of the map. Between antipodes any way is shortest; one is chosen.
pub fn great_circle(a: LatLon, b: LatLon, middle: f64, steps: usize) -> Vec<WorldPoint> {
    let (from, to) = (vector(a), vector(b));
    let dot: f64 = (0..3).map(|axis| from[axis] * to[axis]).sum();
    let angle = math::acos(dot.clamp(-1.0, 1.0));
    let mut points = Vec::with_capacity(steps + 1);
    let mut last = world_from_globe(a, middle).x;
    for step in 0..=steps {
        let share = step as f64 / steps as f64;
        let place = between(from, to, angle, share);
        let point = WorldPoint { x: wrapped((place.lon - middle).to_radians()), y: y_from_lat(place.lat) };
        let x = last + wrapped(point.x - last);
        points.push(WorldPoint { x, y: point.y });
        last = x;
    }
    points
}

/// The place a share of the way along the great circle between two unit vectors `angle` apart.
fn between(from: [f64; 3], to: [f64; 3], angle: f64, share: f64) -> LatLon {
    let sine = math::sin(angle);
    let (p, q) = if sine.abs() < 1e-9 {
        (1.0 - share, share)
    } else {
        (math::sin((1.0 - share) * angle) / sine, math::sin(share * angle) / sine)
    };
    let [x, y, z] = [0, 1, 2].map(|axis| p * from[axis] + q * to[axis]);
    LatLon { lat: math::atan2(z, (x * x + y * y).sqrt()).to_degrees(), lon: math::atan2(y, x).to_degrees() }
}

/// The unit vector of a place.
fn vector(place: LatLon) -> [f64; 3] {
    let (lat, lon) = (place.lat.to_radians(), place.lon.to_radians());
    [math::cos(lat) * math::cos(lon), math::cos(lat) * math::sin(lon), math::sin(lat)]
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONDON: LatLon = LatLon { lat: 51.51, lon: -0.12 };
    const TOKYO: LatLon = LatLon { lat: 35.69, lon: 139.69 };
    const OREGON: LatLon = LatLon { lat: 45.84, lon: -119.7 };

    #[test]
    fn projecting_there_and_back_gives_the_same_place() {
        for lat in (-90..=90).step_by(5).map(f64::from) {
            for lon in (-180..180).step_by(15).map(f64::from) {
                for middle in [0.0, 11.0, -160.0] {
                    let back = globe_from_world(world_from_globe(LatLon { lat, lon }, middle), middle);
                    assert!((back.lat - lat).abs() < 1e-9, "{lat} came back as {}", back.lat);
                    assert!(wrapped((back.lon - lon).to_radians()).abs() < 1e-9, "{lon} came back as {}", back.lon);
                }
            }
        }
    }

    #[test]
    fn the_world_is_as_high_as_published() {
        // Height of the whole map, 3.5806 against a width of 2π, from the polynomial at the pole (π/2).
        assert!((2.0 * y_from_lat(90.0) / TAU - 0.57).abs() < 0.005, "aspect 0.57 (Patterson et al. 2014)");
        assert!((lat_from_y(9.0) - 90.0).abs() < 1e-9);
    }

    #[test]
    fn a_great_circle_begins_and_ends_where_it_should_and_bends_towards_the_pole() {
        let way = great_circle(LONDON, TOKYO, 0.0, 32);
        assert_eq!(way.len(), 33);
        assert!((way[0].y - y_from_lat(LONDON.lat)).abs() < 1e-9);
        assert!((way[32].x - TOKYO.lon.to_radians()).abs() < 1e-9);
        assert!(lat_from_y(way[16].y) > 65.0, "the shortest way to Tokyo crosses the Arctic");
    }

    #[test]
    fn a_way_across_the_edge_of_the_map_runs_on_beyond_it() {
        let way = great_circle(TOKYO, OREGON, 0.0, 32);
        assert!(way.windows(2).all(|pair| (pair[1].x - pair[0].x).abs() < 0.3), "no jump");
        assert!(way[32].x > PI, "Oregon is reached eastwards");
        assert!((wrapped(way[32].x) - OREGON.lon.to_radians()).abs() < 1e-9);
    }

    #[test]
    fn a_way_to_the_same_place_stays_there() {
        assert!(great_circle(TOKYO, TOKYO, 0.0, 4).iter().all(|point| (point.x - TOKYO.lon.to_radians()).abs() < 1e-9));
    }
}
