//! Facts that scenarios stand on: where providers' regions and big cities are, how long packets take between them, and how
//! much that varies. The files in `data` carry their sources in their first lines. Start reading at [`round_trip`].

mod cities;
mod jitter;
mod places;
mod regions;
mod rtt;

pub use jitter::{jitter_to_p90, measured_jitter};
pub use regions::{Provider, ProviderRegion, find_region, regions};
pub use rtt::{Edition, RoundTrip, round_trip, users_round_trip};

pub(crate) use places::{Place, find_place};

use engine::math;

/// A point on the globe, degrees; north and east positive.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Coordinates {
    /// Latitude, −90 to 90.
    pub lat: f64,
    /// Longitude, −180 to 180.
    pub lon: f64,
}

impl Coordinates {
    /// Length of the great circle to another point, kilometres, on a sphere of the Earth's mean radius (haversine formula).
    pub fn distance_km(self, other: Coordinates) -> f64 {
        const RADIUS_KM: f64 = 6371.0088;
        const RADIANS: f64 = std::f64::consts::PI / 180.0;
        let half_lat = math::sin((other.lat - self.lat) * RADIANS / 2.0);
        let half_lon = math::sin((other.lon - self.lon) * RADIANS / 2.0);
        let across = math::cos(self.lat * RADIANS) * math::cos(other.lat * RADIANS) * half_lon * half_lon;
        let chord = (half_lat * half_lat + across).clamp(0.0, 1.0);
        2.0 * RADIUS_KM * math::asin(chord.sqrt())
    }
}

/// The lines of a data file without its comments and its heading, split at commas into at most so many fields.
fn rows(text: &'static str, fields: usize) -> impl Iterator<Item = Vec<&'static str>> {
    let lines = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    lines.map(move |line| line.splitn(fields, ',').collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn great_circles_have_their_known_lengths() {
        let london = Coordinates { lat: 51.5074, lon: -0.1278 };
        let new_york = Coordinates { lat: 40.7128, lon: -74.006 };
        assert!((london.distance_km(new_york) - 5570.0).abs() < 5.0);
        let antipode = Coordinates { lat: -51.5074, lon: 179.8722 };
        assert!((london.distance_km(antipode) - 20_015.0).abs() < 2.0);
        assert_eq!(london.distance_km(london), 0.0);
    }
}
