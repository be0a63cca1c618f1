//! Names of datasets and of their shards.

use super::Section;
use super::ids::Ids;
use std::ops::Range;

impl Section<'_> {
    /// A dataset, not one of its shards: its index, or that of its first shard.
    pub(crate) fn dataset(&self, key: &str, ids: Ids<'_>) -> Option<u16> {
        let is_shard = |place: u16| ids.sharded.iter().any(|sharded| sharded.shards.contains(&place));
        let whole =
            (0..).zip(ids.datasets).filter(|(place, _)| !is_shard(*place)).map(|(place, id)| (id.clone(), place));
        let sharded = ids.sharded.iter().map(|sharded| (sharded.id.clone(), sharded.shards.start));
        let (names, places): (Vec<String>, Vec<u16>) = whole.chain(sharded).unzip();
        self.reference(key, "dataset", &names).map(|found| places[found])
    }

    /// A dataset with all its shards, or one of these.
    pub(crate) fn datasets(&self, key: &str, ids: Ids<'_>) -> Option<Range<u16>> {
        let each = (0..).zip(ids.datasets).map(|(place, id)| (id.clone(), place..place + 1));
        let sharded = ids.sharded.iter().map(|sharded| (sharded.id.clone(), sharded.shards.clone()));
        let (names, places): (Vec<String>, Vec<Range<u16>>) = each.chain(sharded).unzip();
        self.reference(key, "dataset", &names).map(|found| places[found].clone())
    }
}
