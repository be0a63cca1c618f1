//! Virtual time: [`Time`] is a point, [`Span`] a length, both whole nanoseconds. Arithmetic saturates instead of wrapping,
//! so a time past the end of the range (584 years) stays at the end and nothing panics.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Div, Mul, Sub, SubAssign};

const NANOS_PER_MICRO: u64 = 1_000;
const NANOS_PER_MILLI: u64 = 1_000_000;
const NANOS_PER_SEC: u64 = 1_000_000_000;

/// A point in virtual time: nanoseconds since the start of the run.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct Time(u64);

impl Time {
    /// The start of the run.
    pub const ZERO: Time = Time(0);
    /// The last point there is; later ones saturate to it.
    pub const MAX: Time = Time(u64::MAX);

    /// The point `nanos` nanoseconds after the start.
    #[inline]
    pub const fn from_nanos(nanos: u64) -> Time {
        Time(nanos)
    }

    /// The point `micros` microseconds after the start.
    #[inline]
    pub const fn from_micros(micros: u64) -> Time {
        Time(micros.saturating_mul(NANOS_PER_MICRO))
    }

    /// The point `millis` milliseconds after the start.
    #[inline]
    pub const fn from_millis(millis: u64) -> Time {
        Time(millis.saturating_mul(NANOS_PER_MILLI))
    }

    /// The point `secs` seconds after the start.
    #[inline]
    pub const fn from_secs(secs: u64) -> Time {
        Time(secs.saturating_mul(NANOS_PER_SEC))
    }

    /// Nanoseconds since the start.
    #[inline]
    pub const fn as_nanos(self) -> u64 {
        self.0
    }

    /// Seconds since the start.
    #[inline]
    pub fn as_secs_f64(self) -> f64 {
        Span(self.0).as_secs_f64()
    }

    /// Milliseconds since the start.
    #[inline]
    pub fn as_millis_f64(self) -> f64 {
        Span(self.0).as_millis_f64()
    }

    /// Full seconds since the start, rounded down.
    #[inline]
    pub const fn whole_seconds(self) -> u64 {
        self.0 / NANOS_PER_SEC
    }

    /// As a clock shows it, rounded to so many decimals of a second as everything that is told is: `1:05.250`, `13:24:12.7`, `0:20`.
    /// More than nine decimals count as nine.
    pub fn clock(self, decimals: u32) -> String {
        let steps = 10_u64.pow(decimals.min(9));
        let ticks = rounded(self.0, NANOS_PER_SEC / steps);
        let (seconds, rest) = (ticks / steps, ticks % steps);
        let fraction =
            if decimals == 0 { String::new() } else { format!(".{rest:0width$}", width = decimals.min(9) as usize) };
        match (seconds / 3_600, seconds / 60 % 60, seconds % 60) {
            (0, minutes, seconds) => format!("{minutes}:{seconds:02}{fraction}"),
            (hours, minutes, seconds) => format!("{hours}:{minutes:02}:{seconds:02}{fraction}"),
        }
    }

    /// How long after `earlier` this is; zero if it is not after it.
    #[inline]
    pub const fn since(self, earlier: Time) -> Span {
        Span(self.0.saturating_sub(earlier.0))
    }
}

impl Add<Span> for Time {
    type Output = Time;
    #[inline]
    fn add(self, span: Span) -> Time {
        Time(self.0.saturating_add(span.0))
    }
}

impl AddAssign<Span> for Time {
    #[inline]
    fn add_assign(&mut self, span: Span) {
        *self = *self + span;
    }
}

impl Sub<Span> for Time {
    type Output = Time;
    #[inline]
    fn sub(self, span: Span) -> Time {
        Time(self.0.saturating_sub(span.0))
    }
}

impl Sub for Time {
    type Output = Span;
    #[inline]
    fn sub(self, earlier: Time) -> Span {
        self.since(earlier)
    }
}

impl fmt::Display for Time {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        Span(self.0).fmt(out)
    }
}

impl fmt::Debug for Time {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Time({self})")
    }
}

/// A length of virtual time, nanoseconds, never negative.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct Span(u64);

impl Span {
    /// No time at all.
    pub const ZERO: Span = Span(0);
    /// The longest span there is; longer ones saturate to it.
    pub const MAX: Span = Span(u64::MAX);

    /// `nanos` nanoseconds.
    #[inline]
    pub const fn from_nanos(nanos: u64) -> Span {
        Span(nanos)
    }

    /// `micros` microseconds.
    #[inline]
    pub const fn from_micros(micros: u64) -> Span {
        Span(micros.saturating_mul(NANOS_PER_MICRO))
    }

