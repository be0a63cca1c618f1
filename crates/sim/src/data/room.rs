//! What the data of a clone of the world take in memory.

use super::Data;
use crate::config::Config;
use protocol::{Protocol, Stored};
use std::ops::Range;

impl<P: Protocol> Data<P> {
    /// About how many bytes a clone takes that it shares with no other, but for logs.
    pub(crate) fn weight(&self, config: &Config) -> usize {
        let sets = config.datasets.iter().map(|set| set.keys as usize * set.placement.len() * size_of::<Stored>());
        sets.sum::<usize>() + self.messages.weight()
    }

    /// The entries of logs that are kept, by dataset and region.
    pub(crate) fn kept(&self, config: &Config) -> Vec<Range<u64>> {
        let replicas = (0..).zip(&config.datasets).flat_map(|(set, of)| of.holders().map(move |region| (set, region)));
        replicas.map(|(set, region)| self.running(set, region).map_or(0..0, P::kept)).collect()
    }
}
