//! Empirical distributions given by some of their quantiles.

use crate::Stream;
use serde::{Deserialize, Serialize};

/// A quantile table: points (probability, value), joined by straight lines. Below the first probability the first value
/// holds, above the last the last.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Vec<(f64, f64)>", into = "Vec<(f64, f64)>")]
pub struct Quantiles {
    points: Vec<(f64, f64)>,
}

impl Quantiles {
    /// A table of these points: at least one, probabilities rising within [0, 1], values finite and never falling.
    ///
    /// # Errors
    /// Says which point breaks which of these rules.
    pub fn new(points: Vec<(f64, f64)>) -> Result<Quantiles, String> {
        if points.is_empty() {
            return Err("a quantile table needs at least one point (probability, value)".to_owned());
        }
        for (place, (probability, value)) in points.iter().enumerate() {
            if !(0.0..=1.0).contains(probability) {
                return Err(format!(
                    "point {place} of a quantile table has probability {probability}, not one from 0 to 1"
                ));
            }
            if !value.is_finite() {
                return Err(format!("point {place} of a quantile table has value {value}, not a finite number"));
            }
        }
        for (place, pair) in points.windows(2).enumerate() {
            let ((p, low), (q, high)) = (pair[0], pair[1]);
            if q <= p || high < low {
                let next = place + 1;
                return Err(format!(
                    "point {next} of a quantile table, ({q}, {high}), must have a greater probability and no smaller value than \
                     the point before it, ({p}, {low})"
                ));
            }
        }
        Ok(Quantiles { points })
    }

    /// The points, by rising probability.
    pub fn points(&self) -> &[(f64, f64)] {
        &self.points
    }

    /// The value that a share `probability` of draws does not exceed.
    pub fn value(&self, probability: f64) -> f64 {
        let after = self.points.partition_point(|(p, _)| *p <= probability);
        match (after.checked_sub(1).map(|before| self.points[before]), self.points.get(after)) {
            (Some((p, low)), Some((q, high))) => low + (high - low) * ((probability - p) / (q - p)),
            (Some((_, value)), None) | (None, Some(&(_, value))) => value,
            (None, None) => 0.0,
        }
    }

    /// Draws a value.
    pub fn sample(&self, stream: &mut Stream) -> f64 {
        self.value(stream.unit())
    }

    /// The mean of what is drawn.
    pub fn mean(&self) -> f64 {
        let ends = match (self.points.first(), self.points.last()) {
            (Some((p, low)), Some((q, high))) => p * low + (1.0 - q) * high,
            _ => 0.0,
        };
        self.points.windows(2).fold(ends, |sum, pair| sum + (pair[1].0 - pair[0].0) * (pair[0].1 + pair[1].1) / 2.0)
    }

    /// The table with every value times `factor`; a negative factor counts as 0.
    pub fn scaled(&self, factor: f64) -> Quantiles {
        let factor = factor.max(0.0);
        Quantiles { points: self.points.iter().map(|(p, value)| (*p, value * factor)).collect() }
    }
}

impl TryFrom<Vec<(f64, f64)>> for Quantiles {
    type Error = String;
    fn try_from(points: Vec<(f64, f64)>) -> Result<Self, String> {
        Quantiles::new(points)
    }
}

impl From<Quantiles> for Vec<(f64, f64)> {
    fn from(table: Quantiles) -> Self {
        table.points
    }
}
