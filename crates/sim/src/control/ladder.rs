//! The steps by which a region loses its users and gets them back: its share, its record, and how long it rests without any. F4, F13.

use crate::config::Config;
use crate::services::said::Vitals;
use engine::Time;

/// The steps: percent of the users that the name service would otherwise send to a region (catalog F4).
const LADDER: [u8; 4] = [100, 50, 25, 0];
/// The step of a region that gets no users.
const BOTTOM: usize = LADDER.len() - 1;
/// Served calls that make a record.
const RECORD: u64 = 20;
/// Periods without users before a trial, at most.
const LONGEST_REST: u32 = 16;

/// Where a region stands on the ladder.
#[derive(Clone, Debug)]
pub(super) struct Rung {
    step: usize,
    /// What the region told last, and what it had told when it was looked at last, if that is still known.
    told: Vitals,
    looked_at: Option<Vitals>,
    pub(super) due: Time,
    /// Periods still to rest without users, and how long the next rest is.
    rest: u32,
    next_rest: u32,
}

impl Rung {
    pub(super) fn new() -> Rung {
        let nothing = Vitals::default();
        Rung { step: 0, told: nothing, looked_at: Some(nothing), due: Time::ZERO, rest: 0, next_rest: 1 }
    }

    /// Percent of its users that a region may get.
    pub(super) fn percent(&self) -> u8 {
        LADDER[self.step]
    }

    /// News of the region's service, later than those before. After forgetting, what it has done so far is no record.
    pub(super) fn hear(&mut self, vitals: Vitals) {
        debug_assert!(vitals.served >= self.told.served, "the counts of later news are not smaller");
        self.told = vitals;
        self.looked_at.get_or_insert(vitals);
    }

    /// The controller lost its power: the share is written down, the record is not.
    pub(super) fn forget(&mut self) {
        self.forget_record();
        (self.rest, self.next_rest) = (1, 1);
    }

    /// Nothing was heard of the region for too long: what it did meanwhile is too old to go by.
    pub(super) fn forget_record(&mut self) {
        self.looked_at = None;
    }

    /// Take a step by what is new, if there is enough of it.
    pub(super) fn look(&mut self, unhealthy: bool, bad: impl FnOnce(Vitals) -> bool) {
        let news = self.looked_at.map_or_else(Vitals::default, |before| self.told.since(before));
        if unhealthy {
            (self.step, self.rest) = (BOTTOM, 1);
        } else if self.step == BOTTOM {
            self.rest = self.rest.saturating_sub(1);
            self.step -= usize::from(self.rest == 0);
        } else if news.served < RECORD {
            return;
        } else if bad(news) {
            self.step += 1;
            if self.step == BOTTOM {
                self.rest = self.next_rest;
                self.next_rest = (self.next_rest * 2).min(LONGEST_REST);
            }
        } else if self.step > 0 {
            self.step -= 1;
        } else {
            self.next_rest = 1;
        }
        self.looked_at = self.looked_at.map(|_| self.told);
    }
}

/// By region of the configuration: at the top of the ladder.
pub(super) fn top(config: &Config) -> Vec<Rung> {
    vec![Rung::new(); config.regions.len()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use engine::Span;

    fn shares(periods: &[(u64, bool)]) -> Vec<u8> {
        let (mut rung, mut served) = (Rung::new(), 0);
        let mut share = |(calls, bad): &(u64, bool)| {
            served += calls;
            rung.hear(Vitals { served, failed: 0, took: Span::ZERO });
            rung.look(false, |_| *bad);
            rung.percent()
        };
        periods.iter().map(&mut share).collect()
    }

    #[test]
    fn a_bad_record_costs_a_step_and_a_good_one_gains_one() {
        assert_eq!(shares(&[(50, true), (50, true), (50, false), (50, false), (50, false)]), [50, 25, 50, 100, 100]);
    }

    #[test]
    fn too_few_calls_are_no_record() {
        assert_eq!(shares(&[(50, true), (10, true), (9, true), (1, true)]), [50, 50, 50, 25]);
    }

    #[test]
    fn trials_that_fail_come_ever_more_seldom() {
        let fails = [(50, true); 3];
        assert_eq!(shares(&fails), [50, 25, 0]);
        let trials = [fails.as_slice(), &[(0, true), (50, true), (0, true), (0, true), (50, true)]].concat();
        assert_eq!(shares(&trials)[3..], [25, 0, 0, 25, 0]);
    }
}
