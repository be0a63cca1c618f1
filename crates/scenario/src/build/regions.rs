//! `[[region]]`: where regions are. What their services are is theirs to say.

use super::names::{Names, Site, named};
use crate::document::{Node, Value};
use crate::quantity::clipped;
use crate::reference::{Coordinates, find_region};
use crate::section::{Named, Section};
use sim::config::{RegionConfig, Spot, ZonedRegion};
use sim::short_title;

/// At most so many regions.
pub(crate) const REGIONS_MAX: usize = 24;
/// At most so many regions and zones.
const SITES_MAX: usize = 48;
/// At most so many zones has a region.
const ZONES_MAX: u64 = 6;

pub(super) fn read(root: &Section<'_>, names: &mut Names) -> Vec<RegionConfig> {
    let mut regions = Vec::new();
    for (section, id) in named(root, "region", REGIONS_MAX) {
        let site = site(&section, &id);
        let given = site.0.map_or_else(|| id.clone(), |region| region.title.clone());
        let title = section.text("title").unwrap_or(given);
        let spot = Spot { id: id.clone(), title: title.clone(), lat: site.1.lat, lon: site.1.lon };
        let region = RegionConfig::read(&Named { section: &section, ids: names.ids() }, spot);
        let zones = section.count("zones", 1..=ZONES_MAX) as u16;
        if zones == 1 {
            add(region, site, names, &mut regions);
            continue;
        }
        if region.workers < u32::from(zones) {
            let message = format!("{} workers are too few for {zones} zones", region.workers);
            section.misfit("workers", message, "give each zone at least one");
        }
        let first = names.regions.len() as u16;
        names.zoned.push(ZonedRegion { id: id.clone(), title, zones: first..first + zones });
        for zone in 0..zones {
            add(zone_of(&region, zone, zones), site, names, &mut regions);
        }
    }
    check_zones(root, names);
    regions
}

fn add(region: RegionConfig, site: Site, names: &mut Names, regions: &mut Vec<RegionConfig>) {
    names.titles.regions.push(region.title.clone());
    names.regions.push(region.id.clone());
    names.sites.push(site);
    regions.push(region);
}

/// A zone of a region: its share of the workers and of the queue, the first zones having what is left over.
fn zone_of(region: &RegionConfig, zone: u16, zones: u16) -> RegionConfig {
    let letter = char::from(b'a' + zone as u8);
    let share = |all: u32| all / u32::from(zones) + u32::from(u32::from(zone) < all % u32::from(zones));
    RegionConfig {
        id: format!("{}{letter}", region.id),
        title: format!("{} {letter}", short_title(&region.title)),
        workers: share(region.workers).max(1),
        queue: share(region.queue),
        ..region.clone()
    }
}

/// Zones must not be called as other regions are, nor be too many.
fn check_zones(root: &Section<'_>, names: &Names) {
    let taken = |zone: &String| names.regions.iter().filter(|name| *name == zone).count() > 1;
    for ZonedRegion { id, zones, .. } in &names.zoned {
        for zone in zones.clone().map(|zone| &names.regions[usize::from(zone)]).filter(|zone| taken(zone)) {
            let message = format!("`{zone}` is a zone of {id} and a region of its own");
            root.problem("region", message, "give one of them another id");
        }
    }
    if names.regions.len() > SITES_MAX {
        let message = format!("there are {} regions with their zones", names.regions.len());
        root.problem("region", message, format!("at most {SITES_MAX} are allowed"));
    }
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
