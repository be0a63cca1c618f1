//! Zipf-distributed ranks.

use crate::{Stream, math};

/// Ranks 0 to n − 1, rank k with weight (k + 1)^−exponent. Rejection-inversion (Hörmann and Derflinger 1996): constant time
/// and no table, so a clone costs nothing however many ranks there are.
#[derive(Clone, Debug, PartialEq)]
pub struct Zipf {
    n: u32,
    exponent: f64,
    /// Integral of the density's hat at the ends of the range of ranks.
    low: f64,
    high: f64,
    /// Draws within this distance below the rank need no further test.
    sure: f64,
}

impl Zipf {
    /// A distribution over `n` ranks; exponent 0 is uniform, 1 is the classical law.
    ///
    /// # Errors
    /// If there is no rank, or the exponent is negative or not finite.
    pub fn new(n: u32, exponent: f64) -> Result<Zipf, String> {
        if n == 0 {
            return Err("a Zipf distribution needs at least one rank, not 0".to_owned());
        }
        if !(exponent >= 0.0 && exponent.is_finite()) {
            return Err(format!("a Zipf exponent must be a finite number, 0 or more, not {exponent}"));
        }
        let mut zipf = Zipf { n, exponent, low: 0.0, high: 0.0, sure: 0.0 };
        zipf.low = zipf.integral(1.5) - 1.0;
        zipf.high = zipf.integral(f64::from(n) + 0.5);
        zipf.sure = 2.0 - zipf.inverse(zipf.integral(2.5) - zipf.weight(2.0));
        Ok(zipf)
    }

    /// Draws a rank, 0 being the most frequent.
    pub fn sample(&self, stream: &mut Stream) -> u32 {
        if self.exponent == 0.0 {
            return stream.below(u64::from(self.n)) as u32;
        }
        loop {
            let area = self.high + stream.unit() * (self.low - self.high);
            let x = self.inverse(area);
            let rank = math::floor(x + 0.5).clamp(1.0, f64::from(self.n));
            if rank - x <= self.sure || area >= self.integral(rank + 0.5) - self.weight(rank) {
                return rank as u32 - 1;
            }
        }
    }

    /// x^−exponent.
    fn weight(&self, x: f64) -> f64 {
        math::exp(-self.exponent * math::ln(x))
    }

    /// The integral of the weight from 1 to x: (x^(1 − exponent) − 1) / (1 − exponent), or ln x at exponent 1.
    fn integral(&self, x: f64) -> f64 {
        let log = math::ln(x);
        log * exp_m1_over((1.0 - self.exponent) * log)
    }

    /// The x whose integral is `area`.
    fn inverse(&self, area: f64) -> f64 {
        // Rounding may carry the argument just below −1, where there is no logarithm.
        let t = (area * (1.0 - self.exponent)).max(-1.0);
        math::exp(area * ln_1p_over(t))
    }
}

/// (eˣ − 1) / x, continued through 0.
fn exp_m1_over(x: f64) -> f64 {
    if x.abs() > 1e-8 { math::exp_m1(x) / x } else { 1.0 + x / 2.0 }
}

/// ln(1 + x) / x, continued through 0.
fn ln_1p_over(x: f64) -> f64 {
    if x.abs() > 1e-8 { math::ln_1p(x) / x } else { 1.0 - x / 2.0 }
}
