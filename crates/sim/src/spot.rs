//! Where something is, and what it is called.

/// A place on the map with its names.
#[derive(Clone, Debug, PartialEq)]
pub struct Spot {
    /// The name in the scenario.
    pub id: String,
    /// The name a person reads.
    pub title: String,
    /// Latitude, degrees, north positive.
    pub lat: f64,
    /// Longitude, degrees, east positive.
    pub lon: f64,
}
