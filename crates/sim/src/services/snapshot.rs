//! How busy a region is at one instant, as a picture needs it.

use super::Services;
use crate::config::RegionConfig;
use serde::{Deserialize, Serialize};

/// A region's service at one instant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ServiceState {
    /// Workers busy now.
    pub busy: u32,
    /// Workers.
    pub workers: u32,
    /// Requests waiting.
    pub queue: u32,
    /// Requests that may wait.
    pub queue_limit: u32,
    /// Share of worker time used over the last whole second, 0 to 1.
    pub utilisation: f32,
}

impl ServiceState {
    /// Nothing to do, and room for one.
    pub const IDLE: ServiceState = ServiceState { busy: 0, workers: 1, queue: 0, queue_limit: 1, utilisation: 0.0 };
}

impl Services {
    /// How busy a region is.
    pub(crate) fn show(&self, region: u16, config: &RegionConfig) -> ServiceState {
        let station = &self.stations[usize::from(region)];
        ServiceState {
            busy: station.busy,
            workers: config.workers,
            queue: station.waiting.len() as u32,
            queue_limit: config.queue,
            utilisation: station.utilisation as f32,
        }
    }
}