    /// `millis` milliseconds.
    #[inline]
    pub const fn from_millis(millis: u64) -> Span {
        Span(millis.saturating_mul(NANOS_PER_MILLI))
    }

    /// `secs` seconds.
    #[inline]
    pub const fn from_secs(secs: u64) -> Span {
        Span(secs.saturating_mul(NANOS_PER_SEC))
    }

    /// `secs` seconds, rounded to the nearest nanosecond and clamped to the range; not-a-number gives zero.
    #[inline]
    pub fn from_secs_f64(secs: f64) -> Span {
        Span::from_nanos_f64(secs * NANOS_PER_SEC as f64)
    }

    /// `millis` milliseconds, rounded to the nearest nanosecond and clamped to the range; not-a-number gives zero.
    #[inline]
    pub fn from_millis_f64(millis: f64) -> Span {
        Span::from_nanos_f64(millis * NANOS_PER_MILLI as f64)
    }

    /// `nanos` nanoseconds, rounded to the nearest (halves up) and clamped to the range; not-a-number gives zero.
    #[inline]
    pub fn from_nanos_f64(nanos: f64) -> Span {
        // From 2^52 on every float is whole and adding a half could round it up; below, truncation does the rounding.
        const WHOLE: f64 = (1_u64 << 52) as f64;
        Span(if nanos < WHOLE { (nanos + 0.5) as u64 } else { nanos as u64 })
    }

    /// Nanoseconds.
    #[inline]
    pub const fn as_nanos(self) -> u64 {
        self.0
    }

    /// Full microseconds, rounded down.
    #[inline]
    pub const fn as_micros(self) -> u64 {
        self.0 / NANOS_PER_MICRO
    }

    /// Seconds.
    #[inline]
    pub fn as_secs_f64(self) -> f64 {
        self.0 as f64 / NANOS_PER_SEC as f64
    }

    /// Milliseconds.
    #[inline]
    pub fn as_millis_f64(self) -> f64 {
        self.0 as f64 / NANOS_PER_MILLI as f64
    }

    /// To the nearest millisecond.
    #[inline]
    pub const fn to_the_millisecond(self) -> Span {
        Span::from_millis(rounded(self.0, NANOS_PER_MILLI))
    }

    /// This span times `factor`, rounded to the nearest nanosecond and clamped to the range; not-a-number gives zero.
    #[inline]
    pub fn scale(self, factor: f64) -> Span {
        Span::from_nanos_f64(self.0 as f64 * factor)
    }
}

impl Add for Span {
    type Output = Span;
    #[inline]
    fn add(self, other: Span) -> Span {
        Span(self.0.saturating_add(other.0))
    }
}

impl AddAssign for Span {
    #[inline]
    fn add_assign(&mut self, other: Span) {
        *self = *self + other;
    }
}

impl Sub for Span {
    type Output = Span;
    #[inline]
    fn sub(self, other: Span) -> Span {
        Span(self.0.saturating_sub(other.0))
    }
}

impl SubAssign for Span {
    #[inline]
    fn sub_assign(&mut self, other: Span) {
        *self = *self - other;
    }
}

impl Mul<u64> for Span {
    type Output = Span;
    #[inline]
    fn mul(self, factor: u64) -> Span {
        Span(self.0.saturating_mul(factor))
    }
}

impl Div<u64> for Span {
    type Output = Span;
    /// Rounds down; dividing by zero gives the longest span.
    #[inline]
    fn div(self, divisor: u64) -> Span {
        self.0.checked_div(divisor).map_or(Span::MAX, Span)
    }
}

impl Sum for Span {
    fn sum<I: Iterator<Item = Span>>(spans: I) -> Span {
        spans.fold(Span::ZERO, Add::add)
    }
}

impl fmt::Display for Span {
    /// At most three decimals of the unit that fits: `0 s`, `250 µs`, `80 ms`, `1.5 s`, `2 min 5 s`, `1 h 0 min 3.25 s`.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self.0 {
            0 => "0 s".to_owned(),
            nanos @ 1..NANOS_PER_MICRO => format!("{nanos} ns"),
            nanos @ NANOS_PER_MICRO..NANOS_PER_MILLI => format!("{} µs", thousandths(nanos)),
            // The last half microsecond below a second rounds up into the next unit.
            nanos @ NANOS_PER_MILLI..999_999_500 => format!("{} ms", thousandths(rounded(nanos, NANOS_PER_MICRO))),
            nanos => seconds(rounded(nanos, NANOS_PER_MILLI)),
        };
        out.pad(&text)
    }
}

impl fmt::Debug for Span {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Span({self})")
    }
}

