//! Where something is, and what it is called.

use std::ops::Range;

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

/// All zones of the region that a zone is of; of a region without zones itself.
pub fn zones_beside(zoned: &[ZonedRegion], site: u16) -> Range<u16> {
    let region = zoned.iter().find(|region| region.zones.contains(&site));
    region.map_or(site..site + 1, |region| region.zones.clone())
}

/// A region whose zones stand in the list of regions, each as one of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ZonedRegion {
    /// The name in the scenario.
    pub id: String,
    /// The name a person reads.
    pub title: String,
    /// Its zones, in a row; at least two.
    pub zones: Range<u16>,
}
