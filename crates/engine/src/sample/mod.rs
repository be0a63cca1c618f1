//! Samplers: what turns a stream of random words into numbers of a given distribution, the same on every target.

mod quantiles;
mod ziggurat;
mod zipf;

pub use quantiles::Quantiles;
pub use ziggurat::{standard_exponential, standard_normal};
pub use zipf::Zipf;

use crate::{Span, Stream, math};
use serde::{Deserialize, Serialize};

/// A distribution of numbers. It has no unit of its own; where a span is asked for, the number is read as nanoseconds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Distribution {
    /// Always this number. Takes no draw.
    Constant(f64),
    /// Every number of the range [low, high) alike.
    Uniform {
        /// The lower end.
        low: f64,
        /// The upper end.
        high: f64,
    },
    /// Exponential: the time to the next event of a Poisson process.
    Exponential {
        /// The mean.
        mean: f64,
    },
    /// Normal.
    Normal {
        /// The mean.
        mean: f64,
        /// The standard deviation.
        sd: f64,
    },
    /// A number whose logarithm is normal.
    LogNormal {
        /// The median.
        median: f64,
        /// The standard deviation of the natural logarithm.
        sigma: f64,
    },
    /// Pareto of the first kind: P(X > x) = (scale / x)^shape for x ≥ scale.
    Pareto {
        /// The least number.
        scale: f64,
        /// The tail exponent; the mean is infinite at 1 and below.
        shape: f64,
    },
    /// One of several distributions, chosen in proportion to its weight.
    Mixture(Vec<(f64, Distribution)>),
    /// An empirical quantile table.
    Quantiles(Quantiles),
}

impl Distribution {
    /// Draws a number.
    #[inline]
    pub fn sample(&self, stream: &mut Stream) -> f64 {
        match self {
            Distribution::Constant(value) => *value,
            Distribution::Uniform { low, high } => low + (high - low) * stream.unit(),
            Distribution::Exponential { mean } => mean * standard_exponential(stream),
            Distribution::Normal { mean, sd } => mean + sd * standard_normal(stream),
            Distribution::LogNormal { median, sigma } => median * math::exp(sigma * standard_normal(stream)),
            // exp of an exponential is Pareto with scale 1; cheaper than a power of a uniform number.
            Distribution::Pareto { scale, shape } => scale * math::exp(standard_exponential(stream) / shape),
            Distribution::Mixture(parts) => choose(parts, stream).map_or(0.0, |part| part.sample(stream)),
            Distribution::Quantiles(table) => table.sample(stream),
        }
    }

    /// Draws a number of nanoseconds; a negative one gives the empty span.
    #[inline]
    pub fn span(&self, stream: &mut Stream) -> Span {
        Span::from_nanos_f64(self.sample(stream))
    }

    /// The mean; `None` where it is infinite or there is none.
    pub fn mean(&self) -> Option<f64> {
        let mean = match self {
            Distribution::Constant(value) => *value,
            Distribution::Uniform { low, high } => (low + high) / 2.0,
            Distribution::Exponential { mean } | Distribution::Normal { mean, .. } => *mean,
            Distribution::LogNormal { median, sigma } => median * math::exp(sigma * sigma / 2.0),
            Distribution::Pareto { scale, shape } if *shape > 1.0 => scale * shape / (shape - 1.0),
            Distribution::Pareto { .. } => return None,
            Distribution::Mixture(parts) => {
                let sum = parts.iter().map(|(weight, part)| part.mean().map(|mean| weight * mean)).sum::<Option<f64>>();
                sum? / total(parts)
            }
            Distribution::Quantiles(table) => table.mean(),
        };
        mean.is_finite().then_some(mean)
    }

    /// The distribution of the number times `factor`, which is to be positive or zero.
    pub fn scaled(&self, factor: f64) -> Distribution {
        match self {
            Distribution::Constant(value) => Distribution::Constant(value * factor),
            Distribution::Uniform { low, high } => Distribution::Uniform { low: low * factor, high: high * factor },
            Distribution::Exponential { mean } => Distribution::Exponential { mean: mean * factor },
            Distribution::Normal { mean, sd } => Distribution::Normal { mean: mean * factor, sd: sd * factor },
            Distribution::LogNormal { median, sigma } => {
                Distribution::LogNormal { median: median * factor, sigma: *sigma }
            }
            Distribution::Pareto { scale, shape } => Distribution::Pareto { scale: scale * factor, shape: *shape },
            Distribution::Mixture(parts) => {
                Distribution::Mixture(parts.iter().map(|(weight, part)| (*weight, part.scaled(factor))).collect())
            }
            Distribution::Quantiles(table) => Distribution::Quantiles(table.scaled(factor)),
        }
    }

    /// Says what is wrong with the parameters, if anything. Sampling never panics, but only from a sound distribution does it
    /// give what the name says.
    pub fn check(&self) -> Result<(), String> {
        let require = |holds: bool, what: &str, value: f64| {
            if holds && value.is_finite() { Ok(()) } else { Err(format!("{what}, not {value}")) }
        };
        match self {
            Distribution::Constant(value) => require(true, "a constant must be finite", *value),
            Distribution::Uniform { low, high } => {
                require(true, "the lower end of a uniform distribution must be finite", *low)?;
                require(high >= low, "the upper end of a uniform distribution must not be below the lower", *high)
            }
            Distribution::Exponential { mean } => require(*mean >= 0.0, "an exponential mean must be 0 or more", *mean),
            Distribution::Normal { mean, sd } => {
                require(true, "a normal mean must be finite", *mean)?;
                require(*sd >= 0.0, "a standard deviation must be 0 or more", *sd)
            }
            Distribution::LogNormal { median, sigma } => {
                require(*median >= 0.0, "a lognormal median must be 0 or more", *median)?;
                require(*sigma >= 0.0, "a lognormal sigma must be 0 or more", *sigma)
            }
            Distribution::Pareto { scale, shape } => {
                require(*scale >= 0.0, "a Pareto scale must be 0 or more", *scale)?;
                require(*shape > 0.0, "a Pareto shape must be above 0", *shape)
            }
            Distribution::Mixture(parts) => {
                for (weight, part) in parts {
                    require(*weight >= 0.0, "a weight in a mixture must be 0 or more", *weight)?;
                    part.check()?;
                }
                require(total(parts) > 0.0, "the weights of a mixture must sum to more than 0", total(parts))
            }
            Distribution::Quantiles(_) => Ok(()),
        }
    }
}

fn total(parts: &[(f64, Distribution)]) -> f64 {
    parts.iter().map(|(weight, _)| weight).sum()
}

/// The part of a mixture that a draw falls on.
fn choose<'a>(parts: &'a [(f64, Distribution)], stream: &mut Stream) -> Option<&'a Distribution> {
    let mut left = stream.unit() * total(parts);
    let hit = parts.iter().find(|(weight, _)| {
        left -= weight;
        left < 0.0
    });
    // Rounding can leave a crumb beyond the last part.
    hit.or(parts.last()).map(|(_, part)| part)
}

#[cfg(test)]
mod tests;
