//! The coastlines, decoded once.

use crate::projection::{WorldPoint, y_from_lat};
use std::sync::OnceLock;

static TEXT: &str = include_str!("../../data/land.txt");

/// Every ring of land on the flat world around the meridian of Greenwich, x from −π to π; the ring of Asia runs on to where it ends.
pub(crate) fn rings() -> &'static [Vec<WorldPoint>] {
    static RINGS: OnceLock<Vec<Vec<WorldPoint>>> = OnceLock::new();
    RINGS.get_or_init(|| TEXT.lines().filter(|line| !line.starts_with('#')).map(ring).collect())
}

/// A line of the file: pairs of tenths of a degree, the first absolute, the others less the one before.
fn ring(line: &str) -> Vec<WorldPoint> {
    let mut numbers = line.split(' ').map_while(|number| number.parse::<i32>().ok());
    let (mut lon, mut lat) = (0, 0);
    let mut points = Vec::with_capacity(line.len() / 5);
    while let (Some(east), Some(north)) = (numbers.next(), numbers.next()) {
        lon += east;
        lat += north;
        let x = (f64::from(lon) / 10.0).to_radians();
        points.push(WorldPoint { x, y: y_from_lat(f64::from(lat) / 10.0) });
    }
    points
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::projection::{LatLon, world_from_globe};

    /// Whether a place is on land: the rings that surround it, by the even-odd rule.
    fn on_land(lat: f64, lon: f64) -> bool {
        let place = world_from_globe(LatLon { lat, lon }, 0.0);
        let crossings = rings().iter().flat_map(|ring| ring.iter().zip(ring.iter().cycle().skip(1)));
        crossings
            .filter(|(a, b)| (a.y > place.y) != (b.y > place.y))
            .filter(|(a, b)| place.x < (b.x - a.x) * (place.y - a.y) / (b.y - a.y) + a.x)
            .count()
            % 2
            == 1
    }

    #[test]
    fn capitals_stand_on_land_and_oceans_are_water() {
        for (lat, lon) in [(48.9, 2.4), (39.9, 116.4), (-15.8, -47.9), (30.0, 31.2), (-35.3, 149.1), (39.0, -77.4)] {
            assert!(on_land(lat, lon), "{lat} {lon} is land");
        }
        for (lat, lon) in [(40.0, -40.0), (0.0, -150.0), (-30.0, 80.0), (42.0, 51.0)] {
            assert!(!on_land(lat, lon), "{lat} {lon} is water, the last of them the Caspian Sea");
        }
    }
}
