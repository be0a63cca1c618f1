//! Latencies packed into 16 bits: microseconds, exact below 128, then 128 steps to each doubling (0.8 % apart).

use super::counts::{Answers, Counts};
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

impl Answers {
    /// One of them succeeded after so long.
    pub(super) fn succeeded(&mut self, latency: Span) {
        self.latencies.push(code(latency));
        self.sum += latency;
        self.shortest = self.shortest.min(latency);
        self.longest = self.longest.max(latency);
    }
}

/// The latencies of some operations, with their exact ends.
pub(crate) struct Latencies {
    /// Ascending.
    codes: Vec<u16>,
    shortest: Span,
    longest: Span,
}

impl Latencies {
    pub(crate) fn of<'a>(counts: impl Iterator<Item = &'a Counts>) -> Latencies {
        let mut all = Latencies { codes: Vec::new(), shortest: Span::MAX, longest: Span::ZERO };
        for answers in counts.filter_map(|counts| counts.answers.as_deref()) {
            all.codes.extend_from_slice(&answers.latencies);
            all.shortest = all.shortest.min(answers.shortest);
            all.longest = all.longest.max(answers.longest);
        }
        sort(&mut all.codes);
        all
    }

    /// The value at a quantile, from 0 to 1, seconds; nearest rank. The middle of a code may lie beyond the ends, but no
    /// percentile does.
    pub(crate) fn quantile(&self, quantile: f64) -> Option<f64> {
        let rank = engine::math::ceil(quantile * self.codes.len() as f64).max(1.0) as usize;
        let code = self.codes.get(rank.min(self.codes.len()).checked_sub(1)?)?;
        Some(seconds(*code).min(self.longest.as_secs_f64()).max(self.shortest.as_secs_f64()))
    }
}

/// Ascending. There are only so many codes: to count them sorts those of a day ten times as fast as to compare them.
fn sort(codes: &mut [u16]) {
    const ALL: usize = u16::MAX as usize + 1;
    if codes.len() < ALL {
        return codes.sort_unstable();
    }
    let mut counts = vec![0_usize; ALL];
    codes.iter().for_each(|code| counts[usize::from(*code)] += 1);
    let mut from = 0;
    for (code, count) in counts.into_iter().enumerate() {
        codes[from..from + count].fill(code as u16);
        from += count;
    }
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

    fn latencies(spans: &[Span]) -> Latencies {
        let mut counts = Counts::default();
        spans.iter().for_each(|span| counts.answered().succeeded(*span));
        Latencies::of(std::iter::once(&counts))
    }

    #[test]
    fn quantiles_take_the_nearest_rank() {
        let spans: Vec<Span> = (1..=100).map(|micros| Span::from_nanos(1_000 * micros + 500)).collect();
        let all = latencies(&spans);
        assert_eq!([0.5, 0.99, 1.0].map(|q| all.quantile(q)), [50, 99, 100].map(|code| Some(seconds(code))));
        assert_eq!(latencies(&[]).quantile(0.5), None);
    }

    #[test]
    fn no_percentile_lies_beyond_the_shortest_or_the_longest() {
        for millis in [5_348, 1_001, 33, 7] {
            let span = Span::from_millis(millis);
            assert_eq!(latencies(&[span]).quantile(0.5), Some(span.as_secs_f64()));
        }
    }

    #[test]
    fn many_codes_are_sorted_as_few_are() {
        let mut stream = engine::Stream::named(1, "codes", 0);
        let mut codes: Vec<u16> = (0..100_000).map(|_| stream.below(1 << 16) as u16).collect();
        let mut compared = codes.clone();
        compared.sort_unstable();
        sort(&mut codes);
        assert!(codes == compared);
    }
}
