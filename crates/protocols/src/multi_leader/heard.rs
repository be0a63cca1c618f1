//! What a region has heard of another's log.

use engine::{FlatMap, Time};
use protocol::Version;

/// Up to where, and what beyond: packets are lost, and some overtake others.
#[derive(Clone, Debug, Default)]
pub(super) struct Heard {
    /// Which log.
    pub(super) log: Version,
    /// Every entry up to this one.
    pub(super) upto: u64,
    /// Stretches beyond that: by the entry before the first, the last.
    beyond: FlatMap<u64, u64>,
    /// Everything up to this one is here with what it did. Less than `upto` while something was left out and what stands for it has not come.
    pub(super) whole: u64,
    /// The last entry that stands for one that was left out.
    stands: u64,
    /// What its region's clock read when all that it had was up to `whole`, or less; the latest of such times.
    pub(super) as_of: Option<Time>,
    /// By entry beyond that: what it read when that was the last.
    later: FlatMap<u64, Time>,
}

impl Heard {
    /// Nothing of this log.
    pub(super) fn of(log: Version) -> Heard {
        Heard { log, ..Heard::default() }
    }

    /// Nothing of whatever log its region writes: at this time there was nothing in any.
    pub(super) fn since(start: Time) -> Heard {
        Heard { as_of: Some(start), ..Heard::default() }
    }

    /// What is said now is of this log: the first that is heard of, or another, of which nothing is heard yet.
    pub(super) fn hear_of(&mut self, log: Version) {
        if self.log == Version::NONE {
            self.log = log;
        } else if self.log != log {
            *self = Heard::of(log);
        }
    }

    /// What comes after this entry is heard, up to that one; what was left out of it is here once all is heard up to entry `stands`.
    pub(super) fn add(&mut self, after: u64, upto: u64, stands: u64) {
        if stands > upto {
            self.stands = stands.max(self.stands);
        }
        let last = self.beyond.get_or_default(after);
        *last = upto.max(*last);
        if self.beyond.keys().next().is_some_and(|first| *first <= self.upto) {
            // From the first on, so that each may bring the next within reach.
            self.beyond.retain(|after, last| {
                let joins = *after <= self.upto;
                self.upto = if joins { self.upto.max(*last) } else { self.upto };
                !joins
            });
        }
        // The last entry of a key up to here was not left out: what stood for it would lie beyond, and nothing does.
        if self.stands <= self.upto {
            self.whole = self.upto;
            self.settle();
        }
    }

    /// Its region says that this is the last entry at this time by its clock.
    pub(super) fn is_last(&mut self, last: u64, clock: Time) {
        let at = self.later.get_or_insert_with(last, || clock);
        *at = clock.max(*at);
        self.settle();
    }

    /// Nothing is lacking that there was by these times.
    fn settle(&mut self) {
        self.later.retain(|last, clock| {
            let all = *last <= self.whole;
            self.as_of = if all { self.as_of.max(Some(*clock)) } else { self.as_of };
            !all
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_overtook_counts_when_what_was_before_it_has_come() {
        let mut heard = Heard::default();
        let after = |heard: &mut Heard, (after, upto)| {
            heard.add(after, upto, upto);
            heard.upto
        };
        let came = [(1, 2), (3, 5), (0, 1), (0, 1), (2, 3), (4, 5), (5, 6)];
        assert_eq!(came.map(|came| after(&mut heard, came)), [0, 0, 2, 2, 5, 5, 6]);
        assert!(heard.beyond.is_empty());
    }

    #[test]
    fn all_is_there_of_a_time_once_the_last_entry_by_then_has_come() {
        let mut heard = Heard::default();
        heard.add(0, 1, 1);
        heard.is_last(1, Time::from_secs(1));
        heard.is_last(3, Time::from_secs(2));
        heard.is_last(3, Time::from_secs(3));
        heard.add(2, 3, 3);
        assert_eq!(heard.as_of, Some(Time::from_secs(1)));
        heard.add(1, 2, 2);
        assert_eq!(heard.as_of, Some(Time::from_secs(3)));
    }

    #[test]
    fn what_was_left_out_is_heard_and_not_here_before_what_stands_for_it() {
        let mut heard = Heard::default();
        heard.add(0, 1, 1);
        heard.is_last(3, Time::from_secs(1));
        // It is in entry 6, and that one is in entry 7.
        heard.add(1, 4, 6);
        assert_eq!((heard.upto, heard.whole, heard.as_of), (4, 1, None));
        heard.add(4, 6, 7);
        assert_eq!((heard.upto, heard.whole), (6, 1));
        heard.add(6, 7, 7);
        assert_eq!((heard.upto, heard.whole, heard.as_of), (7, 7, Some(Time::from_secs(1))));
        // The first comes once more.
        heard.add(1, 4, 6);
        assert_eq!(heard.whole, 7);
        // What came early was not left out.
        heard.add(8, 9, 9);
        heard.add(7, 8, 8);
        assert_eq!(heard.whole, 9);
    }
}
