//! Numbers with and without units, and flags.

use super::{Found, Section};
use crate::distribution;
use crate::document::{Node, Value};
use crate::quantity::{self, DAY, Quantity, clipped};
use engine::{Distribution, Probability, Span, Time};
use std::ops::RangeInclusive;

impl Section<'_> {
    /// A number with a unit, in the unit used within. Where it is wrong its default goes on, if it has one: defaults fit
    /// each other.
    fn quantity(&self, key: &str, quantity: &Quantity, range: RangeInclusive<f64>, ends: [&str; 2]) -> Option<f64> {
        self.sound_quantity(key, quantity, range, ends).or_else(|| quantity.parse(self.fallback(key)?).ok())
    }

    fn sound_quantity(
        &self,
        key: &str,
        quantity: &Quantity,
        range: RangeInclusive<f64>,
        ends: [&str; 2],
    ) -> Option<f64> {
        let expected = quantity.accepted();
        if let Found::Written(Node { value: Value::Integer(_) | Value::Float(_), span }) = self.find(key) {
            self.notes.problem(span, format!("`{key}` is a number without a unit"), expected);
            return None;
        }
        let (text, span, set) = self.words(key, quantity.name)?;
        let value = self.measure(&text, &span, quantity)?;
        if !range.contains(&value) {
            let message = format!("`{key}` is {}", clipped(&text));
            let negative = if value < 0.0 && *range.start() >= 0.0 { "it must not be negative: " } else { "" };
            self.notes.problem(&span, message, format!("{negative}it takes {} to {}", ends[0], ends[1]));
            return None;
        }
        self.record(key, &text, set);
        Some(value)
    }

    /// A time from zero to a day.
    pub(crate) fn span(&self, key: &str) -> Option<Span> {
        self.quantity(key, &quantity::TIME, 0.0..=DAY, ["0ms", "24h"]).map(Span::from_nanos_f64)
    }

    /// A time above zero, at least a millisecond: for what happens again and again.
    pub(crate) fn period(&self, key: &str) -> Span {
        self.quantity(key, &quantity::TIME, 1e6..=DAY, ["1ms", "24h"]).map_or(Span::from_secs(1), Span::from_nanos_f64)
    }

    /// A time, or none if this word is written or holds by default.
    pub(crate) fn span_unless(&self, key: &str, word: &str) -> Option<Span> {
        match self.find(key) {
            Found::Written(Node { value: Value::Text(text), .. }) if text != word => self.span(key),
            Found::Written(Node { value: Value::Text(_), .. }) => {
                self.record(key, word, true);
                None
            }
            Found::Written(node) => {
                self.wrong(key, node, "a text");
                None
            }
            Found::Default(text) if text != word => self.span(key),
            Found::Default(_) | Found::Absent => {
                self.record(key, word, false);
                None
            }
        }
    }

    /// A point in time.
    pub(crate) fn time(&self, key: &str) -> Option<Time> {
        self.span(key).map(|span| Time::ZERO + span)
    }

    /// A time that may be negative, nanoseconds.
    pub(crate) fn signed_nanos(&self, key: &str) -> i64 {
        self.quantity(key, &quantity::TIME, -DAY..=DAY, ["-24h", "24h"]).map_or(0, |nanos| {
            let size = Span::from_nanos_f64(nanos.abs()).as_nanos() as i64;
            if nanos < 0.0 { -size } else { size }
        })
    }

    /// A drift in parts per million.
    pub(crate) fn drift(&self, key: &str) -> i32 {
        let drift = self.quantity(key, &quantity::DRIFT, -9e5..=9e5, ["-900000ppm", "900000ppm"]).unwrap_or(0.0);
        if drift.fract() != 0.0 {
            self.problem(key, format!("`{key}` is {drift}ppm"), "it takes whole parts per million");
        }
        drift as i32
    }

    /// A share.
    pub(crate) fn share(&self, key: &str) -> Option<Probability> {
        self.quantity(key, &quantity::SHARE, 0.0..=1.0, ["0%", "100%"]).map(Probability::from_f64)
    }

    /// A factor above zero.
    pub(crate) fn factor(&self, key: &str) -> f64 {
        self.quantity(key, &quantity::FACTOR, 0.01..=10_000.0, ["0.01x", "10000x"]).unwrap_or(1.0)
    }

    /// A factor that nothing shrinks by.
    pub(crate) fn growth(&self, key: &str) -> f64 {
        self.quantity(key, &quantity::FACTOR, 1.0..=10_000.0, ["1x", "10000x"]).unwrap_or(1.0)
    }

    /// A bandwidth, bytes per second.
    pub(crate) fn bandwidth(&self, key: &str) -> Option<u64> {
        self.quantity(key, &quantity::BANDWIDTH, 125.0..=125e9, ["1kbps", "1Tbps"]).map(|bytes| (bytes + 0.5) as u64)
    }

    /// A number of bytes.
    pub(crate) fn bytes(&self, key: &str) -> u32 {
        self.quantity(key, &quantity::BYTES, 0.0..=16e6, ["0B", "16MB"]).map_or(0, |bytes| bytes as u32)
    }

    /// A distribution of times, nanoseconds.
    pub(crate) fn distribution(&self, key: &str) -> Distribution {
        let by_default = || self.fallback(key).and_then(|text| distribution::parse(text).ok());
        let Some((text, span, set)) = self.words(key, "a distribution of times") else {
            return by_default().unwrap_or(Distribution::Constant(0.0));
        };
        match distribution::parse(&text) {
            Ok(distribution) => {
                self.record(key, &text, set);
                distribution
            }
            Err(message) => {
                self.notes.problem(&span, message, distribution::ACCEPTED);
                by_default().unwrap_or(Distribution::Constant(0.0))
            }
        }
    }

    /// A whole number in a range; the range's lower end if it is wrong.
    pub(crate) fn count(&self, key: &str, range: RangeInclusive<u64>) -> u64 {
        let most = i64::try_from(*range.end()).unwrap_or(i64::MAX);
        self.whole(key, *range.start() as i64..=most) as u64
    }

    /// The same, where it may lie below zero.
    pub(crate) fn whole(&self, key: &str, range: RangeInclusive<i64>) -> i64 {
        let (value, set) = match self.find(key) {
            Found::Written(Node { value: Value::Integer(number), span }) => {
                let Some(value) = Some(*number).filter(|value| range.contains(value)) else {
                    let help = format!("it takes {} to {}", range.start(), range.end());
                    self.notes.problem(span, format!("`{key}` is {number}"), help);
                    return *range.start();
                };
                (value, true)
            }
            Found::Written(node) => {
                self.wrong(key, node, "a whole number");
                return *range.start();
            }
            Found::Default(text) => (text.parse().unwrap_or(*range.start()), false),
            Found::Absent => return *range.start(),
        };
        self.record(key, &value.to_string(), set);
        value
    }

    /// A plain number in a range.
    pub(crate) fn number(&self, key: &str, range: RangeInclusive<f64>) -> f64 {
        let (value, set) = match self.find(key) {
            Found::Written(Node { value: Value::Integer(number), .. }) => (*number as f64, true),
            Found::Written(Node { value: Value::Float(number), .. }) => (*number, true),
            Found::Written(node) => {
                self.wrong(key, node, "a number");
                return *range.start();
            }
            Found::Default(text) => (text.parse().unwrap_or(*range.start()), false),
            Found::Absent => return *range.start(),
        };
        if !range.contains(&value) {
            self.problem(key, format!("`{key}` is {value}"), format!("it takes {} to {}", range.start(), range.end()));
            return *range.start();
        }
        self.record(key, &value.to_string(), set);
        value
    }

    /// True or false.
    pub(crate) fn flag(&self, key: &str) -> bool {
        let (value, set) = match self.find(key) {
            Found::Written(Node { value: Value::Flag(flag), .. }) => (*flag, true),
            Found::Written(node) => {
                self.wrong(key, node, "true or false");
                return false;
            }
            Found::Default(text) => (text == "true", false),
            Found::Absent => return false,
        };
        self.record(key, if value { "true" } else { "false" }, set);
        value
    }
}
