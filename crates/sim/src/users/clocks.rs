//! Clocks of clients: what a phone or a browser takes the time to be, for whoever stamps writes by it. D1, F14.

use engine::{Distribution, Stream, Streams};
use settings::{Fallback::Value, Fields, Setting};

/// How wrong the clocks of a population's devices are; each is so for good.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ClocksConfig {
    /// How far ahead all of them are, nanoseconds; negative is behind.
    pub offset: i64,
    /// How far each is off besides, one way or the other, nanoseconds; none if it is not.
    pub error: Option<Distribution>,
}

/// No clock is further off than this by its own error, nanoseconds: a day.
const OFF_MOST: f64 = 86_400e9;

impl ClocksConfig {
    /// What may be set.
    pub const SETTINGS: &'static [Setting] = &[
        Setting::new(
            "clock-offset",
            "time, may be negative",
            Value("0ms"),
            "how far ahead the clocks of their devices are, for datasets with timestamps = client",
        ),
        Setting::new(
            "clock-error",
            "distribution of times",
            Value("0ms"),
            "how far each device's clock is off besides, ahead as likely as behind: drawn once for each device, and for each request of a stranger",
        ),
    ];

    pub(super) fn read(fields: &dyn Fields) -> ClocksConfig {
        let error = fields.distribution("clock-error");
        let error = (error != Distribution::Constant(0.0)).then_some(error);
        ClocksConfig { offset: fields.signed_nanos("clock-offset"), error }
    }

    /// How far a clock is ahead, nanoseconds.
    fn ahead(&self, draws: impl FnOnce() -> Stream) -> i64 {
        let Some(error) = &self.error else { return self.offset };
        let mut draws = draws();
        let off = error.sample(&mut draws).clamp(-OFF_MOST, OFF_MOST) as i64;
        self.offset + if draws.below(2) == 0 { off } else { -off }
    }
}

/// The clocks of a population.
#[derive(Clone, Debug)]
pub(super) struct Clocks {
    of: ClocksConfig,
    devices: Streams,
    strangers: Streams,
    /// How many strangers there were.
    seen: u64,
}

impl Clocks {
    pub(super) fn new(seed: u64, population: &str, of: ClocksConfig) -> Clocks {
        let streams = |purpose| Streams::of(seed, purpose, &[population]);
        let (devices, strangers) = (streams("clocks of devices"), streams("clocks of strangers"));
        Clocks { of, devices, strangers, seen: 0 }
    }

    /// How far the clock of the device of this number is ahead, nanoseconds: the same whenever it is asked.
    pub(super) fn of_device(&self, number: u64) -> i64 {
        self.of.ahead(|| self.devices.nth(number))
    }

    /// The same of somebody who is never seen again.
    pub(super) fn of_stranger(&mut self) -> i64 {
        self.seen += 1;
        self.of.ahead(|| self.strangers.nth(self.seen))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clocks(error: Option<Distribution>) -> Clocks {
        Clocks::new(1, "users", ClocksConfig { offset: 5, error })
    }

    #[test]
    fn a_device_is_wrong_by_the_same_for_good_and_as_often_ahead_as_behind() {
        let mut clocks = clocks(Some(Distribution::Constant(1e9)));
        let ahead: Vec<i64> = (0..1_000).map(|device| clocks.of_device(device)).collect();
        assert!(ahead.iter().all(|ahead| [5 + 1_000_000_000, 5 - 1_000_000_000].contains(ahead)));
        assert!((450..550).contains(&ahead.iter().filter(|ahead| **ahead > 5).count()));
        clocks.of_stranger();
        assert!((0..1_000).map(|device| clocks.of_device(device)).eq(ahead));
    }

    #[test]
    fn without_an_error_all_are_off_by_the_same() {
        let mut clocks = clocks(None);
        assert_eq!([clocks.of_device(0), clocks.of_stranger(), clocks.of_stranger()], [5, 5, 5]);
    }
}
