//! Names of datasets and of their shards.

use super::Section;
use super::ids::Ids;
use crate::quantity::clipped;
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
        if self.lacks_shard(&text, &span, ids) {
            return None;
        }
        let found = self.resolve(&text, &span, "dataset", &names)?;
        self.record(key, &text, set);
        Some(places[found])
    }

    /// A dataset with all its shards, or one of these.
    pub(crate) fn datasets(&self, key: &str, ids: Ids<'_>) -> Option<Range<u16>> {
        let each = (0..).zip(ids.datasets).map(|(place, id)| (id.clone(), place..place + 1));
        let sharded = ids.sharded.iter().map(|sharded| (sharded.id.clone(), sharded.shards.clone()));
        let (names, places): (Vec<String>, Vec<Range<u16>>) = each.chain(sharded).unzip();
        let (text, span, _) = self.words(key, "a dataset")?;
        if !names.contains(&text) && self.lacks_shard(&text, &span, ids) {
            return None;
        }
        self.reference(key, "dataset", &names).map(|found| places[found].clone())
    }

    /// Whether this would be a shard of a dataset that has not so many; if so, that is noted, with those that there are.
    fn lacks_shard(&self, text: &str, span: &Range<usize>, ids: Ids<'_>) -> bool {
        let of = |id: &str| text.strip_prefix(id).and_then(|rest| rest.strip_prefix('-')).is_some_and(is_number);
        let Some(sharded) = ids.sharded.iter().find(|sharded| of(&sharded.id)) else { return false };
        let message = format!("there is no shard `{}`", clipped(text));
        let help = format!("the shards of {0} are {0}-1 to {0}-{1}", sharded.id, sharded.shards.len());
        self.notes.problem(span, message, help);
        true
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}