/// `value` in so large a unit, to the nearest, halves up.
const fn rounded(value: u64, unit: u64) -> u64 {
    value / unit + (value % unit >= unit.div_ceil(2)) as u64
}

/// `value` thousandths as a decimal number without trailing zeros.
fn thousandths(value: u64) -> String {
    let (whole, rest) = (value / 1_000, value % 1_000);
    if rest == 0 {
        return whole.to_string();
    }
    format!("{whole}.{rest:03}").trim_end_matches('0').to_owned()
}

/// A length of `millis` milliseconds in seconds, minutes and hours.
fn seconds(millis: u64) -> String {
    let (minutes, rest) = (millis / 60_000, thousandths(millis % 60_000));
    match (minutes / 60, minutes % 60) {
        (0, 0) => format!("{rest} s"),
        (0, minutes) => format!("{minutes} min {rest} s"),
        (hours, minutes) => format!("{hours} h {minutes} min {rest} s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_print_in_the_unit_a_person_would_use() {
        let check = |nanos: u64, text: &str| assert_eq!(Span::from_nanos(nanos).to_string(), text);
        check(0, "0 s");
        check(999, "999 ns");
        check(250_000, "250 µs");
        check(1_234, "1.234 µs");
        check(80_000_000, "80 ms");
        check(80_020_400, "80.02 ms");
        check(999_999_499, "999.999 ms");
        check(999_999_500, "1 s");
        check(1_500_000_000, "1.5 s");
        check(59_999_700_000, "1 min 0 s");
        check(125_000_000_000, "2 min 5 s");
        check(3_603_250_000_000, "1 h 0 min 3.25 s");
        assert_eq!(format!("{:>8}|", Span::from_millis(80)), "   80 ms|");
    }

    #[test]
    fn a_clock_and_a_span_round_one_time_to_the_same_digits() {
        let at = Time::from_nanos(62_200_600_000);
        assert_eq!((at.clock(3), at.to_string()), ("1:02.201".to_owned(), "1 min 2.201 s".to_owned()));
        let check = |millis, decimals, text: &str| assert_eq!(Time::from_millis(millis).clock(decimals), text);
        check(65_249, 1, "1:05.2");
        check(65_250, 1, "1:05.3");
        check(59_950, 1, "1:00.0");
        check(59_499, 0, "0:59");
        check(3_599_500, 0, "1:00:00");
        check(48_252_714, 3, "13:24:12.714");
        assert_eq!(Time::from_nanos(1).clock(9), "0:00.000000001");
        assert_eq!(Time::MAX.clock(12), "5124095:34:33.709551615");
        assert_eq!(Span::from_nanos(1_499_999).to_the_millisecond(), Span::from_millis(1));
    }

    #[test]
    fn arithmetic_saturates_at_both_ends() {
        assert_eq!(Time::MAX + Span::from_secs(1), Time::MAX);
        assert_eq!(Time::ZERO - Span::from_secs(1), Time::ZERO);
        assert_eq!(Time::from_secs(1) - Time::from_secs(2), Span::ZERO);
        assert_eq!(Span::MAX * 2, Span::MAX);
        assert_eq!(Span::from_secs(1) / 0, Span::MAX);
        assert_eq!(Span::from_secs(u64::MAX), Span::MAX);
        assert_eq!([Span::MAX, Span::from_nanos(1)].into_iter().sum::<Span>(), Span::MAX);
    }

    #[test]
    fn floats_become_spans_by_rounding_and_clamping() {
        assert_eq!(Span::from_nanos_f64(0.499), Span::ZERO);
        assert_eq!(Span::from_nanos_f64(1.5), Span::from_nanos(2));
        assert_eq!(Span::from_nanos_f64(-3.0), Span::ZERO);
        assert_eq!(Span::from_nanos_f64(f64::NAN), Span::ZERO);
        assert_eq!(Span::from_nanos_f64(f64::INFINITY), Span::MAX);
        let odd = (1_u64 << 53) - 1;
        assert_eq!(Span::from_nanos_f64(odd as f64).as_nanos(), odd);
        assert_eq!(Span::from_millis_f64(0.25), Span::from_micros(250));
        assert_eq!(Span::from_secs_f64(1.5), Span::from_millis(1_500));
        assert_eq!(Span::from_millis(80).scale(1.25), Span::from_millis(100));
    }

    #[test]
    fn whole_seconds_round_down() {
        assert_eq!(Time::from_millis(1_999).whole_seconds(), 1);
        assert_eq!(Time::from_millis(1_500).as_secs_f64(), 1.5);
        assert_eq!(Time::from_micros(1_500).as_millis_f64(), 1.5);
        assert_eq!(Time::from_secs(2).since(Time::from_secs(1)), Span::from_secs(1));
    }
}
