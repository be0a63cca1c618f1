//! Writes that were acknowledged and held by every replica, folded together. Only the loss of disks can still take them, and
//! then it takes all of them at once, so that one place in the log, the last, says where they all are.

use super::record::When;
use engine::{FlatSet, Time};
use protocol::Version;
use std::collections::VecDeque;

/// Writes whose numbers are this far behind the highest are forgotten.
const REMEMBERED: usize = 1 << 20;

/// All folded writes of a dataset.
#[derive(Clone, Debug, Default)]
pub(super) struct Folds {
    list: Vec<Fold>,
    /// The highest version of all.
    upto: Version,
    numbers: Numbers,
    /// Folded writes that were executed again afterwards.
    again: FlatSet<u64>,
}

/// Writes that became one: from then on they are where the last of them is.
#[derive(Clone, Debug)]
pub(super) struct Fold {
    pub(super) upto: Version,
    pub(super) acknowledged: Vec<Acknowledged>,
    pub(super) lost: Option<When>,
}

/// The folded writes of one population.
#[derive(Clone, Copy, Debug)]
pub(super) struct Acknowledged {
    pub(super) population: u16,
    pub(super) writes: u32,
    /// When the first and the last were acknowledged.
    pub(super) first: Time,
    pub(super) last: Time,
}

impl Folds {
    pub(super) fn all(&self) -> &[Fold] {
        &self.list
    }

    /// Fold a write that every replica holds. `whole` says whether every replica holds an entry: where one has lost what was
    /// folded before, another fold begins.
    pub(super) fn add(
        &mut self,
        number: u64,
        version: Version,
        population: u16,
        at: Time,
        whole: impl Fn(Version) -> bool,
    ) {
        self.numbers.add(number);
        self.upto = self.upto.max(version);
        if self.list.last().is_none_or(|fold| !whole(fold.upto)) {
            self.list.push(Fold { upto: version, acknowledged: Vec::new(), lost: None });
        }
        let Some(fold) = self.list.last_mut() else { return };
        fold.upto = fold.upto.max(version);
        match fold.acknowledged.iter_mut().find(|of| of.population == population) {
            Some(of) => {
                of.writes += 1;
                of.first = of.first.min(at);
                of.last = of.last.max(at);
            }
            None => fold.acknowledged.push(Acknowledged { population, writes: 1, first: at, last: at }),
        }
    }

    /// A write that is not followed any more was appended: a replica catches up with a folded one, or executes it again.
    /// Whether that is found only now.
    pub(super) fn executed_again(&mut self, number: u64, version: Version) -> bool {
        version > self.upto && self.numbers.contain(number) && self.again.insert(number)
    }

    /// A write that is folded was found to be executed again before.
    pub(super) fn is_known_to_be_executed_again(&mut self, number: u64) {
        self.again.insert(number);
    }

    /// About how many bytes a clone takes.
    pub(super) fn weight(&self) -> usize {
        self.numbers.weight()
    }

    /// Whether any fold is lost.
    pub(super) fn any_lost(&self) -> bool {
        self.list.iter().any(|fold| fold.lost.is_some())
    }

    /// See which folds are served now.
    pub(super) fn review(&mut self, when: When, served: impl Fn(Version) -> bool) {
        for fold in &mut self.list {
            if served(fold.upto) {
                fold.lost = None;
            } else {
                fold.lost.get_or_insert(when);
            }
        }
    }
}

impl Fold {
    pub(super) fn writes(&self) -> u32 {
        self.acknowledged.iter().map(|of| of.writes).sum()
    }
}

/// A set of numbers that mostly rise: bits by number, the oldest forgotten.
#[derive(Clone, Debug, Default)]
pub(super) struct Numbers {
    /// Words left out before the first.
    base: usize,
    words: VecDeque<u64>,
}

impl Numbers {
    /// About how many bytes a clone takes.
    pub(super) fn weight(&self) -> usize {
        self.words.len() * size_of::<u64>()
    }

    pub(super) fn add(&mut self, number: u64) {
        let word = (number / 64) as usize;
        let Some(mut place) = word.checked_sub(self.base) else { return };
        while place >= self.words.len() {
            self.words.push_back(0);
        }
        while self.words.len() > REMEMBERED / 64 {
            self.words.pop_front();
            self.base += 1;
            place = place.saturating_sub(1);
        }
        self.words[place] |= 1 << (number % 64);
    }

    pub(super) fn contain(&self, number: u64) -> bool {
        let place = ((number / 64) as usize).checked_sub(self.base);
        place.and_then(|place| self.words.get(place)).is_some_and(|word| word & (1 << (number % 64)) != 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_kept_until_they_are_old() {
        let mut numbers = Numbers::default();
        for number in [3, 64, 1000] {
            numbers.add(number);
        }
        assert!([3, 64, 1000].iter().all(|number| numbers.contain(*number)));
        assert!(![2, 63, 65, 1001, 1 << 40].iter().any(|number| numbers.contain(*number)));
        numbers.add(2 * REMEMBERED as u64);
        assert!(numbers.contain(2 * REMEMBERED as u64) && !numbers.contain(3));
    }
}
