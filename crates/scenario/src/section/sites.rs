//! Names of regions and of their zones. A region with zones is named where all of them are meant, a zone where one is.

use super::Section;
use super::ids::Ids;
use crate::quantity::clipped;
use std::ops::Range;

impl Section<'_> {
    /// A region without zones, or a zone: its index.
    pub(crate) fn site(&self, key: &str, ids: Ids<'_>) -> Option<u16> {
        let (text, span, set) = self.words(key, "a region")?;
        if self.has_zones(&text, &span, ids) {
            return None;
        }
        if self.lacks_zone(&text, &span, ids) {
            return None;
        }
        let place = self.resolve(&text, &span, "region", ids.regions)?;
        self.record(key, &text, set);
        Some(place as u16)
    }

    /// A zone: its index.
    pub(crate) fn zone(&self, key: &str, ids: Ids<'_>) -> Option<u16> {
        let site = self.site(key, ids)?;
        let is_zone = ids.zoned.iter().any(|region| region.zones.contains(&site));
        if !is_zone {
            let name = &ids.regions[usize::from(site)];
            let help = format!("give it some, `zones = 3`, and name one: {name}a");
            self.misfit(key, format!("`{name}` has no zones"), help);
        }
        is_zone.then_some(site)
    }

    /// All that makes up a region: itself, or its zones; of a zone itself.
    pub(crate) fn sites(&self, key: &str, ids: Ids<'_>) -> Option<Vec<u16>> {
        let (text, span, set) = self.words(key, "a region")?;
        let sites = self.resolve_region(&text, &span, ids)?;
        self.record(key, &text, set);
        Some(sites.collect())
    }

    /// Regions, each once, at least one; of a region with zones all of them.
    pub(crate) fn regions(&self, key: &str, ids: Ids<'_>) -> Option<Vec<u16>> {
        Some(self.each_region(key, ids)?.into_iter().flatten().collect())
    }

    /// The same, by what is named.
    pub(crate) fn each_region(&self, key: &str, ids: Ids<'_>) -> Option<Vec<Range<u16>>> {
        let mut sites: Vec<Range<u16>> = Vec::new();
        let items = self.texts(key)?;
        for (text, span) in &items {
            let Some(named) = self.resolve_region(text, span, ids) else { continue };
            if sites.iter().any(|other| other.start < named.end && named.start < other.end) {
                self.notes.problem(span, format!("`{}` stands in `{key}` twice", clipped(text)), "once is enough");
            } else {
                sites.push(named);
            }
        }
        if items.is_empty() {
            self.problem(key, format!("`{key}` is empty"), "name at least one region");
        }
        let shown: Vec<&str> = items.iter().map(|(text, _)| text.as_str()).collect();
        self.record(key, &shown.join(", "), true);
        (!sites.is_empty() && sites.len() == items.len()).then_some(sites)
    }

    /// Note it if a region is named that has zones, where one of them is meant.
    pub(super) fn has_zones(&self, name: &str, span: &Range<usize>, ids: Ids<'_>) -> bool {
        let Some(region) = ids.zoned.iter().find(|region| region.id == name) else { return false };
        let zones: Vec<&str> = region.zones.clone().map(|zone| ids.regions[usize::from(zone)].as_str()).collect();
        let message = format!("`{name}` has zones, and one of them is meant here");
        self.notes.problem(span, message, format!("write one of {}", zones.join(", ")));
        true
    }

    /// Note it if a zone is named that its region does not have.
    fn lacks_zone(&self, name: &str, span: &Range<usize>, ids: Ids<'_>) -> bool {
        let known = ids.regions.iter().any(|region| region == name);
        let Some(region) = name.strip_suffix(|letter: char| letter.is_ascii_lowercase()).filter(|_| !known) else {
            return false;
        };
        let zoned = ids.zoned.iter().find(|it| it.id == region);
        let (message, help) = if let Some(it) = zoned {
            let zones: Vec<&str> = it.zones.clone().map(|zone| ids.regions[usize::from(zone)].as_str()).collect();
            (
                format!("{region} has no zone `{name}`"),
                format!("write one of {}, or give it more `zones`", zones.join(", ")),
            )
        } else if ids.regions.iter().any(|it| it == region) {
            (
                format!("{region} has no zones, and so no `{name}`"),
                format!("write {region}, or give it some: `zones = 3`"),
            )
        } else {
            return false;
        };
        self.notes.problem(span, message, help);
        true
    }

    fn resolve_region(&self, text: &str, span: &Range<usize>, ids: Ids<'_>) -> Option<Range<u16>> {
        if let Some(region) = ids.zoned.iter().find(|region| region.id == text) {
            return Some(region.zones.clone());
        }
        if self.lacks_zone(text, span, ids) {
            return None;
        }
        let site = self.resolve(text, span, "region", ids.regions)? as u16;
        Some(site..site + 1)
    }
}
