//! The ends of packets' ways, as numbers.

pub(crate) mod table;

use serde::{Deserialize, Serialize};

/// What can stand at a place. A new kind is a name here and in `ALL`, and its row in `table.rs`, which the compiler asks for; the order is that of
/// digests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Kind {
    /// A region.
    Region,
    /// A population of users.
    Users,
}

impl Kind {
    /// All, in their order.
    pub(crate) const ALL: [Kind; 2] = [Kind::Region, Kind::Users];
}

/// An end of a packet's way: a number among all places, by their kinds. What stands there is looked up, in `table.rs`; only that a place
/// is a region, which routes, runs services and fails, is asked of the number itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "Named", from = "Named")]
pub struct Place(u16);

/// So many numbers each kind of place has.
const OF_A_KIND: u16 = 1 << 13;

/// A place as it is written down: by its kind and its index there, so that digests do not depend on how places are numbered.
#[derive(Serialize, Deserialize)]
struct Named {
    kind: Kind,
    index: u16,
}

impl Place {
    /// A place of a kind, by index.
    pub const fn of(kind: Kind, index: u16) -> Place {
        debug_assert!(index < OF_A_KIND);
        Place(kind as u16 * OF_A_KIND + index)
    }

    /// A region, by index.
    pub const fn region(index: u16) -> Place {
        Place::of(Kind::Region, index)
    }

    /// A population of users, by index.
    pub const fn users(index: u16) -> Place {
        Place::of(Kind::Users, index)
    }

    /// What stands there.
    pub const fn kind(self) -> Kind {
        Kind::ALL[(self.0 / OF_A_KIND) as usize]
    }

    /// Its index among those of its kind.
    pub const fn index(self) -> u16 {
        self.0 % OF_A_KIND
    }

    /// The index of the region that it is.
    pub fn as_region(self) -> Option<u16> {
        (self.0 < OF_A_KIND).then_some(self.0)
    }

    /// The index of the population that it is.
    pub fn as_users(self) -> Option<u16> {
        (self.kind() == Kind::Users).then(|| self.index())
    }
}

impl From<Place> for Named {
    fn from(place: Place) -> Named {
        Named { kind: place.kind(), index: place.index() }
    }
}

impl From<Named> for Place {
    fn from(Named { kind, index }: Named) -> Place {
        Place::of(kind, index)
    }
}
