//! A self-test of portability: every source of numbers, drawn from and hashed.

use crate::{Digest, Distribution, Quantiles, Stream, Zipf, math};

/// Hashes `draws` draws of every sampler and as many values of every function in [`crate::math`]. The same number of draws
/// gives the same digest on every target; comparing with a constant tells whether this build keeps to it.
pub fn golden(draws: u32) -> Digest {
    let mut digest = Digest::new();
    let mut stream = Stream::named(20, "golden", 0);
    for distribution in distributions() {
        for _ in 0..draws {
            digest.write_u64(distribution.sample(&mut stream).to_bits());
        }
    }
    for zipf in [(1_000, 0.0), (1_000, 0.99), (1_000_000, 1.0), (50, 2.5)].map(|(n, exponent)| Zipf::new(n, exponent)) {
        for _ in 0..draws {
            digest.write_u64(zipf.as_ref().map_or(u64::MAX, |zipf| zipf.sample(&mut stream).into()));
        }
    }
    for _ in 0..draws {
        digest.write_u64(stream.below(10));
        digest.write_u64(stream.below(u64::MAX / 3 * 2));
        functions(&mut digest, stream.unit());
    }
    digest
}

fn distributions() -> Vec<Distribution> {
    let quantiles = vec![(0.0, 1.0), (0.5, 2.0), (0.99, 7.0), (1.0, 50.0)];
    let mut all = vec![
        Distribution::Constant(1.5),
        Distribution::Uniform { low: -1.0, high: 3.0 },
        Distribution::Exponential { mean: 100.0 },
        Distribution::Normal { mean: 5.0, sd: 2.0 },
        Distribution::LogNormal { median: 80.0, sigma: 0.25 },
        Distribution::Pareto { scale: 1.0, shape: 1.5 },
    ];
    all.extend(Quantiles::new(quantiles).map(Distribution::Quantiles));
    all.push(Distribution::Mixture(all.iter().cloned().map(|part| (0.2, part)).collect()));
    all
}

/// Every function at a place chosen by a number from [0, 1).
fn functions(digest: &mut Digest, unit: f64) {
    let wide = (unit - 0.5) * 40.0;
    let positive = unit * 1e6 + 1e-9;
    for value in [
        math::exp(wide),
        math::exp_m1(wide),
        math::exp2(wide),
        math::ln(positive),
        math::ln_1p(positive),
        math::log2(positive),
        math::log10(positive),
        math::pow(positive, wide / 20.0),
        math::sqrt(positive),
        math::cbrt(wide),
        math::hypot(wide, positive),
        math::sin(wide),
        math::cos(wide),
        math::tan(wide),
        math::asin(unit),
        math::acos(unit),
        math::atan(wide),
        math::atan2(wide, unit),
        math::sinh(wide),
        math::cosh(wide),
        math::tanh(wide),
        math::asinh(wide),
        math::gamma(unit * 20.0 + 0.1),
        math::erf(wide / 10.0),
        math::floor(wide),
        math::ceil(wide),
        math::round(wide),
        math::trunc(wide),
        math::rem(positive, unit + 0.5),
    ] {
        digest.write_u64(value.to_bits());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every golden digest of a run stands on these numbers: when this changes, all of them do.
    #[test]
    fn numbers_are_the_ones_that_runs_were_recorded_with() {
        assert_eq!(golden(100_000).to_string(), "0e0794fad5e421b5");
    }
}
