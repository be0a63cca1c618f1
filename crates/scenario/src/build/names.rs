//! The ids of sections, which others refer to.

use crate::document::{Node, Value};
use crate::reference::{Coordinates, ProviderRegion};
use crate::section::{Ids, Section, text_of, unique};
use sim::config::{ShardedDataset, ZonedRegion};
use sim::metrics::Sets;
use std::ops::Range;

/// Where a region is, and which provider's region it is, if any.
pub(super) type Site = (Option<&'static ProviderRegion>, Coordinates);

/// The ids that references resolve to, and where the regions are.
#[derive(Default)]
pub(crate) struct Names {
    /// Regions without zones, and zones.
    pub(crate) regions: Vec<String>,
    pub(crate) zoned: Vec<ZonedRegion>,
    /// Datasets without shards, and shards.
    pub(crate) datasets: Vec<String>,
    pub(crate) sharded: Vec<ShardedDataset>,
    /// Whether clients stamp what is written to one of them; also where it could not be read who does.
    pub(super) stamped_by_clients: bool,
    pub(crate) requests: Vec<String>,
    pub(crate) populations: Vec<String>,
    /// Also those that do not happen.
    pub(crate) faults: Vec<String>,
    pub(crate) variants: Vec<String>,
    /// What a person reads for the regions, datasets and populations, in the same order.
    pub(crate) titles: Titles,
    pub(super) sites: Vec<Site>,
}

/// The names that a person reads.
#[derive(Default)]
pub(crate) struct Titles {
    pub(crate) regions: Vec<String>,
    pub(crate) datasets: Vec<String>,
    /// Of the datasets in shards, with which these are.
    pub(crate) sharded: Vec<(Range<u16>, String)>,
    pub(crate) populations: Vec<String>,
}

impl Titles {
    /// A dataset, or all shards of one.
    pub(crate) fn of(&self, sets: Sets) -> &str {
        let whole = self.sharded.iter().find(|(shards, _)| sets == Sets::of(shards.clone()));
        whole.map_or(&self.datasets[usize::from(sets.first)], |(_, title)| title)
    }
}

impl Names {
    /// What a file calls a dataset, where this is its index or that of its first shard.
    pub(super) fn dataset(&self, place: usize) -> &str {
        let whole = self.sharded.iter().find(|sharded| usize::from(sharded.shards.start) == place);
        whole.map_or(&self.datasets[place], |whole| &whole.id)
    }

    /// What sections may refer to by now.
    pub(crate) fn ids(&self) -> Ids<'_> {
        let Names { regions, zoned, populations, datasets, sharded, requests, .. } = self;
        Ids { regions, zoned, users: populations, datasets, sharded, requests }
    }
}

/// The sections of a list, with their ids, which must differ.
pub(super) fn named<'a>(root: &Section<'a>, key: &'static str, most: usize) -> Vec<(Section<'a>, String)> {
    named_by(root, key, most, |_| vec![key.to_owned()])
}

/// The same, where a section says of which of these kinds it is, and has that kind's keys. Of an unknown kind any kind's key may be
/// meant.
pub(super) fn named_of_kind<'a>(
    root: &Section<'a>,
    key: &'static str,
    most: usize,
    kinds: &[&str],
) -> Vec<(Section<'a>, String)> {
    named_by(root, key, most, |node| {
        let written = match &node.value {
            Value::Table(table) => text_of(table, "kind").filter(|written| kinds.contains(written)),
            _ => None,
        };
        let meant = kinds.iter().filter(|kind| written.is_none_or(|written| written == **kind));
        std::iter::once(key.to_owned()).chain(meant.map(|kind| format!("{key} {kind}"))).collect()
    })
}

/// The same, where a section's kinds, and so its keys, depend on what stands in it.
pub(super) fn named_by<'a>(
    root: &Section<'a>,
    key: &'static str,
    most: usize,
    kinds: impl Fn(&Node) -> Vec<String>,
) -> Vec<(Section<'a>, String)> {
    let section = |node| {
        let kinds = kinds(node);
        let kinds: Vec<&str> = kinds.iter().map(String::as_str).collect();
        Section::new(root.notes, &kinds, node)
    };
    let sections: Vec<Section<'a>> = root.list(key, most).iter().map(section).collect();
    let ids: Vec<String> = sections.iter().map(Section::id).collect();
    unique(&sections, &ids);
    if ids.iter().any(String::is_empty) || sections.iter().any(|section| !section.is_sound()) {
        root.notes.leave_unread(key);
    }
    sections.into_iter().zip(ids).collect()
}
