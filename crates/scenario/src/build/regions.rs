//! `[[region]]`: where regions are. What their services are is theirs to say.

use super::names::{Names, Site, named};
use crate::document::{Node, Value};
use crate::quantity::clipped;
use crate::reference::{Coordinates, find_region};
use crate::section::{Named, Section};
use sim::config::{RegionConfig, Spot};

/// At most so many regions.
pub(crate) const REGIONS_MAX: usize = 24;

pub(super) fn read(root: &Section<'_>, names: &mut Names) -> Vec<RegionConfig> {
    let mut regions = Vec::new();
    for (section, id) in named(root, "region", REGIONS_MAX) {
        let site = site(&section, &id);
        let given = site.0.map_or_else(|| id.clone(), |region| region.title.clone());
        let title = section.text("title").unwrap_or(given);
        names.titles.regions.push(title.clone());
        let spot = Spot { id: id.clone(), title, lat: site.1.lat, lon: site.1.lon };
        regions.push(RegionConfig::read(&Named { section: &section, ids: names.ids() }, spot));
        names.regions.push(id);
        names.sites.push(site);
    }
    regions
}

fn site(section: &Section<'_>, id: &str) -> Site {
    let (name, key) = match section.raw("place") {
        Some(Node { value: Value::Text(name), .. }) => (name.as_str(), "place"),
        Some(node) => return (None, coordinates(section, node)),
        None if id.is_empty() => return (None, Coordinates { lat: 0.0, lon: 0.0 }),
        None => (id, "id"),
    };
    match find_region(name) {
        Ok(region) => (Some(region), region.at),
        Err((message, help)) => {
            let help = if key == "id" { format!("{help} Or give it a `place`") } else { help };
            section.problem(key, message, help);
            section.notes.leave_unread("region");
            (None, Coordinates { lat: 0.0, lon: 0.0 })
        }
    }
}

/// `[latitude, longitude]`.
pub(super) fn coordinates(section: &Section<'_>, node: &Node) -> Coordinates {
    let degrees = |node: &Node| match node.value {
        Value::Integer(number) => Some(number as f64),
        Value::Float(number) => Some(number),
        _ => None,
    };
    if let Value::List(items) = &node.value
        && let [lat, lon] = items.as_slice()
        && let (Some(lat), Some(lon)) = (degrees(lat), degrees(lon))
        && (-90.0..=90.0).contains(&lat)
        && (-180.0..=180.0).contains(&lon)
    {
        return Coordinates { lat, lon };
    }
    let message = format!("the place of {} is not on the globe", clipped(&section.place));
    section.notes.problem(
        &node.span,
        message,
        "write [latitude, longitude]: degrees from -90 to 90 and from -180 to 180",
    );
    Coordinates { lat: 0.0, lon: 0.0 }
}
