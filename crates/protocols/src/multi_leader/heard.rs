//! What a region has heard of another's log.

use engine::FlatMap;
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
}

impl Heard {
    /// Nothing of this log.
    pub(super) fn of(log: Version) -> Heard {
        Heard { log, ..Heard::default() }
    }

    /// What comes after this entry is heard, up to that one.
    pub(super) fn add(&mut self, after: u64, upto: u64) {
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
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_overtook_counts_when_what_was_before_it_has_come() {
        let mut heard = Heard::default();
        let after = |heard: &mut Heard, (after, upto)| {
            heard.add(after, upto);
            heard.upto
        };
        let came = [(1, 2), (3, 5), (0, 1), (0, 1), (2, 3), (4, 5), (5, 6)];
        assert_eq!(came.map(|came| after(&mut heard, came)), [0, 0, 2, 2, 5, 5, 6]);
        assert!(heard.beyond.is_empty());
    }
}
