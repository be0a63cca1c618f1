//! Datasets in shards. A shard is a dataset of its own, with its replicas, its leader and its log: whatever is true of a dataset is
//! true of each shard, and nothing holds across two of them. Only who asks for a key has to know in which of them it is.

use engine::Digest;
use settings::{Fallback::Value, Fields, Setting};
use std::ops::Range;
use std::sync::Arc;

/// A dataset whose shards stand in the list of datasets, each as one of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShardedDataset {
    /// The name in the scenario.
    pub id: String,
    /// The name a person reads.
    pub title: String,
    /// Its shards, in a row; at least two.
    pub shards: Range<u16>,
    /// Which key is where.
    pub keys: Keys,
}

/// Which shard a key is in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Keys {
    /// By key, of all that the dataset has: which of its shards, from 0, and its number there.
    Spread(Arc<[(u16, u32)]>),
    /// Each population's own keys are in one: by population, which, from 0.
    AtHome(Arc<[u16]>),
}

/// How keys are given to shards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShardBy {
    /// By a hash of the key: each shard has its part of the popular ones, as chance has it.
    Hash,
    /// By the number of the key, in as many ranges of one length: the first has the most popular ones.
    Range,
    /// Where the users are at home whose keys they are: each population has all its keys in the shard that begins nearest to it.
    Home,
}

/// In the order of [`ShardBy`].
const SHARD_BY: [&str; 3] = ["hash", "range", "home"];

pub(super) const SHARDS: Setting = Setting::new(
    "shards",
    "1 to 12",
    Value("1"),
    "in how many parts its keys are kept, each with a leader and a log of its own; their leaders begin side by side in the placement, from `leader` on",
);
pub(super) const SHARD_BY_SETTING: Setting = Setting::new(
    "shard-by",
    "hash, range or home",
    Value(SHARD_BY[0]),
    "which key is in which shard: by its hash; by its number, the most popular first; or each population's where it is at home",
);

impl ShardBy {
    /// Read what is set, where there are shards or not.
    pub fn read(fields: &dyn Fields, shards: bool) -> ShardBy {
        let by = [ShardBy::Hash, ShardBy::Range, ShardBy::Home][fields.choice("shard-by", &SHARD_BY)];
        fields.heard("shard-by", shards, "`shards` above 1");
        by
    }

    /// Of each of so many keys the shard, from 0, and its number there; where they are at home, as many for each.
    pub fn spread(self, keys: u32, shards: u16) -> Vec<(u16, u32)> {
        let mut held = vec![0_u32; usize::from(shards)];
        let place = |key: u32| match self {
            ShardBy::Hash => (hash(key) % u64::from(shards)) as u16,
            ShardBy::Range => (u64::from(key) * u64::from(shards) / u64::from(keys)) as u16,
            ShardBy::Home => (key % u32::from(shards)) as u16,
        };
        let mut next = |shard: u16| {
            let count = &mut held[usize::from(shard)];
            *count += 1;
            (shard, *count - 1)
        };
        (0..keys).map(|key| next(place(key))).collect()
    }
}

fn hash(key: u32) -> u64 {
    let mut digest = Digest::new();
    digest.write_u64(key.into());
    digest.value()
}

impl ShardedDataset {
    /// Where a population's key is: the dataset, and its number there.
    pub(crate) fn place(&self, key: u32, population: u16) -> (u16, u32) {
        match &self.keys {
            Keys::Spread(places) => {
                let (shard, key) = places[key as usize % places.len()];
                (self.shards.start + shard, key)
            }
            Keys::AtHome(homes) => (self.shards.start + homes[usize::from(population)], key),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many keys each shard has.
    fn held(by: ShardBy, keys: u32, shards: u16) -> Vec<usize> {
        let places = by.spread(keys, shards);
        (0..shards).map(|shard| places.iter().filter(|(of, _)| *of == shard).count()).collect()
    }

    #[test]
    fn every_key_is_in_one_shard_under_a_number_of_its_own() {
        for by in [ShardBy::Hash, ShardBy::Range, ShardBy::Home] {
            let mut places = by.spread(1_000, 7);
            assert_eq!(places.len(), 1_000);
            places.sort_unstable();
            places.dedup();
            assert_eq!(places.len(), 1_000, "{by:?}");
            for shard in 0..7 {
                let numbers = places.iter().filter(|(of, _)| *of == shard).map(|(_, number)| *number);
                assert!(numbers.eq(0..held(by, 1_000, 7)[usize::from(shard)] as u32), "{by:?}");
            }
        }
    }

    #[test]
    fn ranges_have_one_length_and_a_hash_spreads_what_is_popular() {
        assert_eq!(held(ShardBy::Range, 10, 4), [3, 2, 3, 2]);
        assert!(ShardBy::Range.spread(1_000, 4)[..250].iter().all(|(shard, _)| *shard == 0));
        let first: Vec<u16> = ShardBy::Hash.spread(1_000, 4)[..8].iter().map(|(shard, _)| *shard).collect();
        assert!((0..4).all(|shard| first.contains(&shard)), "{first:?}");
        assert!(held(ShardBy::Hash, 1_000, 4).iter().all(|held| (200..300).contains(held)));
    }
}
