//! `[[region]]`: what may be set of a region's service.

use crate::spot::Spot;
use engine::Distribution;
use settings::{Fallback::Value, Fields, Setting};

/// A region and its service.
#[derive(Clone, Debug, PartialEq)]
pub struct RegionConfig {
    /// The name in the scenario.
    pub id: String,
    /// The name a person reads.
    pub title: String,
    /// Latitude, degrees, north positive.
    pub lat: f64,
    /// Longitude, degrees, east positive.
    pub lon: f64,
    /// Requests served at the same time, at least 1.
    pub workers: u32,
    /// Requests that may wait for a worker; one more is refused.
    pub queue: u32,
    /// Time a worker spends on a request, nanoseconds.
    pub service: Distribution,
}

impl RegionConfig {
    /// What may be set, beside where it is and what it is called.
    pub const SETTINGS: &'static [Setting] = &[
        Setting::new("workers", "number", Value("64"), "requests served at the same time"),
        Setting::new("queue", "number", Value("1000"), "requests that may wait; one more is refused"),
        Setting::new("service", "distribution of times", Value("exponential 5ms"), "time a worker spends on a request"),
    ];

    /// Read what is set.
    pub fn read(fields: &dyn Fields, Spot { id, title, lat, lon }: Spot) -> RegionConfig {
        RegionConfig {
            workers: fields.count("workers", 1..=100_000) as u32,
            queue: fields.count("queue", 0..=1_000_000) as u32,
            service: fields.distribution("service"),
            id,
            title,
            lat,
            lon,
        }
    }
}
