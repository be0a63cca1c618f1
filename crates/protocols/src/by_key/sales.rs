//! Which sales are in a copy of a stock, one by one, so that some of them can be called off (D14). What one copy sells it appends to its list, so that of two
//! that are known of one author the longer begins with the other, and merging takes that one. Weighs nothing beside the value: a sale is known by what its
//! entry says of it anyway.

use engine::{Chunks, FlatMap};
use protocol::{Accepted, Version};
use std::cmp::Reverse;
use values::Author;

/// All sales of a copy of a key, and those of them that were called off.
#[derive(Clone, Debug)]
pub(crate) struct Sales {
    made: FlatMap<Author, Chunks<Sale>>,
    /// By who called them off: whose they were, and as what they were made.
    cancelled: FlatMap<Author, Chunks<(Author, Version)>>,
}

/// A sale.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sale {
    pub(crate) accepted: Accepted,
    /// How many units, at least 1.
    pub(crate) units: i64,
}

impl Default for Sales {
    fn default() -> Sales {
        Sales { made: FlatMap::new(), cancelled: FlatMap::new() }
    }
}

impl Sales {
    pub(crate) fn add(&mut self, author: Author, sale: Sale) {
        self.made.get_or_default(author).push_back(sale);
    }

    /// Somebody calls a sale off that this author has made as this version.
    pub(crate) fn cancel(&mut self, by: Author, sale: (Author, Version)) {
        self.cancelled.get_or_default(by).push_back(sale);
    }

    /// Take in what another copy knows.
    pub(crate) fn merge(&mut self, other: &Sales) {
        take_longer(&mut self.made, &other.made);
        take_longer(&mut self.cancelled, &other.cancelled);
    }

    /// How many units were called off more than once: by a desk that had forgotten with its disk that it had done so.
    pub(crate) fn called_off_again(&self) -> i64 {
        if self.cancelled.iter().len() < 2 {
            return 0;
        }
        let mut all: Vec<(Author, Version)> = self.cancelled.values().flat_map(Chunks::iter).copied().collect();
        engine::sort(&mut all);
        let again = all.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| self.units(pair[0]));
        again.sum()
    }

    fn units(&self, (author, version): (Author, Version)) -> i64 {
        let made = self.made.iter().filter(|(of, _)| **of == author).flat_map(|(_, sales)| sales.iter());
        made.filter(|sale| sale.accepted.version == version).map(|sale| sale.units).sum()
    }

    /// The latest of those that stand, the last first, until they come to so many units.
    pub(crate) fn latest(&self, units: i64) -> Vec<(Author, Sale)> {
        let mut cancelled: Vec<(Author, Version)> = self.cancelled.values().flat_map(Chunks::iter).copied().collect();
        engine::sort(&mut cancelled);
        let all = self.made.iter().flat_map(|(author, sales)| sales.iter().map(|sale| (*author, *sale)));
        let stands =
            |(author, sale): &(Author, Sale)| cancelled.binary_search(&(*author, sale.accepted.version)).is_err();
        let mut latest: Vec<(Author, Sale)> = all.filter(stands).collect();
        engine::sort_by_key(&mut latest, |(author, sale)| Reverse((sale.accepted, *author)));
        let mut missing = units;
        let needed = latest.iter().take_while(|(_, sale)| {
            let needed = missing > 0;
            missing -= sale.units;
            needed
        });
        let count = needed.count();
        latest.truncate(count);
        latest
    }
}

fn take_longer<T: Clone>(mine: &mut FlatMap<Author, Chunks<T>>, theirs: &FlatMap<Author, Chunks<T>>) {
    for (author, list) in theirs.iter() {
        let known = mine.get_or_default(*author);
        if known.len() < list.len() {
            *known = list.clone();
        }
    }
}

/// Lists of one author that are of one length are the same.
impl PartialEq for Sales {
    fn eq(&self, other: &Sales) -> bool {
        fn lengths<T: Clone>(of: &FlatMap<Author, Chunks<T>>) -> impl Iterator<Item = (&Author, usize)> {
            of.iter().map(|(author, list)| (author, list.len()))
        }
        lengths(&self.made).eq(lengths(&other.made)) && lengths(&self.cancelled).eq(lengths(&other.cancelled))
    }
}

impl Eq for Sales {}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::WriteId;

    fn sale(stamp: u64, units: i64) -> Sale {
        let version = Version { lsn: stamp, ..Version::NONE };
        Sale { accepted: Accepted { write: WriteId(stamp), version }, units }
    }

    #[test]
    fn the_latest_that_stand_are_called_off_whoever_made_them() {
        let [one, other, desk] = [0, 1, 9].map(|region| Author { region, life: 1 });
        let (mut sales, mut others) = (Sales::default(), Sales::default());
        [1, 4, 6].into_iter().for_each(|stamp| sales.add(one, sale(stamp, 1)));
        [2, 3, 5].into_iter().for_each(|stamp| others.add(other, sale(stamp, 2)));
        let late = others.clone();
        sales.merge(&others);
        let stamps = |sales: &Sales, units| {
            sales.latest(units).iter().map(|(_, sale)| sale.accepted.version.lsn).collect::<Vec<_>>()
        };
        assert_eq!((stamps(&sales, 2), stamps(&sales, 0), stamps(&sales, 99).len()), (vec![6, 5], vec![], 6));
        sales.cancel(desk, (other, sale(5, 2).accepted.version));
        sales.merge(&late);
        assert_eq!(stamps(&sales, 2), [6, 4], "what is called off is not called off again, by whomever it comes back");
        others.merge(&sales);
        assert!(others == sales && others != late);
    }
}
