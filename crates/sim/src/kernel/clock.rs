//! What the clock of a region reads. F14.

use engine::{Span, Time};

/// A clock never runs slower than this, parts per million, however many faults slow it: it would stand still, or run backwards.
const SLOWEST_PPM: i64 = -900_000;

/// What a clock without a fault read when the run began, nanoseconds: a year.
const SET: u64 = 365 * 86_400 * 1_000_000_000;

/// What a fault does to a clock.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Skew {
    /// The fault's number.
    pub(crate) fault: u32,
    /// How far ahead it puts the clock at once, nanoseconds.
    pub(crate) offset: i64,
    /// How much faster it lets it run, parts per million.
    pub(crate) drift_ppm: i32,
}

/// A clock that is ahead or behind by what each fault does to it and has done so far: one that ends takes that with it, and
/// leaves what the others have gathered.
#[derive(Clone, Debug, Default)]
pub(crate) struct Clock {
    /// In the order of beginning, each with what its drift had gathered at `since`, nanoseconds.
    skews: Vec<(Skew, i64)>,
    since: Time,
    /// How far it was ahead at `since`.
    ahead: i64,
    /// How fast that grows, parts per million.
    drift_ppm: i64,
    /// What it had run ahead by its rate alone at `since`, nanoseconds: no fault that ends takes that with it.
    ran: i64,
}

impl Clock {
    /// From `now` on these faults skew it.
    pub(crate) fn set(&mut self, now: Time, skews: &[Skew]) {
        if self.skews.iter().map(|(skew, _)| skew).eq(skews) {
            return;
        }
        let (elapsed, mut rate) = (now - self.since, 0);
        for (skew, gathered) in &mut self.skews {
            *gathered = gathered.saturating_add(drifted(elapsed, run_at(&mut rate, skew)));
        }
        let gathered = |fault| self.skews.iter().find(|(skew, _)| skew.fault == fault).map_or(0, |(_, sum)| *sum);
        let skews: Vec<(Skew, i64)> = skews.iter().map(|skew| (*skew, gathered(skew.fault))).collect();
        let (mut ahead, mut drift_ppm) = (0_i64, 0);
        for (skew, gathered) in &skews {
            ahead = ahead.saturating_add(skew.offset).saturating_add(*gathered);
            run_at(&mut drift_ppm, skew);
        }
        let ran = self.ran.saturating_add(drifted(elapsed, self.drift_ppm));
        let ticks = self.ticks(now);
        *self = Clock { skews, since: now, ahead, drift_ppm, ran };
        debug_assert!(self.drift_ppm >= SLOWEST_PPM, "a clock runs forward");
        debug_assert_eq!(self.ticks(now), ticks, "what a clock has ticked no fault changes");
        debug_assert!(!self.skews.is_empty() || self.ahead == 0, "without a fault a clock is right");
    }

    /// How far it is ahead, nanoseconds.
    pub(crate) fn ahead(&self, now: Time) -> i64 {
        self.ahead.saturating_add(drifted(now - self.since, self.drift_ppm))
    }

    /// What it reads. Clocks were set long before the run began, so that one that is behind reads no less than nothing, where it
    /// would stand still.
    pub(crate) fn read(&self, now: Time) -> Time {
        reads(now, self.ahead(now))
    }

    /// For how long the run has lasted by its rate.
    pub(crate) fn ticks(&self, now: Time) -> Time {
        let ran = self.ran.saturating_add(drifted(now - self.since, self.drift_ppm));
        Time::from_nanos(now.as_nanos().saturating_add_signed(ran))
    }

    /// How long a wait by this clock's rate really takes, and no less: whoever looks at the clock then and goes on waiting for what is
    /// left comes to an end.
    pub(crate) fn real(&self, by_this_clock: Span) -> Span {
        let rate = (1_000_000 + self.drift_ppm).max(1) as u128;
        let real = (u128::from(by_this_clock.as_nanos()) * 1_000_000).div_ceil(rate);
        Span::from_nanos(real.min(u128::from(u64::MAX)) as u64)
    }
}

/// What a clock reads that is so far ahead, nanoseconds; below zero, behind.
pub(crate) fn reads(now: Time, ahead: i64) -> Time {
    Time::from_nanos((SET + now.as_nanos()).saturating_add_signed(ahead))
}

