//! What the controller knows of each vantage point and of each region, from the rounds of probes that it was told of.

use super::said::Health;
use crate::config::Config;
use crate::data::said::Standing;
use engine::Time;
use protocol::{Epoch, Version};

/// What one probe came to.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sighting {
    /// How the answer was; `None` if none came in time.
    pub(super) answer: Option<Health>,
    /// The event by which it came, or by which the probe or its answer was lost; 0 if nobody knows of one.
    pub(super) event: u64,
    /// The event of the fault to which its staying away is owed; 0 if it is owed to none.
    pub(super) fault: u64,
}

/// What the controller makes of the reports of one vantage point.
#[derive(Clone, Debug)]
pub(super) struct Watch {
    /// The latest round it was told of.
    pub(super) round: u32,
    /// When the probes of that round were sent, as far as clocks agree, and what the clock of the vantage point read then.
    pub(super) at: Time,
    pub(super) reading: Time,
    /// By region.
    pub(super) opinions: Vec<Opinion>,
}

/// How a region looks from a vantage point.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Opinion {
    /// `None` as long as too little was seen to say.
    pub(super) health: Option<Health>,
    /// In a row.
    pub(super) failures: u32,
    pub(super) successes: u32,
    /// The event by which `health` became what it is.
    pub(super) noticed: u64,
    /// The event of the earliest fault to which failures in a row are owed, as long as it is in force, and of the next when it is
    /// over; 0 if they are owed to none.
    pub(super) fault: u64,
    /// The event by which the last probe in a row went unanswered; 0 if nobody knows of one.
    pub(super) lost: u64,
}

/// The latest news of a region.
#[derive(Clone, Debug, Default)]
pub(super) struct Latest {
    number: u64,
    /// When they were asked for, as far as clocks agree, and how its replicas stood.
    pub(super) told: Option<(Time, Vec<Standing>)>,
    /// Since when they have come without a gap over which nothing was known.
    since: Time,
}

/// What news are beside those before.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Order {
    /// They were overtaken.
    Overtaken,
    /// They follow on what was known.
    Next,
    /// They are the first after nothing was known any more.
    Anew,
}

impl Watch {
    /// A run begins with everything well.
    pub(super) fn all_well(regions: usize) -> Watch {
        let well = Opinion { health: Some(Health::Healthy), ..Opinion::default() };
        Watch { round: 0, at: Time::ZERO, reading: Time::ZERO, opinions: vec![well; regions] }
    }

    /// The latest time at which a round can have begun: so much after the last, or before it, as the clock of the vantage point
    /// went on meanwhile, however wrong it is. A clock that was set back says nothing of that.
    pub(super) fn latest(&self, round: u32, reading: Time) -> Time {
        match (round > self.round, reading > self.reading) {
            (true, true) => self.at + (reading - self.reading),
            (true, false) => Time::MAX,
            (false, _) => self.at - (self.reading - reading),
        }
    }

    /// Power was lost, or too much time has passed: nothing is known from here. Rounds are told apart all the same.
    pub(super) fn forget(&mut self) {
        self.opinions.fill(Opinion::default());
    }
}

impl Latest {
    /// A run begins with everything known: how the replicas of a region stand then.
    pub(super) fn at_the_beginning(config: &Config, region: usize) -> Latest {
        let held = (0..).zip(&config.datasets).filter(|(_, set)| set.placement.contains(&region));
        let standings = held.map(|(dataset, set)| Standing {
            dataset,
            leads: set.leader == region,
            blank: false,
            epoch: Epoch(1),
            last: Version::NONE,
        });
        Latest { number: 0, told: Some((Time::ZERO, standings.collect())), since: Time::ZERO }
    }

    pub(super) fn forget(&mut self) {
        self.told = None;
    }

    /// When the latest were asked for, if they are still known.
    pub(super) fn at(&self) -> Option<Time> {
        self.told.as_ref().map(|(at, _)| *at)
    }

