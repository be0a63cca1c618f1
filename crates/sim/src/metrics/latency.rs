//! Latencies packed into 16 bits: microseconds, exact below 128, then 128 steps to each doubling (0.8 % apart).

use engine::Span;

const STEPS: u64 = 128;
const BITS: u32 = STEPS.trailing_zeros();

/// The code of a latency; longer ones have larger codes. About 19 years fit, more is the same as that.
pub(crate) fn code(latency: Span) -> u16 {
    let micros = latency.as_nanos() / 1000;
    if micros < STEPS {
        return micros as u16;
    }
    let doubling = u64::from(micros.ilog2() - BITS);
    let step = (micros >> doubling) - STEPS;
    ((doubling + 1) * STEPS + step).min(u64::from(u16::MAX)) as u16
}

/// The middle of what a code stands for, seconds.
pub(crate) fn seconds(code: u16) -> f64 {
    let code = u64::from(code);
    let micros = if code < STEPS {
        code as f64 + 0.5
    } else {
        let doubling = code / STEPS - 1;
        let low = (STEPS + code % STEPS) << doubling;
        low as f64 + ((1_u64 << doubling) as f64) / 2.0
    };
    micros / 1e6
}

/// The value at a quantile, from 0 to 1, of codes in ascending order; nearest rank.
pub(crate) fn quantile(sorted: &[u16], quantile: f64) -> Option<f64> {
    let rank = engine::math::ceil(quantile * sorted.len() as f64).max(1.0) as usize;
    sorted.get(rank.min(sorted.len()).checked_sub(1)?).map(|code| seconds(*code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_keep_order_and_half_a_per_cent() {
        let mut last = 0;
        for exponent in 0..300 {
            let nanos = 200_000.0 * engine::math::pow(1.05, f64::from(exponent));
            let code = code(Span::from_nanos(nanos as u64));
            assert!(code >= last);
            last = code;
            let error = (seconds(code) * 1e9 - nanos).abs() / nanos;
            assert!(error < 0.005, "{nanos} ns is off by {error}");
        }
    }

    #[test]
    fn quantiles_take_the_nearest_rank() {
        let codes: Vec<u16> = (1..=100).collect();
        assert_eq!(quantile(&codes, 0.5), Some(seconds(50)));
        assert_eq!(quantile(&codes, 0.99), Some(seconds(99)));
        assert_eq!(quantile(&codes, 1.0), Some(seconds(100)));
        assert_eq!(quantile(&[], 0.5), None);
    }
}
