//! What stands at places: a row for each kind. Who numbers links, delays packets or names their ends reads it; all that these tell apart is what is
//! a region, which is the first kind.

use super::{Kind, Place};
use crate::config::{Config, LinkConfig};
use crate::names::region_name;

/// What there is to know of the places of a kind.
pub(crate) struct Row {
    /// How many there are.
    count: fn(&Config) -> usize,
    /// The id of one, which names its random streams.
    id: for<'a> fn(&'a Config, usize) -> &'a str,
    /// What one is called, for a person; only of what is there.
    name: fn(&Config, usize) -> String,
    /// Its ways to the regions, by region index; the ways back are alike.
    ways: for<'a> fn(&'a Config, usize) -> &'a [LinkConfig],
}

/// What there is to know of a kind.
const fn row_of(kind: Kind) -> &'static Row {
    match kind {
        Kind::Region => &REGION,
        Kind::Users => &USERS,
    }
}

const REGION: Row = Row {
    count: |config| config.regions.len(),
    id: |config, index| &config.regions[index].id,
    name: |config, index| region_name(config, index as u16).to_owned(),
    ways: |config, index| &config.links[index],
};

const USERS: Row = Row {
    count: |config| config.populations.len(),
    id: |config, index| &config.populations[index].id,
    name: |config, index| format!("users in {}", config.populations[index].title),
    ways: |config, index| &config.populations[index].access,
};

const fn row(place: Place) -> &'static Row {
    row_of(place.kind())
}

/// Every place that is no region, in the order of their kinds and there by index.
pub(crate) fn ends(config: &Config) -> impl Iterator<Item = Place> + '_ {
    let of = |kind: Kind| (0..(row_of(kind).count)(config) as u16).map(move |index| Place::of(kind, index));
    Kind::ALL.into_iter().filter(|kind| *kind != Kind::Region).flat_map(of)
}

/// So many places stand before the first of each kind in [`ends`].
pub(crate) fn firsts(config: &Config) -> [usize; Kind::ALL.len()] {
    let before = |kind: usize| Kind::ALL[1..kind.max(1)].iter().map(|kind| (row_of(*kind).count)(config)).sum();
    std::array::from_fn(before)
}

/// The id of a place.
pub(crate) fn id(config: &Config, place: Place) -> &str {
    (row(place).id)(config, place.index().into())
}

/// The ways from a place to the regions, by region index.
pub(crate) fn ways(config: &Config, place: Place) -> &[LinkConfig] {
    (row(place).ways)(config, place.index().into())
}

/// What a place is called in everything that a person reads.
pub fn place_name(config: &Config, place: Place) -> String {
    let (row, index) = (row(place), usize::from(place.index()));
    if index < (row.count)(config) { (row.name)(config, index) } else { "an unknown place".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_stands_at_its_place_and_what_is_no_region_is_listed_once() {
        for (place, kind) in Kind::ALL.into_iter().enumerate() {
            assert_eq!(kind as usize, place);
        }
        let mut config = crate::bare::config(2);
        config.populations.push(config.populations[0].clone());
        let listed: Vec<Place> = ends(&config).collect();
        assert_eq!(listed, [Place::users(0), Place::users(1)]);
        for (number, place) in listed.iter().enumerate() {
            assert_eq!(firsts(&config)[place.kind() as usize] + usize::from(place.index()), number);
            assert_eq!(ways(&config, *place).len(), 2);
        }
    }

    #[test]
    fn a_place_has_the_name_of_what_stands_there() {
        let config = crate::bare::config(2);
        let names = [Place::region(1), Place::users(0), Place::users(9)].map(|place| place_name(&config, place));
        assert_eq!(names, ["region-1", "users in Users", "an unknown place"]);
        assert_eq!(id(&config, Place::users(0)), "users");
    }
}
