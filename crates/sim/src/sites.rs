//! Sets of sites: of regions without zones, and of zones.

/// A set of sites, by index. It holds up to 128.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sites(u128);

/// As many sites as a set can tell apart.
const MOST: u16 = 128;

impl Sites {
    /// None.
    pub(crate) const NONE: Sites = Sites(0);

    /// The first so many.
    ///
    /// # Panics
    /// If they are more than a set can tell apart.
    pub(crate) fn first(count: usize) -> Sites {
        (0..count as u16).collect()
    }

    /// This one alone.
    pub(crate) fn one(site: u16) -> Sites {
        assert!(site < MOST, "a set of sites tells {MOST} apart");
        Sites(1 << site)
    }

    pub(crate) fn insert(&mut self, site: u16) {
        self.0 |= Sites::one(site).0;
    }

    pub(crate) fn remove(&mut self, site: u16) {
        self.0 &= !Sites::one(site).0;
    }

    pub(crate) fn contains(self, site: u16) -> bool {
        self.0 & Sites::one(site).0 != 0
    }

    /// Those in either.
    pub(crate) fn with(self, other: Sites) -> Sites {
        Sites(self.0 | other.0)
    }

    /// In ascending order.
    pub(crate) fn iter(self) -> impl Iterator<Item = u16> {
        let mut left = self.0;
        std::iter::from_fn(move || {
            let next = left.trailing_zeros() as u16;
            left &= left.wrapping_sub(1);
            (next < MOST).then_some(next)
        })
    }
}

impl FromIterator<u16> for Sites {
    fn from_iter<I: IntoIterator<Item = u16>>(sites: I) -> Sites {
        sites.into_iter().fold(Sites::NONE, |set, site| set.with(Sites::one(site)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_sites_than_a_word_has_bits_are_told_apart() {
        let mut set = Sites::first(72);
        assert_eq!((set.iter().count(), set.contains(71), set.contains(72)), (72, true, false));
        set.remove(7);
        set.insert(127);
        assert_eq!(set.iter().filter(|site| *site > 69 || *site == 7).collect::<Vec<_>>(), [70, 71, 127]);
        assert_eq!(set.with(Sites::one(7)), Sites::first(72).with(Sites::one(127)));
    }

    #[test]
    #[should_panic(expected = "tells 128 apart")]
    fn what_a_set_cannot_tell_apart_is_refused() {
        Sites::one(128);
    }
}
