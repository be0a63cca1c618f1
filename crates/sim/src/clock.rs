//! What the clock of a region reads. F14.

use engine::{Span, Time};

/// A clock that is ahead or behind by an offset and drifts from a moment on.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Clock {
    offset: i64,
    drift_ppm: i32,
    since: Time,
}

impl Clock {
    /// From `now` on be off by `offset` and drift; a step if it was off by something else.
    pub(crate) fn set(&mut self, now: Time, offset: i64, drift_ppm: i32) {
        if (self.offset, self.drift_ppm) != (offset, drift_ppm) {
            *self = Clock { offset, drift_ppm, since: now };
        }
    }

    /// How far it is ahead, nanoseconds.
    pub(crate) fn ahead(&self, now: Time) -> i64 {
        let elapsed = i128::from((now - self.since).as_nanos());
        let drifted = elapsed * i128::from(self.drift_ppm) / 1_000_000;
        self.offset.saturating_add(drifted.clamp(i64::MIN.into(), i64::MAX.into()) as i64)
    }

    /// What it reads; never before zero.
    pub(crate) fn read(&self, now: Time) -> Time {
        Time::from_nanos(now.as_nanos().saturating_add_signed(self.ahead(now)))
    }

    /// How long a wait by this clock's rate really takes.
    pub(crate) fn real(&self, by_this_clock: Span) -> Span {
        let rate = (1_000_000 + i64::from(self.drift_ppm)).max(1) as u128;
        let real = u128::from(by_this_clock.as_nanos()) * 1_000_000 / rate;
        Span::from_nanos(real.min(u128::from(u64::MAX)) as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fast_clock_gains_and_its_waits_are_short() {
        let mut clock = Clock::default();
        clock.set(Time::from_secs(10), 5_000_000, 100);
        assert_eq!(clock.ahead(Time::from_secs(20)), 5_000_000 + 1_000_000);
        assert!(clock.real(Span::from_secs(10)) < Span::from_secs(10));
        clock.set(Time::from_secs(30), 0, 0);
        assert_eq!(clock.read(Time::from_secs(31)), Time::from_secs(31));
    }

    #[test]
    fn a_clock_far_behind_reads_zero_not_less() {
        let mut clock = Clock::default();
        clock.set(Time::ZERO, -5_000_000_000, 0);
        assert_eq!(clock.read(Time::from_secs(1)), Time::ZERO);
    }
}