/// What of a fault's drift adds to a clock that already runs faster by `rate`, which it raises or lowers.
fn run_at(rate: &mut i64, skew: &Skew) -> i64 {
    let before = *rate;
    *rate = (before + i64::from(skew.drift_ppm)).max(SLOWEST_PPM);
    *rate - before
}

/// What a drift gathers in so long, nanoseconds.
fn drifted(elapsed: Span, ppm: i64) -> i64 {
    // As most clocks run: it spares them a division of 128 bits.
    if ppm == 0 {
        return 0;
    }
    let drifted = i128::from(elapsed.as_nanos()) * i128::from(ppm) / 1_000_000;
    drifted.clamp(i64::MIN.into(), i64::MAX.into()) as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_wait_takes_time_by_the_fastest_clock() {
        for drift_ppm in [-500, 0, 19, 1_000_000] {
            let mut clock = Clock::default();
            clock.set(Time::from_secs(1), &[skew(0, 0, drift_ppm)]);
            assert!(clock.real(Span::from_nanos(1)) >= Span::from_nanos(1));
            assert_eq!(clock.real(Span::ZERO), Span::ZERO);
        }
    }

    fn skew(fault: u32, offset: i64, drift_ppm: i32) -> Skew {
        Skew { fault, offset, drift_ppm }
    }

    #[test]
    fn a_fast_clock_gains_and_its_waits_are_short() {
        let mut clock = Clock::default();
        clock.set(Time::from_secs(10), &[skew(0, 5_000_000, 100)]);
        assert_eq!(clock.ahead(Time::from_secs(20)), 5_000_000 + 1_000_000);
        assert!(clock.real(Span::from_secs(10)) < Span::from_secs(10));
        clock.set(Time::from_secs(30), &[]);
        assert_eq!(clock.ahead(Time::from_secs(31)), 0);
    }

    #[test]
    fn ticks_go_by_the_rate_and_by_nothing_that_sets_the_clock() {
        let mut clock = Clock::default();
        let ticks = |clock: &Clock, second| clock.ticks(Time::from_secs(second)).whole_seconds();
        clock.set(Time::from_secs(10), &[skew(0, -5_000_000_000, -900_000)]);
        assert_eq!([10, 20].map(|second| ticks(&clock, second)), [10, 11]);
        clock.set(Time::from_secs(20), &[]);
        assert_eq!([20, 30].map(|second| ticks(&clock, second)), [11, 21], "what it has lost it does not gain");
    }

    #[test]
    fn a_clock_far_behind_runs_on() {
        let mut clock = Clock::default();
        clock.set(Time::ZERO, &[skew(0, -86_400_000_000_000, 0)]);
        let read = [1, 2].map(|second| clock.read(Time::from_secs(second)));
        assert_eq!(read[1] - read[0], Span::from_secs(1));
    }

    #[test]
    fn a_fault_that_begins_or_ends_leaves_what_the_drift_of_others_has_gathered() {
        let mut clock = Clock::default();
        let (drift, nudge) = (skew(0, 0, 100_000), skew(1, 1_000_000, -50_000));
        clock.set(Time::from_secs(10), &[drift]);
        clock.set(Time::from_secs(90), &[drift, nudge]);
        assert_eq!(clock.ahead(Time::from_secs(90)), 8_001_000_000);
        clock.set(Time::from_secs(100), &[drift]);
        assert_eq!(clock.ahead(Time::from_secs(100)), 9_000_000_000);
        clock.set(Time::from_secs(110), &[]);
        assert_eq!(clock.ahead(Time::from_secs(120)), 0);
    }

    #[test]
    fn a_clock_never_runs_backwards_however_many_faults_slow_it() {
        let mut clock = Clock::default();
        let slow = |fault| skew(fault, 0, -900_000);
        clock.set(Time::from_secs(10), &[slow(0), slow(1), slow(2)]);
        let reads = |clock: &Clock, second| Time::ZERO + (clock.read(Time::from_secs(second)) - Time::from_nanos(SET));
        assert_eq!(reads(&clock, 20), Time::from_secs(11));
        clock.set(Time::from_secs(20), &[slow(1), slow(2)]);
        assert_eq!(
            reads(&clock, 20),
            Time::from_secs(20),
            "the first one's end takes along what it alone had gathered"
        );
        assert_eq!(reads(&clock, 30), Time::from_secs(21));
    }
}
