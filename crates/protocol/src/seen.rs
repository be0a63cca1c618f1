//! What a client has seen of data that nobody leads, as its session carries it.

use engine::FlatMap;
use std::sync::Arc;

/// How far somebody has seen the changes of one author, or of one key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Upto {
    /// Which log of the author's, the later the greater: it begins another when its disk was lost. 0 where changes are known by their stamps.
    pub log: u64,
    /// The number of the last of them in that log, or its stamp.
    pub count: u64,
}

/// A causal past: of each author, or of each key, as the protocol counts, up to which change (Parker et al. 1983, version vectors; Terry et al.
/// 1994, session guarantees). Clones share it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen(Option<Arc<FlatMap<Place, Upto>>>);

/// Whose changes: of an author, or of a key. Beside it the log, where each of an author's logs counts by itself; 0 where the later stands for all before it.
type Place = (u32, u64);

impl Seen {
    /// Nobody keeps account of what is seen.
    pub const UNKNOWN: Seen = Seen(None);
    /// Bytes of one entry on the wire: whose, which log, up to which.
    const ENTRY: u32 = 20;

    /// Account is kept, and nothing is seen yet.
    pub fn nothing() -> Seen {
        Seen(Some(Arc::default()))
    }

    /// Only this.
    pub fn only(of: u32, upto: Upto) -> Seen {
        Seen(Some(Arc::new([((of, 0), upto)].into_iter().collect())))
    }

    /// Whether account is kept.
    pub fn is_kept(&self) -> bool {
        self.0.is_some()
    }

    /// How far an author, or a key, is seen.
    pub fn upto(&self, of: u32) -> Upto {
        self.at((of, 0))
    }

    /// All of which anything is seen, ascending.
    pub fn iter(&self) -> impl Iterator<Item = (u32, Upto)> + '_ {
        self.places().map(|((of, _), upto)| (of, upto))
    }

    /// Seen as far as this as well.
    pub fn add(&mut self, of: u32, upto: Upto) {
        self.raise((of, 0), upto);
    }

    /// The same in a log of which no later one says anything.
    pub(crate) fn add_apart(&mut self, of: u32, upto: Upto) {
        self.raise((of, upto.log), upto);
    }

    /// What another has seen is seen as well.
    pub fn merge(&mut self, other: &Seen) {
        match (&self.0, &other.0) {
            (_, None) => {}
            (None, Some(_)) => *self = other.clone(),
            (Some(mine), Some(theirs)) if Arc::ptr_eq(mine, theirs) => {}
            (Some(_), Some(_)) => other.places().for_each(|(place, upto)| self.raise(place, upto)),
        }
    }

    /// Whether nothing is in another that is not in this.
    pub fn covers(&self, other: &Seen) -> bool {
        other.places().all(|(place, upto)| upto <= self.at(place))
    }

    /// What it weighs in a message, bytes.
    pub fn bytes(&self) -> u32 {
        self.0.as_ref().map_or(0, |seen| seen.len() as u32 * Seen::ENTRY)
    }

    fn places(&self) -> impl Iterator<Item = (Place, Upto)> + '_ {
        self.0.iter().flat_map(|seen| seen.iter()).map(|(place, upto)| (*place, *upto))
    }

    fn at(&self, place: Place) -> Upto {
        self.0.as_ref().and_then(|seen| seen.get(&place)).copied().unwrap_or_default()
    }

    fn raise(&mut self, place: Place, upto: Upto) {
        if self.at(place) < upto {
            Arc::make_mut(self.0.get_or_insert_default()).insert(place, upto);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_past_only_grows_and_a_later_log_goes_beyond_all_of_an_earlier_one() {
        let upto = |log, count| Upto { log, count };
        let mut seen = Seen::nothing();
        assert!(seen.is_kept() && !Seen::UNKNOWN.is_kept());
        for (of, to) in [(2, upto(1, 9)), (1, upto(1, 4)), (2, upto(1, 3)), (2, upto(5, 1))] {
            seen.add(of, to);
        }
        assert_eq!(seen.iter().collect::<Vec<_>>(), [(1, upto(1, 4)), (2, upto(5, 1))]);
        let mut other = Seen::only(1, upto(1, 7));
        other.merge(&seen);
        assert_eq!((other.upto(1), other.upto(2), other.upto(3)), (upto(1, 7), upto(5, 1), Upto::default()));
        assert_eq!((other.bytes(), Seen::UNKNOWN.bytes()), (40, 0));
        assert!(other.covers(&seen) && !seen.covers(&other) && seen.covers(&Seen::UNKNOWN));
    }
}
