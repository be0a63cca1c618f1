//! Names of datasets and of their shards.

use super::Section;
use super::ids::Ids;
use std::ops::Range;

impl Section<'_> {
    /// A dataset, not one of its shards: its index, or that of its first shard.
    pub(crate) fn dataset(&self, key: &str, ids: Ids<'_>) -> Option<u16> {
        let (text, span, set) = self.words(key, "a dataset")?;
        let of = |place: u16| ids.sharded.iter().find(|sharded| sharded.shards.contains(&place));
        let shard = (0..).zip(ids.datasets).find_map(|(place, id)| of(place).filter(|_| *id == text));
        if let Some(sharded) = shard {
            let message = format!("`{text}` is one shard of {}, and a key says in which it is", sharded.id);
            self.notes.problem(&span, message, format!("write `{}`", sharded.id));
            return None;
        }
        let whole = (0..).zip(ids.datasets).filter(|(place, _)| of(*place).is_none());
        let whole = whole.map(|(place, id)| (id.clone(), place));
        let sharded = ids.sharded.iter().map(|sharded| (sharded.id.clone(), sharded.shards.start));
        let (names, places): (Vec<String>, Vec<u16>) = whole.chain(sharded).unzip();
        let found = self.resolve(&text, &span, "dataset", &names)?;
        self.record(key, &text, set);
        Some(places[found])
    }

    /// A dataset with all its shards, or one of these.
    pub(crate) fn datasets(&self, key: &str, ids: Ids<'_>) -> Option<Range<u16>> {
        let each = (0..).zip(ids.datasets).map(|(place, id)| (id.clone(), place..place + 1));
        let sharded = ids.sharded.iter().map(|sharded| (sharded.id.clone(), sharded.shards.clone()));
        let (names, places): (Vec<String>, Vec<Range<u16>>) = each.chain(sharded).unzip();
        self.reference(key, "dataset", &names).map(|found| places[found].clone())
    }
}