    /// Since when they have come without a gap.
    pub(super) fn since(&self) -> Time {
        self.since
    }

    /// More news, heard now: they count unless they were overtaken.
    pub(super) fn hear(
        &mut self,
        news: (u64, Time),
        standings: &[Standing],
        now: Time,
        too_old: impl Fn(Time) -> bool,
    ) -> Order {
        let (number, at) = news;
        if number <= self.number {
            return Order::Overtaken;
        }
        let gap = self.told.as_ref().is_none_or(|(at, _)| too_old(*at));
        let since = if gap { now } else { self.since };
        *self = Latest { number, told: Some((at, standings.to_vec())), since };
        if gap { Order::Anew } else { Order::Next }
    }
}

impl Opinion {
    /// Count what one more probe came to. True if the opinion has changed.
    pub(super) fn see(&mut self, seen: &Sighting, threshold: u32, in_force: impl Fn(u64) -> bool) -> bool {
        let before = self.health;
        if let Some(health) = seen.answer {
            (self.failures, self.fault) = (0, 0);
            self.successes += 1;
            if self.health != Some(Health::Unhealthy) || self.successes >= threshold {
                self.health = Some(health);
            }
        } else {
            self.successes = 0;
            self.failures += 1;
            self.lost = seen.event;
            if seen.fault != 0 && !in_force(self.fault) {
                self.fault = seen.fault;
            }
            if self.failures >= threshold {
                self.health = Some(Health::Unhealthy);
            }
        }
        self.health != before
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FAILED: Sighting = Sighting { answer: None, event: 0, fault: 0 };
    const WELL: Sighting = Sighting { answer: Some(Health::Healthy), event: 0, fault: 0 };

    #[test]
    fn it_takes_failures_in_a_row_to_condemn_and_as_many_successes_to_acquit() {
        let mut opinion = Opinion::default();
        let mut after = |seen: &Sighting| {
            opinion.see(seen, 2, |_| false);
            opinion.health
        };
        let unhealthy = Some(Health::Unhealthy);
        assert_eq!(
            [&FAILED, &WELL, &FAILED, &FAILED].map(&mut after),
            [None, Some(Health::Healthy), Some(Health::Healthy), unhealthy]
        );
        assert_eq!(
            [&WELL, &FAILED, &WELL, &WELL].map(&mut after),
            [unhealthy, unhealthy, unhealthy, Some(Health::Healthy)]
        );
    }

    #[test]
    fn failures_are_owed_to_the_earliest_fault_that_is_not_over() {
        let owed = |over: u64| {
            let mut opinion = Opinion::default();
            for fault in [0, 7, 9, 0] {
                opinion.see(&Sighting { fault, ..FAILED }, 3, |fault| ![0, over].contains(&fault));
            }
            opinion.fault
        };
        assert_eq!((owed(9), owed(7)), (7, 9));
    }

    #[test]
    fn news_that_were_overtaken_change_nothing_also_after_all_is_forgotten() {
        let mut latest = Latest { told: Some((Time::from_secs(6), Vec::new())), ..Latest::default() };
        let hear = |latest: &mut Latest, number, at| {
            latest.hear((number, Time::from_secs(at)), &[], Time::from_secs(at), |told| told < Time::from_secs(at - 5))
        };
        assert_eq!(hear(&mut latest, 5, 10), Order::Next);
        latest.forget();
        assert_eq!((hear(&mut latest, 4, 11), latest.told.is_none()), (Order::Overtaken, true));
        assert_eq!((hear(&mut latest, 6, 12), latest.since), (Order::Anew, Time::from_secs(12)));
        assert_eq!((hear(&mut latest, 7, 17), latest.since), (Order::Next, Time::from_secs(12)));
        assert_eq!((hear(&mut latest, 8, 23), latest.since), (Order::Anew, Time::from_secs(23)));
    }
}
